"""What providers' webhooks become: mails by the rules of all mails, news of mails we sent, and nothing lost."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels_adapters.contracts import (
    AccountEvent,
    DeliveryUpdate,
    Event,
    InboundMessage,
    Malformed,
    Payload,
)
from channels_adapters.registry import adapter
from inbox.channels.guard import parse as parse_guarded
from tests.channels_adapters.email.esp.recorded_requests import ADDRESS, Recorded, account, form, recorded, request

STATES = {
    **dict.fromkeys(("queued", "sent", "deferred"), "sent"),
    **dict.fromkeys(("opened", "clicked"), "read"),
    **dict.fromkeys(("rejected", "failed"), "failed"),
    **{name: name for name in ("delivered", "bounced", "complained")},
    "unsubscribed": "delivered",
}
MAIL = (
    b"From: Bo <bo@larsen.example>\r\nTo: test@inbound.example.com\r\nMessage-ID: <1@x>\r\nSubject: Hi\r\n\r\nHello\r\n"
)
#: Requests in which a recording tells less than we know, or was made with other settings of that library.
DIFFERENT = (
    "test_initial_open_event_as_unknown_1",
    "test_filtered_attachment_filenames_1",
    # Shown there is the text of a mail that is attached.
    "SparkpostInboundTestCase__test_attachments_1",
)


def parsed(payload: Payload, esp: str = "") -> Sequence[Event]:
    return adapter("email").parse(payload, account(esp))


def only(payload: Payload, esp: str = "") -> InboundMessage:
    (message,) = parsed(payload, esp)
    assert isinstance(message, InboundMessage)
    return message


def told(events: Sequence[Event]) -> list[tuple[object, ...]]:
    """What events say, in the words of the recordings."""
    found: list[tuple[object, ...]] = []
    for event in events:
        if isinstance(event, InboundMessage):
            found.append(("inbound",))
        elif isinstance(event, DeliveryUpdate):
            found.append((str(event.state), event.recipient.value if event.recipient else None, event.occurred_at))
        elif isinstance(event, AccountEvent) and event.name in ("unknown", "autoresponded"):
            found.append((event.name,))
    return found


def expected(one: Recorded) -> list[tuple[object, ...]]:
    from datetime import datetime

    found: list[tuple[object, ...]] = []
    for event in one.expected:
        kind = event["event_type"]
        at = datetime.fromisoformat(event["timestamp"]) if event["timestamp"] else None
        recipient = event["recipient"].lower() if event.get("recipient") else None
        found.append((STATES[kind], recipient, at) if kind in STATES else (kind,))
    return found


def test_recorded_requests_give_what_a_known_library_made_of_them() -> None:
    compared = [one for one in recorded() if one.expected and not one.name.endswith(DIFFERENT)]
    differ = [
        (one.name, expected(one), told(parsed(one.payload)))
        for one in compared
        if expected(one) != told(parsed(one.payload))
    ]
    assert (differ, len(compared) > 70) == ([], True)


def test_recorded_mails_have_their_people_words_and_files() -> None:
    """But for what must be fetched first, and what the library itself changed in a file."""
    differ = []
    for one in recorded():
        wanted = [event["message"] for event in one.expected if event.get("message")]
        if not wanted or one.provider in ("resend", "brevo") or one.name.endswith(DIFFERENT):
            continue
        message = only(one.payload)
        files = [*wanted[0]["attachments"], *wanted[0]["inline"]]
        theirs = (
            wanted[0]["subject"] or "",
            (wanted[0]["text"] or "").strip().replace("\r", ""),
            (wanted[0]["html"] or "").strip().replace("\r", ""),
            sorted(file["type"] for file in files),
            [file["size"] for file in files if file["type"] != "message/rfc822"],
        )
        by_type = sorted(message.attachments, key=lambda file: file.inline)
        ours = (
            message.subject,
            message.full_text.strip() if wanted[0]["text"] else "",
            message.html.strip(),
            sorted(file.content_type for file in by_type),
            [file.size for file in by_type if file.content_type != "message/rfc822"],
        )
        if ours != theirs or (wanted[0]["from"] != "None" and message.author.primary.value not in wanted[0]["from"]):
            differ.append((one.name, theirs, ours))
    assert differ == []


def test_every_recorded_request_gives_events_or_malformed_with_and_without_an_address() -> None:
    for one in recorded():
        for payload in (one.payload, replace(one.payload, url="")):
            outcomes = []
            for _again in range(2):
                try:
                    outcomes.append(tuple(parsed(payload)))
                except Malformed as problem:
                    outcomes.append((str(problem),))
            ids = [event if isinstance(event, str) else event.event_id for event in outcomes[0]]
            assert (outcomes[0], len(ids)) == (outcomes[1], len(set(ids)))


SAMPLES: dict[str, Payload] = {
    "mailgun": form({"token": "t", "timestamp": "1", "signature": "s", "body-mime": MAIL, "recipient": ADDRESS}),
    "sendgrid": form({"email": MAIL, "envelope": json.dumps({"to": [ADDRESS], "from": "bo@larsen.example"})}),
    "mandrill": form({"mandrill_events": json.dumps([{"event": "inbound", "msg": {"raw_msg": MAIL.decode()}}])}),
    "postmark": request({"RawEmail": MAIL.decode(), "OriginalRecipient": ADDRESS}),
    "sparkpost": request(
        [
            {
                "msys": {
                    "relay_message": {
                        "rcpt_to": ADDRESS,
                        "content": {"email_rfc822": base64.b64encode(MAIL).decode(), "email_rfc822_is_base64": True},
                    }
                }
            }
        ]
    ),
    "amazon_ses": request(
        {
            "Type": "Notification",
            "TopicArn": "arn",
            "Message": json.dumps(
                {
                    "notificationType": "Received",
                    "receipt": {"recipients": [ADDRESS], "action": {"type": "SNS", "encoding": "BASE64"}},
                    "content": base64.b64encode(MAIL).decode(),
                }
            ),
        }
    ),
    "postal": request({"rcpt_to": ADDRESS, "mail_from": "x@y.example", "message": MAIL.decode(), "base64": False}),
    "mailersend": request({"type": "inbound.message", "data": {"raw": MAIL.decode(), "id": "1"}}),
}


@pytest.mark.parametrize("provider", SAMPLES)
def test_a_mail_that_is_passed_on_whole_reads_like_any_mail(provider: str) -> None:
    for esp in ("", provider):
        message = only(SAMPLES[provider], esp)
        assert (message.author.primary.value, message.text.strip(), message.external_id) == (
            "bo@larsen.example",
            "Hello",
            "<1@x>",
        )


def test_the_same_mail_again_in_another_request_is_the_same_event() -> None:
    again = form({"token": "u", "timestamp": "2", "signature": "r", "body-mime": MAIL, "recipient": ADDRESS})
    assert only(again).event_id == only(SAMPLES["mailgun"]).event_id


def test_the_address_a_mail_was_delivered_to_carries_our_token() -> None:
    payload = request({"RawEmail": MAIL.decode(), "OriginalRecipient": "test+abc234@inbound.example.com"})
    assert only(payload).thread.token == "abc234"


def test_a_form_keeps_each_byte_of_its_files_and_names_that_frameworks_drop() -> None:
    content = bytes(range(256)) + b"\r\n--XY\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    fields = {
        "message-headers": json.dumps([["From", "bo@larsen.example"], ["Message-Id", "<2@x>"]]),
        "body-plain": "Hi",
    }
    files = [
        ("attachment-1", "..", "image/x-odd", content),
        ("attachment-2", "r\xe9sum\xe9.pdf", "application/pdf", b""),
    ]
    message = only(form({"token": "t", "timestamp": "1", "signature": "s", **fields}, files))
    assert [(one.content, one.size) for one in message.attachments] == [(content, len(content)), (b"", 0)]
    assert message.attachments[1].filename == "résumé.pdf"


def test_texts_of_a_form_are_read_in_the_charset_they_are_said_to_have() -> None:
    fields: dict[str, str | bytes] = {
        "headers": "From: bo@larsen.example\nSubject: a\n b\n",
        "charsets": '{"text": "windows-1251"}',
        "text": "Привет".encode("windows-1251"),
    }
    message = only(form(fields))
    assert (message.text, message.subject) == ("Привет", "a b")


def test_a_mail_that_could_not_be_fetched_is_kept_and_says_so() -> None:
    data = {"email_id": "e1", "from": "Bo <bo@larsen.example>", "to": [ADDRESS], "subject": "Hi"}
    message = only(request({"type": "email.received", "data": data}))
    assert (message.author.name, message.subject, message.event_id, message.unsupported) == (
        "Bo",
        "Hi",
        "resend:e1",
        "The content of the mail could not be fetched from Resend.",
    )


def test_one_event_nobody_understands_does_not_hold_back_its_neighbours() -> None:
    good = {"event": "delivered", "email": "bo@larsen.example", "sg_event_id": "1", "timestamp": 1}
    events = parsed(request([good, {"sg_event_id": "2"}, {**good, "sg_event_id": "3", "timestamp": 10**30}, 7]))
    assert [getattr(event, "name", None) or str(event.state) for event in events] == [  # type: ignore[union-attr]
        "delivered",
        "unparsed",
        "unparsed",
        "unparsed",
    ]


def test_news_name_our_message_id_when_it_came_back() -> None:
    event = {"event": "bounce", "sg_event_id": "1", "inbox_id": "<a@x>", "smtp-id": "<b@y>", "sg_message_id": "c.d"}
    (update,) = parsed(request([event | {"reason": "550 no\r\nsuch user", "email": "BO@larsen.example"}]))
    assert isinstance(update, DeliveryUpdate)
    assert (update.external_ids, update.reason, update.recipient and update.recipient.value) == (
        ("<a@x>", "<b@y>", "c"),
        "550 no such user",
        "bo@larsen.example",
    )


@pytest.mark.parametrize(
    ("payload", "permanent"),
    [
        (request({"event": "hard_bounce", "message-id": "<1@x>"}), True),
        (request({"event": "soft_bounce", "message-id": "<1@x>"}), False),
        (request({"event": "deferred", "message-id": "<1@x>", "reason": "421 later"}), False),
        (request({"event-data": {"event": "failed", "severity": "temporary"}}), False),
    ],
)
def test_a_refusal_that_may_pass_is_told_from_one_that_stays(payload: Payload, permanent: bool) -> None:
    (update,) = parsed(payload)
    assert isinstance(update, DeliveryUpdate)
    assert update.permanent is permanent


def test_the_guarded_reader_reads_webhooks_without_the_products_settings() -> None:
    payload = next(one.payload for one in recorded("mandrill") if "click" in one.name)
    assert parse_guarded("email", payload, account()) == list(parsed(payload))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b"1", b'"x"', b"[[]]", b"[" * 100_000, b'{"items": 1}'])
@pytest.mark.parametrize("esp", ["", *SAMPLES, "brevo", "mailjet", "resend"])
def test_a_body_of_any_shape_gives_events_or_malformed(body: bytes, esp: str) -> None:
    for payload in (request(body), Payload(body, {"Content-Type": "multipart/form-data; boundary=XX"})):
        try:
            parsed(payload, esp)
        except Malformed:
            continue


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, database=None)
@given(data=st.data())
def test_a_request_with_anything_in_any_place_gives_events_or_malformed(data: st.DataObject) -> None:
    """Any value inside a sample is replaced by any other."""
    sample = data.draw(st.sampled_from(_BODIES))
    place = data.draw(st.sampled_from(list(_places(sample))))
    body = json.dumps(_replaced(sample, place, data.draw(_JSON)))
    try:
        events = parsed(request(body.encode()), data.draw(st.sampled_from(["", "postmark", "amazon_ses", "brevo"])))
    except Malformed:
        return
    for event in events:
        event.event_id.encode()


def _places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in islice(inner, 30) for place in _places(one, (*path, key)))]


def _replaced(value: object, path: tuple[object, ...], by: object) -> object:
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)  # type: ignore[call-overload]
    copy[path[0]] = _replaced(copy[path[0]], path[1:], by)
    return copy


_BODIES: list[object] = [json.loads(one.body) for one in SAMPLES.values() if one.body[:1] in b"[{"] + [
    {
        "items": [
            {"Headers": {"From": "a@b.example"}, "Uuid": ["u"], "Attachments": [{"Name": "x", "inbox_content": ""}]}
        ]
    },
    {"Headers": {"From": ["a@b.example"]}, "Parts": [{"Headers": {}, "ContentRef": "Attachment1"}], "Attachment1": ""},
    {"FromFull": {"Email": "a@b.example", "Name": "A"}, "Headers": [], "Attachments": [{"Name": "", "Content": ""}]},
    {"type": "email.received", "data": {"email_id": "1", "headers": {}, "attachments": [{"inbox_content": ""}]}},
    {"type": "email.bounced", "created_at": "x", "data": {"email_id": "1", "to": ["a@b.example"], "bounce": {}}},
    {"event-data": {"event": "failed", "message": {"headers": {}}, "delivery-status": {}}, "signature": {}},
    {"RecordType": "Bounce", "Type": "HardBounce", "Email": "a@b.example", "BouncedAt": "2026-01-01", "Metadata": {}},
    {"event": "MessageBounced", "uuid": "u", "payload": {"original_message": {}, "bounce": {}}},
]
