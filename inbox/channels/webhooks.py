"""Where networks bring what is new: checked on the raw bytes, journalled, and only then answered with 200.

The token in the address is the capability, and the network's signature or password comes on top. No cookie takes part,
which is why the CSRF check is left out. Nothing is taken apart here: the journal keeps what nobody can read, too.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from channels_adapters.contracts import Account, Handshake, InvalidSignature, Payload, SendError
from channels_adapters.registry import adapter, family_kinds
from channels_adapters.registry import kinds as known_kinds
from inbox.channels.access import account, channel_of_hook, drawn_among, drawn_secrets
from inbox.channels.actions import ring_intake
from inbox.channels.hook_signs import note_refused, note_shaken, note_shaken_beforehand
from inbox.channels.intake import accept
from inbox.channels.models import Channel
from inbox.common import tokens
from inbox.common.clock import now
from inbox.common.rows import find

log = logging.getLogger(__name__)
#: Channels by kind and what requests call the account.
Names = dict[tuple[str, str], list[Channel]]
_MEGABYTE = 1024 * 1024
#: Bytes a webhook may have; mails come in them whole, and encoded, files by the API may.
MOST_BYTES = {"api": 20 * _MEGABYTE, "email": 50 * _MEGABYTE}
_USUAL_BYTES = _MEGABYTE
#: What proves who sent the request was looked at; the journal has no use for it.
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def hook(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    """Take a webhook in: 200 once it is in the journal, 503 while it can't be kept, so that it comes again."""
    try:
        channel = channel_of_hook(kind, token)
        return _expected(request, kind, token) if channel is None else _answered(request, channel)
    except (DatabaseTrouble, OSError):
        log.exception("hooks: a webhook could not be kept")
        return _away()


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def family_hook(request: HttpRequest, family: str) -> HttpResponse:
    """Take in a webhook that one app sends for many accounts: each account it proves to be for gets it."""
    kinds = family_kinds(family)
    if not kinds:
        return _refused(404)
    try:
        payload = _payload(request, _USUAL_BYTES)
        return _refused(413) if payload is None else _shared(payload, kinds)
    except (DatabaseTrouble, OSError):
        log.exception("hooks: a webhook could not be kept")
        return _away()


def _shared(payload: Payload, kinds: Sequence[str]) -> HttpResponse:
    """Checked with each account's own secret: whoever knows that of one account can't speak for another."""
    channels = channels_of(kinds)
    meant = meant_by(payload, kinds, by_name(channels))
    proven, shaken = [], None
    # A handshake names no account, and what is for accounts we don't have is still to be proven, and then let go.
    for channel in meant or channels:
        try:
            shaken = adapter(channel.kind).verify(payload, account(channel)) or shaken
        except InvalidSignature:
            continue
        proven.append(channel)
    if not proven:
        shaken = _shaken_beforehand(payload, kinds)
    if shaken is not None:
        for channel in proven:
            note_shaken(channel)
        return _shaken(shaken)
    if not proven:
        for channel in meant:
            note_refused(channel)
        log.warning("hooks: a request to %s proves to be from nobody", "/".join(kinds))
        return _refused(401)
    for channel in proven if meant and payload.method == "POST" else ():
        _keep(channel, payload, account(channel))
    return _taken(proven[0])


def _shaken_beforehand(payload: Payload, kinds: Sequence[str]) -> Handshake | None:
    """The answer to a test of the address with a token that we drew for an account yet to be connected."""
    told = {one for values in parse_qs(urlsplit(payload.url).query).values() for one in values}
    for kind in kinds:
        if drawn := drawn_among(kind, told):
            note_shaken_beforehand(tokens.claimed(next(iter(drawn.values()))) or 0)
            return _shook(kind, payload, drawn)
    return None


