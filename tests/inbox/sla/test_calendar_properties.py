"""The calendar against a walk over the minutes, on days when clocks change and in odd zones."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.sla.calendar import Calendar, CalendarTimeline, NeverOpen

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WALK = 5 * 24 * 60

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
    begin = datetime.combine(shifty - 2 * DAY, time(0), UTC) - draw(st.integers(0, 720)) * MINUTE
    return zone, draw(weeks), closed_days, parts, begin


def calendar_of(schedule) -> Calendar:
    zone, weekly, closed_days, parts, begin = schedule
    closures = [(begin + start * MINUTE, begin + (start + length) * MINUTE) for start, length in parts]
    return Calendar(zone, weekly, [*closed_days, *closures])


def open_minutes(schedule) -> list[bool]:
    """For each minute of the walk: is it open? Asked of a wall clock whose hands never go back."""
    zone, weekly, closed_days, parts, begin = schedule
    wall_clock = ZoneInfo(zone)
    warm_up = 2 * 24 * 60
    shown = [(begin + minute * MINUTE).astimezone(wall_clock).replace(tzinfo=None) for minute in range(-warm_up, WALK)]
    hands = list(accumulate(shown, max))[warm_up:]
    days = {at.date() + offset * DAY for at in (hands[0], hands[-1]) for offset in range(-8, 9)}
    spans = [
        (datetime.combine(day, opens), datetime.combine(day + (DAY if closes <= opens else 0 * DAY), closes))
        for day in days
        for opens, closes in weekly.get(day.weekday(), [])
    ]
    return [
        any(opens <= at < closes for opens, closes in spans)
        and at.date() not in closed_days
        and not any(start <= minute < start + length for start, length in parts)
        for minute, at in enumerate(hands)
    ]


@settings(deadline=None, max_examples=8)
@given(schedules(), st.data())
def test_open_time_is_the_number_of_open_minutes(schedule, data):
    calendar, walk = calendar_of(schedule), open_minutes(schedule)
    counted = [0, *accumulate(walk)]
    start, end = sorted(data.draw(st.lists(st.integers(0, WALK), min_size=2, max_size=2)))
    begin = schedule[-1]
    spans = calendar.spans_between(begin + start * MINUTE, begin + end * MINUTE)
    assert (
        calendar.open_between(begin + start * MINUTE, begin + end * MINUTE),
        sum((closes - opens for opens, closes in spans), timedelta(0)),
        [calendar.is_open(begin + minute * MINUTE) for minute in range(0, WALK, 60)],
    ) == ((counted[end] - counted[start]) * MINUTE, (counted[end] - counted[start]) * MINUTE, walk[::60])


@settings(deadline=None, max_examples=8)
@given(schedules(), st.data())
def test_adding_finds_the_first_minute_by_which_the_amount_is_over(schedule, data):
    calendar, walk = calendar_of(schedule), open_minutes(schedule)
    counted = [0, *accumulate(walk)]
    start = data.draw(st.integers(0, WALK - 1))
    most = counted[-1] - counted[start]
    amount = data.draw(st.integers(min(1, most), most))
    expected = bisect_left(counted, counted[start] + amount, start)
    begin = schedule[-1]
    assert calendar.add(begin + start * MINUTE, amount * MINUTE) == begin + expected * MINUTE


@settings(deadline=None, max_examples=15)
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


@settings(deadline=None, max_examples=15)
@given(schedules(), st.lists(st.timedeltas(-400 * DAY, 400 * DAY), min_size=3, max_size=3))
def test_open_time_adds_up_over_any_instant_between(schedule, distances):
    calendar = calendar_of(schedule)
    first, middle, last = sorted(schedule[-1] + distance for distance in distances)
    assert calendar.open_between(first, last) == calendar.open_between(first, middle) + calendar.open_between(
        middle, last
    )
