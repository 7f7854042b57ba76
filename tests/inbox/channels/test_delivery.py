"""A reply on its way out, to a real SMTP server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.test import override_settings

from inbox.agents.models import Agent
from inbox.channels import delivery
from inbox.channels.access import sealed
from inbox.channels.actions import retry_delivery, withdraw_reply
from inbox.channels.models import Channel, Delivery, OutboxMail
from inbox.common.clock import now
from inbox.tickets.actions import Refused
from inbox.tickets.conversation import NewerArrived, reply
from inbox.tickets.models import Message
from tests.channels_adapters.email.scripted_smtp import Script, serving
from tests.inbox.mails import arrives, mail
from tests.mail_servers import Provider
from tests.product import MailServer


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    with override_settings(EMAIL_URL=f"smtp://127.0.0.1:{server.start()}"):
        yield server
    server.stop()


def _answered(support: Channel, ada: Agent, text: str = "They leave tomorrow.") -> Message:
    return reply(arrives(support, mail()).ticket, text, by=ada, undo_seconds=0)


def _send_all() -> list[str]:
    for delivery_id in delivery.waiting():
        delivery.send(delivery_id)
    return list(Delivery.objects.order_by("id").values_list("status", flat=True))


def test_the_ancestors_of_a_reply_are_named_from_the_first_on(
    support: Channel, ada: Agent, mail_server: MailServer
) -> None:
    answer = _answered(support, ada)
    _send_all()
    arrives(support, mail("And the bill?", message_id="<2@larsen.example>", answers=answer.external_id))
    reply(answer.ticket, "In the parcel.", by=ada, undo_seconds=0)
    _send_all()
    sent = mail_server.mails[-1]
    chain = ["<first@larsen.example>", answer.external_id, "<2@larsen.example>"]
    assert (sent["In-Reply-To"], sent["References"].split()) == (chain[-1], chain)


def test_a_reply_leaves_threaded_and_answers_come_back_to_its_ticket(
    support: Channel, ada: Agent, mail_server: MailServer
) -> None:
    answer = _answered(support, ada)
    states = _send_all()
    sent: EmailMessage = mail_server.mails[0]
    reply_to = sent["Reply-To"].addresses[0].addr_spec
    arrives(support, mail("Thanks, and the bill?", to=reply_to, message_id="<2@x.example>"))
    assert (
        states,
        sent["To"],
        sent["Subject"],
        sent["Message-ID"],
        sent["In-Reply-To"],
        sent["References"],
        reply_to.startswith("support+") and reply_to.endswith("@nordlys.example"),
        sent.get_body(("plain",)).get_content().strip(),
        answer.ticket.messages.count(),
    ) == (
        ["sent"],
        "Bo Larsen <bo@larsen.example>",
        "Re: Where are my shoes?",
        answer.external_id,
        "<first@larsen.example>",
        "<first@larsen.example>",
        True,
        "They leave tomorrow.",
        3,
    )


def test_without_a_mail_server_a_reply_is_kept_in_the_outbox_once(support: Channel, ada: Agent) -> None:
    _answered(support, ada)
    states = _send_all()
    Delivery.objects.update(status="queued", settled_at=None)
    _send_all()
    assert (states, OutboxMail.objects.count()) == (["sent"], 1)


def test_an_unreachable_server_is_tried_again_later(support: Channel, ada: Agent) -> None:
    _answered(support, ada)
    with override_settings(EMAIL_URL="smtp://127.0.0.1:9"):
        states = _send_all()
    row = Delivery.objects.get()
    assert (states, row.fault, row.next_attempt_at is not None, row.handed_over_at) == (
        ["queued"],
        "temporary",
        True,
        None,
    )


def test_a_mail_server_named_wrongly_shows_on_the_reply_what_to_do(support: Channel, ada: Agent) -> None:
    _answered(support, ada)
    with override_settings(EMAIL_URL="mail.nordlys.example"):
        states = _send_all()
    assert (states, "EMAIL_URL must look like" in Delivery.objects.get().reason) == (["failed"], True)


def test_replies_of_a_ticket_leave_in_their_order(support: Channel, ada: Agent, mail_server: MailServer) -> None:
    first = _answered(support, ada, "First.")
    reply(first.ticket, "Second.", by=ada, undo_seconds=0)
    states = [_send_all(), _send_all()]
    texts = [sent.get_body(("plain",)).get_content().strip() for sent in mail_server.mails]
    assert (states, texts) == ([["sent", "queued"], ["sent", "sent"]], ["First.", "Second."])


def test_a_reply_taken_back_in_time_never_leaves_and_is_a_draft_again(
    support: Channel, ada: Agent, mail_server: MailServer
) -> None:
    answer = reply(arrives(support, mail()).ticket, "They left yesterday.", by=ada, undo_seconds=30)
    draft = withdraw_reply(answer, by=ada)
    answer.ticket.refresh_from_db()
    assert (_send_all(), mail_server.mails, draft.text, answer.ticket.state, answer.ticket.waiting_since is None) == (
        ["cancelled"],
        [],
        "They left yesterday.",
        "open",
        False,
    )


def test_a_reply_that_left_or_is_a_colleagues_cannot_be_taken_back(
    support: Channel, ada: Agent, carl: Agent, mail_server: MailServer
) -> None:
    answer = _answered(support, ada)
    with pytest.raises(Refused):
        withdraw_reply(answer, by=carl)
    _send_all()
    with pytest.raises(Refused):
        withdraw_reply(answer, by=ada)
    assert Delivery.objects.get().status == "sent"


def test_a_failed_reply_is_sent_again_when_the_agent_says_so(
    support: Channel, ada: Agent, mail_server: MailServer
) -> None:
    _answered(support, ada)
    Delivery.objects.update(status="failed", reason="mailbox unavailable", next_attempt_at=None)
    retry_delivery(Delivery.objects.get(), by=ada)
    assert (_send_all(), len(mail_server.mails)) == (["sent"], 1)


def test_a_reply_written_past_a_newer_message_is_refused_and_nothing_changes(
    support: Channel, ada: Agent, carl: Agent
) -> None:
    ticket = arrives(support, mail()).ticket
    seen = ticket.messages.get().pk
    reply(ticket, "I take this one.", by=carl)
    with pytest.raises(NewerArrived) as refused:
        reply(ticket, "They leave tomorrow.", by=ada, seen_message_id=seen)
    assert ([message.text for message in refused.value.messages], ticket.messages.count()) == (["I take this one."], 2)


def test_a_token_void_before_its_time_is_renewed_once_and_the_reply_leaves(support: Channel, ada: Agent) -> None:
    provider = Provider()
    provider.token("somebody@x.example")
    with serving(Script(tokens=provider.tokens)) as script:
        Channel.objects.update(
            settings={
                "host": "127.0.0.1", "port": script.port, "security": "none", "oauth_provider": "other",
                "oauth_authorize_url": provider.url, "oauth_token_url": provider.url, "oauth_client_id": "inbox",
            },
            secrets=sealed({
                "oauth_access_token": "void", "oauth_expires_at": (now() + timedelta(hours=1)).isoformat(),
                "oauth_refresh_token": provider.allow(support.address), "oauth_client_secret": "hush",
            }),
        )  # fmt: skip
        support.refresh_from_db()
        _answered(support, ada)
        states = _send_all()
    provider.shutdown()
    provider.server_close()
    assert (states, len(script.taken), len(provider.asked)) == (["sent"], 1, 1)
