"""A report's tables as files: plain numbers (seconds, percent), instants in ISO 8601, cells no spreadsheet executes."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from inbox.reports import queries
from inbox.reports.figures import Share
from inbox.reports.listing import Line, Listing
from inbox.reports.report import times
from inbox.reports.scope import Grouping, Scope
from inbox.reports.words import FIGURE_NAMES, TARGET_NAMES
from inbox.surveys.scores import Interval

_EXECUTABLE = ("=", "+", "-", "@", "\t", "\r")
_AT_ONCE = 500

Row = list[object]
Table = tuple[list[str], Iterable[Row]]


def safe_cell(value: object) -> object:
    """The cell as a spreadsheet may open it: text that begins like a formula gets an apostrophe (OWASP)."""
    if isinstance(value, str | Promise):
        text = str(value)
        return f"'{text}" if text.startswith(_EXECUTABLE) else text
    return "" if value is None else value


class _Echo:
    """Gives back what is written, so that a file can leave line by line."""

    def write(self, text: str) -> str:
        return text


def csv_lines(table: Table) -> Iterator[str]:
    """The table as CSV (RFC 4180), line by line; the mark at its start tells spreadsheets that it is UTF-8."""
    header, rows = table
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([safe_cell(cell) for cell in header])
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def levels_table(scope: Scope) -> Table:
    """Each target: its share with the interval, the counts, what is left out, the period before."""
    header = [_("Target"), _("Met"), _("Missed"), *_share_header(), _("Waived"), _("Running"), _("Without a target")]
    header += [_("Met before"), _("Missed before"), _("Share before in %")]
    return header, [
        [
            str(TARGET_NAMES[target]),
            level.share.count,
            level.share.rest,
            *_share(level.share),
            level.waived,
            level.running,
            level.untargeted,
            level.before.count,
            level.before.rest,
            _round(level.before.percent),
        ]
        for target, level in queries.levels(scope).items()
    ]


def times_table(scope: Scope) -> Table:
    """How long it took, in seconds."""
    header = [_("Figure"), _("Number"), _("Median in s"), _("90th percentile in s"), _("Mean in s")]
    header += [_("Mean from"), _("Mean to"), _("Not finished")]
    rows: list[Row] = []
    for time in times(scope, queries.levels(scope)):
        name = str(TARGET_NAMES[time.target] if time.target else FIGURE_NAMES[time.name])
        spread = time.durations
        numbers = [_round(number) for number in (spread.median, spread.p90, spread.mean, *_bounds(spread.interval))]
        rows.append([name, spread.n, *numbers, spread.nulls])
    return header, rows


def days_table(scope: Scope, target: str) -> Table:
    """The share of each day."""
    rows: list[Row] = [
        [day.day.isoformat(), day.share.count, day.share.rest, *_share(day.share)]
        for day in queries.by_day(scope, target)
    ]
    return [_("Day"), _("Met"), _("Missed"), *_share_header()], rows


def hours_table(scope: Scope, target: str) -> Table:
    """The missed runs by weekday (Monday 1) and hour; what is not there is 0."""
    found = sorted(queries.by_hour(scope, target).items())
    return [_("Weekday"), _("Hour"), _("Missed")], [[weekday, hour, count] for (weekday, hour), count in found]


def groups_table(scope: Scope, by: Grouping, names: Mapping[int | str | None, str]) -> Table:
    """The comparison."""
    header = [str(by.label), _("Tickets"), _("Replies"), _("Median in s"), _("90th percentile in s"), _("Mean in s")]
    header += [_("Met"), _("Missed"), *_share_header(), _("Resolved cycles"), _("With one reply")]
    header += [_("Answers"), _("Ease"), _("Ease from"), _("Ease to")]
    rows: list[Row] = []
    for group in queries.groups(scope, by, names):
        ease, replies = group.ease, group.replies
        mean = (ease.value, *_bounds(ease.interval)) if ease.is_enough else (None, None, None)
        rows.append(
            [
                group.name,
                group.tickets,
                replies.n,
                *(_round(number) for number in (replies.median, replies.p90, replies.mean)),
                group.share.count,
                group.share.rest,
                *_share(group.share),
                group.one_reply.n,
                group.one_reply.count,
                ease.n,
                *(_round(number) for number in mean),
            ]
        )
    return header, rows


def tickets_table(listing: Listing, zone: ZoneInfo) -> Table:
    """The rows behind a number, read from the database as they leave."""
    header = [_("Ticket"), _("Subject"), _("Customer"), _("Channel"), _("Team"), _("Agent"), _("When")]
    header += [_("Seconds"), _("Outcome"), _("Detail")]
    return header, (_ticket_row(line, zone) for line in _all_lines(listing))


def _all_lines(listing: Listing) -> Iterator[Line]:
    for row in listing.rows.iterator(chunk_size=_AT_ONCE):
        yield listing.line(row)


def _ticket_row(line: Line, zone: ZoneInfo) -> Row:
    ticket = line.ticket
    people = [str(ticket.customer), str(ticket.channel), line.team, line.agent]
    return [ticket.ref, ticket.subject, *people, _instant(line.at, zone), line.seconds, line.outcome, line.detail]


def _instant(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds") if at else ""


def _share_header() -> list[str]:
    return [_("Share in %"), _("From"), _("To")]


def _share(share: Share) -> list[float | None]:
    return [_round(number) for number in (share.percent, *_bounds(share.interval))]


def _bounds(interval: Interval | None) -> tuple[float | None, float | None]:
    return (interval.low, interval.high) if interval else (None, None)


def _round(number: float | None) -> float | None:
    return None if number is None else round(number, 2)
