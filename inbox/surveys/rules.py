"""Of whom and when a survey is asked, as plain values: the one place where they are checked. And those of campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from inbox.surveys.colours import is_colour
from inbox.surveys.enums import DELAYS, SurveyMoment
from inbox.surveys.models import Campaign, Survey
from inbox.surveys.reading import Reading
from inbox.surveys.wording import WORDINGS

LONGEST_DELAY = 14 * 86400
#: The networks let us answer for 24 hours after the customer wrote.
LONGEST_MESSAGING_DELAY = 23 * 3600
LEAST_FOLLOW_UP, MOST_FOLLOW_UP = 15 * 60, 30 * 86400


@dataclass(frozen=True, slots=True)
class Rules:
    """The fields of a `Survey` that are not versioned, checked."""

    name: str
    share: int
    delays: dict[str, int]
    throttle_days: int
    sample_percent: int
    quiet_until_hour: int
    quiet_from_hour: int
    valid_days: int
    reminder_days: int | None
    follow_up_within: int
    accent: str


@dataclass(frozen=True, slots=True)
class CampaignTerms:
    """Whom a campaign asks what, by which channel and when, checked. Empty `segments` and `languages` mean all."""

    name: str
    survey_id: int
    channel_id: int
    segments: list[str]
    languages: list[str]
    active_days: int | None
    every_days: int | None
    next_run_at: datetime | None


def rules_of(survey: Survey) -> Rules:
    """The rules in force."""
    return Rules(
        survey.name,
        survey.share,
        {way: int(survey.delays.get(way, usual)) for way, usual in DELAYS.items()},
        survey.throttle_days,
        survey.sample_percent,
        survey.quiet_until_hour,
        survey.quiet_from_hour,
        survey.valid_days,
        survey.reminder_days,
        survey.follow_up_within,
        survey.accent,
    )


def rules_from(values: Mapping[str, Any], *, of: Survey | None = None) -> Rules:
    """The rules in plain values; what is left out is as usual. Raises `InvalidSurvey`.

    It is asked from `quiet_until_hour` to `quiet_from_hour`, 0 for midnight; equal hours mean at any hour. `of`: the
    survey whose rules these become, which may keep its name.
    """
    it = _RulesReading()
    valid_days = it.number("valid_days", values.get("valid_days", 14), 1, 60)
    begins = it.number("quiet_until_hour", values.get("quiet_until_hour", 9), 0, 23)
    rules = Rules(
        name=it.name(values.get("name"), of),
        share=it.number("share", values.get("share", 1), 1, 100),
        delays=it.delays(values.get("delays")),
        throttle_days=it.number("throttle_days", values.get("throttle_days", 30), 1, 366),
        sample_percent=it.number("sample_percent", values.get("sample_percent", 100), 1, 100),
        quiet_until_hour=begins,
        quiet_from_hour=it.end(values.get("quiet_from_hour", 20), begins),
        valid_days=valid_days,
        reminder_days=it.reminder(values.get("reminder_days"), valid_days),
        follow_up_within=it.follow_up(values.get("follow_up_within", 8 * 3600)),
        accent=it.accent(values.get("accent", "")),
    )
    it.done()
    return rules


class _RulesReading(Reading):
    """One reading of a survey's rules."""

    def name(self, value: object, of: Survey | None) -> str:
        name = self.line("name", value, 80, missing=_("Give the survey a name; customers don't see it."))
        twins = Survey.objects.filter(name__iexact=name)
        twin = (twins.exclude(pk=of.pk) if of else twins).first()
        if twin and twin.deleted_at:
            self.fault("name", _("A deleted survey has this name, and reports still show it."))
        elif twin:
            self.fault("name", _("There is another survey of this name."))
        return name

    def delays(self, value: object) -> dict[str, int]:
        given = self.mapping("delays", value)
        for unknown in given.keys() - DELAYS.keys():
            self.fault(f"delays.{unknown}", _("There is no such way of writing to us."))
        delays: dict[str, int] = {}
        for way, usual in DELAYS.items():
            seconds, place = given.get(way, usual), f"delays.{way}"
            if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= LONGEST_DELAY:
                self.fault(place, _("Wait at most 14 days: later nobody remembers how it was."))
                seconds = usual
            elif way == "messaging" and seconds > LONGEST_MESSAGING_DELAY:
                self.fault(place, _("Wait at most 23 hours here: then the networks no longer let us write."))
            delays[way] = int(seconds)
        return delays

    def end(self, value: object, begins: int) -> int:
        ends = self.number("quiet_from_hour", value, 0, 23)
        if 0 < ends < begins:
            self.fault("quiet_from_hour", _("Asking has to end later in the day than it begins."))
        return ends

    def reminder(self, value: object, valid_days: int) -> int | None:
        if value in (None, ""):
            return None
        if valid_days < 2:
            self.fault("reminder_days", _("A link that is good for one day leaves no time for a reminder."))
            return None
        return self.number("reminder_days", value, 1, valid_days - 1)

    def follow_up(self, value: object) -> int:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not LEAST_FOLLOW_UP <= value <= MOST_FOLLOW_UP:  # type: ignore[operator]
            self.fault("follow_up_within", _("Give a time from 15 minutes to 30 days."))
            return 8 * 3600
        return int(value)  # type: ignore[call-overload, no-any-return]

    def accent(self, value: object) -> str:
        colour = str(value or "").strip().lower()
        if colour and not is_colour(colour):
            self.fault("accent", _("Write a colour as #rrggbb, such as #2f5bd7."))
        return colour


