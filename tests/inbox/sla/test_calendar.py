import json
import pickle
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from inbox.sla.calendar import ALWAYS_OPEN, Calendar, CalendarTimeline, InvalidCalendar, NeverOpen
from tests.corpora import corpora

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
ROUND_THE_CLOCK = {day: [(time(0), time(0))] for day in range(7)}
OFFICE = {day: [(time(9), time(17))] for day in range(5)}
WITH_LUNCH = {day: [(time(8, 30), time(12)), (time(13), time(17, 30))] for day in range(5)}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def every_day(opens: time, closes: time) -> dict[int, list[tuple[time, time]]]:
    return {day: [(opens, closes)] for day in range(7)}


def open_on(calendar: Calendar, day: str) -> timedelta:
    start = datetime.combine(date.fromisoformat(day), time(0), ZoneInfo(calendar.timezone))
    return calendar.open_between(start, start + DAY)


class TestSpans:
    def test_an_office_day_has_eight_hours_and_a_week_forty(self):
        calendar = Calendar("Europe/Berlin", OFFICE)
        monday = local("2024-06-03", "Europe/Berlin")
        assert [calendar.open_between(monday, monday + days * DAY) for days in (1, 7, 14)] == [
            8 * HOUR,
            40 * HOUR,
            80 * HOUR,
        ]

    def test_a_lunch_break_does_not_count(self):
        calendar = Calendar("Etc/UTC", WITH_LUNCH)
        assert (
            calendar.open_between(utc("2024-06-03T11:59:00"), utc("2024-06-03T13:01:00")),
            calendar.add(utc("2024-06-03T11:30:00"), HOUR),
        ) == (2 * MINUTE, utc("2024-06-03T13:30:00"))

    def test_an_end_at_midnight_is_the_end_of_the_day(self):
        calendar = Calendar("Etc/UTC", {0: [(time(20), time(0))]})
        assert calendar.spans_between(utc("2024-06-02"), utc("2024-06-05")) == [
            (utc("2024-06-03T20:00"), utc("2024-06-04"))
        ]

    def test_a_span_over_midnight_belongs_to_the_day_it_starts_on(self):
        calendar = Calendar("Etc/UTC", {6: [(time(22), time(6))]})
        assert calendar.spans_between(utc("2024-06-02"), utc("2024-06-05")) == [
            (utc("2024-06-02T22:00"), utc("2024-06-03T06:00"))
        ]

    def test_overlapping_and_touching_spans_count_once(self):
        calendar = Calendar(
            "Etc/UTC",
            {
                0: [(time(9), time(13)), (time(10), time(12)), (time(13), time(15)), (time(14), time(2))],
                1: [(time(1), time(3))],
            },
        )
        assert calendar.spans_between(utc("2024-06-03"), utc("2024-06-05")) == [
            (utc("2024-06-03T09:00"), utc("2024-06-04T03:00"))
        ]

    def test_round_the_clock_is_calendar_time(self):
        calendar = Calendar("America/New_York", ROUND_THE_CLOCK)
        start, end = utc("2023-01-31T12:00:01"), utc("2026-02-03T04:05:06.000007")
        assert (
            calendar.open_between(start, end),
            calendar.add(start, end - start),
            calendar.spans_between(start, end),
        ) == (ALWAYS_OPEN.open_between(start, end), end, [(start, end)])

    def test_instants_of_any_zone_are_compared_as_instants(self):
        calendar = Calendar("Europe/Berlin", ROUND_THE_CLOCK)
        before, after = local("2024-03-31T01:30", "Europe/Berlin"), local("2024-03-31T03:30", "Europe/Berlin")
        assert calendar.open_between(before, after) == ALWAYS_OPEN.open_between(before, after) == HOUR


