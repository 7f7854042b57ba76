"""Back-tests at the screen: drafting, how far it is, what was found, the tickets behind each number, deleting."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from inbox.agents.models import Agent
from inbox.common.clock import moved_to
from inbox.reports import back_test
from inbox.sla.models import BackTest, BusinessCalendar, Policy
from tests import cast
from tests.inbox.reports.stories import NOW, Week, week
from tests.inbox.workspace.pages import text_of

Screen = Callable[[Agent], Client]
NEW = "/reports/back-tests/new/"
PERIOD = {"first": "2026-03-09", "last": "2026-03-13"}


@pytest.fixture(scope="module")
def week_once(company_once: bool, django_db_blocker: DjangoDbBlocker) -> Week:
    with django_db_blocker.unblock():
        return week(cast.support(), cast.ada(), cast.carl())


@pytest.fixture
def tickets(week_once: Week, db: None) -> Week:
    return deepcopy(week_once)


@pytest.fixture
def client(screen: Screen, maja: Agent) -> Client:
    return screen(maja)


def typed(client: Client) -> dict[str, str]:
    """What the form holds before anything is changed, as a browser would send it."""
    page = client.get(NEW).content.decode()
    fields = dict(re.findall(r'<input type="(?:text|number)" name="([^"]+)"(?: value="([^"]*)")?', page))
    fields |= dict.fromkeys(re.findall(r'<input type="checkbox" name="([^"]+)"[^>]* checked', page), "on")
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        fields[name] = re.findall(r'value="([^"]*)" selected', options)[0]
    return {**fields, **PERIOD}


def sent(client: Client, **changed: str) -> object:
    names = {"policy": f"p{Policy.objects.get().pk}", "calendar": f"c{BusinessCalendar.objects.get().pk}"}
    fields = {name.replace("__", "-").format(**names): value for name, value in changed.items()}
    with moved_to(NOW):
        return client.post(NEW, {**typed(client), **fields})


def done(client: Client, **changed: str) -> BackTest:
    sent(client, **changed)
    job = BackTest.objects.latest("id")
    with moved_to(NOW):
        back_test.run(job.pk)
    job.refresh_from_db()
    return job


def faster(hours: str, draft: str = "a") -> dict[str, str]:
    return {f"{draft}__p{Policy.objects.get().pk}__first_response__normal": hours}


def behind(client: Client, job: BackTest, query: str) -> list[str]:
    """Whose tickets a number of the back-test lists."""
    page = client.get(f"/reports/back-tests/{job.pk}/tickets/?target=first_response&{query}").content.decode()
    return re.findall(r"</svg>\s*(\w+)</td>", page)


def test_a_draft_keeps_only_what_was_changed(client: Client, tickets: Week) -> None:
    sent(client, **faster("1 h 30"), a__name="Faster")
    job, policy = BackTest.objects.get(), Policy.objects.get()
    terms = job.drafts[0]["terms"]
    assert (job.name, len(job.drafts), list(job.drafts[0]), list(terms)) == (
        "Faster",
        1,
        ["name", "terms"],
        [str(policy.pk)],
    )
    assert terms[str(policy.pk)]["targets"]["first_response"]["within"]["normal"] == 5400


def test_hours_closures_conditions_and_the_order_are_drafted_too(client: Client, tickets: Week) -> None:
    policy, calendar = Policy.objects.get().pk, BusinessCalendar.objects.get().pk
    changed = {
        f"a__c{calendar}__0": "9:00-12:00, 13:00–17:00",
        f"a__c{calendar}__closures": "2026-03-10 12:00 – 2026-03-10 14:00 Move\n2026-03-12",
        f"b__p{policy}__if-team": "billing, Shipping",
        f"b__p{policy}__hold": "on",
    }
    cast.shipping()
    sent(client, **changed)
    first, second = BackTest.objects.get().drafts
    hours, terms = first["calendars"][str(calendar)], second["terms"][str(policy)]
    assert (hours["weekly"]["0"], [(one["from"][:16], one["name"]) for one in hours["closures"]]) == (
        [["09:00", "12:00"], ["13:00", "17:00"]],
        [("2026-03-10T12:00", "Move"), ("2026-03-12", "")],
    )
    assert (terms["conditions"], terms["pauses_on_hold"]) == (
        [{"field": "team", "values": ["billing", "Shipping"]}],
        True,
    )


def test_what_makes_no_sense_is_told_at_its_field_and_nothing_is_replayed(client: Client, tickets: Week) -> None:
    calendar = BusinessCalendar.objects.get().pk
    page = sent(client, **faster("soon"), **{f"b__c{calendar}__2": "nine to five", "last": "2026-03-01"})
    told = text_of(page)
    assert (page.status_code, BackTest.objects.exists()) == (422, False)
    assert [
        sentence in told
        for sentence in (
            "Write a time with its unit",
            "Open hours are a pair of times.",
            "The last day lies before the first.",
        )
    ] == [True] * 3


def test_the_page_tells_how_far_it_is_and_refreshes_itself_when_it_is_over(client: Client, tickets: Week) -> None:
    job = BackTest.objects.get(pk=sent(client, **faster("2h")).url.split("/")[-2])
    address = f"/reports/back-tests/{job.pk}/"
    waiting = client.get(address)
    BackTest.objects.filter(pk=job.pk).update(state="running", total=8, done=2)
    running = client.get(address, headers={"HX-Request": "true"})
    client.post(f"{address}activity/", {"on": "0"})
    stopped = client.get(address)
    client.post(f"{address}activity/", {"on": "1"})
    back_test.run(job.pk)
    over = client.get(address, headers={"HX-Request": "true"})
    assert ("Waiting for a worker" in text_of(waiting), b"every 1s" in waiting.content) == (True, True)
    assert ("25 %" in text_of(running), "2 of 8 tickets" in text_of(running)) == (True, True)
    assert ("Begin again" in text_of(stopped), b"every 1s" in stopped.content) == (True, False)
    assert over.headers["HX-Refresh"] == "true"


def test_the_result_shows_each_draft_beside_what_was_and_every_number_opens_its_tickets(
    client: Client, tickets: Week
) -> None:
    job = done(client, **faster("2h"), **faster("8h", "b"))
    page = client.get(f"/reports/back-tests/{job.pk}/")
    told = text_of(page)
    assert [share in told for share in ("As it was 50.0 %", "Draft A 25.0 %", "Draft B 75.0 %", "Billing")] == [
        True
    ] * 4
    assert [
        behind(client, job, query) for query in ("draft=0&figure=met", "draft=1&figure=met", "draft=2&figure=met")
    ] == [
        ["Kay", "Bo"],
        ["Bo"],
        ["Mia", "Kay", "Bo"],
    ]
    assert [
        behind(client, job, f"draft={query}") for query in ("1&figure=worse", "2&figure=better", "1&figure=better")
    ] == [
        ["Kay"],
        ["Mia"],
        [],
    ]
    # Liv's would have been missed on Thursday from 9 to 11, in the draft's hour and not in the one it was.
    hours = [
        behind(client, job, f"draft={n}&figure=missed&weekday=4&hour={hour}") for n, hour in ((1, 11), (1, 13), (0, 13))
    ]
    assert hours == [["Liv"], [], ["Liv"]]


def test_a_list_says_when_each_was_due_on_both_sides(client: Client, tickets: Week) -> None:
    job = done(client, **faster("2h"))
    page = text_of(client.get(f"/reports/back-tests/{job.pk}/tickets/?target=first_response&draft=1&figure=worse"))
    assert ("Met 10 Mar" in page and "11:00" in page, "Missed 10 Mar" in page and "09:00" in page) == (True, True)
    assert "Explain" in page


def test_a_number_that_is_none_is_no_page(client: Client, tickets: Week) -> None:
    job = done(client, **faster("2h"))
    asked = ("draft=9&figure=met", "draft=1&figure=weather", "draft=0&figure=better")
    address = f"/reports/back-tests/{job.pk}/tickets/?target=first_response&"
    assert [client.get(address + query).status_code for query in asked] == [404] * 3


def test_the_result_asks_as_many_questions_for_one_draft_as_for_two(client: Client, tickets: Week) -> None:
    counts = []
    for drafts in (faster("2h"), {**faster("2h"), **faster("8h", "b")}):
        job = done(client, **drafts)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(f"/reports/back-tests/{job.pk}/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_deleting_is_asked_for_and_done(client: Client, tickets: Week) -> None:
    job = done(client, **faster("2h"))
    address = f"/reports/back-tests/{job.pk}/removal/"
    question = text_of(client.get(address))
    told = text_of(client.post(address, follow=True))
    assert ("Delete" in question, f"{job.name} is deleted." in told, BackTest.objects.exists()) == (True, True, False)


def test_auditors_look_and_agents_see_no_such_page(
    client: Client, screen: Screen, ada: Agent, otto: Agent, tickets: Week
) -> None:
    job = done(client, **faster("2h"))
    addresses = (
        "/reports/back-tests/",
        f"/reports/back-tests/{job.pk}/",
        NEW,
        f"/reports/back-tests/{job.pk}/removal/",
    )
    assert [screen(otto).get(address).status_code for address in addresses] == [200, 200, 404, 404]
    assert [screen(ada).get(address).status_code for address in addresses] == [404] * 4
