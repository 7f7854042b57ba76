"""What came of asking: the mean ease, the response rate, and why customers were not asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from channels_adapters.contracts import DeliveryState, DeliveryUpdate
from inbox.agents.models import Agent, Team
from inbox.channels import delivery
from inbox.channels.models import Channel, Delivery
from inbox.channels.receipts import record_update
from inbox.reports.figures import Share
from inbox.reports.listing import Wanted, listing
from inbox.reports.queries import groups, team_names
from inbox.reports.scope import Grouping
from inbox.reports.survey_drivers import drivers
from inbox.reports.survey_report import comments
from inbox.reports.survey_scope import SurveyGrouping, SurveyScope
from inbox.reports.surveys import asking_by_agent, response, rows, scales, score, trend
from inbox.surveys.actions import answer, send_due
from inbox.surveys.models import Invitation
from inbox.tickets.actions import reopen, resolve
from inbox.tickets.conversation import reply
from inbox.tickets.enums import State
from inbox.tickets.models import Ticket
from tests import cast
from tests.inbox.reports.stories import asked, on, scope

SCORES = (5, 5, 5, 4, 4, 3, 2, 1, 5, 4)


def settled(channel: Channel, agent: Agent, name: str) -> Ticket:
    """Asked on Monday, answered and resolved an hour later."""
    ticket = asked(channel, on(9, 9), name)
    reply(ticket, "Here you are.", by=agent, at=on(9, 10), then=State.RESOLVED, undo_seconds=0)
    return ticket


def send_all() -> None:
    """What lies in the outbox leaves."""
    for delivery_id in delivery.waiting():
        delivery.send(delivery_id)


@pytest.fixture(scope="module")
def thirteen_once(company_once: bool) -> None:
    """Ten answered, one only read it, one bounced, one came back before he was asked; and one had no reply."""
    support, ada = cast.support(), cast.ada()
    names = [f"Customer{letter}" for letter in "ABCDEFGHIJKLM"]
    tickets = {name: settled(support, ada, name) for name in names}
    resolve(asked(support, on(9, 9), "Silent"), by=ada, at=on(9, 11))
    reopen(tickets["CustomerM"], by=ada, at=on(9, 12))
    send_all()
    send_due(on(11, 10))
    send_all()
    for name, given in zip(names, SCORES, strict=False):
        invitation = Invitation.objects.get(ticket=tickets[name])
        answer(
            invitation, given, f"{name} says {given}." if given < 3 else "", "en", on(11, 12) + timedelta(minutes=given)
        )
    bounced = Delivery.objects.get(message__in=Invitation.objects.filter(ticket=tickets["CustomerL"]).values("message"))
    record_update(
        support,
        DeliveryUpdate(
            event_id="bounce",
            state=DeliveryState.BOUNCED,
            external_ids=tuple(bounced.external_ids),
            occurred_at=on(11, 11),
        ),
    )


@pytest.fixture
def thirteen_asked(thirteen_once: None, company: None) -> None:
    """What became of fourteen tickets; all tests of this module start from them."""


def test_the_survey_figures_of_a_week(thirteen_asked: None) -> None:
    asked = SurveyScope(scope())
    ease, came = score(asked), response(asked)
    assert ease.interval is not None
    # 100, 100, 100, 75, 75, 50, 25, 0, 100, 75: 70 -+ 2.2622 * 34.96 / sqrt(10).
    assert (
        (ease.n, ease.value, round(ease.interval.low, 1), round(ease.interval.high, 1)),
        [(scale.low, scale.high, scale.scores) for scale in scales(asked)],
        came.share,
        (came.sent, came.on_their_way, came.undelivered, came.cancelled, dict(came.not_asked)),
    ) == (
        (10, 70.0, 45.0, 95.0),
        [(1, 5, [(1, 1), (2, 1), (3, 1), (4, 3), (5, 4)])],
        Share(10, 11),
        (12, 0, 1, 1, {"no_human_reply": 1}),
    )


def test_each_number_of_the_surveys_lists_its_tickets(thirteen_asked: None) -> None:

    def count(figure: str, reason: str = "", **part: object) -> int:
        found = listing(scope(), Wanted(figure, reason=reason, survey=SurveyScope(scope(), **part)))
        assert found is not None
        return len([found.line(row) for row in found.rows])

    assert {
        "answers": count("answers"),
        "answers of 4": count("answers", score=4),
        "answered": count("answered"),
        "delivered": count("delivered"),
        "sent": count("sent"),
        "on their way": count("on_their_way"),
        "undelivered": count("undelivered"),
        "cancelled": count("cancelled"),
        "not asked": count("not_asked", reason="no_human_reply"),
    } == {
        "answers": 10,
        "answers of 4": 3,
        "answered": 10,
        "delivered": 11,
        "sent": 12,
        "on their way": 0,
        "undelivered": 1,
        "cancelled": 1,
        "not asked": 1,
    }


def test_comments_come_newest_first_and_ease_belongs_to_the_team_of_the_last_reply(
    thirteen_asked: None, billing: Team
) -> None:
    by_team = groups(scope(), Grouping.TEAM, team_names())
    assert (
        [given.comment for given in comments(SurveyScope(scope()))],
        [(group.name, group.ease.n, group.ease.value) for group in by_team],
        score(SurveyScope(replace(scope(), team=billing.pk))).n,
        score(SurveyScope(replace(scope(), team="none"))).n,
    ) == (["CustomerG says 2.", "CustomerH says 1."], [("Billing", 10, 70.0)], 10, 0)


def test_scores_step_by_step_and_row_by_row(thirteen_asked: None, ada: Agent) -> None:
    asked = SurveyScope(scope())
    by_day = [(step.first.day, step.score.n, step.score.value) for step in trend(asked)]
    by_language = rows(asked, SurveyGrouping.LANGUAGE, {"en": "English", "ru": "Russian"})
    assert (
        by_day,
        [(row.name, row.score.n, row.response) for row in by_language],
        [
            (agent.name, agent.asked, agent.cancelled, dict(agent.not_asked), agent.share.percent)
            for agent in asking_by_agent(asked, {ada.pk: "Ada", None: "nobody"})
        ],
    ) == (
        [(7, 0, None), (8, 0, None), (9, 0, None), (10, 0, None), (11, 10, 70.0), (12, 0, None), (13, 0, None)],
        [("English", 10, Share(10, 11))],
        [("Ada", 12, 1, {}, 100 * 12 / 13), ("nobody", 0, 0, {"no_human_reply": 1}, 0.0)],
    )


def test_answers_by_what_happened_in_their_work_cycle(thirteen_asked: None) -> None:
    found = {
        driver.key: ({part.key: part.score.n for part in driver.parts if part.score.n}, driver.unknown)
        for driver in drivers(SurveyScope(scope()))
    }
    listed = listing(scope(), Wanted("driver", reason="replies:1", survey=SurveyScope(scope())))
    assert listed is not None
    assert (found, listed.rows.count()) == (
        {
            "first_response": ({"1h": 10}, 0),
            "replies": ({"1": 10}, 0),
            "hand_overs": ({"0": 10}, 0),
            "channels": ({"1": 10}, 0),
            "reopened": ({"no": 10}, 0),
        },
        10,
    )
