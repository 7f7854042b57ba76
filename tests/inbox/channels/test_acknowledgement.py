"""Telling whoever writes that it arrived: once, to people, quoting nothing, and never in a circle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.test import override_settings

from inbox.agents.models import Agent
from inbox.channels import actions, delivery
from inbox.channels.models import Channel, ChannelText, Delivery
from inbox.channels.outgoing import outbound
from inbox.common.clock import now
from inbox.customers.models import Identity
from inbox.sla.actions import replayed
from inbox.sla.defaults import ensure_defaults
from inbox.surveys.defaults import ensure_survey
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from tests.channels_adapters.email.scripted_smtp import Script, serving
from tests.inbox.mails import arrives, mail
from tests.inbox.questions import says


@pytest.fixture
def answering(support: Channel) -> Channel:
    """The support channel, answering automatically."""
    Channel.objects.update(acknowledges=True)
    support.refresh_from_db()
    return support


def acknowledgements() -> list[Message]:
    return list(Message.objects.filter(author_kind="rule").order_by("id"))


def test_a_person_who_opens_a_ticket_is_told_and_nothing_of_his_is_repeated(answering: Channel) -> None:
    ticket = arrives(answering, mail()).ticket
    (told,) = acknowledgements()
    message = outbound(Delivery.objects.get(message=told))
    said = f"{message.subject} {message.text} {message.html}"
    assert [one for one in ("shoes", "Bo", "Larsen", "arrive.") if one in said] == []
    assert (message.subject, message.to[0].person.name, message.headers[:3], message.thread.answers) == (
        f"We have received your message ({ticket.ref})",
        "",
        (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"), ("Precedence", "auto_reply")),
        "mid:<first@larsen.example>",
    )


def test_it_is_off_by_default(support: Channel) -> None:
    arrives(support, mail())
    assert acknowledgements() == []


def test_it_answers_nobody_and_moves_no_clock(answering: Channel, ada: Agent) -> None:
    ticket = arrives(answering, mail()).ticket
    log = list(ticket.events.order_by("occurred_at", "id"))
    without = [event for event in log if event.kind != "acknowledged"]
    moment = now()
    assert (len(log) - len(without), replayed(ticket, log, until=moment).runs) == (
        1,
        replayed(ticket, without, until=moment).runs,
    )
    ticket.refresh_from_db()
    assert (ticket.state, ticket.waiting_since is not None, ticket.snippet) == ("new", True, "My shoes did not arrive.")
    first = ticket.messages.order_by("id").first()
    reply(ticket, "Tomorrow.", by=ada, seen_message_id=first.pk)


def test_the_house_has_its_own_words_in_the_customers_language(answering: Channel) -> None:
    for language, words in (("de", "Danke von {brand}: {ticket}"), ("en", "Thanks")):
        ChannelText.objects.create(
            channel=answering, language=language, acknowledgement=words, acknowledgement_subject="{ticket} {x}"
        )
    ChannelText.objects.create(channel=answering, language="fr", signature="Nordlys")
    german = mail("Wo sind denn meine neuen Schuhe geblieben, die ich bestellt habe?", subject="Frage")
    ticket = arrives(answering, german).ticket
    (told,) = acknowledgements()
    wanted = {"de": f"Danke von Nordlys Shoes: {ticket.ref}", "en": "Thanks"}
    assert (told.text, told.subject) == (wanted[ticket.language or "en"], f"{ticket.ref} {{x}}")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<shoes.lists.example>"},
        {"Return_Path": "<>"},
        {"X_Inbox_Loop": "abc"},
        {"X_Auto_Response_Suppress": "All"},
        {"sender": "no-reply@larsen.example"},
        {"sender": "do_not_reply+7@larsen.example"},
        {"sender": "MAILER-DAEMON@larsen.example"},
        {"sender": "owner-shoes@lists.example"},
        {"sender": "shop-noreply@larsen.example"},
        {"sender": "Sales <other@nordlys.example>"},
    ],
    ids=str,
)
def test_programs_lists_and_we_ourselves_are_told_nothing(answering: Channel, headers: dict[str, str]) -> None:
    actions.connect(kind="email", address="other@nordlys.example", name="Other")
    arrives(answering, mail(**headers))
    assert acknowledgements() == []


def test_a_sender_who_failed_the_check_is_told_nothing(answering: Channel) -> None:
    Channel.objects.update(settings={"authserv_id": "mx.nordlys.example"})
    answering.refresh_from_db()
    arrives(answering, mail(Authentication_Results="mx.nordlys.example; dmarc=fail header.from=larsen.example"))
    assert (Message.objects.get().authenticity, acknowledgements()) == ("failed", [])


def test_an_address_is_told_once_a_day_and_only_when_it_opens_a_ticket(answering: Channel) -> None:
    ticket = arrives(answering, mail()).ticket
    says(ticket, "Hello?")
    arrives(answering, mail(message_id="<2@larsen.example>", subject="Another"))
    same_day = len(acknowledgements())
    Identity.objects.update(acknowledged_at=now() - timedelta(hours=24))
    arrives(answering, mail(message_id="<3@larsen.example>", subject="A third"))
    assert (same_day, len(acknowledgements()), Ticket.objects.count()) == (1, 2, 3)


@dataclass
class Installation:
    """One of two companies with this product: tables, keys, mailbox and mail server of its own."""

    schema: str
    address: str
    script: Script
    taken: int = 0
    stack: ExitStack = field(default_factory=ExitStack)

    @contextmanager
    def running(self) -> Iterator[None]:
        """What happens inside happens there."""
        settings = {
            "LINK_SIGNING_KEY": f"the key of {self.schema}",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.script.port}",
        }
        with override_settings(**settings), connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO {self.schema}, public")
            yield
            cursor.execute("SET search_path TO public")

    def receives(self, sender: str, raw: bytes) -> None:
        """A mail comes in as a mail server hands it over, with the sender of the envelope on top."""
        with self.running():
            channel = Channel.objects.get()
            arrives(channel, b"Return-Path: <" + sender.strip("<>").encode() + b">\r\n" + raw)

    def sends(self) -> list[tuple[str, bytes]]:
        """What leaves now."""
        with self.running():
            for delivery_id in delivery.waiting():
                delivery.send(delivery_id)
        fresh = self.script.taken[self.taken :]
        self.taken = len(self.script.taken)
        return [(sender, raw) for sender, _, raw in fresh]


@pytest.fixture
def two(db: None) -> Iterator[tuple[Installation, Installation]]:
    """Two installations, each of which answers automatically; the other's tables are nothing to either."""
    with serving(Script()) as here, serving(Script()) as there, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            "SELECT c.relname, n.conname, pg_get_constraintdef(n.oid) FROM pg_constraint n JOIN pg_class c"
            " ON c.oid = n.conrelid WHERE n.contype IN ('p', 'u') AND c.relnamespace = 'public'::regnamespace"
        )
        rules = cursor.fetchall()
        pair = (Installation("alpha", "help@alpha.example", here), Installation("beta", "help@beta.example", there))
        for one in pair:
            cursor.execute(f"CREATE SCHEMA {one.schema}")
            for table in tables:
                cursor.execute(
                    f"CREATE TABLE {one.schema}.{table} (LIKE public.{table} INCLUDING DEFAULTS INCLUDING IDENTITY)"
                )
            for table, name, rule in rules:
                cursor.execute(f"ALTER TABLE {one.schema}.{table} ADD CONSTRAINT {name} {rule}")
            with one.running():
                ensure_defaults()
                ensure_survey()
                actions.connect(kind="email", address=one.address, name=one.schema, acknowledges=True)
        yield pair


