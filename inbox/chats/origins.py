"""The sites whose pages may show a chat: https://shop.example, https://*.shop.example or, to try it, http://localhost.

An origin is scheme, host and port (RFC 6454); a page's path plays no part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from inbox.chats.models import ChatWidget
from inbox.common.clock import now

#: Sites one chat may stand on.
MOST = 50
_LONGEST = 255
_REMEMBERED = 24 * 3600
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LOCAL = ("localhost", "127.0.0.1")
_DEFAULT_PORTS = {"https": 443, "http": 80}


class InvalidOrigin(ValueError):
    """No address of a site; says what to write in the language of the moment."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A page of a site that is not allowed asked for the chat."""

    origin: str
    at: datetime


def origin_in(text: str) -> str:
    """The origin somebody means by `shop.example`, `https://Shop.example/cart` and the like. Raises `InvalidOrigin`."""
    given = text.strip()
    scheme, mark, rest = given.partition("://")
    if not mark:
        scheme, rest = ("http" if given.lower().startswith(_LOCAL) else "https"), given
    scheme, wildcard = scheme.lower(), rest.startswith("*.")
    try:
        # A star is no part of a host name; it is put back below.
        parts = urlsplit(f"{scheme}://{rest.removeprefix('*.')}")
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        host, port = "", None
    is_local = host in _LOCAL
    is_whole = is_local or "." in host
    if wildcard and host and (not is_whole or is_local or host.rpartition(".")[2].isdigit()):
        raise InvalidOrigin(
            _("“%(text)s” is too wide: name the domain, as in https://*.shop.example.") % {"text": given[:80]}
        )
    if not is_whole or parts.username is not None or len(given) > _LONGEST or any(sign.isspace() for sign in given):
        raise InvalidOrigin(_("“%(text)s” is no site. Write it like https://shop.example.") % {"text": given[:80]})
    if scheme != "https" and not (scheme == "http" and is_local):
        raise InvalidOrigin(
            _("“%(text)s” is not safe: a site has to be reached by https://. Only localhost may do without.")
            % {"text": given[:80]}
        )
    shown_port = f":{port}" if port not in (None, _DEFAULT_PORTS[scheme]) else ""
    return f"{scheme}://{'*.' if wildcard else ''}{host}{shown_port}"


def origins_in(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """The origins in these lines, each once, and what is wrong with the others."""
    found: dict[str, None] = {}
    wrong: list[str] = []
    for line in lines:
        if line.strip():
            try:
                found[origin_in(line)] = None
            except InvalidOrigin as problem:
                wrong.append(str(problem))
    if len(found) > MOST:
        wrong.append(_("At most %(count)s sites.") % {"count": MOST})
    return list(found), wrong


def is_among(origin: str, allowed: Iterable[str]) -> bool:
    """Whether a page of this origin may show the chat. A star stands for one or more names before the domain."""
    try:
        asked = origin_in(origin) if "://" in origin and "*" not in origin else ""
    except InvalidOrigin:
        return False
    return bool(asked) and any(_matches(asked, one) for one in allowed)


def note_foreign(widget: ChatWidget, origin: str, *, at: datetime | None = None) -> None:
    """Remember for a day that a page of another site asked for this chat: whoever sets it up is told."""
    try:
        known = origin_in(origin)
    except InvalidOrigin:
        return
    # Nothing but a hint on a page: without Redis there is none.
    with suppress(RedisError):
        cache.set(f"chat-foreign:{widget.channel_id}", (known, at or now()), _REMEMBERED)


def last_foreign(widget: ChatWidget) -> Attempt | None:
    """The last page of another site that asked, unless its site was allowed meanwhile."""
    try:
        found = cache.get(f"chat-foreign:{widget.channel_id}")
    except RedisError:
        return None
    return Attempt(*found) if found and not is_among(found[0], widget.origins) else None


def _matches(asked: str, allowed: str) -> bool:
    if "://*." not in allowed:
        return asked == allowed
    scheme, _mark, host = allowed.partition("://*")
    return asked.startswith(f"{scheme}://") and asked.endswith(host) and len(asked) > len(scheme) + 3 + len(host)


def _host(name: str) -> str:
    """A host name as browsers put it into an origin; "" where it is none."""
    if name in _LOCAL:
        return name
    try:
        plain = name.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        return ""
    return plain if all(_LABEL.fullmatch(label) for label in plain.split(".")) else ""
