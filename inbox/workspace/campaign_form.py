"""The form of a campaign: whom it asks what, by which mailbox and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from inbox.sla.queries import known_segments
from inbox.surveys.enums import SurveyMoment
from inbox.surveys.models import Campaign, Survey
from inbox.surveys.reading import InvalidSurvey
from inbox.surveys.rules import CampaignTerms, askable_channels, campaign_from
from inbox.surveys.wording import WORDINGS
from inbox.workspace.policy_fields import Choice
from inbox.workspace.policy_list import parts


class CampaignForm:
    """What somebody types for a campaign; kept whatever is wrong with it. Times are in the reader's zone."""

    def __init__(self, given: QueryDict | None, campaign: Campaign | None, at: datetime) -> None:
        self.campaign, self.at = campaign, at
        self.errors: dict[str, list[str]] = {}
        self.typed = given if given is not None else _typed(campaign)

    def terms(self) -> CampaignTerms | None:
        """The terms that were typed; None when something is wrong, which is then among the `errors`."""
        values: dict[str, Any] = {
            "name": self.typed.get("name", ""),
            "survey": _number(self.typed.get("survey", "")),
            "channel": _number(self.typed.get("channel", "")),
            "segments": parts(self.typed.get("segments", "")),
            "languages": self.typed.getlist("languages"),
            "active_days": self.typed.get("active_days", ""),
            "every_days": self.typed.get("every_days", ""),
            "next_run_at": self._instant(),
        }
        try:
            terms = campaign_from(values, at=self.at, of=self.campaign)
        except InvalidSurvey as refused:
            for place, said in refused.errors.items():
                self.errors.setdefault(place, said)
            return None
        return None if self.errors else terms

    def _instant(self) -> datetime | None:
        typed = self.typed.get("next_run_at", "").strip()
        kept = self.campaign.next_run_at if self.campaign else None
        if kept and typed == _shown(kept):
            return kept
        try:
            # An hour that the clocks skip becomes the one after it, as everywhere in Python.
            return timezone.make_aware(datetime.fromisoformat(typed).replace(tzinfo=None)) if typed else None
        except (ValueError, OverflowError):
            self.errors["next_run_at"] = [_("Give a day and a time.")]
            return None

    @property
    def surveys(self) -> list[Survey]:
        """The surveys that can be chosen."""
        return list(Survey.objects.filter(moment=SurveyMoment.SCHEDULE, deleted_at=None).order_by("name"))

    @property
    def channels(self) -> list[Any]:
        """The mailboxes that can be chosen."""
        return list(askable_channels())

    @property
    def languages(self) -> list[Choice]:
        """The languages somebody can speak."""
        chosen = self.typed.getlist("languages")
        return [Choice(one.language, one.name, one.language in chosen) for one in WORDINGS.values()]

    @property
    def segments(self) -> list[str]:
        """Segments that customers are of."""
        return list(known_segments()[:12])


def _typed(campaign: Campaign | None) -> QueryDict:
    typed = QueryDict(mutable=True)
    if campaign is None:
        typed["every_days"], typed["active_days"] = "90", "180"
        return typed
    typed.update(
        {
            "name": campaign.name,
            "survey": str(campaign.survey_id),
            "channel": str(campaign.channel_id),
            "segments": ", ".join(campaign.segments),
            "active_days": str(campaign.active_days or ""),
            "every_days": str(campaign.every_days or ""),
            "next_run_at": _shown(campaign.next_run_at) if campaign.next_run_at else "",
        }
    )
    typed.setlist("languages", campaign.languages)
    return typed


def _shown(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
