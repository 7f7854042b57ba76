"""Public holidays by country and region, as dates with names.

They are looked up when a version of a calendar is made and stored with it, so that a later library moves no number.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from types import ModuleType

#: What a version of a calendar stores: (ISO date, name), in their order.
Holidays = list[list[str]]

#: Whole years that a version knows, before and after the one it comes into force in.
YEARS_BEFORE, YEARS_AHEAD = 2, 10
_ENGLISH = ("en_US", "en_GB", "en")
_LANGUAGES = {"zh-hans": ("zh_CN",), "zh-hant": ("zh_TW", "zh_HK"), "ru": ("ru",), "en": _ENGLISH}


def around(country: str, region: str, day: date) -> Holidays:
    """The holidays of the years around a day, that are stored with a version in force from then."""
    return holidays_of(country, region, range(day.year - YEARS_BEFORE, day.year + YEARS_AHEAD + 1))


def holidays_of(country: str, region: str, years: Sequence[int], language: str = "en") -> Holidays:
    """The public holidays of these years, in order; none of a country that is not known.

    Their names are in `language` where they are known in it, else in English, else in the country's own.
    """
    if country not in countries():
        return []
    return [list(found) for found in _holidays(country, region, tuple(years), language)]


@lru_cache(maxsize=128)
def _holidays(country: str, region: str, years: tuple[int, ...], language: str) -> tuple[tuple[str, str], ...]:
    known = _library().country_holidays(country).supported_languages
    spoken = next((one for one in (*_LANGUAGES.get(language, ()), *_ENGLISH) if one in known), None)
    with warnings.catch_warnings():
        # It warns of years that a country has no holidays for; what is missing is seen in the list.
        warnings.simplefilter("ignore", UserWarning)
        found = _library().country_holidays(country, subdiv=region or None, years=years, language=spoken)
    return tuple((day.isoformat(), name) for day, name in sorted(found.items()))


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """The two letters (ISO 3166-1) of each country whose holidays are known."""
    return frozenset(_library().list_supported_countries(include_aliases=False))


@lru_cache(maxsize=64)
def regions(country: str) -> dict[str, str]:
    """The regions of a country that have holidays of their own: code -> name, or the code where there is no name."""
    if country not in countries():
        return {}
    found = _library().country_holidays(country)
    names = found.get_subdivision_aliases()
    return {code: names[code][0] if names.get(code) else code for code in found.subdivisions}


def _library() -> ModuleType:
    # To import it takes half a second, that no process needs which never meets a calendar with holidays.
    import holidays

    return holidays
