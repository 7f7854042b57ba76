"""Numbers of reports in the reader's language, and the addresses of what is behind them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from inbox.reports.explain import IN_STATE, Edge, Explanation
from inbox.reports.figures import Share
from inbox.reports.listing import Line
from inbox.reports.scope import NONE
from inbox.reports.words import REASONS, WAIVED_BECAUSE
from inbox.surveys.scores import Interval
from inbox.tickets.enums import EventKind, State
from inbox.tickets.models import TicketEvent
from inbox.workspace import report_charts as charts
from inbox.workspace import time_bar, wording

register = template.Library()
_HOUR = 3600


@register.filter
def percent(value: float | Share | None) -> str:
    """A share as "94.2 %"; "–" where there were no cases."""
    number = value.percent if isinstance(value, Share) else value
    if number is None:
        return "–"
    return pgettext("share", "%(number)s %%").replace(" ", "\u00a0") % {"number": _rounded(number)}


@register.filter
def bounds(interval: Interval | None) -> str:
    """An interval as "92.4–95.6"."""
    return f"{_rounded(interval.low)}–{_rounded(interval.high)}" if interval else ""


@register.filter
def points(value: float) -> str:
    """The size of a change, without its sign."""
    return str(number_format(round(abs(value), 1), 1))


@register.filter
def whole(value: float | None) -> str:
    """A number without decimals."""
    return "–" if value is None else str(number_format(round(value), 0))


@register.filter
def whole_bounds(interval: Interval | None) -> str:
    """An interval without decimals."""
    return f"{whole(interval.low)}–{whole(interval.high)}" if interval else ""


def _rounded(number: float) -> str:
    """With one decimal: only what is all says 100, only what is none says 0."""
    # `number_format` does not round, it cuts off.
    if 0 < number < 100:
        return str(number_format(min(99.9, max(0.1, round(number, 1))), 1))
    return str(number_format(round(number, 1), 0 if number in (0, 100) else 1))


@register.filter
def spent(seconds: float | None, basis: str = "elapsed") -> str:
    """A duration; business hours are never put together to days, for a day of them is none of 24 hours."""
    if basis == "elapsed" or seconds is None or seconds < 24 * _HOUR:
        return wording.duration(seconds)
    minutes = round(seconds / 60)
    patterns = wording.patterns()
    hours, minute = divmod(minutes, 60)
    return patterns["hours" if minute else "hours-only"].format(h=hours, mm=f"{minute:02d}")


@register.filter
def spent_bounds(interval: Interval | None, basis: str = "elapsed") -> str:
    """An interval of durations."""
    return f"{spent(interval.low, basis)} – {spent(interval.high, basis)}" if interval else ""


@register.filter
def exactly(seconds: float | None, is_over: bool = True) -> str:
    """A duration to the second, as "9:05:30"; what lies below a second is told in full, once it `is_over`."""
    if seconds is None:
        return "–"
    seconds = seconds if is_over else int(seconds)
    whole_seconds = int(seconds)
    hours, rest = divmod(whole_seconds, _HOUR)
    minutes, second = divmod(rest, 60)
    fraction = f"{seconds - whole_seconds:.6f}"[1:].rstrip("0").rstrip(".")
    return f"{hours}:{minutes:02d}:{second:02d}{fraction}"


@register.filter
def item(mapping: Mapping[str, Any], key: object) -> Any:
    """The value of a key that is itself a variable."""
    return mapping[str(key)]


@register.filter
def across(percent: float) -> str:
    """A place in a drawing, in percent of its width."""
    return charts.across(percent)


@register.filter
def breadth(interval: Interval) -> str:
    """How wide an interval of percent is drawn; an empty one is still seen."""
    return charts.across(max(interval.high - interval.low, 0.6))


@register.filter
def part_of(count: int, whole_count: int) -> float:
    """A count in percent of all."""
    return 100 * count / whole_count if whole_count else 0.0


@register.filter
def reason_name(reason: str) -> str:
    """Why a stretch of time counts or not: the hours, or the state the ticket was in."""
    return str(REASONS.get(reason) or State(reason.removeprefix(IN_STATE)).label)


@register.filter
def waived_because(reason: str) -> str:
    """Why a clock was waived."""
    return str(WAIVED_BECAUSE.get(reason, reason))


@register.filter
def edge_words(edge: Edge) -> str:
    """What a part of a figure begins or ends with, where it is no event."""
    return {
        Edge.OPENING: _("opening"),
        Edge.CLOSING: _("closing"),
        Edge.TARGET: _("target passed"),
        Edge.NOW: _("now"),
    }.get(edge, "")


@register.filter
def bar_words(kind: str) -> str:
    """What the parts of a time bar of this kind are."""
    return {
        time_bar.COUNTED: _("counted"),
        time_bar.LATE: _("counted, after the target"),
        time_bar.CLOSED: _("closed hours, not counted"),
        time_bar.PAUSED: _("paused, not counted"),
        time_bar.LEFT_OUT: _("not counted"),
        time_bar.AHEAD: _("left until the target"),
    }[kind]


@register.filter
def sign_words(kind: str, is_over: bool = False) -> str:
    """What a sign of a time bar says."""
    return {
        "warned": _("warning"),
        "missed": _("target passed"),
        "due": _("target would have passed") if is_over else _("target passes"),
        "now": _("now"),
    }[kind]


@register.simple_tag(takes_context=True)
def bar_summary(context: Context, bar: time_bar.TimeBar, explained: Explanation) -> str:
    """A time bar for those who do not see it: from when to when, its sums and its signs; the table has the rest."""
    now = context.get("now")
    sums = [f"{bar_words(kind)} {spent(seconds, context['counts'])}" for kind, seconds in bar.sums.items()]
    signs = [f"{sign_words(sign.kind, explained.is_over)} {wording.clock_time(sign.at, now)}" for sign in bar.signs]
    span = _("From %(start)s to %(end)s") % {
        "start": wording.clock_time(bar.start, now),
        "end": wording.clock_time(bar.end, now),
    }
    return "; ".join([span, *sums, *signs])


@register.simple_tag(takes_context=True)
def part_summary(context: Context, piece: time_bar.Piece) -> str:
    """A piece of a time bar, for the pointer that rests on it."""
    now, part = context.get("now"), piece.part
    if piece.kind == time_bar.AHEAD:
        return bar_words(piece.kind)
    return _("%(start)s – %(end)s, %(reason)s: %(length)s") % {
        "start": wording.clock_time(part.start, now),
        "end": wording.clock_time(part.end, now),
        "reason": reason_name(part.reason),
        "length": exactly(part.seconds),
    }


@register.filter
def figure_in(explanation: Explanation, counts: str) -> float:
    """The figure in seconds, counted as asked: elapsed, business or used."""
    seconds: float = getattr(explanation, counts)
    return seconds


@register.simple_tag(takes_context=True)
def event_link(context: Context, event: TicketEvent) -> SafeString:
    """An event in a few words, leading to its message in the ticket where it has one."""
    words = event_words(event)
    if not event.message_id:
        return format_html("{}", words)
    ticket = "" if context.get("beside_the_ticket") else reverse("workspace:ticket", args=[event.ticket_id])
    return format_html('<a href="{}#message-{}">{}</a>', ticket, event.message_id, words)


@register.filter
def event_words(event: TicketEvent) -> str:
    """An event in a few words: what happened, and who did it."""
    who = event.agent or event.customer
    what = event.get_kind_display()
    if event.kind == EventKind.MERGED_IN and event.details.get("waiting_since"):
        since = wording.clock_time(datetime.fromisoformat(event.details["waiting_since"]))
        words = {"number": event.details["ticket"], "time": since}
        what = _("From T-%(number)s, merged: waiting since %(time)s") % words
    return f"{what}, {who}" if who else what


@register.filter
def day_name(day: date) -> str:
    """A day in a chart."""
    return date_format(day, pgettext("day format", "j M"))


@register.filter
def weekday_name(number: int) -> str:
    """A weekday (Monday 1), short."""
    return str(WEEKDAYS_ABBR[number - 1])


@register.filter
def hour_name(hour: int) -> str:
    """An hour of the day."""
    return _("%(hour)s–%(next)s h") % {"hour": hour, "next": hour + 1}


@register.simple_tag(takes_context=True)
def behind(context: Context, figure: str, **parts: Any) -> str:
    """The address of the tickets behind a number: the page's own filters, and the part given."""
    return f"{reverse('workspace:report_tickets')}?{urlencode(with_filters(context, {'figure': figure, **parts}))}"


