"""What stands around and in a mail: who it is for, whether to trust it, meetings, forwarded mail, paper."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.tickets.conversation import note
from inbox.tickets.models import Message, Ticket, TicketChannel
from inbox.workspace.letterhead import letterhead
from inbox.workspace.meetings import Meeting, meetings
from inbox.workspace.prose import prose
from tests.inbox.questions import asks
from tests.inbox.workspace.pages import part, text_of

Screen = Callable[[Agent], Client]
INVITATION = {
    "method": "request",
    "uid": "1@x.example",
    "summary": "Fitting",
    "starts_at": "2026-03-02T15:00:00+00:00",
    "ends_at": "2026-03-02T16:00:00+00:00",
    "all_day": False,
    "zone": "America/New_York",
    "place": "https://meet.example/fitting",
    "organizer": "mailto:kay@ito.example",
    "repeats": "FREQ=WEEKLY;INTERVAL=2;COUNT=6",
    "answer": "",
}


@pytest.fixture
def asked(support: Channel) -> Ticket:
    return asks(support, 1, "Where is it?")


def becomes(ticket: Ticket, **values: Any) -> Message:
    Message.objects.filter(ticket=ticket).update(**values)
    return ticket.messages.get()


def read(client: Client, ticket: Ticket) -> str:
    return text_of(client.get(f"/tickets/{ticket.pk}/parts/"))


def meeting(**changed: Any) -> Meeting:
    with timezone.override("Europe/Berlin"):
        return meetings([{**INVITATION, **changed}])[0]


def test_an_invitation_says_when_here_and_when_there() -> None:
    found = meeting()
    assert (found.kind, found.title, found.when, found.there, found.repeats, found.organizer, found.is_link) == (
        "Invitation",
        "Fitting",
        "Monday 2 March 2026, 16:00 – 17:00 CET",
        "Monday 2 March 2026, 10:00 – 11:00 EST for the organizer (America/New York)",
        "every 2 weeks, 6 times",
        "kay@ito.example",
        True,
    )


@pytest.mark.parametrize(
    ("changed", "when"),
    [
        ({"ends_at": None}, "Monday 2 March 2026, 16:00 CET"),
        ({"ends_at": "2026-03-03T09:00:00+00:00"}, "Monday 2 March 2026, 16:00 – Tuesday 3 March 2026, 10:00 CET"),
        ({"starts_at": None}, ""),
        ({"starts_at": "soon"}, ""),
        (
            {"all_day": True, "starts_at": "2026-03-02T00:00:00+00:00", "ends_at": "2026-03-03T00:00:00+00:00"},
            "Monday 2 March 2026, all day",
        ),
        (
            {"all_day": True, "starts_at": "2026-03-02T00:00:00+00:00", "ends_at": "2026-03-05T00:00:00+00:00"},
            "Monday 2 March 2026 – Wednesday 4 March 2026",
        ),
    ],
)
def test_a_meeting_has_its_time_or_its_days(changed: dict[str, Any], when: str) -> None:
    assert meeting(**changed).when == when


def test_what_repeats_says_how_often() -> None:
    rules = ("FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=YEARLY;COUNT=1", "FREQ=HOURLY;INTERVAL=3")
    told = [meeting(repeats=rule).repeats for rule in rules]
    assert told == ["every day", "every 2 weeks", "every year, 1 time", "FREQ=HOURLY;INTERVAL=3"]


def test_cancellations_and_answers_are_named_and_unknown_rules_kept_as_written() -> None:
    cancelled = meeting(method="cancel", zone="Nowhere/Else", repeats="every other full moon")
    answer = meeting(method="reply", answer="DECLINED", zone="Europe/Paris")
    assert (cancelled.kind, cancelled.is_cancelled, cancelled.there, cancelled.repeats) == (
        "Cancelled",
        True,
        "",
        "every other full moon",
    )
    assert (answer.kind, answer.answer, answer.there) == ("Answer to an invitation", "declined", "")


def test_quoted_lines_are_told_apart_by_level() -> None:
    assert prose("Yes.\n> Really?\n>> <b>No</b>\n> Hm\nSee www.x.example") == (
        'Yes.<blockquote class="q q1">Really?</blockquote><blockquote class="q q2">&lt;b&gt;No&lt;/b&gt;</blockquote>'
        '<blockquote class="q q1">Hm</blockquote>See <a href="http://www.x.example" target="_blank" '
        'rel="noopener noreferrer nofollow">www.x.example</a>'
    )


def test_the_head_says_to_whom_and_what_vouches_for_the_sender(asked: Ticket) -> None:
    message = becomes(
        asked,
        authenticity="verified",
        authenticity_details="dkim=pass",
        recipients=[
            {"role": "to", "name": "Support", "value": "support@nordlys.example"},
            {"role": "cc", "name": "", "value": "kay@ito.example"},
        ],
    )
    head = letterhead(message)
    assert (head.first, head.others, head.addressed) == (
        "Support",
        1,
        [("To", ["Support <support@nordlys.example>"]), ("Cc", ["kay@ito.example"])],
    )
    assert head.trust is not None
    assert (head.trust.word, head.trust.details) == ("verified", "dkim=pass")
    assert head.trust.sentence == "This mail really comes from x.example: its servers vouch for it."


def test_the_timeline_shows_what_a_mail_is_about(screen: Screen, asked: Ticket, ada: Agent) -> None:
    becomes(
        asked,
        calendar=[INVITATION],
        forwarded_from="kay@ito.example",
        forwarded_name="Kay Ito",
        mailing_list="runners.lists.example",
        automatic="bulk",
        unsupported="The mail is encrypted.",
    )
    words = read(screen(ada), asked)
    told = (
        "Mass mail",
        "runners.lists.example",
        "The mail is encrypted.",
        "Kay Ito wrote it first.",
        "Invitation Fitting",
    )
    assert [piece for piece in told if piece not in words] == []


def test_who_wrote_what_was_forwarded_becomes_the_customer_and_it_can_be_undone(
    screen: Screen, asked: Ticket, ada: Agent
) -> None:
    forwarded, asker = becomes(asked, forwarded_from="Kay@ito.example", forwarded_name="Kay Ito"), str(asked.customer)
    client = screen(ada)
    offered = ["Make Kay Ito the customer" in read(client, asked)]
    response = client.post(f"/tickets/{asked.pk}/customer/", {"message": forwarded.pk}, headers={"HX-Request": "true"})
    told = json.loads(response["HX-Trigger"])["toast"]
    words = read(client, asked)
    offered.append("Make Kay Ito the customer" in words)
    asked.refresh_from_db()
    assert (offered, str(asked.customer), told["text"]) == ([True, False], "Kay Ito", "Kay Ito is the customer now.")
    assert ("Ada made Kay Ito the customer" in words, f"Also in this ticket {asker}" in words) == (True, True)
    client.post(told["undo"], headers={"HX-Request": "true"})
    asked.refresh_from_db()
    assert str(asked.customer) == asker


def test_nobody_becomes_the_customer_who_has_nothing_to_do_with_the_ticket(
    screen: Screen, asked: Ticket, support: Channel, ada: Agent
) -> None:
    other, client = asks(support, 2), screen(ada)
    strangers = ({"identity": other.messages.get().identity_id}, {"message": asked.messages.get().pk}, {"message": "x"})
    assert [client.post(f"/tickets/{asked.pk}/customer/", given).status_code for given in strangers] == [404] * 3


def test_a_ticket_of_two_channels_says_so(screen: Screen, asked: Ticket, ada: Agent, another: Channel) -> None:
    TicketChannel.objects.create(ticket=asked, channel=another)
    assert "also in Nordlys Sales" in read(screen(ada), asked)


@pytest.fixture
def another(support: Channel) -> Channel:
    return Channel.objects.create(kind="email", address="sales@nordlys.example", name="Nordlys Sales")


def test_a_ticket_is_printed_whole_with_its_mails_safe_and_without_a_fetch(
    screen: Screen, asked: Ticket, ada: Agent
) -> None:
    becomes(
        asked,
        html='<b>Bold</b><script>alert(1)</script><img src="https://t.example/a.png" alt="Shoe">',
        occurred_at=datetime(2026, 3, 2, 15, tzinfo=UTC),
    )
    note(asked, "He means the red ones.", by=ada)
    client = screen(ada)
    page, one = (
        client.get(path) for path in (f"/tickets/{asked.pk}/print/", f"/messages/{asked.messages.first().pk}/print/")
    )
    html, words = page.content.decode(), text_of(page)
    assert ("<b>Bold</b>" in html, re.findall(r"t\.example|alert|<script|<iframe|<link", html)) == (True, [])
    assert words.index("Monday 2 March 2026, 15:00 UTC") < words.index("He means the red ones.")
    assert "He means the red ones." not in text_of(one)
    assert part(page, "<title>", "</title>") == f"{asked.ref} Question 1"
    policy = page["Content-Security-Policy"]
    assert ("default-src 'none'; img-src 'self' data:;" in policy, "sandbox " in policy, "allow-scripts" in policy) == (
        True,
        True,
        False,
    )
