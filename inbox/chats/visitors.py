"""Visitors: arriving, being seen, saying who they are, being blocked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.chats.enums import StepKind
from inbox.chats.models import Visitor, VisitorStep
from inbox.chats.trust_models import AddressBlock
from inbox.common.addresses import network_of
from inbox.common.clock import now
from inbox.common.rows import inserting, updating, write
from inbox.common.text import one_line
from inbox.live.announce import announce

#: Someone of whom an open page was heard within this is on the site now.
ON_SITE = timedelta(seconds=150)
#: Coming back after this is another visit.
VISIT_GAP = timedelta(minutes=30)
MOST_STEPS = 200
#: Addresses change hands.
ADDRESS_BLOCKED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Page:
    """Where a visitor is: the page of the host that embeds the widget."""

    url: str = ""
    title: str = ""
    referrer: str = ""


def arrive(
    channel: Channel,
    *,
    page: Page,
    language: str = "",
    time_zone: str = "",
    device: str = "",
    remote_addr: str = "",
    at: datetime | None = None,
) -> Visitor:
    """A browser nobody has seen yet."""
    at = at or now()
    visitor = Visitor.objects.create(
        channel=channel,
        language=language[:10],
        time_zone=time_zone[:64],
        device=one_line(device, 120),
        remote_addr=remote_addr[:64],
        referrer=page.referrer[:1000],
        page_url=page.url[:1000],
        page_title=one_line(page.title, 300),
        page_since=at,
        first_seen_at=at,
        seen_at=at,
    )
    if page.url:
        VisitorStep.objects.create(
            visitor=visitor, kind=StepKind.PAGE, url=visitor.page_url, title=visitor.page_title, at=at
        )
    _tell(visitor)
    return visitor


def see(
    visitor: Visitor,
    *,
    page: Page | None = None,
    context: Mapping[str, Any] | None = None,
    steps: tuple[VisitorStep, ...] = (),
    at: datetime | None = None,
    **values: Any,
) -> Visitor:
    """A sign of life: where he is now, what the site told of him (replacing what it told before), what he did.

    `steps` are unsaved. `values` are further fields of the visitor.
    """
    at = at or now()
    changed: dict[str, Any] = {"seen_at": at, "ended_at": None, **values}
    if at - visitor.seen_at > VISIT_GAP:
        changed["visits"] = visitor.visits + 1
    is_moved = bool(page and page.url and page.url[:1000] != visitor.page_url)
    if page and is_moved:
        changed |= {"page_url": page.url[:1000], "page_title": one_line(page.title, 300), "page_since": at}
        steps = (VisitorStep(kind=StepKind.PAGE, url=page.url[:1000], title=one_line(page.title, 300), at=at), *steps)
    if context is not None:
        changed["context"] = dict(context)
    for name, value in changed.items():
        setattr(visitor, name, value)
    for step in steps:
        step.visitor = visitor
    write(*([inserting(steps)] if steps else []), updating(visitor, list(changed)))
    if is_moved or "visits" in changed:
        _tell(visitor)
    return visitor


def leave(visitor: Visitor, *, at: datetime | None = None) -> None:
    """His last page was closed."""
    visitor.ended_at = at or now()
    visitor.save(update_fields=["ended_at"])
    _tell(visitor)


def block(visitor: Visitor, *, by: Agent, with_address: bool = False, at: datetime | None = None) -> Visitor:
    """Hear nothing more from this browser; for a week, if so wished, nor from unknown ones at its address."""
    at = at or now()
    if with_address and visitor.remote_addr:
        AddressBlock.objects.update_or_create(
            channel=visitor.channel,
            visitor=visitor,
            network=network_of(visitor.remote_addr),
            defaults={"until": at + ADDRESS_BLOCKED_FOR},
        )
    if visitor.blocked_at is None:
        visitor.blocked_at, visitor.blocked_by = at, by
        visitor.save(update_fields=["blocked_at", "blocked_by"])
        _tell(visitor)
        announce("chat", {"visitor": visitor.pk, "what": "blocked"})
    return visitor


def unblock(visitor: Visitor, *, by: Agent) -> Visitor:
    """Let him write again, and others from where he is."""
    AddressBlock.objects.filter(visitor=visitor).delete()
    visitor.blocked_at, visitor.blocked_by = None, None
    visitor.save(update_fields=["blocked_at", "blocked_by"])
    _tell(visitor)
    return visitor


def _tell(visitor: Visitor) -> None:
    """Ring for the list of visitors on the site."""
    announce("visitors", {"visitor": visitor.pk})
