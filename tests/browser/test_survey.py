"""The customer answers the survey, in a real browser against the real server; so do programs, in vain."""

from __future__ import annotations

import html
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db.models import F
from django.test import override_settings
from playwright.sync_api import Page, expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.surveys.access import stop_url, survey_url, trap_url
from inbox.surveys.actions import answer, send_due
from inbox.surveys.letters import letter
from inbox.surveys.models import Answer, Invitation, LinkHit, Survey
from inbox.surveys.wording import WORDINGS
from inbox.tickets.actions import reopen
from tests.browser.conftest import Screen, settle_down
from tests.inbox.portal.visits import asks_instead
from tests.inbox.surveys.stories import HOUR, settled

pytestmark = pytest.mark.browser
THANKS = "Thank you, that helps us."
#: In every language, so that each is really asked in it.
SAID = {
    "en": ("What mattered most?", "Prices", "Will you buy again?"),
    "zh-hans": ("您最看重什么？", "价格", "您还会再买吗？"),
    "zh-hant": ("您最重視什麼？", "價格", "您還會再買嗎？"),
    "ru": ("Что было важнее всего?", "Цены", "Купите ли вы снова?"),
}
MOST = {
    "id": "most",
    "kind": "single",
    "options": ["price", "fit"],
    "texts": {
        one: {"question": most, "options": {"price": price, "fit": "36–48"}} for one, (most, price, _) in SAID.items()
    },
}
AGAIN = {
    "id": "again",
    "kind": "slider",
    "min": 0,
    "max": 100,
    "step": 5,
    "texts": {one: {"question": again, "low": "−", "high": "+"} for one, (_, _, again) in SAID.items()},
}
STEP = {
    "for": "everybody",
    "kind": "review",
    "url": "https://reviews.example/us",
    "texts": {"en": {"text": "Would you tell others?", "button": "Write a review"}},
}


@pytest.fixture
def invitation(site: str, support: Channel, ada: Agent) -> Iterator[Invitation]:
    """The customer was asked a moment ago; the links lead to this server."""
    with override_settings(SITE_URL=site, SURVEY_DELAY_SECONDS=0):
        settled(support, ada, at=now() - HOUR)
        send_due()
        yield Invitation.objects.get()


@pytest.fixture
def phone(screen: Screen) -> Page:
    return screen(None, width=390, height=844, has_touch=True, is_mobile=True)


def kept() -> list[tuple[int, str, bool]]:
    return list(Answer.objects.order_by("id").values_list("score", "comment", "is_current"))


def test_one_tap_answers_and_a_comment_adds_to_it(invitation: Invitation, phone: Page) -> None:
    phone.goto(survey_url(invitation, 5))
    opened = kept()
    expect(phone.get_by_role("radio", name="5 very easy")).to_be_checked()
    phone.get_by_text("difficult", exact=True).tap()
    expect(phone.get_by_role("heading", name=THANKS)).to_be_visible()
    tapped = kept()
    phone.get_by_label("What would have made it easier?").fill("I had to print the label myself.")
    phone.get_by_role("button", name="Save").tap()
    expect(phone.get_by_role("status")).to_contain_text("Saved.")
    phone.get_by_role("link", name="Change my answer").tap()
    expect(phone.get_by_role("radio", name="2 difficult")).to_be_checked()
    phone.get_by_role("button", name="Send my answer").tap()
    expect(phone.get_by_role("heading", name=THANKS)).to_be_visible()
    assert (opened, tapped, kept()) == (
        [],
        [(2, "", True)],
        [(2, "", False), (2, "I had to print the label myself.", True)],
    )


