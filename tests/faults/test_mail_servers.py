"""Real mail servers and everything that goes wrong with them: each mail is taken in exactly once."""

from __future__ import annotations

import random
import smtplib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine

from inbox.channels.actions import ring_poller
from inbox.channels.models import Channel, Envelope, Poller
from inbox.tickets.models import Message, Ticket
from tests.channels_adapters.email.mailboxes import letter, letters
from tests.inbox.channels.mailboxes import fetch, fetched, take_in
from tests.inbox.mails import mail
from tests.mail_servers import Box, Dovecot, Proxy, postfix_running
from tests.ports import free_port
from tests.product import Product

POISON = b"\r\n\r\n"
NEW = 250


@pytest.fixture
def box(dovecot: Dovecot) -> Box:
    return dovecot.box()


@pytest.mark.mail_server
def test_mails_of_three_days_without_us_become_tickets_and_replies_by_themselves(
    company: None, dovecot: Dovecot, box: Box
) -> None:
    returned = datetime.now(UTC)
    left = returned - timedelta(hours=72)
    box.put(*letters("long before"), at=left - timedelta(days=30))
    with time_machine.travel(left):
        channel = fetched(dovecot, box, since="new")
        fetch(channel)
    first = [letter(number) for number in range(NEW)]
    replies = [
        letter(f"Re: {number}").replace(b"\r\n\r\n", f"\r\nIn-Reply-To: <{number}@larsen.example>\r\n\r\n".encode(), 1)
        for number in range(499 - NEW)
    ]
    mails = [*first, *replies, POISON]
    for number, body in enumerate(mails):
        box.put(body, at=left + timedelta(hours=72) * (number + 1) / len(mails))
    fetch(channel)
    take_in()
    quarantined = Envelope.objects.get(state="quarantined")
    assert (
        Envelope.objects.filter(state="done").count(),
        Ticket.objects.exclude(pk=quarantined.ticket_id).count(),
        Message.objects.exclude(ticket=quarantined.ticket_id).count(),
        Message.objects.filter(ticket=quarantined.ticket_id).count(),
        Ticket.objects.filter(subject="long before").exists(),
        box.flags(),
    ) == (499, NEW, 499, 1, False, "")


@pytest.mark.mail_server
def test_a_line_that_is_cut_again_and_again_mails_that_others_touch_and_new_numbers_are_each_once(
    company: None, dovecot: Dovecot, box: Box
) -> None:
    chance = random.Random(11)
    proxy = Proxy(dovecot.ports["imap"])
    channel = fetched(dovecot, box, incoming_port=proxy.port)
    box.put(*[letter(number, "x" * 2000) for number in range(40)])
    for round_ in range(10):
        proxy.cuts = [chance.randrange(800, 20_000)]
        fetch(channel)
        files = {file.name: file for file in box.files()}
        file = chance.choice(list(files.values()))
        if round_ == 5:
            box.renumber()
        else:
            # Others read what is there.
            file.rename(box.root / "cur" / f"{file.name.partition(':')[0]}:2,S")
    proxy.cuts = []
    fetch(channel)
    proxy.stop()
    box.put(letter("deleted before we came"))
    box.files()[-1].unlink()
    fetch(channel)
    bodies = [bytes(body) for body in Envelope.objects.values_list("body", flat=True)]
    assert (sorted(bodies), proxy.cut > 5) == (sorted(letter(number, "x" * 2000) for number in range(40)), True)


@pytest.mark.mail_server
@pytest.mark.process
def test_a_worker_killed_between_journal_and_cursor_fetches_again_and_doubles_nothing(
    company: None, dovecot: Dovecot, product: Product
) -> None:
    box = dovecot.box()
    box.put(*letters(1, 2, 3))
    fetched(dovecot, box)
    dying = product.worker("after_accept")
    poller = Poller.objects.get()
    ring_poller(poller.pk)
    assert product.killed(dying)
    left = (Envelope.objects.count(), '"uid":0' in Poller.objects.get().cursor)
    product.worker()
    product.beat()
    product.until(lambda: Envelope.objects.filter(state="done").count() == 3, "the mails were not fetched again")
    product.until(lambda: Poller.objects.get().succeeded_at, "the round did not end")
    assert (left, Message.objects.count(), Ticket.objects.count()) == ((1, True), 3, 3)


@pytest.fixture
def database() -> Iterator[Proxy]:
    """The way to the database, which can be closed."""
    from django.db import connection

    proxy = Proxy(int(connection.settings_dict["PORT"]))
    yield proxy
    proxy.stop()


@pytest.mark.postfix
@pytest.mark.process
def test_what_postfix_hands_on_while_the_database_is_away_waits_there_and_is_lost_nowhere(
    support: Channel, product: Product, database: Proxy
) -> None:
    url = urlsplit(product.parent.environment["DATABASE_URL"])
    through = url._replace(netloc=f"{url.netloc.rpartition(':')[0]}:{database.port}").geturl()
    port = free_port()
    database.is_closed = True
    listener = product.parent.start(
        *("manage.py", "listen_mail", "--lmtp", "--port", str(port)), DATABASE_URL=through, DATABASE_WAIT_SECONDS="0.2"
    )
    product.processes.append(listener)
    product.until(lambda: _answers(port), "the listener did not start")
    with postfix_running(port) as postfix:
        postfix.send(*(mail(message_id=f"<{n}@x.example>") for n in range(2)), recipient="support@nordlys.example")
        product.until(lambda: postfix.log.count("451 4.3.0") >= 2, "the listener did not ask to come back")
        before = Envelope.objects.count()
        postfix.stop()
        database.is_closed = False
        product.until(lambda: _takes_mail(port), "the listener did not find the database again")
        postfix.start()
        product.until(lambda: postfix.log.count("status=sent") == 2, "the mails were not handed on")
        told = postfix.log
    assert (before, Envelope.objects.count(), "status=bounced" in told) == (0, 2, False)


def _takes_mail(port: int) -> bool:
    with smtplib.LMTP("127.0.0.1", port) as client:
        client.ehlo()
        client.mail("bo@larsen.example")
        return client.rcpt("support@nordlys.example")[0] == 250


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
