"""Making, changing, renaming and deleting calendars: what was measured stays, what runs is reckoned anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.reports.verify import differences
from inbox.sla import access
from inbox.sla.calendars import (
    CalendarInUse,
    ChangedMeanwhile,
    change_hours,
    delete_calendar,
    draft,
    make_calendar,
    rename_calendar,
    renew_holidays,
    withdraw_version,
)
from inbox.sla.models import BusinessCalendar, CalendarVersion, Clock, TicketFigures
from inbox.sla.opening import InvalidHours, OpeningHours
from inbox.sla.reckoning import reckon_anew
from inbox.tickets.conversation import reply
from inbox.tickets.enums import State
from inbox.tickets.models import Ticket
from tests.inbox.questions import asks

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFICE = {str(day): [["09:00", "17:00"]] for day in range(5)}


def opening(**changed: Any) -> OpeningHours:
    return OpeningHours(**{"time_zone": "Europe/Oslo", "weekly": OFFICE} | changed)


@pytest.fixture
def office(maja: Agent) -> BusinessCalendar:
    """A calendar that nothing counts on yet."""
    return make_calendar("Oslo", opening(), by=maja, at=NOW)


@pytest.fixture
def own(company: None) -> BusinessCalendar:
    """The company's own calendar, Monday to Friday from 8 to 17 in UTC, that every ticket is measured by."""
    return BusinessCalendar.objects.get()


def test_a_calendar_is_made_with_its_hours_and_who_made_it(office: BusinessCalendar, maja: Agent) -> None:
    version = office.versions.get()
    assert (office.name, version.weekly, version.in_force_from, version.made_by, version.made_at) == (
        "Oslo",
        OFFICE,
        NOW,
        maja,
        NOW,
    )


def test_holidays_are_stored_with_their_names_when_a_version_is_made_and_those_worked_are_open(maja: Agent) -> None:
    calendar = make_calendar(
        "Bergen",
        opening(country="NO", worked=["2026-05-14", "2026-06-02"]),
        by=maja,
        at=datetime(2026, 5, 1, tzinfo=UTC),
    )
    version = calendar.versions.get()
    hours = access.hours(calendar.pk)
    days = [datetime(2026, 5, day, tzinfo=UTC) for day in (14, 25, 26)]
    assert (
        version.holidays[0],
        version.holidays[-1],
        version.worked,
        [hours.open_between(day, day + DAY) / HOUR for day in days],
    ) == (["2024-01-01", "New Year's Day"], ["2036-12-26", "Second Day of Christmas"], ["2026-05-14"], [8, 0, 8])


def test_closures_are_whole_days_or_the_time_between_two_instants(maja: Agent) -> None:
    closures = [
        {"from": "2026-06-02", "until": "2026-06-03", "name": "Moving"},
        {"from": "2026-06-04T15:00:00+02:00", "until": "2026-06-04T23:00:00+02:00", "name": "Party"},
    ]
    calendar = make_calendar("Bergen", opening(closures=closures), by=maja, at=NOW)
    days = [datetime(2026, 6, day, tzinfo=UTC) for day in (1, 2, 3, 4, 5)]
    hours = access.hours(calendar.pk)
    assert [hours.open_between(day, day + DAY) / HOUR for day in days] == [8, 0, 0, 6, 8]


def test_a_change_is_another_version_that_leaves_the_past_as_it_was(office: BusinessCalendar, maja: Agent) -> None:
    change_hours(office, opening(weekly={"0": [["09:00", "12:00"]]}), by=maja, at=NOW + DAY)
    hours = access.hours(office.pk)
    mondays = [NOW - 7 * DAY, NOW, NOW + 7 * DAY]
    assert (
        [hours.open_between(day - 12 * HOUR, day + 12 * HOUR) / HOUR for day in mondays],
        office.versions.count(),
    ) == (
        [8, 8, 3],
        2,
    )