class TestClosures:
    def test_a_closed_date_is_closed_in_the_calendars_own_zone(self):
        calendar = Calendar("Pacific/Auckland", OFFICE, [date(2024, 6, 4)])
        assert [open_on(calendar, f"2024-06-0{day}") for day in (3, 4, 5)] == [8 * HOUR, timedelta(0), 8 * HOUR]

    def test_a_closed_date_closes_the_part_of_a_night_span_that_lies_on_it(self):
        calendar = Calendar("Etc/UTC", every_day(time(22), time(6)), [date(2024, 6, 4)])
        assert calendar.spans_between(utc("2024-06-03T12:00"), utc("2024-06-05T12:00")) == [
            (utc("2024-06-03T22:00"), utc("2024-06-04")),
            (utc("2024-06-05"), utc("2024-06-05T06:00")),
        ]

    def test_part_of_a_day_can_be_closed(self):
        party = (local("2024-06-03T15:00", "Europe/Berlin"), local("2024-06-03T23:00", "Europe/Berlin"))
        calendar = Calendar("Europe/Berlin", OFFICE, [party])
        assert open_on(calendar, "2024-06-03") == 6 * HOUR

    def test_forty_closures_a_year_are_taken_out_of_the_year(self):
        holidays = [date(2024, 1, 1) + 9 * n * DAY for n in range(40)]
        calendar = Calendar("Etc/UTC", ROUND_THE_CLOCK, holidays)
        assert calendar.open_between(utc("2024-01-01"), utc("2025-01-01")) == (366 - 40) * DAY

    def test_a_closure_across_new_year_counts_in_both_years(self):
        calendar = Calendar("Etc/UTC", ROUND_THE_CLOCK, [(utc("2024-12-31T12:00"), utc("2025-01-02T12:00"))])
        assert calendar.spans_between(utc("2024-12-31"), utc("2025-01-03")) == [
            (utc("2024-12-31"), utc("2024-12-31T12:00")),
            (utc("2025-01-02T12:00"), utc("2025-01-03")),
        ]


class TestClockChanges:
    @pytest.mark.parametrize(
        ("opens", "closes", "length"),
        [
            (time(2), time(3), timedelta(0)),
            (time(2), time(4), HOUR),
            (time(2, 30), time(3, 30), 30 * MINUTE),
            (time(1, 30), time(2, 30), 30 * MINUTE),
            (time(0), time(6), 5 * HOUR),
            (time(2, 10), time(2, 50), timedelta(0)),
        ],
    )
    def test_an_hour_that_the_clock_jumps_over_is_not_counted(self, opens, closes, length):
        calendar = Calendar("America/New_York", {6: [(opens, closes)]})
        assert calendar.open_between(utc("2024-03-10"), utc("2024-03-12")) == length

    @pytest.mark.parametrize(
        ("opens", "closes", "length"),
        [
            (time(1), time(2), 2 * HOUR),
            (time(0), time(6), 7 * HOUR),
            (time(1, 15), time(1, 45), 30 * MINUTE),
            (time(0, 30), time(1, 30), HOUR),
            (time(1, 30), time(3), 150 * MINUTE),
        ],
    )
    def test_a_repeated_hour_counts_twice_but_an_edge_in_it_is_the_first(self, opens, closes, length):
        calendar = Calendar("America/New_York", {6: [(opens, closes)]})
        assert calendar.open_between(utc("2024-11-03"), utc("2024-11-05")) == length

    def test_lord_howe_jumps_by_half_an_hour(self):
        calendar = Calendar("Australia/Lord_Howe", every_day(time(1), time(3)))
        noon = [local(f"{day}T12:00", "Australia/Lord_Howe") for day in ("2024-10-05", "2024-10-06", "2024-10-07")]
        assert (calendar.open_between(noon[0], noon[1]), calendar.open_between(noon[1], noon[2])) == (
            90 * MINUTE,
            2 * HOUR,
        )

    def test_casablanca_turns_back_for_ramadan_and_forward_after_it(self):
        calendar = Calendar("Africa/Casablanca", every_day(time(0), time(6)))
        lengths = [
            calendar.open_between(
                local(f"{day}T00:00", "Africa/Casablanca"), local(f"{day}T12:00", "Africa/Casablanca")
            )
            for day in ("2024-03-09", "2024-03-10", "2024-04-14", "2024-04-15")
        ]
        assert lengths == [6 * HOUR, 7 * HOUR, 5 * HOUR, 6 * HOUR]

    def test_the_day_that_apia_skipped_has_no_hours_and_closing_it_changes_nothing(self):
        start, end = local("2011-12-29", "Pacific/Apia"), local("2012-01-01", "Pacific/Apia")
        office = every_day(time(9), time(17))
        plain, closed = Calendar("Pacific/Apia", office), Calendar("Pacific/Apia", office, [date(2011, 12, 30)])
        assert plain.open_between(start, end) == closed.open_between(start, end) == 16 * HOUR

    def test_a_day_that_starts_at_one_oclock_starts_there(self):
        calendar = Calendar("America/Sao_Paulo", ROUND_THE_CLOCK, [date(2015, 10, 18)])
        assert calendar.spans_between(utc("2015-10-17T12:00"), utc("2015-10-19T12:00")) == [
            (utc("2015-10-17T12:00"), utc("2015-10-18T03:00")),
            (utc("2015-10-19T02:00"), utc("2015-10-19T12:00")),
        ]

    def test_one_second_before_midnight_on_the_day_the_clocks_change(self):
        calendar = Calendar("Europe/Berlin", ROUND_THE_CLOCK)
        start, end = local("2024-03-31T00:00", "Europe/Berlin"), local("2024-03-31T23:59:59", "Europe/Berlin")
        assert calendar.open_between(start, end) == 23 * HOUR - timedelta(seconds=1)


