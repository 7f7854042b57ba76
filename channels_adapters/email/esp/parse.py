"""A provider's webhook to events. Pure and total, like `parse_mail`, whose rules all its mails go through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from channels_adapters.contracts import Account, AccountEvent, Event, InboundMessage, Malformed, Payload
from channels_adapters.email.charsets import clean
from channels_adapters.email.esp import sns
from channels_adapters.email.esp.inbound import Incoming, mails_in
from channels_adapters.email.esp.providers import provider_of
from channels_adapters.email.esp.request import json_of
from channels_adapters.email.esp.tracking import news_in
from channels_adapters.email.parse import parse_mail


def parse_webhook(payload: Payload, account: Account) -> Sequence[Event]:
    """The mails a webhook brings, or its news of mails of ours. Raises `Malformed`."""
    if payload.method.upper() in ("GET", "HEAD"):
        return ()
    name = provider_of(payload, account)
    if name == "amazon_ses" and (said := _of_sns(payload, account)):
        return (said,)
    mails = mails_in(name, payload)
    found = (
        news_in(name, payload)
        if mails is None
        else (event for one in mails for event in _mail(name, one, payload, account))
    )
    return tuple(_each_once(found))


def whole_mail(payload: Payload, account: Account) -> bytes | None:
    """The mail of a webhook that brings one, as it was sent; None where it was taken apart. Raises `Malformed`."""
    mails = mails_in(provider_of(payload, account), payload) or []
    return mails[0].raw if len(mails) == 1 and mails[0].whole else None


def _mail(name: str, mail: Incoming, payload: Payload, account: Account) -> Iterator[Event]:
    try:
        events = parse_mail(Payload(mail.raw, received_at=payload.received_at), account)
    except Malformed:
        if not mail.missing:
            raise
        events = parse_mail(Payload(b"Subject:\r\n\r\n", received_at=payload.received_at), account)
    for event in events:
        if isinstance(event, InboundMessage):
            if mail.missing:
                event = replace(event, unsupported=clean(mail.missing)[:1000])
            if mail.reference and event.external_id.startswith("sha256:"):
                # Without a Message-ID two mails may hold the same; the provider tells them apart.
                own = clean(f"{name}:{mail.reference}")[:500]
                event = replace(event, event_id=own, external_id=own)
        yield event


def _of_sns(payload: Payload, account: Account) -> AccountEvent | None:
    """What SNS says by itself, None for a notification with an event of SES."""
    message: Any = json_of(payload)
    if not isinstance(message, dict):
        raise Malformed("The notification is no JSON object.")
    if sns.event_in(message) is not None:
        return None
    kind = str(message.get("Type") or "")
    name = {"UnsubscribeConfirmation": "subscription_ended", "Notification": "notice"}.get(kind, "unparsed")
    if kind == "SubscriptionConfirmation":
        name = "subscription_confirmed" if sns.is_wanted_subscription(message, account) else "subscription_unconfirmed"
    topic = str(message.get("TopicArn") or "")
    return AccountEvent(clean(f"amazon_ses:{message.get('MessageId') or 'sns'}")[:500], name, clean(topic)[:1000])


def _each_once(events: Iterator[Event]) -> Iterator[Event]:
    seen: set[str] = set()
    for event in events:
        if event.event_id not in seen:
            seen.add(event.event_id)
            yield event
