"""A visitor who is gone gets the answer by mail, once, and what he writes back stands in his chat."""

from __future__ import annotations

import email
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from channels_adapters.contracts import DeliveryState, DeliveryUpdate
from inbox.channels import delivery
from inbox.channels.mail_models import MailAnswer, TicketMail
from inbox.channels.models import OutboxMail
from inbox.channels.purging import purge
from inbox.channels.receipts import record_update
from inbox.chats.letter_models import UnreadChat
from inbox.chats.letters import write_due
from inbox.chats.models import ChatWidget, Visitor
from inbox.common.clock import now
from inbox.customers.actions import recognize
from inbox.customers.models import Identity
from inbox.tickets.conversation import note, reply
from inbox.tickets.deletion import delete
from inbox.tickets.files import store
from inbox.tickets.merging import merge
from inbox.tickets.models import Message, Ticket
from tests import cast, web
from tests.inbox.livechat.browsers import Browser
from tests.inbox.mails import arrives, mail
from tests.product import MailServer

pytestmark = pytest.mark.django_db
GONE = timedelta(minutes=10)


@pytest.fixture
def browser(company: None) -> Browser:
    cast.support()
    browser = Browser(cast.shop_chat())
    browser.opens()
    return browser


def _claims(browser: Browser, address: str = "bo@larsen.example") -> None:
    Visitor.objects.filter(pk=browser.visitor.pk).update(claimed_email=address)


def _left(browser: Browser) -> None:
    """His last page was closed, and the answers are as old as that."""
    browser.post("steps", left=True)


def _answered(browser: Browser, *texts: str) -> Ticket:
    """He asked, closed the page, and was answered."""
    browser.says("Where is my parcel?")
    _left(browser)
    ticket = Ticket.objects.get()
    for text in texts or ("On its way.",):
        reply(ticket, text, by=cast.ada())
    return ticket


def _mails(at: datetime | None = None) -> list[EmailMessage]:
    """What has left by the sweep of some minutes later."""
    write_due(at or now() + GONE)
    for mail_id in delivery.waiting_mails():
        delivery.send_mail(mail_id)
    kept = OutboxMail.objects.order_by("id").values_list("body", flat=True)
    return [email.message_from_bytes(bytes(body), policy=default) for body in kept]  # type: ignore[arg-type]


def _plain(sent: EmailMessage) -> str:
    body = sent.get_body(("plain",))
    assert body
    return str(body.get_content())


def _answer(sent: EmailMessage, text: str = "Which street?", *, sender: str = "bo@larsen.example") -> Message:
    """A mail program's answer to a letter."""
    number = Message.objects.count()
    to = sent["Reply-To"].addresses[0].addr_spec
    raw = mail(text, sender=sender, to=to, message_id=f"<{number}@x.example>", answers=str(sent["Message-ID"]))
    arrives(cast.support(), raw)
    return Message.objects.order_by("-id")[0]


def _page(client: Client, ticket: Ticket) -> str:
    return str(client.get(reverse("workspace:ticket", args=[ticket.pk]), follow=True).content.decode())


def test_who_left_gets_all_answers_in_one_mail_once(browser: Browser) -> None:
    _claims(browser)
    ticket = _answered(browser, "On its way.", "It will be there tomorrow.")
    note(ticket, "He is nice.", by=cast.ada())
    [sent], again = _mails(), _mails()
    text = _plain(sent)
    assert (sent["To"], sent["From"], sent["Subject"], sent["Auto-Submitted"], len(again)) == (
        "bo@larsen.example",
        "Ada · Nordlys Shoes <support@nordlys.example>",
        f"Your chat with Nordlys Shoes ({ticket.ref})",
        None,
        1,
    )
    assert sent["Reply-To"].addresses[0].addr_spec.startswith("support+")
    told = [text.find(part) for part in ("On its way.", "tomorrow", "shop.example/boots", "> Where is my parcel?")]
    assert told == sorted(told)
    assert (told[0] > 0, "nice" in text, [one.kind for one in ticket.events.all()].count("chat_mailed")) == (
        True,
        False,
        1,
    )


