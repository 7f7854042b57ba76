"""The bell: how many notices an agent has not seen, and how one of them is said."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.channels.enums import AccountWarning
from inbox.escalations.queries import unseen
from inbox.sla.enums import TargetKind
from inbox.sla.models import Notice
from inbox.tickets.enums import EventKind

#: More are not counted on the bell.
_MOST = 99


def bell_of(agent: Agent, path: str) -> dict[str, Any]:
    """What the bell shows on the page at `path`."""
    ids = list(unseen(agent).order_by("-id").values_list("id", flat=True)[: _MOST + 1])
    return {
        "bell": {
            "count": len(ids),
            "shown": f"{_MOST}+" if len(ids) > _MOST else str(len(ids)),
            "newest": ids[0] if ids else 0,
            "is_current": path.startswith(reverse("workspace:notices")),
        }
    }


def about_channel(notice: Notice) -> str:
    """What a notice tells of its channel."""
    return str(AccountWarning(notice.about).label) if notice.about in AccountWarning else notice.about


def said_of(notice: Notice) -> str:
    """A notice in one sentence."""
    if notice.channel:
        return _("%(channel)s: %(news)s") % {"channel": notice.channel.name, "news": about_channel(notice)}
    if notice.ticket is None:
        return ""
    words = {
        "ref": notice.ticket.ref,
        "subject": notice.ticket.subject or _("No subject"),
    }
    if notice.event_id and notice.is_breach:
        return _("Follow-up late: %(ref)s %(subject)s") % words
    if notice.event and notice.event.kind == EventKind.RECEIVED:
        return _("Reply window closes soon: %(ref)s %(subject)s") % words
    if notice.event_id:
        return _("Back from snooze: %(ref)s %(subject)s") % words
    words["target"] = str(TargetKind(notice.target).label)
    if notice.is_breach:
        return _("%(target)s missed: %(ref)s %(subject)s") % words
    return _("%(target)s due soon: %(ref)s %(subject)s") % words
