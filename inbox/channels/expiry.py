"""Credentials that expire: renewed well before they do, and admins told in time where that can't be done.

A network tells when they end in an answer to the connection test or together with new ones. Ones that last long are
renewed twenty days before, others when a third of their life is left; where nobody knows their end, the network is
asked once a day.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from channels_adapters.base import BaseAdapter
from channels_adapters.contracts import CheckResult, SendError
from channels_adapters.registry import adapter, kinds
from inbox.agents.enums import Role
from inbox.agents.models import Agent
from inbox.channels.access import is_sample
from inbox.channels.account_models import Renewal
from inbox.channels.accounts import settle_news
from inbox.channels.credentials import renew_now
from inbox.channels.enums import AccountWarning
from inbox.channels.models import Channel
from inbox.common import work
from inbox.common.clock import now
from inbox.live.announce import announce
from inbox.sla.models import Notice

log = logging.getLogger(__name__)
FIRST_WARNING = timedelta(days=14)
LAST_WARNING = timedelta(days=3)
_RENEWED_BEFORE = timedelta(days=20)
_ASKED_EVERY = timedelta(days=1)
#: Failures that pass by themselves are told of from this one on.
_TRIES = 5


def renews(channel: Channel) -> bool:
    """Whether its credentials can be renewed without a person. Sign-in by OAuth renews itself at every use."""
    if channel.kind not in kinds():
        return False
    network = adapter(channel.kind)
    is_able = getattr(type(network), "refresh_credentials", None) is not BaseAdapter.refresh_credentials
    return is_able and channel.kind != "email" and not is_sample(channel)


def learn_from_check(channel: Channel, results: Sequence[CheckResult], *, at: datetime | None = None) -> None:
    """Keep what a connection test told: when the credentials end, and that nothing is wrong any more if it passed."""
    at = at or now()
    ends = [result.expires_at for result in results if result.expires_at]
    if ends:
        learn_expiry(channel, min(ends), at=at)
    if all(result.passed for result in results):
        settle_news(channel, at=at)


def learn_expiry(channel: Channel, expires_at: datetime, *, at: datetime) -> Renewal:
    """Note when the channel's credentials end. Told the same again, it changes nothing."""
    renewal, is_new = Renewal.objects.get_or_create(channel=channel)
    if is_new or renewal.expires_at != expires_at:
        renewal.expires_at, renewal.learned_at = expires_at, at
        renewal.next_attempt_at = _renewed_at(expires_at, at)
        renewal.save(update_fields=["expires_at", "learned_at", "next_attempt_at"])
    return renewal


def waiting() -> list[int]:
    """Ids of the renewals whose turn has come; rows that are missing are made."""
    able = [one for one in Channel.objects.filter(is_active=True, renewal=None) if renews(one)]
    Renewal.objects.bulk_create([Renewal(channel=one) for one in able], ignore_conflicts=True)
    due = work.due(_renewable()).select_related("channel").order_by("next_attempt_at", "id")
    return [one.pk for one in due[:200] if renews(one.channel)]


def renew(renewal_id: int) -> Renewal | None:
    """Ask a network for new credentials. None when it is not its turn, or somebody else is at it."""
    renewal = work.claim(_renewable(), renewal_id)
    if renewal is None:
        return None
    try:
        expires_at = renew_now(renewal.channel)
    except SendError as problem:
        _failed(renewal, problem)
    else:
        _succeeded(renewal, expires_at)
    renewal.refresh_from_db()
    return renewal


def warn(*, at: datetime | None = None) -> int:
    """Tell admins of credentials that end within two weeks, within three days, or have ended, once each; how often."""
    at = at or now()
    soon = Renewal.objects.filter(expires_at__lte=at + FIRST_WARNING, channel__is_active=True).select_related("channel")
    return sum(_warned(renewal, at) for renewal in soon if is_at_risk(renewal, at))


def is_at_risk(renewal: Renewal, at: datetime) -> bool:
    """Whether a person has to see to it: it ends soon, and can't be renewed, or should have been long ago."""
    if renewal.expires_at is None:
        return False
    left = renewal.expires_at - at
    if renews(renewal.channel) and not renewal.fault:
        return left <= min(FIRST_WARNING, (renewal.expires_at - (renewal.learned_at or at)) / 4)
    return left <= FIRST_WARNING


def tell_admins(channel: Channel, about: AccountWarning, due_at: datetime, *, at: datetime) -> int:
    """Ring the bell of all admins, once for each; how many were told now."""
    admins = list(Agent.objects.filter(role=Role.ADMIN, is_active=True))
    is_breach = about not in (AccountWarning.EXPIRES_SOON, AccountWarning.EXPIRES_NEXT)
    known = set(Notice.objects.filter(channel=channel, about=about, due_at=due_at).values_list("agent_id", flat=True))
    told = [admin for admin in admins if admin.pk not in known]
    Notice.objects.bulk_create(
        [
            Notice(agent=admin, channel=channel, about=about, due_at=due_at, is_breach=is_breach, created_at=at)
            for admin in told
        ],
        ignore_conflicts=True,
    )
    if told:
        transaction.on_commit(partial(announce, "notice", {"agents": [admin.pk for admin in told]}))
    return len(told)


def _renewable() -> QuerySet[Renewal]:
    return Renewal.objects.filter(channel__is_active=True)


def _renewed_at(expires_at: datetime, learned_at: datetime) -> datetime:
    return expires_at - min(_RENEWED_BEFORE, max((expires_at - learned_at) / 3, timedelta(0)))


def _succeeded(renewal: Renewal, expires_at: datetime | None) -> None:
    at = now()
    if expires_at is not None and expires_at != renewal.expires_at:
        told: dict[str, Any] = {
            "expires_at": expires_at,
            "learned_at": at,
            "next_attempt_at": _renewed_at(expires_at, at),
        }
    else:
        # There is nothing to do yet, as the network sees it.
        wait = (renewal.expires_at - at) / 4 if renewal.expires_at else _ASKED_EVERY
        told = {"next_attempt_at": Now() + max(min(_ASKED_EVERY, wait), timedelta(minutes=1))}
    work.finish(renewal, attempts=0, deaths=0, succeeded_at=at, fault="", error="", **told)


def _failed(renewal: Renewal, problem: SendError) -> None:
    log.warning("expiry: the credentials of channel %s are not renewed: %s", renewal.channel_id, problem.reason)
    pause = max(work.backoff(renewal.attempts), problem.retry_after or timedelta(0))
    wait = pause if problem.fault.retryable else _ASKED_EVERY
    at = now()
    # A network that is away for a moment is not worth a bell, nor credentials of which nobody says that they ever end.
    is_passing = renewal.expires_at is None or (problem.fault.retryable and renewal.attempts < _TRIES)
    fault = renewal.fault if is_passing else problem.fault
    is_news = bool(fault) and not renewal.fault
    if work.finish(renewal, fault=fault, error=problem.reason, next_attempt_at=Now() + wait) and is_news:
        tell_admins(renewal.channel, AccountWarning.NOT_RENEWED, renewal.expires_at or at, at=at)


def _warned(renewal: Renewal, at: datetime) -> int:
    due_at = renewal.expires_at or at
    left = due_at - at
    if left <= timedelta(0):
        about = AccountWarning.EXPIRED
    else:
        about = AccountWarning.EXPIRES_NEXT if left <= LAST_WARNING else AccountWarning.EXPIRES_SOON
    return tell_admins(renewal.channel, about, due_at, at=at)
