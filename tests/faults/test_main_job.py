"""The main job through the product's own processes: a real mail in, a real mail out, a survey, a report."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.models import Channel, Delivery
from inbox.surveys.models import Answer, Invitation
from inbox.tickets.actions import resolve
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from tests.inbox.mails import mail
from tests.inbox.portal.visits import form_in
from tests.product import Product

pytestmark = pytest.mark.process


def _survey_link(invitation_mail: EmailMessage) -> str:
    text = invitation_mail.get_body(("plain",)).get_content()
    return re.search(r"http://127\.0\.0\.1:8000(/s/\S+?a=5)", text)[1]


def test_a_mail_becomes_a_ticket_is_answered_timed_resolved_and_surveyed(
    support: Channel, ada: Agent, maja: Agent, asked_at_once: None, product: Product, client: Client
) -> None:
    product.listener()
    product.worker()
    product.beat()

    product.send(mail())
    product.until(Ticket.objects.exists, "the mail did not become a ticket")
    ticket = Ticket.objects.get()

    answer = reply(ticket, "They leave tomorrow.", by=ada, undo_seconds=0)
    product.until(lambda: product.mail_server.mails, "the reply did not leave")
    sent = product.mail_server.mails[0]
    assert (sent["Message-ID"], sent["In-Reply-To"]) == (answer.external_id, "<first@larsen.example>")

    reply_to = sent["Reply-To"].addresses[0].addr_spec
    again = mail("And the second pair?", to=reply_to, message_id="<2@larsen.example>", answers=sent["Message-ID"])
    product.send(again, reply_to)
    product.until(lambda: ticket.messages.count() == 3, "the customer's answer did not join its ticket")

    reply(ticket, "With the first one.", by=ada, undo_seconds=0)
    product.until(lambda: len(product.mail_server.mails) == 2, "the second reply did not leave")
    resolve(ticket, by=ada)
    product.until(lambda: len(product.mail_server.mails) == 3, "the survey did not leave")
    link = _survey_link(product.mail_server.mails[2])

    looked = client.get(link)
    assert (looked.status_code, Answer.objects.count()) == (200, 0)
    token_page = link.partition("?")[0]
    # Whoever answers sooner than one can read is taken for a program.
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=3)):
        client.post(token_page, form_in(looked.content) | {"score": "4", "a": "4", "comment": "I had to ask twice."})
    given = Answer.objects.get()
    assert (given.score, given.ease, given.comment) == (4, 75.0, "I had to ask twice.")

    client.force_login(maja)
    report = client.get("/reports/")
    page = report.content.decode()
    assert (report.status_code, Ticket.objects.count(), Invitation.objects.get().state) == (200, 1, "answered")
    assert "75" in page
    # A mail is here a moment before its worker knows that it was taken.
    product.until(lambda: not Delivery.objects.exclude(status="sent").exists(), "what left is not known to be sent")
