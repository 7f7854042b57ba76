"""What networks tell besides messages, in whatever order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels_adapters.contracts import (
    AccountEvent,
    DeliveryState,
    DeliveryUpdate,
    Identifier,
    IdentityChanged,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
    Person,
)
from inbox.channels.models import AccountNews, Channel, Delivery
from inbox.channels.news import TooEarly, take_news
from inbox.common.clock import now
from inbox.customers.models import Identity
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message
from inbox.tickets.models import MessageReaction as Emoji
from inbox.tickets.recipients import asker_address
from tests import cast
from tests.inbox.mails import arrives, mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(support: Channel) -> Message:
    said = arrives(support, mail()).ticket.messages.get()
    said.external_id = "m1"
    said.save(update_fields=["external_id"])
    return said


def told(message: Message, event: object, *, is_last_try: bool = False) -> str:
    assert message.channel
    return take_news(message.channel, event, is_last_try=is_last_try)[1]  # type: ignore[arg-type]


def test_a_change_at_the_network_changes_the_message_and_keeps_what_it_said(message: Message) -> None:
    before = message.text
    outcome = told(message, MessageEdited("e1", "m1", "In size 42, please."))
    message.refresh_from_db()
    assert (outcome, message.text, message.revisions.get().text) == ("edited", "In size 42, please.", before)


def test_what_must_be_forgotten_leaves_no_words_behind(message: Message) -> None:
    outcome = told(message, MessageDeleted("e1", "m1", must_erase=True))
    message.refresh_from_db()
    assert (outcome, message.text, [one.text for one in message.revisions.all()]) == ("erased", "", [""])


def test_an_emoji_is_put_on_once_and_taken_off_again(message: Message) -> None:
    author = Person((Identifier("email", "bo@larsen.example"),), name="Bo")
    put = MessageReaction("r1", "m1", author, "👍")
    counts = []
    for event in (put, put, MessageReaction("r2", "m1", author, "", removed=True)):
        told(message, event)
        counts.append(Emoji.objects.filter(message=message).count())
    assert counts == [1, 1, 0]


def test_news_of_a_message_that_has_not_come_yet_comes_round_again_and_is_kept_in_the_end(message: Message) -> None:
    early = MessageEdited("e1", "m2", "Later")
    with pytest.raises(TooEarly):
        told(message, early)
    assert told(message, early, is_last_try=True) == "unknown"


def test_a_watermark_tells_of_all_that_was_sent_until_then(message: Message) -> None:
    answers = [reply(message.ticket, text, by=cast.ada(), undo_seconds=0) for text in ("One", "Two", "Three")]
    start = now()
    for number, answer in enumerate(answers):
        Delivery.objects.filter(message=answer).update(
            status="sent", sent_at=start + timedelta(seconds=number), external_ids=[f"out{number}"]
        )
    read_up_to = start + timedelta(seconds=1.5)
    who = Identifier("email", "bo@larsen.example")
    for state in (DeliveryState.READ, DeliveryState.DELIVERED):
        told(message, DeliveryUpdate(f"w{state}", state, watermark=read_up_to, recipient=who))
    states = list(Delivery.objects.order_by("id").values_list("status", flat=True))
    assert states == ["read", "read", "sent"]


def test_a_new_number_is_where_a_person_is_answered_from_then_on(message: Message) -> None:
    old, new = (Identifier("email", f"{name}@larsen.example") for name in ("bo", "new"))
    Identity.objects.filter(value=old.value).update(scope=message.channel.address)  # type: ignore[union-attr]
    outcome = told(message, IdentityChanged("i1", old, new))
    where = asker_address(message.ticket)
    assert (outcome, where.value if where else "", told(message, IdentityChanged("i2", new, old))) == (
        "moved",
        "new@larsen.example",
        "moved",
    )


def test_news_of_the_account_are_kept(message: Message) -> None:
    told(message, AccountEvent("a1", "token_revoked", "The password was changed."))
    assert list(AccountNews.objects.values_list("name", "details")) == [("token_revoked", "The password was changed.")]
