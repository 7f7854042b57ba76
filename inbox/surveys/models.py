"""Surveys in immutable versions, who was asked, what was answered, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from inbox.common.leased import Leased
from inbox.common.text import one_line
from inbox.surveys.enums import (
    ActionState,
    AnswerSource,
    HitKind,
    InvitationState,
    LeftOut,
    LetterState,
    Sentiment,
    Suppression,
    SurveyKind,
    SurveyMoment,
)
from inbox.surveys.scores import Scale


class Survey(models.Model):
    """What is asked of whom and when. Durations are in seconds; what is asked stands in its versions.

    Among the switched-on surveys of a moment, `share` decides which one a work cycle gets (A/B). `delays`:
    {"email", "messaging", "phone": seconds after the resolution}. `reminder_days` null: nobody is reminded.
    An unhappy answer is to be followed up within `follow_up_within` of business time. `accent` is a colour "#rrggbb",
    `logo` the SHA-256 of a stored picture.
    """

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=4, choices=SurveyKind, default=SurveyKind.CES)
    moment = models.CharField(max_length=10, choices=SurveyMoment, default=SurveyMoment.RESOLUTION)
    is_active = models.BooleanField(default=True)
    share = models.PositiveSmallIntegerField(default=1)
    delays = models.JSONField(default=dict)
    throttle_days = models.PositiveSmallIntegerField(default=30)
    sample_percent = models.PositiveSmallIntegerField(default=100)
    quiet_until_hour = models.PositiveSmallIntegerField(default=9)
    quiet_from_hour = models.PositiveSmallIntegerField(default=20)
    valid_days = models.PositiveSmallIntegerField(default=14)
    reminder_days = models.PositiveSmallIntegerField(null=True, blank=True)
    follow_up_within = models.PositiveIntegerField(default=8 * 3600)
    accent = models.CharField(max_length=7, blank=True)
    logo = models.CharField(max_length=64, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class SurveyVersion(models.Model):
    """What was asked: the scale with its direction, and the texts by language; never changed afterwards.

    `good_scores` are those counted as good answers (CSAT), `unhappy_scores` those that are followed up.
    `texts`: {language: {"question", "comment", "thanks", "subject", "intro": sentences, "anchors": {"1": meaning of
    the score, ...}}}. English is always among them. `follow_ups` and `next_steps` are as `inbox.surveys.questions`
    reads them. When it `is_anonymous`, nobody learns who gave an answer.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    template = models.CharField(max_length=20, blank=True)
    scale_min = models.SmallIntegerField(default=1)
    scale_max = models.SmallIntegerField(default=5)
    low_is_good = models.BooleanField(default=False)
    good_scores = models.JSONField(default=list)
    unhappy_scores = models.JSONField(default=list)
    is_anonymous = models.BooleanField(default=False)
    texts = models.JSONField(default=dict)
    follow_ups = models.JSONField(default=list)
    next_steps = models.JSONField(default=list)
    made_by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
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

    def sentiment(self, score: int) -> Sentiment:
        """How happy somebody is who gives this score."""
        if score in self.unhappy_scores:
            return Sentiment.UNHAPPY
        return Sentiment.HAPPY if score in self.good_scores else Sentiment.NEUTRAL


class Campaign(models.Model):
    """Customers asked by a schedule and not about a ticket, `every_days` anew; null: once.

    `segments` and `languages` that are empty mean all. Who wrote within `active_days` belongs to it; null: everybody.
    `runs` counts those begun; while one goes on, `position` is the id of the customer that it has reached.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="campaigns")
    name = models.CharField(max_length=80)
    channel = models.ForeignKey("inbox.Channel", models.PROTECT, related_name="+")
    segments = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    active_days = models.PositiveSmallIntegerField(null=True, blank=True)
    every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    next_run_at = models.DateTimeField(null=True, blank=True)
    runs = models.PositiveSmallIntegerField(default=0)
    position = models.BigIntegerField(null=True, blank=True)
    made_by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["next_run_at"], name="campaign_due", condition=Q(is_active=True, deleted_at=None)),
        ]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """The decision on one work cycle, or on a customer in a run of a campaign: asked when and how, or why not.

    `cycle` counts a ticket's work cycles or the campaign's runs. `message` asks and `reminder` reminds, in a ticket.
    """

    ticket = models.ForeignKey("inbox.Ticket", models.CASCADE, null=True, related_name="invitations")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="invitations")
    cycle = models.PositiveSmallIntegerField()
    customer = models.ForeignKey("inbox.Customer", models.PROTECT, related_name="invitations")
    channel = models.ForeignKey("inbox.Channel", models.PROTECT, related_name="+")
    version = models.ForeignKey(SurveyVersion, models.PROTECT, null=True, related_name="invitations")
    state = models.CharField(max_length=10, choices=InvitationState)
    suppressed_because = models.CharField(max_length=20, choices=Suppression, blank=True)
    language = models.CharField(max_length=10, default="en")
    agent = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    team = models.ForeignKey("inbox.Team", models.SET_NULL, null=True, related_name="+")
    suppressed_by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    suppressed_note = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField()
    send_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    message = models.ForeignKey("inbox.Message", models.SET_NULL, null=True, related_name="+")
    reminder = models.ForeignKey("inbox.Message", models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["ticket", "cycle"], name="a_work_cycle_is_asked_about_once"),
            models.UniqueConstraint(fields=["campaign", "cycle", "customer"], name="a_customer_is_asked_once_in_a_run"),
            models.CheckConstraint(
                condition=Q(ticket__isnull=False, campaign=None) | Q(ticket=None, campaign__isnull=False),
                name="an_invitation_is_of_a_ticket_or_a_campaign",
            ),
            models.CheckConstraint(
                condition=Q(state=InvitationState.SUPPRESSED) & ~Q(suppressed_because="")
                | ~Q(state=InvitationState.SUPPRESSED),
                name="not_asking_has_a_reason",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["send_at", "id"], name="invitation_due", condition=Q(state=InvitationState.SCHEDULED)),
            models.Index(
                fields=["remind_at", "id"], name="invitation_reminder", condition=Q(state=InvitationState.SENT)
            ),
            models.Index(fields=["reminder"], name="invitation_reminded", condition=Q(reminder__isnull=False)),
            models.Index(fields=["customer", "-sent_at"], name="invitation_customer"),
            models.Index(fields=["sent_at"], name="invitation_sent"),
            models.Index(fields=["decided_at"], name="invitation_decided"),
        ]

    @property
    def about(self) -> str:
        """The matter it is about, in the customer's words or by its number; "" when it is about us altogether."""
        if self.ticket is None:
            return ""
        return one_line(self.ticket.subject, 120) or self.ticket.ref

    def is_open_at(self, at: datetime) -> bool:
        """True while an answer can be given or changed."""
        is_answerable = self.state in (InvitationState.SENT, InvitationState.ANSWERED)
        return is_answerable and self.expires_at is not None and at <= self.expires_at