@register.simple_tag(takes_context=True)
def behind_group(context: Context, key: object, figure: str, **parts: Any) -> str:
    """The same for a row of the comparison."""
    by = str(context["asked"].by)
    return behind(context, figure, **parts, **{by: NONE if key is None else key})


@register.simple_tag(takes_context=True)
def same_report(context: Context, **changes: Any) -> str:
    """The address of the same report with something chosen differently."""
    address = reverse(context.get("report_address", "workspace:reports"))
    return f"{address}?{urlencode(with_filters(context, changes))}"


@register.simple_tag(takes_context=True)
def table_file(context: Context, table: str, suffix: str = "csv") -> str:
    """The address of a table as a file."""
    name = "report_survey_table" if "report_address" in context else "report_table"
    return f"{reverse(f'workspace:{name}', args=[table, suffix])}?{urlencode(with_filters(context, {}))}"


@register.simple_tag(takes_context=True)
def tickets_page(context: Context, page: int) -> str:
    """The address of another page of the same list."""
    return (
        f"{reverse('workspace:report_tickets')}?{urlencode(with_filters(context, {**context['parts'], 'page': page}))}"
    )


@register.simple_tag(takes_context=True)
def tickets_file(context: Context, suffix: str = "csv") -> str:
    """The address of the same list as a file."""
    query = urlencode(with_filters(context, context["parts"]))
    return f"{reverse('workspace:report_tickets_file', args=[suffix])}?{query}"


