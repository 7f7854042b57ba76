"""What a network brings to the address of a channel."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.db import connection, transaction
from django.db.utils import DataError

from inbox.channels import webhooks
from inbox.channels.access import hook_address, sealed
from inbox.channels.accounts import renew_hook, switch
from inbox.channels.intake import process
from inbox.channels.models import Channel, Delivery, Envelope
from inbox.common.clock import now
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message
from tests.channels_adapters.email.esp.recorded_requests import form
from tests.inbox.mails import arrives, mail
from tests.web import Visitor


def set_up(channel: Channel, esp: str, **secrets: str) -> Channel:
    channel.settings = {"esp": esp}
    channel.secrets = sealed(secrets) if secrets else b""
    channel.save()
    return channel


def posted(channel: Channel, body: object, address: str = "", **options: Any) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    address = address or hook_address(channel)
    return Visitor(enforce_csrf_checks=True).post(
        address.removeprefix("http://127.0.0.1:8000"), data, options.pop("content_type", "application/json"), **options
    )


def read() -> list[Envelope]:
    """The journal, once all of it is worked through."""
    for envelope in Envelope.objects.order_by("id"):
        process(envelope.pk)
    return list(Envelope.objects.order_by("id"))


def mailgun(raw: bytes, token: str = "t1", key: str = "key-1") -> tuple[bytes, str]:
    at = str(int(now().timestamp()))
    signature = hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    made = form({"token": token, "timestamp": at, "signature": signature, "body-mime": raw})
    return made.body, made.headers["Content-Type"]


def test_a_webhook_posted_twice_is_one_message(support: Channel) -> None:
    set_up(support, "postmark")
    body = {"RawEmail": mail().decode(), "MessageID": "1"}
    answers = [posted(support, body) for _ in range(2)]
    again = posted(support, {**body, "MessageID": "2"})
    assert [one.status_code for one in (*answers, again)] == [200, 200, 200]
    assert [dict(one.cookies) for one in answers] == [{}, {}]
    envelopes = read()
    assert ([one.state for one in envelopes], Message.objects.count()) == (["done", "done"], 1)
    assert envelopes[0].ticket == envelopes[1].ticket


def test_delivery_news_reach_the_reply_they_are_about(support: Channel, ada: Any) -> None:
    set_up(support, "sendgrid")
    answer = reply(arrives(support, mail()).ticket, "On its way.", by=ada)
    Delivery.objects.filter(message=answer).update(
        status="sent", next_attempt_at=None, external_ids=[answer.external_id, "provider-1"]
    )
    event = {"event": "bounce", "sg_event_id": "e1", "smtp-id": answer.external_id, "reason": "550 5.1.1 unknown"}
    posted(support, [event | {"email": "bo@larsen.example", "timestamp": int(now().timestamp())}])
    assert read()[-1].state == "done"
    delivery = Delivery.objects.get(message=answer)
    assert (delivery.status, "550 5.1.1 unknown" in delivery.reason) == ("bounced", True)


def test_a_signature_that_is_wrong_or_used_up_brings_nothing(support: Channel) -> None:
    set_up(support, "mailgun", webhook_signing_key="key-1")
    statuses = []
    for raw, token, key in (
        (mail("One."), "t1", "key-1"),
        (mail("Two."), "t1", "key-1"),
        (mail("Three."), "t2", "another"),
    ):
        body, kind = mailgun(raw, token, key)
        statuses.append(posted(support, body, content_type=kind).status_code)
    read()
    assert (statuses, list(Message.objects.values_list("text", flat=True))) == ([200, 200, 401], ["One."])


def test_a_password_is_asked_for_and_not_written_down(support: Channel, caplog: pytest.LogCaptureFixture) -> None:
    set_up(support, "postmark", webhook_login="user:s3cret")
    body = {"RawEmail": mail().decode()}
    asked = posted(support, body)
    given = base64.b64encode(b"user:s3cret").decode()
    taken = posted(support, body, HTTP_AUTHORIZATION=f"Basic {given}", HTTP_COOKIE="a=b")
    kept = " ".join(f"{one.headers}" for one in Envelope.objects.all()) + caplog.text
    token = hook_address(support).split("/")[-2]
    assert (asked.status_code, asked["WWW-Authenticate"], taken.status_code, Envelope.objects.count()) == (
        401,
        'Basic realm="webhooks"',
        200,
        1,
    )
    assert [word for word in ("s3cret", given, "a=b") if word in kept] == []
    assert token not in caplog.text


def test_only_the_address_of_now_leads_to_a_channel_that_is_on(support: Channel) -> None:
    set_up(support, "postmark")
    first = hook_address(support)
    renew_hook(support, version=1)
    body = {"RawEmail": mail().decode()}
    wrong = [
        first,
        hook_address(support).replace("/email/", "/telegram/"),
        "/hooks/email/nobody/",
        "/hooks/email/%00%F0/",
        hook_address(support)[:-2] + ("b/" if hook_address(support)[-2] == "a" else "a/"),
    ]
    statuses = [posted(support, body, address).status_code for address in wrong]
    switch(support, on=False)
    statuses.append(posted(support, body).status_code)
    switch(support, on=True)
    assert (statuses, posted(support, body).status_code, Envelope.objects.count()) == ([404] * 6, 200, 1)


def test_a_channel_without_a_provider_takes_no_webhooks(support: Channel) -> None:
    assert (posted(support, {"RawEmail": mail().decode()}).status_code, Envelope.objects.count()) == (401, 0)


def test_a_body_beyond_the_limit_is_refused_before_anybody_reads_it(
    support: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(webhooks.MOST_BYTES, "email", 100)
    set_up(support, "postmark")
    statuses = [posted(support, b"x" * size).status_code for size in (100, 101)]
    token = hook_address(support).split("/")[-2]
    scope = {"type": "http", "method": "POST", "path": "/hooks/", "query_string": b"", "headers": []}
    unannounced = webhooks.hook(ASGIRequest(scope, BytesIO(b"x" * 101)), "email", token)
    assert (statuses, unannounced.status_code, Envelope.objects.count()) == ([200, 413], 413, 1)


def test_providers_may_look_whether_the_address_is_there(support: Channel) -> None:
    set_up(support, "mandrill", webhook_signing_key="k")
    address = hook_address(support).removeprefix("http://127.0.0.1:8000")
    answers = [Visitor().head(address), Visitor().get(address), Visitor().put(address)]
    assert ([one.status_code for one in answers], Envelope.objects.count()) == ([200, 200, 405], 0)


def test_while_the_database_is_away_nothing_is_said_to_be_taken(support: Channel) -> None:
    set_up(support, "postmark")
    with transaction.atomic():
        with pytest.raises(DataError), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        answer = posted(support, {"RawEmail": mail().decode()})
        transaction.set_rollback(True)
    assert (answer.status_code, answer["Retry-After"], Envelope.objects.count()) == (503, "60", 0)


def test_a_mail_that_can_only_be_announced_is_tried_again_and_not_lost(support: Channel) -> None:
    set_up(support, "resend", webhook_login="u:p")
    body = {"type": "email.received", "data": {"email_id": "e1", "from": "bo@larsen.example"}}
    basic = base64.b64encode(b"u:p").decode()
    posted(support, body, HTTP_AUTHORIZATION=f"Basic {basic}")
    (envelope,) = read()
    assert (envelope.state, envelope.error, envelope.next_attempt_at is not None) == (
        "waiting",
        "No API key is set to fetch the content of mails with.",
        True,
    )
