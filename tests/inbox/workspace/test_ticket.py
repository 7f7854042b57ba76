"""The open ticket: what it shows, what can be done to it, and by whom."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from inbox.agents.models import Agent, Team
from inbox.channels.enums import DeliveryStatus
from inbox.channels.models import Channel, Delivery
from inbox.tickets import actions
from inbox.tickets.conversation import note, reply
from inbox.tickets.models import Message, Seen, Ticket, TicketEvent
from tests.inbox.mails import arrives, mail
from tests.inbox.questions import asks
from tests.inbox.workspace.pages import part, text_of

Screen = Callable[[Agent], Client]
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def ticket(ticket_once: int, company: None) -> Ticket:
    return Ticket.objects.get(pk=ticket_once)


def shown(client: Client, ticket: Ticket) -> HttpResponse:
    return client.get(f"/tickets/{ticket.pk}/parts/")


def timeline(client: Client, ticket: Ticket) -> str:
    return text_of(f"<ol {part(shown(client, ticket), '<ol ', '</ol>')}")


def news(response: HttpResponse) -> dict[str, object]:
    return json.loads(response["HX-Trigger"])


def test_a_ticket_has_one_address_for_the_world_and_opens_beside_its_list(
    screen: Screen, ticket: Ticket, ada: Agent
) -> None:
    client = screen(ada)
    assert client.get(f"/tickets/{ticket.ref}/")["Location"] == f"/inbox/open/{ticket.pk}/"
    actions.resolve(ticket, by=ada)
    assert client.get(f"/tickets/{ticket.pk}/")["Location"] == f"/inbox/resolved/{ticket.pk}/"


def test_the_timeline_tells_what_was_said_and_what_happened_in_order(
    screen: Screen, ticket: Ticket, ada: Agent, carl: Agent
) -> None:
    actions.assign(ticket, ada, by=carl)
    note(ticket, "Ask the carrier.", by=carl)
    reply(ticket, "They are on their way.", by=ada)
    actions.tag(ticket, ["delivery"], by=ada)
    actions.rename(ticket, "Lost shoes", by=ada)
    words = timeline(screen(ada), ticket)
    told = [
        "Today",
        "Bo Larsen",
        "My shoes did not arrive.",
        "Carl assigned to Ada",
        "Ask the carrier.",
        "They are on their way.",
        "waiting for the customer",
        "added #delivery",
        "changed the subject, it was “Where are my shoes?”",
    ]
    assert [words.find(piece) for piece in told] == sorted(words.find(piece) for piece in told)
    assert [piece for piece in told if piece not in words] == []


def test_doubtful_messages_are_marked(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    Message.objects.filter(ticket=ticket).update(
        authenticity="failed", reply_to="thief@x.example", is_stranger=True, automatic="auto_reply"
    )
    words = timeline(screen(ada), ticket)
    for mark in (
        "sender check failed",
        "Asks for answers to another address: thief@x.example",
        "not part of this ticket before",
        "Automatic reply",
    ):
        assert mark in words


def test_text_is_shown_as_text_with_safe_links_and_its_quotation_folded(
    screen: Screen, support: Channel, ada: Agent
) -> None:
    body = "<script>alert(1)</script> see https://x.example/a?b=1&c=2\n\nOn Monday, Ada wrote:\n> They left.\n"
    client = screen(ada)
    response = shown(client, arrives(support, mail(body)).ticket)
    words = part(response, '<div class="words prose" dir="auto">', "</div>")
    assert "&lt;script&gt;" in words
    assert '<a href="https://x.example/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer nofollow">' in words
    assert ("They left." in words, "They left." in part(response, '<div class="quoted prose"', "</div>")) == (
        False,
        True,
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (DeliveryStatus.QUEUED, "Sending"),
        (DeliveryStatus.SENT, "Sent"),
        (DeliveryStatus.FAILED, "Failed The mailbox is full. 552 5.2.2 over quota Send again"),
        (DeliveryStatus.BOUNCED, "Bounced The mailbox is full. 552 5.2.2 over quota Send again"),
        (
            DeliveryStatus.UNCONFIRMED,
            "Check whether it arrived before you send it again. 552 5.2.2 over quota Send again",
        ),
    ],
)
def test_a_reply_says_how_far_it_got(
    screen: Screen, ticket: Ticket, ada: Agent, status: DeliveryStatus, words: str
) -> None:
    answer = reply(ticket, "Soon.", by=ada)
    reason = "" if status in ("queued", "sent") else "552 5.2.2 over quota"
    Delivery.objects.filter(message=answer).update(status=status, reason=reason, attempts=1)
    response = shown(screen(ada), ticket)
    assert words in text_of(f"<footer {part(response, '<footer', '</footer>')}")


NOUNS = [
    ("state", {"state": "on_hold"}, "on_hold", "T-{pk} is now: On hold.", "state"),
    ("resolution", {}, "resolved", "T-{pk} is now: Resolved.", "state"),
    ("assignee", {"assignee": "me"}, "Ada", "Assigned to Ada.", "assignee"),
    ("team", {"team": "none"}, "None", "Taken out of its team.", "team"),
    ("priority", {"priority": "urgent"}, "urgent", "Priority: Urgent.", "priority"),
    ("subject", {"subject": "Lost"}, "Lost", "The subject is changed.", "subject"),
]


@pytest.mark.parametrize(("noun", "given", "value", "told", "field"), NOUNS)
def test_a_change_acts_at_once_says_so_and_can_be_undone(
    screen: Screen, ticket: Ticket, ada: Agent, noun: str, given: dict[str, str], value: str, told: str, field: str
) -> None:
    client = screen(ada)
    actions.set_state(ticket, "open", by=ada)
    before = str(getattr(ticket, field))
    response = client.post(f"/tickets/{ticket.pk}/{noun}/", given, headers=SCRIPT)
    toast = news(response)["toast"]
    ticket.refresh_from_db()
    assert (response.status_code, str(getattr(ticket, field)), toast["text"]) == (204, value, told.format(pk=ticket.pk))
    assert news(response)["live:ticket"] == {"ticket": ticket.pk}
    undone = client.post(toast["undo"], headers=SCRIPT)
    ticket.refresh_from_db()
    assert (str(getattr(ticket, field)), news(undone)["toast"]) == (before, {"text": "Undone."})


def test_tags_and_spam_are_put_on_and_taken_off(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    client, path = screen(ada), f"/tickets/{ticket.pk}"
    added = news(client.post(f"{path}/tags/", {"tag": "Refund, #vip ,"}, headers=SCRIPT))["toast"]
    tagged = sorted(ticket.tags.values_list("name", flat=True))
    client.delete(added["undo"], headers=SCRIPT)
    spam = news(client.post(f"{path}/spam/", headers=SCRIPT))["toast"]
    ticket.refresh_from_db()
    assert (tagged, list(ticket.tags.all()), ticket.is_spam, spam["undoMethod"]) == (
        ["refund", "vip"],
        [],
        True,
        "delete",
    )
    client.delete(spam["undo"], headers=SCRIPT)
    ticket.refresh_from_db()
    assert not ticket.is_spam


def test_without_script_every_form_comes_back_to_where_it_stood(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    client = screen(ada)
    here = f"http://testserver/inbox/mine/{ticket.pk}/?tag=x"
    response = client.post(f"/tickets/{ticket.pk}/spam/", {"method": "delete"}, headers={"Referer": here})
    elsewhere = client.post(f"/tickets/{ticket.pk}/resolution/", headers={"Referer": "https://evil.example/inbox/"})
    assert (response["Location"], elsewhere["Location"]) == (
        f"/inbox/mine/{ticket.pk}/?tag=x",
        f"/tickets/{ticket.pk}/",
    )
    assert f"{ticket.ref} is now: Resolved." in text_of(client.get(elsewhere["Location"], follow=True))


def test_a_refused_change_says_why_and_changes_nothing(screen: Screen, ticket: Ticket, ada: Agent, lin: Agent) -> None:
    response = screen(ada).post(f"/tickets/{ticket.pk}/assignee/", {"assignee": lin.pk}, headers=SCRIPT)
    ticket.refresh_from_db()
    assert (response.status_code, news(response)["toast"]["kind"], ticket.assignee) == (409, "refused", None)


@pytest.mark.parametrize(
    ("noun", "given", "status"),
    [
        ("state", {"state": "new"}, 400),
        ("state", {}, 400),
        ("priority", {"priority": "x"}, 400),
        ("tags", {"tag": " , "}, 400),
        ("subject", {"subject": "  "}, 400),
        ("seen", {"message": "x"}, 400),
        ("assignee", {"assignee": "99999"}, 404),
        ("team", {"team": "x"}, 404),
    ],
)
def test_nonsense_is_refused(
    screen: Screen, ticket: Ticket, ada: Agent, noun: str, given: dict[str, str], status: int
) -> None:
    before = TicketEvent.objects.count()
    assert screen(ada).post(f"/tickets/{ticket.pk}/{noun}/", given).status_code == status
    assert TicketEvent.objects.count() == before


def test_reading_marks_are_posted_and_never_move_back(screen: Screen, ticket: Ticket, otto: Agent) -> None:
    client = screen(otto)
    for message in (7, 3):
        assert client.post(f"/tickets/{ticket.pk}/seen/", {"message": message}).status_code == 204
    assert list(Seen.objects.values_list("agent", "message_id")) == [(otto.pk, 7)]


CHANGES = ["state", "resolution", "assignee", "team", "priority", "tags", "spam", "subject", "waiver"]


@pytest.mark.parametrize("role", ["lin", "otto"])
def test_who_may_not_change_tickets_has_no_controls_and_is_refused(
    screen: Screen, ticket: Ticket, role: str, request: pytest.FixtureRequest
) -> None:
    client = screen(request.getfixturevalue(role))
    page = client.get(f"/inbox/open/{ticket.pk}/").content.decode()
    before = TicketEvent.objects.count()
    statuses = {
        client.post(f"/tickets/{ticket.pk}/{noun}/", {"state": "open", "tag": "x"}).status_code for noun in CHANGES
    }
    assert (statuses, TicketEvent.objects.count()) == ({404}, before)
    assert re.findall(rf'action="/tickets/{ticket.pk}/(\w+)/"', page) == (["messages"] if role == "lin" else [])
    assert 'value="message"' not in page


def test_a_ticket_of_another_team_takes_no_change(screen: Screen, ticket: Ticket, wen: Agent) -> None:
    client, before = screen(wen), TicketEvent.objects.count()
    nouns = [*CHANGES, "seen", "messages", "draft"]
    assert {client.post(f"/tickets/{ticket.pk}/{noun}/").status_code for noun in nouns} == {404}
    assert TicketEvent.objects.count() == before


def test_a_clock_explains_itself(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    clock = ticket.clocks.get(target="first_response")
    client = screen(ada)
    dialog = client.get(f"/tickets/{ticket.pk}/clocks/{clock.pk}/", headers={"X-Pane": "dialog"})
    words = text_of(dialog)
    for piece in ("First reply", "Goal 4 h for priority Normal", "Policy Standard. It applies to every ticket."):
        assert piece in words
    assert ("<html" in dialog.content.decode(), client.get(f"/tickets/{ticket.pk}/clocks/999999/").status_code) == (
        False,
        404,
    )


def test_the_customer_stands_beside_the_ticket_with_what_else_he_asked(
    screen: Screen, support: Channel, ada: Agent, wen: Agent, shipping: Team
) -> None:
    first = asks(support, 1, name="Bo Larsen", address="bo@larsen.example")
    second = asks(support, 2, name="Bo Larsen", address="bo@larsen.example")
    hidden = asks(support, 3, name="Bo Larsen", address="bo@larsen.example", subject="Secret")
    actions.move_to_team(hidden, shipping, by=wen)
    actions.resolve(second, by=ada)
    side = text_of(part(shown(screen(ada), first), 'id="side"', "</aside>"))
    assert "Bo Larsen" in side
    assert "bo@larsen.example" in side
    assert "Question 2 Resolved" in side
    assert "Secret" not in side


def test_the_words_come_apart_from_what_stands_around_them_and_both_are_the_whole(
    screen: Screen, ticket: Ticket, ada: Agent
) -> None:
    reply(ticket, "They are on their way.", by=ada)
    client = screen(ada)
    whole = shown(client, ticket)
    talk, rest = (client.get(f"/tickets/{ticket.pk}/parts/?of={of}") for of in ("talk", "rest"))
    marks = (
        ('id="timeline"', "</ol>"),
        ('id="latest"', ">"),
        ('id="ticket-head"', "</header>"),
        ('id="side"', "</aside>"),
    )
    # Each page masks the token of its forms anew.
    parts = {
        name: [re.sub(r'token" value="[^"]+"', "", part(page, *mark)) for mark in marks]
        for name, page in (("whole", whole), ("talk", talk), ("rest", rest))
    }
    words, stamp, head, side = parts["whole"]
    assert parts == {"whole": [words, stamp, head, side], "talk": [words, stamp, "", ""], "rest": ["", "", head, side]}
    assert all((words, stamp, head, side))
