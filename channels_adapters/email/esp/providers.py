"""Which providers there are, and which of them a request comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from channels_adapters.contracts import Account, Malformed, Payload
from channels_adapters.email.esp.request import fields_of, header, is_form, json_of, values

LABELS: Mapping[str, str] = {
    "amazon_ses": "Amazon SES",
    "brevo": "Brevo",
    "mailersend": "MailerSend",
    "mailgun": "Mailgun",
    "mailjet": "Mailjet",
    "mandrill": "Mandrill",
    "postal": "Postal",
    "postmark": "Postmark",
    "resend": "Resend",
    "sendgrid": "SendGrid",
    "sparkpost": "SparkPost",
}
_HEADERS = {
    "svix-id": "resend",
    "x-amz-sns-message-type": "amazon_ses",
    "x-mandrill-signature": "mandrill",
    "x-postal-signature": "postal",
    "x-twilio-email-event-webhook-signature": "sendgrid",
}


def provider_of(payload: Payload, account: Account) -> str:
    """The provider the account names, else the one the request looks like. Raises `Malformed` for none."""
    named = str(account.settings.get("esp") or "")
    if named in LABELS:
        return named
    words = set(re.split(r"[^a-z0-9_]+", urlsplit(payload.url).path.lower()))
    for name in LABELS:
        if name in words:
            return name
    for key, name in _HEADERS.items():
        if header(payload, key):
            return name
    found = _of_form(values(fields_of(payload))) if is_form(payload) else _of_json(json_of(payload))
    if not found:
        raise Malformed("The request is of no mail provider that is known.")
    return found


def _of_form(form: Mapping[str, str]) -> str:
    if "mandrill_events" in form:
        return "mandrill"
    if {"token", "timestamp", "signature"} <= form.keys():
        return "mailgun"
    return "sendgrid" if {"headers", "email"} & form.keys() else ""


def _of_json(body: Any) -> str:
    if isinstance(body, list):
        first = body[0] if body and isinstance(body[0], dict) else {}
        if "msys" in first:
            return "sparkpost"
        if "event" in first:
            return "sendgrid" if {"sg_event_id", "sg_message_id", "timestamp"} & first.keys() else "mailjet"
        return ""
    return _of_object(body) if isinstance(body, dict) else ""


def _of_object(body: Mapping[str, Any]) -> str:
    kind = str(body.get("type", ""))
    marks: tuple[tuple[bool, str], ...] = (
        ("event-data" in body, "mailgun"),
        ("TopicArn" in body or {"Type", "Message"} <= body.keys(), "amazon_ses"),
        (bool({"RecordType", "FromFull", "OriginalRecipient"} & body.keys()), "postmark"),
        ("items" in body or {"event", "message-id"} <= body.keys(), "brevo"),
        (bool({"Text-part", "Html-part", "Parts"} & body.keys()), "mailjet"),
        ({"event", "time"} <= body.keys() or {"event", "MessageID"} <= body.keys(), "mailjet"),
        (kind.startswith("email."), "resend"),
        (kind.startswith(("activity.", "inbound.")), "mailersend"),
        ({"event", "payload"} <= body.keys() or {"rcpt_to", "message"} <= body.keys(), "postal"),
    )
    return next((name for holds, name in marks if holds), "")
