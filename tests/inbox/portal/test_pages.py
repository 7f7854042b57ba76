"""The customer's survey page, as any browser, mail scanner or mail program asks for it."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.test import Client, override_settings

from inbox.agents.models import Agent
from inbox.common.clock import moved_to, now
from inbox.customers.models import Customer
from inbox.portal import limits
from inbox.surveys.access import stop_url
from inbox.surveys.actions import answer
from inbox.surveys.models import Answer, Invitation, Survey
from inbox.surveys.questions import COMMENT_LIMIT
from inbox.tickets.actions import reopen
from tests.inbox.portal.visits import (
    asks_instead,
    everything,
    fill,
    form_in,
    kept,
    path_of,
    words,
)
from tests.inbox.surveys.stories import DAY

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
}


def test_the_page_asks_with_the_score_of_the_link_chosen(url: str, visitor: Client) -> None:
    response = visitor.get(url + "?a=4")
    body = response.content.decode()
    assert (
        response.status_code,
        re.findall(r'value="(\d)"\s+required\s*(checked)?>\s*<b>\d</b>\s*<span>([^<]+)', body),
        "“Return of order 0988”, with Ada" in body,
        {name: response[name] for name in HEADERS},
        "script-src 'self'" in response["Content-Security-Policy"],
        response.cookies,
    ) == (
        200,
        [
            ("5", "", "very easy"),
            ("4", "checked", "easy"),
            ("3", "", "neither"),
            ("2", "", "difficult"),
            ("1", "", "very difficult"),
        ],
        True,
        HEADERS,
        True,
        {},
    )


def test_a_tap_and_a_comment_are_one_answer_that_counts(url: str, visitor: Client) -> None:
    tap = fill(visitor, url, {"a": "4"})
    thanks = visitor.get(tap["Location"])
    comment = fill(visitor, url, {"comment": "I had to print the label myself."}, page=url + "thanks/")
    after = visitor.get(comment["Location"])
    assert (
        (tap.status_code, tap["Location"], thanks.status_code),
        "Thank you, that helps us." in words(thanks.content),
        "Your answer 4 easy" in words(thanks.content),
        comment["Location"],
        "Saved. You can change it until" in words(after.content),
        kept(),
    ) == (
        (303, url + "thanks/", 200),
        True,
        True,
        url + "thanks/?saved=1",
        True,
        [(4, "", False), (4, "I had to print the label myself.", True)],
    )


def test_the_same_post_twice_is_one_answer(url: str, visitor: Client) -> None:
    for _ in range(2):
        fill(visitor, url, {"a": "2", "comment": "The label."})
    assert kept() == [(2, "The label.", True)]


def test_the_page_shows_what_was_answered_so_that_it_can_be_changed(
    invitation: Invitation, url: str, visitor: Client
) -> None:
    answer(invitation, 2, "<b>The label</b>")
    body = visitor.get(url).content.decode()
    checked = re.findall(r'value="(\d)"\s+required\s+checked', body)
    assert (checked, "&lt;b&gt;The label&lt;/b&gt;" in body, "<b>The label" in body) == (["2"], True, False)


def test_no_or_no_possible_score_is_asked_for_again_and_the_comment_is_not_lost(url: str, visitor: Client) -> None:
    scores = ["", "0", "6", "five", "5.0", "-1", "99999", "٣"]
    found = {}
    for score in scores:
        response = visitor.post(url, {"a": score, "comment": "The label."})
        text = words(response.content)
        found[score] = (response.status_code, "Please choose one of the answers." in text, "The label." in text)
    assert (found, kept()) == (dict.fromkeys(scores, (422, True, True)), [])


def test_a_comment_that_is_too_long_is_given_back(url: str, visitor: Client) -> None:
    response = visitor.post(url, {"a": "3", "comment": "x" * (COMMENT_LIMIT + 1)})
    sentence = "That is more than 5000 characters. Please shorten it a little."
    assert (response.status_code, sentence in words(response.content), kept()) == (422, True, [])


QUESTIONS = {
    "en": "How easy was it to get this sorted, from 1 very difficult to 5 very easy?",
    "zh-hans": "解决这件事有多容易？1为非常困难，5为非常容易。",
    "zh-hant": "解決這件事有多容易？1為非常困難，5為非常容易。",
    "ru": "Насколько легко было решить ваш вопрос: от 1 (очень сложно) до 5 (очень легко)?",
}


def test_the_page_speaks_four_languages(invitation: Invitation, url: str, visitor: Client) -> None:
    found = {}
    for language, question in QUESTIONS.items():
        Invitation.objects.update(language=language)
        own = visitor.get(url).content.decode()
        Invitation.objects.update(language="en")
        switched = visitor.get(f"{url}?a=2&lang={language}")
        body = switched.content.decode()
        found[language] = (
            question in own and question in body,
            f'<html lang="{language}" dir="ltr">' in body,
            switched["Content-Language"],
            re.findall(r'value="(\d)"\s+required\s+checked', body),
            f'<input type="hidden" name="lang" value="{language}">' in body,
            re.findall(r'hreflang="([^"]+)"[^>]*aria-current', body),
        )
    assert found == {language: (True, True, language, ["2"], True, [language]) for language in QUESTIONS}


def test_the_language_chosen_on_the_page_stays_and_is_kept_with_the_answer(url: str, visitor: Client) -> None:
    response = fill(visitor, url, {"a": "5", "lang": "ru"})
    page = visitor.get(response["Location"])
    assert (
        Answer.objects.get().language,
        page["Content-Language"],
        "Спасибо, нам это поможет." in words(page.content),
    ) == (
        "ru",
        "ru",
        True,
    )


CHOICES = {"id": "why", "kind": "multiple", "options": ["price", "fit", "help", "time"]}
NUMBER = {"id": "again", "kind": "slider", "min": 0, "max": 100, "step": 5}
WORDED = {"price": "Цены и скидки", "fit": "Размер и посадка", "help": "Помощь поддержки", "time": "Срок доставки"}
ASKED = [
    CHOICES | {"texts": {"ru": {"question": "Что повлияло на вашу оценку больше всего?", "options": WORDED}}},
    NUMBER
    | {"texts": {"ru": {"question": "С какой вероятностью вы купите снова?", "low": "никогда", "high": "точно"}}},
]


def test_every_page_with_all_it_loads_is_under_15_kilobytes_and_loads_nothing_from_elsewhere(
    invitation: Invitation, url: str, visitor: Client
) -> None:
    asks_instead("nps", follow_ups=ASKED)
    Survey.objects.update(accent="#c81e5a")
    Invitation.objects.update(language="ru")
    pages = {"asked": visitor.get(url + "?a=9")}
    answer(invitation, 9, "Обувь хорошая.")
    pages |= {"more": visitor.get(url + "thanks/"), "saved": visitor.get(url + "thanks/?saved=1")}
    found = {}
    for name, page in pages.items():
        body = page.content.decode()
        parts = [
            gzip.compress(Path(str(finders.find(one))).read_bytes()) for one in re.findall(r'/static/([^"]+)"', body)
        ]
        style = visitor.get(re.findall(r'/s/colours/[^"]+', body)[0])
        loaded = re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!/)[^"]*"', body)
        found[name] = (len(parts), sum(map(len, [page.content, style.content, *parts])) < 15_000, loaded)
    assert found == dict.fromkeys(pages, (3, True, []))


def test_the_token_of_the_question_does_not_stop_surveys(url: str, visitor: Client) -> None:
    response = visitor.post(f"{url}unsubscribe/")
    assert (response.status_code, Customer.objects.get().survey_opt_out_at) == (404, None)


def test_an_upper_case_link_still_works(url: str, visitor: Client) -> None:
    token = url.split("/")[2]
    assert visitor.get(f"/s/{token.upper()}/").status_code == 200


def test_a_question_that_never_left_has_no_page(invitation: Invitation, url: str, visitor: Client) -> None:
    found = {}
    for state in ("scheduled", "suppressed", "cancelled"):
        Invitation.objects.update(state=state, suppressed_because="spam")
        found[state] = visitor.get(url).status_code
    assert found == {"scheduled": 404, "suppressed": 404, "cancelled": 404}


def test_an_expired_question_says_so_and_offers_to_write(url: str, visitor: Client) -> None:
    with moved_to(now() + 14 * DAY + timedelta(minutes=1)):
        page, posted, thanks = visitor.get(url), visitor.post(url, {"a": "5"}), visitor.get(url + "thanks/")
    assert (
        [response.status_code for response in (page, posted, thanks)],
        "This survey is closed" in words(page.content),
        'href="mailto:support%40nordlys.example?subject=Return%20of%20order%200988"' in page.content.decode(),
        page["Cache-Control"],
        kept(),
    ) == ([410, 410, 410], True, True, "no-store", [])


def test_a_voided_question_says_so(invitation: Invitation, url: str, visitor: Client, ada: Agent) -> None:
    reopen(invitation.ticket, by=ada)
    page = visitor.get(url)
    assert (page.status_code, "Your request was taken up again" in words(page.content)) == (410, True)


def test_surveys_are_stopped_by_the_button_and_not_by_opening_the_page(invitation: Invitation, visitor: Client) -> None:
    link = path_of(stop_url(invitation))
    before = everything()
    shown = visitor.get(link)
    unchanged = everything() == before
    done = visitor.post(link)
    assert (
        unchanged,
        "Nordlys Shoes will not ask you for your opinion by mail any more." in words(shown.content),
        "Done: no more surveys" in words(done.content),
        Customer.objects.get().survey_opt_out_at is not None,
        "Done: no more surveys" in words(visitor.get(link).content),
    ) == (True, True, True, True, True)


def test_a_mail_program_stops_surveys_with_one_post_even_long_after(invitation: Invitation, visitor: Client) -> None:
    with moved_to(now() + 400 * DAY):
        response = visitor.post(
            path_of(stop_url(invitation)),
            "List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded",
        )
    assert (response.status_code, Customer.objects.get().survey_opt_out_at is not None) == (200, True)


def test_too_many_guesses_from_one_address_are_put_off_and_others_are_not(
    url: str, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ATTEMPTS", 3)
    guesses = [visitor.get("/s/guess/").status_code for _ in range(5)]
    form = form_in(visitor.get(url).content) | {"a": "5"}
    post, elsewhere = visitor.post(url, form), visitor.post(url, form, REMOTE_ADDR="2001:db8::1")
    assert (guesses, post.status_code, visitor.get(url).status_code, elsewhere.status_code, kept()) == (
        [404, 404, 404, 429, 429],
        429,
        200,
        303,
        [(5, "", True)],
    )


def test_addresses_of_one_home_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(limits, "ATTEMPTS", 1)
    assert [limits.is_too_often(one) for one in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")] == [
        False,
        True,
        False,
    ]


def test_without_redis_answers_are_taken_all_the_same(url: str, visitor: Client) -> None:
    away = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    with override_settings(CACHES=away):
        response = fill(visitor, url, {"a": "5"})
    assert (response.status_code, kept()) == (303, [(5, "", True)])


def test_other_methods_are_not_allowed(url: str, visitor: Client) -> None:
    assert [visitor.generic(method, url).status_code for method in ("PUT", "DELETE", "PATCH")] == [405, 405, 405]
