"""The engine of every figure: read a ticket's log in event time and say what its clocks and waits were.

`replay` is a pure function of the events, the policy terms and the calendars. What it decides:

- **Order.** Events count by (occurred_at, id); when they were stored or handed in does not matter. A ticket's
  life begins with its earliest event. Kinds not named here change nothing.
- **Work cycle.** Starts with the customer message (`received`) that opens or reopens the ticket, ends at
  `resolved` (or `closed`, if it was not resolved). A message to a resolved ticket waits for the `reopened` or
  `opened` that follows it and then starts the cycle at its own instant; a human answer in between settles it.
  A reopening by the customer without a message starts the cycle itself. A reopening by an agent starts none:
  the customer's next message does.
- **Responses.** The oldest unanswered `received` of a cycle starts a run; the next human `replied` or `called`
  stops it. The first run of a cycle is the first response, the later ones are next responses. `no_reply_needed`
  waives the run; so does `resolved` without a reply. `thanked` and `automatic_received` start nothing, notes and
  messages of bots, rules, surveys and the system answer nothing. A `reply_withdrawn` (undone before it
  was sent) takes back the reply with the same message, and a resolution made with it, as if never written.
- **Resolution.** One run a cycle, from its first message to its end, paused in pending and, if the policy says
  so, on hold.
- **Goals.** The policy and priority of the moment. A change of either counts from its event on: the time used is
  kept, each part measured on the basis of its time; used up already means breached at that instant.
- **Breach.** A goal is met up to and including `due_at`, the first instant at which it is used up; one microsecond
  later is late. So an answer in closed hours, after a goal that ran out exactly at closing, is late. A breach
  stands whatever comes later: a waiver then only tells why the clock stopped.
- **Spam and merges.** Waive what is running, at that instant, and exclude the ticket's resolution. What happens to
  the ticket until then undone ends and starts no clock. Undone (`unmarked_spam`, `unmerged`) the waiver is void:
  the clocks go on as if never interrupted, and the time between counts; a closing made with the merge is none.
- **What a merge brings** (`merged_in`). The source's oldest unanswered message waits here too, from its own instant:
  the response run in progress starts then, or one starts, and a work cycle if there is none, no earlier than the
  latest resolution. The time before counts by the goals of each time; a target that had passed is missed at the merge.
  Undone (`unmerged_out`) the run in progress is what it were without it; where nothing else waits it is waived, and so
  is a cycle that the merge began. Runs that are over stay.
- **What a split takes** (`split_off`). The run in progress goes on with the messages that remain, from the oldest of
  them, or is waived where none does. A target that was missed stays missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from inbox.sla.clocks import ClockRun, ClockState, Stretch, Verdict
from inbox.sla.events import Event, LoggedEvent, as_event
from inbox.sla.figures import CycleFacts, Replayed
from inbox.sla.history import History, UnknownPolicy
from inbox.sla.hours import Hours
from inbox.sla.outcome import figures
from inbox.sla.policy import PolicyTerms
from inbox.sla.spans import Span, explain
from inbox.sla.wallclock import ticks

__all__ = [
    "ClockRun",
    "ClockState",
    "CycleFacts",
    "Judgement",
    "LoggedEvent",
    "Replayed",
    "Span",
    "Stretch",
    "UnknownPolicy",
    "Verdict",
    "explain",
    "judge",
    "replay",
    "taken_back",
]


_Policy = PolicyTerms | Mapping[int, PolicyTerms] | None
_kind_of = attrgetter("kind")


def replay(
    events: Iterable[LoggedEvent], policy: _Policy, calendar: Hours, *, until: datetime | None = None
) -> Replayed:
    """The figures of the ticket with these events.

    `policy`: the terms to apply from the creation on, in place of the log's choice (back-testing); or all terms
    by version id, of which the `policy_applied` events choose; or None for no targets. `calendar` measures
    business time. With `until` the answer is that of this instant: later events are left out, and clocks still
    running count up to it. Without, they keep the `due_at` that the last event left them with.

    Raises ValueError without events (up to `until`) and UnknownPolicy for a version that is not given.
    """
    end = None if until is None else ticks(until)
    return figures(_read(events, policy, calendar, end), calendar, end)


def judge(
    events: Iterable[LoggedEvent], policy: _Policy, calendar: Hours, *, until: datetime | int | None = None
) -> Judgement:
    """Only what became of the clocks: the same reading as `replay`, in a third of its time. `until` may be in ticks."""
    end = ticks(until) if isinstance(until, datetime) else until
    history = _read(events, policy, calendar, end)
    return Judgement(history.excluded, [clock.verdict(end) for clock in history.clocks()])


class Judgement(NamedTuple):
    """What became of a ticket's clocks; `excluded` as in `Replayed`, and a verdict for each of its `runs`."""

    excluded: str
    verdicts: list[Verdict]


def _read(events: Iterable[LoggedEvent], policy: _Policy, calendar: Hours, end: int | None) -> History:
    log = [event if type(event) is Event else as_event(event) for event in events]
    log.sort()
    if end is not None and log and log[-1].at > end:
        log = [event for event in log if event.at <= end]
    if not log:
        raise ValueError("a ticket without events has no figures")
    history = History(log[0], policy, calendar)
    if "reply_withdrawn" in map(_kind_of, log):
        undone = taken_back(log)
        log = [event for event in log if event.id not in undone]
    history.read(log)
    return history


def taken_back(log: Iterable[LoggedEvent]) -> set[int]:
    """The ids of the events that count as never happened: replies taken back, and resolutions made with them.

    `log` is in the order of event time.
    """
    undone: set[int] = set()
    before: list[LoggedEvent] = []
    for event in log:
        if event.kind == "reply_withdrawn":
            undone |= _written_with(before, event.message_id)
        before.append(event)
    return undone


def _written_with(log: list[LoggedEvent], message_id: int | None) -> set[int]:
    """The ids of the reply with this message and of the resolution recorded in the same breath."""
    for event in reversed(log):
        if event.kind == "replied" and event.message_id == message_id:
            at_once = (other for other in log if other.occurred_at == event.occurred_at and other.id > event.id)
            resolved = (other for other in at_once if other.kind == "resolved" and other.agent_id == event.agent_id)
            return {event.id, *(other.id for other in resolved)}
    return set()
