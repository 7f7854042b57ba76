"""The pages of calendars: what they show, the editor with its preview, what is refused and kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from inbox.agents.models import Agent
from inbox.common.clock import moved_to
from inbox.sla.calendars import change_hours, make_calendar
from inbox.sla.models import BusinessCalendar, CalendarVersion
from inbox.sla.opening import OpeningHours
from tests import cast
from tests.inbox.workspace.pages import part, text_of

Screen = Callable[[Agent], Client]
#: A Monday.
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OFFICE = {str(day): [["09:00", "17:00"]] for day in range(5)}
PAGES = "/settings/calendars/"


@pytest.fixture(autouse=True)
def on_a_monday_morning() -> Any:
    with moved_to(NOW):
        yield


@pytest.fixture
def oslo(maja: Agent) -> BusinessCalendar:
    """A calendar that no policy counts on."""
    hours = OpeningHours("Europe/Oslo", OFFICE, country="NO", worked=["2026-12-26"])
    return make_calendar("Oslo", hours, by=maja, at=NOW - timedelta(days=1))


def given(**changed: Any) -> dict[str, Any]:
    """What a browser sends of the editor with office hours in Oslo."""
    week = {f"d{day}-{edge}": [time] for day in range(5) for edge, time in (("opens", "09:00"), ("closes", "17:00"))}
    return {"name": "Oslo", "time_zone": "Europe/Oslo", "start": "now", "do": "save", **week, **changed}


def closure(name: str, *edges: str) -> dict[str, str]:
    return dict(
        zip(
            ("closure-name", "closure-from", "closure-from-time", "closure-until", "closure-until-time"),
            (name, *edges),
            strict=True,
        )
    )


def told(answer: HttpResponse) -> list[str]:
    """What stands at fields that need another look."""
    found = re.findall(r'<p class="error[^>]*>.*?<span>(.*?)</span></p>', answer.content.decode(), re.DOTALL)
    return [unescape(sentence).strip() for sentence in found]


def typed(answer: HttpResponse, name: str) -> list[str]:
    """The values of the fields with a name."""
    return [unescape(value) for value in re.findall(rf'name="{name}"[^>]*? value="([^"]*)"', answer.content.decode())]


def test_the_list_shows_zone_todays_hours_and_what_is_closed_next(
    screen: Screen, maja: Agent, oslo: BusinessCalendar
) -> None:
    page = text_of(screen(maja).get(PAGES))
    assert (
        "Oslo Europe/Oslo today 09:00–17:00 closed next Christmas Day Fri 25 Dec New Year's Day Fri 1 Jan 2027" in page
    )
    assert "Business hours the company's own UTC today 08:00–17:00" in page


def test_a_calendar_shows_its_days_what_is_due_and_its_versions(
    screen: Screen, maja: Agent, oslo: BusinessCalendar
) -> None:
    with moved_to(NOW + timedelta(hours=1)):
        change_hours(
            oslo,
            OpeningHours(
                "Europe/Oslo",
                {**OFFICE, "4": [["22:00", "06:00"]]},
                [{"from": "2026-11-24", "until": "2026-11-25", "name": "Moving"}],
                worked=[],
            ),
            by=maja,
        )
        page = text_of(screen(maja).get(f"{PAGES}{oslo.pk}/"))
    assert "Today 09:00–17:00 Tue 24 Nov Moving closed Wed 25 Nov Moving closed Thu 26 Nov 09:00–17:00" in page
    assert "Fri 27 Nov 22:00–24:00 Sat 28 Nov 00:00–06:00 Sun 29 Nov closed" in page
    assert "over at: 1 h 11:00 4 h 14:00 8 h Thu 10:00" in page
    assert (
        "in force from 10:00 Maja, 10:00 Fri: 22:00–06:00 No public holidays any more Closed: Moving, "
        "Tue 24 Nov – Wed 25 Nov from Sun 09:00 Maja, Sun 09:00 Time zone: Europe/Oslo Mon–Fri: 09:00–17:00 "
        "Public holidays: Norway"
    ) in page


def test_what_policies_promise_is_shown_by_target_and_priority(screen: Screen, maja: Agent) -> None:
    page = text_of(screen(maja).get(f"{PAGES}{BusinessCalendar.objects.get().pk}/"))
    assert (
        "Target Low Normal High Urgent Standard First reply 17:00 8 h 13:00 4 h 11:00 2 h 10:00 1 h "
        "Next reply 17:00 8 h 13:00 4 h 11:00 2 h 10:00 1 h Resolution "
    ) in page


def test_a_new_calendar_is_made_of_what_was_typed(screen: Screen, maja: Agent, company: None) -> None:
    values = given(**{"d5-opens": ["22:00", ""], "d5-closes": ["06:00", ""], "country": "NO", "worked": "2026-12-26"})
    answer = screen(maja).post(f"{PAGES}new/", values | closure("Party", "2026-12-18", "15:00", "", "23:00"))
    made = BusinessCalendar.objects.get(name="Oslo")
    version = made.versions.get()
    assert (answer.headers["Location"], version.made_by, version.weekly, version.closures, version.worked) == (
        f"{PAGES}{made.pk}/",
        maja,
        {**OFFICE, "5": [["22:00", "06:00"]]},
        [{"from": "2026-12-18T15:00:00+01:00", "until": "2026-12-18T23:00:00+01:00", "name": "Party"}],
        ["2026-12-26"],
    )


def test_a_change_counts_from_now_or_from_the_chosen_time_on(
    screen: Screen, maja: Agent, oslo: BusinessCalendar
) -> None:
    browser = screen(maja)
    answers = [
        browser.post(f"{PAGES}{oslo.pk}/hours/", given(**changed), follow=True)
        for changed in (
            {"d0-opens": ["08:00"]},
            {"d0-opens": ["07:00"], "start": "later", "start_at": "2027-01-01T00:00"},
            {"d0-opens": ["08:00"], "name": "Oslo and Bergen"},
        )
    ]
    versions = [(one.in_force_from, one.weekly["0"]) for one in oslo.versions.order_by("id")]
    assert (versions[1:], BusinessCalendar.objects.get(pk=oslo.pk).name) == (
        [(NOW, [["08:00", "17:00"]]), (datetime(2026, 12, 31, 23, tzinfo=UTC), [["07:00", "17:00"]])],
        "Oslo and Bergen",
    )
    said = (
        "The new hours are in force. Clocks",
        "The new hours are in force from 31 Dec 23:00 on.",
        "The name is saved.",
    )
    assert [sentence in text_of(answer) for sentence, answer in zip(said, answers, strict=True)] == [True] * 3


@pytest.mark.parametrize(
    ("changed", "sentences"),
    [
        ({"name": " "}, ["Give the calendar a name."]),
        ({"name": "Business hours"}, ["Another calendar has this name."]),
        ({"time_zone": "Mars/Olympus"}, ["Choose a time zone from the list."]),
        ({"d0-closes": [""]}, ["Enter both times, such as 09:00 and 17:30."]),
        ({"d0-opens": ["9 o'clock"]}, ["Enter both times, such as 09:00 and 17:30."]),
        ({"d0-opens": ["", "09:00", "10:00"], "d0-closes": ["", "12:00", "11:00"]},
         ["These hours overlap with others of the same day."]),
        ({f"d{day}-{edge}": [] for day in range(5) for edge in ("opens", "closes")},
         ["Open at least once a week: with no open hour nothing would ever be due."]),
        (closure("Party", "", "", "", ""),
         ["Enter the first day, such as 2026-12-24.", "Enter the last day, such as 2026-12-26."]),
        (closure("", "2026-12-24", "12:00", "2026-12-24", ""),
         ["Enter both times or none: without times whole days are closed."]),
        (closure("", "2026-12-24", "", "2026-12-23", ""), ["It ends before it begins."]),
        ({"country": "NO", "region": "BY"}, ["Select a valid choice. BY is not one of the available choices."]),
        ({"start": "later", "start_at": ""}, ["Enter a date and a time."]),
        ({"start": "later", "start_at": "2026-11-01T00:00"},
         ["Choose a time that lies ahead: what was measured stays."]),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told_at_its_field_and_nothing_typed_is_lost(
    screen: Screen, maja: Agent, oslo: BusinessCalendar, changed: dict[str, Any], sentences: list[str]
) -> None:
    values = given(**{"d1-opens": ["07:07"], **changed})
    answer = screen(maja).post(f"{PAGES}{oslo.pk}/hours/", values)
    kept = {
        name: typed(answer, name)
        for name, value in values.items()
        if name.startswith(("d", "closure")) and name != "do"
    }
    assert (answer.status_code, told(answer), kept, oslo.versions.count()) == (
        200,
        sentences,
        {name: value if isinstance(value, list) else [value] for name, value in values.items() if name in kept},
        1,
    )


@pytest.mark.parametrize(
    ("deed", "opens"),
    [
        ("add:0", {0: ["08:00", ""]}),
        ("add:6", {6: ["09:00"]}),
        ("drop:0:0", {0: []}),
        ("whole:6", {6: ["00:00"]}),
        ("copy:4", {day: ["08:00"] for day in range(5)}),
        ("copy:6", {day: ["08:00"] for day in range(7)}),
        ("closure", {}),
        ("open:0", {}),
        ("drop:0:7", {}),
        ("add:1:2:3", {}),
        ("nonsense", {}),
    ],
)
def test_buttons_change_rows_and_save_nothing(
    screen: Screen, maja: Agent, oslo: BusinessCalendar, deed: str, opens: dict[int, list[str]]
) -> None:
    values = given(**{"d0-opens": ["08:00"], "do": deed}) | closure("Party", "2026-12-18", "", "", "")
    answer = screen(maja).post(f"{PAGES}{oslo.pk}/hours/", values)
    expected = {0: ["08:00"], **{day: ["09:00"] for day in range(1, 5)}, 5: [], 6: []} | opens
    closures = {"closure": ["Party", ""], "open:0": []}.get(deed, ["Party"])
    assert (
        {day: typed(answer, f"d{day}-opens") for day in range(7)},
        typed(answer, "closure-name"),
        oslo.versions.count(),
    ) == (
        expected,
        closures,
        1,
    )


def test_while_typing_only_the_preview_is_drawn_and_nothing_is_saved(
    screen: Screen, maja: Agent, oslo: BusinessCalendar
) -> None:
    values = {name: value for name, value in given(**{"d0-opens": ["13:00"]}).items() if name != "do"}
    answers = [
        screen(maja).post(f"{PAGES}{oslo.pk}/hours/", values | changed, headers={"HX-Request": "true"})
        for changed in ({}, {"d0-closes": [""]})
    ]
    assert [(text_of(answer)[:60], "<html" in answer.content.decode()) for answer in answers] == [
        ("With these hours a mail now is due 13:00 What is due when No", False),
        ("With these hours Enter both times, such as 09:00 and 17:30.", False),
    ]
    assert oslo.versions.count() == 1


def test_the_holidays_of_a_country_are_shown_before_they_are_saved(
    screen: Screen, maja: Agent, oslo: BusinessCalendar
) -> None:
    answer = screen(maja).post(
        f"{PAGES}{oslo.pk}/hours/",
        given(do="look", country="DE", region="BY", worked="2026-12-26"),
        headers={"HX-Request": "true"},
    )
    page = text_of(part(answer, 'id="calendar-holidays"', "</section>"))
    assert "2026 2 holidays Fri 25 Dec Christmas Day we work that day (Christmas Day, 25 Dec 2026)" in page
    assert ("2036" in page, re.findall(r'value="([\d-]+)" checked', answer.content.decode())) == (True, ["2026-12-26"])


def test_who_saves_over_anothers_change_sees_it_first(screen: Screen, maja: Agent, oslo: BusinessCalendar) -> None:
    browser = screen(maja)
    seen = typed(browser.get(f"{PAGES}{oslo.pk}/hours/"), "based_on")[0]
    with moved_to(NOW + timedelta(minutes=1)):
        change_hours(oslo, OpeningHours("UTC", OFFICE), by=maja)
    with moved_to(NOW + timedelta(minutes=2)):
        first = browser.post(f"{PAGES}{oslo.pk}/hours/", given(based_on=seen))
        count = oslo.versions.count()
        browser.post(f"{PAGES}{oslo.pk}/hours/", given(based_on=typed(first, "based_on")[0]))
    assert ("Maja changed these hours meanwhile." in text_of(first), count, oslo.versions.count()) == (True, 2, 3)


def test_a_planned_change_is_announced_and_can_be_taken_back(
    screen: Screen, maja: Agent, oslo: BusinessCalendar
) -> None:
    planned = change_hours(oslo, OpeningHours("UTC", OFFICE), by=maja, in_force_from=NOW + timedelta(days=3))
    assert planned is not None
    browser = screen(maja)
    editor, address = text_of(browser.get(f"{PAGES}{oslo.pk}/hours/")), f"{PAGES}{oslo.pk}/planned/{planned.pk}/"
    page = text_of(browser.get(f"{PAGES}{oslo.pk}/"))
    with moved_to(NOW + timedelta(days=3)):
        late = text_of(browser.post(address, follow=True))
    done = text_of(browser.post(address, follow=True))
    assert (
        "Maja planned other hours, that replace yours:" in editor,
        "planned from Thu 09:00 Maja, 09:00 Take it back" in page,
        "This change is in force already." in late,
        "The planned change is taken back." in done,
        oslo.versions.count(),
    ) == (True, True, True, True, 1)


def test_only_a_calendar_that_measures_nothing_can_be_deleted(
    screen: Screen, maja: Agent, oslo: BusinessCalendar
) -> None:
    own = BusinessCalendar.objects.exclude(pk=oslo.pk).get()
    browser = screen(maja)
    answers = [text_of(browser.post(f"{PAGES}{one.pk}/deletion/", follow=True)) for one in (own, oslo)]
    assert (
        "Business hours is kept: tickets are measured by it." in answers[0],
        "Oslo is deleted." in answers[1],
        list(BusinessCalendar.objects.all()),
    ) == (True, True, [own])


def test_leads_and_auditors_look_admins_change_agents_see_no_such_page(
    screen: Screen, maja: Agent, ada: Agent, oslo: BusinessCalendar
) -> None:
    paths = (PAGES, f"{PAGES}{oslo.pk}/", f"{PAGES}{oslo.pk}/hours/", f"{PAGES}new/")
    seen = {
        agent.name: [screen(agent).get(path).status_code for path in paths]
        for agent in (maja, cast.lea(), cast.otto(), ada)
    }
    deeds = [f"{PAGES}{oslo.pk}/deletion/", f"{PAGES}{oslo.pk}/planned/{oslo.versions.get().pk}/", paths[2], paths[3]]
    refused = [screen(cast.lea()).post(path, given(name="Mine")).status_code for path in deeds]
    assert (seen, refused, CalendarVersion.objects.filter(calendar=oslo).count(), BusinessCalendar.objects.count()) == (
        {"Maja": [200] * 4, "Lea": [200, 200, 404, 404], "Otto": [200, 200, 404, 404], "Ada": [404] * 4},
        [404] * 4,
        1,
        2,
    )
