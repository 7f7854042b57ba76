"""Asking networks for news: the rows that say what is asked, when, and how far it got.

A payload is journalled before the cursor moves past it: whoever is killed in between has it fetched again, and the
journal knows it.
"""

from __future__ import annotations

import logging
import time
from contextlib import closing
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Now

from channels_adapters.contracts import Account, Fault, SendError
from channels_adapters.registry import adapter, kinds
from inbox.channels.actions import ring_intake, ring_poller
from inbox.channels.credentials import fresh_account
from inbox.channels.intake import accept
from inbox.channels.models import Channel, Poller
from inbox.common import work

log = logging.getLogger(__name__)
#: One round takes so many payloads and so many seconds at most; then others have their turn.
MOST_PAYLOADS = 200
MOST_SECONDS = 60.0
#: The cursor is kept after so many payloads or seconds, and at the end of a round.
_KEEP_AFTER_PAYLOADS = 20
_KEEP_AFTER_SECONDS = 5.0
USUAL_INTERVAL = 60
SHORTEST_INTERVAL = 15
_LONGEST_PAUSE = {True: timedelta(minutes=5), False: timedelta(minutes=15)}


class LeaseLost(Exception):
    """Somebody else polls by now: this round took too long."""


def ensure_pollers(channel: Channel) -> list[Poller]:
    """A row for each place the channel is polled at; those of other places go, and with them how far they were read."""
    network = adapter(channel.kind)
    try:
        # Without its secrets: where to ask is no secret, and the sweep comes by here often.
        places = list(network.places(Account(channel.kind, channel.address, channel.settings)))
    except SendError:
        # The settings name no server. The round that finds this out shows it to people.
        places = [""]
    Poller.objects.filter(channel=channel).exclude(place__in=places).delete()
    known = {poller.place: poller for poller in Poller.objects.filter(channel=channel)}
    missing = [Poller(channel=channel, place=place) for place in places if place not in known]
    Poller.objects.bulk_create(missing, ignore_conflicts=True)
    return list(Poller.objects.filter(channel=channel).order_by("id")) if missing else list(known.values())


def waiting() -> list[int]:
    """Ids of the pollers whose turn has come, of channels that are switched on; rows that are missing are made."""
    # Those of a package that was taken away have to wait, and keep nobody waiting.
    for channel in Channel.objects.filter(is_active=True, kind__in=kinds()):
        if "poll" in adapter(channel.kind).capabilities.inbound:
            ensure_pollers(channel)
    return list(work.due(_pollable()).order_by("next_attempt_at", "id").values_list("id", flat=True)[:500])


def poll(poller_id: int) -> Poller | None:
    """Fetch what is new at one place. None when it is not its turn, or somebody else is at it."""
    poller = work.claim(_pollable(), poller_id)
    if poller is None:
        return None
    it = _Round(poller)
    try:
        more = it.run()
    except SendError as problem:
        _failed(it, problem.fault, problem.reason, problem.retry_after)
    except LeaseLost:
        log.warning("polling: the lease of %s was lost", poller.pk)
    except DatabaseError:
        # Nothing can be noted; the lease runs out, and the next round begins at the cursor that was kept.
        raise
    except Exception as bug:
        log.exception("polling: %s failed", poller.pk)
        _failed(it, Fault.TEMPORARY, f"{type(bug).__name__}: {bug}")
    else:
        _succeeded(it, timedelta(0) if more else _interval(poller))
    poller.refresh_from_db()
    if work.due(Poller.objects.filter(pk=poller.pk)).exists():
        ring_poller(poller.pk)
    return poller


class _Round:
    """One look at one place, up to the limits."""

    def __init__(self, poller: Poller) -> None:
        self.poller = poller
        self.cursor = poller.cursor
        self.rung_at = poller.next_attempt_at
        self.new = 0

    def run(self) -> bool:
        """Journal what there is; whether there may be more."""
        reader = fresh_account(self.poller.channel)
        try:
            return self._read(reader)
        except SendError as refusal:
            token = reader.secrets.get("oauth_access_token", "")
            if refusal.fault != Fault.AUTH or not token:
                raise
            # A token may be void before its time (a new password, access taken back and given again).
            return self._read(fresh_account(self.poller.channel, refused=token))

    def _read(self, reader: Account) -> bool:
        poller, taken = self.poller, 0
        until = time.monotonic() + MOST_SECONDS
        kept_at, unkept = time.monotonic(), 0
        polling = adapter(poller.channel.kind).poll(reader, poller.place, self.cursor)
        with closing(polling):  # type: ignore[type-var]
            for polled in polling:
                if polled.payload is not None:
                    accepted = accept(poller.channel, polled.payload, place=poller.place)
                    if accepted.is_new:
                        self.new += 1
                        ring_intake(accepted.envelope_id)
                    taken += 1
                    unkept += 1
                self.cursor = polled.cursor
                now_ = time.monotonic()
                if polled.payload is None or unkept >= _KEEP_AFTER_PAYLOADS or now_ - kept_at > _KEEP_AFTER_SECONDS:
                    self._keep()
                    kept_at, unkept = now_, 0
                if taken >= MOST_PAYLOADS or now_ > until:
                    return True
        return False

    def end(self, wait: timedelta, **told: Any) -> None:
        """Write how the round ended and let go, while the row is held; a bell that rang meanwhile keeps its place."""
        if self.new:
            told |= {"fetched": F("fetched") + self.new, "fetched_at": Now()}
        untouched = Q(next_attempt_at=self.rung_at) if self.rung_at else Q(next_attempt_at=None)
        next_at = Case(When(untouched, then=Now() + wait), default=F("next_attempt_at"))
        self._held().update(lease_token=None, lease_until=None, cursor=self.cursor, next_attempt_at=next_at, **told)

    def _held(self) -> QuerySet[Poller]:
        return Poller.objects.filter(pk=self.poller.pk, lease_token=self.poller.lease_token)

    def _keep(self) -> None:
        lease = Now() + timedelta(seconds=settings.LEASE_SECONDS)
        if not self._held().update(cursor=self.cursor, lease_until=lease):
            raise LeaseLost


def _pollable() -> QuerySet[Poller]:
    return Poller.objects.filter(channel__is_active=True)


def _succeeded(it: _Round, wait: timedelta) -> None:
    it.end(wait, attempts=0, deaths=0, succeeded_at=Now(), fault="", error="")


def _failed(it: _Round, fault: Fault, reason: str, asked: timedelta | None = None) -> None:
    pause = min(work.backoff(it.poller.attempts), _LONGEST_PAUSE[fault.retryable])
    log.warning("polling: %s of channel %s: %s", it.poller.pk, it.poller.channel_id, reason)
    it.end(max(pause, asked or pause), fault=fault, error=reason)


def _interval(poller: Poller) -> timedelta:
    told = str(poller.channel.settings.get("poll_seconds") or USUAL_INTERVAL)
    return timedelta(seconds=max(int(told) if told.isdecimal() else USUAL_INTERVAL, SHORTEST_INTERVAL))
