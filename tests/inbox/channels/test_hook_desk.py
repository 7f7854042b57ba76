"""Webhooks that come many at a time: each is kept once, and whatever is not in order is looked at by itself."""

from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from redis import Redis

from channels_adapters.contracts import Payload
from inbox.agents.models import Team
from inbox.channels import hook_desk
from inbox.channels.access import hook_address
from inbox.channels.accounts import switch
from inbox.channels.actions import connect
from inbox.channels.hook_desk import Knock, take_in
from inbox.channels.models import Channel, Envelope
from tests.networks import telegram, whatsapp
from tests.web import serving


@pytest.fixture
def number(shipping: Team) -> Channel:
    return connected(whatsapp.STORY.account, shipping)


@pytest.fixture
def bot(shipping: Team) -> Channel:
    return connected(telegram.STORY.account, shipping)


def connected(account: Any, team: Team) -> Channel:
    return connect(
        kind=account.kind,
        address=account.address,
        name=account.kind,
        team=team,
        settings=dict(account.settings),
        secrets=dict(account.secrets),
    )


def knock(channel: Channel, text: str) -> Knock:
    story = whatsapp.STORY if channel.kind == "whatsapp" else telegram.STORY
    address = hook_address(channel)
    _, _, name, *token = address.split("://")[1].rstrip("/").split("/")
    return Knock(name, token[0] if token else "", replace(story.inbound(text, address), url=address))


def journal() -> list[tuple[str, bytes]]:
    return [(one.channel.kind, bytes(one.body)) for one in Envelope.objects.select_related("channel").order_by("id")]


def rung(bells: Redis) -> list[int]:
    """Ids of the envelopes that workers are woken for."""
    tasks = [json.loads(base64.b64decode(json.loads(one)["body"])) for one in bells.lrange("intake", 0, -1)]
    return sorted(envelope_id for (ids,), _kwargs, _embedded in tasks for envelope_id in ids)


def test_a_handful_is_kept_at_once_and_what_is_not_in_order_is_left_to_the_views(number: Channel, bot: Channel) -> None:
    hello, hi = knock(number, "Hello"), knock(bot, "Hi")
    forged = replace(hello, payload=replace(hello.payload, body=hello.payload.body + b" "))
    nowhere = replace(hi, token="a" * 40)
    unknown = replace(hi, name="pigeons")
    answers = take_in([hello, forged, hi, hello, nowhere, unknown])
    assert answers == [b"", None, b"", b"", None, None]
    assert journal() == [("whatsapp", hello.payload.body), ("telegram", hi.payload.body)]
    assert take_in([hello, hi]) == [b"", b""]
    assert len(journal()) == 2


def test_a_channel_that_is_off_takes_nothing(number: Channel, bot: Channel) -> None:
    for channel in (number, bot):
        switch(channel, on=False)
    assert take_in([knock(number, "Hello"), knock(bot, "Hi")]) == [None, None]
    assert journal() == []


def test_one_that_cannot_be_kept_does_not_take_its_neighbours_down(transactional_db: None, number: Channel) -> None:
    good, bad = knock(number, "Hello"), knock(number, "Bad")
    # PostgreSQL has no place for it.
    bad = replace(bad, payload=replace(bad.payload, headers={**bad.payload.headers, "X-Odd": "\0"}))
    assert take_in([good, bad]) == [None, None]
    assert journal() == []
    assert take_in([good]) == [b""]


@pytest.mark.parametrize(
    "scope",
    [
        {"raw_path": b"/hooks/meta/", "method": "GET"},
        {"raw_path": b"/hooks/files/abc/x.png", "method": "POST"},
        {"raw_path": b"/inbox/", "method": "POST"},
        {"raw_path": b"/hooks/meta/", "method": "POST", "root_path": "/support"},
    ],
)
def test_other_requests_are_none_of_ours(scope: dict[str, Any], tmp_path: Path) -> None:
    body = tmp_path / "body"
    body.write_bytes(b"{}")
    with body.open("rb") as opened:
        assert hook_desk.knock_of({"query_string": b"", "headers": [], **scope}, opened) is None


def test_a_hundred_at_once_over_the_wire_are_each_kept_once(
    transactional_db: None, number: Channel, bot: Channel, tmp_path: Path
) -> None:
    sent = [knock(number, f"Message {count // 2}") for count in range(100)] + [knock(bot, f"Hi {n}") for n in range(10)]
    bells = Redis.from_url(settings.REDIS_URL)
    bells.delete("intake")

    with (
        serving(tmp_path / "log") as web,
        httpx.Client(verify=False, timeout=60) as client,
        ThreadPoolExecutor(16) as crowd,
    ):

        def post(payload: Payload) -> int:
            address = web + "/" + payload.url.split("://")[1].partition("/")[2]
            return client.post(address, content=payload.body, headers=dict(payload.headers)).status_code

        assert set(crowd.map(lambda one: post(one.payload), sent)) == {200}
        forged = replace(sent[0].payload, body=sent[0].payload.body + b" ")
        assert post(forged) == 401
        # Workers are woken for each of them, once, behind the answers.
        kept = list(Envelope.objects.order_by("id").values_list("id", flat=True))
        deadline = time.monotonic() + 30
        while rung(bells) != kept and time.monotonic() < deadline:
            time.sleep(0.02)
        assert rung(bells) == kept
    assert len(journal()) == len({one.payload.body for one in sent})
