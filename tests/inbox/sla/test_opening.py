"""Opening hours as people and the API give them: what is taken, and what is said where something is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.sla.opening import InvalidHours, OpeningHours, hours_from

GIVEN: dict[str, Any] = {"time_zone": "Europe/Oslo", "weekly": {"0": [["09:00", "17:00"]]}}


def test_what_is_given_is_stored_in_order_and_in_one_writing() -> None:
    given = {
        "time_zone": "Europe/Oslo",
        "weekly": {3: [["13:00", "17:30"], ("8:00", "12:00")], "0": [["22:00", "24:00"]], "1": []},
        "closures": [
            {"from": "2026-12-24T12:00", "until": "2026-12-24T18:00:00+00:00", "name": " Christmas  Eve "},
            {"from": "2026-07-13", "until": "2026-07-17"},
            {"from": "2026-05-15"},
        ],
        "country": "NO",
        "worked": ["2026-12-26", "2026-05-01", "2026-05-01"],
    }
    assert hours_from(given) == OpeningHours(
        time_zone="Europe/Oslo",
        weekly={"0": [["22:00", "00:00"]], "3": [["08:00", "12:00"], ["13:00", "17:30"]]},
        closures=[
            {"from": "2026-05-15", "until": "2026-05-15", "name": ""},
            {"from": "2026-07-13", "until": "2026-07-17", "name": ""},
            {"from": "2026-12-24T12:00:00+01:00", "until": "2026-12-24T19:00:00+01:00", "name": "Christmas Eve"},
        ],
        country="NO",
        worked=["2026-05-01", "2026-12-26"],
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"time_zone": "Europe/Nowhere"}, {"time_zone": "Choose a time zone from the list."}),
        ({"time_zone": None}, {"time_zone": "Choose a time zone from the list."}),
        ({"weekly": {}}, {"weekly": "Open at least once a week: with no open hour nothing would ever be due."}),
        ({"weekly": {"0": []}}, {"weekly": "Open at least once a week: with no open hour nothing would ever be due."}),
        ({"weekly": []}, {"weekly": "Give the open hours of each weekday, from 0 (Monday) to 6 (Sunday)."}),
        ({"weekly": {"7": []}}, {"weekly.7": "Weekdays are numbered from 0 (Monday) to 6 (Sunday)."}),
        ({"weekly": {"2": "9-17"}}, {"weekly.2": "A day has a list of at most twelve spans."}),
        ({"weekly": {"2": ["9-17"]}}, {"weekly.2.0": "Open hours are a pair of times."}),
        ({"weekly": {"2": [["09:00", ""]]}}, {"weekly.2.0": "Enter both times, such as 09:00 and 17:30."}),
        ({"weekly": {"2": [["09:00", "25:00"]]}}, {"weekly.2.0": "Enter both times, such as 09:00 and 17:30."}),
        ({"weekly": {"2": [["09:00", "09:00"]]}},
         {"weekly.2.0": "It opens and closes at the same time. For the whole day, enter 00:00 to 00:00."}),
        ({"weekly": {"2": [["09:00", "12:00"], ["11:59", "17:00"]]}},
         {"weekly.2.1": "These hours overlap with others of the same day."}),
        ({"weekly": {"2": [["22:00", "06:00"], ["23:00", "00:00"]]}},
         {"weekly.2.1": "These hours overlap with others of the same day."}),
        ({"closures": [{"name": "Party"}]},
         {"closures.0.from": "Enter the first day, such as 2026-12-24.",
          "closures.0.until": "Enter the last day, such as 2026-12-26."}),
        ({"closures": [{"from": "2026-02-30"}]},
         {"closures.0.from": "Enter the first day, such as 2026-12-24.",
          "closures.0.until": "Enter the last day, such as 2026-12-26."}),
        ({"closures": [{"from": "2026-12-24", "until": "2026-12-23"}]},
         {"closures.0.until": "It ends before it begins."}),
        ({"closures": [{"from": "2026-12-24T12:00", "until": "2026-12-24T12:00"}]},
         {"closures.0.until": "It ends before it begins."}),
        ({"closures": [{"from": "2026-12-24", "until": "2026-12-24T12:00"}]},
         {"closures.0.until": "Enter both times or none: without times whole days are closed."}),
        ({"closures": [{"from": "2026-01-01", "until": "2028-01-01"}]},
         {"closures.0.until": "A closure lasts a year at most."}),
        ({"closures": "Christmas"}, {"closures": "Closures are a list of at most 400."}),
        ({"country": "XX"}, {"country": "The holidays of this country are not known."}),
        ({"country": "NO", "region": "BY"}, {"region": "Choose a region of the country, or none."}),
        ({"worked": ["soon"]}, {"worked": "Holidays that are worked are dates, such as 2026-12-26."}),
        ({"worked": 7}, {"worked": "Holidays that are worked are dates, such as 2026-12-26."}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_sentence_at_its_place(
    changed: dict[str, Any], told: dict[str, str]
) -> None:
    with pytest.raises(InvalidHours) as refused:
        hours_from(GIVEN | changed)
    assert {place: " ".join(map(str, said)) for place, said in refused.value.errors.items()} == told


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidHours) as refused:
        hours_from({"weekly": {"0": [["x", "y"]]}, "closures": [{}], "country": "XX"})
    assert list(refused.value.errors) == ["time_zone", "country", "weekly.0.0", "closures.0.from", "closures.0.until"]


@pytest.mark.parametrize(
    "spans", [[["00:00", "00:00"]], [["22:00", "06:00"]], [["00:00", "12:00"], ["12:00", "24:00"]]]
)
def test_whole_days_and_spans_over_midnight_are_hours_like_others(spans: list[list[str]]) -> None:
    assert len(hours_from(GIVEN | {"weekly": {"6": spans}}).weekly["6"]) == len(spans)
