"""The demo's sixty days: which ticket comes when, and every step of it, up to the inbox as it stands now."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from inbox.demo import answers
from inbox.demo.cast import LABEL_CHANGE_DAYS_AGO, OSLO, TARGETS, outage_day
from inbox.demo.casting import Slot, Telling, cast, cut_for
from inbox.demo.customers import CUSTOMER_BY_EMAIL, CUSTOMERS, STRANGERS, Customer
from inbox.demo.hours import OPEN
from inbox.demo.letters import Particulars, particulars
from inbox.demo.pace import arrival_day, arrival_time
from inbox.demo.script import Script
from inbox.demo.steps import (
    AgentNotes,
    AgentReplies,
    AnswersSurvey,
    Assigns,
    CustomerWrites,
    Drafts,
    Holds,
    MarksSpam,
    PlannedTicket,
    Prioritizes,
    Resolves,
    Step,
    Tags,
)
from inbox.demo.timeline import live_moments, live_turns, moments

__all__ = [
    "AgentNotes",
    "AgentReplies",
    "AnswersSurvey",
    "Assigns",
    "CustomerWrites",
    "Drafts",
    "Holds",
    "MarksSpam",
    "PlannedTicket",
    "Prioritizes",
    "Resolves",
    "Step",
    "Tags",
    "plan",
]

_ATTEMPTS = 200
_SILENT = 0.08
_NEWEST_ORDER = 1005
_ORDERS_A_DAY = 6


def plan(now: datetime, *, days: int = 60, tickets: int = 300, seed: int = 7) -> list[PlannedTicket]:
    """The tickets of the last `days` days, sorted by their start; the same arguments give the same plan.

    `now` is an aware datetime; no step is later. ValueError for fewer than 60 tickets or 30 days.
    """
    if now.tzinfo is None:
        raise ValueError("now must be an aware datetime")
    if days < 30:
        raise ValueError("the demo needs at least 30 days")
    planner = _Planner(now.astimezone(UTC), days, seed)
    told = cast(tickets, Random(f"{seed}"))  # noqa: S311 - a plan to be repeated, nothing secret
    return planner.tickets(told)


class _Planner:
    def __init__(self, now: datetime, days: int, seed: int) -> None:
        self._now, self._first, self._seed = now, now - timedelta(days=days), seed
        self._starts: dict[str, list[datetime]] = defaultdict(list)
        self._orders = {713, 988, 996}
        self._complained: dict[str, list[tuple[datetime, Customer]]] = defaultdict(list)

    def tickets(self, told: Iterable[Telling]) -> list[PlannedTicket]:
        planned = [
            (telling, self._ticket(telling, Random(f"{self._seed}:{n}:{telling.story.key}")))  # noqa: S311
            for n, telling in enumerate(told)
        ]
        planned.sort(key=lambda pair: (pair[1].start, pair[1].story_key))
        with_answers = self._answered(planned)
        return [replace(ticket, key=f"{n:03d}-{ticket.story_key}") for n, ticket in enumerate(with_answers, 1)]

    def _ticket(self, telling: Telling, rng: Random) -> PlannedTicket:
        if telling.slot:
            customer = self._customer(telling, self._now, rng)
            return self._live(telling, telling.slot, customer, rng)
        for _ in range(_ATTEMPTS):
            day_start = self._day(telling, rng)
            customer = self._customer(telling, day_start, rng)
            ticket = self._ended(telling, customer, self._time(telling, day_start, customer, rng), rng)
            if ticket:
                return ticket
        raise ValueError(f"{telling.story.key} finds no place in the plan")

    def _live(self, telling: Telling, slot: Slot, customer: Customer, rng: Random) -> PlannedTicket:
        turns = live_turns(telling.story, slot)
        times = live_moments(telling.story, slot, customer, self._now, rng)
        script = Script(telling, customer, self._particulars(times[0], customer, rng), self._now, rng)
        script.tell(turns, times)
        script.stand(slot, telling.story.turns[len(turns) :])
        return self._planned(telling, customer, script)

    def _ended(self, telling: Telling, customer: Customer, start: datetime, rng: Random) -> PlannedTicket | None:
        story = telling.story
        cut = cut_for(story, "pending")
        silent = cut is not None and not (story.customer or story.label_era) and rng.random() < _SILENT
        turns = story.turns[: cut + 1] if silent and cut is not None else story.turns
        times = moments(story, turns, start, customer, self._now, rng)
        if start < self._first or times[-1] > self._now - timedelta(hours=2):
            return None
        script = Script(telling, customer, self._particulars(start, customer, rng), self._now, rng)
        script.tell(turns, times)
        script.end(silent)
        return self._planned(telling, customer, script) if script.steps[-1].at < self._now else None

    def _planned(self, telling: Telling, customer: Customer, script: Script) -> PlannedTicket:
        story = telling.story
        steps = tuple(sorted(script.steps, key=lambda step: step.at))
        self._starts[customer.email].append(steps[0].at)
        if story.label_era == "before":
            self._complained[story.language].append((steps[0].at, customer))
        return PlannedTicket(
            "", story.key, customer, story.language, script.subject(), story.priority, story.tags, steps
        )

    def _day(self, telling: Telling, rng: Random) -> datetime:
        today, first = self._now.astimezone(OSLO).date(), self._first.astimezone(OSLO).date()
        change = today - timedelta(days=LABEL_CHANGE_DAYS_AGO)
        story = telling.story
        if story.key == "hero-bo-date":
            first, last = first + timedelta(days=2), first + timedelta(days=9)
        elif story.key == "hero-bo-label":
            first, last = today - timedelta(days=19), today - timedelta(days=15)
        elif story.in_outage:
            first = last = outage_day(today)
        elif story.label_era == "before":
            last = change - timedelta(days=3)
        elif story.label_era == "after":
            first, last = change + timedelta(days=1), today - timedelta(days=1)
        else:
            # The inbox as it stands brings the tickets of the last days; fewer of the resolved ones start there.
            last = today - timedelta(days=1 if rng.random() < 0.7 else 8)
        return datetime.combine(arrival_day(first, last, rng), datetime.min.time(), OSLO)

    def _time(self, telling: Telling, day: datetime, customer: Customer, rng: Random) -> datetime:
        story = telling.story
        for _ in range(_ATTEMPTS):
            at = arrival_time(day.date(), ZoneInfo(customer.time_zone), rng)
            hour = at.astimezone(OSLO).hour
            urgent = story.priority == "urgent" and not (OPEN.includes(at) and hour < 15)
            outside = (story.in_outage or story.customer) and not 8 <= hour < 16
            if not (urgent or outside):
                return at
            if urgent and day.weekday() > 4:
                day -= timedelta(days=2)
        raise ValueError(f"{story.key} finds no hour on {day.date()}")

    def _customer(self, telling: Telling, at: datetime, rng: Random) -> Customer:
        story = telling.story
        strangers = {one.email: one for one in STRANGERS}
        if story.customer:
            return CUSTOMER_BY_EMAIL.get(story.customer) or strangers[story.customer]
        if story.ending == "spam":
            return rng.choice([one for one in STRANGERS if one.email != "news@retailtrends.example"])
        if story.label_era == "after":
            waiting = [pair for pair in self._complained[story.language] if len(self._starts[pair[1].email]) == 1]
            long_ago = [pair for pair in waiting if at - pair[0] > answers.SPACING]
            returning = long_ago or (waiting if "praise" in story.tags else [])
            if returning:
                return rng.choice(returning)[1]
        business = story.language == "en" and bool({"api", "wholesale"} & set(story.tags))
        pool = [
            one
            for one in CUSTOMERS
            if one.language == story.language and one.email not in _KNOWN and (not business or one.signature)
        ]
        crowd = [sum(abs(at - other) < answers.SPACING for other in self._starts[one.email]) for one in pool]
        return rng.choice([one for one, many in zip(pool, crowd, strict=True) if many == min(crowd)])

    def _particulars(self, start: datetime, customer: Customer, rng: Random) -> Particulars:
        days_ago = (self._now - start) / timedelta(days=1)
        order = _NEWEST_ORDER - round(days_ago * _ORDERS_A_DAY) - rng.randint(2, 30)
        while order in self._orders:
            order -= 1
        self._orders.add(order)
        return particulars(customer, max(1, order), start, rng)

    def _answered(self, planned: list[tuple[Telling, PlannedTicket]]) -> list[PlannedTicket]:
        sent = [answers.invitation(ticket.steps, ticket.customer) for _, ticket in planned]
        asked: dict[str, list[datetime]] = defaultdict(list)
        given: Counter[str] = Counter()
        result = {n: ticket for n, (_, ticket) in enumerate(planned)}
        for at, n in sorted((at, n) for n, at in enumerate(sent) if at):
            telling, ticket = planned[n]
            if at > self._now or not answers.spaced(at, asked[ticket.customer.email]):
                continue
            asked[ticket.customer.email].append(at)
            rng = Random(f"{self._seed}:answer:{n}:{ticket.story_key}")  # noqa: S311
            earlier = given[ticket.story_key]
            answer = answers.answer(telling.story, earlier, ticket.customer, at, _is_late(ticket), rng)
            if answer and answer.at < self._now:
                given[ticket.story_key] += 1
                steps = tuple(sorted((*ticket.steps, answer), key=lambda step: step.at))
                result[n] = replace(ticket, steps=steps)
        return [result[n] for n in range(len(planned))]


_KNOWN = {
    "bo@larsen.example",
    "kay.ito@hoshi-retail.example",
    "mia@fontaine.example",
    "ada@brandt-soen.example",
    "li.na@qinghe.example",
    "ivan@petrov.example",
}
"""Customers whose tickets are told one by one."""


def _is_late(ticket: PlannedTicket) -> bool:
    replies = [step.at for step in ticket.steps if isinstance(step, AgentReplies)]
    return bool(replies) and OPEN.between(ticket.start, replies[0]) > TARGETS[ticket.priority].first_response