def test_programs_that_run_scripts_and_open_every_link_answer_nothing_and_then_a_tap_counts_once(
    invitation: Invitation, screen: Screen, phone: Page
) -> None:
    program = screen(None, user_agent="Mozilla/5.0 (Windows NT 10.0) Gateway")
    mail = letter(invitation).html
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', mail)]
    for link in random.Random(3).sample(links, len(links)):
        program.goto(link)
        program.mouse.wheel(0, 500)
    program.goto(survey_url(invitation, 1))
    program.evaluate("document.querySelector('input:checked').click()")
    program.evaluate("document.querySelector('input[name=a]:not(:checked)').click()")
    for number in range(len(links)):
        _reads(program, mail)
        with program.expect_navigation():
            program.locator("a").nth(number).dispatch_event("click")
    program.goto(survey_url(invitation, 3))
    for link in program.evaluate("[...document.links].map(link => link.href)"):
        program.goto(link)
    invitation.customer.refresh_from_db()
    robbed = (kept(), invitation.customer.survey_opt_out_at)
    opened = (LinkHit.objects.count(), LinkHit.objects.filter(kind="trap").count())
    LinkHit.objects.update(at=F("at") - timedelta(minutes=5))
    phone.goto(survey_url(invitation, 5))
    phone.get_by_text("difficult", exact=True).tap()
    expect(phone.get_by_role("heading", name=THANKS)).to_be_visible()
    assert (robbed, opened, kept()) == (([], None), (19, 3), [(2, "", True)])


def test_behind_a_gateway_that_opened_the_links_a_person_is_asked_once_more(
    invitation: Invitation, phone: Page
) -> None:
    phone.goto(trap_url(invitation))
    phone.goto(survey_url(invitation, 5))
    phone.get_by_text("difficult", exact=True).tap()
    expect(phone.get_by_role("heading", name="One more tap, please")).to_be_visible()
    before = (kept(), _faults(phone))
    # As long as it takes to read it, from when it is there.
    phone.wait_for_function(
        "() => performance.now() > performance.getEntriesByType('navigation')[0].responseEnd + 1100"
    )
    phone.get_by_role("button", name="Yes, this is my answer").tap()
    expect(phone.get_by_role("heading", name=THANKS)).to_be_visible()
    counted = Counter(LinkHit.objects.values_list("kind", flat=True))
    assert (before, kept(), counted) == (([], ()), [(2, "", True)], {"trap": 1, "view": 1, "refused": 1})


def test_two_taps_at_once_are_one_answer(invitation: Invitation, phone: Page) -> None:
    phone.goto(survey_url(invitation))
    phone.get_by_text("very easy", exact=True).dblclick()
    expect(phone.get_by_role("heading", name=THANKS)).to_be_visible()
    assert kept() == [(5, "", True)]


def test_arrow_keys_walk_through_the_answers_and_enter_sends(invitation: Invitation, screen: Screen) -> None:
    page = screen(None)
    page.goto(survey_url(invitation, 5))
    page.get_by_role("radio", name="5 very easy").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="3 neither")).to_be_checked()
    walked = kept()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=THANKS)).to_be_visible()
    assert (walked, kept()) == ([], [(3, "", True)])


def test_without_scripts_everything_can_be_said(invitation: Invitation, screen: Screen) -> None:
    asks_instead("ces_5", follow_ups=[MOST, AGAIN], next_steps=[STEP])
    page = screen(None, width=390, has_touch=True, is_mobile=True, java_script_enabled=False)
    page.goto(survey_url(invitation, 4))
    expect(page.get_by_text("A tap on an answer sends it.")).to_be_hidden()
    page.get_by_label("What would have made it easier?").fill("Nothing, thanks.")
    page.get_by_role("button", name="Send my answer").tap()
    page.get_by_label("Prices").check()
    expect(page.get_by_role("slider")).to_have_count(0)
    page.get_by_role("spinbutton", name="Will you buy again?").fill("70")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_role("link", name="Write a review")).to_be_visible()
    said = Answer.objects.get(is_current=True).said
    assert (kept()[-1], said) == ((4, "Nothing, thanks.", True), {"most": "price", "again": 70})


