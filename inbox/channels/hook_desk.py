"""Webhooks that come many at a time are taken in together: looked up, checked, and journalled by one statement.

What is plainly in order is answered here, without the pages' middleware. Whatever is not (a handshake, a wrong
signature, an address nobody knows, a database that is away) is left to the views in `webhooks`, one by one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.db import Error as DatabaseTrouble

from channels_adapters.contracts import Account, InvalidSignature, Payload, SendError
from channels_adapters.registry import adapter, family_kinds
from channels_adapters.registry import kinds as known_kinds
from inbox.channels.access import account, channel_of_hook
from inbox.channels.actions import ring_intakes
from inbox.channels.intake import accept_all
from inbox.channels.models import Channel
from inbox.channels.webhooks import MOST_BYTES, as_journalled, by_name, channels_of, meant_by, note_first
from inbox.common.clock import now
from inbox.common.threads import in_thread

log = logging.getLogger(__name__)
_ADDRESS = re.compile(rb"/hooks/([a-z0-9_-]+)/(?:([a-z2-7]{1,80})/)?", re.ASCII)
#: Requests in one statement, and bytes they may have together.
_AT_ONCE, _MOST_TOGETHER = 64, 8 * 1024 * 1024
_USUAL_BYTES = 1024 * 1024
#: Seconds; a bell costs as much as taking in five requests.
_BETWEEN_BELLS = 0.05


@dataclass(frozen=True, slots=True)
class Knock:
    """A request at the address of a `family` (no token), or of one account of a kind."""

    name: str
    token: str
    payload: Payload


class Desk:
    """Takes what waits while the last handful was being written; one for each event loop."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Knock, asyncio.Future[bytes | None]]] = []
        self._journalled: list[int] = []
        self._task: asyncio.Task[None] | None = None
        self._bell: asyncio.Task[None] | None = None

    async def answered(self, knock: Knock) -> bytes | None:
        """What the network is answered, once the request is in the journal; None: the views have to see it."""
        told: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((knock, told))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await told

    async def _work(self) -> None:
        while self._waiting:
            handful = self._handful()
            answers: Sequence[bytes | None] = [None] * len(handful)
            # A list of its own: what the loop gathers is touched by no other thread.
            new: list[int] = []
            try:
                answers = await in_thread(take_in, [knock for knock, _ in handful], new.extend)
            finally:
                for (_, told), answer in zip(handful, answers, strict=True):
                    if not told.done():
                        told.set_result(answer)
            self._journalled += new
            if self._journalled and (self._bell is None or self._bell.done()):
                self._bell = asyncio.create_task(self._ring())

    async def _ring(self) -> None:
        """Wake workers for what came meanwhile: while one bell rings, what follows is gathered for the next."""
        while self._journalled:
            envelope_ids, self._journalled = self._journalled, []
            await in_thread(ring_intakes, envelope_ids)
            await asyncio.sleep(_BETWEEN_BELLS)

    def _handful(self) -> list[tuple[Knock, asyncio.Future[bytes | None]]]:
        size = count = 0
        for knock, _ in self._waiting[:_AT_ONCE]:
            size += len(knock.payload.body)
            if count and size > _MOST_TOGETHER:
                break
            count += 1
        handful, self._waiting = self._waiting[:count], self._waiting[count:]
        return handful


def knock_of(scope: Mapping[str, Any], body: IO[bytes]) -> Knock | None:
    """The request as one at a webhook address; None for anything else, and for what needs a closer look."""
    match = _ADDRESS.fullmatch(scope.get("raw_path") or b"")
    if match is None or scope["method"] != "POST" or scope.get("root_path") or _size(body) > _USUAL_BYTES:
        return None
    query = scope["query_string"].decode("latin-1")
    payload = Payload(
        body=body.read(),
        headers=_headers(scope["headers"]),
        url=f"{settings.SITE_URL}{match[0].decode()}{'?' if query else ''}{query}",
        remote_addr=str((scope.get("client") or ("",))[0]),
        received_at=now(),
    )
    return Knock(match[1].decode(), (match[2] or b"").decode(), payload)


def _size(body: IO[bytes]) -> int:
    size = body.seek(0, os.SEEK_END)
    body.seek(0)
    return size


def take_in(knocks: Sequence[Knock], wake: Callable[[list[int]], None] = ring_intakes) -> list[bytes | None]:
    """Journal the requests that prove to be their networks'; what each is answered, None for the others.

    `wake` gets the ids of those that had not been journalled before.
    """
    try:
        return _take_in(knocks, wake)
    except (DatabaseTrouble, OSError):
        log.exception("hooks: %s webhooks could not be kept together", len(knocks))
        return [None] * len(knocks)


def _take_in(knocks: Sequence[Knock], wake: Callable[[list[int]], None]) -> list[bytes | None]:
    families = {knock.name for knock in knocks if not knock.token}
    shared = {family: by_name(channels_of(kinds)) for family in families if (kinds := family_kinds(family))}
    own: dict[tuple[str, str], Channel | None] = {}
    for knock in knocks:
        key = (knock.name, knock.token)
        if knock.token and key not in own:
            own[key] = channel_of_hook(*key) if knock.name in known_kinds() else None
    accounts: dict[int, Account] = {}
    answers: list[bytes | None] = []
    arrived: list[tuple[Channel, Payload, str]] = []
    for knock in knocks:
        if knock.token:
            channel = own[knock.name, knock.token]
            meant = (
                [channel] if channel and len(knock.payload.body) <= MOST_BYTES.get(channel.kind, _USUAL_BYTES) else []
            )
        else:
            meant = meant_by(knock.payload, family_kinds(knock.name), shared.get(knock.name, {}))
        proven = list(_proven(knock.payload, meant, accounts))
        answers.append(adapter(proven[0].kind).acknowledgement if proven else None)
        for one in proven:
            single_use = adapter(one.kind).single_use(knock.payload, accounts[one.pk])
            arrived.append((one, as_journalled(knock.payload), single_use))
    if arrived:
        wake(accept_all(arrived))
        for channel, payload, _ in arrived:
            note_first(channel, payload)
    return answers


def _proven(payload: Payload, meant: Iterable[Channel], accounts: dict[int, Account]) -> Iterable[Channel]:
    """The channels for which the request proves to be the network's; none where it is anything but plain news."""
    proven = []
    for channel in meant:
        if channel.pk not in accounts:
            accounts[channel.pk] = account(channel)
        try:
            if adapter(channel.kind).verify(payload, accounts[channel.pk]) is not None:
                return []
        except (InvalidSignature, SendError):
            continue
        proven.append(channel)
    return proven


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """By the names the pages' requests have them by; several of one name are joined (RFC 9110, 5.2)."""
    headers: dict[str, str] = {}
    for name, value in raw:
        if b"_" in name:
            continue
        known = name.decode("latin-1").title()
        headers[known] = f"{headers[known]},{value.decode('latin-1')}" if known in headers else value.decode("latin-1")
    return headers
