"""The pages of themes, actions and letters: from a word to customers who are told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from inbox.agents.models import Agent
from inbox.common.clock import moved_to
from inbox.surveys.actions import answer
from inbox.surveys.models import ActionItem, Invitation, SurveyVersion, Theme, ThemeLetterCopy, ThemeMention
from inbox.surveys.theme_letters import STOPPABLE, send_copies
from inbox.surveys.themes import save_theme, search_past
from tests import cast
from tests.inbox.follow_ups.stories import ASKED, invited
from tests.inbox.surveys.stories import DAY, HOUR
from tests.inbox.workspace.pages import text_of

Screen = Callable[[Agent], Client]
COMMENTS = ("The return label must be printed.", "No printer, no return label.", "Why print a return label?", "Slow.")


@pytest.fixture(scope="module")
def said_once(company_once: bool) -> None:
    """Three customers complain of the return label, one of the wait."""
    for number, comment in enumerate(COMMENTS, start=1):
        answer(invited(number=number), 1, comment, at=ASKED)
    for number, comment in ((5, "Quick and friendly."), (6, "All well."), (7, "Thank you!")):
        answer(invited(number=number), 5, comment, at=ASKED)


@pytest.fixture
def at_that_time(said_once: None, company: None):
    with moved_to(ASKED + DAY):
        yield


def made(client: Client) -> Theme:
    sent = {"name": "Label", "words_en": "return label\nprint*", "is_active": "on"}
    assert client.post("/themes/new/", sent).status_code == 302
    search_past()
    return Theme.objects.get()


def test_what_stands_out_is_made_a_theme_and_found_in_the_past(screen: Screen, at_that_time: None) -> None:
    client = screen(cast.lea())
    suggested = client.get("/themes/").content.decode()
    form = client.get("/themes/new/?phrase=return+label&language=en").content.decode()
    theme = made(client)
    page, later = text_of(client.get(f"/themes/{theme.pk}/")), text_of(client.get("/themes/"))
    assert (
        "/themes/new/?phrase=return%20label&amp;language=en" in suggested,
        'value="return label"' in form,
        [comment in page for comment in COMMENTS],
        "3 answers" in page,
        "3 unhappy" in later,
        "Nothing stands out" in later,
    ) == (True, True, [True, True, True, False], True, True, True)


def test_a_theme_that_cannot_be_says_why(screen: Screen, at_that_time: None) -> None:
    client = screen(cast.lea())
    made(client)
    page = text_of(client.post("/themes/new/", {"name": "Label", "words_en": "?"}))
    assert ("can't be looked for" in page, Theme.objects.count()) == (True, 1)


def test_an_action_is_planned_done_and_told_of(screen: Screen, at_that_time: None) -> None:
    client = screen(cast.lea())
    theme = made(client)
    client.post(f"/themes/{theme.pk}/actions/", {"title": "Put a label into every box", "due_on": "2026-04-01"})
    item = ActionItem.objects.get()
    place = f"/themes/actions/{item.pk}/"
    waits = text_of(client.get(place))
    with moved_to(ASKED + 2 * DAY):
        client.post(f"{place}state/", {"state": "done"})
        done = text_of(client.get(place))
        client.post(f"{place}letter/", {"text_en": "Hello {name}, it is in the box now."})
        kept = text_of(client.get(place))
        client.post(f"{place}letter/sending/")
        stoppable = text_of(client.get(place))
        client.post(f"{place}letter/sending/", {"method": "delete"})
        stopped = text_of(client.get(place))
        client.post(f"{place}letter/sending/")
    with moved_to(ASKED + 2 * DAY + STOPPABLE):
        send_copies()
        told = text_of(client.get(place))
    assert (
        "by 1 April 2026" in waits,
        "When it is done, you can write" in waits,
        "Not enough data: ten answers on each side are needed." in done,
        "Hello Bo 3, it is in the box now." in kept,
        "Send it to 3 customers" in kept,
        "Stop it" in stoppable,
        "Stop it" in stopped,
        "3 customers were told" in told,
        "Was told already" in told,
        ThemeLetterCopy.objects.exclude(message=None).count(),
    ) == (True, True, True, True, True, True, False, True, True, 3)


def test_who_reads_reports_sees_all_of_it_and_does_nothing(screen: Screen, at_that_time: None) -> None:
    theme = made(screen(cast.lea()))
    client = screen(cast.otto())
    pages = text_of(client.get("/themes/")) + text_of(client.get(f"/themes/{theme.pk}/"))
    assert [words in pages for words in ("New theme", "Make a theme of it", "Plan it", "Name and words")] == [False] * 4


def test_an_agent_names_and_denies_a_theme_beside_the_ticket(screen: Screen, at_that_time: None) -> None:
    theme = made(screen(cast.lea()))
    client, script = screen(cast.ada()), {"HX-Request": "true"}
    slow = Invitation.objects.get(ticket__customer__name="Bo 4")
    first = Invitation.objects.get(ticket__customer__name="Bo 1")
    side = text_of(client.get(f"/tickets/{slow.ticket_id}/parts/"))
    client.post(f"/answers/{slow.pk}/themes/", {"theme": theme.pk}, headers=script)
    client.delete(f"/answers/{first.pk}/themes/?theme={theme.pk}", headers=script)
    after = text_of(client.get(f"/tickets/{first.ticket_id}/parts/"))
    said = ThemeMention.objects.filter(agent__isnull=False).order_by("invitation__ticket__customer__name")
    assert (
        "Add theme" in side,
        "Add theme" in after,
        list(said.values_list("invitation", "is_denied")),
        "named by Ada" in text_of(screen(cast.lea()).get(f"/themes/{theme.pk}/")),
    ) == (True, True, [(first.pk, True), (slow.pk, False)], True)


def test_anonymous_comments_stand_there_from_five_on_without_ticket_and_name(
    screen: Screen, said_once: None, company: None
) -> None:
    lea = cast.lea()
    theme = save_theme(None, name="Label", words={"en": ["return label"]}, by=lea)
    SurveyVersion.objects.update(is_anonymous=True)
    search_past()
    five = text_of(screen(lea).get(f"/themes/{theme.pk}/"))
    for name in ("Bo 4", "Bo 5", "Bo 6"):
        Invitation.objects.get(ticket__customer__name=name).answers.all().delete()
    four = text_of(screen(lea).get(f"/themes/{theme.pk}/"))
    assert (
        COMMENTS[0] in five,
        "anonymous" in five,
        "Bo 1" in five,
        "T-" in five.partition("What was said")[2].partition("How often")[0],
        COMMENTS[0] in four,
    ) == (True, True, False, False, False)


def test_lists_ask_as_often_with_more_in_them(
    screen: Screen, at_that_time: None, django_assert_max_num_queries: Callable
) -> None:
    client = screen(cast.lea())
    theme = made(client)
    for number in range(5):
        save_theme(None, name=f"Theme {number}", words={"en": ["slow"]}, by=cast.lea())
    search_past()
    for place, most in (("/themes/", 8), (f"/themes/{theme.pk}/", 13)):
        with django_assert_max_num_queries(most):
            assert client.get(place).status_code == 200


def test_hours_do_not_matter_for_a_page_of_themes(screen: Screen, company: None) -> None:
    with moved_to(ASKED + HOUR):
        assert "No theme yet" in text_of(screen(cast.lea()).get("/themes/"))
