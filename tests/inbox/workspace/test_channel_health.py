"""How a channel is: what asks its servers, what is late, who has to sign in."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.access import sealed
from inbox.channels.models import AccountNews, Channel, Poller
from inbox.channels.queries import channels_with_health
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
    wanted = ("What the network told", "Something could not be read", "events[1].author: it is needed.", "line beacon")
    assert (before, [one for one in wanted if one not in shown]) == (False, [])
