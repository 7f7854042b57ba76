"""The generic channel towards a company's own system: signed both ways, repeated without harm, refused in words."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels_adapters import standard_webhooks
from channels_adapters.api.adapter import ApiAdapter
from channels_adapters.contracts import (
    Account,
    Attachment,
    AttachmentKind,
    Button,
    Fault,
    Identifier,
    InvalidSignature,
    MediaRef,
    OutboundMessage,
    Person,
    Recipient,
    ReplyStep,
    SendError,
    Sent,
    ThreadRef,
)
from tests.networks.api import ACCOUNT, HOST, Company, event, signed
from tests.networks.server import Reply

API = ApiAdapter()
BO = Recipient(Person((Identifier("api", "4711", "shop"),), name="Bo Larsen"))
AT = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.fixture
def company() -> Iterator[Company]:
    with Company() as company:
        yield company


def message(text: str = "It is on its way.", **values: object) -> OutboundMessage:
    return OutboundMessage(**{"client_ref": "ref-1", "to": (BO,), "text": text, "sent_at": AT, **values})  # type: ignore[arg-type]


def refused(account: Account = ACCOUNT, **values: object) -> SendError:
    with pytest.raises(SendError) as problem:
        API.send(message(**values), account)
    return problem.value


def test_a_reply_is_a_signed_request_with_all_there_is_to_know(company: Company) -> None:
    file = Attachment(
        AttachmentKind.FILE, "a.txt", "text/plain", 5, content=b"words", link="https://inbox.example/hooks/a.txt"
    )
    sent = API.send(
        message(
            subject="Order 17",
            attachments=(file,),
            buttons=(Button("b1", "Good"),),
            thread=ThreadRef(("room:order-17", "mid:m1"), "mid:m1"),
            sender_name="Ada · Shop",
            language="da",
        ),
        ACCOUNT,
    )
    asked = company.journal[0]
    assert (sent, asked.headers["webhook-id"], asked.json["type"], asked.json["timestamp"], asked.json["data"]) == (
        Sent(("out-ref-1",)),
        "ref-1",
        "message",
        AT.isoformat(),
        {
            "account": "shop",
            "client_ref": "ref-1",
            "part": 1,
            "is_last_part": True,
            "to": [
                {
                    "role": "to",
                    "person": {
                        "identifiers": [{"kind": "api", "value": "4711", "scope": "shop"}],
                        "name": "Bo Larsen",
                    },
                }
            ],
            "thread": {
                "keys": ["room:order-17", "mid:m1"],
                "answers": "mid:m1",
                "container": "",
                "visibility": "private",
            },
            "subject": "Order 17",
            "text": "It is on its way.",
            "html": "",
            "attachments": [
                {
                    "kind": "file",
                    "filename": "a.txt",
                    "content_type": "text/plain",
                    "size": 5,
                    "sha256": hashlib.sha256(b"words").hexdigest(),
                    "url": "https://inbox.example/hooks/a.txt",
                }
            ],
            "buttons": [{"id": "b1", "label": "Good"}],
            "template": "",
            "variables": [],
            "way": "free",
            "by_human": True,
            "sender_name": "Ada · Shop",
            "language": "da",
            "sent_at": AT.isoformat(),
        },
    )


def test_a_file_without_a_link_comes_with_its_bytes(company: Company) -> None:
    API.send(message(attachments=(Attachment(AttachmentKind.FILE, "a", "text/plain", 5, content=b"words"),)), ACCOUNT)
    assert base64.b64decode(company.journal[0].json["data"]["attachments"][0]["content"]) == b"words"


def test_a_repeat_after_an_answer_that_never_came_is_known_by_its_id(company: Company) -> None:
    company.bad_days += [Reply(hang_up=True)]
    lost = refused()
    again = API.send(message(), ACCOUNT)
    assert (lost.fault, again.external_ids, [asked.headers["webhook-id"] for asked in company.journal]) == (
        Fault.TEMPORARY,
        ("out-ref-1",),
        ["ref-1", "ref-1"],
    )


def test_a_long_reply_leaves_in_parts_and_goes_on_where_it_failed(company: Company) -> None:
    short = replace(ACCOUNT, settings={**ACCOUNT.settings, "text_limit": 20})
    words = "One two three four. Five six seven eight. Nine."
    company.bad_days += [Reply(503)]
    buttons = (Button("b", "B"),)
    assert refused(short, text=words, buttons=buttons).sent_parts == ()
    company.bad_days += [Reply(200, {"external_id": "first"}), Reply(503)]
    failed = refused(short, text=words, buttons=buttons)
    sent = API.send(message(words, sent_parts=failed.sent_parts, buttons=buttons), short)
    assert (failed.fault, failed.sent_parts, sent.external_ids) == (
        Fault.TEMPORARY,
        ("first",),
        ("out-ref-1.1", "out-ref-1.2"),
    )
    assert [(one["text"], one["part"], len(one["buttons"])) for one in company.taken.values()] == [
        ("Five six seven", 2, 0),
        ("eight. Nine.", 3, 1),
    ]


def test_ids_the_company_gives_are_kept_and_ours_stands_for_those_it_does_not(company: Company) -> None:
    company.bad_days += [Reply(200, {"external_ids": ["a", 7, None]}), Reply(204, b""), Reply(200, b"thanks")]
    assert [API.send(message(), ACCOUNT).external_ids for _ in range(3)] == [("a", "7"), ("ref-1",), ("ref-1",)]


@pytest.mark.parametrize(
    ("answer", "fault", "reason"),
    [
        (Reply(429, {}, {"Retry-After": "3"}), Fault.RATE_LIMITED, "The address for replies answers with status 429."),
        (Reply(500), Fault.TEMPORARY, "The address for replies answers with status 500."),
        (Reply(504), Fault.TEMPORARY, "The address for replies answers with status 504."),
        (Reply(410), Fault.AUTH, "The address for replies says that it is gone for good (status 410)."),
        (Reply(401, {"reason": "Wrong secret."}), Fault.AUTH, "Wrong secret."),
        (Reply(404), Fault.AUTH, "The address for replies answers with status 404."),
        (Reply(307, {}, {"Location": "/x"}), Fault.AUTH, "The address for replies answers with status 307."),
        (Reply(413), Fault.TOO_LARGE, "The address for replies answers with status 413."),
        (Reply(422), Fault.CONTENT, "The address for replies answers with status 422."),
        (Reply(422, {"fault": "blocked", "reason": "He left."}), Fault.BLOCKED, "He left."),
        (
            Reply(400, {"fault": "window_closed"}),
            Fault.WINDOW_CLOSED,
            "The address for replies answers with status 400.",
        ),
        (Reply(400, {"fault": "unknown_outcome"}), Fault.CONTENT, "The address for replies answers with status 400."),
    ],
)
def test_a_refusal_says_why(company: Company, answer: Reply, fault: Fault, reason: str) -> None:
    company.bad_days += [answer]
    problem = refused()
    wait = timedelta(seconds=3) if answer.status == 429 else None
    assert (problem.fault, problem.reason, problem.retry_after) == (fault, reason, wait)


def test_without_an_address_a_recipient_or_a_secret_nothing_is_sent(company: Company) -> None:
    faults = [
        refused(replace(ACCOUNT, settings={})).fault,
        refused(replace(ACCOUNT, secrets={})).fault,
        refused(to=()).fault,
    ]
    assert (faults, company.journal) == ([Fault.NOT_ALLOWED, Fault.AUTH, Fault.RECIPIENT], [])


def test_what_comes_is_signed_now_with_this_secret_or_the_one_before(company: Company) -> None:
    payload = signed(json.dumps(event("Hi")).encode())
    former = replace(
        ACCOUNT, secrets={"signing_secret": "A" * 32, "signing_secret_before": ACCOUNT.secrets["signing_secret"]}
    )
    assert [API.verify(payload, one) for one in (ACCOUNT, former)] == [None, None]
    at = payload.received_at or AT
    for wrong in (
        replace(payload, headers={}),
        replace(payload, received_at=at + timedelta(minutes=6)),
        replace(payload, body=payload.body + b" "),
    ):
        with pytest.raises(InvalidSignature):
            API.verify(wrong, ACCOUNT)
    for account in (replace(ACCOUNT, secrets={}), replace(ACCOUNT, secrets={"signing_secret": "A" * 32})):
        with pytest.raises(InvalidSignature):
            API.verify(payload, account)


def test_the_same_words_in_two_requests_are_two_and_a_repeated_request_is_one() -> None:
    first, second, other = (signed(body, message_id=one) for body, one in ((b"{}", "a"), (b"{}", "b"), (b"[]", "a")))
    assert len({API.single_use(one, ACCOUNT) for one in (first, replace(first), second, other)}) == 3


def test_files_are_fetched_from_where_the_event_said(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(company, "answer", lambda asked: Reply(200, b"bytes") if asked.path == "/f/a" else Reply(404))
    got = API.fetch_media(MediaRef(f"https://{HOST}/f/a"), ACCOUNT)
    with pytest.raises(SendError) as gone:
        API.fetch_media(MediaRef(f"https://{HOST}/f/b"), ACCOUNT)
    assert (got, gone.value.fault) == (b"bytes", Fault.MEDIA)


def test_the_settings_say_what_can_be_done() -> None:
    settings = {"conversations": "room", "reply_window_hours": 24, "text_limit": "500", "buttons": 0}
    usual, narrow = (API.capabilities_of(Account("api", "shop", settings=one)) for one in ({}, settings))
    assert usual == ApiAdapter.capabilities
    assert (narrow.threading, narrow.reply_window, narrow.text_limit, narrow.buttons) == (
        "room",
        (ReplyStep("free", timedelta(hours=24)),),
        500,
        0,
    )


def test_the_check_tries_the_secret_and_the_address(company: Company) -> None:
    def found(account: Account) -> list[tuple[bool, str]]:
        return [(one.passed, one.advice) for one in API.check(account)]

    company.bad_days += [Reply(401, {"reason": "Who are you?"})]
    assert [
        found(ACCOUNT),
        found(ACCOUNT),
        found(replace(ACCOUNT, settings={})),
        found(replace(ACCOUNT, secrets={"signing_secret": "short"})),
    ] == [
        [(True, ""), (False, "Who are you?")],
        [(True, ""), (True, "")],
        [(True, ""), (True, "")],
        [(False, "The secret is not whsec_ and Base64.")],
    ]


def test_a_drawn_secret_can_sign() -> None:
    assert len(standard_webhooks.key_of("abcdefghijklmnopqrstuvwxyz234567")) == 24
