"""What somebody may try who is not the visitor: each is refused, nothing is shown, nothing is written."""

from __future__ import annotations

import json
import secrets
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from channels_adapters.livechat.frames import SIGNATURE
from channels_adapters.livechat.identity_tokens import issue
from inbox.channels.access import account, hook_address
from inbox.channels.models import Channel, Envelope
from inbox.chats.access import token_of, visitor_of
from inbox.chats.frame_tickets import GOOD_FOR, frame_ticket
from inbox.chats.models import ChatWidget, Visitor, VisitorStep
from inbox.chats.trust_models import VisitorProof
from inbox.common.clock import now
from inbox.live.announce import bell
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from tests import cast, web
from tests.channels_adapters.livechat.test_identity_tokens import signed
from tests.inbox.livechat.browsers import Browser, vouched

pytestmark = pytest.mark.django_db
EVIL = "https://evil.example"


@pytest.fixture(scope="module")
def token_once(company_once: bool) -> str:
    """Of a visitor who has told his secret."""
    browser = Browser(cast.shop_chat())
    browser.opens()
    browser.says("My secret")
    return browser.token


@pytest.fixture
def browser(token_once: str, company: None) -> Browser:
    """His browser, as if he had done nothing lately."""
    bell().flushdb()
    browser = Browser(cast.shop_chat())
    browser.token = token_once
    return browser


@pytest.fixture
def thief(browser: Browser) -> Browser:
    """Another visitor of the same site."""
    thief = Browser(browser.channel)
    thief.opens()
    return thief


def rows() -> tuple[int, ...]:
    """All that an attack could have written."""
    return tuple(one.objects.count() for one in (Visitor, VisitorStep, VisitorProof, Envelope, Message, Ticket))


def code(answer: Any) -> tuple[int, str]:
    """The refusal, which tells its code, a sentence and nothing of anybody."""
    told = answer.json()
    assert not {"My secret", "Another secret"} & set(answer.content.decode().split('"'))
    assert set(told) <= {"error", "message", "details"}
    return answer.status_code, told["error"]


def secret_of(channel: Channel) -> str:
    return account(channel).secrets["identity_secret"]


def claims(channel: Channel, **more: Any) -> dict[str, Any]:
    return {"sub": "customer-42", "aud": channel.address, "exp": time.time() + 600, **more}


FORGED: dict[str, Callable[[Channel], object]] = {
    "nothing": lambda channel: "",
    "no text": lambda channel: {"sub": "customer-42"},
    "another secret": lambda channel: issue(claims(channel), secrets.token_urlsafe(32)),
    "an empty secret": lambda channel: issue(claims(channel), ""),
    "the public key as secret": lambda channel: issue(claims(channel), channel.address),
    "expired": lambda channel: vouched(channel, exp=time.time() - 61),
    "not yet": lambda channel: vouched(channel, nbf=time.time() + 120),
    "for ever": lambda channel: vouched(channel, exp=time.time() + 90_000),
    "of another channel": lambda channel: vouched(cast.other_chat()),
    "for another channel": lambda channel: vouched(channel, aud=cast.other_chat().address),
    "alg none": lambda channel: signed({"alg": "none"}, claims(channel), "").rpartition(".")[0] + ".",
    "alg none, signed": lambda channel: signed({"alg": "none"}, claims(channel), secret_of(channel)),
    "alg RS256": lambda channel: signed({"alg": "RS256"}, claims(channel), secret_of(channel)),
    "alg hs256": lambda channel: signed({"alg": "hs256"}, claims(channel), secret_of(channel)),
    "nobody": lambda channel: vouched(channel, ""),
    "cut": lambda channel: vouched(channel)[:-2],
    "much": lambda channel: vouched(channel, filler="x" * 5000),
}


@pytest.mark.parametrize("how", FORGED)
def test_who_is_not_vouched_for_is_nobody(browser: Browser, thief: Browser, how: str) -> None:
    proven = Browser(browser.channel)
    proven.opens(identity_token=vouched(browser.channel))
    proven.says("Another secret")
    before, token = rows(), FORGED[how](browser.channel)
    fresh = Browser(browser.channel).begins(identity_token=token)
    assert ({code(fresh), code(thief.begins(identity_token=token))}, rows(), thief.texts()) == (
        {(401, "bad_identity")},
        before,
        [],
    )


def test_a_channel_without_a_secret_vouches_for_nobody(browser: Browser) -> None:
    before = rows()
    token = issue(claims(browser.channel), "")
    Channel.objects.filter(pk=browser.channel.pk).update(secrets=b"")
    assert (code(Browser(browser.channel).begins(identity_token=token)), rows()) == ((401, "bad_identity"), before)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://shop.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_pages_of_other_origins_are_refused_even_with_the_visitors_token(
    browser: Browser, headers: dict[str, str]
) -> None:
    before = rows()
    browser.client = web.Visitor(headers=headers)
    answers = {
        code(browser.begins()),
        code(browser.post("messages", id=uuid.uuid4().hex, text="Not me")),
        code(browser.post("steps")),
        code(browser.sends("a.txt", b"words")),
        code(browser.get("conversation")),
    }
    assert (answers, rows()) == ({(403, "foreign_origin")}, before)


