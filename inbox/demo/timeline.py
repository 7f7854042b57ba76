"""When the turns of a told story happen: forward from its first mail, or so that it stands right at the end."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from inbox.demo.cast import OSLO, TARGETS
from inbox.demo.casting import Slot, cut_for
from inbox.demo.customers import Customer
from inbox.demo.hours import DESK, OPEN
from inbox.demo.pace import answer_time, arrival_time, awake, reply_time
from inbox.demo.story import Story, Turn

_ATTEMPTS = 80
_PROMPT = timedelta(minutes=12)
"""How soon the first reply comes in the tickets a visitor sees first."""
_A_MOMENT = timedelta(seconds=40)


def moments(
    story: Story, turns: Sequence[Turn], start: datetime, customer: Customer, now: datetime, rng: Random
) -> list[datetime]:
    """The moment of each turn when the first mail arrives at `start`; in order, possibly later than `now`."""
    times = [start]
    asked = start
    for previous, turn in pairwise(turns):
        at = times[-1]
        if turn.headers:
            at += timedelta(seconds=rng.randint(20, 90))
        elif turn.who == "customer" and turn.wait:
            at = asked = awake(at + timedelta(hours=rng.uniform(*turn.wait)), customer, rng)
        elif turn.who == "customer":
            at = asked = answer_time(at, customer, rng)
        elif turn.who == "agent" and turn.wait and previous.who == "agent":
            waited = timedelta(hours=rng.uniform(*turn.wait))
            at = DESK.after(at + waited, timedelta(seconds=rng.randint(300, 2400)))
        elif turn.who == "agent" and story.customer and len(times) == 1:
            at = DESK.after(at, _PROMPT)
        elif turn.who == "agent":
            soonest = DESK.after(at, timedelta(seconds=rng.randint(90, 240)))
            at = max(soonest, reply_time(asked, story.priority, now, rng))
        else:
            at = DESK.after(at, timedelta(seconds=rng.randint(200, 800)))
        times.append(at.replace(microsecond=0))
    return times


def live_turns(story: Story, slot: Slot) -> tuple[Turn, ...]:
    """The turns that have happened when the ticket stands in its slot; ValueError when the story can't stand so."""
    if story.customer:
        spoken = [n for n, turn in enumerate(story.turns) if turn.who in ("customer", "agent")]
        return story.turns[: spoken[-1] + 1]
    cut = cut_for(story, slot.need)
    if cut is None:
        raise ValueError(f"{story.key} never stands {slot.need}")
    return story.turns[: cut + 1]


def live_moments(story: Story, slot: Slot, customer: Customer, now: datetime, rng: Random) -> list[datetime]:
    """The moments of the live turns, the last one so that the ticket stands at `now` as its slot says."""
    turns = live_turns(story, slot)
    anchor = standing_since(slot, story, now, rng)
    if len(turns) == 1:
        return [anchor]
    best: list[datetime] = []
    for attempt in range(_ATTEMPTS):
        start = _live_start(story, slot.need, anchor, attempt, customer, rng)
        times = moments(story, turns, start, customer, now, rng)
        if slot.need == "next" and times[-2] < anchor - timedelta(minutes=5):
            return [*times[:-1], anchor]
        fits = slot.need != "next" and times[-1] < now
        if fits and (not best or abs(times[-1] - anchor) < abs(best[-1] - anchor)):
            best = times
    if not best:
        raise ValueError(f"{story.key} finds no start before {anchor}")
    return best


def standing_since(slot: Slot, story: Story, now: datetime, rng: Random) -> datetime:
    """When the last turn of a ticket in this slot happens."""
    if slot.need in ("pending", "on_hold"):
        return DESK.before(now, timedelta(hours=slot.ago)).replace(microsecond=0)
    target = TARGETS[story.priority]
    budget = target.first_response if slot.need == "first" else target.next_response
    age = budget * slot.used if slot.left is None else budget - timedelta(minutes=slot.left) - _A_MOMENT
    if target.runs_around_the_clock:
        return (now - age).replace(microsecond=0)
    if slot.left is None and slot.used < 0.25 and not OPEN.includes(now):
        closed = OPEN.before(now, timedelta())
        return (closed + (now - closed) * rng.uniform(0.3, 0.95)).replace(microsecond=0)
    return OPEN.before(now, age).replace(microsecond=0)


def _live_start(story: Story, need: str, anchor: datetime, attempt: int, customer: Customer, rng: Random) -> datetime:
    if story.customer:
        return DESK.before(anchor, timedelta(minutes=rng.randint(70, 150) * (1 + attempt)))
    days = rng.uniform(0.7 if need == "next" else 0.1, 4 + attempt / 16)
    day: date = (anchor - timedelta(days=days)).astimezone(OSLO).date()
    start = arrival_time(day, ZoneInfo(customer.time_zone), rng)
    return min(start, anchor - timedelta(hours=1))