def test_files_go_along_over_a_real_mail_server(browser: Browser) -> None:
    _claims(browser)
    browser.says("Where is my parcel?")
    _left(browser)
    label = store(b"%PDF-1.4", filename="label.pdf", content_type="application/pdf")
    reply(Ticket.objects.get(), "Here is the label.", by=cast.ada(), files=[label])
    server = MailServer()
    with override_settings(EMAIL_URL=f"smtp://127.0.0.1:{server.start()}"):
        _mails()
    server.stop()
    [sent] = server.mails
    files = [(one.get_filename(), one.get_content()) for one in sent.iter_attachments()]
    row = TicketMail.objects.get()
    assert (files, row.status, row.external_ids) == ([("label.pdf", b"%PDF-1.4")], "sent", [sent["Message-ID"]])


def test_nobody_is_mailed_who_is_there_has_read_it_came_back_or_gave_no_address(browser: Browser) -> None:
    ticket = _answered(browser)
    written = [len(_mails())]
    _claims(browser)
    answer = reply(ticket, "Are you there?", by=cast.ada())
    Visitor.objects.update(seen_at=now() + GONE, ended_at=None)
    written.append(len(_mails()))
    # He is looked at again; meanwhile he has read it.
    browser.post("read", up_to=answer.pk, seen=True)
    Visitor.objects.update(seen_at=now() - GONE)
    written.append(len(_mails(now() + 3 * GONE)))
    assert (written, UnreadChat.objects.count()) == ([0, 0, 0], 0)


def test_the_wait_begins_when_he_goes_or_when_he_is_answered_whichever_is_later(browser: Browser) -> None:
    _claims(browser)
    _answered(browser)
    minutes = ChatWidget.objects.get().mail_after_minutes
    early, late = now() + timedelta(minutes=minutes - 1), now() + timedelta(minutes=minutes, seconds=1)
    assert (len(_mails(early)), len(_mails(late))) == (0, 1)


def test_his_answer_by_mail_joins_the_ticket_and_stands_in_his_chat_and_the_address_is_his(browser: Browser) -> None:
    _claims(browser)
    ticket = _answered(browser)
    [sent] = _mails()
    heard = _answer(sent)
    identity = Identity.objects.get(kind="email", value="bo@larsen.example")
    shown = [(one["from"], one["text"], one["by_mail"]) for one in browser.sees()["messages"]]
    assert (heard.ticket, heard.is_stranger, identity.customer, identity.verified) == (
        ticket,
        False,
        ticket.customer,
        True,
    )
    assert shown == [
        ("visitor", "Where is my parcel?", False),
        ("agent", "On its way.", False),
        ("visitor", "Which street?", True),
    ]


def test_whoever_answered_by_mail_is_answered_there_at_once_and_in_the_chat(browser: Browser) -> None:
    _claims(browser)
    ticket = _answered(browser)
    heard = _answer(_mails()[0])
    reply(ticket, "Main street.", by=cast.ada())
    first, second = _mails(now())
    assert (browser.texts()[-1], second["In-Reply-To"], str(second["References"]).split()) == (
        "Main street.",
        heard.external_id,
        [first["Message-ID"], heard.external_id],
    )
    assert "On its way" not in _plain(second)


def test_a_letter_that_somebody_else_answers_shows_him_as_a_stranger_and_the_visitor_nothing(browser: Browser) -> None:
    _claims(browser)
    _answered(browser)
    [sent] = _mails()
    heard = _answer(sent, "I got this by mistake.", sender="eve@x.example")
    assert (heard.is_stranger, browser.texts()) == (True, ["Where is my parcel?", "On its way."])


def test_who_says_he_is_the_addressee_without_having_the_letter_proves_nothing(browser: Browser) -> None:
    """The address in Reply-To is the ticket's: whoever got one letter knows it, and writes any sender he likes."""
    _claims(browser)
    ticket = _answered(browser)
    [sent] = _mails()
    to = sent["Reply-To"].addresses[0].addr_spec
    _claims(browser, "victim@x.example")
    reply(ticket, "More.", by=cast.ada())
    _mails()
    arrives(cast.support(), mail("It is me.", sender="victim@x.example", to=to, answers=str(sent["Message-ID"])))
    victim = Identity.objects.get(kind="email", value="victim@x.example")
    assert (victim.customer == ticket.customer, victim.verified, browser.texts()) == (
        False,
        False,
        ["Where is my parcel?", "On its way.", "More."],
    )