def test_a_change_for_later_counts_from_then_on_and_is_seen_at_once(office: BusinessCalendar, maja: Agent) -> None:
    before = access.hours(office.pk).add(NOW, 40 * HOUR)
    change_hours(office, opening(weekly={"0": [["09:00", "12:00"]]}), by=maja, at=NOW, in_force_from=NOW + 2 * DAY)
    hours = access.hours(office.pk)
    assert (before, hours.add(NOW, 11 * HOUR), hours.add(NOW, 40 * HOUR)) == (
        datetime(2026, 6, 8, 12, tzinfo=UTC),
        datetime(2026, 6, 2, 15, tzinfo=UTC),
        datetime(2026, 7, 27, 9, tzinfo=UTC) + HOUR,
    )


def test_the_same_hours_again_change_nothing(office: BusinessCalendar, maja: Agent) -> None:
    gone_by = [{"from": "2026-01-02", "until": "2026-01-02", "name": "Stocktaking"}]
    made = change_hours(office, opening(closures=gone_by), by=maja, at=NOW + DAY)
    assert (made, office.versions.count()) == (None, 1)


@pytest.mark.parametrize(
    ("later", "told"),
    [
        (-HOUR, "Choose a time that lies ahead: what was measured stays."),
        (2 * DAY, "Another change comes into force at this very moment."),
    ],
)
def test_a_change_lies_ahead_and_has_a_moment_of_its_own(
    office: BusinessCalendar, maja: Agent, later: timedelta, told: str
) -> None:
    change_hours(office, opening(time_zone="UTC"), by=maja, at=NOW, in_force_from=NOW + 2 * DAY)
    with pytest.raises(InvalidHours) as refused:
        change_hours(
            office,
            opening(country="NO"),
            by=maja,
            at=NOW + HOUR,
            in_force_from=NOW + HOUR + later - (HOUR if later > HOUR else 0 * HOUR),
        )
    assert (refused.value.errors, office.versions.count()) == ({"in_force_from": [told]}, 2)


def test_who_did_not_see_the_newest_version_is_told_and_overwrites_nothing(
    office: BusinessCalendar, maja: Agent
) -> None:
    seen = office.versions.get().pk
    newest = change_hours(office, opening(time_zone="UTC"), by=maja, at=NOW + HOUR)
    with pytest.raises(ChangedMeanwhile) as refused:
        change_hours(office, opening(country="NO"), by=maja, at=NOW + 2 * HOUR, based_on=seen)
    assert (refused.value.newest, office.versions.count()) == (newest, 2)


def test_a_planned_change_can_be_withdrawn_until_it_is_in_force(office: BusinessCalendar, maja: Agent) -> None:
    planned = change_hours(office, opening(time_zone="UTC"), by=maja, at=NOW, in_force_from=NOW + DAY)
    assert planned is not None
    known = access.stamp()
    late = withdraw_version(planned, by=maja, at=NOW + DAY)
    answers = [withdraw_version(planned, by=maja, at=NOW + HOUR) for _ in range(2)]
    assert (late, answers, office.versions.count(), access.stamp() == known) == (False, [True, False], 1, False)


def test_a_calendar_has_a_name_of_its_own(office: BusinessCalendar, maja: Agent) -> None:
    other = make_calendar("Bergen", opening(), by=maja, at=NOW)
    told = []
    for name in ("Oslo", " ", "x" * 81):
        with pytest.raises(InvalidHours) as refused:
            rename_calendar(other, name, by=maja)
        told += refused.value.errors["name"]
    with pytest.raises(InvalidHours, match="Another calendar"):
        make_calendar("Oslo", opening(), by=maja, at=NOW)
    assert (told, other.name, rename_calendar(other, "Bergen", by=maja), rename_calendar(other, "Voss", by=maja)) == (
        ["Another calendar has this name.", "Give the calendar a name.", "A name has 80 characters at most."],
        "Bergen",
        False,
        True,
    )


def test_only_what_measures_nothing_can_be_deleted(
    own: BusinessCalendar, office: BusinessCalendar, maja: Agent
) -> None:
    with pytest.raises(CalendarInUse) as refused:
        delete_calendar(own, by=maja)
    known = access.stamp()
    delete_calendar(office, by=maja)
    assert (refused.value.policies, list(BusinessCalendar.objects.all()), access.stamp() == known) == (
        ["Standard"],
        [own],
        False,
    )


