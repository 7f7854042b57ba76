"""Who writes is seen to write, on the networks that show it: now, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from channels_adapters.registry import adapter
from inbox.agents.models import Agent, Team
from inbox.channels import actions as channels
from inbox.channels.access import hook_address
from inbox.channels.intake import accept, process
from inbox.channels.models import Channel
from inbox.channels.writing import show_writing, tell
from inbox.common.clock import now
from inbox.customers.actions import set_reach
from inbox.customers.models import Identity
from inbox.tickets.models import Message, Ticket
from tests.networks import api, instagram, messenger, telegram, twilio, vk, wechat, whatsapp
from tests.networks.server import Reply
from tests.networks.story import Story
from tests.web import Visitor

pytestmark = pytest.mark.django_db
STORIES = {
    "messenger": messenger.STORY,
    "instagram": instagram.STORY,
    "whatsapp": whatsapp.STORY,
    "telegram": telegram.STORY,
    "vk": vk.STORY,
    "wechat": wechat.STORY,
    "api": api.STORY,
}


def asked(story: Story) -> Ticket:
    """Somebody asks by a network."""
    ours = story.account
    settings, secrets = dict(ours.settings), dict(ours.secrets)
    channel = channels.connect(kind=ours.kind, address=ours.address, name="N", settings=settings, secrets=secrets)
    process(accept(channel, story.inbound("Where is my parcel?", hook_address(channel))).envelope_id)
    return Ticket.objects.get()


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The bells that were rung, with the seconds each is good for."""
    heard: list[Any] = []

    def ring(task: str, args: tuple[Any, ...], **options: Any) -> None:
        heard.append((task.rpartition(".")[2], args, options["expires"]))

    monkeypatch.setattr(channels.current_app, "send_task", ring)
    cache.clear()
    return heard


@pytest.mark.parametrize("kind", STORIES)
def test_the_customer_is_shown_it_where_he_wrote(billing: Team, kind: str) -> None:
    with STORIES[kind].fake() as network:
        ticket = asked(STORIES[kind])
        wrote = Message.objects.get()
        told = tell(ticket.pk)
        whom = wrote.external_id if kind == "whatsapp" else wrote.identity and wrote.identity.value
        assert (told, network.shown, STORIES[kind].said(network)) == (True, [whom], [])


def test_every_network_that_shows_it_is_among_them() -> None:
    stories = [*STORIES.values(), twilio.STORY, twilio.STORY_WHATSAPP]
    showing = [one.account.kind for one in stories if adapter(one.account.kind).capabilities.typing]
    assert showing == list(STORIES)


def test_it_is_told_again_once_it_is_shown_no_more(billing: Team, rung: list[Any]) -> None:
    ticket = asked(telegram.STORY)
    for _ in range(3):
        show_writing(ticket)
    cache.clear()
    show_writing(ticket)
    assert [one for one in rung if one[0] == "tell_typing"] == [("tell_typing", (ticket.pk,), 4.0)] * 2


def _is_public(ticket: Ticket) -> None:
    ticket.messages.update(is_public=True)


def _is_long_ago(ticket: Ticket) -> None:
    ticket.messages.update(occurred_at=now() - timedelta(days=2))


def _has_blocked_us(ticket: Ticket) -> None:
    (one,) = Identity.objects.filter(kind="phone")
    set_reach(one, is_blocked=True, is_opted_out=False, at=now(), network="whatsapp")


def _is_switched_off(ticket: Ticket) -> None:
    Channel.objects.update(is_active=False)


@pytest.mark.parametrize("happened", [_is_public, _is_long_ago, _has_blocked_us, _is_switched_off])
def test_who_could_not_be_answered_now_is_shown_nothing(billing: Team, happened: Callable[[Ticket], None]) -> None:
    with whatsapp.STORY.fake() as network:
        ticket = asked(whatsapp.STORY)
        happened(ticket)
        assert (tell(ticket.pk), network.shown, network.journal) == (False, [], [])


def test_a_network_that_does_not_take_it_harms_nothing(billing: Team) -> None:
    with vk.STORY.fake() as network:
        ticket = asked(vk.STORY)
        network.bad_days += [Reply(500), Reply(hang_up=True)]
        told = [tell(ticket.pk) for _ in range(3)]
        assert (told, len(network.shown), Channel.objects.get().news.count()) == ([False, False, True], 1, 0)


def test_writing_in_the_workspace_rings_where_it_is_shown(billing: Team, ada: Agent, rung: list[Any]) -> None:
    ticket, screen = asked(whatsapp.STORY), Visitor()
    screen.force_login(ada)
    answers = [screen.post(f"/tickets/{ticket.pk}/typing/", {"typing": on}).status_code for on in ("1", "1", "0")]
    assert (answers, [one[0] for one in rung if one[0] == "tell_typing"]) == ([204] * 3, ["tell_typing"])
