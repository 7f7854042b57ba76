"""Who opens the links of a survey: people, and the programs that look through mails before them.

No opening is an answer. Each is kept with what it was, so that reports can say how many of programs were ignored, and
so that a form sent by whoever behaved like a program is confirmed by one more tap before it counts: no person's answer
is lost, however his network behaves. Of an address and a browser only a hash is kept that is another one in each
invitation.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q

from inbox.common import tokens
from inbox.surveys.enums import HitKind
from inbox.surveys.models import Invitation, LinkHit

#: So many openings of an invitation are kept, and so many of them within a minute.
LIMIT, MINUTE_LIMIT = 200, 60
#: Whoever opens so many scores of one invitation within so long opens all links.
BURST_SCORES, BURST = 3, timedelta(seconds=10)
#: Nobody reads a page and sends its form within so long.
READING = timedelta(seconds=1)
_FORM = "survey form"
_CONFIRMED = "survey confirmation"


def visitor_of(invitation: Invitation, address: str, browser: str) -> str:
    """A name for whoever comes from this address with this browser, of no use beyond this invitation."""
    said = f"survey visitor\0{invitation.pk}\0{address}\0{browser}".encode()
    return hmac.digest(settings.LINK_SIGNING_KEY.encode(), said, hashlib.sha256).hex()[:16]


def seen(invitation: Invitation, visitor: str, kind: HitKind, score: int | None, at: datetime) -> None:
    """Keep that a link was opened. The openings of one who opens all links at once are marked as such."""
    if _is_full(invitation, at):
        return
    LinkHit.objects.create(invitation=invitation, visitor=visitor, kind=kind, score=score, at=at)
    # Read after writing: of openings at the same instant the last one sees all others.
    lately = LinkHit.objects.filter(invitation=invitation, visitor=visitor, at__gt=at - BURST, at__lte=at)
    if _is_burst(list(lately.values_list("at", "score"))):
        lately.filter(kind=HitKind.VIEW).update(kind=HitKind.BURST)


def is_program(invitation: Invitation, visitor: str, stamp: str, at: datetime) -> bool:
    """Whether a form that carries `stamp` may have been sent by a program, and is to be confirmed.

    It may when its sender never opened the page, asked for headers only, opened what no person sees or all links at
    once; when all links were opened this moment by anybody and nobody can have read the page since; and when so much
    was opened that not all of it was kept.
    """
    issued_at = stamped_at(invitation, stamp)
    if issued_at is None or _is_full(invitation, at):
        return True
    hits = LinkHit.objects.filter(invitation=invitation)
    own = list(hits.filter(visitor=visitor).values_list("at", "score", "kind"))
    if any(kind in (HitKind.HEAD, HitKind.BURST, HitKind.TRAP) for _, _, kind in own):
        return True
    if _is_burst([(when, score) for when, score, _ in own]):
        return True
    return at - issued_at < READING and _is_burst(list(hits.filter(at__gt=at - BURST).values_list("at", "score")))


def stamp_of(invitation: Invitation, at: datetime) -> str:
    """What a form of this invitation carries: when it was shown, signed."""
    return tokens.sign(f"{_FORM} {invitation.pk}", _milliseconds(at))


def stamped_at(invitation: Invitation, stamp: str) -> datetime | None:
    """When the form with this stamp was shown; None for a stamp that is none of ours for this invitation."""
    return _instant(tokens.unsign(f"{_FORM} {invitation.pk}", stamp))


def confirmation_of(invitation: Invitation, at: datetime) -> str:
    """What the page carries that asks for one more tap."""
    return tokens.sign(f"{_CONFIRMED} {invitation.pk}", _milliseconds(at))


def is_confirmed(invitation: Invitation, confirmation: str, at: datetime) -> bool:
    """True for the tap on that page, when there was time to see it."""
    asked_at = _instant(tokens.unsign(f"{_CONFIRMED} {invitation.pk}", confirmation))
    return asked_at is not None and at - asked_at >= READING


def _is_full(invitation: Invitation, at: datetime) -> bool:
    lately = Count("pk", filter=Q(at__gt=at - timedelta(minutes=1)))
    kept = LinkHit.objects.filter(invitation=invitation).aggregate(all=Count("pk"), lately=lately)
    return bool(kept["all"] >= LIMIT or kept["lately"] >= MINUTE_LIMIT)


def _is_burst(opened: Sequence[tuple[datetime, int | None]]) -> bool:
    scored = sorted((when, score) for when, score in opened if score is not None)
    return any(
        len({score for when, score in scored if start <= when < start + BURST}) >= BURST_SCORES for start, _ in scored
    )


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
