"""The greeter: a script of a live chat, and how far it went with each visitor."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from inbox.chats.flow_enums import FlowAsks, FlowKind, FlowStart, FlowWhen, RunEnd


class Flow(models.Model):
    """The script of a live-chat channel's bot. It begins with the first of its steps."""

    channel = models.OneToOneField("inbox.Channel", models.CASCADE, related_name="flow")
    is_active = models.BooleanField(default=False)
    when = models.CharField(max_length=6, choices=FlowWhen, default=FlowWhen.ALWAYS)
    starts = models.CharField(max_length=6, choices=FlowStart, default=FlowStart.BEFORE)

    def __str__(self) -> str:
        return f"flow of {self.channel_id}"


class FlowStep(models.Model):
    """One thing the bot does. `next` is where it goes on; None: it hands over to a person.

    Buttons (`FlowOption`) lead to steps of their own, so those of a step that offers them leave `next` empty. An answer
    asks whether it helped, and goes on to `next` where it did not.
    """

    flow = models.ForeignKey(Flow, models.CASCADE, related_name="steps")
    key = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=7, choices=FlowKind)
    asks = models.CharField(max_length=5, choices=FlowAsks, blank=True)
    next = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["flow", "key"], name="a_step_has_a_key_of_its_own"),
            models.CheckConstraint(
                condition=Q(kind=FlowKind.ASK, asks__in=FlowAsks.values) | (~Q(kind=FlowKind.ASK) & Q(asks="")),
                name="only_a_step_that_asks_says_what_for",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class FlowStepText(models.Model):
    """What the bot says at a step, in one language."""

    step = models.ForeignKey(FlowStep, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    text = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["step", "language"], name="a_step_has_one_text_a_language"),
        ]


class FlowOption(models.Model):
    """A button of a step. `next` None: it hands over to a person."""

    step = models.ForeignKey(FlowStep, models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField(default=0)
    next = models.ForeignKey(FlowStep, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]


class FlowOptionText(models.Model):
    """What stands on a button, in one language."""

    option = models.ForeignKey(FlowOption, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    label = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["option", "language"], name="a_button_has_one_label_a_language"),
        ]


class FlowRun(models.Model):
    """The bot in one ticket: at `step` until it `ended_at`, and `why` it did.

    `message` is what the bot said last, at `said_at`: the buttons under it are those that count. `tries` counts answers
    to the step that could not be what was asked for.
    """

    ticket = models.OneToOneField("inbox.Ticket", models.CASCADE, related_name="flow_run")
    flow = models.ForeignKey(Flow, models.SET_NULL, null=True, related_name="runs")
    step = models.ForeignKey(FlowStep, models.SET_NULL, null=True, related_name="+")
    message = models.ForeignKey("inbox.Message", models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=10)
    tries = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=8, choices=RunEnd, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(ended_at=None, why="") | (Q(ended_at__isnull=False) & ~Q(why="")),
                name="a_run_that_ended_says_why",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["said_at"], name="flow_run_going_on", condition=Q(ended_at=None)),
        ]


class FlowAnswer(models.Model):
    """What the bot learnt: an answer to what it asked, or the button that was pressed (`asks` is "")."""

    run = models.ForeignKey(FlowRun, models.CASCADE, related_name="answers")
    asks = models.CharField(max_length=5, choices=FlowAsks, blank=True)
    question = models.TextField(blank=True)
    answer = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
