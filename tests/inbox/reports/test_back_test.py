"""A back-test beside the report: with what was in force, every count is the report's."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoDbBlocker

from inbox.channels.actions import connect
from inbox.common.clock import moved_to
from inbox.reports import back_test, queries, rows
from inbox.reports.periods import Period
from inbox.reports.scope import Scope
from inbox.sla.enums import BackTestState, TargetKind
from inbox.sla.forms import Terms
from inbox.sla.models import BackTest, BusinessCalendar, Policy, PolicyVersion
from inbox.sla.policies import change_policy, make_policy
from inbox.tickets import actions
from inbox.tickets.conversation import reply
from inbox.tickets.enums import Priority, State
from tests import cast
from tests.inbox.questions import asks, says
from tests.inbox.reports.stories import on

NOW = on(27, 12)
MARCH = Period(date(2026, 3, 5), date(2026, 3, 25), ZoneInfo("Europe/Oslo"))


def varied(seed: int = 4, tickets: int = 24) -> None:
    """Tickets of two channels and teams to which everything happens that moves a clock or chooses a policy."""
    chance = random.Random(seed)
    ada, carl, maja, wen = cast.ada(), cast.carl(), cast.maja(), cast.wen()
    other = connect(kind="email", name="Shop", address="shop@nordlys.example", team=cast.shipping())
    calendar = BusinessCalendar.objects.get()
    standard = Policy.objects.get()
    make_policy(terms("Urgent", calendar, 2, [("priority", ["urgent", "high"])]), by=maja, at=on(1, 0))
    make_policy(terms("Parcels", calendar, 3, [("team", ["Shipping"])]), by=maja, at=on(1, 0))
    make_policy(terms("Refunds", calendar, 5, [("tag", ["refund", "gift"])]), by=maja, at=on(1, 0))
    change_policy(standard, terms("Standard", calendar, 6, []), by=maja, at=on(12, 10))
    steps = [
        lambda t, at: reply(t, "So it is.", by=chance.choice([ada, carl, wen]), at=at),
        lambda t, at: reply(t, "Done.", by=ada, at=at, then=State.RESOLVED),
        lambda t, at: says(t, "And now?", at=at),
        lambda t, at: actions.prioritize(t, chance.choice(list(Priority)), by=ada, at=at),
        lambda t, at: actions.move_to_team(t, chance.choice([cast.billing(), cast.shipping()]), by=ada, at=at),
        lambda t, at: actions.tag(t, chance.sample(["refund", "gift", "late"], 2), by=ada, at=at),
        lambda t, at: actions.set_state(t, chance.choice([State.PENDING, State.ON_HOLD, State.OPEN]), by=ada, at=at),
        lambda t, at: actions.resolve(t, by=carl, at=at),
    ]
    for number in range(tickets):
        at = on(2, 8) + timedelta(minutes=chance.randrange(22 * 24 * 60))
        ticket = asks(chance.choice([cast.support(), other]), number, at=at)
        for _ in range(chance.randrange(1, 8)):
            at += timedelta(minutes=chance.choice([1, 30, 200, 900, 4000]))
            if at < NOW:
                chance.choice(steps)(ticket, at)
        if number % 6 == 5:
            at = min(at + timedelta(hours=1), NOW)
            actions.mark_spam(ticket, by=ada, at=at)
            if number % 12 == 5:
                actions.unmark_spam(ticket, by=ada, at=at)


def terms(name: str, calendar: BusinessCalendar, hours: int, conditions: list[tuple[str, list[str]]]) -> Terms:
    within = {"low": hours * 7200, "normal": hours * 3600, "high": hours * 1800, "urgent": hours * 900}
    return Terms(
        name,
        calendar.pk,
        [{"field": field, "values": values} for field, values in conditions],
        {
            str(target): {
                "basis": "business",
                "warn_share": 0.75,
                "within": {key: n * value for key, value in within.items()},
            }
            for n, target in enumerate(TargetKind, 1)
        },
    )


@pytest.fixture(scope="module")
def log_once(company_once: bool, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), moved_to(NOW):
        varied()


@pytest.fixture
def log(log_once: None, db: None) -> Iterator[None]:
    with moved_to(NOW):
        yield


def replayed(*drafts: dict[str, object]) -> BackTest:
    made = back_test.begin("Try", MARCH, [{"name": "A", **draft} for draft in drafts], by=cast.maja())
    back_test.run(made.pk)
    made.refresh_from_db()
    assert (made.state, made.error) == (BackTestState.DONE, "")
    return made


def report() -> dict[str, object]:
    """The report's own counts, in the shape of a back-test's."""
    scope = Scope(MARCH, NOW)
    levels, judged = queries.levels(scope), rows.judged(scope)
    found: dict[str, object] = {}
    for target in map(str, TargetKind):
        of_target = [
            (run.its_team, run.ticket.channel_id, run.state == "met")
            for run in judged.filter(target=target).select_related("ticket")
        ]
        level = levels[target]
        found[target] = (
            (level.share.count, level.share.rest),
            (level.durations.n, level.durations.median, level.durations.p90, level.durations.mean),
            by_key((team, met) for team, _, met in of_target),
            by_key((channel, met) for _, channel, met in of_target),
            {
                day.day.isoformat(): (day.share.count, day.share.rest)
                for day in queries.by_day(scope, target)
                if day.share.n
            },
            {key: n for key, n in queries.by_hour(scope, target).items() if n},
        )
    return found


def by_key(pairs):
    found: dict[object, tuple[int, int]] = {}
    for key, met in pairs:
        a, b = found.get(key, (0, 0))
        found[key] = (a + met, b + (not met))
    return found


def counted(variant):
    return {
        target: (
            (of["met"], of["missed"]),
            (of["n"], of["median"], of["p90"], pytest.approx(of["mean"])),
            {key: (met, missed) for key, met, missed in of["teams"]},
            {key: (met, missed) for key, met, missed in of["channels"]},
            {day: (met, missed) for day, met, missed in of["days"]},
            {(weekday, hour): n for weekday, hour, n in of["hours"]},
        )
        for target, of in variant.items()
    }


def test_replaying_what_was_in_force_gives_the_report_to_the_last_ticket(log: None) -> None:
    made = replayed({})
    before, after = map(counted, made.result["variants"])
    assert (before, after, made.result["changes"], made.runs.count()) == (report(), report(), [{}], 0)


def restated() -> dict[str, object]:
    """A draft that says again what is in force: every ticket is replayed."""
    version = BusinessCalendar.objects.get().versions.get()
    hours = {name: getattr(version, name) for name in ("time_zone", "weekly", "closures", "holidays", "worked")}
    return {"calendars": {str(version.calendar_id): hours}}


def test_replaying_the_same_hours_by_the_engine_gives_the_report_too(log: None) -> None:
    once, again = (
        {**restated(), "terms": {str(one.policy_id): said(one)}}
        for one in PolicyVersion.objects.filter(policy__name__in=["Parcels", "Refunds"])
    )
    made = replayed(once, again)
    assert [counted(variant) for variant in made.result["variants"]] == [report()] * 3
    assert (made.result["changes"], made.runs.count()) == ([{}, {}], 0)


def said(version: PolicyVersion) -> dict[str, object]:
    return {
        "calendar": version.calendar_id,
        "targets": version.targets,
        "conditions": version.conditions,
        "pauses_on_hold": version.pauses_on_hold,
    }
