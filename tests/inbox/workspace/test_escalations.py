"""The page of what could not be carried out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.escalations.hooks import signing_secret
from inbox.escalations.taking import MOST_ATTEMPTS, take, waiting
from inbox.sla.escalation import On, Step
from inbox.sla.models import Escalation
from inbox.sla.sweep import notice_due
from tests.inbox.escalating import ASKED, DUE, MINUTE, escalates
from tests.inbox.questions import asks
from tests.inbox.workspace.pages import text_of

Screen = Callable[[Agent], Client]
#: Nobody may call it: it is inside our own network.
NOWHERE = "http://127.0.0.1:9/late"


@pytest.fixture
def given_up(support: Channel) -> Escalation:
    """A webhook that was not called, as often as it is tried."""
    escalates(Step(on=On.BREACHED, webhook=NOWHERE))
    asks(support, 1, subject="Where are my shoes?", at=ASKED)
    notice_due(DUE + MINUTE)
    Escalation.objects.update(attempts=MOST_ATTEMPTS - 1)
    taken = take(waiting()[0])
    assert taken
    return taken


def test_what_was_given_up_is_listed_with_its_reason_and_can_be_tried_again(
    screen: Screen, maja: Agent, given_up: Escalation
) -> None:
    client = screen(maja)
    page = text_of(client.get("/settings/escalations/"))
    client.post(f"/settings/escalations/{given_up.pk}/attempt/")
    assert (
        [words in page for words in ("Where are my shoes?", NOWHERE, "OUTGOING_ALLOW", "given up", "Try again")],
        waiting(),
    ) == ([True] * 5, [given_up.pk])


def test_what_is_done_can_not_be_tried_again(screen: Screen, maja: Agent, given_up: Escalation) -> None:
    Escalation.objects.update(error="")
    client = screen(maja)
    answer = client.post(f"/settings/escalations/{given_up.pk}/attempt/", follow=True)
    assert ("There is nothing to try again." in text_of(answer), waiting()) == (True, [])


def test_administrators_read_the_signing_secret(screen: Screen, maja: Agent, company: None) -> None:
    page = screen(maja).get("/settings/escalations/")
    assert (f'value="{signing_secret()}"' in page.content.decode(), "Everything could be done" in text_of(page)) == (
        True,
        True,
    )
