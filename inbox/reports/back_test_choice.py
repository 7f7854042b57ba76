"""The policies that rules would have applied to tickets, chosen along their logs as `sla.actions` chooses them.

At the opening, and after every change that may make another policy apply, the first match among those in force at
that instant counts from then on; without a match the policy stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from psycopg.types.numeric import Int8BinaryLoader

from inbox.agents.models import Team
from inbox.customers.models import Customer
from inbox.reports.back_test_rules import Rules
from inbox.sla.events import Event
from inbox.tickets.enums import EventKind

#: When a policy applied: the instant (microseconds), the event it came after, the version.
Applied = tuple[int, int, int]

_NO_TAGS: frozenset[str] = frozenset()
_CHOOSING = ("prioritized", "team_changed", "tagged", "untagged", "customer_changed")
_FIELD_OF = {
    "prioritized": "priority",
    "team_changed": "team",
    "tagged": "tag",
    "untagged": "tag",
    "customer_changed": "segment",
}


class Subject(NamedTuple):
    """What of a ticket is not in its log."""

    channel_id: int
    channel_kind: str
    team_id: int | None
    language: str
    customer_id: int


@dataclass(slots=True)
class Moment:
    """A point in a log at which a policy is chosen, and the facts that may change there."""

    at: int
    after: int
    priority: str
    team_id: int | None
    tags: frozenset[str]
    customer_id: int


class Chooser:
    """Chooses for many tickets at once; what the conditions do not ask for is not read."""

    def __init__(self, rules: Sequence[Rules]) -> None:
        self._asked = {field for one in rules for field in one.fields}
        kinds = _CHOOSING if not all(one.is_constant for one in rules) else ()
        self._kinds = list(kinds or (kind for kind in _CHOOSING if _FIELD_OF[kind] in self._asked))
        self._team_names: dict[int | None, str] = {None: "", **dict(Team.objects.values_list("pk", "name"))}
        self._segments: dict[int, str] = {}

    def moments(self, subjects: Mapping[int, Subject]) -> dict[int, list[Moment]]:
        """Where a policy may change after the opening, by ticket; tickets without such a place are left out."""
        found: dict[int, list[Moment]] = defaultdict(list)
        customers = {subject.customer_id for subject in subjects.values()}
        if self._kinds:
            for ticket_id, rows in _by_ticket(self._rows(list(subjects))):
                found[ticket_id] = list(_moments(rows, subjects[ticket_id].customer_id))
                customers |= {moment.customer_id for moment in found[ticket_id]}
        if "segment" in self._asked and (unknown := customers - self._segments.keys()):
            self._segments |= dict(Customer.objects.filter(pk__in=unknown).values_list("pk", "segment"))
        return found

    def _rows(self, ids: list[int]) -> list[tuple[Any, ...]]:
        connection.ensure_connection()
        with connection.connection.cursor(binary=True) as cursor:
            cursor.adapters.register_loader("timestamptz", Int8BinaryLoader)
            cursor.execute(_CHANGES, (ids, self._kinds))
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def applied(self, rules: Rules, subject: Subject, created: Event, moments: Sequence[Moment]) -> list[Applied]:
        """The policies the rules apply to a ticket, in order."""
        first = moments[0].customer_id if moments else subject.customer_id
        facts: dict[str, str | frozenset[str]] = {
            "channel": subject.channel_kind,
            "language": subject.language,
            "priority": created.priority,
            "team": self._team_names.get(created.team_id, ""),
            "tag": _NO_TAGS,
            "segment": self._segments.get(first, ""),
        }
        version = rules.choice(created.at, facts)
        found = [] if version is None else [(created.at, created.id, version)]
        for moment in moments[1:]:
            facts["priority"], facts["team"] = moment.priority, self._team_names.get(moment.team_id, "")
            facts["tag"], facts["segment"] = moment.tags, self._segments.get(moment.customer_id, "")
            version = rules.choice(moment.at, facts)
            if version is not None and (not found or found[-1][2] != version):
                found.append((moment.at, moment.after, version))
        return found


_CHANGES = """
    SELECT ticket_id, id, occurred_at, recorded_at, kind, priority, team_id,
           CASE WHEN kind IN ('tagged', 'untagged', 'customer_changed') THEN details END
    FROM inbox_ticketevent
    WHERE ticket_id = ANY(%s) AND kind = ANY(%s)
    ORDER BY ticket_id, id
"""


def _by_ticket(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    found: list[tuple[Any, ...]] = []
    for row in rows:
        if found and found[0][0] != row[0]:
            yield found[0][0], found
            found = []
        found.append(row)
    if found:
        yield found[0][0], found


def _moments(rows: Sequence[tuple[Any, ...]], customer_id: int) -> Iterator[Moment]:
    """The first stands for the opening, with the facts of then; each of the others for a change, however many events.

    The tags of one change are recorded one by one, and the policy is chosen once, after the last.
    """
    tags: set[str] = set()
    changed = (row[7] for row in rows if row[4] == EventKind.CUSTOMER_CHANGED)
    asker = next((details["from"] for details in changed), customer_id)
    yield Moment(0, 0, "", None, _NO_TAGS, asker)
    for place, (_, event_id, at, recorded_at, kind, priority, team_id, details) in enumerate(rows):
        if kind == EventKind.TAGGED:
            tags.add(details["tag"])
        elif kind == EventKind.UNTAGGED:
            tags.discard(details["tag"])
        elif kind == EventKind.CUSTOMER_CHANGED:
            asker = details["to"]
        following = rows[place + 1] if place + 1 < len(rows) else None
        if following and (following[1], following[3], following[4]) == (event_id + 1, recorded_at, kind):
            continue
        yield Moment(at, event_id, priority, team_id, frozenset(tags), asker)


def with_policies(log: Sequence[Event], applied: Sequence[Applied]) -> Sequence[Event]:
    """The log as it would have been had these policies been applied, and no others."""
    events = [event for event in log if event.kind != EventKind.POLICY_APPLIED]
    stretch = 1
    if not {event.id for event in events}.isdisjoint(after + 1 for _, after, _ in applied):
        # There is no number left right behind an event: room is made between all.
        stretch = 2
        events = [event._replace(id=event.id * stretch) for event in events]
    return events + [
        Event(at, after * stretch + 1, "policy_applied", "", "", version, None, None, None, None)
        for at, after, version in applied
    ]


def own(log: Sequence[Event]) -> list[tuple[int, int | None]]:
    """The policies that were applied: the instant, the version."""
    return [(event.at, event.policy_version_id) for event in log if event.kind == "policy_applied"]
