"""The policies that rules would have applied to tickets, chosen along their logs as `sla.actions` chooses them.

At the opening, and after every change that may make another policy apply, the first match among those in force at
that instant counts from then on; without a match the policy stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from inbox.agents.models import Team
from inbox.customers.models import Customer
from inbox.reports.back_test_rules import Rules
from inbox.reports.logs import numbers, rows
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


@dataclass(slots=True)
class Course:
    """What a ticket's log says of policies: the moments at which one is chosen, and those that were applied.

    The first moment is the opening. `stood` has the instant and the version.
    """

    moments: list[Moment]
    stood: list[tuple[int, int | None]]


class Chooser:
    """Chooses for many tickets at once; what the conditions do not ask for is not read."""

    def __init__(self, rules: Sequence[Rules]) -> None:
        self._asked = {field for one in rules for field in one.fields}
        kinds = _CHOOSING if not all(one.is_constant for one in rules) else ()
        self._kinds = list(kinds or (kind for kind in _CHOOSING if _FIELD_OF[kind] in self._asked))
        self._team_names: dict[int | None, str] = {None: "", **dict(Team.objects.values_list("pk", "name"))}
        self._segments: dict[int, str] = {}

    def courses(self, subjects: Mapping[int, Subject]) -> dict[int, Course]:
        """How policies were chosen for these tickets."""
        ids, found = numbers(list(subjects)), dict[int, Course]()
        for ticket_id, at, event_id, is_opening, priority, team_id, version in rows(_OPENINGS, ids):
            if is_opening:
                opening = Moment(at, event_id, priority, team_id, _NO_TAGS, subjects[ticket_id].customer_id)
                found[ticket_id] = Course([opening], [])
            elif ticket_id in found:
                found[ticket_id].stood.append((at, version))
        if self._kinds:
            for ticket_id, changes in groupby(rows(_CHANGES, ids, self._kinds), key=itemgetter(0)):
                if ticket_id in found:
                    _follow(found[ticket_id].moments, list(changes))
        if "segment" in self._asked:
            self._ask_segments({moment.customer_id for course in found.values() for moment in course.moments})
        return found

    def _ask_segments(self, customers: set[int]) -> None:
        unknown = customers - self._segments.keys()
        self._segments |= dict(Customer.objects.filter(pk__in=unknown).values_list("pk", "segment"))

    def applied(self, rules: Rules, subject: Subject, moments: Sequence[Moment]) -> list[Applied]:
        """The policies the rules apply to a ticket, in order."""
        found: list[Applied] = []
        for moment in moments:
            team, segment = self._team_names.get(moment.team_id, ""), self._segments.get(moment.customer_id, "")
            facts = subject.channel_kind, moment.priority, team, moment.tags, segment, subject.language
            version = rules.choice(moment.at, facts)
            if version is not None and (not found or found[-1][2] != version):
                found.append((moment.at, moment.after, version))
        return found


_OPENINGS = """
    SELECT ticket_id, occurred_at, id, kind = 'created', priority, team_id, policy_version_id
    FROM inbox_ticketevent
    WHERE ticket_id = ANY(%s::bigint[]) AND kind IN ('created', 'policy_applied')
    ORDER BY ticket_id, kind = 'policy_applied', occurred_at, id
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
