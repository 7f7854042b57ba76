"""Verifying DKIM signatures ourselves (RFC 6376), for mail that no server of ours has judged.

The key is asked of the DNS. A signature vouches for an author whose domain is the signing one or lies below it, as
DMARC aligns them strictly or one way relaxed (RFC 7489, 3.1.1). One that does not hold is worth no more than none:
mailing lists break them all day.
"""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import islice

import dkim

from channels_adapters.contracts import Authenticity, Event, Identifier, InboundMessage, Payload, Person, Verdict
from channels_adapters.email.dns_reading import Resolver
from channels_adapters.email.mime import read_head

SECONDS = 2.0
_MOST_SIGNATURES = 5
_PAUSE = 60.0
_HEAD = 1024 * 1024
_asked_again_at = 0.0


def verified(events: tuple[Event, ...], payload: Payload, *, name_server: str = "", own: str = "") -> tuple[Event, ...]:
    """The events with their authors' authenticity by the mail's signatures, where nobody had judged it before.

    Takes two seconds at most; while the DNS does not answer, it is left alone for a minute. `own` is the account's
    address: a mail that proves to come from it is an echo.
    """
    first = events[0] if events else None
    if not isinstance(first, InboundMessage) or first.authenticity.details:
        return events
    author = first.author.primary
    found = signatures(payload.body, author.value, name_server=name_server)
    if found is None:
        return events
    authenticity = replace(found, reply_to_differs=first.authenticity.reply_to_differs)
    if found.verdict is not Verdict.VERIFIED:
        return (replace(first, authenticity=authenticity), *events[1:])
    proven = Identifier(author.kind, author.value, author.scope, verified=True)
    person: Person = replace(first.author, identifiers=(proven, *first.author.identifiers[1:]))
    direction = "echo" if own and author.value == own else first.direction
    return (replace(first, authenticity=authenticity, author=person, direction=direction), *events[1:])


def signatures(raw: bytes, author: str, *, name_server: str = "") -> Authenticity | None:
    """What the signatures of a mail prove of its author; None when it has none or the DNS does not answer."""
    global _asked_again_at
    head = read_head(raw[:_HEAD])
    if head.header("dkim-signature") is None or time.monotonic() < _asked_again_at:
        return None
    resolver = _Keys(Resolver(name_server, SECONDS))
    signed = dkim.DKIM(raw, minkey=1024, timeout=1)
    domain = author.rpartition("@")[2]
    told: list[str] = []
    vouched = False
    for number in range(len(list(islice(head.texts("dkim-signature"), _MOST_SIGNATURES)))):
        try:
            holds = bool(signed.verify(idx=number, dnsfunc=resolver))
        except (dkim.DKIMException, ValueError, TypeError, KeyError, IndexError, UnicodeError):
            holds = False
        if resolver.is_away:
            _asked_again_at = time.monotonic() + _PAUSE
            return None
        signer = (signed.domain or b"").decode("ascii", "replace").lower()[:253]
        told.append(f"dkim={'pass' if holds else 'fail'} header.d={signer}")
        vouched = vouched or (holds and "." in signer and (domain == signer or domain.endswith(f".{signer}")))
    return Authenticity(Verdict.VERIFIED if vouched else Verdict.UNVERIFIED, "; ".join(told))


class _Keys:
    """Where dkimpy gets the keys from; `is_away` once the DNS did not answer."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self.is_away = False

    def __call__(self, name: bytes | str, timeout: int = 1) -> bytes | None:
        wanted = name.decode("ascii", "replace") if isinstance(name, bytes) else name
        records = self._resolver.ask(wanted.rstrip("."))
        self.is_away = self.is_away or records is None
        return records[0].encode() if records else None
