"""The pages on which surveys are set up: their list, the editor with its preview, rules, logo, trial mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from html import unescape
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.models import Channel, OutboxMail
from inbox.surveys.editing import make_survey, switch_survey
from inbox.surveys.models import Survey, SurveyVersion
from inbox.surveys.templates import TEMPLATES
from inbox.workspace.survey_list import percents
from inbox.workspace.survey_typed import typed_from
from tests import cast
from tests.inbox.surveys.test_logos import png
from tests.inbox.workspace.pages import text_of

pytestmark = pytest.mark.usefixtures("company")
LIST = "/settings/surveys/"
Screen = Callable[[Agent], Client]


@pytest.fixture
def survey() -> Survey:
    return Survey.objects.get()


def newest(survey: Survey) -> SurveyVersion:
    return survey.versions.select_related("survey").latest("number")


def typed(survey: Survey, **changed: object) -> dict[str, object]:
    """What stands in the editor, with some of it changed."""
    given = {name: values for name, values in typed_from(newest(survey)).lists() if values != [""]}
    return given | {name.replace("__", "-"): value for name, value in changed.items()}


def errors(page: HttpResponse) -> list[str]:
    """The sentences at the fields."""
    found = page.content.decode().split('<p class="error"')[1:]
    return [text_of(one.partition(">")[2].partition("</p>")[0]) for one in found]


def fields(page: HttpResponse) -> dict[str, list[str]]:
    """What the editor would send back: its hidden fields and those with a text."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input[^>]* name="([^"]+)"[^>]*? value="([^"]*)"', page.content.decode()):
        found.setdefault(name, []).append(unescape(value))
    return found


