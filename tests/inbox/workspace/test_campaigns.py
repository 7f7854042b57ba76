"""The pages of campaigns: whom they would ask, when, and what came of their runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.common.clock import moved_to
from inbox.surveys.editing import make_campaign, make_survey, switch_survey
from inbox.surveys.models import Campaign, Invitation, Survey
from inbox.surveys.rules import campaign_from
from tests.inbox.questions import asks
from tests.inbox.workspace.pages import text_of
from tests.inbox.workspace.test_surveys import errors

pytestmark = pytest.mark.usefixtures("company")
LIST = "/settings/surveys/campaigns/"
MONDAY = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
Screen = Callable[[Agent], Client]


@pytest.fixture
def survey(maja: Agent) -> Survey:
    made = make_survey("nps", "Recommend", moment="schedule", by=maja)
    return switch_survey(made, on=True, by=maja)


def typed(asked: Survey, support: Channel, **changed: object) -> dict[str, object]:
    return {
        "name": "Spring",
        "survey": str(asked.pk),
        "channel": str(support.pk),
        "segments": "",
        "active_days": "30",
        "every_days": "90",
        "next_run_at": "2026-10-06T10:00",
        "do": "save",
        **changed,
    }


@pytest.fixture
def campaign(survey: Survey, support: Channel, maja: Agent) -> Campaign:
    values = {"name": "Spring", "survey": survey.pk, "channel": support.pk, "next_run_at": MONDAY + timedelta(days=1)}
    return make_campaign(campaign_from(values, at=MONDAY), by=maja)


def test_a_campaign_is_planned_after_a_look_at_whom_it_would_ask(
    screen: Screen, maja: Agent, support: Channel, survey: Survey
):
    for number in range(3):
        asks(support, number, at=MONDAY)
    Invitation.objects.create(
        ticket=asks(support, 1, at=MONDAY),
        cycle=1,
        customer=asks(support, 1, at=MONDAY).customer,
        channel=support,
        state="sent",
        decided_at=MONDAY,
        sent_at=MONDAY,
    )
    client = screen(maja)
    with moved_to(MONDAY + timedelta(hours=2)):
        looked = text_of(client.post(f"{LIST}new/", typed(survey, support, do="look")))
        assert ("2 customers would be asked of 3 it is for" in looked, "Asked within the last days 1" in looked) == (
            True,
            True,
        )
        assert Campaign.objects.count() == 0
        page = client.post(f"{LIST}new/", typed(survey, support), follow=True)
    made = Campaign.objects.get()
    assert (made.made_by, made.every_days, made.next_run_at.isoformat()) == (maja, 90, "2026-10-06T10:00:00+00:00")
    said = text_of(page)
    words = ("All customers · wrote in the last 30 days", "every 90 days", "It has not run yet.", "2 customers")
    assert [one for one in words if one not in said] == []


def test_mistakes_stand_at_their_fields(screen: Screen, maja: Agent, support: Channel, survey: Survey):
    given = typed(survey, support, name="", survey="0", every_days="1", next_run_at="soon")
    assert errors(screen(maja).post(f"{LIST}new/", given)) == [
        "Give the campaign a name; customers don't see it.",
        "Choose a survey that is asked by a schedule.",
        "Give a day and a time.",
        "Give a whole number from 7 to 730.",
    ]


def test_its_life(screen: Screen, maja: Agent, campaign: Campaign):
    client, found = screen(maja), []
    with moved_to(MONDAY + timedelta(hours=2)):
        for verb, given in (
            ("activity", {"on": "run"}),
            ("activity", {"on": "0"}),
            ("activity", {"on": "run"}),
            ("activity", {"on": "1"}),
            ("deletion", {}),
        ):
            client.post(f"{LIST}{campaign.pk}/{verb}/", given)
            campaign.refresh_from_db()
            found.append((campaign.is_active, campaign.next_run_at == MONDAY + timedelta(hours=2)))
    assert (found, campaign.deleted_at is not None) == (
        [(True, True), (False, True), (False, True), (True, True), (False, True)],
        True,
    )


def test_a_change_keeps_a_time_that_is_past(screen: Screen, maja: Agent, support: Channel, campaign: Campaign):
    given = typed(campaign.survey, support, name="May", next_run_at="2026-10-06T09:00")
    with moved_to(MONDAY + timedelta(days=5)):
        screen(maja).post(f"{LIST}{campaign.pk}/terms/", given)
    campaign.refresh_from_db()
    assert (campaign.name, campaign.next_run_at) == ("May", MONDAY + timedelta(days=1))


def test_runs_tell_what_came_of_them(screen: Screen, maja: Agent, support: Channel, campaign: Campaign):
    states = [("answered", ""), ("sent", ""), ("scheduled", ""), ("suppressed", "opted_out")]
    for number, (state, reason) in enumerate(states):
        Invitation.objects.create(
            campaign=campaign,
            cycle=1,
            customer=asks(support, number, at=MONDAY).customer,
            channel=support,
            state=state,
            suppressed_because=reason,
            decided_at=MONDAY,
            sent_at=MONDAY if state in ("answered", "sent") else None,
        )
    page = text_of(screen(maja).get(f"{LIST}{campaign.pk}/"))
    table = page.partition("Runs so far")[2].partition("Take it out")[0]
    assert table.strip().endswith("2 1 1 Does not want surveys: 1")


def test_a_campaign_whose_survey_is_off_says_so(screen: Screen, maja: Agent, campaign: Campaign):
    switch_survey(campaign.survey, on=False, by=maja)
    assert "is switched off" in text_of(screen(maja).get(f"{LIST}{campaign.pk}/"))


def test_without_a_survey_for_it_there_is_nothing_to_plan(screen: Screen, maja: Agent):
    assert "No survey is asked by a schedule" in text_of(screen(maja).get(LIST))