@register.simple_tag(takes_context=True)
def explained(context: Context, line: Line) -> str:
    """The address of the explanation of a line."""
    basis = {"basis": context["asked"].scope.basis.value}
    address = reverse("workspace:report_explanation", args=[line.ticket.ref])
    return f"{address}?{urlencode({**line.explained_by, **basis})}"


@register.simple_tag(takes_context=True)
def other_basis(context: Context, counts: str) -> str:
    """The address of the same explanation, counted differently: elapsed, business or used."""
    given = {name: value for name, value in context["request"].GET.items() if name not in ("basis", "counts")}
    return f"?{urlencode({**given, 'counts' if counts == 'used' else 'basis': counts})}"


_CHOICES = ("team", "channel", "priority", "agent", "cohort", "basis", "topic", "language", "segment", "version")


@register.simple_tag(takes_context=True)
def chosen_filters(context: Context) -> list[tuple[str, str]]:
    """The filters that are set, each with its name and value, and the part of a chart a list is narrowed to."""
    asked = context["asked"]
    found = [
        (str(field.label), str(dict(field.field.choices)[field.value()]))
        for field in (asked.form[name] for name in _CHOICES if name in asked.form.fields)
        if field.name in asked.query
    ]
    scope = asked.scope
    if scope.day is not None:
        found.append((_("Day"), day_name(scope.day)))
    if scope.weekday is not None:
        found.append((_("Weekday"), weekday_name(scope.weekday)))
    if scope.hour is not None:
        found.append((_("Hour"), hour_name(scope.hour)))
    return found


def with_filters(context: Context, changes: dict[str, Any]) -> dict[str, str]:
    """The query of the page with something changed."""
    query = {**context["asked"].query, **{name: str(value) for name, value in changes.items()}}
    return {name: value for name, value in query.items() if value != ""}
