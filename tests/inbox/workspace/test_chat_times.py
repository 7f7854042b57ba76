"""Targets in seconds: who chats waits in front of the page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from inbox.agents.models import Agent
from inbox.chats.settings import make_chat
from inbox.sla.forms import terms_from
from inbox.sla.models import BusinessCalendar, Clock, Policy
from inbox.sla.policies import delete_policy, make_policy
from inbox.tickets.changes import SYSTEM
from inbox.tickets.conversation import reply
from inbox.workspace import policy_words
from inbox.workspace.chips import chip
from inbox.workspace.policy_words import promised
from tests import cast
from tests.inbox.questions import asks

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def terms(**within: Any) -> Any:
    return terms_from(
        {
            "name": "Chats",
            "calendar": BusinessCalendar.objects.get().pk,
            "conditions": [{"field": "channel", "values": ["livechat"]}],
            "targets": {"first_response": {"basis": "calendar", "within": within}},
        }
    )


def test_a_target_of_seconds_is_typed_promised_counted_down_and_met_in_seconds(ada: Agent) -> None:
    chat = cast.shop_chat()
    version = make_policy(terms(normal="45s", high=90), by=SYSTEM).versions.get()
    start = version.in_force_from
    ticket = asks(chat, 1, at=start)
    clock = Clock.objects.select_related("ticket").get(ticket=ticket, target="first_response")
    texts = [getattr(chip(clock, start + seconds * SECOND), "text", "") for seconds in (5, 50)]
    reply(ticket, "Hello", by=ada, at=start + 38 * SECOND)
    answered = chip(Clock.objects.select_related("ticket").get(pk=clock.pk), start + 60 * SECOND)
    assert (texts, getattr(answered, "text", "")) == (["40 s left", "5 s over"], "answered in 38 s")
    words = [promised(seconds, "business") for seconds in (45, 60, 90, 150, 5400)]
    assert words == ["45 s", "1 m", "1 m 30 s", "2 m 30 s", "1 h 30"]
    assert policy_words.typed_again(90, "business") == "1m 30s"


def test_the_first_chat_brings_a_policy_for_chats_and_no_other_does(maja: Agent) -> None:
    chat = make_chat(name="Shop", origins=["https://shop.example"], by=maja)
    policy = Policy.objects.get(name="Live chat")
    version = policy.versions.get()
    assert [one.name for one in Policy.objects.order_by("position")] == ["Live chat", "Standard"]
    assert version.targets["first_response"]["within"] == {"low": 120, "normal": 60, "high": 45, "urgent": 30}
    ticket = asks(chat, 1)
    mail = asks(cast.support(), 2)
    goals = [Clock.objects.get(ticket=one, target="first_response").goal_seconds for one in (ticket, mail)]
    assert goals == [60, 4 * 3600]
    delete_policy(policy, by=maja)
    make_chat(name="Outlet", origins=["https://outlet.example"], by=maja)
    assert Policy.objects.filter(deleted_at=None).count() == 1