@pytest.mark.parametrize("origin", ["http://testserver", None])
def test_our_own_page_is_heard(browser: Browser, origin: str | None) -> None:
    browser.client = web.Visitor(headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"} if origin else {})
    assert browser.texts() == ["My secret"]


def test_nobody_begins_without_the_frame_he_was_given(browser: Browser) -> None:
    widget, other = (ChatWidget.objects.get(channel=one) for one in (browser.channel, cast.other_chat()))
    before, good = rows(), frame_ticket(widget, "https://shop.example")
    tickets = [
        "",
        "x" * 3000,
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        frame_ticket(other),
        frame_ticket(widget, EVIL),
        frame_ticket(widget, at=now() - GOOD_FOR - timedelta(seconds=1)),
    ]
    refused = {code(Browser(browser.channel).begins(frame_ticket=ticket)) for ticket in tickets}
    refused.add(code(Browser(browser.channel).begins(frame_ticket=7)))
    written = rows()
    allowed = Browser(browser.channel).begins(frame_ticket=good).status_code
    ChatWidget.objects.update(origins=["https://elsewhere.example"])
    withdrawn = code(Browser(browser.channel).begins(frame_ticket=good))
    assert (refused, written, allowed, withdrawn) == ({(403, "no_ticket")}, before, 200, (403, "no_ticket"))


def test_a_thousand_guessed_visitors_are_nobody(browser: Browser) -> None:
    real = browser.token
    guesses = {secrets.token_hex(16).translate(str.maketrans("0189", "zyxw")) for _ in range(400)}
    # Right number, wrong proof: each bit of what proves it.
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    guesses |= {real[:place] + one + real[place + 1 :] for place in range(len(real)) for one in letters} - {real}
    found = [one for one in guesses if visitor_of(browser.channel, one)]
    browser.token = next(iter(guesses))
    answers = {code(browser.get("conversation")), code(browser.post("typing", typing=True))}
    assert (len(guesses) > 1000, found, answers) == (True, [], {(401, "no_session")})


def test_what_is_missing_and_what_is_anothers_look_the_same(browser: Browser, company: None) -> None:
    elsewhere = Browser(cast.other_chat())
    elsewhere.opens()
    gone = token_of(Visitor(pk=2**40, channel=browser.channel))
    answers = []
    for token in ("", "nonsense", gone, elsewhere.token, browser.token[:-1], browser.token * 9, "\xff"):
        browser.token = token
        answers.append(browser.get("conversation"))
    assert len({(one.status_code, one.content) for one in answers}) == 1
    keys = [f"/chat/{key}/conversation/" for key in ("nowhere", cast.support().address.partition("@")[0], "0")]
    Channel.objects.filter(pk=elsewhere.channel.pk).update(is_active=False)
    keys.append(f"{elsewhere.base}/conversation/")
    missing = [elsewhere.client.get(one, headers={"Authorization": f"Bearer {elsewhere.token}"}) for one in keys]
    assert {(one.status_code, one.content) for one in missing} == {(404, missing[0].content)}


def test_files_are_found_by_nobody_else(browser: Browser, thief: Browser) -> None:
    sent = browser.sends("a.txt", b"My file").json()["id"]
    browser.says("Here it is", files=[sent])
    url = browser.sees()["messages"][-1]["files"][0]["url"]
    stolen = thief.says("Mine now", files=[sent, sent[:-1], "x", None, 4])["message"]["files"]
    head, _slash, token = url.rstrip("/").rpartition("/")
    number, _dash, mac = token.partition("-")
    me, other = thief.visitor.pk, cast.other_chat().address
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    guesses = [f"{head}/{number}-{mac[:place]}{letters[place % 32]}{mac[place + 1 :]}/" for place in range(len(mac))]
    guesses = [one for one in guesses if one != url]
    guesses += [
        f"{head}/{me}-{mac}/",
        f"{head}/-{mac}/",
        f"{head}/{number}-/",
        url.replace(browser.channel.address, other),
    ]
    answers = {browser.client.get(one).status_code for one in guesses}
    assert (stolen, answers, b"".join(browser.client.get(url)) == b"My file") == ([], {404}, True)


@pytest.mark.parametrize(
    ("filename", "content", "content_type"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml"),
        ("a.html", b"<script>alert(1)</script>", "text/html"),
        ("a.png", b"<script>alert(1)</script>", "image/png"),
        ("../../a\u202egnp.exe", b"MZ", "image/png"),
        ("a.xhtml", b"<?xml version='1.0'?><html/>", "application/xhtml+xml"),
    ],
)
def test_no_file_is_run_by_a_browser(browser: Browser, filename: str, content: bytes, content_type: str) -> None:
    sent = browser.sends(filename, content, content_type).json()
    file = browser.says("See", files=[sent["id"]])["message"]["files"][0]
    answer = browser.client.get(file["url"])
    assert (
        sent["kind"],
        answer.headers["Content-Type"],
        answer.headers["Content-Disposition"].partition(";")[0],
        answer.headers["X-Content-Type-Options"],
        "sandbox" in answer.headers["Content-Security-Policy"],
        {sign for sign in file["name"] if sign in "/\\\u202e"},
    ) == ("file", "application/octet-stream", "attachment", "nosniff", True, set())


def test_the_same_id_of_another_visitor_is_another_message(browser: Browser, thief: Browser) -> None:
    client_id = uuid.uuid4().hex
    mine = browser.says("Mine", client_id=client_id)["message"]["id"]
    his = thief.says("His", client_id=client_id)["message"]["id"]
    again = thief.says("Changed", client_id=client_id)
    assert (mine != his, again["message"]["text"], browser.texts(), thief.texts()) == (
        True,
        "His",
        ["My secret", "Mine"],
        ["His"],
    )


def test_a_frame_comes_by_the_chats_own_endpoints_only(browser: Browser) -> None:
    envelope, before = Envelope.objects.get(), rows()
    hook = hook_address(browser.channel).removeprefix("http://127.0.0.1:8000")
    forged = json.dumps({"id": "a", "visitor": browser.visitor.pk, "text": "Not me"})
    statuses = [
        browser.client.post(
            hook, body, content_type="application/json", headers={SIGNATURE: signature} if signature else {}
        ).status_code
        for body, signature in (
            (bytes(envelope.body), envelope.headers[SIGNATURE]),
            (forged, envelope.headers[SIGNATURE]),
            (forged, ""),
        )
    ]
    assert (all(400 <= one < 500 for one in statuses), rows()) == (True, before)


def test_cursors_and_ids_of_others_open_nothing(browser: Browser, thief: Browser) -> None:
    thief.says("Mine")
    answer = reply(Ticket.objects.earliest("pk"), "For him only", by=cast.ada())
    cursor = browser.sees()["cursor"]
    asked = [
        {"after": cursor},
        {"after": f"{Ticket.objects.earliest('pk').pk}.0"},
        {"after": "0.0-1.1-999999999999999999.1"},
        {"after": "x" * 5000},
        {"before": answer.pk + 10},
        {"before": 2**62},
        {"before": "1 OR 1=1"},
    ]
    seen = {one["text"] for question in asked for one in thief.sees(**question)["messages"]}
    before = answer.delivery.status
    statuses = [thief.post("read", up_to=up_to, seen=True).status_code for up_to in (answer.pk, 2**61, -1, "x", True)]
    answer.delivery.refresh_from_db()
    assert (seen, statuses, answer.delivery.status) == ({"Mine"}, [204] * 5, before)


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", "{{7*7}}{% debug %}", "javascript:alert(1)"],
)
def test_what_is_written_stays_text(browser: Browser, text: str) -> None:
    browser.begins(page={"url": "javascript:alert(1)", "title": text}, context={"cart": text, "repeated": text})
    said = browser.says(text, context={"page": {"title": text}, "repeated": 99})
    again = browser.says(text)
    answer = browser.get("conversation")
    assert (said["message"]["text"], again["message"]["repeated"], browser.texts()[-1]) == (text, 2, text)
    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == ("application/json", "nosniff")


