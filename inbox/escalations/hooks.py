"""Calls to other systems: JSON, signed as Standard Webhooks 1.0 says, never into networks of our own."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import httpx
from django.conf import settings
from django.urls import reverse

from channels_adapters import network, standard_webhooks
from inbox.sla.escalation import Step
from inbox.sla.models import Escalation
from inbox.tickets.models import Ticket

_PURPOSE = b"escalations:webhooks"
_SECONDS = 15.0
_LONGEST_ANSWER = 256 * 1024
_GONE = 410


class Unanswered(Exception):
    """The call was not taken; the sentence says why. When it is `final` there is no use in another try."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


def signing_secret() -> str:
    """What receivers check signatures with: of this installation, the same for all addresses."""
    return standard_webhooks.secret_of(_key())


def call(address: str, message_id: str, body: bytes, timestamp: int) -> None:
    """Post `body` to `address`. Raises `Unanswered` unless the answer has a status of 200 to 299.

    Each attempt has a `timestamp` of its own; the id stays, so that receivers know a repeat.
    """
    headers = standard_webhooks.request_headers(_key(), message_id, timestamp, body)
    try:
        with network.http_client(_SECONDS, _LONGEST_ANSWER) as client:
            status = client.post(address, content=body, headers=headers).status_code
    except (httpx.HTTPError, httpx.InvalidURL, network.NetworkError) as problem:
        raise Unanswered(str(problem) or type(problem).__name__) from problem
    if not 200 <= status < 300:
        raise Unanswered(f"HTTP {status}", is_final=status == _GONE)


def body_of(escalation: Escalation, step: Step, ticket: Ticket) -> bytes:
    """What is posted: `type`, `timestamp` and `data`. Ids, names and the deadline; nothing of what was written."""
    done: dict[str, Any] = escalation.outcome
    return json.dumps(
        {
            "type": "ticket.escalated",
            "timestamp": done["taken_at"],
            "data": {
                "escalation": escalation.pk,
                "ticket": {
                    "id": ticket.pk,
                    "ref": ticket.ref,
                    "subject": ticket.subject,
                    "url": ticket_address(ticket),
                    "state": ticket.state,
                    "priority": ticket.priority,
                    "team": ticket.team.name if ticket.team else None,
                    "assignee": ticket.assignee.email if ticket.assignee else None,
                },
                "target": done["target"],
                "on": str(step.on),
                "due_at": escalation.due_at.isoformat(),
                "policy": escalation.policy_version.policy.name,
            },
        },
        ensure_ascii=False,
    ).encode()


def ticket_address(ticket: Ticket) -> str:
    """The ticket's page, for links from elsewhere."""
    return f"{settings.SITE_URL}{reverse('workspace:ticket', args=[ticket.ref])}"


def _key() -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), _PURPOSE, hashlib.sha256).digest()