def test_two_versions_made_at_the_same_time_are_both_noticed_in_either_order(own: BusinessCalendar) -> None:
    first, second = (
        CalendarVersion(calendar=own, in_force_from=NOW + number * DAY, time_zone="UTC", weekly=OFFICE)
        for number in (1, 2)
    )
    second.save()
    alone = access.stamp()
    first.pk = second.pk - 1_000_000
    first.save()
    assert access.stamp() != alone


def test_holidays_of_further_years_are_known_in_good_time(own: BusinessCalendar, maja: Agent) -> None:
    calendar = make_calendar("Bergen", opening(country="NO", worked=["2026-12-26"]), by=maja, at=NOW)
    known = calendar.versions.get().holidays
    later = datetime(2035, 1, 2, tzinfo=UTC)
    counts = [renew_holidays(at) for at in (NOW, later - 7 * DAY, later, later)]
    newest = calendar.versions.latest("in_force_from")
    assert (counts, newest.holidays[: len(known)] == known, newest.holidays[-1][0], newest.worked, newest.made_by) == (
        [0, 0, 1, 0],
        True,
        "2045-12-26",
        ["2026-12-26"],
        None,
    )


def test_a_draft_stores_nothing_and_tells_what_would_be(office: BusinessCalendar) -> None:
    half = draft(office, opening(weekly={"0": [["09:00", "12:00"]]}), in_force_from=NOW + 2 * DAY)
    assert (access.hours_with(half).add(NOW, 11 * HOUR), office.versions.count()) == (
        datetime(2026, 6, 2, 15, tzinfo=UTC),
        1,
    )
    fresh = draft(None, opening(), in_force_from=NOW)
    assert access.hours_with(fresh).add(NOW, 4 * HOUR) == datetime(2026, 6, 2, 8, tzinfo=UTC)


def yesterday(ticket: Ticket) -> tuple[Any, ...]:
    figures = TicketFigures.objects.filter(ticket=ticket).values().get()
    return figures, list(Clock.objects.filter(ticket=ticket).exclude(stopped_at=None).order_by("id").values())


def test_changing_hours_today_moves_no_number_of_yesterday_and_what_runs_is_due_by_the_new_ones(
    own: BusinessCalendar, support: Channel, ada: Agent, maja: Agent
) -> None:
    solved, answered, waiting = (asks(support, number, at=NOW - 26 * HOUR - number * DAY) for number in (1, 2, 3))
    reply(solved, "Here.", by=ada, at=NOW - 25 * HOUR, then=State.RESOLVED)
    reply(answered, "Soon.", by=ada, at=NOW - 25 * HOUR)
    past = [yesterday(ticket) for ticket in (solved, answered, waiting)]
    resolution = Clock.objects.filter(ticket=waiting, target="resolution")
    due = resolution.get().due_at
    change_hours(own, opening(time_zone="UTC", weekly={"0": [["08:00", "12:30"]]}), by=maja, at=NOW)
    stale = {difference.name for difference in differences()}
    counts = [reckon_anew(NOW), reckon_anew(NOW)]
    assert (
        [yesterday(ticket) for ticket in (solved, answered, waiting)] == past,
        "due_at" in stale,
        list(differences()),
        counts,
        resolution.get().due_at == due,
    ) == (True, True, [], [2, 0], False)


def test_withdrawing_a_planned_change_reckons_what_runs_as_before(
    own: BusinessCalendar, support: Channel, maja: Agent
) -> None:
    ticket = asks(support, 1, at=NOW)
    due = [Ticket.objects.get(pk=ticket.pk).due_at]
    planned = change_hours(own, opening(weekly={"6": [["09:00", "10:00"]]}), by=maja, at=NOW, in_force_from=NOW + HOUR)
    assert planned is not None
    for act in (lambda: None, lambda: withdraw_version(planned, by=maja, at=NOW)):
        act()
        reckon_anew(NOW)
        due.append(Ticket.objects.get(pk=ticket.pk).due_at)
    assert (due[0] == due[2], due[0] < due[1], list(differences())) == (True, True, [])  # type: ignore[operator]
