"""Connected accounts as the adapters see them, with their secrets decrypted."""

from __future__ import annotations

import json
import secrets as randomness
from collections.abc import Collection, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote, urlsplit

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db.models.functions import Lower
from django.urls import reverse

from channels_adapters.contracts import Account
from channels_adapters.registry import adapter
from inbox.channels.models import Channel, ChannelAlias
from inbox.common import tokens

_DRAW = "hook-drawn"
#: Drawn numbers are larger than any channel's id.
_SMALLEST_DRAWN = 1 << 40


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key.encode()) for key in keys])


def sealed(secrets: Mapping[str, str]) -> bytes:
    """Secrets as they are stored: encrypted with the newest key of `CHANNEL_SECRET_KEYS`."""
    return _box(tuple(settings.CHANNEL_SECRET_KEYS)).encrypt(json.dumps(dict(secrets)).encode())


def opened(stored: bytes | memoryview) -> dict[str, str]:
    """Stored secrets in the clear: for adapters and for sealing anew, never for a page or a log."""
    return dict(json.loads(_box(tuple(settings.CHANNEL_SECRET_KEYS)).decrypt(bytes(stored)))) if stored else {}


def account(channel: Channel) -> Account:
    """The channel as plain values; one without a mail server of its own has that of `EMAIL_URL`.

    Networks that are told with each message where to tell what became of it find that address as `callback_url`.
    """
    has_own = bool(channel.settings.get("host"))
    shared, shared_secrets = _shared_mail_server() if channel.kind == "email" and not has_own else ({}, {})
    return Account(
        kind=channel.kind,
        address=channel.address,
        settings=MappingProxyType({"name_server": settings.DNS_SERVER, **channel.settings, **shared}),
        secrets=MappingProxyType({**_callback(channel), **shared_secrets, **opened(channel.secrets)}),
    )


def _callback(channel: Channel) -> dict[str, str]:
    """Among the secrets, because whoever has the address can write to it."""
    is_told = channel.kind != "email" and not adapter(channel.kind).capabilities.is_our_own
    return {"callback_url": hook_address(channel)} if is_told and channel.pk else {}


def is_sample(channel: Channel) -> bool:
    """True for an account that only shows what one of its network looks like: nobody is asked, and nothing leaves."""
    return bool(channel.settings.get("sample")) and channel.kind not in ("email", "livechat")


def has_transport(channel: Channel) -> bool:
    """True when messages can leave by a network; False keeps them in the built-in outbox."""
    if is_sample(channel):
        return False
    if channel.kind != "email" or channel.settings.get("outgoing", "smtp") != "smtp":
        return True
    return bool(account(channel).settings.get("host"))


def _shared_mail_server() -> tuple[dict[str, Any], dict[str, str]]:
    if not settings.EMAIL_URL:
        return {}, {}
    url = urlsplit(settings.EMAIL_URL)
    security = {"smtp": "none", "smtp+tls": "starttls", "smtps": "tls"}.get(url.scheme)
    if security is None or not url.hostname:
        raise ValueError("EMAIL_URL must look like smtp://user:password@host:port (or smtp+tls://, smtps://).")
    values: dict[str, Any] = {
        "host": url.hostname,
        "port": url.port or {"none": 25, "starttls": 587, "tls": 465}[security],
        "security": security,
        "host_is_operators": True,
    }
    if url.username:
        values["operators_username"] = unquote(url.username)
    # Under names of their own: the channel may have a password too, for the mailbox it is read from.
    return values, {"operators_password": unquote(url.password)} if url.password else {}


def channel_at(address: str, kind: str | None = None) -> Channel | None:
    """The active channel behind an address, whatever its case and with or without a plus-address tag.

    Its own address leads to a channel before an alias does, and an alias before a catch-all (`*@domain`).
    """
    local, at, domain = address.strip().lower().rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}" if at else address.strip()
    channels = Channel.objects.filter(is_active=True, **({"kind": kind} if kind else {})).order_by("id")
    own = channels.filter(address__iexact=plain).first()
    if own or not at:
        return own
    aliases = ChannelAlias.objects.annotate(lowered=Lower("address")).filter(
        lowered__in=[f"{local}@{domain}", plain, f"*@{domain}"], channel__in=channels
    )
    found = {alias.address.lower(): alias.channel for alias in aliases.select_related("channel")}
    return next((found[key] for key in (f"{local}@{domain}", plain, f"*@{domain}") if key in found), None)


