"""Webhooks that only announce a mail: it is fetched from the provider before it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from channels_adapters.contracts import Account, Fault, InboundMessage, Payload, SendError
from channels_adapters.email.esp.sigv4 import Key, signed
from channels_adapters.registry import adapter
from tests.channels_adapters.email.esp.recorded_requests import form, request
from tests.channels_adapters.email.esp.scripted_api import Answer, serving

MAIL = b"From: Bo <bo@larsen.example>\r\nMessage-ID: <1@x>\r\nSubject: Hi\r\n\r\nHello \xff\r\n"


def account(esp: str, url: str, **settings: str) -> Account:
    values = {"esp": esp, "webhook_api_url": url, "aws_access_key": "AK", "aws_region": "eu-west-1", **settings}
    return Account(
        "email", "a@b.example", settings=values, secrets={"webhook_api_key": "k3y", "aws_secret_key": "s3cret"}
    )


def completed(payload: Payload, esp: str, answers: Mapping[str, Answer]) -> InboundMessage:
    with serving(answers) as api:
        place = account(esp, api.url)
        ready = adapter("email").completed(payload, place)
    (message,) = adapter("email").parse(ready, place)
    assert isinstance(message, InboundMessage)
    return message


def announced(**data: object) -> Payload:
    return request({"type": "email.received", "data": {"email_id": "e/1", **data}})


def test_a_mail_at_resend_is_fetched_whole() -> None:
    with serving({"/raw": Answer(MAIL)}) as elsewhere:
        found = {"raw": {"download_url": f"{elsewhere.url}/raw"}}
        message = completed(announced(), "resend", {"/emails/receiving/e%2F1": Answer(found)})
    assert (message.subject, message.external_id, message.unsupported) == ("Hi", "<1@x>", "")
    # The key is for Resend alone.
    assert "authorization" not in elsewhere.asked[0][2]


def test_a_mail_at_resend_is_put_together_where_it_is_not_there_whole() -> None:
    with serving({"/file": Answer(b"\0\1\2")}) as elsewhere:
        found = {
            "from": "Bo <bo@larsen.example>",
            "to": ["a@b.example"],
            "subject": "Hi",
            "text": "Hello",
            "headers": {"Message-ID": "<2@x>", "Received": ["a", "b"]},
            "attachments": [{"filename": "a.bin", "content_type": "x/y", "download_url": f"{elsewhere.url}/file"}],
        }
        message = completed(announced(), "resend", {"/emails/receiving/e%2F1": Answer(found)})
    assert (message.text, message.external_id, message.unsupported) == ("Hello", "<2@x>", "")
    assert [(one.filename, one.content) for one in message.attachments] == [("a.bin", b"\0\1\2")]


def test_attachments_at_brevo_are_fetched_by_their_tokens() -> None:
    listed = [{"Name": "a.bin", "ContentType": "x/y", "DownloadToken": "t/1"}]
    payload = request({"items": [{"From": {"Name": "Bo", "Address": "bo@larsen.example"}, "Attachments": listed}]})
    message = completed(payload, "brevo", {"/inbound/attachments/t%2F1": Answer(b"\0\xff")})
    assert [(one.filename, one.content) for one in message.attachments] == [("a.bin", b"\0\xff")]
    assert (message.author.primary.value, message.unsupported) == ("bo@larsen.example", "")


def test_a_mail_in_s3_is_fetched_with_a_signed_request() -> None:
    action = {"type": "S3", "bucketName": "our.bucket", "objectKey": "in/a b+ü"}
    event = {"notificationType": "Received", "mail": {"messageId": "s-1"}, "receipt": {"action": action}}
    payload = request({"Type": "Notification", "MessageId": "m", "Message": json.dumps(event)})
    with serving({"/our.bucket/in/a%20b%2B%C3%BC": Answer(MAIL)}) as api:
        place = account("amazon_ses", api.url)
        (message,) = adapter("email").parse(adapter("email").completed(payload, place), place)
    assert isinstance(message, InboundMessage)
    assert (message.external_id, api.asked[0][2]["authorization"][:40]) == (
        "<1@x>",
        "AWS4-HMAC-SHA256 Credential=AK/" + datetime.now(UTC).strftime("%Y%m%d") + "/",
    )


def test_requests_to_amazon_are_signed_as_in_amazons_own_example() -> None:
    access = "AKIAIOSFODNN7EXAMPLE"  # secret-scan: from Amazon's documentation
    key = Key(access, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
    headers = signed(
        key,
        "s3",
        "GET",
        "https://examplebucket.s3.amazonaws.com/test.txt",
        headers={"range": "bytes=0-9"},
        now=datetime(2013, 5, 24, tzinfo=UTC),
    )
    assert headers["Authorization"] == (
        f"AWS4-HMAC-SHA256 Credential={access}/20130524/us-east-1/s3/aws4_request, "
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )
    assert "wJalrXUtnFEMI" not in f"{key!r}{headers}"


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Answer(status=503), Fault.TEMPORARY),
        (Answer(status=0), Fault.TEMPORARY),
        (Answer(status=401), Fault.AUTH),
        (Answer(status=404), Fault.MEDIA),
        (Answer(b"[]"), Fault.TEMPORARY),
        (Answer(b"<html>"), Fault.TEMPORARY),
    ],
)
def test_what_cant_be_fetched_now_is_an_error_to_come_back_for(answer: Answer, fault: Fault) -> None:
    with serving(answer) as api, pytest.raises(SendError) as failed:
        adapter("email").completed(announced(), account("resend", api.url))
    assert (failed.value.fault, "k3y" in str(failed.value)) == (fault, False)


def test_no_mail_sends_us_into_our_own_network() -> None:
    found = {"raw": {"download_url": "http://169.254.169.254/latest/meta-data"}}
    with serving(Answer(found)) as api, pytest.raises(SendError, match="inside a network of our own"):
        adapter("email").completed(announced(), account("resend", api.url))


@pytest.mark.parametrize(
    "payload",
    [
        Payload(b"Subject: x\r\n\r\n"),
        request({"RawEmail": "x"}),
        request({"type": "email.delivered", "data": {"email_id": "1"}}),
        request({"items": []}),
        request({"items": [1, {"Attachments": []}]}),
        request(b"nothing"),
        request([]),
        form({"mandrill_events": "[]"}),
    ],
)
def test_what_is_whole_stays_as_it_is(payload: Payload) -> None:
    for esp in ("", "resend", "brevo", "amazon_ses", "postmark"):
        place = Account("email", "a@b.example", settings={"esp": esp})
        assert adapter("email").completed(payload, place) is payload
