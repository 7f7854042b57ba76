"""From the tap to the next step: follow-up questions, thanks, and what the page looks like for a brand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db.models import F
from django.test import Client

from inbox.channels.models import Channel
from inbox.common.clock import moved_to, now
from inbox.portal import limits
from inbox.surveys.actions import answer
from inbox.surveys.letters import letter
from inbox.surveys.logos import keep_logo
from inbox.surveys.models import Answer, Campaign, Invitation, LinkHit, Survey
from inbox.surveys.templates import TEMPLATES
from tests.inbox.portal.visits import asks_instead, fill, form_in, kept, words

WHY = {
    "id": "why",
    "kind": "multiple",
    "scores": [1, 2],
    "options": ["wait", "label"],
    "texts": {
        "en": {"question": "What went wrong?", "options": {"wait": "The waiting", "label": "The label"}},
        "ru": {"question": "Что было не так?", "options": {"wait": "Долго ждать", "label": "Этикетка"}},
    },
}
ONCE = {
    "id": "once",
    "kind": "single",
    "options": ["yes", "no"],
    "texts": {"en": {"question": "Solved at once?", "options": {"yes": "Yes", "no": "No"}}},
}
AGAIN = {
    "id": "again",
    "kind": "slider",
    "min": 0,
    "max": 100,
    "step": 5,
    "texts": {"en": {"question": "Will you buy again?", "low": "never", "high": "for sure"}},
}
KEEP = {"id": "keep", "kind": "text", "scores": [5], "texts": {"en": {"question": "What should we keep?"}}}
STEPS = [
    {"for": "happy", "kind": "link", "url": "https://club.example/", "texts": {"en": {"button": "Join"}}},
    {"for": "unhappy", "kind": "write", "texts": {"en": {"text": "We want to put it right.", "button": "Write to us"}}},
    {
        "for": "everybody",
        "kind": "review",
        "url": "https://reviews.example/us",
        "texts": {"en": {"button": "Tell others"}},
    },
]


@pytest.fixture
def asked_more(invitation: Invitation) -> None:
    asks_instead("ces_5", follow_ups=[WHY, ONCE, AGAIN, KEEP], next_steps=STEPS)


def said() -> list[tuple[int, dict[str, Any], str]]:
    return list(Answer.objects.filter(is_current=True).values_list("score", "said", "comment"))


@pytest.mark.parametrize("template", list(TEMPLATES))
def test_every_scale_has_a_radio_with_its_meaning_for_each_score_and_both_ends_in_its_question(
    invitation: Invitation, url: str, visitor: Client, template: str
) -> None:
    asks_instead(template)
    built_in = TEMPLATES[template]
    scale, texts = built_in.scale, built_in.texts["en"]
    page = visitor.get(url)
    radios = re.findall(r'name="a" value="(\d+)" required>\s*<b>(\d+)</b>\s*<span>([^<]+)', page.content.decode())
    ends = [texts["anchors"][str(one)] for one in (scale.minimum, scale.maximum)]
    sent = fill(visitor, url, {"a": scale.maximum})
    assert (
        sorted((int(value), int(shown), meaning) for value, shown, meaning in radios),
        all(end in texts["question"] for end in ends),
        texts["question"] in words(page.content),
        sent.status_code,
        [score for score, _, _ in kept()],
    ) == (
        [(one, one, texts["anchors"][str(one)]) for one in range(scale.minimum, scale.maximum + 1)],
        True,
        True,
        303,
        [scale.maximum],
    )


def test_what_is_asked_next_depends_on_the_score(asked_more: None, url: str, visitor: Client) -> None:
    asked = {}
    for score in (1, 3, 5):
        page = words(visitor.get(fill(visitor, url, {"a": score})["Location"]).content)
        asked[score] = [
            one
            for one in ("What went wrong?", "Solved at once?", "Will you buy again?", "What should we keep?")
            if one in page
        ]
    both = ["Solved at once?", "Will you buy again?"]
    assert asked == {1: ["What went wrong?", *both], 3: both, 5: [*both, "What should we keep?"]}


def test_the_score_is_saved_at_once_and_what_is_said_adds_to_it(asked_more: None, url: str, visitor: Client) -> None:
    fill(visitor, url, {"a": "2"})
    tapped = said()
    more = {"q-why": ["label", "wait"], "q-once": "no", "q-again": "35", "q-keep": "not asked", "comment": "The label."}
    saved = fill(visitor, url, more, page=url + "thanks/")
    page = visitor.get(saved["Location"])
    again = visitor.get(url + "thanks/").content.decode()
    assert (
        tapped,
        said(),
        saved["Location"],
        "Saved. You can change it until" in words(page.content),
        [re.findall(pattern, again) for pattern in (r'value="(\w+)" checked', r'value="(35)"')],
    ) == (
        [(2, {}, "")],
        [(2, {"why": ["wait", "label"], "once": "no", "again": 35}, "The label.")],
        url + "thanks/?saved=1",
        True,
        [["wait", "label", "no"], ["35"]],
    )


def test_another_score_keeps_what_is_still_asked(asked_more: None, url: str, visitor: Client) -> None:
    fill(visitor, url, {"a": "2"})
    fill(visitor, url, {"q-why": ["label"], "q-once": "no"}, page=url + "thanks/")
    fill(visitor, url, {"a": "5"})
    assert said() == [(5, {"once": "no"}, "")]


def test_what_cannot_be_is_named_at_the_top_and_at_its_field_and_nothing_typed_is_lost(
    asked_more: None, url: str, visitor: Client
) -> None:
    fill(visitor, url, {"a": "2"})
    wrong = {"q-why": ["label", "price"], "q-again": "7", "comment": "The label."}
    page = fill(visitor, url, wrong, page=url + "thanks/")
    body, text = page.content.decode(), words(page.content)
    assert (
        page.status_code,
        re.findall(r'<a href="#([^"]+)">([^<]+)</a>', body),
        re.findall(r'aria-describedby="([^"]*error)"', body),
        [bool(re.search(f'id="{name}"', body)) for name in ("q-why", "q-why-error", "q-again", "q-again-error")],
        "autofocus" in body and 'role="alert"' in body and "<title>Please check: " in body,
        "The label." in text,
        re.findall(r'value="(label|7)"', body),
        said(),
    ) == (
        422,
        [
            ("q-why", "What went wrong? Please choose from the options."),
            ("q-again", "Will you buy again? Please enter a number from 0 to 100 in steps of 5."),
        ],
        ["q-why-error", "q-again-ends q-again-error"],
        [True] * 4,
        True,
        True,
        ["label", "7"],
        [(2, {}, "")],
    )


def test_a_slider_left_alone_says_nothing(asked_more: None, url: str, visitor: Client) -> None:
    fill(visitor, url, {"a": "3"})
    page = visitor.get(url + "thanks/").content.decode()
    slider = re.findall(r'<input type="range"[^>]*>', page)
    fill(visitor, url, {"q-again": ""}, page=url + "thanks/")
    assert ([("name=" in one, "hidden" in one) for one in slider], said()) == ([(False, True)], [(3, {}, "")])


def test_everybody_is_asked_for_a_review_and_the_unhappy_can_write_as_well(
    asked_more: None, invitation: Invitation, url: str, visitor: Client
) -> None:
    offered = {}
    for score in (1, 3, 5):
        answer(invitation, score)
        page = visitor.get(url + "thanks/?saved=1").content.decode()
        offered[score] = re.findall(r'<a class="button"\s+href="([^"?]+)', page)
    review = "https://reviews.example/us"
    assert offered == {
        1: ["mailto:support%40nordlys.example", review],
        3: [review],
        5: ["https://club.example/", review],
    }


def test_a_survey_about_us_altogether_is_asked_thanked_for_and_closed_without_a_subject(
    invitation: Invitation, url: str, visitor: Client
) -> None:
    asks_instead("nps", texts=TEMPLATES["nps"].texts_apart)
    campaign = Campaign.objects.create(survey=Survey.objects.get(), name="Autumn", channel=invitation.channel)
    Invitation.objects.update(ticket=None, campaign=campaign, message=None)
    page, sent = visitor.get(url), fill(visitor, url, {"a": "9"})
    Invitation.objects.update(expires_at=F("sent_at"))
    closed = visitor.get(url)
    assert (
        "Nordlys Shoes How likely are you to recommend us" in words(page.content),
        sent.status_code,
        kept(),
        (closed.status_code, "The time to answer is over." in words(closed.content)),
        re.findall(r'href="(mailto:[^"]+)"', closed.content.decode()),
    ) == (True, 303, [(9, "", True)], (410, True), ["mailto:support%40nordlys.example"])


def test_a_survey_that_was_not_translated_is_asked_in_english_altogether(
    invitation: Invitation, url: str, visitor: Client
) -> None:
    asks_instead("ces_5", texts={"en": TEMPLATES["ces_5"].texts["en"], "ru": TEMPLATES["ces_5"].texts["ru"]})
    Invitation.objects.update(language="zh-hant")
    invitation.refresh_from_db()
    page = visitor.get(url)
    mail = letter(invitation)
    assert (
        page["Content-Language"],
        re.findall(r'hreflang="([^"]+)"', page.content.decode()),
        "No more surveys" in mail.text and '<html lang="en"' in mail.html,
        "Send my answer" in words(page.content),
    ) == ("en", ["en", "ru"], True, True)


def test_too_many_forms_for_one_link_are_put_off_whatever_their_address(
    url: str, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FORMS", 2)
    form = form_in(visitor.get(url).content)
    sent = [visitor.post(url, form | {"a": str(one)}, REMOTE_ADDR=f"192.0.2.{one}") for one in (1, 2, 3)]
    assert ([one.status_code for one in sent], "Write to Nordlys Shoes" in words(sent[2].content), len(kept())) == (
        [303, 303, 429],
        True,
        2,
    )


def test_an_anonymous_survey_says_so(invitation: Invitation, url: str, visitor: Client) -> None:
    sentence = "Your answer is anonymous: nobody at Nordlys Shoes sees who gave it."
    named = sentence in words(visitor.get(url).content)
    asks_instead("ces_5", is_anonymous=True)
    assert (named, sentence in words(visitor.get(url).content)) == (False, True)


def test_a_brand_has_its_colour_in_a_style_sheet_of_its_own(url: str, visitor: Client) -> None:
    Survey.objects.update(accent="#FFCC00")
    page = visitor.get(url).content.decode()
    address = re.findall(r'href="(/s/colours/[^"]+)"', page)
    style = visitor.get(address[0])
    assert (
        address,
        style["Content-Type"],
        style["Cache-Control"],
        style.content.decode().count("--accent:#ffcc00"),
        [visitor.get(f"/s/colours/{one}.css").status_code for one in ("red", "FFCC00", "ffcc00;")],
    ) == (["/s/colours/ffcc00.css"], "text/css", "public, max-age=31536000, immutable", 1, [404, 404, 404])


def test_a_brands_logo_is_shown_to_whoever_has_the_link_and_is_nothing_but_a_picture(
    invitation: Invitation, url: str, visitor: Client
) -> None:
    without = visitor.get(url + "logo/").status_code
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (64).to_bytes(4, "big") * 2 + b"\x08\x06\0\0\0"
    kept_logo = keep_logo(picture)
    Survey.objects.update(logo=kept_logo.sha256)
    page, logo = visitor.get(url).content.decode(), visitor.get(url + "logo/")
    default_storage.delete(f"logos/{kept_logo.sha256}")
    assert (
        without,
        re.findall(r'<img src="([^"]+)"', page),
        (logo.status_code, logo.content, logo["Content-Type"], logo["X-Content-Type-Options"]),
        logo["Content-Security-Policy"],
        visitor.get(url + "logo/").status_code,
    ) == (
        404,
        [url + "logo/"],
        (200, picture, "image/png", "nosniff"),
        "sandbox; default-src 'none'",
        404,
    )


def test_a_bad_link_offers_to_write_where_it_is_plain_to_whom(
    invitation: Invitation, url: str, visitor: Client
) -> None:
    one = re.findall(r'href="(mailto:[^"]+)"', visitor.get("/s/nothing/").content.decode())
    Channel.objects.create(kind="email", address="hello@fjord.example", name="Fjord", brand="Fjord Boats")
    two = re.findall(r'href="(mailto:[^"]+)"', visitor.get("/s/nothing/").content.decode())
    assert (one, two) == (["mailto:support%40nordlys.example"], [])


def test_whoever_never_opened_the_page_is_asked_to_confirm_and_loses_nothing(
    invitation: Invitation, url: str, visitor: Client
) -> None:
    with moved_to(now()):
        asked = visitor.post(url, {"a": "2", "comment": "The <label>.", "lang": "en"})
        form = form_in(asked.content)
        before, hits = kept(), list(LinkHit.objects.values_list("kind", "score"))
        too_fast = visitor.post(url, form)
    assert (
        asked.status_code,
        "One more tap, please" in words(asked.content),
        "Your answer 2 difficult" in words(asked.content),
        {name: form[name] for name in ("a", "comment", "lang")},
        (before, hits),
        "One more tap, please" in words(too_fast.content),
        kept(),
    ) == (
        200,
        True,
        True,
        {"a": "2", "comment": "The <label>.", "lang": "en"},
        ([], [("refused", 2)]),
        True,
        [],
    )


def test_who_fills_in_what_nobody_sees_is_asked_to_confirm(invitation: Invitation, url: str, visitor: Client) -> None:
    page = fill(visitor, url, {"a": "2", "website": "https://spam.example"})
    assert (page.status_code, "One more tap, please" in words(page.content), kept()) == (200, True, [])
