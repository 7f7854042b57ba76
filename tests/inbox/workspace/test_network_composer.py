"""The composer of a network's ticket: what is possible is offered, what is not is not, and the server says why."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels_adapters import registry
from channels_adapters.contracts import Fault, PublicAnswers, SendError
from inbox.agents.models import Agent, Team
from inbox.channels.message_templates import channels_with_templates, sync_again, sync_templates
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.customers.actions import recognize, set_reach
from inbox.customers.models import Identity
from inbox.tickets.amending import amend, react, take_back
from inbox.tickets.models import Message, ScheduledReply, Ticket
from inbox.tickets.queries import last_said
from tests.inbox.channels import pigeons
from tests.inbox.questions import says
from tests.inbox.workspace.pages import part, text_of

pytestmark = pytest.mark.django_db
Screen = Callable[[Agent], Client]
DAY = timedelta(days=1)


@pytest.fixture
def loft(billing: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    pigeons.installed(monkeypatch)
    yield pigeons.loft()
    registry.adapter.cache_clear()


@pytest.fixture
def ticket(loft: Channel) -> Ticket:
    return pigeons.coos(loft)


def waited(days: float) -> None:
    Message.objects.filter(direction="in").update(occurred_at=now() - days * DAY)


def composer(client: Client, ticket: Ticket) -> str:
    return client.get(f"/tickets/{ticket.pk}/composer/").content.decode()


def ways(html: str) -> dict[str, bool]:
    """The ways that are offered, and whether each is chosen."""
    return {key: bool(chosen) for key, chosen in re.findall(r'name="way" value="([^"]+)"( checked)?', html)}


def sends(client: Client, ticket: Ticket, text: str = "Coo.", **more: object) -> tuple[int, str]:
    given = {
        "mode": "message",
        "message_text": text,
        "note_text": "",
        "client_ref": str(uuid.uuid4()),
        "seen_message_id": last_said(ticket),
        **more,
    }
    answer = client.post(f"/tickets/{ticket.pk}/messages/", given, headers={"X-Pane": "composer"})
    return answer.status_code, text_of(answer) if answer.status_code != 200 else ""


def mailed(ticket: Ticket) -> Identity:
    mailbox = recognize([("email", "", "bo@x.example", True)])
    Identity.objects.filter(pk=mailbox.pk).update(customer=ticket.customer)
    return mailbox


def test_the_window_is_told_with_what_is_left_and_what_comes_after(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    client, lines = screen(ada), []
    for days in (0.5, 0.95, 3, 9):
        waited(days)
        line = part(client.get(f"/tickets/{ticket.pk}/composer/"), 'id="composer-network"', "<details")
        lines.append(
            re.sub(
                r"Open until .*?\d\d:\d\d", "Open until …", text_of("<p" + line.partition("<p")[2].partition("</p>")[0])
            )
        )
    assert lines == [
        "Open until … · 12 h left · 3 messages left",
        "Open until … · 1 h 12 left · 3 messages left · then only what a person wrote",
        "The window for everything is closed; a person may still answer. Open until … · 4 d left",
        "The window is closed: only message templates reach the customer until they write again, "
        "and this channel has none that is approved.",
    ]


def test_only_what_is_possible_is_offered(
    screen: Screen, ticket: Ticket, loft: Channel, support: Channel, ada: Agent
) -> None:
    client, mail = screen(ada), f"channel-{support.pk}"
    seen = [ways(composer(client, ticket))]
    mailed(ticket)
    sync_templates(loft)
    for days in (0, 3, 9):
        waited(days)
        seen.append(ways(composer(client, ticket)))
    set_reach(Identity.objects.get(value="bo"), is_blocked=True, is_opted_out=False, at=now())
    blocked = composer(client, ticket)
    assert [*seen, ways(blocked)] == [
        {"free": True},
        {"free": True, "template": False, mail: False},
        {"human_tag": True, "template": False, mail: False},
        {"template": True, mail: False},
        {mail: True},
    ]
    assert "This person has blocked us here" in blocked


def test_a_ticket_nobody_can_be_written_to_in_takes_notes_only(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    waited(9)
    html = composer(screen(ada), ticket)
    status, told = sends(screen(ada), ticket)
    assert ("composer-network for-message is-shut" in html, status, "only approved templates" in told) == (
        True,
        422,
        True,
    )


def test_a_template_is_picked_filled_in_and_sent_as_what_the_customer_reads(
    screen: Screen, ticket: Ticket, loft: Channel, ada: Agent
) -> None:
    sync_templates(loft)
    waited(9)
    Ticket.objects.update(language="de")
    client = screen(ada)
    html = composer(client, ticket)
    offered = re.findall(r'name="template" value="(\d+)".*?class="chip">(\w+)<', html)
    german = offered[0][0]
    given = {"way": "template", "template": german, f"place-{german}-1": "Bo"}
    unfilled, unchosen = sends(client, ticket, **given), sends(client, ticket, way="template")
    with_file = sends(client, ticket, **given, **{f"place-{german}-2": "x"}, files=SimpleUploadedFile("a.txt", b"a"))
    sent = sends(client, ticket, **given, **{f"place-{german}-2": "Schuhe"})
    message = ticket.messages.get(direction="out")
    assert ([language for _, language in offered], "It reads like advertising" in html) == (["de", "en"], False)
    assert [unfilled, unchosen, with_file, sent[0]] == [
        (422, "Fill in every place of the template."),
        (422, "Choose a template."),
        (422, "A template takes no files. Leave them out."),
        200,
    ]
    assert (message.text, message.template) == (
        "Hallo Bo, es geht um Schuhe.",
        {"name": "back", "language": "de", "variables": ["Bo", "Schuhe"]},
    )


def test_a_planned_template_shows_what_was_chosen_and_offers_it_again_when_it_is_stopped(
    screen: Screen, ticket: Ticket, loft: Channel, ada: Agent
) -> None:
    sync_templates(loft)
    waited(9)
    client, german = screen(ada), loft.message_templates.get(language="de").pk
    given = {"way": "template", "template": german, f"place-{german}-1": "Bo", f"place-{german}-2": "Schuhe"}
    sends(client, ticket, **given, later="hour", then="resolved")
    planned = ScheduledReply.objects.get()
    shown = text_of("<li " + part(client.get(f"/tickets/{ticket.pk}/parts/"), 'class="planned"', "</article>"))
    client.post(f"/planned/{planned.pk}/cancellation/")
    html = composer(client, ticket)
    places = re.findall(rf'name="place-{german}-\d" value="([^"]*)"', html)
    assert [words in shown for words in ("Template: back · de", "Hallo Bo, es geht um Schuhe.", "Resolved")] == [
        True
    ] * 3
    assert (ways(html)["template"], f'value="{german}" checked' in html, places) == (True, True, ["Bo", "Schuhe"])


def test_a_planned_answer_in_private_or_elsewhere_shows_it_and_offers_it_again(
    screen: Screen, ticket: Ticket, support: Channel, ada: Agent
) -> None:
    client, mail = screen(ada), f"channel-{support.pk}"
    mailed(ticket)
    pigeons.made_public(ticket)
    seen = []
    for chosen in ({"private": "1", "way": "free", "offer": ["Yes", "No"]}, {"way": mail}):
        sends(client, ticket, **chosen, later="hour")
        planned = ScheduledReply.objects.latest("id")
        shown = text_of("<li " + part(client.get(f"/tickets/{ticket.pk}/parts/"), 'class="planned"', "</article>"))
        client.post(f"/planned/{planned.pk}/cancellation/")
        html = composer(client, ticket)
        offers = [one for one in re.findall(r'name="offer" value="([^"]*)"', html) if one]
        is_private = 'name="private" value="1" checked' in html
        seen.append((ways(html), is_private, offers, [f"By {support.name}" in shown, "Answer in private" in shown]))
    assert seen == [
        ({"free": True, mail: False}, True, ["Yes", "No"], [False, True]),
        ({"free": False, mail: True}, False, [], [True, False]),
    ]


def test_who_wants_no_advertising_is_answered_but_offered_none(
    screen: Screen, loft: Channel, ticket: Ticket, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    pigeons.installed(monkeypatch, opt_out_covers="marketing")
    sync_templates(loft)
    loft.message_templates.filter(language="de").update(category="MARKETING")
    set_reach(Identity.objects.get(value="bo"), is_blocked=False, is_opted_out=True, at=now())
    waited(2)
    html = composer(screen(ada), ticket)
    offered = re.findall(r'name="template" value="(\d+)".*?class="chip">(\w+)<', html)
    assert ([language for _, language in offered], "human_tag" in ways(html)) == (["en"], True)


def test_on_which_network_somebody_stopped_stands_beside_his_address(
    screen: Screen, ticket: Ticket, ada: Agent
) -> None:
    number = recognize([("phone", "", "+4551234567", True)])
    Identity.objects.filter(pk=number.pk).update(customer=ticket.customer)
    bo = Identity.objects.get(value="bo")
    set_reach(number, is_blocked=False, is_opted_out=True, at=now(), network="sms")
    set_reach(number, is_blocked=True, is_opted_out=False, at=now(), network="whatsapp")
    set_reach(bo, is_blocked=True, is_opted_out=False, at=now(), network=pigeons.KIND)
    page = screen(ada).get(f"/inbox/open/{ticket.pk}/")
    addresses = text_of("<ul " + part(page, 'class="side-list"', "</ul>"))
    assert [
        words in addresses
        for words in ("asked to stop on SMS", "has blocked us on WhatsApp", "bo has blocked us", "stop on WhatsApp")
    ] == [True, True, True, False]


def test_who_wrote_elsewhere_last_is_answered_there_unless_one_chooses(
    screen: Screen, ticket: Ticket, support: Channel, ada: Agent
) -> None:
    client, mailbox, mail = screen(ada), mailed(ticket), f"channel-{support.pk}"
    sent = sends(client, ticket, way=mail)
    heard = says(ticket, "Thanks for the mail, one more thing?", identity=Identity.objects.get(pk=mailbox.pk))
    Message.objects.filter(pk=heard.pk).update(channel=support)
    message = ticket.messages.get(direction="out")
    assert (sent[0], message.channel, message.recipients[0]["value"]) == (200, support, "bo@x.example")
    html = composer(client, ticket)
    assert (ways(html), "to Bo · bo" in text_of(html)) == ({"free": False, mail: True}, True)
    assert sends(client, ticket, way="channel-0")[0] == 422


def test_a_public_comment_is_marked_and_can_be_answered_in_private(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    pigeons.made_public(ticket)
    client = screen(ada)
    page = client.get(f"/inbox/open/{ticket.pk}/")
    places = [
        part(page, f'id="row-{ticket.pk}"', "</li>"),
        part(page, 'id="ticket-head"', "</header>"),
        part(page, 'class="said customer', "</article>"),
    ]
    warned = "Everybody can read this." in composer(client, ticket)
    sends(client, ticket, "For all.")
    sends(client, ticket, "For you.", private="1")
    said = list(ticket.messages.filter(direction="out").order_by("id").values_list("text", "is_public"))
    assert ([">public<" in one for one in places], warned) == ([True] * 3, True)
    assert said == [("For all.", True), ("For you.", False)]


def test_a_text_is_measured_as_its_network_does_and_shown_in_the_messages_it_leaves_as(
    screen: Screen, ticket: Ticket, ada: Agent
) -> None:
    client, url = screen(ada), f"/tickets/{ticket.pk}/length/"
    texts = ("", "Coo 🐦", "First sentence here. Second one, which is longer.")
    told = [text_of(client.post(url, {"message_text": text})) for text in texts]
    elsewhere = text_of(client.post(url, {"message_text": "Coo", "way": "template"}))
    assert [*told, elsewhere] == [
        "",
        "6 of 40 characters",
        "49 of 40 characters leaves as 2 messages First sentence here. Second one, which is longer.",
        "",
    ]


def test_an_answer_in_public_is_measured_as_a_comment_and_one_in_private_as_one_message(
    screen: Screen, ticket: Ticket, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    pigeons.installed(monkeypatch, public=PublicAnswers(60))
    pigeons.made_public(ticket)
    client, long = screen(ada), "First sentence here. Second one, which is longer."
    url = f"/tickets/{ticket.pk}/length/"
    told = [text_of(client.post(url, {"message_text": long, **more})) for more in ({}, {"private": "1"})]
    refused = sends(client, ticket, long, private="1")
    assert told == ["49 of 60 characters", "49 of 40 characters Too long: the network takes one answer here"]
    assert refused == (422, "A private answer is one message without files: this is more.")
    assert sends(client, ticket, long)[0] == 200


def test_buttons_and_files_are_limited_as_the_network_says(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    client = screen(ada)
    html = composer(client, ticket)
    long = sends(client, ticket, offer=["x" * 21])
    sends(client, ticket, offer=["Yes", "No", "Perhaps", "Never"])
    message = ticket.messages.get(direction="out")
    assert (html.count('name="offer"'), 'maxlength="20"' in html, "image/*" in html) == (3, True, True)
    assert (long, [one["label"] for one in message.buttons]) == (
        (422, "An answer to press can have 20 characters."),
        ["Yes", "No", "Perhaps"],
    )


@pytest.mark.parametrize("chosen", ["template", "private", "elsewhere"])
def test_what_was_chosen_is_offered_again_when_one_takes_it_back_at_once(
    screen: Screen, ticket: Ticket, loft: Channel, support: Channel, ada: Agent, chosen: str
) -> None:
    sync_templates(loft)
    mailed(ticket)
    german = loft.message_templates.get(language="de").pk
    if chosen == "template":
        waited(9)
    else:
        pigeons.made_public(ticket)
    forms: dict[str, dict[str, object]] = {
        "template": {"way": "template", "template": german, f"place-{german}-1": "Bo", f"place-{german}-2": "Schuhe"},
        "private": {"way": "free", "private": "1", "offer": ["Yes", "No"]},
        "elsewhere": {"way": f"channel-{support.pk}"},
    }
    client = screen(ada)
    sends(client, ticket, **forms[chosen])
    client.post(f"/messages/{ticket.messages.get(direction='out').pk}/withdrawal/", headers={"HX-Request": "true"})
    html = composer(client, ticket)
    values = [one for one in re.findall(r'name="(?:offer|place[^"]*)" value="([^"]*)"', html) if one]
    way = next(way for way, is_chosen in ways(html).items() if is_chosen)
    assert (way, 'name="private" value="1" checked' in html, values) == {
        "template": ("template", False, ["Bo", "Schuhe"]),
        "private": ("free", True, ["Yes", "No"]),
        "elsewhere": (f"channel-{support.pk}", False, []),
    }[chosen]


def test_nothing_is_pressed_under_a_comment(
    screen: Screen, ticket: Ticket, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    pigeons.installed(monkeypatch, public=PublicAnswers(60))
    pigeons.made_public(ticket)
    client = screen(ada)
    before, refused = composer(client, ticket), sends(client, ticket, offer=["Yes"])
    taken = sends(client, ticket, offer=["Yes"], private="1")[0]
    after = composer(client, ticket)
    said = "Under a comment nothing can be pressed: they go along with a private answer."
    assert [(html.count('name="offer"'), said in html) for html in (before, after)] == [(3, True), (0, False)]
    assert (refused, taken) == (
        (422, "Nothing can be pressed under a comment. Answer in private, or leave out the answers to press."),
        200,
    )


def test_what_people_do_to_messages_is_seen(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    first = ticket.messages.get()
    second = says(ticket, "Forget it.")
    bo = Identity.objects.select_related("customer").get(value="bo")
    amend(first, "Coo, please?", by=bo.customer)
    react(first, bo, "👍")
    take_back(second, by=bo.customer)
    page = screen(ada).get(f"/inbox/open/{ticket.pk}/")
    one, two = (text_of("<" + part(page, f'id="message-{message.pk}"', "</article>")) for message in (first, second))
    assert [words in one for words in ("edited", "Coo, please?", "What it said before", "👍", "Bo")] == [True] * 5
    assert ["Deleted by the customer." in two, "Forget it." in two] == [True, True]


def test_the_network_is_asked_for_templates_and_those_it_forgot_go(
    loft: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [sync_templates(loft)]
    monkeypatch.setattr(pigeons.PigeonAdapter, "texts", [pigeons.REFUSED])
    told.append(sync_templates(loft))
    left = list(loft.message_templates.values_list("name", "state", "reason"))
    monkeypatch.setattr(pigeons.PigeonAdapter, "trouble", SendError(Fault.AUTH, "No."))
    with pytest.raises(SendError):
        sync_templates(loft)
    assert (told, left) == ([3, 1], [("sale", "rejected", "It reads like advertising.")])


def test_the_channels_page_shows_its_templates_with_what_is_wrong_and_asks_anew(
    screen: Screen, loft: Channel, maja: Agent, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"/channels/{loft.pk}/templates/"
    asked = text_of(screen(maja).post(url, follow=True))
    monkeypatch.setattr(pigeons.PigeonAdapter, "trouble", SendError(Fault.AUTH, "The loft is locked."))
    failed = text_of(screen(maja).post(url, follow=True))
    assert [words in asked for words in ("The network told of 3 templates.", "Templates", "Hello {{1}}")] == [True] * 3
    assert "sale en Rejected It reads like advertising. Buy!" in asked
    assert ("The network did not tell: The loft is locked." in failed, screen(ada).get(url).status_code) == (True, 404)


def test_what_the_network_does_by_itself_about_templates_is_asked_for(
    loft: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = [sync_again(one) for one in channels_with_templates()]
    monkeypatch.setattr(pigeons.PigeonAdapter, "trouble", SendError(Fault.TEMPORARY, "Later."))
    assert (again, sync_again(loft.pk), sync_again(0), loft.message_templates.count()) == ([3], None, None, 3)


def test_a_ticket_of_a_network_costs_the_same_however_much_was_said_and_done(
    screen: Screen, ticket: Ticket, ada: Agent, django_assert_num_queries: Callable
) -> None:
    client, address = screen(ada), f"/inbox/open/{ticket.pk}/"
    bo = Identity.objects.select_related("customer").get(value="bo")
    react(says(ticket, "Coo?"), bo, "👍")
    amend(ticket.messages.first(), "Coo, then.", by=bo.customer)
    client.get(address)
    with CaptureQueriesContext(connection) as once:
        client.get(address)
    for number in range(4):
        message = says(ticket, f"Coo {number}")
        react(message, bo, "👍")
        amend(message, f"Coo {number}!", by=bo.customer)
    with django_assert_num_queries(len(once)):
        client.get(address)
