"""Until when a ticket can be put off: a few sensible instants, or one of the agent's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo

from django.utils import timezone
from django.utils.translation import gettext as _

from inbox.common.clock import now
from inbox.sla.actions import hours_of
from inbox.sla.hours import Hours
from inbox.tickets.actions import Refused
from inbox.tickets.models import Ticket
from inbox.workspace.composing import Later, typed_time

_DAWN, _MORNING, _NOON = time(5), time(9), time(12)
_WEEK = 7


def offers(ticket: Ticket, at: datetime) -> list[Later]:
    """Times after `at`, by the reader's clock: in three hours, tomorrow, next Monday, in a week; each once.

    On a Monday the next one is "in a week", on a Sunday it is "tomorrow".
    A morning begins when the hours that measure the ticket open, where they open in the morning of that day, else at 9.
    """
    local, zone = timezone.localtime(at), timezone.get_current_timezone()
    hours = hours_of(ticket.events.exclude(policy_version=None))
    soon = local.replace(second=0, microsecond=0) + timedelta(hours=3)
    today = local.date()
    found = [
        Later("later", _("Later today") if soon.date() == today else _("In three hours"), soon),
        Later("tomorrow", _("Tomorrow morning"), _morning(today + timedelta(days=1), hours, zone)),
        Later("monday", _("Next Monday"), _morning(_next_monday(today), hours, zone)),
        Later("week", _("In a week"), _morning(today + timedelta(days=_WEEK), hours, zone)),
    ]
    others = {one.at for one in found if one.key != "monday"}
    return [one for one in found if one.key != "monday" or one.at not in others]


def chosen_until(ticket: Ticket, given: Mapping[str, str]) -> datetime:
    """The instant a form or the address of an undo asks for. Raises `Refused` when it can't be read."""
    if offered := next((one.at for one in offers(ticket, now()) if one.key == given.get("later")), None):
        return offered
    at = typed_time(given.get("until", ""))
    if at is None:
        raise Refused(_("Choose a day and a time."))
    return at


def _next_monday(today: date) -> date:
    return today + timedelta(days=_WEEK - today.weekday())


def _morning(day: date, hours: Hours, zone: tzinfo) -> datetime:
    """When the day begins at work; hours that are open at dawn already say nothing about that."""
    dawn = datetime.combine(day, _DAWN, zone)
    opening = next(iter(hours.spans_between(dawn, datetime.combine(day, _NOON, zone))), None)
    if opening is None or opening[0] <= dawn:
        return datetime.combine(day, _MORNING, zone)
    return opening[0].astimezone(zone)
