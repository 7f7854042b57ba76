"""Clocks at a million tickets: the sweep, the list by next breach, verifying, and replaying ninety days.

    python -m benchmarks.clocks [--tickets 1000000] [--verified 20000] [--replayed 250000]

A tenth of the tickets wait, with two running clocks each. Every query is shown with its plan. The sweep and the list
are asked at a tenth of the tickets and at all of them, with a hundred clocks due each time: what is not due costs
nothing.
Verifying and replaying are one process; its own processor time is given beside the time by the clock.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.scratch import database
from benchmarks.tickets import PERIOD_WEEKS, PRESENT, Tickets

DUE = 100


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--tickets", type=int, default=1_000_000)
    options.add_argument("--verified", type=int, default=20_000, help="so many tickets are verified")
    options.add_argument("--replayed", type=int, default=250_000, help="so many tickets are replayed at most")
    given = options.parse_args()
    with database():
        tickets = Tickets()
        for count in (given.tickets // 10, given.tickets):
            tickets.grow(count)
            _counts()
            _sweep()
            _next_breach()
        _verify(given.verified)
        _replay(given.replayed)


def _counts() -> None:
    from inbox.sla.models import Clock
    from inbox.tickets.models import Ticket, TicketEvent

    running = Clock.objects.filter(stopped_at=None).count()
    found, events = Ticket.objects.count(), TicketEvent.objects.count()
    print(f"\n=== {found:,} tickets, {events:,} events, {Clock.objects.count():,} clocks, {running:,} of them running")


def _sweep() -> None:
    from inbox.sla import sweep
    from inbox.sla.models import Clock

    for instant, mark in (("due_at", "noticed_at"), ("warn_at", "warned_at")):
        running = Clock.objects.filter(**{f"{instant}__isnull": False, mark: None}, stopped_at=None)
        at = running.order_by(instant).values_list(instant, flat=True)[DUE] + timedelta(microseconds=1)
        with _plans(f"The sweep's query by {instant}, {DUE} due"):
            list(sweep._due(instant, mark, at))


def _next_breach() -> None:
    """The list of all open tickets, and the clocks as programs list them, each at its beginning and far into it."""
    from rest_framework.test import APIRequestFactory, force_authenticate

    from inbox.agents.enums import Role
    from inbox.agents.models import Agent
    from inbox.api.paging import ByDueAt
    from inbox.api.views.clocks import Clocks
    from inbox.sla.models import Clock
    from inbox.tickets.filters import Sort
    from inbox.tickets.lists import tickets_in
    from inbox.tickets.queries import as_rows, cursor_of, in_order, page_of

    admin = Agent.objects.filter(role=Role.ADMIN).first() or Agent.objects.create(
        email="maja@nordlys.example", name="Maja", role=Role.ADMIN
    )
    waiting = tickets_in(admin, "open", PRESENT)
    assert waiting is not None
    deep = in_order(waiting, Sort.NEXT_BREACH)[waiting.count() * 9 // 10]
    for what, after in (("A page", ""), ("A page far behind", cursor_of(deep, Sort.NEXT_BREACH))):
        with _plans(f"{what} of 50 open tickets by next breach"):
            page_of(as_rows(waiting, admin), Sort.NEXT_BREACH, after=after)
    ticking = Clock.objects.filter(stopped_at=None, due_at__isnull=False).order_by("due_at", "id")
    cursor = ByDueAt().cursor_of(ticking[ticking.count() * 9 // 10])
    for what, asked in (("A page", {}), ("A page far behind", {"cursor": cursor})):
        request = APIRequestFactory(SERVER_NAME="localhost").get("/api/v1/clocks/", asked)
        force_authenticate(request, user=admin)
        with _plans(f"{what} of 50 clocks of the API"):
            answer = Clocks.as_view()(request)
        assert answer.status_code == 200, answer.data


def _verify(count: int) -> None:
    from inbox.reports.verify import differences
    from inbox.tickets.models import Ticket

    ids = list(Ticket.objects.order_by("?").values_list("pk", flat=True)[:count])
    found = _timed("Verified", len(ids), lambda: sum(1 for _ in differences(ids)))
    print(f"    {found} differences")


def _replay(count: int) -> None:
    from inbox.reports.back_test_replay import BATCH, BackTester
    from inbox.reports.logs import shapes_of
    from inbox.sla import access
    from inbox.sla.models import PolicyVersion
    from inbox.sla.shapes import Scripts
    from inbox.sla.wallclock import ticks

    start = PRESENT - timedelta(weeks=PERIOD_WEEKS)
    ids = BackTester(start, PRESENT, PRESENT, []).tickets()[:count]
    batches = [list(ids[first : first + BATCH]) for first in range(0, len(ids), BATCH)]
    terms = {version.pk: access.terms(version.pk) for version in PolicyVersion.objects.all()}
    hours, end, scripts = access.default_hours(), ticks(PRESENT), Scripts(terms)
    read = partial(shapes_of, until=end, naming=terms, naming_none=True, begun_before=0)
    with _plans("The query that reads a batch of logs"):
        next(iter(read(batches[0])))
    _timed("Read", len(ids), lambda: sum(1 for batch in batches for _ in read(batch)))
    shapes = {told.shape for batch in batches for told in read(batch)}
    print(f"    {len(shapes):,} shapes")
    _timed(
        "Read and judged",
        len(ids),
        lambda: sum(
            len(script.verdicts(told.instants, hours, end))
            for batch in batches
            for told in read(batch)
            if (script := scripts.of(told.shape))
        ),
    )
    for what, drafts in (
        ("Back-tested with what is in force", [{"name": "As it is"}]),
        ("Back-tested with a draft of the standard policy", [_shorter()]),
        ("Back-tested with two drafts of it", [_shorter(), _shorter(0.25)]),
        ("Back-tested with a draft of both policies", [_shorter(policies=2)]),
    ):
        _timed(what, len(ids), partial(_back_test, start, drafts, batches))


def _back_test(start: datetime, drafts: Sequence[Mapping[str, Any]], batches: Sequence[Sequence[int]]) -> None:
    """From the first batch to the result, as a worker does it."""
    from inbox.reports.back_test_replay import BackTester

    tester = BackTester(start, PRESENT, PRESENT, drafts)
    changed = sum(len(tester.take(batch)) for batch in batches)
    result = tester.result(ZoneInfo("Europe/Oslo"))
    counts = [sum(of["met"] + of["missed"] for of in variant.values()) for variant in result["variants"]]
    print(f"    judged runs {counts}, {changed:,} of them otherwise")


def _shorter(share: float = 0.5, policies: int = 1) -> dict[str, Any]:
    """A draft of so many policies, the standard one first, with less time for everything."""
    from inbox.sla.models import PolicyVersion

    terms = {}
    for version in PolicyVersion.objects.order_by("pk")[:policies]:
        targets = {
            name: {**given, "within": {priority: seconds * share for priority, seconds in given["within"].items()}}
            for name, given in version.targets.items()
        }
        terms[str(version.policy_id)] = {
            "calendar": version.calendar_id,
            "targets": targets,
            "conditions": version.conditions,
            "pauses_on_hold": version.pauses_on_hold,
        }
    return {"name": f"{share}", "terms": terms}


def _timed(what: str, count: int, work: Callable[[], Any]) -> Any:
    began, used = time.monotonic(), time.process_time()
    result = work()
    took, used = time.monotonic() - began, time.process_time() - used
    print(f"{what}: {count:,} tickets in {took:.1f} s, {count / took:,.0f} a second", end="; ")
    print(f"{count / used:,.0f} a second of the process's own time", flush=True)
    return result


@contextmanager
def _plans(what: str) -> Iterator[None]:
    """The plan of every query inside."""
    from django.db import connection

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        with connection.connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params, prepare=False)
            plan = [line for (line,) in cursor.fetchall()]
        print("\n".join(["", f"--- {what}", *(line for line in plan if line)]), flush=True)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield


if __name__ == "__main__":
    main()
