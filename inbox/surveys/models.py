"""Surveys in immutable versions, invitations and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from inbox.surveys.enums import InvitationState, Suppression, SurveyKind
from inbox.surveys.scores import Scale


class Survey(models.Model):
    """A survey sent after a resolution. Durations are in seconds."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=4, choices=SurveyKind, default=SurveyKind.CES)
    is_active = models.BooleanField(default=True)
    delay_seconds = models.PositiveIntegerField(default=24 * 3600)
    throttle_days = models.PositiveSmallIntegerField(default=30)
    sample_percent = models.PositiveSmallIntegerField(default=100)
    quiet_until_hour = models.PositiveSmallIntegerField(default=9)
    quiet_from_hour = models.PositiveSmallIntegerField(default=20)
    valid_days = models.PositiveSmallIntegerField(default=14)

    def __str__(self) -> str:
        return self.name


class SurveyVersion(models.Model):
    """What was asked: the scale with its direction, and the texts by language; never changed afterwards.

    `texts`: {language: {"question", "comment", "thanks", "subject", "intro": sentences, "anchors": {"1": meaning of
    the score, ...}}}. English is always among them.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    scale_min = models.SmallIntegerField(default=1)
    scale_max = models.SmallIntegerField(default=5)
    low_is_good = models.BooleanField(default=False)
    texts = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["survey", "number"], name="a_survey_version_has_its_own_number"),
        ]

    @property
    def scale(self) -> Scale:
        """The scores that can be given."""
        return Scale(self.scale_min, self.scale_max, self.low_is_good)

    def text(self, name: str, language: str) -> str:
        """One of its sentences, in English where it was not translated."""
        return str((self.texts.get(language) or self.texts["en"])[name])

    def choices(self, language: str) -> list[tuple[int, str]]:
        """Each score with its meaning, the best one first."""
        anchors = (self.texts.get(language) or self.texts["en"])["anchors"]
        scores = range(self.scale_min, self.scale_max + 1)
        return [(score, anchors.get(str(score), "")) for score in (scores if self.low_is_good else reversed(scores))]


class Invitation(models.Model):
    """The decision on one work cycle: asked when, where and in which language, or why not."""

    ticket = models.ForeignKey("inbox.Ticket", models.CASCADE, related_name="invitations")
    cycle = models.PositiveSmallIntegerField()
    customer = models.ForeignKey("inbox.Customer", models.PROTECT, related_name="invitations")
    version = models.ForeignKey(SurveyVersion, models.PROTECT, null=True, related_name="invitations")
    state = models.CharField(max_length=10, choices=InvitationState)
    suppressed_because = models.CharField(max_length=20, choices=Suppression, blank=True)
    language = models.CharField(max_length=10, default="en")
    agent = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    team = models.ForeignKey("inbox.Team", models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()
    send_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    message = models.ForeignKey("inbox.Message", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["ticket", "cycle"], name="a_work_cycle_is_asked_about_once"),
            models.CheckConstraint(
                condition=Q(state=InvitationState.SUPPRESSED) & ~Q(suppressed_because="")
                | ~Q(state=InvitationState.SUPPRESSED),
                name="not_asking_has_a_reason",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["send_at", "id"], name="invitation_due", condition=Q(state=InvitationState.SCHEDULED)),
            models.Index(fields=["customer", "-sent_at"], name="invitation_customer"),
        ]

    def is_open_at(self, at: datetime) -> bool:
        """True while an answer can be given or changed."""
        is_answerable = self.state in (InvitationState.SENT, InvitationState.ANSWERED)
        return is_answerable and self.expires_at is not None and at <= self.expires_at


class Answer(models.Model):
    """A score given, with its scale and direction; the last one of an invitation counts, all are kept."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="answers")
    score = models.SmallIntegerField()
    comment = models.TextField(blank=True)
    language = models.CharField(max_length=10)
    answered_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)
    ease = models.FloatField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["invitation"], condition=Q(is_current=True), name="one_answer_of_an_invitation_counts"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["answered_at"], name="answer_current", condition=Q(is_current=True)),
        ]