class Answer(models.Model):
    """A score given, with its scale and direction; the last one of an invitation counts, all are kept.

    `said`: {id of a follow-up question: its answer, as `inbox.surveys.questions` cleans it}.
    """

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="answers")
    score = models.SmallIntegerField()
    comment = models.TextField(blank=True)
    said = models.JSONField(default=dict)
    language = models.CharField(max_length=10)
    answered_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)
    ease = models.FloatField(null=True)
    sentiment = models.CharField(max_length=8, choices=Sentiment)
    source = models.CharField(max_length=8, choices=AnswerSource, default=AnswerSource.PAGE)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["invitation"], condition=Q(is_current=True), name="one_answer_of_an_invitation_counts"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["answered_at"], name="answer_current", condition=Q(is_current=True)),
        ]


class LinkHit(models.Model):
    """An opening of a survey's link that recorded no answer: by whom, as far as one can tell."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="hits")
    kind = models.CharField(max_length=8, choices=HitKind)
    visitor = models.CharField(max_length=16)
    score = models.SmallIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["invitation", "-at"], name="hit_of_invitation"),
            models.Index(fields=["at"], name="hit_newest"),
        ]


class FollowUpTask(Leased):
    """Somebody is to get back to a customer who was unhappy, by `due_at`; done with a word on how it went.

    Done without a word, it was withdrawn: the customer changed his answer before anybody worked on it. To tell its
    owner that it is late is a unit of work; `told_late_at` when that is over. `worked_on_at` is when somebody first
    took it in hand.
    """

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="follow_up_task")
    owner = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="follow_up_tasks")
    team = models.ForeignKey("inbox.Team", models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    told_late_at = models.DateTimeField(null=True)
    worked_on_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_at", "id"], name="follow_up_open", condition=Q(done_at=None)),
            models.Index(fields=["owner", "due_at"], name="follow_up_owner", condition=Q(done_at=None)),
        ]

    @property
    def is_withdrawn(self) -> bool:
        """True when nothing had to be done any more."""
        return self.done_at is not None and not self.outcome


class Theme(models.Model):
    """What customers say again and again. `words`: {language: [words or phrases that tell of it]}.

    Answers up to the one with the id `searched_to` were searched for its words; null: all of them were.
    """

    name = models.CharField(max_length=60, unique=True)
    words = models.JSONField(default=dict)
    searched_to = models.BigIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    made_by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name


class ThemeMention(models.Model):
    """A theme in what a customer answered: found by its words (`agent` null) or chosen by an agent.

    An agent who takes it away `is_denied`: the words will not bring it back.
    """

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="mentions")
    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="themes")
    agent = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    is_denied = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["theme", "invitation"], name="a_theme_is_in_an_answer_once"),
        ]


class ActionItem(models.Model):
    """What we change because of a theme; scores before `done_at` are compared with those after it."""

    theme = models.ForeignKey(Theme, models.PROTECT, related_name="action_items")
    title = models.CharField(max_length=200)
    owner = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="action_items")
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=ActionState, default=ActionState.OPEN)
    made_by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title


class ThemeLetter(models.Model):
    """What we tell the customers who said so. `texts`: {language: text}; each gets it once, in his own ticket.

    Once it is sent it can be stopped until `begins_at`; then it goes out, copy by copy.
    """

    action_item = models.ForeignKey(ActionItem, models.CASCADE, related_name="letters")
    texts = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=LetterState, default=LetterState.DRAFT)
    made_by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    begins_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["action_item"], condition=Q(state=LetterState.DRAFT), name="an_action_has_one_drafted_letter"
            ),
        ]


class ThemeLetterCopy(models.Model):
    """A customer who is told, or why he is not; `message` once it was said."""

    letter = models.ForeignKey(ThemeLetter, models.CASCADE, related_name="copies")
    customer = models.ForeignKey("inbox.Customer", models.PROTECT, related_name="+")
    ticket = models.ForeignKey("inbox.Ticket", models.CASCADE, related_name="+")
    language = models.CharField(max_length=10, default="en")
    message = models.ForeignKey("inbox.Message", models.SET_NULL, null=True, related_name="+")
    left_out_because = models.CharField(max_length=20, choices=LeftOut, blank=True)

    class Meta:
        verbose_name_plural = "theme letter copies"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["letter", "customer"], name="a_customer_is_told_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["letter"], name="letter_copy_to_send", condition=Q(message=None, left_out_because="")),
        ]