class TestAdding:
    def test_an_amount_used_up_at_closing_ends_at_the_closing(self):
        assert Calendar("Etc/UTC", OFFICE).add(utc("2024-06-03T07:00"), 8 * HOUR) == utc("2024-06-03T17:00")

    def test_one_microsecond_more_ends_after_the_next_opening(self):
        added = Calendar("Etc/UTC", OFFICE).add(utc("2024-06-07T07:00"), 8 * HOUR + MICROSECOND)
        assert added == utc("2024-06-10T09:00") + MICROSECOND

    def test_nothing_added_is_the_start_even_in_closed_hours(self):
        assert Calendar("Etc/UTC", OFFICE).add(utc("2024-06-08T07:00"), timedelta(0)) == utc("2024-06-08T07:00")

    def test_years_of_open_time_can_be_added(self):
        calendar = Calendar("Etc/UTC", {0: [(time(9), time(10))]})
        assert calendar.add(utc("2024-01-01"), 1000 * HOUR) == utc("2024-01-01T10:00") + 999 * 7 * DAY

    @pytest.mark.parametrize("hours", [Calendar("Etc/UTC", {}), Calendar("Etc/UTC", {0: []})])
    def test_a_calendar_without_hours_says_so(self, hours):
        with pytest.raises(NeverOpen, match="does not open"):
            hours.add(utc("2024-06-03"), MICROSECOND)
        with pytest.raises(NeverOpen, match="does not open"):
            hours.next_opening(utc("2024-06-03"))

    def test_closed_for_ever_from_a_date_on_says_so(self):
        calendar = Calendar("Etc/UTC", OFFICE, [(utc("2024-06-04"), utc("2090-01-01"))])
        assert calendar.add(utc("2024-06-03T09:00"), 8 * HOUR) == utc("2024-06-03T17:00")
        with pytest.raises(NeverOpen):
            calendar.add(utc("2024-06-03T09:00"), 8 * HOUR + MICROSECOND)

    @pytest.mark.parametrize(
        "hours", [Calendar("Etc/UTC", OFFICE), ALWAYS_OPEN, CalendarTimeline([(None, ALWAYS_OPEN)])]
    )
    def test_a_negative_duration_is_refused(self, hours):
        with pytest.raises(ValueError, match="not negative"):
            hours.add(utc("2024-06-03"), -MICROSECOND)


