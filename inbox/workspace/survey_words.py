"""Surveys in words: when somebody is asked, what a version changed of the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.surveys.content import SENTENCES
from inbox.surveys.enums import DELAYS, Sentiment, SurveyMoment
from inbox.surveys.models import Campaign, Survey, SurveyVersion
from inbox.surveys.questions import EVERYBODY, QuestionKind, StepKind
from inbox.surveys.wording import WORDINGS
from inbox.workspace.wording import duration


def when_asked(survey: Survey) -> list[str]:
    """Who is asked and when, a sentence each."""
    said = [_wait(survey)] if survey.moment == SurveyMoment.RESOLUTION else [_("Customers are asked by campaigns.")]
    said += [hours(survey), throttle(survey)]
    if survey.sample_percent < 100:
        # xgettext:no-python-format
        said.append(_("Only %(percent)d %% of them are asked, chosen by chance.") % {"percent": survey.sample_percent})
    said.append(
        ngettext(
            "The link can be answered for %(days)d day.",
            "The link can be answered for %(days)d days.",
            survey.valid_days,
        )
        % {"days": survey.valid_days}
    )
    said.append(reminder(survey))
    return said


def _wait(survey: Survey) -> str:
    wait = {way: in_hours(survey.delays.get(way, usual)) for way, usual in DELAYS.items()}
    return (
        _("A customer is asked %(email)s after the resolution by e-mail, %(messaging)s in a chat, %(phone)s by phone.")
        % wait
    )


def hours(survey: Survey) -> str:
    """At which hours of the customer's."""
    start, end = survey.quiet_until_hour, survey.quiet_from_hour or 24
    if survey.quiet_until_hour == survey.quiet_from_hour:
        return _("At any hour of the day.")
    return _("Between %(start)d and %(end)d o'clock in the customer's time zone.") % {"start": start, "end": end}


def throttle(survey: Survey) -> str:
    """How seldom."""
    return ngettext(
        "At most once in %(days)d day, whichever survey and channel it was.",
        "At most once in %(days)d days, whichever survey and channel it was.",
        survey.throttle_days,
    ) % {"days": survey.throttle_days}


def reminder(survey: Survey) -> str:
    """Whether those who don't answer are reminded."""
    if survey.reminder_days is None:
        return _("Nobody is reminded.")
    return ngettext(
        "Who has not answered is reminded once, after %(days)d day.",
        "Who has not answered is reminded once, after %(days)d days.",
        survey.reminder_days,
    ) % {"days": survey.reminder_days}


def follow_up(survey: Survey) -> str:
    """What an unhappy answer leads to."""
    return _("An unhappy answer opens a task, to be done within %(time)s of business hours.") % {
        "time": in_hours(survey.follow_up_within)
    }