def test_an_address_that_is_somebody_elses_merges_nobody_and_its_answer_is_shown_where_the_letter_went(
    browser: Browser,
) -> None:
    other = recognize([("email", "", "bo@larsen.example", True)], name="Bo Larsen")
    _claims(browser)
    ticket = _answered(browser)
    heard = _answer(_mails()[0])
    other.refresh_from_db()
    assert (heard.customer, heard.is_stranger, other.customer == ticket.customer, browser.texts()[-1]) == (
        other.customer,
        True,
        False,
        "Which street?",
    )


def test_a_program_that_answers_says_nothing_and_proves_nothing(browser: Browser) -> None:
    _claims(browser)
    _answered(browser)
    [sent] = _mails()
    to = sent["Reply-To"].addresses[0].addr_spec
    away = mail("I am away.", to=to, answers=str(sent["Message-ID"]), Auto_Submitted="auto-replied")
    arrives(cast.support(), away)
    assert (Identity.objects.filter(kind="email").exists(), len(browser.texts())) == (False, 2)


def test_a_claimed_address_gets_no_name_no_link_of_anybodys_choice_and_little_of_what_was_written(
    browser: Browser,
) -> None:
    Visitor.objects.update(name="Buy pills at pills.example", page_url="https://evil.example/login")
    _claims(browser)
    browser.says("Buy! " * 500)
    _answered(browser)
    [sent] = _mails()
    text = _plain(sent)
    assert (sent["To"], "evil.example" in text, "pills" in text, text.count("Buy!") < 110) == (
        "bo@larsen.example",
        False,
        False,
        True,
    )


def test_what_became_of_the_mail_shows_at_the_answer_it_carried(browser: Browser) -> None:
    _claims(browser)
    ticket = _answered(browser)
    _mails()
    agent = cast.ada()
    page = web.Visitor()
    page.force_login(agent)
    shown = [_page(page, ticket)]
    row = TicketMail.objects.get()
    update = DeliveryUpdate("bounce:1", DeliveryState.BOUNCED, tuple(row.external_ids), reason="No such user")
    outcome = record_update(row.channel, update)[1]
    shown.append(_page(page, ticket))
    assert (outcome, ["Mailed to bo@larsen.example" in one for one in shown], "No such user" in shown[1]) == (
        "updated",
        [True, False],
        True,
    )
    # Where mail does not arrive no more is sent.
    reply(ticket, "Hello?", by=agent)
    assert len(_mails(now() + 2 * GONE)) == 1


def test_what_was_mailed_of_a_ticket_is_purged_with_it(browser: Browser) -> None:
    _claims(browser)
    ticket = _answered(browser)
    _answer(_mails()[0])
    delete(ticket, by=cast.maja(), at=now() - timedelta(days=400))
    assert (purge(), TicketMail.objects.count(), MailAnswer.objects.count(), OutboxMail.objects.count()) == (1, 0, 0, 0)


def test_a_ticket_merged_into_another_takes_answers_to_its_letters_there(browser: Browser) -> None:
    _claims(browser)
    ticket = _answered(browser)
    [sent] = _mails()
    other = _another(browser, ticket)
    merge(ticket, into=other, by=cast.ada())
    heard = _answer(sent)
    assert (heard.ticket, browser.texts()[-1]) == (other, "Which street?")


def _another(browser: Browser, ticket: Ticket) -> Ticket:
    """A second chat of the same visitor."""
    move_to = Ticket.objects.filter(pk=ticket.pk)
    move_to.update(state="closed", resolved_at=now(), closed_at=now())
    browser.says("And my bill?")
    return Ticket.objects.order_by("-id")[0]


def test_nothing_leaves_for_a_ticket_that_was_deleted(browser: Browser) -> None:
    _claims(browser)
    ticket = _answered(browser)
    delete(ticket, by=cast.maja())
    assert (_mails(), UnreadChat.objects.count()) == ([], 0)
