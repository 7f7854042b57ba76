"""The list behind a number has exactly as many rows as the number says, and the tickets it is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inbox.reports import queries
from inbox.reports.listing import Wanted, listing
from inbox.reports.report import times
from inbox.reports.scope import Cohort, Scope
from inbox.sla.enums import TargetKind
from tests.inbox.reports.stories import Week, scope


def customers(question: Scope, figure: str, target: str = "", **part: object) -> list[str]:
    """Whose tickets are listed, in order."""
    found = listing(question, Wanted(figure, target, **part))
    assert found is not None
    return [found.line(row).ticket.customer.name for row in found.rows]


def test_the_tickets_behind_the_first_replies(tickets: Week) -> None:
    expected = {
        "met": ["Kay", "Bo"],
        "missed": ["Liv", "Mia"],
        "judged": ["Liv", "Mia", "Kay", "Bo"],
        "timed": ["Mia", "Kay", "Bo"],
        "waived": ["Ole"],
        "running": ["Nora"],
        "unfinished": ["Nora", "Liv"],
        "untargeted": [],
    }
    assert {figure: customers(scope(), figure, "first_response") for figure in expected} == expected


def test_the_tickets_behind_other_numbers(tickets: Week) -> None:
    expected = {
        "resolution_time": ["Bo"],
        "agent_wait": ["Bo"],
        "resolved": ["Bo"],
        "one_reply": ["Bo"],
        "reopened": [],
        "overdue": ["Liv"],
        "due_soon": [],
        "paused_long": ["Kay"],
        "left_out": ["Win"],
    }
    assert {figure: customers(scope(), figure) for figure in expected} == expected


@pytest.mark.parametrize("cohort", list(Cohort))
def test_every_number_of_the_levels_and_times_has_as_many_rows(tickets: Week, cohort: Cohort) -> None:
    question = scope(cohort=cohort)
    levels = queries.levels(question)
    numbers: dict[tuple[str, str, bool], int] = {}
    for target, level in levels.items():
        numbers |= {
            ("met", target, False): level.share.count,
            ("missed", target, False): level.share.rest,
            ("judged", target, False): level.share.n,
            ("waived", target, False): level.waived,
            ("running", target, False): level.running,
            ("untargeted", target, False): level.untargeted,
            ("unfinished", target, False): level.durations.nulls,
        }
    for time in times(question, levels):
        numbers[time.name, time.target, False] = time.durations.n
        if time.target:
            numbers["unfinished", time.target, False] = time.durations.nulls
        else:
            numbers[time.name, "", True] = time.durations.nulls
    listed = {key: len(customers(question, key[0], key[1], is_empty=key[2])) for key in numbers}
    assert listed == numbers


def test_a_day_and_an_hour_of_the_charts_list_their_own(tickets: Week) -> None:
    days = {day.day: day.share.n for day in queries.by_day(scope(), "first_response")}
    hours = queries.by_hour(scope(), "first_response")
    assert {day: len(customers(replace(scope(), day=day), "judged", "first_response")) for day in days} == days
    assert [customers(replace(scope(), weekday=w, hour=h), "missed", "first_response") for w, h in hours] == [
        ["Mia"],
        ["Liv"],
    ]


def test_there_is_no_list_of_a_number_that_is_none(tickets: Week) -> None:
    assert (
        listing(scope(), Wanted("profit")),
        listing(scope(), Wanted("met", "handling")),
        listing(scope(), Wanted("not_asked", reason="bad mood")),
        listing(scope(), Wanted("left_out", reason="bad mood")),
    ) == (None, None, None, None)


def test_every_target_is_a_target_of_the_lists(tickets: Week) -> None:
    assert [len(customers(scope(), "unfinished", str(target))) for target in TargetKind] == [2, 0, 5]


def test_what_burns_now_and_what_is_left_out_lead_to_the_clock_that_says_why(tickets: Week) -> None:
    def explained(figure: str) -> list[dict[str, str]]:
        found = listing(scope(), Wanted(figure))
        assert found is not None
        return [found.line(row).explained_by for row in found.rows]

    first = {"target": "first_response", "run": "1"}
    assert (explained("overdue"), explained("left_out")) == ([first], [first])
