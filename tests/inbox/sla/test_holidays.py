"""Public holidays as they are stored with a calendar."""

from __future__ import annotations

from datetime import date

import pytest

from inbox.sla.holidays import around, countries, holidays_of, regions


@pytest.mark.parametrize(
    ("country", "region", "day", "name"),
    [
        ("DE", "", "2026-01-06", None),
        ("DE", "BY", "2026-01-06", "Epiphany"),
        ("NO", "", "2026-05-17", "Constitution Day"),
        ("CN", "", "2026-02-17", "Chinese New Year (Spring Festival)"),
        ("GB", "SCT", "2026-11-30", "Saint Andrew's Day"),
    ],
)
def test_a_region_has_the_countrys_holidays_and_its_own(country: str, region: str, day: str, name: str | None) -> None:
    assert dict(holidays_of(country, region, [2026])).get(day) == name  # type: ignore[arg-type]


def test_the_years_around_a_day_are_known_two_back_and_ten_ahead() -> None:
    years = {int(day[:4]) for day, _name in around("NO", "", date(2026, 6, 1))}
    assert (min(years), max(years), len(years)) == (2024, 2036, 13)


def test_names_are_in_the_readers_language_where_they_are_known_in_it() -> None:
    names = [dict(holidays_of("CN", "", [2026], language))["2026-10-01"] for language in ("zh-hans", "zh-hant", "ru")]  # type: ignore[arg-type]
    assert names == ["国庆节", "國慶節", "National Day"]


def test_no_country_has_no_holidays() -> None:
    assert (around("", "", date(2026, 1, 1)), regions("XX"), "XX" in countries()) == ([], {}, False)


def test_regions_have_names() -> None:
    assert {code: regions("DE")[code] for code in ("BY", "Augsburg")} == {"BY": "Bayern", "Augsburg": "Augsburg"}