class TestQuestions:
    def test_open_from_the_opening_until_just_before_the_closing(self):
        calendar = Calendar("Etc/UTC", OFFICE)
        instants = [utc("2024-06-03T09:00"), utc("2024-06-03T17:00")]
        assert [calendar.is_open(at + change) for at in instants for change in (-MICROSECOND, timedelta(0))] == [
            False,
            True,
            True,
            False,
        ]

    def test_the_next_opening_is_now_while_open(self):
        calendar = Calendar("Etc/UTC", OFFICE)
        assert [
            calendar.next_opening(utc(at)) for at in ("2024-06-07T12:00", "2024-06-07T17:00", "2024-12-31T23:00")
        ] == [
            utc("2024-06-07T12:00"),
            utc("2024-06-10T09:00"),
            utc("2025-01-01T09:00"),
        ]

    def test_reversed_and_equal_instants_have_no_open_time_between_them(self):
        at = utc("2024-06-03T10:00")
        timeline = CalendarTimeline([(None, Calendar("Etc/UTC", OFFICE)), (at, ALWAYS_OPEN)])
        assert [
            (hours.open_between(at, end), hours.spans_between(at, end))
            for hours in (Calendar("Etc/UTC", OFFICE), timeline, ALWAYS_OPEN)
            for end in (at, at - DAY)
        ] == [(timedelta(0), [])] * 6

    def test_a_naive_datetime_is_refused(self):
        for hours in (Calendar("Etc/UTC", OFFICE), ALWAYS_OPEN):
            with pytest.raises(ValueError, match="aware"):
                hours.open_between(datetime(2024, 6, 3), utc("2024-06-04"))  # noqa: DTZ001

    def test_equal_calendars_are_equal_hash_equal_and_survive_pickling(self):
        one = Calendar("Etc/UTC", {0: [(time(13), time(17)), (time(9), time(12))]}, [date(2024, 6, 3)])
        two = Calendar(ZoneInfo("Etc/UTC"), {0: [(time(9), time(12)), (time(13), time(17))], 1: []}, {date(2024, 6, 3)})
        other = Calendar("Etc/UTC", {0: [(time(9), time(12))]})
        assert ({one, two, pickle.loads(pickle.dumps(one))}, one == other) == ({one}, False)


class TestRefusals:
    @pytest.mark.parametrize(
        ("timezone", "weekly", "closures", "message"),
        [
            ("Mars/Olympus", {}, [], "no time zone 'Mars/Olympus'"),
            ("", {}, [], "no time zone ''"),
            ("../etc/passwd", {}, [], "no time zone"),
            ("Etc/UTC", {7: []}, [], "0 \\(Monday\\) to 6"),
            ("Etc/UTC", {"0": []}, [], "0 \\(Monday\\) to 6"),
            ("Etc/UTC", {0: [("09:00", "17:00")]}, [], "pair of local times"),
            ("Etc/UTC", {0: [(time(9),)]}, [], "pair of local times"),
            ("Etc/UTC", {0: [(time(9, tzinfo=UTC), time(17))]}, [], "pair of local times"),
            ("Etc/UTC", {}, ["2024-06-03"], "a date or a pair"),
            ("Etc/UTC", {}, [utc("2024-06-03")], "a date or a pair"),
            ("Etc/UTC", {}, [(date(2024, 6, 3), date(2024, 6, 4))], "two aware datetimes"),
            ("Etc/UTC", {}, [(datetime(2024, 6, 3), datetime(2024, 6, 4))], "two aware datetimes"),  # noqa: DTZ001
            ("Etc/UTC", {}, [(utc("2024-06-03"), utc("2024-06-03"))], "ends after it starts"),
        ],
    )
    def test_nonsense_is_refused_with_a_reason(self, timezone, weekly, closures, message):
        with pytest.raises(InvalidCalendar, match=message):
            Calendar(timezone, weekly, closures)

    def test_a_timeline_needs_one_version_an_instant(self):
        office = Calendar("Etc/UTC", OFFICE)
        for versions in ([], [(None, office), (None, office)], [(utc("2024-06-03"), office)] * 2):
            with pytest.raises(InvalidCalendar):
                CalendarTimeline(versions)


