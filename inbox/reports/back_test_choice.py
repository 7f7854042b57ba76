"""The policies that rules would have applied to tickets, chosen along their logs as `sla.actions` chooses them.

At the opening, and after every change that may make another policy apply, the first match among those in force at
that instant counts from then on; without a match the policy stays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from inbox.agents.models import Team
from inbox.customers.models import Customer
from inbox.reports.back_test_rules import Rules
from inbox.reports.logs import Told, numbers, rows
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
    """A point in a log at which a policy is chosen: the instant, its event, and the facts that may change there."""

    at: int
    after: int
    priority: str
    team_id: int | None
    tags: frozenset[str]
    customer_id: int


class Case(NamedTuple):
    """A ticket for which policies are chosen, at the moments of its log; the first one is the opening."""

    subject: Subject
    moments: list[Moment]


class Chooser:
    """Chooses for many tickets at once; what the conditions do not ask for is not read."""

    def __init__(self, rules: Sequence[Rules]) -> None:
        self._asked = {field for one in rules for field in one.fields}
        kinds = _CHOOSING if not all(one.is_constant for one in rules) else ()
        self._kinds = list(kinds or (kind for kind in _CHOOSING if _FIELD_OF[kind] in self._asked))
        self._team_names: dict[int | None, str] = {None: "", **dict(Team.objects.values_list("pk", "name"))}
        self._segments: dict[int, str] = {}

    def cases(self, subjects: Mapping[int, Subject]) -> dict[int, Case]:
        """The moments at which policies were chosen for these tickets."""
        ids, found = numbers(list(subjects)), dict[int, Case]()
        for ticket_id, at, event_id, priority, team_id in rows(_OPENINGS, ids):
            subject = subjects[ticket_id]
            found[ticket_id] = Case(subject, [Moment(at, event_id, priority, team_id, _NO_TAGS, subject.customer_id)])
        if self._kinds:
            for ticket_id, changes in groupby(rows(_CHANGES, ids, self._kinds), key=itemgetter(0)):
                if ticket_id in found:
                    _follow(found[ticket_id].moments, list(changes))
        if "segment" in self._asked:
            self._ask_segments({moment.customer_id for case in found.values() for moment in case.moments})
        return found

    def _ask_segments(self, customers: set[int]) -> None:
        unknown = customers - self._segments.keys()
        self._segments |= dict(Customer.objects.filter(pk__in=unknown).values_list("pk", "segment"))

    def applied(self, rules: Rules, case: Case) -> list[Applied]:
        """The policies the rules apply to a ticket, in order."""
        subject, found = case.subject, list[Applied]()
        for moment in case.moments:
            team, segment = self._team_names.get(moment.team_id, ""), self._segments.get(moment.customer_id, "")
            facts = subject.channel_kind, moment.priority, team, moment.tags, segment, subject.language
            version = rules.choice(moment.at, facts)
            if version is not None and (not found or found[-1][2] != version):
                found.append((moment.at, moment.after, version))
        return found


_OPENINGS = """
    SELECT ticket_id, occurred_at, id, priority, team_id
    FROM inbox_ticketevent
    WHERE ticket_id = ANY(%s::bigint[]) AND kind = 'created'
"""
_CHANGES = """
    SELECT ticket_id, id, occurred_at, recorded_at, kind, priority, team_id,
           CASE WHEN kind IN ('tagged', 'untagged', 'customer_changed') THEN details END
    FROM inbox_ticketevent
    WHERE ticket_id = ANY(%s::bigint[]) AND kind = ANY(%s)
    ORDER BY ticket_id, id
"""


def _follow(moments: list[Moment], changes: Sequence[tuple[Any, ...]]) -> None:
    """Add a moment for each change of a ticket, however many events it was; the opening gets the customer of then.

    The tags of one change are recorded one by one, and the policy is chosen once, after the last.
    """
    tags: set[str] = set()
    changed = (row[7] for row in changes if row[4] == EventKind.CUSTOMER_CHANGED)
    asker = moments[0].customer_id = next((details["from"] for details in changed), moments[0].customer_id)
    for place, (_, event_id, at, recorded_at, kind, priority, team_id, details) in enumerate(changes):
        if kind == EventKind.TAGGED:
            tags.add(details["tag"])
        elif kind == EventKind.UNTAGGED:
            tags.discard(details["tag"])
        elif kind == EventKind.CUSTOMER_CHANGED:
            asker = details["to"]
        following = changes[place + 1] if place + 1 < len(changes) else None
        if following and (following[1], following[3], following[4]) == (event_id + 1, recorded_at, kind):
            continue
        moments.append(Moment(at, event_id, priority, team_id, frozenset(tags), asker))


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


def shape_with_policies(told: Told, applied: Sequence[Applied]) -> tuple[str, list[int]]:
    """The same of a log that is told by its shape, with numbers: the shape, and the instants of its events."""
    stood = zip(told.shape.split("\n"), zip(told.instants, told.ids or (), strict=True), strict=True)
    kept = [(line, place) for line, place in stood if not line.startswith("policy_applied|")]
    lines, places = [line for line, _ in kept], [place for _, place in kept]
    for at, after, version in applied:
        behind = bisect_right(places, (at, after))
        lines.insert(behind, f"policy_applied|||{version}||")
        places.insert(behind, (at, after))
    return "\n".join(lines), [at for at, _ in places]