def ours_among(addresses: Collection[str]) -> set[str]:
    """Which of these mail addresses (lower case) are our own: of channels, on or off, their aliases and catch-alls."""
    plain: dict[str, set[str]] = {}
    for address in addresses:
        local, _, domain = address.rpartition("@")
        for key in (address, f"{local.partition('+')[0]}@{domain}", f"*@{domain}"):
            plain.setdefault(key, set()).add(address)
    known = set(Channel.objects.filter(kind="email", address__in=plain).values_list("address", flat=True))
    aliases = ChannelAlias.objects.annotate(lowered=Lower("address")).filter(lowered__in=list(plain))
    known.update(aliases.values_list("lowered", flat=True))
    return {address for key in known for address in plain[key]}


def hook_address(channel: Channel) -> str:
    """Where the channel's network sends its webhooks. Nobody can guess it; `renew_hook` makes another.

    Networks with one app for many accounts have one address for all of them.
    """
    if family := adapter(channel.kind).family:
        return family_address(family)
    if channel.hook_number is not None:
        return drawn_address(channel.kind, channel.hook_number)
    return _hook(channel.kind, tokens.sign(f"hook{channel.hook_version}", channel.pk))


def family_address(family: str) -> str:
    """Where the networks of a family send their webhooks, whosever account they are for."""
    return f"{settings.SITE_URL}{reverse('hooks:family', args=[family])}"


def draw_hook() -> int:
    """A number for a channel that is yet to be connected: its webhook address and its drawn secrets follow from it."""
    return _SMALLEST_DRAWN + randomness.randbelow(1 << 62)


def draw_token(number: int) -> str:
    """The number as a form carries it: nobody but us can make one."""
    return tokens.sign(_DRAW, number)


def drawn_number(token: str) -> int | None:
    """The number of a token of `draw_token`; None for anything else."""
    return tokens.unsign(_DRAW, token)


def drawn_address(kind: str, number: int) -> str:
    """The webhook address that belongs to a drawn number."""
    return _hook(kind, draw_token(number))


def drawn_secret(number: int, name: str) -> str:
    """The secret of this name that belongs to a drawn number: 32 letters and digits."""
    return tokens.sign(f"{_DRAW}:{name}", number)


def drawn_secrets(kind: str, token: str) -> dict[str, str]:
    """The secrets that were drawn together with the address of this token, for a channel of the kind."""
    number = drawn_number(token)
    if number is None:
        return {}
    return {field.name: drawn_secret(number, field.name) for field in adapter(kind).settings_fields if field.drawn}


def drawn_among(kind: str, values: Collection[str]) -> dict[str, str]:
    """Those of the values that were drawn by us as a secret of this kind, by name."""
    names = [field.name for field in adapter(kind).settings_fields if field.drawn]
    return {name: one for name in names for one in values if tokens.unsign(f"{_DRAW}:{name}", one) is not None}


def channel_of_hook(kind: str, token: str) -> Channel | None:
    """The active channel whose webhooks go to the address with this token."""
    number = tokens.claimed(token) or 0
    is_drawn = number >= _SMALLEST_DRAWN
    theirs = {"hook_number": number} if is_drawn else {"pk": number}
    channel = Channel.objects.filter(kind=kind, is_active=True, **theirs).first()
    if channel is None:
        return None
    if is_drawn:
        return channel if drawn_number(token) == number else None
    is_void = channel.hook_number is not None
    return None if is_void or tokens.unsign(f"hook{channel.hook_version}", token) != channel.pk else channel


def _hook(kind: str, token: str) -> str:
    return f"{settings.SITE_URL}{reverse('hooks:hook', args=[kind, token])}"
