"""The verbs by which surveys and campaigns are set up. What was asked is never changed: it gets another version.

An invitation keeps its survey and takes the version in force when it leaves; an answer stays with the version that it
answered.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from inbox.agents.actions import NotAllowed
from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.surveys.content import Content, content_of
from inbox.surveys.enums import DELAYS, SurveyKind, SurveyMoment
from inbox.surveys.logos import keep_logo
from inbox.surveys.models import Answer, Campaign, Survey, SurveyVersion
from inbox.surveys.reading import InvalidSurvey
from inbox.surveys.rules import CampaignTerms, Rules, rules_from
from inbox.surveys.templates import TEMPLATES
from inbox.tickets.actions import Refused
from inbox.tickets.changes import System


class ChangedMeanwhile(Exception):
    """The survey got another version since the one that the change was based on, which is `newest`."""

    def __init__(self, newest: SurveyVersion) -> None:
        super().__init__(f"version {newest.number} was made meanwhile")
        self.newest = newest


def make_survey(
    key: str, name: str, *, moment: str = SurveyMoment.RESOLUTION, by: Agent | System, at: datetime | None = None
) -> Survey:
    """A survey as a built-in template has it, switched off: nobody is asked before somebody looked at it.

    Raises `InvalidSurvey` for a name that is taken, and for a template that can't be asked at this moment.
    """
    _needs_admin(by)
    template = TEMPLATES.get(key)
    if template is None or moment not in SurveyMoment.values or not template.texts_for(moment):
        raise InvalidSurvey({"template": [_("There is no such template for this moment.")]})
    with transaction.atomic():
        rules = rules_from({"name": name})
        survey = Survey.objects.create(
            kind=template.kind, moment=moment, is_active=False, **asdict(rules) | {"delays": dict(DELAYS)}
        )
        SurveyVersion.objects.create(
            survey=survey,
            number=1,
            template=key,
            scale_min=template.scale.minimum,
            scale_max=template.scale.maximum,
            low_is_good=template.low_is_good,
            good_scores=list(template.good_scores),
            unhappy_scores=list(template.unhappy_scores),
            texts=template.texts_for(moment),
            made_by=_agent(by),
            created_at=at or now(),
        )
    return survey


def change_rules(survey: Survey, rules: Rules, *, by: Agent | System, at: datetime | None = None) -> Survey:
    """Ask others or at other times, from the next decision on; what is scheduled keeps its time."""
    _needs_admin(by)
    with transaction.atomic():
        stored = _lock(survey)
        for name, value in asdict(rules).items():
            setattr(stored, name, value)
        stored.save(update_fields=list(asdict(rules)))
    return stored


def publish(
    survey: Survey, content: Content, *, by: Agent | System, at: datetime | None = None, seen: int | None = None
) -> SurveyVersion:
    """Ask this from now on: the version in force. The same content makes no new one.

    `seen` is the number of the version that the change was based on. Raises `ChangedMeanwhile` when there is a newer
    one, and `InvalidSurvey` for a direction that can't change any more.
    """
    _needs_admin(by)
    with transaction.atomic():
        stored = _lock(survey)
        newest = stored.versions.latest("number")
        if seen is not None and newest.number != seen:
            raise ChangedMeanwhile(newest)
        if content_of(newest) == content:
            return newest
        if content.low_is_good != newest.low_is_good and (reason := why_direction_stays(stored)):
            raise InvalidSurvey({"low_is_good": [reason]})
        return SurveyVersion.objects.create(
            survey=stored,
            number=newest.number + 1,
            template=newest.template,
            scale_min=newest.scale_min,
            scale_max=newest.scale_max,
            **asdict(content),
            made_by=_agent(by),
            created_at=at or now(),
        )


def why_direction_stays(survey: Survey) -> str:
    """Why the good end of the scale can't be the other one; "" when it can."""
    if survey.kind != SurveyKind.CES:
        return _("High scores are the good ones: that is what satisfaction and recommendation mean everywhere.")
    if Answer.objects.filter(invitation__version__survey=survey).exists():
        return _(
            "This survey has answers: who gave a 1 before would have said the opposite of who gives a 1 now. "
            "Make a new survey with the other direction and switch this one off."
        )
    return ""


