"""How a channel is: what asks its servers, what is late, who has to sign in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from channels_adapters.contracts import AccountEvent, Fault, SendError
from inbox.agents.models import Agent
from inbox.channels import expiry, polling
from inbox.channels.access import sealed
from inbox.channels.accounts import keep_tokens
from inbox.channels.actions import connect
from inbox.channels.admission import note_admission, note_refusal
from inbox.channels.expiry import learn_expiry
from inbox.channels.models import AccountNews, Channel, Poller
from inbox.channels.news import take_news
from inbox.channels.pacing import wait_before
from inbox.channels.queries import channels_with_health
from inbox.common.clock import now
from inbox.escalations.queries import unseen
from inbox.workspace.bell import said_of
from inbox.workspace.channel_health import health_of
from tests.inbox.workspace.pages import text_of

Screen = Callable[[Agent], Client]
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"succeeded_at": AT - MINUTE}, ("good", "in order", "")),
        ({}, ("due", "not asked yet", "")),
        ({"succeeded_at": AT - 6 * MINUTE}, ("over", "late", "")),
        ({"succeeded_at": AT - MINUTE, "fault": "auth", "error": "535 no"}, ("over", "not reached", "535 no")),
        ({"succeeded_at": AT - MINUTE, "fault": "temporary", "error": "away"}, ("over", "not reached", "away")),
    ],
)
def test_a_place_is_in_order_late_or_not_reached(
    support: Channel, values: dict[str, Any], told: tuple[str, ...]
) -> None:
    Poller.objects.create(channel=support, place="imap:INBOX", **values)
    poller = health_of(channels_with_health(AT).get(), AT).pollers[0]
    assert (poller.look, poller.word, poller.error) == told
    assert (poller.place, bool(poller.advice)) == ("INBOX", "fault" in values)


def test_a_place_asked_once_an_hour_is_not_late_after_ten_minutes(support: Channel) -> None:
    Channel.objects.update(settings={"poll_seconds": 3600})
    Poller.objects.create(channel=support, place="pop3:", succeeded_at=AT - 10 * MINUTE)
    poller = health_of(channels_with_health(AT).get(), AT).pollers[0]
    assert (poller.look, poller.place) == ("good", "The mailbox, by POP3")


@pytest.mark.parametrize(
    ("cursor", "told"),
    [
        ("", []),
        ("7", [("", "7")]),
        ("not json", [("", "not json")]),
        (json.dumps({"validity": 3, "uid": 9, "owed": {}, "of": ""}), [("validity", "3"), ("uid", "9")]),
    ],
)
def test_how_far_a_place_was_read_is_shown_whatever_the_adapter_keeps(
    support: Channel, cursor: str, told: list[tuple[str, str]]
) -> None:
    Poller.objects.create(channel=support, place="x", cursor=cursor)
    assert health_of(channels_with_health(AT).get(), AT).pollers[0].cursor == told


@pytest.mark.parametrize(
    ("secrets", "needed"),
    [
        ({}, True),
        ({"oauth_refresh_token": "r", "oauth_expires_at": (AT + MINUTE).isoformat()}, False),
        ({"oauth_refresh_token": "r", "oauth_expires_at": (AT - MINUTE).isoformat()}, True),
    ],
)
def test_who_has_to_sign_in_again_is_told(
    screen: Screen, maja: Agent, support: Channel, secrets: dict[str, str], needed: bool
) -> None:
    Channel.objects.update(settings={"oauth_provider": "google"}, secrets=sealed(secrets))
    assert health_of(channels_with_health(AT).get(), AT).needs_sign_in is needed
    assert f"/channels/{support.pk}/consent/" in screen(maja).get(f"/channels/{support.pk}/").content.decode()


def test_the_page_shows_the_fault_its_cure_and_the_cursor(screen: Screen, maja: Agent, support: Channel) -> None:
    Poller.objects.create(
        channel=support, place="imap:Orders", fault="auth", error="535 no", cursor='{"uid": 9}', next_attempt_at=AT
    )
    page = text_of(screen(maja).get(f"/channels/{support.pk}/", headers={"HX-Request": "true"}))
    said = ("Orders", "535 no", "The server does not let us in.", "uid 9", "no success yet", "1 folder not reached")
    assert [words for words in said if words not in page] == []


def test_what_a_network_told_is_shown_to_leads_in_words_where_there_are_some(
    support: Channel, maja: Agent, screen: Screen
) -> None:
    path = f"/channels/{support.pk}/"
    before = "What the network told" in text_of(screen(maja).get(path))
    for name, details in (("unparsed", "events[1].author: it is needed."), ("line_beacon", "d41d8cd98f")):
        AccountNews.objects.create(channel=support, name=name, details=details, at=AT)
    shown = text_of(screen(maja).get(path))
    wanted = (
        "What the network told",
        "Something came that we don't know",
        "events[1].author: it is needed.",
        "line_beacon",
    )
    assert (before, [one for one in wanted if one not in shown]) == (False, [])


def test_an_account_whose_access_was_taken_away_fails_until_it_is_connected_again(
    screen: Screen, maja: Agent, support: Channel
) -> None:
    client = screen(maja)
    take_news(support, AccountEvent("1", "token_revoked", "The password was changed."), is_last_try=True)
    told = (
        client.get("/health/").json()["parts"]["accounts"],
        "connect again" in text_of(client.get("/channels/")),
        "The network lets us in no more" in text_of(client.get(f"/channels/{support.pk}/")),
        "Nordlys Support: Access was taken away" in [said_of(one) for one in unseen(maja)],
    )
    keep_tokens(support, {"password": "another"})
    page = text_of(client.get(f"/channels/{support.pk}/"))
    assert told == ("not ok", True, True, True)
    assert ("lets us in no more" in page, "Our access was taken away" in page, "settled since" in page) == (
        False,
        True,
        True,
    )


def test_an_account_that_a_network_refused_shows_what_it_said_until_a_message_leaves(
    screen: Screen, maja: Agent, support: Channel
) -> None:
    client, path = screen(maja), f"/channels/{support.pk}/"
    said = "Meta does not accept the access token any more: connect the account again."
    note_refusal(support, SendError(Fault.AUTH, said))
    page = text_of(client.get(path))
    wanted = (f"The network lets us in no more, since {{}}. {said}", "The network refused to let us in")
    told = [re.search(words.format(r"[\w\s:,]+"), page) is not None for words in wanted]
    health = (client.get("/health/").json()["parts"]["accounts"], "connect again" in text_of(client.get("/channels/")))
    note_admission(support, since=now())
    page = text_of(client.get(path))
    assert (told, health) == ([True, True], ("not ok", True))
    assert (
        "lets us in no more" in page,
        "settled since" in page,
        client.get("/health/").json()["parts"]["accounts"],
    ) == (
        False,
        True,
        "ok",
    )


def test_a_mailbox_that_signs_in_at_a_provider_says_once_that_somebody_has_to(
    screen: Screen, maja: Agent, support: Channel
) -> None:
    secrets = {"oauth_refresh_token": "r", "oauth_expires_at": (now() + timedelta(hours=1)).isoformat()}
    Channel.objects.update(settings={"oauth_provider": "google"}, secrets=sealed(secrets))
    support.refresh_from_db()
    note_refusal(support, SendError(Fault.AUTH, "Google has taken the access back."))
    page = text_of(screen(maja).get(f"/channels/{support.pk}/"))
    counted = [page.count(words) for words in ("lets us in no more", "Sign in again", "sign-in needed", "onnect again")]
    assert (counted, "Signed in with Google" in page) == ([1, 1, 1, 0], False)


def test_access_that_ends_soon_is_told_on_the_page_and_in_the_list(
    screen: Screen, maja: Agent, support: Channel
) -> None:
    client, seen = screen(maja), []
    for days in (60, 10, -1):
        learn_expiry(support, now() + timedelta(days=days), at=now() - timedelta(days=1))
        health = health_of(channels_with_health(now()).get(), now())
        words = ("access ends soon", "connect again")
        seen.append((health.look, [one for one in words if one in text_of(client.get("/channels/"))]))
    assert seen == [("good", []), ("due", ["access ends soon"]), ("over", ["connect again"])]


def test_kinds_with_trouble_come_first_and_what_is_off_last(screen: Screen, maja: Agent, support: Channel) -> None:
    for kind, name in (("telegram", "Bot"), ("vk", "Group"), ("email", "Billing")):
        connect(kind=kind, address=name.lower(), name=name)
    Channel.objects.filter(name="Bot").update(is_active=False)
    AccountNews.objects.create(channel=Channel.objects.get(name="Group"), name="token_revoked", at=AT)
    AccountNews.objects.create(channel=support, name="token_revoked", at=AT)
    page = screen(maja).get("/channels/").content.decode()
    names = re.findall(r'<h2 id="kind-(\w+)"|entry-link" href="/channels/\d+/">([^<]+)<', page)
    assert [kind or name for kind, name in names] == [
        "email",
        "Nordlys Support",
        "Billing",
        "vk",
        "Group",
        "telegram",
        "Bot",
    ]


def test_after_events_were_lost_the_network_is_asked_at_once(
    support: Channel, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    Poller.objects.create(channel=support, place="imap:INBOX", next_attempt_at=AT + timedelta(days=900))
    with django_capture_on_commit_callbacks() as rings:
        take_news(support, AccountEvent("1", "events_lost"), is_last_try=True)
    assert (Poller.objects.get().next_attempt_at, len(rings)) == (None, 1)


def test_a_channel_whose_package_was_taken_away_says_so_and_holds_up_nothing(
    screen: Screen, maja: Agent, support: Channel
) -> None:
    Channel.objects.filter(pk=support.pk).update(kind="pigeon")
    client = screen(maja)
    pages = [client.get(path) for path in ("/channels/", f"/channels/{support.pk}/")]
    assert [page.status_code for page in pages] == [200, 200]
    assert ("is not installed any more" in text_of(pages[1]), polling.waiting(), expiry.waiting()) == (True, [], [])
    assert wait_before(Channel.objects.get(), "reply") == timedelta(0)