_TELLING = ("auto-submitted", "x-auto-response-suppress", "precedence", "x-inbox-loop")


def stripped(raw: bytes) -> bytes:
    """A mail after a server that leaves out whatever tells that nobody wrote it, and what it answers."""
    parsed = message_from_bytes(raw, policy=policy.default)
    for name in (*_TELLING, "in-reply-to", "references"):
        del parsed[name]
    return parsed.as_bytes()


@pytest.mark.parametrize("honest", [True, False], ids=["as they are sent", "through a server that hides it"])
def test_two_installations_that_answer_each_other_stop_within_three_mails(
    two: tuple[Installation, Installation], honest: bool
) -> None:
    alpha, beta = two
    letter = mail("We sent you the wrong box.", sender=alpha.address, to=beta.address, message_id="<1@alpha.example>")
    beta.receives("help@alpha.example", letter)
    mails, turn = 1, 0
    while sent := two[(turn + 1) % 2].sends():
        for sender, raw in sent:
            mails += 1
            two[turn].receives(*((sender, raw) if honest else ("bounces@relay.example", stripped(raw))))
        turn = (turn + 1) % 2
        assert mails < 10
    tickets = []
    for one in two:
        with one.running():
            tickets.append((Ticket.objects.count(), len(acknowledgements())))
    assert (mails, tickets) == ((2, [(1, 0), (1, 1)]) if honest else (3, [(1, 1), (2, 1)]))
