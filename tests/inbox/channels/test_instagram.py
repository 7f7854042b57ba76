"""An Instagram account through the product: messages, stories, what is unsent, comments and answers to them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from inbox.agents.models import Team
from inbox.channels import actions as channels
from inbox.channels.delivery import send
from inbox.channels.intake import process
from inbox.channels.models import Channel, Delivery, Envelope
from inbox.tickets.conversation import reply
from inbox.tickets.files import open_blob
from inbox.tickets.models import Attachment, Message, Ticket
from inbox.tickets.sending import Sending
from tests import cast
from tests.channels_adapters.instagram.recorded_requests import COMMENT
from tests.networks.instagram import ACCOUNT, STORY, Instagram, account, entry, signed, told, webhook
from tests.web import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Iterator[Instagram]:
    with Instagram() as running:
        running.comments[COMMENT["id"]] = "new"
        yield running


@pytest.fixture(autouse=True)
def shop(billing: Team) -> Channel:
    ours = account()
    secrets = dict(ours.secrets)
    return channels.connect(
        kind="instagram", address=ACCOUNT, name="Nordlys", settings=dict(ours.settings), secrets=secrets
    )


def brings(event: dict[str, Any], kind: str = "messaging") -> None:
    now = {"time": int(time.time() * 1000)}
    took(signed(webhook(entry(event | {"timestamp": now["time"]}, kind=kind) | now), "/hooks/meta/"))


def took(payload: Any) -> None:
    headers = {"X-Hub-Signature-256": payload.headers["X-Hub-Signature-256"]}
    answer = Visitor().post(payload.url, payload.body, content_type="application/json", headers=headers)
    assert answer.status_code == 200
    process(Envelope.objects.latest("id").pk)


def answered(text: str, sending: Sending | None = None) -> Delivery:
    chosen = {"sending": sending} if sending else {}
    message = reply(Ticket.objects.get(), text, by=cast.maja(), undo_seconds=0, **chosen)
    delivery = send(Delivery.objects.get(message=message).pk)
    assert isinstance(delivery, Delivery)
    return delivery


def test_a_message_is_answered_and_read(network: Instagram) -> None:
    took(STORY.inbound("Where is my parcel?", "/hooks/meta/"))
    delivery = answered("Tomorrow.")
    assert STORY.receipt
    took(STORY.receipt(delivery.external_ids, "/hooks/meta/"))
    delivery.refresh_from_db()
    assert (network.said, delivery.status) == (["Tomorrow."], "read")


def test_a_story_that_mentions_us_is_kept_and_what_is_unsent_is_forgotten(network: Instagram) -> None:
    network.files["/story"] = b"\xff\xd8\xff"
    shared = {"type": "story_mention", "payload": {"url": "https://lookaside.fbsbx.com/story"}}
    brings(told("message", {"mid": "m1", "attachments": [shared]}))
    brings(told("message", {"mid": "m2", "text": "My card is 4111"}))
    brings(told("message", {"mid": "m2", "is_deleted": True}))
    story = Attachment.objects.get()
    with open_blob(story.sha256) as file:
        kept = file.read()
    said = list(Message.objects.order_by("id").values_list("text", "full_text"))
    assert (story.filename, kept, said) == ("story_mention.jpg", b"\xff\xd8\xff", [("", ""), ("", "")])


def test_a_comment_is_answered_below_it_and_its_author_in_private(network: Instagram) -> None:
    boosted = {"id": "2", "original_media_id": COMMENT["media"]["id"], "ad_id": "12"}
    brings({"field": "comments", "value": COMMENT}, kind="changes")
    brings({"field": "comments", "value": {**COMMENT, "media": boosted}}, kind="changes")
    public = answered("It is.")
    ours = {"id": public.external_ids[0], "from": {"id": ACCOUNT}, "parent_id": COMMENT["id"]}
    brings({"field": "comments", "value": {**COMMENT, **ours, "text": "It is."}}, kind="changes")
    answered("Your code is 7.", Sending(is_private=True))
    brings(told("message", {"mid": "m1", "text": "Thank you"}))
    said = list(Message.objects.order_by("id").values_list("text", "is_public", "ticket"))
    ticket = Ticket.objects.get().pk
    assert said == [
        ("Is it waterproof?", True, ticket),
        ("It is.", True, ticket),
        ("Your code is 7.", False, ticket),
        ("Thank you", False, ticket),
    ]
    assert (network.replies, network.messages[0]["recipient"]) == (
        [(COMMENT["id"], "It is.")],
        {"comment_id": COMMENT["id"]},
    )
