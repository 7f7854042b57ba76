"""Many logs judged by what they have in common: logs of one shape differ in their instants only.

Which events start, aim, pause and stop a clock follows from their kinds and their order, not from when they happened.
So `History` reads each shape once, with clocks that only note what they are told (`Script`); the clocks of every
ticket of that shape are then told the same, each thing at the ticket's own instant. Logs with merges, splits or what
was undone have no script: they are read one by one.

A shape is a text with a line for each event that clocks may hear of, in the order of the log (`LINE`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from inbox.sla.clocks import TickingClock, Verdict
from inbox.sla.events import Event
from inbox.sla.history import KINDS, History
from inbox.sla.hours import ALWAYS_OPEN, Hours
from inbox.sla.policy import PolicyTerms, Target

#: What a line of a shape says of an event, "|" between: `customer` is "1" for an event of a customer, `by` a detail.
LINE = ("kind", "author_kind", "priority", "policy_version_id", "customer", "by")
#: The kinds that there are lines of, behind the first event, which may be any. Who is assigned is nothing to clocks.
TELLING = KINDS - {"assigned"}
_MOST_SCRIPTS = 20_000

#: The kinds of which the order says all. The others look at instants or at single messages.
_PLAIN = {
    "received",
    "replied",
    "called",
    "no_reply_needed",
    "opened",
    "reopened",
    "pended",
    "held",
    "resolved",
    "closed",
    "prioritized",
    "policy_applied",
}

#: What a clock is told, at which place of the log.
_Step = tuple[Callable[..., None], int, tuple[Any, ...]]


class _Part(NamedTuple):
    """What the log tells one clock, which stands as it was aimed when it began, at the place `start`."""

    clock: TickingClock
    start: int
    steps: tuple[_Step, ...]


class Script(NamedTuple):
    """What a log of some shape tells its clocks, and the policy versions that it names, and at which places."""

    parts: tuple[_Part, ...]
    places: tuple[int, ...]
    versions: tuple[int, ...]

    def verdicts(self, instants: Sequence[int], hours: Hours, until: int | None) -> list[Verdict]:
        """As `judge` of such a log with its events at these instants (ticks), `until` not before the last of them.

        The places of the events stand for their numbers.
        """
        found = []
        for aimed, start, steps in self.parts:
            clock = aimed.begun(instants[start], hours)
            for tell, place, said in steps:
                tell(clock, instants[place], place, *said)
            found.append(clock.verdict(until))
        return found


class Scripts:
    """The scripts of shapes by the terms of these policies."""

    def __init__(self, terms: Mapping[int, PolicyTerms]) -> None:
        self._terms = terms
        self._known: dict[str, Script | None] = {}

    def of(self, shape: str) -> Script | None:
        """The script of a shape; None where the log itself has to be read. Raises UnknownPolicy as `judge` does."""
        try:
            return self._known[shape]
        except KeyError:
            if len(self._known) >= _MOST_SCRIPTS:
                self._known.clear()
            script = self._known[shape] = self._read(shape)
            return script

    def _read(self, shape: str) -> Script | None:
        log = [_event(place, line) for place, line in enumerate(shape.split("\n"))]
        if any(event.kind in KINDS and event.kind not in _PLAIN for event in log):
            return None
        history = History(log[0], self._terms, ALWAYS_OPEN, clock=_NotingClock)
        history.read(log)
        parts = (clock.part() for clock in history.clocks() if isinstance(clock, _NotingClock))
        applied = {event.at: version for event in log if (version := event.policy_version_id) is not None}
        return Script(tuple(parts), tuple(applied), tuple(applied.values()))


class _NotingClock(TickingClock):
    """Counts nothing; notes what it is told. Its instants are places in the log."""

    def __init__(self, target: Target, cycle: int, number: int, at: int, by: int, business: Hours) -> None:
        super().__init__(target, cycle, number, at, by, business)
        self.steps: list[_Step] = []

    def part(self) -> _Part:
        """What it noted."""
        (aim, start, terms), *steps = self.steps
        clock = TickingClock(self.target, self.cycle, self.number, start, start, self._business)
        aim(clock, start, start, *terms)
        return _Part(clock, start, tuple(steps))

    def aim(self, at: int, by: int, policy: PolicyTerms | None, priority: str) -> None:
        self.steps.append((TickingClock.aim, at, (policy, priority)))

    def pause(self, at: int, by: int, reason: str) -> None:
        self.paused_in = reason
        self.steps.append((TickingClock.pause, at, (reason,)))

    def stop(self, at: int, by: int, agent_id: int | None = None, waived_because: str = "") -> None:
        self.steps.append((TickingClock.stop, at, (agent_id, waived_because)))


def _event(place: int, line: str) -> Event:
    kind, author_kind, priority, version, customer, by = line.split("|")
    return Event(
        at=place,
        id=place,
        kind=kind,
        author_kind=author_kind,
        priority=priority,
        policy_version_id=int(version) if version else None,
        agent_id=None,
        message_id=None,
        customer_id=0 if customer else None,
        team_id=None,
        known={"by": by} if by else None,
    )
