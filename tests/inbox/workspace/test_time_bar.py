"""The bar that explains a figure: what counts is as wide as it is long, what does not is shortened."""

from __future__ import annotations

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.reports.explain import Explanation, explain_run, explain_ticket
from inbox.tickets.actions import resolve, set_state
from inbox.tickets.conversation import reply
from inbox.tickets.enums import State
from inbox.tickets.models import Ticket
from inbox.workspace.time_bar import TimeBar, time_bar
from tests.inbox.questions import says
from tests.inbox.reports.stories import NOW, asked, on

HOUR = 3600


def drawn(explanation: Explanation | None, counts: str = "used") -> TimeBar:
    """The bar, after a look that its pieces fill the width."""
    assert explanation is not None
    bar = time_bar(explanation, counts)
    assert bar is not None
    assert sum(percent(piece.width) for piece in bar.pieces) == pytest.approx(100, abs=0.01)
    return bar


def percent(place: str) -> float:
    return float(place.removesuffix("%"))


def test_a_night_is_cut_short_beside_what_counts(support: Channel, ada: Agent) -> None:
    ticket = asked(support, on(9, 16), "Kay")
    reply(ticket, "Tomorrow.", by=ada, at=on(10, 10))
    bar = drawn(explain_run(ticket, "first_response", NOW))
    # 3 h count; the night and the hour that was left share 4/5 of that: 1 h 24, for the hour needs no cut.
    assert [(piece.kind, round(percent(piece.width), 1), piece.is_cut) for piece in bar.pieces] == [
        ("counted", 18.5, False),
        ("closed", 25.9, True),
        ("counted", 37.0, False),
        ("ahead", 18.5, False),
    ]
    assert bar.sums == {"counted": 3 * HOUR, "closed": 15 * HOUR, "ahead": HOUR}


def test_what_comes_after_the_target_and_the_signs_lie_where_they_happened(support: Channel, ada: Agent) -> None:
    ticket = asked(support, on(10, 8), "Mia")
    reply(ticket, "Sorry.", by=ada, at=on(10, 14))
    bar = drawn(explain_run(ticket, "first_response", NOW))
    assert [(piece.kind, piece.x) for piece in bar.pieces] == [("counted", "0.000%"), ("late", "66.667%")]
    assert [(sign.kind, sign.at.hour, sign.x) for sign in bar.signs] == [
        ("warned", 11, "50.000%"),
        ("missed", 12, "66.667%"),
    ]


def test_a_running_clock_has_now_and_its_deadline_ahead(support: Channel) -> None:
    bar = drawn(explain_run(asked(support, on(13, 11), "Nora"), "first_response", NOW))
    assert [(sign.kind, sign.at) for sign in bar.signs] == [
        ("now", NOW),
        ("warned", on(13, 14)),
        ("due", on(13, 15)),
    ]
    assert (bar.sums, bar.end) == ({"counted": HOUR, "ahead": 3 * HOUR}, on(13, 15))


@pytest.fixture
def paused(support: Channel, ada: Agent) -> Ticket:
    """An hour of work, nine days of waiting for the customer, an hour of work."""
    ticket = asked(support, on(2, 9), "Bo")
    reply(ticket, "Which size?", by=ada, at=on(2, 10), then=State.PENDING)
    says(ticket, "Forty-two.", at=on(11, 9))
    reply(ticket, "Thanks.", by=ada, at=on(11, 10))
    resolve(ticket, by=ada, at=on(11, 10))
    return ticket


def test_a_long_pause_does_not_squash_the_rest(paused: Ticket) -> None:
    bar = drawn(explain_run(paused, "resolution", NOW))
    counted = [percent(piece.width) for piece in bar.pieces if piece.kind == "counted"]
    assert ([piece.kind for piece in bar.pieces], bar.has_cuts) == (["counted", "paused", "counted", "ahead"], True)
    assert min(counted) > 25


def test_the_same_run_counted_in_all_hours_has_its_pause_in_it(paused: Ticket) -> None:
    bar = drawn(explain_run(paused, "resolution", NOW), "elapsed")
    assert (set(bar.sums), bar.sums["counted"]) == ({"counted", "ahead"}, 9 * 24 * HOUR + HOUR)


def test_of_a_wait_only_the_states_it_is_of_count(paused: Ticket, ada: Agent) -> None:
    bar = drawn(explain_ticket(paused, "agent_wait", NOW), "elapsed")
    assert [(piece.kind, piece.part.reason) for piece in bar.pieces] == [
        ("left-out", "state:new"),
        ("counted", "state:pending"),
        ("left-out", "state:open"),
    ]


def test_a_deadline_is_not_known_while_the_clock_is_paused(support: Channel, ada: Agent) -> None:
    ticket = asked(support, on(12, 9), "Liv")
    reply(ticket, "Which size?", by=ada, at=on(12, 10))
    set_state(ticket, State.PENDING, by=ada, at=on(12, 10))
    bar = drawn(explain_run(ticket, "resolution", NOW))
    assert [sign.kind for sign in bar.signs] == ["now"]


def test_no_time_makes_no_bar(support: Channel, ada: Agent) -> None:
    ticket = asked(support, on(12, 9), "Liv")
    reply(ticket, "At once.", by=ada, at=on(12, 9))
    explained = explain_run(ticket, "first_response", NOW)
    assert explained is not None
    assert time_bar(explained, "used") is None