def in_hours(seconds: float) -> str:
    """A time that is counted in hours and not in days: a day of open hours is no day, and 24 h are plainer than one."""
    return duration(seconds) if seconds < 86400 or seconds % 3600 else _("%(hours)d h") % {"hours": seconds // 3600}


def campaign_rhythm(campaign: Campaign) -> str:
    """How often a campaign asks."""
    if campaign.every_days is None:
        return _("once")
    return ngettext("every %(days)d day", "every %(days)d days", campaign.every_days) % {"days": campaign.every_days}


def campaign_people(campaign: Campaign) -> str:
    """Whom a campaign is for."""
    whom = _("Segments %s") % ", ".join(campaign.segments) if campaign.segments else _("All customers")
    said = [whom, *(WORDINGS[one].name for one in campaign.languages)]
    if campaign.active_days:
        said.append(
            ngettext("wrote in the last %(days)d day", "wrote in the last %(days)d days", campaign.active_days)
            % {"days": campaign.active_days}
        )
    return " · ".join(said)


def differences(before: SurveyVersion | None, after: SurveyVersion) -> list[str]:
    """What a version changed of the one before it."""
    if before is None:
        return [_("made from a template") if after.template else _("made")]
    return [
        *_texts(before.texts, after.texts),
        *_scores(before, after),
        *_follow_ups(before, after),
        *_steps(before, after),
    ]


def _texts(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    names = {
        "subject": _("subject"),
        "intro": _("text before the question"),
        "question": _("question"),
        "comment": _("words for the comment"),
        "thanks": _("thanks"),
        "anchors": _("meanings of the scores"),
    }
    for language, wording in WORDINGS.items():
        old, new = before.get(language), after.get(language)
        if old and not new:
            yield _("%(language)s: taken away") % {"language": wording.name}
        elif new and not old:
            yield _("%(language)s: added") % {"language": wording.name}
        elif old and new:
            changed = [names[name] for name in (*SENTENCES, "anchors") if old.get(name) != new.get(name)]
            if "question" in [name for name in SENTENCES if old.get(name) != new.get(name)] and language == "en":
                yield _change(_("Question"), old["question"], new["question"])
                changed.remove(names["question"])
            if changed:
                yield _("%(language)s: %(texts)s changed") % {"language": wording.name, "texts": ", ".join(changed)}


def _scores(before: SurveyVersion, after: SurveyVersion) -> Iterator[str]:
    if before.low_is_good != after.low_is_good:
        yield _("Low scores are the good ones now") if after.low_is_good else _("High scores are the good ones now")
    if before.good_scores != after.good_scores:
        yield _change(_("Good scores"), scores_in_words(before.good_scores), scores_in_words(after.good_scores))
    if before.unhappy_scores != after.unhappy_scores:
        yield _change(
            _("Unhappy scores"), scores_in_words(before.unhappy_scores), scores_in_words(after.unhappy_scores)
        )
    if before.is_anonymous != after.is_anonymous:
        yield _("Answers are anonymous now") if after.is_anonymous else _("Answers are no longer anonymous")


def _follow_ups(before: SurveyVersion, after: SurveyVersion) -> Iterator[str]:
    old, new = ({one["id"]: one for one in version.follow_ups} for version in (before, after))
    for question_id, one in new.items():
        name = {"question": _short(one)}
        if question_id not in old:
            yield _("Follow-up question added: %(question)s") % name
        elif old[question_id] != one:
            yield _("Follow-up question changed: %(question)s") % name
    for question_id, one in old.items():
        if question_id not in new:
            yield _("Follow-up question taken away: %(question)s") % {"question": _short(one)}
    kept = [one for one in old if one in new]
    if kept != [one for one in new if one in old]:
        yield _("Follow-up questions in another order")


def _steps(before: SurveyVersion, after: SurveyVersion) -> Iterator[str]:
    whom = {
        Sentiment.HAPPY: _("the happy"),
        Sentiment.NEUTRAL: _("those who are neither"),
        Sentiment.UNHAPPY: _("the unhappy"),
        EVERYBODY: _("everybody"),
    }
    old, new = ({one["for"]: one for one in version.next_steps} for version in (before, after))
    for one, words in whom.items():
        if old.get(one) != new.get(one):
            values = {"whom": words, "step": step_in_words(new.get(one))}
            yield _("Next step for %(whom)s: %(step)s") % values


def step_in_words(step: dict[str, Any] | None) -> str:
    """What the thank-you page offers."""
    if step is None:
        return _("none")
    if step["kind"] == StepKind.WRITE:
        return _("to write to us")
    review = _("to leave a public review, %(url)s") % {"url": step["url"]}
    return review if step["kind"] == StepKind.REVIEW else str(step["url"])


def question_in_words(question: dict[str, Any]) -> str:
    """A follow-up question with who is asked."""
    kinds = {
        QuestionKind.SINGLE: _("one of %(count)d answers") % {"count": len(question.get("options", ()))},
        QuestionKind.MULTIPLE: _("any of %(count)d answers") % {"count": len(question.get("options", ()))},
        QuestionKind.TEXT: _("a free text"),
        QuestionKind.SLIDER: _("%(low)s to %(high)s") % {"low": question.get("min"), "high": question.get("max")},
    }
    whom = (
        _("at %(scores)s") % {"scores": scores_in_words(question["scores"])}
        if question["scores"]
        else _("to everybody")
    )
    return f"{_short(question)} ({kinds[QuestionKind(question['kind'])]}, {whom})"


def _short(question: dict[str, Any]) -> str:
    return f"“{question['texts']['en']['question']}”"


def scores_in_words(scores: Sequence[int]) -> str:
    """Scores as people write them: "1, 2", "0–6", "none"."""
    if not scores:
        return _("none")
    if len(scores) > 2 and scores[-1] - scores[0] == len(scores) - 1:
        return f"{scores[0]}–{scores[-1]}"
    return ", ".join(map(str, scores))


def _change(name: str, before: str, after: str) -> str:
    return _("%(name)s: %(before)s → %(after)s") % {"name": name, "before": before, "after": after}
