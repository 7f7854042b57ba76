"""Whatever arrives has its documented outcome: never a crash, never a silent drop."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from channels_adapters.email.parse import MAX_MAIL
from inbox.agents.models import Agent
from inbox.channels.intake import process
from inbox.channels.models import Channel, Delivery, Envelope
from inbox.channels.quarantine import read_again
from inbox.sla.models import Clock
from inbox.tickets.actions import close_settled, resolve
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from tests.inbox.mails import arrives, mail

BOUNCE = """From: MAILER-DAEMON@larsen.example
To: support@nordlys.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <bounce@larsen.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; larsen.example

Final-Recipient: rfc822; bo@larsen.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
To: bo@larsen.example
--b--
"""


def _outcome(channel: Channel, body: bytes) -> tuple[str, int, int]:
    envelope = arrives(channel, body)
    return envelope.state, Ticket.objects.count(), Message.objects.count()


@pytest.mark.parametrize(
    "body",
    [
        b"To: support@nordlys.example\nSubject: Nobody\nMessage-ID: <1@x.example>\n\nNo From at all.\n",
        b"From: bo@larsen.example\nSubject: No id\n\nNo Message-ID.\n",
        b"From: bo@larsen.example\nMessage-ID: <1@x.example>\nSubject: Empty\n\n",
        b"From: b@x.example\nSubject: =?utf-8?q?broken\nContent-Type: text/plain; charset=no-such\n\n\xff\xfe\xfa\n",
        b"From: b@x.example\nSubject: liar\nContent-Type: text/plain; charset=us-ascii\n\n\xd0\x9f\xd1\x80\xd0\xb8\n",
        b"From: bo@larsen.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nNever closed",
        b"just a line of text without any header",
    ],
    ids=["no from", "no message-id", "empty body", "undecodable", "wrong charset", "broken parts", "no headers"],
)
def test_an_odd_mail_is_a_ticket_with_what_can_be_shown(support: Channel, body: bytes) -> None:
    assert _outcome(support, body) == ("done", 1, 1)


def test_a_mail_over_the_limit_is_quarantined_with_its_original(support: Channel) -> None:
    envelope = arrives(support, mail() + b"x" * MAX_MAIL)
    attachment = envelope.ticket.messages.get().attachments.get()
    assert (envelope.state, "larger" in envelope.error, attachment.size) == ("quarantined", True, envelope.size)


def test_a_bomb_of_nested_parts_is_taken_in_or_quarantined_within_the_limits(support: Channel) -> None:
    body = b"From: bo@larsen.example\nSubject: deep\n"
    for level in range(2000):
        body += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
    state, tickets, messages = _outcome(support, body + b"\ntext\n")
    assert (state in ("done", "quarantined"), tickets, messages) == (True, 1, 1)


def test_a_quarantined_mail_that_is_read_again_keeps_its_one_ticket(support: Channel) -> None:
    envelope = arrives(support, b"")
    read_again(Envelope.objects.filter(pk=envelope.pk))
    process(envelope.pk)
    envelope.refresh_from_db()
    assert (envelope.state, Ticket.objects.count()) == ("quarantined", 1)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Unsubscribe": "<https://news.shop.example>"},
        {"X_Autoreply": "yes"},
    ],
)
def test_automatic_mail_is_kept_and_marked_and_starts_no_clock(support: Channel, headers: dict[str, str]) -> None:
    ticket = arrives(support, mail("I am away.", **headers)).ticket
    assert (bool(ticket.messages.get().automatic), Clock.objects.count(), ticket.waiting_since) == (True, 0, None)


def test_a_mail_that_says_it_is_not_automatic_comes_from_a_person(support: Channel) -> None:
    ticket = arrives(support, mail(Auto_Submitted="no")).ticket
    assert (ticket.messages.get().automatic, Clock.objects.count()) == ("", 2)


def test_an_auto_reply_does_not_reopen_a_resolved_ticket(support: Channel, ada: Agent) -> None:
    ticket = arrives(support, mail()).ticket
    answer = reply(ticket, "They leave tomorrow.", by=ada)
    resolve(ticket, by=ada)
    arrives(
        support,
        mail("I am away.", message_id="<2@x.example>", answers=answer.external_id, Auto_Submitted="auto-replied"),
    )
    ticket.refresh_from_db()
    assert (ticket.state, ticket.messages.count()) == ("resolved", 3)


def test_a_bounce_marks_the_reply_it_is_about(support: Channel, ada: Agent) -> None:
    ticket = arrives(support, mail()).ticket
    answer = reply(ticket, "They leave tomorrow.", by=ada)
    Delivery.objects.update(status="sent", external_ids=[answer.external_id])
    arrives(support, BOUNCE.format(message_id=answer.external_id).replace("\n", "\r\n").encode())
    delivery = Delivery.objects.get()
    ticket.refresh_from_db()
    assert (delivery.status, "5.1.1" in delivery.reason, ticket.state, Ticket.objects.count()) == (
        "bounced",
        True,
        "pending",
        1,
    )


def test_an_answer_to_a_closed_ticket_opens_a_follow_up(support: Channel, ada: Agent) -> None:
    ticket = arrives(support, mail()).ticket
    answer = reply(ticket, "They leave tomorrow.", by=ada)
    resolve(ticket, by=ada)
    close_settled(ticket)
    follow_up = arrives(support, mail("Still nothing.", message_id="<2@x.example>", answers=answer.external_id)).ticket
    assert (follow_up.follows, follow_up.state, follow_up.customer) == (ticket, "new", ticket.customer)


def test_a_stranger_who_knows_only_the_subject_gets_a_ticket_of_his_own(support: Channel) -> None:
    ticket = arrives(support, mail()).ticket
    arrives(
        support,
        mail(
            "Give me his address.",
            sender="eve@x.example",
            message_id="<e@x.example>",
            subject=f"Re: [{ticket.ref}] Where are my shoes?",
        ),
    )
    assert (ticket.messages.count(), Ticket.objects.count()) == (1, 2)


def test_a_stranger_who_quotes_a_customers_message_id_gets_a_ticket_of_his_own(support: Channel) -> None:
    ticket = arrives(support, mail()).ticket
    arrives(
        support,
        mail("Me too.", sender="eve@x.example", message_id="<e@x.example>", answers="<first@larsen.example>"),
    )
    assert ticket.messages.count() == 1


def test_somebody_else_answering_our_reply_joins_as_himself_and_marked(support: Channel, ada: Agent) -> None:
    ticket = arrives(support, mail()).ticket
    answer = reply(ticket, "They leave tomorrow.", by=ada)
    arrives(
        support,
        mail("I am his wife.", sender="liv@larsen.example", message_id="<w@x.example>", answers=answer.external_id),
    )
    joined = ticket.messages.order_by("id").last()
    ticket.refresh_from_db()
    assert (joined.is_stranger, joined.customer == ticket.customer, ticket.customer.name) == (True, False, "Bo Larsen")


def _received(*arguments: str) -> list[dict[str, object]]:
    said = StringIO()
    call_command("receive", *arguments, stdout=said)
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_receive_takes_files_maildirs_and_mboxes(
    support: Channel, tmp_path: Path, django_assert_max_num_queries: Callable
) -> None:
    single = tmp_path / "one.eml"
    single.write_bytes(mail("One.", message_id="<1@x.example>"))
    maildir = tmp_path / "maildir"
    for folder in ("new", "cur", "tmp"):
        (maildir / folder).mkdir(parents=True)
    (maildir / "new" / "a").write_bytes(mail("Two.", message_id="<2@x.example>"))
    mbox = tmp_path / "all.mbox"
    mbox.write_bytes(
        b"From bo@larsen.example Mon Jan  5 10:00:00 2026\n"
        + mail("Three.", message_id="<3@x.example>")
        + b"\nFrom bo@larsen.example Mon Jan  5 10:00:00 2026\n"
        + mail("Four.", message_id="<4@x.example>")
    )
    lines = _received("--channel", "support@nordlys.example", str(single), str(maildir), str(mbox), str(single))
    assert ([line["outcome"] for line in lines], Message.objects.count()) == (["opened"] * 4 + ["duplicate"], 4)


def test_receive_says_what_it_does_not_find(support: Channel, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Connected: support@nordlys\.example"):
        _received("--channel", "nobody@nordlys.example", str(tmp_path))
    with pytest.raises(CommandError, match="There is no file"):
        _received("--channel", "support@nordlys.example", str(tmp_path / "none.eml"))
