"""How soon a visitor can expect an answer: what the last days' chats had to wait, never a guess."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from inbox.chats.models import ChatWidget
from inbox.common.clock import now
from inbox.reports.rows import COMPLETED
from inbox.sla.access import hours
from inbox.sla.enums import TargetKind
from inbox.sla.hours import ALWAYS_OPEN
from inbox.sla.models import Clock

PERIOD = timedelta(days=14)
#: Fewer first replies than these say nothing.
FEWEST = 10
_MOST = 1000
_KEPT_SECONDS = 300
#: Seconds, and minutes.
_MINUTE, _HOUR = 60, 60
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReplyTime:
    """The median wait for the first reply of a person, in seconds of the chat's open time, over so many replies."""

    seconds: float
    replies: int

    @property
    def minutes(self) -> int:
        """Rounded as people would: 0 for less than one, to five from ten on, to whole hours from one on."""
        minutes = self.seconds / _MINUTE
        if minutes < 1:
            return 0
        if minutes < 10:
            return round(minutes)
        return round(minutes / 5) * 5 if minutes < 57.5 else max(round(minutes / _HOUR), 1) * _HOUR

    def __str__(self) -> str:
        minutes = self.minutes
        if not minutes:
            return _("under a minute")
        if minutes < _HOUR:
            return ngettext("about %(n)s minute", "about %(n)s minutes", minutes) % {"n": minutes}
        return ngettext("about %(n)s hour", "about %(n)s hours", minutes // _HOUR) % {"n": minutes // _HOUR}


def expected_reply(widget: ChatWidget) -> ReplyTime | None:
    """How long visitors of this chat waited lately, as of a few minutes ago; None where too few were answered."""
    key = f"chat-reply-time:{widget.channel_id}:{widget.calendar_id}"
    try:
        kept = cache.get(key)
        if kept is None:
            found = measured(widget)
            kept = [found.seconds, found.replies] if found else []
            cache.set(key, kept, _KEPT_SECONDS)
    except RedisError as error:
        log.warning("chats: the expected reply time is measured each time: %s", error)
        return measured(widget)
    return ReplyTime(*kept) if kept else None


def measured(widget: ChatWidget, at: datetime | None = None) -> ReplyTime | None:
    """What the first replies of the last days took that were asked for while the chat was open."""
    at = at or now()
    runs = Clock.objects.filter(
        COMPLETED,
        target=TargetKind.FIRST_RESPONSE,
        stopped_at__gt=at - PERIOD,
        stopped_at__lte=at,
        ticket__channel=widget.channel_id,
        ticket__figures__excluded="",
    )
    opening = hours(widget.calendar_id) if widget.calendar_id else ALWAYS_OPEN
    waits = [
        opening.open_between(asked, answered).total_seconds()
        for asked, answered in runs.order_by("-stopped_at").values_list("started_at", "stopped_at")[:_MOST]
        if answered and opening.is_open(asked)
    ]
    return ReplyTime(median(waits), len(waits)) if len(waits) >= FEWEST else None