def askable_channels() -> QuerySet[Any]:
    """Channels by which somebody can be asked who did not just write: mailboxes that are on."""
    return apps.get_model("inbox", "Channel").objects.filter(kind="email", is_active=True).order_by("name")


def campaign_from(values: Mapping[str, Any], *, at: datetime, of: Campaign | None = None) -> CampaignTerms:
    """A campaign's terms in plain values. Raises `InvalidSurvey`.

    `next_run_at` (aware) must not be past, unless it is that of the campaign `of`, which may keep it.
    """
    it = _CampaignReading()
    terms = CampaignTerms(
        name=it.line("name", values.get("name"), 80, missing=_("Give the campaign a name; customers don't see it.")),
        survey_id=it.survey(values.get("survey"), of),
        channel_id=it.channel(values.get("channel")),
        segments=it.texts("segments", values.get("segments")),
        languages=it.languages(values.get("languages")),
        active_days=it.days("active_days", values.get("active_days"), 1, 3650),
        every_days=it.days("every_days", values.get("every_days"), 7, 730),
        next_run_at=it.instant(values.get("next_run_at"), at, of),
    )
    it.done()
    return terms


class _CampaignReading(Reading):
    """One reading of a campaign's terms."""

    def survey(self, value: object, of: Campaign | None) -> int:
        number = value if isinstance(value, int) else 0
        found = Survey.objects.filter(pk=number, moment=SurveyMoment.SCHEDULE, deleted_at=None)
        if not found.exists() and not (of and of.survey_id == number):
            self.fault("survey", _("Choose a survey that is asked by a schedule."))
        return number

    def channel(self, value: object) -> int:
        number = value if isinstance(value, int) else 0
        if not askable_channels().filter(pk=number).exists():
            self.fault("channel", _("Choose a mailbox that is switched on."))
        return number

    def texts(self, place: str, value: object) -> list[str]:
        read = [self.line(place, one, 40) for one in self.listed(place, value, 100)]
        return list({one.casefold(): one for one in read if one}.values())

    def languages(self, value: object) -> list[str]:
        languages = [str(one) for one in self.listed("languages", value, len(WORDINGS))]
        if not set(languages) <= WORDINGS.keys():
            self.fault("languages", _("Surveys are not asked in this language."))
        return [one for one in WORDINGS if one in languages]

    def days(self, place: str, value: object, low: int, high: int) -> int | None:
        return None if value in (None, "") else self.number(place, value, low, high)

    def instant(self, value: object, at: datetime, of: Campaign | None) -> datetime | None:
        if value is None:
            if of is None:
                self.fault("next_run_at", _("Say when it asks first."))
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            self.fault("next_run_at", _("Give a day and a time."))
            return None
        is_kept = of is not None and of.next_run_at == value
        if value < at - timedelta(minutes=1) and not is_kept:
            self.fault("next_run_at", _("This time is over."))
        return value
