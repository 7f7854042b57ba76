"""Surveys as programs read them: the decisions on asking, and the answers, of which some have no name."""

from __future__ import annotations

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.surveys.actions import answer
from inbox.surveys.asking import send_due
from inbox.surveys.models import Invitation, SurveyVersion
from inbox.tickets.actions import resolve
from inbox.tickets.models import Ticket
from tests.inbox.api.calls import Caller, problem
from tests.inbox.surveys.stories import DAY, HOUR, NOON, settled, written


@pytest.fixture
def asked(support: Channel, ada: Agent) -> Ticket:
    """Bo was asked and answered; Kay had no reply of a person's."""
    ticket = settled(support, ada)
    send_due(NOON + 2 * DAY)
    answer(Invitation.objects.get(), 2, "The label.", at=NOON + 2 * DAY + HOUR)
    resolve(written(support, 2, name="Kay Ito", address="kay@ito.example"), by=ada, at=NOON + HOUR)
    return ticket


def test_every_decision_is_there_with_its_reason_and_its_answer(asked: Ticket, maja: Agent) -> None:
    caller = Caller(maja)
    everything = caller.reads("invitations/?limit=1")
    rest = caller.reads(everything["next"])["results"]
    found = [*everything["results"], *rest]
    given = caller.reads("answers/?kind=ces")["results"]
    assert (
        [(one["state"], one["not_asked_because"], one["answer_id"] and one["customer"]["name"]) for one in found],
        [one["state"] for one in caller.reads("invitations/?not_asked_because=no_human_reply")["results"]],
        [(one["ticket"], one["score"], one["ease"], one["comment"], one["answered_at"]) for one in given],
        caller.reads(f"tickets/{asked.pk}/invitations/") == [one for one in found if one["ticket"] == asked.pk],
        caller.reads(f"invitations/{found[0]['id']}/") == found[0],
    ) == (
        [("suppressed", "no_human_reply", None), ("answered", "", "Bo Larsen")],
        ["suppressed"],
        [(asked.pk, 2, 25.0, "The label.", "2026-03-05T13:00:00Z")],
        True,
        True,
    )


def test_an_anonymous_answer_has_no_name_and_is_there_once_there_are_five(
    support: Channel, ada: Agent, maja: Agent
) -> None:
    SurveyVersion.objects.update(is_anonymous=True)
    for number in range(5):
        settled(support, ada, number, name=f"Customer {number}", address=f"{number}@customers.example")
    send_due(NOON + 2 * DAY)
    caller, counts = Caller(maja), []
    for invitation in Invitation.objects.order_by("id"):
        answer(invitation, 1, "Slow.", at=NOON + 2 * DAY + HOUR)
        counts.append(len(caller.reads("answers/")["results"]))
    first = caller.reads("answers/")["results"][0]
    told = {name: first[name] for name in ("invitation", "ticket", "customer", "agent", "answered_at")}
    assert (
        counts,
        told,
        {one["answer_id"] for one in caller.reads("invitations/")["results"]},
        caller.reads("answers/?answered_since=2026-03-05T12:59:59Z")["results"],
    ) == (
        [0, 0, 0, 0, 5],
        {"invitation": None, "ticket": None, "customer": None, "agent": None, "answered_at": "2026-03-05"},
        {None},
        [],
    )


def test_a_lead_holds_a_scheduled_survey_back_with_a_reason(support: Channel, ada: Agent, maja: Agent) -> None:
    settled(support, ada)
    caller, path = Caller(maja), f"invitations/{Invitation.objects.get().pk}/hold-back/"
    without = problem(caller.call("POST", path, {}))
    held = caller.call("POST", path, {"note": "A lawsuit."}).json()
    again = caller.call("POST", path, {"note": "A lawsuit."}).json()
    assert (
        without[:2],
        list(without[2]),
        (held["state"], held["not_asked_because"], held["held_back_by"]["name"], held["note"]),
        again == held,
    ) == ((400, "invalid"), ["/note"], ("suppressed", "by_agent", "Maja", "A lawsuit."), True)


def test_surveys_are_read_with_their_versions(company: None, maja: Agent) -> None:
    found = Caller(maja).reads("surveys/")
    version = found[0]["versions"][0]
    assert [
        (found[0]["kind"], found[0]["delays"]["email"], version["scale"], version["unhappy_scores"]),
    ] == [("ces", 86400, {"lowest": 1, "highest": 5, "low_is_good": False}, [1, 2])]


@pytest.mark.parametrize("path", ["surveys/", "invitations/", "answers/", "webhooks/"])
def test_agents_read_what_is_theirs_only(asked: Ticket, ada: Agent, path: str) -> None:
    caller = Caller(ada)
    assert (caller.call("GET", path).status_code, len(caller.reads(f"tickets/{asked.pk}/invitations/"))) == (403, 1)
