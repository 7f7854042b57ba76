"""The rules of whom to ask, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.surveys.eligibility import Facts, Terms, arm, first_loud, is_quiet, is_sampled, plan, reminder
from inbox.surveys.enums import Suppression

OSLO, SHANGHAI = ZoneInfo("Europe/Oslo"), ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ZONES = ["Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kolkata"]
ZONES += ["Africa/Cairo", "America/St_Johns", "Pacific/Chatham", "Africa/Casablanca", "Asia/Gaza", "UTC"]


def facts(**values: object) -> Facts:
    return Facts(**{"sample_key": "1:1", "zone": OSLO, **values})


@pytest.mark.parametrize(
    ("facts_", "terms", "expected"),
    [
        (facts(), Terms(), NOON),
        (facts(is_spam=True), Terms(), Suppression.SPAM),
        (facts(erased=True), Terms(), Suppression.ERASED),
        (facts(opted_out=True), Terms(), Suppression.OPTED_OUT),
        (facts(wrote=False, wrote_automatically=True), Terms(), Suppression.AUTOMATIC_SENDER),
        (facts(wrote=True, wrote_automatically=True), Terms(), NOON),
        (facts(wrote=False), Terms(), Suppression.NO_CUSTOMER),
        (facts(human_replies=0), Terms(), Suppression.NO_HUMAN_REPLY),
        (facts(human_replies=3), Terms(), NOON),
        (facts(has_address=False), Terms(), Suppression.NO_ADDRESS),
        (facts(), Terms(is_active=False), Suppression.SURVEY_OFF),
        (facts(), Terms(sample_percent=0), Suppression.SAMPLED_OUT),
        (facts(asked_at=[NOON - 29 * DAY]), Terms(), Suppression.ASKED_LATELY),
        (facts(asked_at=[NOON - 30 * DAY]), Terms(), NOON),
        (facts(asked_at=[NOON - 30 * DAY + timedelta(seconds=1)]), Terms(), Suppression.ASKED_LATELY),
        (facts(asked_at=[NOON - 90 * DAY, NOON + DAY]), Terms(), Suppression.ASKED_LATELY),
        (facts(asked_at=[NOON - DAY]), Terms(throttle=timedelta(0)), NOON),
        (facts(zone=SHANGHAI), Terms(), datetime(2026, 3, 4, 1, tzinfo=UTC)),
        (facts(is_spam=True, erased=True, human_replies=0), Terms(is_active=False), Suppression.SPAM),
        (facts(is_merged=True), Terms(), Suppression.MERGED),
        (facts(is_deleted=True), Terms(), Suppression.DELETED),
        (facts(is_internal=True), Terms(), Suppression.INTERNAL),
        (facts(is_public=True), Terms(), Suppression.PUBLIC),
        (facts(closes_at=NOON), Terms(), NOON),
        (facts(closes_at=NOON - HOUR), Terms(), Suppression.WINDOW_CLOSED),
    ],
)
def test_who_is_asked_and_when(facts_: Facts, terms: Terms, expected: object) -> None:
    assert plan(facts_, terms, NOON) == expected


@pytest.mark.parametrize(
    ("closes_at", "expected"),
    [
        (NOON + 3 * HOUR, NOON + 2 * HOUR),
        (NOON + HOUR, NOON + HOUR),
        (NOON, NOON),
        (NOON - HOUR, Suppression.WINDOW_CLOSED),
    ],
)
def test_who_may_be_written_to_only_for_a_while_is_asked_within_it_even_if_that_is_early(
    closes_at: datetime, expected: object
) -> None:
    assert plan(facts(closes_at=closes_at), Terms(), NOON + 2 * HOUR, NOON) == expected


def test_a_window_that_closes_before_the_night_is_over_is_missed_and_not_kept_open_by_waking_anybody() -> None:
    evening = datetime(2026, 3, 3, 19, 30, tzinfo=UTC)
    assert plan(facts(closes_at=evening + 10 * HOUR), Terms(), evening, evening) == Suppression.WINDOW_CLOSED


def test_surveys_share_the_work_cycles_as_told_always_the_same_way_and_one_without_a_share_gets_none() -> None:
    keys = [f"{ticket}:1" for ticket in range(4000)]
    chosen = [arm(key, [(7, 3), (9, 1), (11, 0)]) for key in keys]
    assert (
        chosen == [arm(key, [(11, 0), (9, 1), (7, 3)]) for key in keys],
        set(chosen),
        2850 < chosen.count(7) < 3150,
        arm("1:1", [(11, 0)]),
        arm("1:1", []),
    ) == (True, {7, 9}, True, None, None)


def test_a_reminder_waits_for_the_day_and_does_not_come_at_the_last_moment() -> None:
    evening = datetime(2026, 3, 3, 20, tzinfo=UTC)
    assert [
        reminder(NOON, None, NOON + 14 * DAY, OSLO, Terms()),
        reminder(NOON, 3, NOON + 14 * DAY, OSLO, Terms()),
        reminder(evening, 3, NOON + 14 * DAY, OSLO, Terms()),
        reminder(NOON, 13, NOON + 14 * DAY, OSLO, Terms()),
        reminder(evening, 13, NOON + 14 * DAY, OSLO, Terms()),
    ] == [None, NOON + 3 * DAY, datetime(2026, 3, 7, 8, tzinfo=UTC), NOON + 13 * DAY, None]


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        # Oslo is an hour ahead in winter and two in summer.
        ("2026-03-03T07:59:59", OSLO, "2026-03-03T08:00:00"),
        ("2026-03-03T08:00:00", OSLO, "2026-03-03T08:00:00"),
        ("2026-03-03T18:59:59", OSLO, "2026-03-03T18:59:59"),
        ("2026-03-03T19:00:00", OSLO, "2026-03-04T08:00:00"),
        ("2026-03-28T20:00:00", OSLO, "2026-03-29T07:00:00"),
        ("2026-10-24T20:00:00", OSLO, "2026-10-25T08:00:00"),
        # Samoa had no 30 December 2011.
        ("2011-12-30T08:00:00", ZoneInfo("Pacific/Apia"), "2011-12-30T19:00:00"),
    ],
)
def test_the_night_ends_at_nine_on_the_customers_wall(at: str, zone: ZoneInfo, expected: str) -> None:
    assert first_loud(_utc(at), zone, Terms()) == _utc(expected)


def test_equal_hours_are_never_quiet_and_a_window_may_pass_midnight() -> None:
    always, at_night = Terms(quiet_from_hour=0, quiet_until_hour=0), Terms(quiet_from_hour=8, quiet_until_hour=22)
    two, ten = _utc("2026-03-03T02:00:00"), _utc("2026-03-03T10:00:00")
    assert [is_quiet(two, ZoneInfo("UTC"), terms) for terms in (always, at_night)] + [
        is_quiet(ten, ZoneInfo("UTC"), terms) for terms in (always, at_night)
    ] == [False, False, False, True]


@given(
    st.integers(0, 38 * 365 * 24 * 60),
    st.sampled_from(ZONES),
    st.integers(0, 23),
    st.integers(0, 23),
)
def test_nobody_is_asked_in_the_night_whatever_the_clocks_do(minutes: int, zone: str, start: int, end: int) -> None:
    at = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    terms = Terms(quiet_from_hour=start, quiet_until_hour=end)
    found = first_loud(at, ZoneInfo(zone), terms)
    waits_less_than_two_days = found - at < timedelta(days=2)
    assert (is_quiet(found, ZoneInfo(zone), terms), found >= at, waits_less_than_two_days) == (False, True, True)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), max_size=20), st.integers(1, 60))
def test_a_customer_is_never_asked_twice_within_the_throttle(steps: Sequence[tuple[int, int]], days: int) -> None:
    terms, at, asked = Terms(throttle=days * DAY), NOON, []
    for hours, _ in steps:
        at += timedelta(hours=hours)
        decision = plan(facts(asked_at=asked), terms, at)
        if isinstance(decision, datetime):
            asked.append(decision)
    assert all(later - earlier >= days * DAY for earlier, later in pairwise(asked))


@given(
    st.builds(
        Facts,
        sample_key=st.text(max_size=8),
        zone=st.sampled_from([ZoneInfo(zone) for zone in ZONES]),
        is_spam=st.booleans(),
        wrote=st.booleans(),
        wrote_automatically=st.booleans(),
        human_replies=st.integers(0, 3),
        has_address=st.booleans(),
        opted_out=st.booleans(),
        erased=st.booleans(),
        asked_at=st.lists(st.just(NOON), max_size=1),
    ),
    st.builds(Terms, is_active=st.booleans(), sample_percent=st.integers(0, 100)),
)
def test_whoever_is_not_asked_has_a_reason_and_whoever_is_has_none(facts_: Facts, terms: Terms) -> None:
    decision = plan(facts_, terms, NOON)
    speaks_against = (
        facts_.is_spam
        or facts_.erased
        or facts_.opted_out
        or not facts_.wrote
        or not facts_.human_replies
        or not facts_.has_address
        or not terms.is_active
        or not is_sampled(facts_.sample_key, terms.sample_percent)
        or bool(facts_.asked_at)
    )
    assert isinstance(decision, Suppression) == speaks_against


def test_a_sample_is_the_same_every_time_grows_with_its_share_and_has_about_its_size() -> None:
    keys = [f"{ticket}:1" for ticket in range(4000)]
    tenth = {key for key in keys if is_sampled(key, 10)}
    half = {key for key in keys if is_sampled(key, 50)}
    sizes = (350 < len(tenth) < 450, 1900 < len(half) < 2100)
    ends = (any(is_sampled(key, 0) for key in keys), all(is_sampled(key, 100) for key in keys))
    assert (tenth == {key for key in keys if is_sampled(key, 10)}, tenth < half, sizes, ends) == (
        True,
        True,
        (True, True),
        (False, True),
    )


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
