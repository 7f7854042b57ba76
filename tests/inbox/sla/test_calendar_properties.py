"""The calendar against a walk over the minutes, on days when clocks change and in odd zones.

`CALENDAR_CASES=10000 bin/test tests/inbox/sla/test_calendar_properties.py` tries as many cases of each test: it takes
some minutes.
"""

import os
from bisect import bisect_left
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.sla.calendar import Calendar, CalendarTimeline, NeverOpen

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WALK = 48 * 60
#: No clock goes back by more than that.
FURTHEST_BACK = 4 * 60
CASES = int(os.environ.get("CALENDAR_CASES", "0"))

SHIFTY_DAYS = [
    ("America/New_York", date(2024, 3, 10)),
    ("America/New_York", date(2024, 11, 3)),
    ("Europe/London", date(2025, 3, 30)),
    ("Europe/Berlin", date(2024, 10, 27)),
    ("Australia/Lord_Howe", date(2024, 10, 6)),
    ("Australia/Lord_Howe", date(2024, 4, 7)),
    ("Africa/Casablanca", date(2024, 3, 10)),
    ("Africa/Casablanca", date(2024, 4, 14)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("America/Sao_Paulo", date(2015, 10, 18)),
    ("America/Sao_Paulo", date(2016, 2, 21)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("America/Havana", date(2023, 11, 5)),
    ("Asia/Pyongyang", date(2018, 5, 4)),
    ("America/Caracas", date(2016, 5, 1)),
    ("Antarctica/Troll", date(2024, 3, 31)),
    ("Europe/Dublin", date(2024, 12, 31)),
    ("Asia/Kathmandu", date(2024, 12, 31)),
    ("Pacific/Kiritimati", date(2024, 12, 31)),
    ("Pacific/Pago_Pago", date(2024, 12, 31)),
]
quarters = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
clock_times = quarters | st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
weeks = st.dictionaries(st.integers(0, 6), st.lists(st.tuples(clock_times, clock_times), max_size=3), max_size=7)


@st.composite
def schedules(draw):
    """A zone, a week, closed dates, closed parts (in minutes of the walk) and the walk's first instant."""
    zone, shifty = draw(st.sampled_from(SHIFTY_DAYS))
    closed_days = draw(st.sets(st.integers(-2, 2).map(lambda days: shifty + days * DAY), max_size=2))
    parts = draw(st.lists(st.tuples(st.integers(0, WALK), st.integers(1, 2000)), max_size=2))
    begin = datetime.combine(shifty - DAY, time(0), UTC) - draw(st.integers(0, 720)) * MINUTE
    return zone, draw(weeks), closed_days, parts, begin


def calendar_of(schedule) -> Calendar:
    zone, weekly, closed_days, parts, begin = schedule
    closures = [(begin + start * MINUTE, begin + (start + length) * MINUTE) for start, length in parts]
    return Calendar(zone, weekly, [*closed_days, *closures])


def open_minutes(schedule) -> list[bool]:
    """For each minute of the walk: is it open? Asked of a wall clock whose hands never go back."""
    zone, weekly, closed_days, parts, begin = schedule
    since = int((begin - datetime.combine(begin.date(), time(0), UTC)) / MINUTE)
    shown = shown_on_the_wall(zone, begin.date())
    hands = list(accumulate(shown[since : since + FURTHEST_BACK + WALK], max))[FURTHEST_BACK:]
    open_at = wall_minutes(weekly, [hands[0][0] + day for day in range(-1, hands[-1][0] - hands[0][0] + 1)])
    closed = {minute for start, length in parts for minute in range(start, start + length)}
    closed_on = {day.toordinal() for day in closed_days}
    return [
        minute_of_day in open_at[day] and day not in closed_on and minute not in closed
        for minute, (day, minute_of_day) in enumerate(hands)
    ]


@cache
def shown_on_the_wall(zone: str, day: date) -> list[tuple[int, int]]:
    """What a clock shows, as (day, minute of the day), at each minute from a while before a UTC day begins."""
    start, wall_clock = datetime.combine(day, time(0), UTC), ZoneInfo(zone)
    walls = [(start + minute * MINUTE).astimezone(wall_clock) for minute in range(-FURTHEST_BACK, 24 * 60 + WALK)]
    return [(at.toordinal(), at.hour * 60 + at.minute) for at in walls]


def wall_minutes(weekly, days: list[int]) -> dict[int, set[int]]:
    """The minutes that the week has open on each day, and on the day after where a span runs over midnight."""
    found = defaultdict(set)
    for day in days:
        for opens, closes in weekly.get(date.fromordinal(day).weekday(), []):
            start, end = (at.hour * 60 + at.minute for at in (opens, closes))
            found[day] |= set(range(start, end if end > start else 24 * 60))
            found[day + 1] |= set(range(end if end <= start else 0))
    return found


@settings(deadline=None, max_examples=CASES or 10)
@given(schedules(), st.data())
def test_every_answer_is_that_of_a_walk_over_the_minutes(schedule, data):
    calendar, walk = calendar_of(schedule), open_minutes(schedule)
    counted, begin = [0, *accumulate(walk)], schedule[-1]
    start, end = sorted(data.draw(st.lists(st.integers(0, WALK), min_size=2, max_size=2)))
    first, last = begin + start * MINUTE, begin + end * MINUTE
    spans = calendar.spans_between(first, last)
    most = counted[-1] - counted[start]
    amount = data.draw(st.integers(min(1, most), most))
    assert (
        calendar.open_between(first, last),
        sum((closes - opens for opens, closes in spans), timedelta(0)),
        [calendar.is_open(begin + minute * MINUTE) for minute in range(0, WALK, 7)],
        calendar.add(first, amount * MINUTE),
    ) == (
        (counted[end] - counted[start]) * MINUTE,
        (counted[end] - counted[start]) * MINUTE,
        walk[::7],
        begin + bisect_left(counted, counted[start] + amount, start) * MINUTE,
    )


@settings(deadline=None, max_examples=CASES or 15)
@given(
    schedules(),
    schedules(),
    st.timedeltas(timedelta(0), 10 * DAY),
    st.lists(st.timedeltas(timedelta(0), timedelta(hours=60)), min_size=2, max_size=2),
)
def test_adding_and_measuring_are_inverse_and_monotone_to_the_microsecond(one, two, ahead, durations):
    calendar = calendar_of(one)
    start = one[-1] + ahead
    for hours in (calendar, CalendarTimeline([(None, calendar), (start + ahead, calendar_of(two))])):
        try:
            ends = [hours.add(start, duration) for duration in sorted(durations)]
        except NeverOpen:
            assert hours.open_between(start + 12 * 366 * DAY, start + 13 * 366 * DAY) == timedelta(0)
            continue
        assert [hours.open_between(start, end) for end in ends] == sorted(durations)
        assert start <= ends[0] <= ends[1]


@settings(deadline=None, max_examples=CASES or 15)
@given(schedules(), st.lists(st.timedeltas(-400 * DAY, 400 * DAY), min_size=3, max_size=3))
def test_open_time_adds_up_over_any_instant_between(schedule, distances):
    calendar = calendar_of(schedule)
    first, middle, last = sorted(schedule[-1] + distance for distance in distances)
    assert calendar.open_between(first, last) == calendar.open_between(first, middle) + calendar.open_between(
        middle, last
    )