class TestTimeline:
    """Office hours in Berlin until midnight of Tuesday, from then on lunch breaks in New York."""

    change = utc("2024-06-04T12:00")
    timeline = CalendarTimeline(
        [(change, Calendar("America/New_York", WITH_LUNCH)), (None, Calendar("Europe/Berlin", OFFICE))]
    )

    def test_each_instant_is_measured_by_the_version_in_force_at_it(self):
        assert self.timeline.spans_between(utc("2024-06-04"), utc("2024-06-05")) == [
            (utc("2024-06-04T07:00"), utc("2024-06-04T12:00")),
            (utc("2024-06-04T12:30"), utc("2024-06-04T16:00")),
            (utc("2024-06-04T17:00"), utc("2024-06-04T21:30")),
        ]

    def test_open_time_adds_up_over_the_change(self):
        assert self.timeline.open_between(utc("2024-06-04T10:00"), utc("2024-06-04T13:00")) == 2 * HOUR + 30 * MINUTE

    def test_adding_goes_on_in_the_new_version(self):
        assert [self.timeline.add(utc("2024-06-04T10:00"), hours * HOUR) for hours in (1, 2, 3)] == [
            utc("2024-06-04T11:00"),
            self.change,
            utc("2024-06-04T13:30"),
        ]

    def test_the_next_opening_may_lie_in_the_next_version(self):
        closed_then_open = CalendarTimeline(
            [(None, Calendar("Etc/UTC", {})), (self.change, Calendar("Etc/UTC", OFFICE))]
        )
        at = utc("2024-06-03T10:00")
        assert (closed_then_open.is_open(at), closed_then_open.next_opening(at)) == (False, self.change)

    def test_the_earliest_version_covers_all_time_before_it(self):
        only = CalendarTimeline([(self.change, Calendar("Etc/UTC", OFFICE))])
        assert only.open_between(utc("2024-06-03"), utc("2024-06-04")) == 8 * HOUR

    def test_an_interval_over_two_schedules_is_not_measured_by_one(self):
        """959.46 business minutes over two schedules; the classic mistake, one schedule for all of it, gives 689.46."""
        old = Calendar("Europe/Warsaw", {day: [(time(8), time(12))] for day in range(5)})
        new = Calendar("Europe/Warsaw", {day: [(time(8), time(16, 30))] for day in range(5)})
        timeline = CalendarTimeline([(None, old), (local("2024-06-05T00:00", "Europe/Warsaw"), new)])
        start = local("2024-06-03T08:30:32.4", "Europe/Warsaw")
        end = local("2024-06-05T16:30", "Europe/Warsaw")
        minutes = [hours.open_between(start, end) / MINUTE for hours in (timeline, old)]
        assert minutes == [959.46, 689.46]


def test_the_business_time_cases_of_other_projects_agree():
    cases = [json.loads(line) for line in (corpora() / "calendar" / "cases.jsonl").read_text().splitlines()]
    answers = {case["id"]: answer(case) for case in cases}
    accepted = {case["id"]: {case["expected"], case.get("alt_expected")} for case in cases}
    assert {name: answer for name, answer in answers.items() if answer not in accepted[name]} == {}
    assert len(answers) >= 67


def answer(case: dict) -> str | float:
    """What our calendar says to a case: the instant of `after`, the seconds of `within`."""
    calendar, args = case_calendar(case), case["args"]
    if case["op"] == "after":
        return f"{calendar.add(utc(args['at']), timedelta(**{args['unit']: args['amount']})):%FT%TZ}"
    return calendar.open_between(utc(args["from"]), utc(args["to"])) / timedelta(seconds=1)


def case_calendar(case: dict) -> Calendar:
    weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    weekly = {
        weekdays.index(day): [(clock(opens), clock(closes)) for opens, closes in spans.items()]
        for day, spans in case["hours"].items()
    }
    holidays = [date.fromisoformat(day) for day in case["holidays"]]
    breaks = [
        (wall(day, start, case["tz"]), wall(day, end, case["tz"]))
        for day, parts in case["breaks"].items()
        for start, end in parts.items()
    ]
    return Calendar(case["tz"], weekly, [*holidays, *breaks])


def clock(text: str) -> time:
    return time(0) if text == "24:00" else time.fromisoformat(text)


def wall(day: str, text: str, zone: str) -> datetime:
    return datetime.combine(
        date.fromisoformat(day) + (DAY if text == "24:00" else timedelta(0)), clock(text), ZoneInfo(zone)
    )
