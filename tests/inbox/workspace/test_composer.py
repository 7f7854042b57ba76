"""Writing: replies, notes, drafts, and the moments at which something could get lost or doubled."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.enums import DeliveryStatus, ReceiptStatus
from inbox.channels.models import Channel, Delivery, Receipt
from inbox.common.clock import moved_to, now
from inbox.customers.models import Identity
from inbox.tickets import actions
from inbox.tickets.conversation import reply
from inbox.tickets.models import Attachment, Draft, Message, ScheduledReply, Ticket
from inbox.tickets.queries import last_said
from inbox.workspace import panes
from tests.inbox.mails import arrives, mail
from tests.inbox.questions import asks, says
from tests.inbox.workspace.pages import part, text_of, value

Screen = Callable[[Agent], Client]
SCRIPT = {"X-Pane": "composer"}


@pytest.fixture
def ticket(ticket_once: int, company: None) -> Ticket:
    return Ticket.objects.get(pk=ticket_once)


def form(ticket: Ticket, text: str = "They leave tomorrow.", **more: object) -> dict[str, object]:
    """What the composer sends."""
    return {
        "mode": "message",
        "message_text": text,
        "note_text": "",
        "client_ref": str(uuid.uuid4()),
        "seen_message_id": last_said(ticket),
        "list_name": "open",
        "list_query": "",
        **more,
    }


def said(ticket: Ticket) -> list[tuple[str, str]]:
    """What we said in the ticket: kind and text."""
    return list(ticket.messages.exclude(direction="in").order_by("id").values_list("kind", "text"))


def test_a_reply_without_script_is_sent_and_shown(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    response = screen(ada).post(f"/tickets/{ticket.pk}/messages/", form(ticket), follow=True)
    ticket.refresh_from_db()
    answer = ticket.messages.last()
    assert response.redirect_chain == [(f"/inbox/open/{ticket.pk}/#message-{answer.pk}", 302)]
    assert (said(ticket), ticket.state, ticket.assignee) == ([("message", "They leave tomorrow.")], "pending", ada)
    assert "Sending Undo" in text_of(f"<footer {part(response, '<footer', '</footer>')}")


def test_a_note_reaches_nobody_outside(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    given = form(ticket, mode="note", note_text="Ask the carrier.")
    screen(ada).post(f"/tickets/{ticket.pk}/messages/", given)
    ticket.refresh_from_db()
    assert (said(ticket), ticket.state, Delivery.objects.exists()) == ([("note", "Ask the carrier.")], "new", False)


@pytest.mark.parametrize("mode", ["message", "note"])
def test_a_form_sent_twice_is_said_once(screen: Screen, ticket: Ticket, ada: Agent, mode: str) -> None:
    client = screen(ada)
    given = form(ticket, mode=mode, note_text="They leave tomorrow.")
    statuses = [client.post(f"/tickets/{ticket.pk}/messages/", given, headers=SCRIPT).status_code for _ in range(2)]
    assert (statuses, said(ticket)) == ([200, 200], [(mode, "They leave tomorrow.")])


def test_a_form_of_another_ticket_is_refused(screen: Screen, ticket: Ticket, support: Channel, ada: Agent) -> None:
    other, given = asks(support, 2), form(ticket)
    screen(ada).post(f"/tickets/{ticket.pk}/messages/", given)
    response = screen(ada).post(f"/tickets/{other.pk}/messages/", given, headers=SCRIPT)
    assert (response.status_code, said(other)) == (422, [])


@pytest.mark.parametrize("then", ["open", "on_hold", "resolved"])
def test_the_state_afterwards_is_the_senders_choice(screen: Screen, ticket: Ticket, ada: Agent, then: str) -> None:
    screen(ada).post(f"/tickets/{ticket.pk}/messages/", form(ticket, then=then))
    ticket.refresh_from_db()
    assert ticket.state == then


def test_send_and_resolve_goes_on_to_the_next_ticket_of_the_list(
    screen: Screen, ticket: Ticket, support: Channel, ada: Agent
) -> None:
    other = asks(support, 2)
    actions.tag(other, ["vip"], by=ada)
    given = form(ticket, then="resolved", list_query="tag=vip")
    scripted = screen(ada).post(f"/tickets/{ticket.pk}/messages/", given, headers=SCRIPT)
    assert scripted["X-Next"] == f"/inbox/open/{other.pk}/?tag=vip"
    plain = screen(ada).post(f"/tickets/{other.pk}/messages/", form(other, then="resolved"))
    assert plain["Location"] == "/inbox/open/"


def test_what_arrived_meanwhile_is_shown_before_anything_is_sent(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    client, given = screen(ada), form(ticket)
    says(ticket, "I found them, forget it.")
    plain, scripted = (
        client.post(f"/tickets/{ticket.pk}/messages/", given, headers=headers) for headers in ({}, SCRIPT)
    )
    assert (plain.status_code, scripted.status_code, said(ticket)) == (409, 409, [])
    for response in (plain, scripted):
        assert "I found them, forget it." in text_of("<p" + part(response, 'class="problem"', "</div>"))
    assert "They leave tomorrow." in part(plain, 'name="message_text"', "</textarea>")
    assert value(plain, "client_ref") == given["client_ref"]
    client.post(f"/tickets/{ticket.pk}/messages/", {**given, "anyway": "1"})
    assert said(ticket) == [("message", "They leave tomorrow.")]


def test_an_empty_reply_is_refused_with_the_reason_in_the_form(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    response = screen(ada).post(f"/tickets/{ticket.pk}/messages/", form(ticket, "  "))
    assert (response.status_code, said(ticket)) == (422, [])
    assert "an empty reply can't be sent" in text_of(response)


def test_files_go_with_the_message_under_a_clean_name(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    files = [
        SimpleUploadedFile("in\u202evoice.pdf", b"%PDF-1.4", "application/pdf"),
        SimpleUploadedFile("shoe.html", b"\x89PNG\r\n\x1a\nxx", "text/html"),
    ]
    screen(ada).post(f"/tickets/{ticket.pk}/messages/", form(ticket, "", files=files))
    assert list(Attachment.objects.order_by("id").values_list("filename", "content_type", "size")) == [
        ("invoice.pdf", "application/pdf", 8),
        ("shoe.html", "image/png", 10),
    ]


def test_too_large_a_file_is_refused_and_nothing_is_sent(
    screen: Screen, ticket: Ticket, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.workspace.views.composer.LARGEST_FILE", 4)
    file = SimpleUploadedFile("a.txt", b"12345")
    response = screen(ada).post(f"/tickets/{ticket.pk}/messages/", form(ticket, files=file), headers=SCRIPT)
    assert (response.status_code, said(ticket)) == (422, [])
    assert panes.LARGEST_FILE < panes.LARGEST_MESSAGE


def test_a_reply_goes_to_the_participant_that_was_chosen(
    screen: Screen, ticket: Ticket, support: Channel, ada: Agent
) -> None:
    answer = reply(ticket, "Who has them?", by=ada)
    arrives(support, mail("I do.", sender="Eva <eva@x.example>", message_id="<2@x>", answers=answer.external_id))
    eva = ticket.messages.get(text="I do.").identity
    page = screen(ada).get(f"/inbox/open/{ticket.pk}/")
    assert part(page, '<select name="to">', "</select>").count("<option") == 2
    screen(ada).post(f"/tickets/{ticket.pk}/messages/", form(ticket, "Thank you.", to=eva.pk))
    assert Message.objects.latest("id").recipients == [
        {"role": "to", "identity": eva.pk, "name": "Eva", "value": "eva@x.example"}
    ]


def test_a_draft_is_restored_anywhere_until_it_is_sent_or_emptied(
    screen: Screen, ticket: Ticket, ada: Agent, carl: Agent
) -> None:
    path = f"/tickets/{ticket.pk}"
    saved = screen(ada).post(f"{path}/draft/", {"mode": "message", "text": "Dear Bo,\nhow"}).json()
    screen(ada).post(f"{path}/draft/", {"mode": "note", "text": "Hm"})
    page, others = screen(ada).get(f"/inbox/open/{ticket.pk}/"), screen(carl).get(f"/inbox/open/{ticket.pk}/")
    written = [
        part(response, f'name="{name}_text"', "</textarea>").partition(">")[2]
        for response in (page, others)
        for name in ("message", "note")
    ]
    assert (saved["saved"][:11], written) == ("Draft saved", ["Dear Bo,\nhow", "Hm", "", ""])
    assert screen(ada).post(f"{path}/draft/", {"mode": "note", "text": " "}).json() == {"saved": ""}
    screen(ada).post(f"{path}/messages/", form(ticket))
    assert not Draft.objects.exists()


def test_a_draft_that_comes_later_than_its_message_is_not_kept(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    given = form(ticket)
    screen(ada).post(f"/tickets/{ticket.pk}/messages/", given)
    late = {"mode": "message", "text": "They leave", "client_ref": given["client_ref"]}
    screen(ada).post(f"/tickets/{ticket.pk}/draft/", late)
    assert not Draft.objects.exists()


def test_a_reply_can_be_taken_back_while_it_waits(screen: Screen, ticket: Ticket, ada: Agent, carl: Agent) -> None:
    answer = reply(ticket, "They leave tomorrow.", by=ada)
    others = screen(carl).post(f"/messages/{answer.pk}/withdrawal/", headers={"HX-Request": "true"})
    mine = screen(ada).post(f"/messages/{answer.pk}/withdrawal/", headers={"HX-Request": "true"})
    assert (others.status_code, mine.status_code) == (409, 204)
    assert '"text": "They leave tomorrow."' in mine["HX-Trigger"]
    assert (Draft.objects.get().text, Delivery.objects.get().status) == ("They leave tomorrow.", "cancelled")
    words = text_of(screen(ada).get(f"/tickets/{ticket.pk}/parts/"))
    assert ("They leave tomorrow." in words, "took a reply back" in words) == (False, True)


def test_what_is_taken_back_brings_its_files_and_its_recipients(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    client, bill = screen(ada), SimpleUploadedFile("bill.pdf", b"%PDF", "application/pdf")
    client.post(f"/tickets/{ticket.pk}/messages/", form(ticket, cc="eva@x.example", files=bill))
    client.post(f"/messages/{ticket.messages.last().pk}/withdrawal/")
    page = client.get(f"/tickets/{ticket.pk}/composer/")
    kept = value(page, "kept")
    client.post(f"/tickets/{ticket.pk}/messages/", form(ticket, kept=kept, cc=value(page, "cc")))
    message = Message.objects.latest("id")
    assert ([file.filename for file in message.attachments.all()], message.recipients[1]["value"]) == (
        ["bill.pdf"],
        "eva@x.example",
    )


def test_a_reply_on_its_way_can_not_be_taken_back(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    answer = reply(ticket, "They leave tomorrow.", by=ada)
    Delivery.objects.update(status=DeliveryStatus.SENT)
    response = screen(ada).post(f"/messages/{answer.pk}/withdrawal/")
    answer.refresh_from_db()
    assert (response.status_code, answer.withdrawn_at) == (302, None)


def test_a_failed_reply_is_sent_again_on_request_only(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    answer = reply(ticket, "They leave tomorrow.", by=ada)
    client = screen(ada)
    early = client.post(f"/messages/{answer.pk}/attempt/", headers={"HX-Request": "true"})
    Delivery.objects.update(status=DeliveryStatus.FAILED, reason="550")
    again = client.post(f"/messages/{answer.pk}/attempt/", headers={"HX-Request": "true"})
    assert (early.status_code, again.status_code, Delivery.objects.get().status) == (409, 204, "queued")


def test_light_agents_write_notes_whatever_the_form_says(screen: Screen, ticket: Ticket, lin: Agent) -> None:
    given = form(ticket, note_text="Seen at the depot.")
    screen(lin).post(f"/tickets/{ticket.pk}/messages/", given)
    assert (said(ticket), Delivery.objects.exists()) == ([("note", "Seen at the depot.")], False)


def test_auditors_write_nothing(screen: Screen, ticket: Ticket, otto: Agent) -> None:
    client = screen(otto)
    statuses = [
        client.post(f"/tickets/{ticket.pk}/messages/", form(ticket)).status_code,
        client.post(f"/tickets/{ticket.pk}/draft/", {"text": "x"}).status_code,
        client.get(f"/tickets/{ticket.pk}/composer/").status_code,
    ]
    assert (statuses, said(ticket), "ticket-composer" in client.get(f"/inbox/open/{ticket.pk}/").content.decode()) == (
        [404] * 3,
        [],
        False,
    )


def test_a_closed_ticket_takes_notes_only(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    actions.set_state(ticket, "closed", by=ada)
    page = screen(ada).get(f"/inbox/resolved/{ticket.pk}/")
    response = screen(ada).post(f"/tickets/{ticket.pk}/messages/", form(ticket), headers=SCRIPT)
    assert ('name="mode" value="message"' in page.content.decode(), response.status_code, said(ticket)) == (
        False,
        422,
        [],
    )


def test_copies_are_typed_as_text_and_kept_in_the_draft(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    client, address = screen(ada), f"/tickets/{ticket.pk}"
    people = {"to": str(ticket.customer.identities.get().pk), "cc": "Eva <eva@x.example>, ulf@", "bcc": "b@x.example"}
    client.post(f"{address}/draft/", {"mode": "message", "text": "All of you", **people})
    page = client.get(f"{address}/composer/")
    assert [value(page, name) for name in ("to", "cc", "bcc")] == list(people.values())
    refused = client.post(f"{address}/messages/", form(ticket, **people))
    assert (refused.status_code, said(ticket), "“ulf@” is not a mail address." in text_of(refused)) == (422, [], True)
    assert [value(refused, name) for name in ("cc", "bcc")] == [people["cc"], people["bcc"]]
    client.post(f"{address}/messages/", form(ticket, **{**people, "cc": "Eva <eva@x.example>"}))
    recipients = [(one["role"], one["value"]) for one in Message.objects.latest("id").recipients]
    assert recipients == [("to", "bo@larsen.example"), ("cc", "eva@x.example"), ("bcc", "b@x.example")]


def test_whoever_is_typed_in_a_refused_reply_is_not_remembered(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    screen(ada).post(f"/tickets/{ticket.pk}/messages/", form(ticket, " ", cc="eva@x.example"))
    assert not Identity.objects.filter(value="eva@x.example").exists()


def test_a_reply_repeats_what_it_answers_when_its_writer_wants(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    client = screen(ada)
    for choice in ({"quotes": "1"}, {}):
        client.post(f"/tickets/{ticket.pk}/messages/", form(ticket, **choice))
    quoting, plain = ticket.messages.filter(direction="out").order_by("id")
    assert ("> My shoes did not arrive." in quoting.full_text, plain.full_text) == (True, "They leave tomorrow.")


def test_a_picture_named_in_the_text_is_shown_there_and_others_are_attached(
    screen: Screen, ticket: Ticket, ada: Agent
) -> None:
    pictures = [SimpleUploadedFile(f"{name}.gif", b"GIF89a" + name.encode(), "image/gif") for name in ("a", "b")]
    pictures.append(SimpleUploadedFile("c.gif", b"<html>", "image/gif"))
    text = "See [a.gif] and [c.gif]"
    screen(ada).post(f"/tickets/{ticket.pk}/messages/", form(ticket, text, pictures=pictures))
    kept = Attachment.objects.order_by("id").values_list("filename", "is_inline")
    assert (list(kept), "cid:" in Message.objects.latest("id").html) == (
        [("a.gif", True), ("b.gif", False), ("c.gif", False)],
        True,
    )


@pytest.mark.parametrize(
    ("chosen", "at"),
    [
        ({"later": "hour"}, "2026-03-06T13:00+00:00"),
        ({"later": "tomorrow"}, "2026-03-07T08:00+00:00"),
        ({"later": "monday"}, "2026-03-09T08:00+00:00"),
        ({"later": "chosen", "later_at": "2026-03-30T09:30"}, "2026-03-30T07:30+00:00"),
    ],
    ids=lambda value: value["later"] if isinstance(value, dict) else "",
)
def test_a_reply_is_planned_for_a_time_by_the_writers_clock(
    screen: Screen, ticket: Ticket, ada: Agent, chosen: dict[str, str], at: str
) -> None:
    Agent.objects.update(time_zone="Europe/Copenhagen")
    with moved_to(datetime(2026, 3, 6, 12, tzinfo=UTC)):
        response = screen(ada).post(f"/tickets/{ticket.pk}/messages/", form(ticket, **chosen))
    planned = ScheduledReply.objects.get()
    assert (planned.send_at, said(ticket), response["Location"]) == (
        datetime.fromisoformat(at),
        [],
        f"/inbox/open/{ticket.pk}/#planned-{planned.pk}",
    )


@pytest.mark.parametrize("chosen", [{"later": "chosen"}, {"later": "chosen", "later_at": "2020-01-01T00:00"}])
def test_a_time_that_makes_no_sense_is_refused(
    screen: Screen, ticket: Ticket, ada: Agent, chosen: dict[str, str]
) -> None:
    response = screen(ada).post(f"/tickets/{ticket.pk}/messages/", form(ticket, **chosen), headers=SCRIPT)
    assert (response.status_code, ScheduledReply.objects.exists()) == (422, False)


def test_a_planned_reply_is_shown_moved_stopped_and_said(
    screen: Screen, ticket: Ticket, ada: Agent, carl: Agent
) -> None:
    bill = SimpleUploadedFile("bill.pdf", b"%PDF", "application/pdf")
    screen(ada).post(f"/tickets/{ticket.pk}/messages/", form(ticket, later="tomorrow", files=bill))
    planned = ScheduledReply.objects.get()
    pages = [screen(agent).get(f"/tickets/{ticket.pk}/parts/") for agent in (ada, carl)]
    mine, colleagues = (text_of("<li " + part(page, 'class="planned"', "</article>")) for page in pages)
    words = ("Send now", "Change the time", "Stop and edit", "They leave tomorrow.")
    assert ([word in mine for word in words], [word in colleagues for word in words]) == (
        [True] * 4,
        [False, False, False, True],
    )
    others = [screen(carl).post(f"/planned/{planned.pk}/{noun}/").status_code for noun in ("sending",)]
    screen(ada).post(f"/planned/{planned.pk}/time/", {"later": "hour"})
    moved = ScheduledReply.objects.get().send_at < planned.send_at
    screen(ada).post(f"/planned/{planned.pk}/cancellation/")
    page = screen(ada).get(f"/tickets/{ticket.pk}/composer/")
    kept = value(page, "kept")
    assert (
        others,
        moved,
        said(ticket),
        "They leave tomorrow." in part(page, 'name="message_text"', "</textarea>"),
    ) == (
        [302],
        True,
        [],
        True,
    )
    screen(ada).post(f"/tickets/{ticket.pk}/messages/", form(ticket, kept=kept))
    assert list(Message.objects.latest("id").attachments.values_list("filename", flat=True)) == ["bill.pdf"]


def test_each_recipient_shows_what_became_of_it_with_the_reason_in_words(
    screen: Screen, ticket: Ticket, ada: Agent
) -> None:
    answer = reply(ticket, "Soon.", by=ada)
    row = Delivery.objects.get(message=answer)
    Delivery.objects.update(status=DeliveryStatus.SENT, sent_at=now(), attempts=1)
    for role, address, status, reason in (
        ("to", "bo@x.example", ReceiptStatus.SENT, ""),
        ("cc", "eva@x.example", ReceiptStatus.REFUSED, "550 5.1.1 no such user"),
        ("bcc", "ulf@x.example", ReceiptStatus.DEFERRED, "450 4.2.2 over quota"),
    ):
        Receipt.objects.create(
            delivery=row, role=role, kind="email", value=address, status=status, reason=reason, changed_at=now()
        )
    words = text_of(screen(ada).get(f"/tickets/{ticket.pk}/parts/"))
    assert [
        one in words
        for one in (
            "bo@x.example Sent",
            "eva@x.example Cc Refused The address does not exist. 550 5.1.1 no such user",
            "ulf@x.example Bcc Refused for now The mailbox is full. 450 4.2.2 over quota",
            "Send again to those who missed it",
        )
    ] == [True] * 4