def switch_survey(survey: Survey, *, on: bool, by: Agent | System, at: datetime | None = None) -> Survey:
    """Ask, or ask nobody any more; links that are out can still be answered."""
    _needs_admin(by)
    with transaction.atomic():
        stored = _lock(survey)
        stored.is_active = on
        stored.save(update_fields=["is_active"])
    return stored


def set_logo(survey: Survey, content: bytes | None, *, by: Agent | System, at: datetime | None = None) -> Survey:
    """Show this picture on the page and in the mail; None: the brand's name alone. Raises `InvalidLogo`."""
    _needs_admin(by)
    logo = keep_logo(content).sha256 if content is not None else ""
    with transaction.atomic():
        stored = _lock(survey)
        stored.logo = logo
        stored.save(update_fields=["logo"])
    return stored


def delete_survey(survey: Survey, *, by: Agent | System, at: datetime | None = None) -> None:
    """Take a survey and its campaigns out of use; its answers stay. Deleting it twice changes nothing."""
    _needs_admin(by)
    at = at or now()
    with transaction.atomic():
        stored = Survey.objects.select_for_update().get(pk=survey.pk)
        if stored.deleted_at is None:
            stored.is_active, stored.deleted_at = False, at
            stored.save(update_fields=["is_active", "deleted_at"])
            stored.campaigns.filter(deleted_at=None).update(is_active=False, deleted_at=at)


def make_campaign(terms: CampaignTerms, *, by: Agent | System, at: datetime | None = None) -> Campaign:
    """A campaign, switched on: it asks first at its `next_run_at`."""
    _needs_admin(by)
    return Campaign.objects.create(**asdict(terms), made_by=_agent(by))


def change_campaign(
    campaign: Campaign, terms: CampaignTerms, *, by: Agent | System, at: datetime | None = None
) -> Campaign:
    """Ask others, otherwise or at other times, from its next run on."""
    _needs_admin(by)
    with transaction.atomic():
        stored = _lock_campaign(campaign)
        for name, value in asdict(terms).items():
            setattr(stored, name, value)
        stored.save(update_fields=list(asdict(terms)))
    return stored


def switch_campaign(campaign: Campaign, *, on: bool, by: Agent | System, at: datetime | None = None) -> Campaign:
    """Let a campaign run, or rest. One whose time passed while it rested runs at once."""
    _needs_admin(by)
    with transaction.atomic():
        stored = _lock_campaign(campaign)
        stored.is_active = on
        stored.save(update_fields=["is_active"])
    return stored


def run_campaign_now(campaign: Campaign, *, by: Agent | System, at: datetime | None = None) -> Campaign:
    """Let the next run be now; the sweep begins it. Raises `Refused` where it could ask nobody."""
    _needs_admin(by)
    with transaction.atomic():
        stored = _lock_campaign(campaign)
        if not stored.is_active or not stored.survey.is_active:
            raise Refused(_("Switch the campaign and its survey on first."))
        stored.next_run_at = at or now()
        stored.save(update_fields=["next_run_at"])
    return stored


def delete_campaign(campaign: Campaign, *, by: Agent | System, at: datetime | None = None) -> None:
    """Take a campaign out of the list; its answers stay. Deleting it twice changes nothing."""
    _needs_admin(by)
    Campaign.objects.filter(pk=campaign.pk, deleted_at=None).update(is_active=False, deleted_at=at or now())


def _needs_admin(by: Agent | System) -> None:
    if isinstance(by, Agent) and not by.administers:
        raise NotAllowed


def _lock(survey: Survey) -> Survey:
    return Survey.objects.select_for_update().get(pk=survey.pk, deleted_at=None)


def _lock_campaign(campaign: Campaign) -> Campaign:
    found = Campaign.objects.select_for_update(of=("self",)).select_related("survey")
    return found.get(pk=campaign.pk, deleted_at=None)


def _agent(by: Agent | System) -> Agent | None:
    return by if isinstance(by, Agent) else None
