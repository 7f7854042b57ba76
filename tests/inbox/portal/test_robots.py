"""Programs look through a real invitation mail before its reader does; then a person answers."""

from __future__ import annotations

import html
import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.test import Client

from inbox.common.clock import moved_to, now
from inbox.surveys import hits as counting
from inbox.surveys.models import Invitation, LinkHit
from tests.inbox.portal.visits import everything, fill, form_in, kept, mail_of, path_of, words

BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 15)", "REMOTE_ADDR": "198.51.100.20"}
GATEWAY = {"HTTP_USER_AGENT": "Mozilla/5.0 (Windows NT 10.0)", "REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def links(invitation: Invitation) -> list[str]:
    """Every link of the mail that leads to us, the hidden one among them."""
    mail = html.unescape(mail_of(invitation).replace(b"=\r\n", b"").replace(b"=3D", b"=").decode())
    found = {path_of(link) for link in re.findall(r"https?://[^\s\"<>]+", mail)}
    return sorted(link for link in found if link.startswith("/s/"))


@contextmanager
def passed(seconds: float) -> Iterator[None]:
    """After so many seconds; none pass until it is over, however slow the machine."""
    with moved_to(now() + timedelta(seconds=seconds)):
        yield


def hits() -> dict[str, int]:
    return dict(Counter(LinkHit.objects.values_list("kind", flat=True)))


def test_the_mail_has_a_link_for_each_score_one_to_stop_and_one_that_nobody_sees(links: list[str]) -> None:
    kinds = Counter(re.sub(r"/s/[a-z0-9]+/", "", link) for link in links)
    assert kinds == {"?a=1": 1, "?a=2": 1, "?a=3": 1, "?a=4": 1, "?a=5": 1, "all/": 1, "unsubscribe/": 1}


def test_opening_every_link_of_the_mail_in_any_order_answers_nothing_and_is_counted(
    links: list[str], visitor: Client
) -> None:
    before, chance = everything(), random.Random(7)
    statuses = set()
    with passed(0):
        for method in ("HEAD", "GET", "GET"):
            for link in chance.sample(links, len(links)):
                statuses.add(visitor.generic(method, link, **GATEWAY).status_code)
    assert (statuses, everything() == before, hits()) == ({200}, True, {"head": 5, "trap": 3, "burst": 10})


def test_after_the_robots_a_persons_tap_counts_once(links: list[str], url: str, visitor: Client) -> None:
    with passed(0):
        for link in links:
            visitor.get(link, **GATEWAY)
    with passed(60):
        form = form_in(visitor.get(url + "?a=2", **BROWSER).content)
    with passed(64):
        answered = [visitor.post(url, form | {"a": "2"}, **BROWSER) for _ in range(2)]
    assert ([one.status_code for one in answered], kept(), hits()) == (
        [303, 303],
        [(2, "", True)],
        {"trap": 1, "burst": 5, "view": 1},
    )


def test_a_robot_that_sends_the_form_it_found_answers_nothing(links: list[str], url: str, visitor: Client) -> None:
    with passed(0):
        forms = [form_in(visitor.get(link, **GATEWAY).content) for link in links if "unsubscribe" not in link]
        for score, form in enumerate(forms[:5], start=1):
            asked = visitor.post(url, form | {"a": str(score)}, **GATEWAY)
            visitor.post(url, form_in(asked.content), **GATEWAY)
    assert (kept(), hits()) == ([], {"burst": 5, "trap": 1, "refused": 10})


def test_a_person_behind_the_same_gateway_passes_with_one_more_tap(links: list[str], url: str, visitor: Client) -> None:
    with passed(0):
        for link in links:
            visitor.get(link, **GATEWAY)
    with passed(600):
        form = form_in(visitor.get(url + "?a=2", **GATEWAY).content)
        asked = visitor.post(url, form | {"a": "2", "comment": "The label."}, **GATEWAY)
        before = kept()
    with passed(603):
        done = visitor.post(url, form_in(asked.content), **GATEWAY)
        more = visitor.get(done["Location"], **GATEWAY)
        visitor.post(url, form_in(more.content) | {"comment": "The label was late."}, **GATEWAY)
    assert ("One more tap, please" in words(asked.content), before, done.status_code, kept()) == (
        True,
        [],
        303,
        [(2, "The label.", False), (2, "The label was late.", True)],
    )


def test_a_browser_that_fetches_ahead_is_no_reader(url: str, visitor: Client) -> None:
    visitor.get(url, headers={"Sec-Purpose": "prefetch;prerender"})
    visitor.get(url)
    assert hits() == {"head": 1, "view": 1}


def test_a_link_is_opened_as_often_as_one_likes_and_counted_so_often(
    url: str, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MINUTE_LIMIT", 2)
    with passed(0):
        opened = [visitor.get(url).status_code for _ in range(4)]
        asked = fill(visitor, url, {"a": "4"})
    assert (opened, hits(), "One more tap, please" in words(asked.content)) == ([200] * 4, {"view": 2}, True)
