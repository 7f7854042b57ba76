"""Tickets for the frame of a chat: only who was given its page, on a site that may show it, begins a new session.

A browser enforces who embeds the frame (CSP, frame-ancestors). The ticket in the frame's page keeps programs that never
loaded it from making visitors by the thousand, and ends with its site's permission.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing

from inbox.chats.models import ChatWidget
from inbox.chats.origins import is_among
from inbox.common.clock import now

#: A page that was open for longer loads its frame again.
GOOD_FOR = timedelta(hours=12)


def frame_ticket(widget: ChatWidget, origin: str = "", *, at: datetime | None = None) -> str:
    """What the frame's page hands in with its first request; `origin` is the site it is on, "" where nobody says."""
    issued = int((at or now()).timestamp())
    return signing.Signer(salt=_salt(widget)).sign_object([issued, origin])


def is_good_ticket(widget: ChatWidget, ticket: str, *, at: datetime | None = None) -> bool:
    """Whether a frame's page of this chat was given it lately, on a site that may still show the chat."""
    try:
        issued, origin = signing.Signer(salt=_salt(widget)).unsign_object(ticket[:1000])
    except (signing.BadSignature, ValueError):
        return False
    age = (at or now()).timestamp() - issued
    return age <= GOOD_FOR.total_seconds() and may_embed(widget, origin)


def may_embed(widget: ChatWidget, origin: str) -> bool:
    """Whether a page of this origin may show the chat. Our own pages may, to try it; "" is for the browser to judge."""
    return not origin or origin == settings.SITE_URL or is_among(origin, widget.origins)


def _salt(widget: ChatWidget) -> str:
    return f"chat frame {widget.channel_id}"
