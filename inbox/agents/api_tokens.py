"""Keys to the API: made, shown once, found by their digest, revoked."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from inbox.agents.models import Agent, ApiToken
from inbox.common.clock import now

#: What every key begins with, so that people and scanners of secrets know one when they see it.
PREFIX = "inbox_"
_BYTES = 32
_HINT = 4
_USE_IS_NOTED_EVERY = timedelta(minutes=1)


class NameTaken(Exception):
    """The agent has a key of that name that still works."""


class NotYours(Exception):
    """Only its agent and admins revoke a key."""


class AlreadyExpired(Exception):
    """A key that never works is not made."""


def make_token(
    agent: Agent, *, name: str, expires_at: datetime | None = None, at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new key of the agent, and its secret, which can't be had again: only its digest is kept.

    Raises `NameTaken` and `AlreadyExpired`.
    """
    at = at or now()
    if expires_at is not None and expires_at <= at:
        raise AlreadyExpired
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    with transaction.atomic():
        Agent.objects.select_for_update().get(pk=agent.pk)
        if working(agent.api_tokens.all(), at).filter(name__iexact=name).exists():
            raise NameTaken
        token = ApiToken.objects.create(
            agent=agent, name=name, digest=_digest(secret), hint=secret[-_HINT:], expires_at=expires_at
        )
    return token, secret


def revoke(token: ApiToken, *, by: Agent, at: datetime | None = None) -> ApiToken:
    """From now on the key opens nothing. Raises `NotYours`."""
    if token.agent_id != by.pk and not by.administers:
        raise NotYours
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at or now())
    token.refresh_from_db(fields=["revoked_at"])
    return token


def token_of(secret: str, at: datetime | None = None) -> ApiToken | None:
    """The key with this secret, with its agent, while it works: neither revoked nor expired, and the agent active."""
    digest = _digest(secret)
    known = working(ApiToken.objects.all(), at or now()).filter(digest=digest, agent__is_active=True)
    token = known.select_related("agent").first()
    return token if token and hmac.compare_digest(token.digest, digest) else None


def note_use(token: ApiToken, at: datetime | None = None) -> None:
    """Remember when the key was last used, to the minute: not every request writes."""
    at = at or now()
    if token.last_used_at is None or token.last_used_at <= at - _USE_IS_NOTED_EVERY:
        earlier = Q(last_used_at=None) | Q(last_used_at__lt=at)
        ApiToken.objects.filter(earlier, pk=token.pk).update(last_used_at=at)


def working(tokens: QuerySet[ApiToken], at: datetime) -> QuerySet[ApiToken]:
    """Those neither revoked nor expired."""
    return tokens.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)


def _digest(secret: str) -> str:
    # 32 random bytes can't be guessed, so there is nothing that a slow digest would make harder.
    return hashlib.sha256(secret.encode()).hexdigest()