class Form(HTMLParser):
    """What a browser would send of the editor's form when nothing was touched."""

    def __init__(self, page: HttpResponse) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._area = self._select = ""
        self.feed(page.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "textarea":
            self._area = name
            self.sent.setdefault(name, []).append("")
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self.sent.setdefault(self._select, []).append(given["value"])
        elif tag == "input" and name and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.sent.setdefault(name, []).append(given.get("value", "on" if given.get("type") == "checkbox" else ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            # The line break after the opening tag is none of the text.
            self.sent[self._area][-1] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


class TestTheList:
    def test_it_says_what_runs_for_how_many_and_when(self, screen: Screen, maja: Agent):
        switch_survey(make_survey("csat_5", "Satisfied?", by=maja), on=True, by=maja)
        make_survey("nps", "Recommend", moment="schedule", by=maja)
        page = text_of(screen(maja).get(LIST))
        said = (
            "50 % Customer effort",
            "50 % Satisfied?",
            "A customer is asked 24 h after the resolution by e-mail, 10 m in a chat, 1 h by phone.",
            "Between 9 and 20 o'clock in the customer's time zone.",
            "At most once in 30 days",
            "Customers are asked by campaigns.",
        )
        assert [one for one in said if one not in page] == []

    def test_it_says_what_is_asked_in_the_readers_language(self, screen: Screen, maja: Agent):
        maja.language = "zh-hans"
        maja.save(update_fields=["language"])
        assert TEMPLATES["ces_5"].texts["zh-hans"]["question"] in text_of(screen(maja).get(LIST))

    def test_percentages_add_up(self):
        surveys = [Survey(pk=number, share=1) for number in range(3)]
        assert percents(surveys) == {0: 34, 1: 33, 2: 33}
        assert percents([]) == {}

    def test_it_says_when_nobody_is_asked(self, screen: Screen, maja: Agent, survey: Survey):
        switch_survey(survey, on=False, by=maja)
        assert "nobody is asked how it went" in text_of(screen(maja).get(LIST))

    def test_it_costs_as_many_queries_with_many_surveys_as_with_one(
        self, screen: Screen, maja: Agent, django_assert_max_num_queries: Callable
    ):
        for key in ("csat_5", "csat_2", "nps"):
            make_survey(key, key, by=maja)
        client = screen(maja)
        client.get(LIST)
        with django_assert_max_num_queries(14):
            client.get(LIST)

    def test_leads_and_auditors_look_and_nobody_else_changes(
        self, screen: Screen, ada: Agent, otto: Agent, survey: Survey
    ):
        lea, one = cast.lea(), f"{LIST}{survey.pk}/"
        looks = (LIST, one, f"{one}preview/", f"{LIST}campaigns/")
        reads = [screen(who).get(address).status_code for who in (lea, otto, ada) for address in looks]
        verbs = ("rules", "content", "logo", "activity", "deletion", "trial")
        places = (f"{LIST}new/", *(f"{one}{verb}/" for verb in verbs), f"{LIST}campaigns/new/")
        writes = {screen(who).post(place).status_code for who in (lea, otto, ada) for place in places}
        survey.refresh_from_db()
        assert (reads, writes, survey.is_active, survey.deleted_at) == ([200] * 8 + [404] * 4, {404}, True, None)


class TestMakingAndRules:
    def test_a_survey_is_made_from_a_template_and_edited_next(self, screen: Screen, maja: Agent):
        client = screen(maja)
        page = client.post(f"{LIST}new/", {"template": "nps:schedule", "name": "Recommend"})
        made = Survey.objects.get(name="Recommend")
        assert (page.url, made.moment, made.is_active) == (f"{LIST}{made.pk}/content/", "schedule", False)
        again = client.post(f"{LIST}new/", {"template": "nps:schedule", "name": "recommend"})
        assert errors(again) == ["There is another survey of this name."]

    def test_rules_are_typed_as_people_say_them(self, screen: Screen, maja: Agent, survey: Survey):
        client, address = screen(maja), f"{LIST}{survey.pk}/rules/"
        shown = fields(client.get(address))
        assert (shown["delay-email"], shown["follow_up_within"], shown["reminder_days"]) == (["24h"], ["8h"], [""])
        given = {name: values[-1] for name, values in shown.items() if name != "csrfmiddlewaretoken"}
        given |= {"from_hour": "8", "to_hour": "24", "delay-email": "1 h 30", "reminder_days": "3", "accent": "#AA0000"}
        client.post(address, given)
        survey.refresh_from_db()
        assert (survey.quiet_until_hour, survey.quiet_from_hour, survey.delays["email"], survey.reminder_days) == (
            8,
            0,
            5400,
            3,
        )
        refused = client.post(address, given | {"name": "", "delay-email": "soon", "sample_percent": "101"})
        assert errors(refused) == [
            "Give the survey a name; customers don't see it.",
            "Write a time with its unit, such as 10m, 4h, 1 h 30 or 2d.",
            "Give a whole number from 1 to 100.",
        ]

    def test_a_survey_is_switched_and_deleted(self, screen: Screen, maja: Agent, survey: Survey):
        client, found = screen(maja), []
        for verb, given in (("activity", {"on": "0"}), ("activity", {"on": "1"}), ("deletion", {})):
            client.post(f"{LIST}{survey.pk}/{verb}/", given)
            survey.refresh_from_db()
            found.append((survey.is_active, survey.deleted_at is not None))
        assert found == [(False, False), (True, False), (False, True)]
        # What it was can still be read, and is changed by nobody.
        assert client.get(f"{LIST}{survey.pk}/").status_code == 200
        assert client.get(f"{LIST}{survey.pk}/content/").status_code == 404

    def test_a_logo_is_shown_and_svg_is_refused(self, screen: Screen, maja: Agent, survey: Survey):
        client, address = screen(maja), f"{LIST}{survey.pk}/logo/"
        client.post(address, {"logo": SimpleUploadedFile("a.png", png(), "image/png")})
        shown = client.get(address)
        assert (shown.content, shown["Content-Type"], "sandbox" in shown["Content-Security-Policy"]) == (
            png(),
            "image/png",
            True,
        )
        svg = SimpleUploadedFile("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png")
        said = text_of(client.post(address, {"logo": svg}, follow=True))
        assert "SVG can hold scripts" in said
        client.post(address, {"remove": "1"})
        assert client.get(address).status_code == 404


class TestTheEditor:
    def test_it_sends_back_what_is_published(self, screen: Screen, maja: Agent, survey: Survey):
        client, address = screen(maja), f"{LIST}{survey.pk}/content/"
        page = client.post(address, typed(survey, do="publish"), follow=True)
        assert ("no new version" in text_of(page), survey.versions.count()) == (True, 1)

    @pytest.mark.parametrize("key", ["ces_7_reversed", "csat_2", "nps"])
    def test_what_was_not_touched_is_not_changed(self, screen: Screen, maja: Agent, key: str):
        made = make_survey(key, "New", by=maja)
        follow_ups = [
            {"id": "q1", "kind": "multiple", "scores": [1], "options": ["a1", "a2"], "texts": {}},
            {"id": "q2", "kind": "slider", "scores": [], "min": -5, "max": 5, "step": 5, "texts": {}},
        ]
        follow_ups[0]["texts"] = {"en": {"question": "Why?", "options": {"a1": "<b>Slow</b>", "a2": "Far"}}}
        follow_ups[1]["texts"] = {"en": {"question": "How long?", "low": "short", "high": "long"}}
        step = {"for": "unhappy", "kind": "link", "url": "https://help.example/?a=1&b=2"}
        steps = [step | {"texts": {"ru": {"text": "Да", "button": "Тут"}, "en": {"text": "Here", "button": "Go"}}}]
        SurveyVersion.objects.filter(survey=made).update(follow_ups=follow_ups, next_steps=steps, is_anonymous=True)
        client, address = screen(maja), f"{LIST}{made.pk}/content/"
        page = client.post(address, Form(client.get(address)).sent | {"do": "publish"})
        assert (page.status_code, errors(page) if page.status_code == 200 else [], made.versions.count()) == (
            302,
            [],
            1,
        )

    def test_a_question_is_added_filled_in_moved_and_published_by_buttons(
        self, screen: Screen, maja: Agent, survey: Survey
    ):
        client, address = screen(maja), f"{LIST}{survey.pk}/content/"
        given = typed(survey)
        for deed in ("question:single", "question:slider", "up:q2", "option:q1", "drop-option:q1:a1"):
            page = client.post(address, given | {"do": deed})
            shown = fields(page)
            given |= {name: values for name, values in shown.items() if name == "q" or name.startswith("q-")}
            # Boxes are not ticked by being there.
            given |= {name: [] for name in given if name.endswith("-scores")}
        assert (shown["q"], shown["q-q1-o"], shown["q-q2-max"]) == (["q2", "q1"], ["a2", "a3"], ["10"])
        given |= {
            "q-q1-en-question": "What was hard?",
            "q-q1-en-o-a2": "Waiting",
            "q-q1-en-o-a3": "Finding you",
            "q-q1-scores": ["1", "2"],
            "q-q2-en-question": "How long did you wait?",
            "q-q2-en-low": "not at all",
            "q-q2-en-high": "very long",
            "s-unhappy-kind": "write",
            "s-unhappy-en-text": "Tell us.",
            "s-unhappy-en-button": "Write to us",
            "is_anonymous": "1",
        }
        page = client.post(address, given | {"do": "publish"}, follow=True)
        made = newest(survey)
        assert errors(page) == []
        assert (made.number, made.made_by, made.is_anonymous, [one["id"] for one in made.follow_ups]) == (
            2,
            maja,
            True,
            ["q2", "q1"],
        )
        assert (made.follow_ups[1]["scores"], made.next_steps[0]["for"]) == ([1, 2], "unhappy")
        said = text_of(page)
        words = (
            "Version 2",
            "Follow-up question added: “What was hard?”",
            "Answers are anonymous now",
            "Next step for the unhappy: to write to us",
            "“What was hard?” (one of 2 answers, at 1, 2)",
        )
        assert [one for one in words if one not in said] == []
        # An id is never given twice, also when its question is gone.
        page = client.post(address, typed(survey, q=[], do="question:text"))
        assert fields(page)["q"] == ["q3"]

    def test_mistakes_stand_at_their_fields_and_in_the_language_that_opens(
        self, screen: Screen, maja: Agent, survey: Survey
    ):
        given = typed(survey, t__en__thanks="", a__ru__3="", lang="zh-hant", do="publish")
        page = screen(maja).post(f"{LIST}{survey.pk}/content/", given)
        assert (errors(page), survey.versions.count()) == (
            [
                "English is asked wherever there is no other language: fill this in.",
                "Translate this as well, or leave all of it empty: then it is said in English.",
            ],
            1,
        )
        assert re.search(r'id="lang-ru" value="ru" checked', page.content.decode())

    def test_languages_say_what_they_lack(self, screen: Screen, maja: Agent, survey: Survey):
        given = typed(survey, do="question:text")
        given = {name: value for name, value in given.items() if "-zh-hant" not in name} | {"a-ru-3": ""}
        said = text_of(screen(maja).post(f"{LIST}{survey.pk}/content/", given))
        assert "简体中文 complete 繁體中文 not translated Русский 1 missing" in said

    def test_another_version_meanwhile_is_shown_before_it_is_replaced(
        self, screen: Screen, maja: Agent, survey: Survey
    ):
        client, address = screen(maja), f"{LIST}{survey.pk}/content/"
        given = typed(survey, t__en__thanks="Thanks a lot.")
        client.post(address, typed(survey, is_anonymous="1", do="publish"))
        page = client.post(address, given | {"do": "publish"})
        assert ("Maja published another version" in text_of(page), survey.versions.count()) == (True, 2)
        client.post(address, given | {"seen": fields(page)["seen"], "do": "publish"})
        assert (newest(survey).number, newest(survey).is_anonymous) == (3, False)


class TestThePreview:
    def frame(self, client: Client, survey: Survey, **given: object) -> str:
        answer = client.post(f"{LIST}{survey.pk}/preview/", typed(survey) | given)
        policy = answer["Content-Security-Policy"]
        assert ("sandbox allow-same-origin" in policy, "script-src" in policy, answer["X-Frame-Options"]) == (
            True,
            False,
            "SAMEORIGIN",
        )
        return answer.content.decode()

    def test_it_shows_what_is_typed_though_nothing_is_stored(self, screen: Screen, maja: Agent, survey: Survey):
        client, before = screen(maja), survey.versions.count()
        html = self.frame(client, survey, **{"t-zh-hans-question": "顺利吗？", "p-lang": "zh-hans", "a": "2"})
        assert ("顺利吗？" in html, '<html lang="zh-hans" dir="ltr">' in html, survey.versions.count()) == (
            True,
            True,
            before,
        )

    def test_what_is_typed_can_be_kept_for_the_frame_to_fetch(self, screen: Screen, maja: Agent, survey: Survey):
        client, address = screen(maja), f"{LIST}{survey.pk}/preview/"
        kept = client.post(address, typed(survey) | {"t-en-question": "Easy?", "keep": "1"})
        shown = ["Easy?" in client.get(address, given).content.decode() for given in ({"draft": "1"}, {})]
        others = "Easy?" in screen(cast.lea()).get(address, {"draft": "1"}).content.decode()
        assert (kept.status_code, shown, others) == (204, [True, False], False)

    def test_each_score_has_its_thanks(self, screen: Screen, maja: Agent, survey: Survey):
        asked = {"q": ["q1"], "q-q1-kind": "text", "q-q1-en-question": "What was hard?", "q-q1-scores": ["1"]}
        client = screen(maja)
        shown = ["What was hard?" in self.frame(client, survey, **asked, **{"p-what": "thanks", "a": a}) for a in "15"]
        assert shown == [True, False]

    @pytest.mark.parametrize("what", ["page", "thanks", "mail"])
    def test_right_to_left_mirrors_it(self, screen: Screen, maja: Agent, survey: Survey, what: str):
        assert 'dir="rtl"' in self.frame(screen(maja), survey, **{"p-what": what, "p-rtl": "1"})

    @pytest.mark.parametrize("what", ["page", "thanks", "mail"])
    def test_the_worst_that_can_be_typed_breaks_nothing(self, screen: Screen, maja: Agent, survey: Survey, what: str):
        broken = {
            "q": ["q1", "q2", "<"],
            "q-q1-kind": "slider",
            "q-q1-min": "x",
            "q-q1-step": "0",
            "q-q2-kind": "essay",
            "s-happy-kind": "link",
            "good": ["x"],
            "t-en-question": "",
            "t-ru-question": "<script>",
            "p-lang": "ru",
            "p-what": what,
            "a": "77",
        }
        html = self.frame(screen(maja), survey, **broken)
        assert "<script" not in html

    def test_a_survey_by_a_schedule_is_about_no_ticket(self, screen: Screen, maja: Agent):
        made = make_survey("nps", "Recommend", moment="schedule", by=maja)
        client = screen(maja)
        shown = [self.frame(client, made, **{"p-what": what}) for what in ("page", "mail")]
        assert [
            ("1007" in html, "{" in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)) for html in shown
        ] == [(False, False)] * 2

    def test_a_trial_mail_comes_with_links_to_the_preview(
        self, screen: Screen, maja: Agent, support: Channel, survey: Survey
    ):
        page = screen(maja).post(f"{LIST}{survey.pk}/trial/", {"language": "ru"}, follow=True)
        kept = OutboxMail.objects.get()
        mail = message_from_bytes(bytes(kept.body), policy=policy.default)
        text = mail.get_body(("plain",)).get_content()
        assert (
            kept.recipients,
            "Насколько легко" in text,
            f"{LIST}{survey.pk}/preview/?a=5" in text,
            "/s/" in text,
        ) == (
            [maja.email],
            True,
            True,
            False,
        )
        assert support.address in text_of(page)

    def test_without_a_mailbox_it_says_so(self, screen: Screen, maja: Agent, survey: Survey):
        page = screen(maja).post(f"{LIST}{survey.pk}/trial/", {"language": "en"}, follow=True)
        assert ("There is no mailbox" in text_of(page), OutboxMail.objects.count()) == (True, 0)
