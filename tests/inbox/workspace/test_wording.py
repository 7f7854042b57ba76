"""Times and durations in words, and how a clock looks in each of its states."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from channels_adapters.wording import say
from inbox.channels.models import Channel
from inbox.sla.models import Clock
from inbox.tickets.models import Ticket
from inbox.workspace.chips import chip
from inbox.workspace.templatetags.ui import avatar, initials
from inbox.workspace.wording import clock_time, duration, short_time, translated
from tests.inbox.reports.stories import asked, on
from tests.inbox.workspace.pages import text_of

NOON = datetime(2025, 3, 12, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0, "0 s"),
        (38, "38 s"),
        (59.6, "1 m"),
        (60, "1 m"),
        (90, "1 m 30 s"),
        (119.6, "2 m"),
        (23 * 60 + 29, "23 m"),
        (3599, "1 h"),
        (3900, "1 h 05"),
        (5 * 3600, "5 h"),
        (86399, "1 d"),
        (2 * 86400 + 3 * 3600, "2 d 3 h"),
        (-90, "1 m 30 s"),
    ],
)
def test_a_duration_is_put_into_its_two_largest_units(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words


@given(st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_every_duration_has_words_and_a_timedelta_those_of_its_seconds(length: timedelta) -> None:
    assert duration(length) == duration(length.total_seconds()) != ""


@pytest.mark.parametrize(
    ("at", "short", "inside"),
    [
        (NOON - 2 * HOUR, "11:00", "11:00"),
        (NOON - 30 * HOUR, "Tue", "Tue 07:00"),
        (NOON + 30 * HOUR, "13 Mar", "Thu 19:00"),
        (NOON - timedelta(days=20), "20 Feb", "20 Feb 13:00"),
        (NOON - timedelta(days=500), "29 Oct 2023", "29 Oct 2023 13:00"),
    ],
)
def test_an_instant_is_as_short_as_it_can_be_in_the_readers_zone(at: datetime, short: str, inside: str) -> None:
    with timezone.override(ZoneInfo("Europe/Oslo")):
        assert (short_time(at, NOON), clock_time(at, NOON)) == (short, inside)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Bo Larsen", "BL"),
        ("Иван Петров", "ИП"),
        ("李娜", "李"),
        ("kay@ito.example", "K"),
        ("Ada M. Brandt", "AB"),
        ("", "?"),
        ("***", "?"),
    ],
)
def test_a_name_has_its_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_name_keeps_its_tint_and_can_hold_no_markup() -> None:
    assert avatar("<b> x") == avatar("<b> x")
    assert "<b>" not in avatar("<b> x")


def clock(**values: object) -> Clock:
    """A first reply due at noon, to be warned of half an hour before: its goal was two hours."""
    return Clock(
        **{
            "target": "first_response",
            "state": "running",
            "goal_seconds": 7200.0,
            "used_seconds": 0.0,
            "started_at": NOON - 2 * HOUR,
            "due_at": NOON,
            "warn_at": NOON - 30 * MINUTE,
            **values,
        }
    )


@pytest.mark.parametrize(
    ("seen_at", "look"),
    [
        (NOON - 90 * MINUTE, ("calm", "due 12:00")),
        (NOON - 60 * MINUTE, ("calm", "1 h left")),
        (NOON - 31 * MINUTE, ("calm", "31 m left")),
        (NOON - 30 * MINUTE, ("due", "30 m left")),
        (NOON, ("due", "0 s left")),
        (NOON + 65 * MINUTE, ("over", "1 h 05 over")),
    ],
)
def test_a_running_clock_tells_the_time_from_half_warns_in_the_last_quarter_and_then_counts_what_is_over(
    seen_at: datetime, look: tuple[str, str]
) -> None:
    with timezone.override(UTC):
        made = chip(clock(), seen_at)
    assert made is not None
    assert (made.look, made.text) == look


@pytest.mark.parametrize(
    ("values", "look"),
    [
        ({"state": "waived", "stopped_at": NOON, "waived_because": "no reply needed"}, ("plain", "no reply needed")),
        ({"state": "waived", "stopped_at": NOON, "waived_because": "spam"}, ("plain", "waived: spam")),
        ({"state": "met", "stopped_at": NOON, "used_seconds": 720.0}, ("met", "answered in 12 m")),
        (
            {"state": "met", "stopped_at": NOON, "used_seconds": 720.0, "target": "resolution"},
            ("met", "resolved in 12 m"),
        ),
        (
            {"state": "breached", "stopped_at": NOON, "breached_at": NOON - HOUR, "used_seconds": 8400.0},
            ("late", "answered 20 m late"),
        ),
        ({"state": "breached", "due_at": None, "warn_at": None, "breached_at": NOON - HOUR}, ("over", "1 h over")),
    ],
)
def test_a_clock_that_does_not_run_says_why(values: dict[str, object], look: tuple[str, str]) -> None:
    made = chip(clock(**values), NOON)
    assert made is not None
    assert (made.look, made.text) == look


@pytest.mark.parametrize(
    ("state", "why"), [("pending", "waiting for the customer"), ("on_hold", "on hold, waiting for somebody else")]
)
def test_a_paused_clock_says_what_it_waits_for_to_who_points_at_it_and_to_who_hears_it(state: str, why: str) -> None:
    shown = clock(state="paused", due_at=None, warn_at=None, target="resolution", ticket=Ticket(state=state))
    html = Template("{% load ui %}{% sla_chip clock %}").render(Context({"clock": shown, "now": NOON}))
    assert text_of(html) == f"paused , {why} resolve: paused, {why}"
    assert f'title="{why}"' in html


def test_what_is_left_is_counted_in_open_hours(support: Channel) -> None:
    # Asked on Monday at 16, an hour before closing: the four hours end on Tuesday at 11.
    shown = asked(support, on(9, 16), "Kay").clocks.get(target="first_response")
    with timezone.override(UTC):
        looks = {at: (made.look, made.text) for at in MOMENTS if (made := chip(shown, at))}
    assert looks == {
        on(9, 16, 59): ("calm", "due Tue 11:00"),
        on(10, 8, 59): ("calm", "due 11:00"),
        on(10, 9): ("calm", "2 h left"),
        on(10, 10): ("due", "1 h left"),
        on(10, 11, 5): ("over", "5 m over"),
    }


MOMENTS = (on(9, 16, 59), on(10, 8, 59), on(10, 9), on(10, 10), on(10, 11, 5))


@pytest.mark.parametrize("values", [{"state": "stopped", "stopped_at": NOON}, {"goal_seconds": None}])
def test_without_a_goal_there_is_nothing_to_show(values: dict[str, object]) -> None:
    assert chip(clock(**values), NOON) is None


def test_beside_the_name_of_its_target_a_chip_is_brief() -> None:
    context = Context({"clock": clock(state="met", stopped_at=NOON, used_seconds=720.0), "now": NOON})
    html = Template("{% load ui %}{% sla_chip clock labelled=True %}").render(context)
    assert "<span>first reply</span> <span data-text>12 m</span>" in html


def test_the_chip_on_the_page_carries_what_the_script_needs_and_words_for_screen_readers() -> None:
    with timezone.override(UTC):
        context = Context({"clock": clock(), "now": NOON - 10 * MINUTE})
        html = Template("{% load ui %}{% sla_chip clock labelled=True %}").render(context)
    assert [
        part in html
        for part in (
            'data-due="2025-03-12T12:00:00+00:00"',
            'data-warn="2025-03-12T11:30:00+00:00"',
            'data-half="2025-03-12T11:00:00+00:00"',
            'class="chip due"',
            "10 m left",
            "first reply due 12:00",
        )
    ] == [True] * 6


def test_what_an_adapter_says_is_translated_with_what_is_said_inside_of_it() -> None:
    reason = say("No API key is set for this account.")
    with translation.override("ru"):
        told = translated(say("No connection to %(where)s: %(problem)s", where="mx.example", problem=reason))
    assert told == "Нет соединения с mx.example: Ключ API для этой учётной записи не задан."