@pytest.mark.parametrize(("theme", "languages"), [("light", ("en", "zh-hans")), ("dark", ("ru", "zh-hant"))])
def test_from_the_mail_to_the_next_step_in_every_language_on_the_narrowest_phone(
    invitation: Invitation, screen: Screen, theme: str, languages: tuple[str, ...]
) -> None:
    asks_instead("nps", follow_ups=[MOST, AGAIN], next_steps=[STEP])
    Survey.objects.update(accent="#f5c400")
    page = screen(None, width=320, height=640, theme=theme, has_touch=True, is_mobile=True)
    found = {}
    for language in languages:
        Invitation.objects.update(language=language)
        invitation.refresh_from_db()
        wording, (most, price, again) = WORDINGS[language], SAID[language]
        _reads(page, letter(invitation).html)
        faults = [_faults(page, rules=_OF_MAILS)]
        page.get_by_role("link", name=re.compile("^8 – ")).tap()
        page.wait_for_selector(f"html[lang={language}] [data-one-tap]")
        faults.append(_faults(page))
        page.get_by_text("9", exact=True).tap()
        page.get_by_role("group", name=most).get_by_text(price).tap()
        page.get_by_role("slider", name=again).focus()
        page.keyboard.press("End")
        expect(page.get_by_role("spinbutton", name=again)).to_have_value("100")
        faults.append(_faults(page))
        page.get_by_role("button", name=wording.save, exact=True).tap()
        expect(page.get_by_role("status")).to_be_visible()
        expect(page.get_by_role("link", name="Write a review")).to_be_visible()
        answers = Answer.objects.order_by("id").values_list("score", "said", "is_current")
        found[language] = (faults, list(answers))
        Answer.objects.all().delete()
        LinkHit.objects.all().delete()
    details = {"most": "price", "again": 100}
    assert found == dict.fromkeys(languages, ([()] * 3, [(9, {}, False), (9, details, True)]))


def test_the_keyboard_reaches_every_follow_up_and_what_is_wrong_has_the_focus(
    invitation: Invitation, screen: Screen
) -> None:
    asks_instead("ces_5", follow_ups=[MOST, AGAIN])
    answer(invitation, 4)
    page = screen(None)
    page.goto(survey_url(invitation) + "thanks/")
    page.evaluate("document.forms[0].noValidate = true")
    page.get_by_role("link", name="Change my answer").focus()
    for key in ("Tab", "Space", "ArrowDown", "Tab", "ArrowRight", "ArrowRight", "Tab", "7", "Tab", "T", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("70")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    given = Answer.objects.get(is_current=True)
    assert (given.score, given.said, given.comment) == (4, {"most": "fit", "again": 70}, "T")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_on_the_narrowest_phone(
    invitation: Invitation, screen: Screen, ada: Agent, theme: str
) -> None:
    asks_instead("ces_7", follow_ups=[MOST, AGAIN])
    page = screen(None, width=320, height=640, theme=theme, has_touch=True)
    found = {
        "bad link": _faults(page, survey_url(invitation).replace("/s/", "/s/a")),
        "stop": _faults(page, stop_url(invitation)),
    }
    answer(invitation, 2, "The label.")
    page.goto(survey_url(invitation) + "thanks/")
    page.evaluate("document.forms[0].noValidate = true")
    page.get_by_role("spinbutton").fill("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_focused()
    found["faulty"] = _faults(page)
    found["saved"] = _faults(page, survey_url(invitation) + "thanks/?saved=1")
    Invitation.objects.update(state="sent")
    reopen(invitation.ticket, by=ada)
    found["closed"] = _faults(page, survey_url(invitation))
    assert found == dict.fromkeys(("bad link", "stop", "faulty", "saved", "closed"), ())


#: What a mail can be judged by: its landmarks are those of the program that shows it.
_OF_MAILS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def _reads(page: Page, mail: str) -> None:
    """A mail program shows the mail: no page of ours, whose policy would forbid its styles."""
    page.goto("about:blank")
    page.set_content(mail)


def _faults(page: Page, url: str = "", rules: list[str] | None = None) -> tuple[object, ...]:
    """What axe finds, controls under 44 pixels, and a page wider than the screen."""
    if url:
        page.goto(url)
    settle_down(page)
    results = Axe().run(page, options={"runOnly": rules} if rules else None).response
    violations = [(one["id"], one["nodes"][0]["html"]) for one in results["violations"]]
    small = page.evaluate(
        "() => [...document.querySelectorAll('a, button, .choices label, textarea, [type=number], [type=range]')]"
        ".filter(one => one.checkVisibility() && Math.min(one.getBoundingClientRect().height,"
        " one.getBoundingClientRect().width) < 44).map(one => one.outerHTML)"
    )
    wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    return (*violations, *small, *(["wider than the screen"] if wide else []))
