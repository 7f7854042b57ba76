"""What networks tell besides messages, in whatever order."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import TestCase
from django.urls import reverse

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
from inbox.agents.models import Agent
from inbox.channels.enums import EnvelopeState
from inbox.channels.erasing import erase_owed
from inbox.channels.models import AccountNews, Channel, Delivery, Envelope, ReceivedEvent
from inbox.channels.news import TooEarly, take_news
from inbox.common.clock import now
from inbox.customers.models import Identity
from inbox.tickets.conversation import reply
from inbox.tickets.files import path_of, store
from inbox.tickets.models import Attachment, Message
from inbox.tickets.models import MessageReaction as Emoji
from inbox.tickets.recipients import asker_address
from tests import cast
from tests.inbox.mails import arrives, mail
from tests.web import Visitor

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
    words = message.text
    attached = store(b"His face.", filename="face.png", content_type="image/png")
    Attachment.objects.create(message=message, **asdict(attached))
    Message.objects.filter(pk=message.pk).update(context={"page": {"title": words}})
    with TestCase.captureOnCommitCallbacks(execute=True):
        outcome = told(message, MessageDeleted("e1", "m1", must_erase=True))
    message.refresh_from_db()
    ticket, envelope = message.ticket, message.envelope
    assert envelope
    assert (outcome, message.text, [one.text for one in message.revisions.all()]) == ("erased", "", [""])
    assert (message.subject, message.context, ticket.subject, ticket.snippet) == ("", {}, "", "")
    assert (bytes(envelope.body), envelope.headers, envelope.size, len(envelope.body_hash)) == (b"", {}, 0, 64)
    assert not default_storage.exists(path_of(attached.sha256))


def test_what_brought_erased_words_is_emptied_once_it_is_done(message: Message) -> None:
    assert message.channel
    waiting = Envelope(channel=message.channel, body=b"Words.", body_hash="w", size=6, received_at=now(), attempts=2)
    waiting.save()
    ReceivedEvent.objects.create(
        channel=message.channel, event_id="c1", kind="MessageEdited", envelope=waiting, message=message
    )
    told(message, MessageDeleted("e1", "m1", must_erase=True))
    waiting.refresh_from_db()
    before = bytes(waiting.body)
    waiting.state = EnvelopeState.DONE
    waiting.save()
    owed = [erase_owed(waiting, []), erase_owed(waiting, [])]
    waiting.refresh_from_db()
    assert (before, owed, bytes(waiting.body), waiting.body_hash) == (b"Words.", [1, 0], b"", "w")


def test_what_is_only_taken_back_stays_in_the_journal(message: Message) -> None:
    told(message, MessageDeleted("e1", "m1"))
    message.refresh_from_db()
    envelope = message.envelope
    assert envelope
    envelope.attempts = 2
    assert (erase_owed(envelope, []), len(envelope.body) > 0, message.ticket.subject != "") == (0, True, True)


def test_the_page_of_the_original_says_that_it_was_erased(message: Message, client: Visitor, ada: Agent) -> None:
    client.force_login(ada)
    path = reverse("workspace:original", args=[message.pk])
    before = b"As it came" in client.get(path).content
    told(message, MessageDeleted("e1", "m1", must_erase=True))
    after = client.get(path).content.decode()
    assert (before, "Its content was erased here as well" in after, "As it came" in after) == (True, True, False)


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
