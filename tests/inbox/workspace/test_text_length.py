"""The composer's counter, the parts it shows and what is refused before sending are what each network takes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from channels_adapters.contracts import Account, Fault, OutboundMessage, Payload, SendError, TextUnit
from channels_adapters.registry import adapter, kinds
from channels_adapters.splitting import length
from inbox.agents.models import Team
from inbox.channels import actions as channels
from inbox.channels.delivery import send
from inbox.channels.intake import accept, process
from inbox.channels.models import Channel, Delivery
from inbox.channels.outgoing import outbound
from inbox.common.clock import now
from inbox.live.announce import bell
from inbox.tickets.changes import Refused
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from inbox.tickets.networks import capabilities_of
from inbox.tickets.sending import Sending, is_network
from inbox.workspace.network_side import network_side
from inbox.workspace.text_length import Measured, measured
from tests import cast
from tests.channels_adapters.instagram.recorded_requests import COMMENT
from tests.networks import api, instagram, messenger, telegram, twilio, vk, wechat, whatsapp
from tests.networks.server import FakeNetwork
from tests.networks.story import Story

pytestmark = pytest.mark.django_db
SETTINGS = {"api": {"text_limit": 500}}


@dataclass(frozen=True)
class Asked:
    """Where somebody asks: by `inbound`, in public or not; `opens` makes what is asked known to the fake."""

    story: Story
    inbound: Callable[[], Payload]
    is_public: bool = False
    opens: Callable[[FakeNetwork], None] = lambda _: None


def _by(story: Story) -> Asked:
    return Asked(story, lambda: story.inbound("Where is it?", ""))


def _on_a_page() -> Payload:
    return messenger.signed(messenger.webhook(messenger.entry(messenger.below(), kind="changes")))


def _below_a_picture() -> Payload:
    at = {"time": int(time.time() * 1000)}
    change = {"field": "comments", "value": COMMENT} | {"timestamp": at["time"]}
    return instagram.signed(instagram.webhook(instagram.entry(change, kind="changes") | at))


def _known(comment: str) -> Callable[[FakeNetwork], None]:
    def opens(fake: FakeNetwork) -> None:
        assert isinstance(fake, messenger.Messenger | instagram.Instagram)
        fake.comments[comment] = "new" if isinstance(fake, instagram.Instagram) else ""

    return opens


STORIES = [
    *(module.STORY for module in (api, instagram, messenger, telegram, twilio, vk, wechat, whatsapp)),
    twilio.STORY_WHATSAPP,
]
TALKS = {story.account.kind: _by(story) for story in STORIES}
COMMENTS = {
    "messenger": Asked(messenger.STORY, _on_a_page, is_public=True, opens=_known("122131676912594941_1")),
    "instagram": Asked(instagram.STORY, _below_a_picture, is_public=True, opens=_known(COMMENT["id"])),
}
EVERYWHERE = [*TALKS.items(), *((f"{kind} in public", asked) for kind, asked in COMMENTS.items())]


@pytest.fixture
def team(billing: Team) -> Team:
    return billing


def _connected(story: Story) -> Channel:
    ours: Account = story.account
    settings = {**ours.settings, **SETTINGS.get(ours.kind, {})}
    return channels.connect(
        kind=ours.kind, address=ours.address, name="Shop", settings=settings, secrets=dict(ours.secrets)
    )


def _ticket(asked: Asked) -> Ticket:
    process(accept(_connected(asked.story), asked.inbound()).envelope_id)
    return Ticket.objects.get()


def _counted(ticket: Ticket, text: str, **more: str) -> Measured:
    found = measured(ticket, {"message_text": text, **more})
    assert found
    return found


def _unit(ticket: Ticket, *, is_public: bool) -> TextUnit:
    able = capabilities_of(ticket.channel)
    return able.in_public().text_unit if is_public else able.text_unit


def _long(most: int, unit: TextUnit) -> str:
    """A text of exactly `most`, whose characters are of different length by each unit."""
    text = "🐦é " * (most // 20)
    text += "n" * (most - length(text, unit))
    assert length(text, unit) == most
    return text


def _left(ticket: Ticket, text: str, sending: Sending) -> Delivery:
    row = Delivery.objects.get(message=reply(ticket, text, by=cast.maja(), undo_seconds=0, sending=sending))
    # Nobody waits for the network's pace here.
    bell().delete(f"inbox:pace:{row.channel_id}")
    delivery = send(row.pk)
    assert isinstance(delivery, Delivery)
    return delivery


@pytest.mark.parametrize("asked", [asked for _, asked in EVERYWHERE], ids=[name for name, _ in EVERYWHERE])
def test_a_text_leaves_in_the_parts_that_the_counter_shows(team: Team, asked: Asked) -> None:
    with asked.story.fake() as network:
        asked.opens(network)
        ticket = _ticket(asked)
        most = _counted(ticket, "Here.").most
        whole = _long(most, _unit(ticket, is_public=asked.is_public))
        counted = [_counted(ticket, text) for text in (whole, f"{whole}!")]
        states = [_left(ticket, text, Sending()).status for text in (whole, f"{whole}!")]
        said = asked.story.said(network)
    assert ([len(one.parts) for one in counted], [one.used - most for one in counted]) == ([1, 2], [0, 1])
    assert ([one.is_too_long for one in counted], states) == ([False, False], ["sent", "sent"])
    assert said == [*counted[0].parts, *counted[1].parts]


@pytest.mark.parametrize("asked", COMMENTS.values(), ids=COMMENTS)
def test_a_private_answer_to_a_comment_is_one_message_to_the_counter_the_check_and_the_adapter(
    team: Team, asked: Asked
) -> None:
    with asked.story.fake() as network:
        asked.opens(network)
        ticket, can = _ticket(asked), adapter(asked.story.account.kind)
        most = _counted(ticket, "Here.", private="1").most
        whole = _long(most, _unit(ticket, is_public=False))
        counted = [_counted(ticket, text, private="1") for text in (whole, f"{whole}!")]
        with pytest.raises(Refused, match="one message without files: this is more"):
            reply(ticket, f"{whole}!", by=cast.maja(), undo_seconds=0, sending=Sending(is_private=True))
        delivery = _left(ticket, whole, Sending(is_private=True))
        with pytest.raises(SendError) as refused:
            can.send(_longer(outbound(delivery)), asked.story.account)
        said = asked.story.said(network)
    assert [(len(one.parts), one.used - most, one.is_too_long) for one in counted] == [(1, 0, False), (2, 1, True)]
    assert (said, delivery.status, refused.value.fault) == ([whole], "sent", Fault.CONTENT)
    assert most != _counted(ticket, "Here.").most


def _longer(message: OutboundMessage) -> OutboundMessage:
    return replace(message, text=f"{message.text}!", sent_parts=())


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        (TALKS["messenger"], ["image/jpeg", "video/*"]),
        (COMMENTS["messenger"], ["image/jpeg"]),
        (TALKS["instagram"], ["image/jpeg", "video/mp4"]),
        (COMMENTS["instagram"], []),
    ],
)
def test_which_files_go_as_links_depends_on_who_reads_them(team: Team, asked: Asked, taken: list[str]) -> None:
    side = network_side(_ticket(asked), now())
    assert side
    types = [name for limit in json.loads(side.taken) for name in limit["types"]]
    assert [one for one in ("image/jpeg", "video/*", "video/mp4") if one in types] == taken


def test_every_network_that_limits_texts_is_here() -> None:
    limited = set()
    for kind in kinds():
        channel = Channel(kind=kind, address="x", settings=SETTINGS.get(kind, {}))
        if is_network(channel) and capabilities_of(channel).text_limit:
            limited.add(kind)
    answered_in_public = {kind for kind in limited if adapter(kind).capabilities.public}
    assert (set(TALKS), set(COMMENTS)) == (limited, answered_in_public)
