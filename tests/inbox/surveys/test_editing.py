"""Admins set surveys up: what is asked gets a new version, who is asked does not, and mistakes say what they are."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox.agents.actions import NotAllowed
from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.surveys.content import content_from, content_of
from inbox.surveys.editing import (
    ChangedMeanwhile,
    change_campaign,
    change_rules,
    delete_campaign,
    delete_survey,
    make_campaign,
    make_survey,
    publish,
    run_campaign_now,
    set_logo,
    switch_campaign,
    switch_survey,
    why_direction_stays,
)
from inbox.surveys.models import Answer, Campaign, Invitation, Survey, SurveyVersion
from inbox.surveys.reading import InvalidSurvey
from inbox.surveys.rules import campaign_from, rules_from, rules_of
from inbox.tickets.actions import Refused
from inbox.tickets.changes import SYSTEM
from tests.inbox.surveys.test_logos import png

pytestmark = pytest.mark.usefixtures("company")
MONDAY = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
WHY = {
    "id": "q1",
    "kind": "single",
    "scores": [1, 2],
    "options": ["a1", "a2"],
    "texts": {"en": {"question": "What was hard?", "options": {"a1": "Finding you", "a2": "Waiting"}}},
}
WRITE = {"for": "unhappy", "kind": "write", "texts": {"en": {"text": "Tell us.", "button": "Write to us"}}}
REVIEW = {
    "for": "everybody",
    "kind": "review",
    "url": "https://reviews.example/nordlys",
    "texts": {"en": {"text": "Tell others.", "button": "Review us"}},
}


@pytest.fixture
def survey() -> Survey:
    return Survey.objects.get()


def newest(survey: Survey) -> SurveyVersion:
    return survey.versions.select_related("survey").latest("number")


def values(survey: Survey, **changed: Any) -> dict[str, Any]:
    return deepcopy(asdict(content_of(newest(survey)))) | changed


def faults(survey: Survey, **changed: Any) -> dict[str, list[str]]:
    """What is wrong with the content so changed."""
    with pytest.raises(InvalidSurvey) as refused:
        content_from(values(survey, **changed), of=newest(survey))
    return refused.value.errors


def texts(survey: Survey, language: str = "en", **changed: Any) -> dict[str, Any]:
    """The sentences with some of one language changed."""
    given = values(survey)["texts"]
    given[language] = given[language] | changed
    return given


class TestWhatIsAsked:
    def test_a_change_is_the_next_version_and_the_same_content_is_none(self, survey: Survey, maja: Agent):
        content = content_from(values(survey, follow_ups=[WHY], next_steps=[WRITE]), of=newest(survey))
        made = publish(survey, content, by=maja, at=MONDAY, seen=1)
        again = publish(survey, content_from(values(survey), of=made), by=maja, seen=2)
        assert (made.number, made.made_by, made.created_at, again, survey.versions.count()) == (
            2,
            maja,
            MONDAY,
            made,
            2,
        )
        assert (made.follow_ups, made.next_steps, made.texts) == ([WHY], [WRITE], survey.versions.first().texts)

    def test_a_change_based_on_an_older_version_is_refused(self, survey: Survey, maja: Agent):
        made = publish(survey, content_from(values(survey, is_anonymous=True), of=newest(survey)), by=maja)
        with pytest.raises(ChangedMeanwhile) as refused:
            publish(survey, content_from(values(survey), of=made), by=maja, seen=1)
        assert (refused.value.newest, survey.versions.count()) == (made, 2)

    def test_english_is_whole_and_other_languages_are_whole_or_not_there(self, survey: Survey):
        given = texts(survey, thanks=" ", anchors={"1": "very difficult", "5": "very easy"})
        given["ru"] = {"question": "Легко?"}
        given["zh-hant"] = {"question": "", "anchors": {"1": " "}}
        found = faults(survey, texts=given)
        assert sorted(found) == sorted(
            [f"texts.en.{name}" for name in ("thanks", "anchors.2", "anchors.3", "anchors.4")]
            + [f"texts.ru.{name}" for name in ("subject", "intro", "comment", "thanks")]
            + [f"texts.ru.anchors.{score}" for score in range(1, 6)]
        )

    def test_a_language_can_be_left_out(self, survey: Survey):
        given = values(survey)["texts"]
        del given["ru"]
        assert list(content_from(values(survey, texts=given), of=newest(survey)).texts) == ["en", "zh-hans", "zh-hant"]

    @pytest.mark.parametrize(
        ("changed", "place", "why"),
        [
            ({"question": "How was it?"}, "question", "“very difficult”, “very easy”"),
            ({"subject": "{name}, how easy was it?"}, "subject", "not {name}"),
            ({"thanks": "{brand} says thank you"}, "thanks", "without {brand}"),
            ({"thanks": "x" * 601}, "thanks", "600"),
        ],
    )
    def test_sentences_hold_what_customers_need_and_nothing_that_is_not_filled_in(
        self, survey: Survey, changed: dict[str, str], place: str, why: str
    ):
        found = faults(survey, texts=texts(survey, **changed))
        assert (list(found), why in found[f"texts.en.{place}"][0]) == ([f"texts.en.{place}"], True)

    def test_two_scores_do_not_mean_the_same(self, survey: Survey):
        anchors = newest(survey).texts["en"]["anchors"] | {"2": "Easy"}
        assert list(faults(survey, texts=texts(survey, anchors=anchors))) == ["texts.en.anchors"]

    def test_a_survey_by_a_schedule_has_no_subject_to_fill_in(self, maja: Agent):
        made = make_survey("nps", "Recommend", moment="schedule", by=maja)
        found = faults(made, texts=texts(made, intro="About “{subject}”"))
        assert list(found) == ["texts.en.intro"]

    @pytest.mark.parametrize(
        ("changed", "place"),
        [
            ({"good_scores": []}, "good_scores"),
            ({"good_scores": [3, 5]}, "good_scores"),
            ({"good_scores": [1], "unhappy_scores": []}, "good_scores"),
            ({"good_scores": "45"}, "good_scores"),
            ({"unhappy_scores": [2]}, "unhappy_scores"),
            ({"good_scores": [2, 3, 4, 5]}, "unhappy_scores"),
        ],
    )
    def test_good_scores_are_the_best_ones_and_unhappy_the_worst(
        self, survey: Survey, changed: dict[str, Any], place: str
    ):
        assert list(faults(survey, **changed)) == [place]

    def test_what_defines_a_figure_stays(self, maja: Agent):
        kept = []
        for key in ("nps", "csat_5"):
            made = make_survey(key, key, by=maja)
            content = content_from(values(made, good_scores=[10], unhappy_scores=[1]), of=newest(made))
            kept.append((content.good_scores, content.unhappy_scores))
        assert kept == [([9, 10], list(range(7))), ([4, 5], [1])]

    def test_the_direction_of_effort_turns_until_somebody_answered(
        self, survey: Survey, maja: Agent, ticket_asked: Invitation
    ):
        turned = values(survey, low_is_good=True, good_scores=[1, 2], unhappy_scores=[4, 5])
        content = content_from(turned, of=newest(survey))
        assert why_direction_stays(survey) == ""
        Answer.objects.create(invitation=ticket_asked, score=4, language="en", answered_at=MONDAY, sentiment="happy")
        with pytest.raises(InvalidSurvey, match="new survey"):
            publish(survey, content, by=maja)
        assert survey.versions.count() == 1
        Answer.objects.all().delete()
        assert publish(survey, content, by=maja).low_is_good

    def test_only_effort_can_be_turned(self, maja: Agent):
        made = make_survey("csat_2", "Satisfied?", by=maja)
        content = content_from(values(made, low_is_good=True, good_scores=[1], unhappy_scores=[2]), of=newest(made))
        with pytest.raises(InvalidSurvey, match="everywhere"):
            publish(made, content, by=maja)

    @pytest.mark.parametrize(
        ("changed", "place"),
        [
            ({"id": "Q 1"}, "id"),
            ({"kind": "essay"}, "kind"),
            ({"scores": [0]}, "scores"),
            ({"options": ["a1"]}, "options"),
            ({"options": ["a1", "a1"]}, "options"),
            ({"texts": {}}, "texts.en.question"),
            ({"texts": WHY["texts"] | {"ru": {"question": "Что?"}}}, "texts.ru.options.a1"),
            (
                {"kind": "slider", "min": 5, "max": 5, "texts": {"en": {"question": "?", "low": "a", "high": "b"}}},
                "max",
            ),
            (
                {"kind": "slider", "max": 10, "step": 3, "texts": {"en": {"question": "?", "low": "a", "high": "b"}}},
                "step",
            ),
        ],
    )
    def test_a_follow_up_question_that_nobody_could_answer_is_refused(
        self, survey: Survey, changed: dict[str, Any], place: str
    ):
        assert f"follow_ups.0.{place}" in faults(survey, follow_ups=[WHY | changed])

    def test_ids_of_questions_are_their_own(self, survey: Survey):
        assert list(faults(survey, follow_ups=[WHY, WHY])) == ["follow_ups.1.id"]

    @pytest.mark.parametrize(
        "url", ["", "http://reviews.example/", "javascript:alert(1)", "https://u@x.example", "https://["]
    )
    def test_a_step_opens_a_safe_address_only(self, survey: Survey, url: str):
        found = faults(survey, next_steps=[WRITE, REVIEW | {"url": url}])
        assert list(found) == ["next_steps.1.url"]

    @pytest.mark.parametrize("whom", ["happy", "neutral", "unhappy"])
    def test_a_review_is_asked_for_from_everybody_and_from_no_part_of_them(self, survey: Survey, whom: str):
        assert "next_steps.1.kind" in faults(survey, next_steps=[WRITE | {"for": "neutral"}, REVIEW | {"for": whom}])

    def test_nothing_is_offered_to_the_happy_alone(self, survey: Survey):
        link = REVIEW | {"for": "happy", "kind": "link"}
        assert list(faults(survey, next_steps=[WRITE, link])) == ["next_steps"]


class TestWhoIsAsked:
    def test_a_survey_is_made_as_its_template_has_it_and_switched_off(self, maja: Agent):
        made = make_survey("csat_5", "Satisfied?", by=maja, at=MONDAY)
        version = newest(made)
        assert (made.is_active, made.kind, made.delays["phone"], version.made_by, version.template) == (
            False,
            "csat",
            3600,
            maja,
            "csat_5",
        )

    @pytest.mark.parametrize(("key", "moment"), [("stars", "resolution"), ("csat_5", "schedule"), ("nps", "noon")])
    def test_there_is_no_such_template_for_this_moment(self, maja: Agent, key: str, moment: str):
        with pytest.raises(InvalidSurvey):
            make_survey(key, "New", moment=moment, by=maja)
        assert Survey.objects.count() == 1

    @pytest.mark.parametrize(
        ("changed", "place"),
        [
            ({"name": " "}, "name"),
            ({"share": 0}, "share"),
            ({"delays": {"fax": 1}}, "delays.fax"),
            ({"delays": {"email": 15 * 86400}}, "delays.email"),
            ({"delays": {"messaging": 24 * 3600}}, "delays.messaging"),
            ({"throttle_days": 0}, "throttle_days"),
            ({"sample_percent": "many"}, "sample_percent"),
            ({"quiet_until_hour": 24}, "quiet_until_hour"),
            ({"quiet_until_hour": 20, "quiet_from_hour": 9}, "quiet_from_hour"),
            ({"valid_days": 5, "reminder_days": 5}, "reminder_days"),
            ({"valid_days": 1, "reminder_days": 1}, "reminder_days"),
            ({"follow_up_within": 60}, "follow_up_within"),
            ({"accent": "red"}, "accent"),
        ],
    )
    def test_rules_that_make_no_sense_are_refused(self, survey: Survey, changed: dict[str, Any], place: str):
        with pytest.raises(InvalidSurvey) as refused:
            rules_from(asdict(rules_of(survey)) | changed, of=survey)
        assert list(refused.value.errors) == [place]

    def test_rules_change_without_a_new_version(self, survey: Survey, maja: Agent):
        rules = rules_from(
            asdict(rules_of(survey)) | {"name": "Effort", "accent": "#2F5BD7", "reminder_days": 3}, of=survey
        )
        changed = change_rules(survey, rules, by=maja)
        assert (rules_of(changed), changed.accent, survey.versions.count()) == (rules, "#2f5bd7", 1)

    def test_a_name_is_taken_for_ever(self, survey: Survey, maja: Agent):
        delete_survey(make_survey("nps", "Recommend", by=maja), by=maja)
        said = []
        for name in ("customer effort", "recommend"):
            with pytest.raises(InvalidSurvey) as refused:
                make_survey("nps", name, by=maja)
            said += refused.value.errors["name"]
        assert ["deleted" in one for one in said] == [False, True]

    def test_deleting_switches_off_and_keeps_what_was_answered(
        self, survey: Survey, maja: Agent, ticket_asked: Invitation
    ):
        for at in (MONDAY, MONDAY + timedelta(days=1)):
            delete_survey(survey, by=maja, at=at)
        survey.refresh_from_db()
        ticket_asked.refresh_from_db()
        assert (survey.is_active, survey.deleted_at, ticket_asked.version.survey) == (False, MONDAY, survey)
        with pytest.raises(Survey.DoesNotExist):
            switch_survey(survey, on=True, by=maja)

    def test_a_logo_is_set_and_taken_away(self, survey: Survey, maja: Agent):
        assert len(set_logo(survey, png(), by=maja).logo) == 64
        assert set_logo(survey, None, by=maja).logo == ""

    def test_nobody_but_an_admin_sets_up_surveys(self, survey: Survey, ada: Agent):
        rules, content = rules_of(survey), content_of(newest(survey))
        for deed in (
            lambda: make_survey("nps", "Recommend", by=ada),
            lambda: change_rules(survey, rules, by=ada),
            lambda: publish(survey, content, by=ada),
            lambda: switch_survey(survey, on=False, by=ada),
            lambda: set_logo(survey, png(), by=ada),
            lambda: delete_survey(survey, by=ada),
        ):
            with pytest.raises(NotAllowed):
                deed()
        survey.refresh_from_db()
        assert (survey.is_active, survey.deleted_at, Survey.objects.count()) == (True, None, 1)


class TestCampaigns:
    def terms(self, support: Channel, maja: Agent, **changed: Any) -> dict[str, Any]:
        if not Survey.objects.filter(moment="schedule").exists():
            make_survey("nps", "Recommend", moment="schedule", by=maja)
        return {
            "name": "Spring",
            "survey": Survey.objects.get(moment="schedule").pk,
            "channel": support.pk,
            "segments": ["vip", "VIP", ""],
            "languages": ["ru", "en"],
            "active_days": 90,
            "every_days": 180,
            "next_run_at": MONDAY,
        } | changed

    def made(self, support: Channel, maja: Agent) -> Campaign:
        return make_campaign(campaign_from(self.terms(support, maja), at=MONDAY), by=maja)

    def test_a_campaign_says_whom_it_asks_and_when(self, support: Channel, maja: Agent):
        made = self.made(support, maja)
        assert (made.segments, made.languages, made.is_active, made.next_run_at) == (
            ["VIP"],
            ["en", "ru"],
            True,
            MONDAY,
        )

    @pytest.mark.parametrize(
        ("changed", "place"),
        [
            ({"name": ""}, "name"),
            ({"survey": 0}, "survey"),
            ({"channel": 0}, "channel"),
            ({"languages": ["fr"]}, "languages"),
            ({"active_days": 0}, "active_days"),
            ({"every_days": 6}, "every_days"),
            ({"next_run_at": None}, "next_run_at"),
            ({"next_run_at": MONDAY - timedelta(days=1)}, "next_run_at"),
        ],
    )
    def test_terms_that_make_no_sense_are_refused(
        self, support: Channel, maja: Agent, changed: dict[str, Any], place: str
    ):
        with pytest.raises(InvalidSurvey) as refused:
            campaign_from(self.terms(support, maja, **changed), at=MONDAY)
        assert list(refused.value.errors) == [place]

    def test_a_survey_about_tickets_is_asked_by_no_campaign(self, support: Channel, survey: Survey, maja: Agent):
        with pytest.raises(InvalidSurvey):
            campaign_from(self.terms(support, maja, survey=survey.pk), at=MONDAY)

    def test_its_life(self, support: Channel, maja: Agent):
        made, later = self.made(support, maja), MONDAY + timedelta(days=2)
        with pytest.raises(Refused):
            run_campaign_now(made, by=maja)
        switch_survey(made.survey, on=True, by=maja)
        runs = run_campaign_now(made, by=SYSTEM, at=later).next_run_at
        made.refresh_from_db()
        # A run that is past keeps its time when something else changes.
        terms = campaign_from(
            self.terms(support, maja, name="May", next_run_at=later), at=later + timedelta(1), of=made
        )
        changed = change_campaign(made, terms, by=maja)
        off = switch_campaign(made, on=False, by=maja).is_active
        for at in (later, later + timedelta(days=1)):
            delete_campaign(made, by=maja, at=at)
        made.refresh_from_db()
        assert (runs, changed.name, off, made.deleted_at) == (later, "May", False, later)

    def test_it_goes_with_its_survey(self, support: Channel, maja: Agent):
        made = self.made(support, maja)
        delete_survey(made.survey, by=maja, at=MONDAY)
        made.refresh_from_db()
        assert (made.is_active, made.deleted_at) == (False, MONDAY)


@pytest.fixture
def ticket_asked(support: Channel, survey: Survey) -> Invitation:
    """An invitation that is out."""
    from tests.inbox.questions import asks

    ticket = asks(support, 1, at=MONDAY)
    return Invitation.objects.create(
        ticket=ticket,
        cycle=1,
        customer=ticket.customer,
        channel=support,
        version=newest(survey),
        state="sent",
        decided_at=MONDAY,
        sent_at=MONDAY,
    )