def _expected(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    """At an address that was drawn for an account yet to be connected, its network can shake hands and nothing else."""
    drawn = drawn_secrets(kind, token) if kind in known_kinds() else {}
    payload = _payload(request, _USUAL_BYTES) if drawn else None
    shaken = _shook(kind, payload, drawn) if payload else None
    if shaken is None:
        return _refused(404)
    note_shaken_beforehand(tokens.claimed(token) or 0)
    return _shaken(shaken)


def _shook(kind: str, payload: Payload, secrets: Mapping[str, str]) -> Handshake | None:
    try:
        return adapter(kind).verify(payload, Account(kind, "", secrets=secrets))
    except (InvalidSignature, SendError):
        return None


def channels_of(kinds: Collection[str]) -> list[Channel]:
    """The active accounts of networks that share an address."""
    return find(Channel, "kind = ANY(%s) AND is_active", list(kinds), tail="ORDER BY id")


def by_name(channels: Iterable[Channel]) -> Names:
    """The channels by what app-wide requests call their accounts."""
    found: Names = defaultdict(list)
    for channel in channels:
        for name in _names(channel):
            found[name].append(channel)
    return found


def meant_by(payload: Payload, kinds: Iterable[str], known: Names) -> list[Channel]:
    """Those of the known channels that an app-wide request names, in the order of their ids."""
    named = [(kind, address) for kind in kinds for address in adapter(kind).route(payload)]
    found = {channel.pk: channel for name in named for channel in known.get(name, ())}
    return [found[key] for key in sorted(found)]


def _names(channel: Channel) -> set[tuple[str, str]]:
    """What app-wide requests call the channel's account, or what it belongs to."""
    settings_of = (channel.settings.get(name) for name in adapter(channel.kind).also_named_by)
    return {(channel.kind, str(one)) for one in (channel.address, *settings_of) if one}


def _answered(request: HttpRequest, channel: Channel) -> HttpResponse:
    payload = _payload(request, MOST_BYTES.get(channel.kind, _USUAL_BYTES))
    if payload is None:
        return _refused(413)
    sender = account(channel)
    try:
        handshake = adapter(channel.kind).verify(payload, sender)
    except InvalidSignature as problem:
        log.warning("hooks: channel %s refused a request: %s", channel.pk, problem)
        note_refused(channel)
        # Some send their password only when they are asked for it.
        return _refused(401, {"WWW-Authenticate": 'Basic realm="webhooks"'})
    except SendError as problem:
        log.warning("hooks: channel %s can't check a request now: %s", channel.pk, problem.reason)
        return _away()
    if handshake is not None:
        note_shaken(channel)
        return _shaken(handshake)
    if request.method == "POST":
        _keep(channel, payload, sender)
    return _taken(channel)


def _keep(channel: Channel, payload: Payload, sender: Account) -> None:
    single_use = adapter(channel.kind).single_use(payload, sender)
    accepted = accept(channel, as_journalled(payload), single_use=single_use)
    if accepted.is_new:
        ring_intake(accepted.envelope_id)
    note_first(channel, payload)


def as_journalled(payload: Payload) -> Payload:
    """What the journal keeps of a request."""
    kept = {name: value for name, value in payload.headers.items() if name.lower() not in _SECRET_HEADERS}
    return replace(payload, headers=kept, url=payload.url[:2000])


def note_first(channel: Channel, payload: Payload) -> None:
    """Remember when a channel's first request came."""
    if channel.first_hook_at is None:
        Channel.objects.filter(pk=channel.pk, first_hook_at=None).update(first_hook_at=payload.received_at)


def _payload(request: HttpRequest, most: int) -> Payload | None:
    """The request as it came; None when it is too large."""
    announced = request.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > most:
        return None
    body = request.read(most + 1)
    if len(body) > most:
        return None
    return Payload(
        body=body,
        headers=dict(request.headers),
        # The public address, which some networks sign, whatever a proxy in front of us calls it.
        url=settings.SITE_URL + request.get_full_path(),
        method=request.method or "POST",
        remote_addr=str(request.META.get("REMOTE_ADDR") or ""),
        received_at=now(),
    )


def _taken(channel: Channel) -> HttpResponse:
    return HttpResponse(adapter(channel.kind).acknowledgement, content_type="text/plain")


def _shaken(handshake: Handshake) -> HttpResponse:
    return HttpResponse(handshake.body, content_type=handshake.content_type, status=handshake.status)


def _away() -> HttpResponse:
    return _refused(503, {"Retry-After": "60"})


def _refused(status: int, headers: Mapping[str, str] = MappingProxyType({})) -> HttpResponse:
    response = HttpResponse(status=status, headers=dict(headers))
    # Django would write the address into its log, and the address is a secret.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
