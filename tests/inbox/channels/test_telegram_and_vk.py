"""Telegram and VK through the product: from the webhook to the ticket, and from the reply to what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from channels_adapters.contracts import Payload
from inbox.agents.models import Team
from inbox.channels import actions as channels
from inbox.channels.access import hook_address
from inbox.channels.delivery import send
from inbox.channels.intake import process, waiting
from inbox.channels.models import Channel, Delivery, Envelope, Poller
from inbox.channels.polling import ensure_pollers, poll
from inbox.channels.profile_models import ProfileLookup
from inbox.channels.profiles import look_up
from inbox.customers.models import Customer, Identity
from inbox.tickets.conversation import reply
from inbox.tickets.files import open_blob
from inbox.tickets.models import Attachment, Message, MessageReaction, Ticket
from tests import cast
from tests.networks import telegram as tg
from tests.networks import vk
from tests.networks.server import LOST, Reply
from tests.web import Visitor

pytestmark = pytest.mark.django_db
GROUP = {"id": -100123, "title": "Skaters", "type": "supergroup"}


@pytest.fixture
def telegram() -> Iterator[tg.TelegramServer]:
    with tg.TelegramServer() as fake:
        yield fake


@pytest.fixture
def network() -> Iterator[vk.VkServer]:
    with vk.VkServer() as fake:
        yield fake


@pytest.fixture
def bot(billing: Team) -> Channel:
    return connected(tg.account())


@pytest.fixture
def community(billing: Team) -> Channel:
    return connected(vk.account())


def connected(ours: Any) -> Channel:
    return channels.connect(
        kind=ours.kind, address=ours.address, name="Nordlys", settings=dict(ours.settings), secrets=dict(ours.secrets)
    )


def took(channel: Channel, payload: Payload) -> tuple[int, bytes]:
    headers = {name: one for name, one in payload.headers.items() if name != "Content-Type"}
    address = hook_address(channel).removeprefix("http://127.0.0.1:8000")
    answer = Visitor().post(address, payload.body, content_type="application/json", headers=headers)
    for envelope in waiting():
        process(envelope)
    return answer.status_code, answer.content


def tells(channel: Channel, **content: Any) -> None:
    assert took(channel, tg.webhook(tg.update(**content))) == (200, b"")


def answered(text: str, ticket: Ticket | None = None) -> Delivery:
    message = reply(ticket or Ticket.objects.get(), text, by=cast.maja(), undo_seconds=0)
    delivery = send(Delivery.objects.get(message=message).pk)
    assert isinstance(delivery, Delivery)
    return delivery


def test_a_bot_is_asked_with_a_picture_and_answers(bot: Channel, telegram: tg.TelegramServer) -> None:
    telegram.files["AgAD"] = b"\xff\xd8\xff picture"
    tells(bot, message=tg.message(photo=[{"file_id": "AgAD", "width": 9, "height": 9}], caption="It is broken."))
    tells(bot, edited_message=tg.message(caption="It is torn.", edit_date=1493843400))
    delivery = answered("We send another.")
    told = {"message_id": telegram.sent[0]["number"], "chat": tg.CHAT, "user": tg.KIM, "date": 1493843500}
    tells(bot, message_reaction={**told, "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]})
    with open_blob(Attachment.objects.get().sha256) as file:
        kept = file.read()
    assert (kept, Message.objects.order_by("id")[0].text) == (b"\xff\xd8\xff picture", "It is torn.")
    assert (tg.STORY.said(telegram), telegram.sent[0]["quoted"]["message_id"]) == (["We send another."], 85)
    assert (delivery.status, MessageReaction.objects.get().message_id) == ("sent", delivery.message_id)
    assert Customer.objects.get().name == "Kim Larsen"


def test_an_update_that_comes_again_and_one_without_the_secret_change_nothing(
    bot: Channel, telegram: tg.TelegramServer
) -> None:
    body = tg.update(message=tg.message(text="Hi"))
    statuses = [took(bot, tg.webhook(body, secret=secret))[0] for secret in (tg.SECRET, tg.SECRET, "wrong")]
    again = took(bot, tg.webhook({**body, "extra": 1}))
    assert (statuses, again[0], Message.objects.count()) == ([200, 200, 401], 200, 1)


def test_who_blocks_the_bot_is_written_to_no_more_until_he_writes(bot: Channel, telegram: tg.TelegramServer) -> None:
    tells(bot, message=tg.message(text="Hi"))
    telegram.chats["3527065"] = "blocked"
    delivery = answered("Hello")
    blocked = Identity.objects.get().blocked_at
    assert (delivery.status, delivery.reason, blocked is not None) == (
        "failed",
        "The customer has blocked the bot.",
        True,
    )
    tells(bot, message=tg.message(86, text="I am back"))
    change = {"chat": tg.CHAT, "from": tg.KIM, "date": 1493843318, "new_chat_member": {"status": "kicked"}}
    back = Identity.objects.get().blocked_at
    tells(bot, my_chat_member=change)
    assert (back, Identity.objects.get().blocked_at is not None) == (None, True)


def test_groups_and_the_chat_with_the_bot_are_different_matters(bot: Channel, telegram: tg.TelegramServer) -> None:
    tells(bot, message=tg.message(text="Between us"))
    tells(bot, message=tg.message(1, chat=GROUP, text="To all"))
    tells(bot, message=tg.message(2, chat=GROUP, text="Me too", **{"from": {"id": 9, "first_name": "Bo"}}))
    tells(bot, message=tg.message(86, text="Still between us"))
    private, group = Ticket.objects.order_by("id")
    answered("To you alone.", private)
    answered("To everybody.", group)
    assert [(one["chat_id"], one["text"]) for one in telegram.sent] == [
        ("3527065", "To you alone."),
        ("-100123", "To everybody."),
    ]
    assert [ticket.messages.filter(direction="in").count() for ticket in (private, group)] == [2, 2]


def test_an_answer_that_got_lost_is_not_sent_twice(bot: Channel, telegram: tg.TelegramServer) -> None:
    tells(bot, message=tg.message(text="Hi"))
    telegram.bad_days = [Reply(hang_up=True)]
    assert (answered("Hello").status, telegram.sent) == ("unconfirmed", [])


def test_a_business_account_answers_by_phone_and_takes_messages_back(bot: Channel, telegram: tg.TelegramServer) -> None:
    by_way_of = {"business_connection_id": "bc1"}
    tells(bot, business_message=tg.message(1, text="Hi", **by_way_of))
    tells(
        bot, business_message=tg.message(2, text="By phone", **by_way_of, **{"from": {"id": 42, "first_name": "Anna"}})
    )
    delivery = answered("By the bot")
    sent = telegram.sent[0]
    echo = tg.message(sent["number"], text="By the bot", **by_way_of, **{"from": {"id": 42}})
    tells(bot, business_message=echo)
    tells(bot, deleted_business_messages={**by_way_of, "chat": tg.CHAT, "message_ids": [1]})
    said = [(one.direction, one.text, one.deleted_at is not None) for one in Message.objects.order_by("id")]
    assert said == [("in", "", True), ("out", "By phone", False), ("out", "By the bot", False)]
    assert (sent["business_connection_id"], delivery.status) == ("bc1", "sent")


def test_a_bot_that_is_polled_brings_its_messages_once(billing: Team, telegram: tg.TelegramServer) -> None:
    channel = connected(tg.account(receiving="polling"))
    telegram.updates = [tg.update(message=tg.message(number, text=f"Number {number}")) for number in (1, 2)]
    (poller,) = ensure_pollers(channel)
    polled = poll(poller.pk)
    Poller.objects.update(next_attempt_at=None)
    again = poll(poller.pk)
    for envelope in waiting():
        process(envelope)
    assert [(one.fetched, one.cursor, one.fault) for one in (polled, again) if one] == [(2, "", "")] * 2
    assert (Message.objects.count(), Envelope.objects.count(), telegram.updates) == (2, 2, [])


def test_a_community_is_asked_answers_once_and_sees_it_read(community: Channel, network: vk.VkServer) -> None:
    network.files["807"] = b"\xff\xd8\xff picture"
    photo = {"sizes": [{"url": "https://sun9-1.userapi.com/807", "width": 807, "height": 9}]}
    asked = vk.wrote(text="It is broken.", attachments=[{"type": "photo", "photo": photo}])
    assert [took(community, one) for one in (asked, asked)] == [(200, b"ok")] * 2
    assert took(community, vk.event("message_new", {}, secret="wrong"))[0] == 401
    network.bad_days = [Reply(hang_up=True)]
    delivery = answered("We send another.")
    assert (delivery.status, delivery.fault) == ("queued", "unknown_outcome")
    Delivery.objects.update(next_attempt_at=None)
    again = send(delivery.pk)
    assert isinstance(again, Delivery)
    assert vk.STORY.receipt
    took(community, vk.STORY.receipt(again.external_ids, ""))
    again.refresh_from_db()
    assert (again.status, vk.STORY.said(network)) == ("read", ["We send another."])
    look_up(ProfileLookup.objects.get().pk)
    assert (Customer.objects.get().name, Attachment.objects.get().content_type) == ("Kim Larsen", "image/jpeg")


def test_what_came_back_before_it_was_sent_again_is_no_second_message(community: Channel, network: vk.VkServer) -> None:
    took(community, vk.wrote(text="Hi"))
    network.bad_days = [LOST]
    delivery = answered("Hello")
    took(community, vk.event("message_reply", vk.message(100, text="Hello", from_id=-vk.GROUP, out=1)))
    waits = Envelope.objects.filter(done_at=None).count()
    Delivery.objects.update(next_attempt_at=None)
    again = send(delivery.pk)
    Envelope.objects.update(next_attempt_at=None)
    for envelope in waiting():
        process(envelope)
    assert again
    assert (delivery.status, waits, again.status, network.sent[0]["message"]) == ("queued", 1, "sent", "Hello")
    assert list(Message.objects.order_by("id").values_list("text", flat=True)) == ["Hi", "Hello"]


def test_what_the_community_wrote_elsewhere_is_seen_and_who_denies_messages_is_out_of_reach(
    community: Channel, network: vk.VkServer
) -> None:
    took(community, vk.wrote(text="Hi"))
    delivery = answered("Hello")
    ours, number = {"from_id": -vk.GROUP, "out": 1}, int(delivery.external_ids[0].rpartition(":")[2])
    took(community, vk.event("message_reply", vk.message(number, text="Hello", **ours)))
    took(community, vk.event("message_reply", vk.message(number + 1, text="By phone", **ours)))
    assert vk.STORY.receipt
    took(community, vk.STORY.receipt(delivery.external_ids, ""))
    took(community, vk.event("message_deny", {"user_id": vk.KIM}))
    delivery.refresh_from_db()
    said = list(Message.objects.order_by("id").values_list("direction", "text"))
    assert said == [("in", "Hi"), ("out", "Hello"), ("out", "By phone")]
    assert (delivery.status, Identity.objects.get().blocked_at is not None) == ("read", True)


def test_the_pictures_of_an_album_are_one_message(bot: Channel, telegram: tg.TelegramServer) -> None:
    telegram.files.update({"p1": b"\x89PNG one", "p2": b"\x89PNG two"})
    for number, (file, words) in enumerate((("p1", ""), ("p2", "Both are torn."))):
        photo = [{"file_id": file, "file_unique_id": file, "width": 90, "height": 90, "file_size": 9}]
        tells(bot, message=tg.message(message_id=50 + number, photo=photo, media_group_id="13", caption=words))
    message = Message.objects.get()
    assert (message.text, message.attachments.count()) == ("Both are torn.", 2)
    tells(bot, message=tg.message(message_id=52, text="Can you help?"))
    assert [one.text for one in Message.objects.order_by("id")] == ["Both are torn.", "Can you help?"]