def test_too_much_is_not_read(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox.livechat.views.files.MOST_BYTES", 10)
    before = rows()
    answers = [
        browser.post("messages", id=uuid.uuid4().hex, text="x" * 10_001),
        browser.post("messages", id=uuid.uuid4().hex, text="x" * 200_000),
        browser.post("steps", context={"cart": "x" * 200_000}),
        browser.sends("a.txt", b"x" * 11),
    ]
    deep = browser.client.post(
        f"{browser.base}/messages/",
        "[" * 100_000,
        content_type="application/json",
        headers={"Authorization": f"Bearer {browser.token}"},
    )
    assert ([one.status_code for one in (*answers, deep)], rows()) == ([413, 413, 413, 413, 400], before)


@pytest.mark.parametrize(
    "data",
    [
        {"id": "1", "text": "Hi"},
        {"id": None, "text": "Hi"},
        {"text": "Hi"},
        {"id": uuid.uuid4().hex, "text": {"a": 1}},
        {"id": uuid.uuid4().hex, "text": "\0"},
        {"id": uuid.uuid4().hex, "files": "all", "choice": []},
    ],
)
def test_what_is_no_message_is_none(browser: Browser, data: dict[str, Any]) -> None:
    before = rows()
    assert (browser.post("messages", **data).status_code, rows()) == (400, before)
