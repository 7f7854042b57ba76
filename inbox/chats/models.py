"""Visitors of our web sites, what they do there, and how the chat looks to them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from inbox.chats.enums import Asked, Side, StepKind, Theme


class Visitor(models.Model):
    """A browser on one of our web sites; whoever holds its signed token is it.

    `subject` is the site's own id of the person, proven by a signed token; "" while he is anonymous. `identity` exists
    from his first message on. `claimed_email` was typed by him: a claim, no proof. `context` is what the site told
    last: {"cart": ..., "order": ..., ...}; `told` what he filled in himself: {"phone", "order", "topic", ...}.
    `seen_at` moves with every sign of life of an open page.
    """

    channel = models.ForeignKey("inbox.Channel", models.CASCADE, related_name="visitors")
    identity = models.ForeignKey("inbox.Identity", models.SET_NULL, null=True, blank=True, related_name="visitors")
    subject = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=320, blank=True)
    claimed_email = models.CharField(max_length=320, blank=True)
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    device = models.CharField(max_length=120, blank=True)
    remote_addr = models.CharField(max_length=64, blank=True)
    referrer = models.CharField(max_length=1000, blank=True)
    page_url = models.CharField(max_length=1000, blank=True)
    page_title = models.CharField(max_length=300, blank=True)
    page_since = models.DateTimeField(null=True, blank=True)
    context = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    visits = models.PositiveIntegerField(default=1)
    first_seen_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    blocked_at = models.DateTimeField(null=True, blank=True)
    blocked_by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["channel", "-seen_at"], name="visitor_on_site"),
            models.Index(fields=["-seen_at", "-id"], name="visitor_seen"),
            models.Index(fields=["channel", "remote_addr"], name="visitor_blocked", condition=~Q(blocked_at=None)),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class VisitorStep(models.Model):
    """Something a visitor did or met: a page, an event the site reports, an error of the page."""

    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=5, choices=StepKind)
    title = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["visitor", "-at", "-id"], name="visitor_trail"),
            models.Index(fields=["at"], name="visitor_step_age"),
        ]


class ChatWidget(models.Model):
    """How a live-chat channel looks and behaves on its pages. `origins` are the sites that may embed it.

    `calendar` null: always open. An idle chat is warned `idle_warn_minutes` after our last message and goes to pending
    `idle_pend_minutes` later (null: never). Unread answers are mailed from `mailbox` once the visitor has been gone for
    `mail_after_minutes`.
    """

    channel = models.OneToOneField("inbox.Channel", models.CASCADE, related_name="widget")
    origins = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    colour = models.CharField(max_length=7, default="#2f6f5e")
    side = models.CharField(max_length=5, choices=Side, default=Side.RIGHT)
    offset_x = models.PositiveSmallIntegerField(default=20)
    offset_y = models.PositiveSmallIntegerField(default=20)
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    logo = models.CharField(max_length=64, blank=True)
    plays_sound = models.BooleanField(default=True)
    shows_agents = models.BooleanField(default=True)
    shows_reply_time = models.BooleanField(default=True)
    shows_read_marks = models.BooleanField(default=True)
    asks_consent = models.BooleanField(default=False)
    follows_pages = models.BooleanField(default=True)
    takes_files = models.BooleanField(default=True)
    edit_minutes = models.PositiveSmallIntegerField(default=15)
    is_open_outside_hours = models.BooleanField(default=True)
    calendar = models.ForeignKey(
        "inbox.BusinessCalendar", models.SET_NULL, null=True, blank=True, related_name="chat_widgets"
    )
    idle_warn_minutes = models.PositiveSmallIntegerField(null=True, blank=True, default=10)
    idle_pend_minutes = models.PositiveSmallIntegerField(null=True, blank=True, default=10)
    mailbox = models.ForeignKey("inbox.Channel", models.SET_NULL, null=True, blank=True, related_name="+")
    mail_after_minutes = models.PositiveSmallIntegerField(default=5)
    assigns = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"widget of {self.channel_id}"


class ChatWidgetText(models.Model):
    """What a widget says in one language; what is empty is said in the product's own words."""

    widget = models.ForeignKey(ChatWidget, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    launcher = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=80, blank=True)
    greeting = models.TextField(blank=True)
    closed = models.TextField(blank=True)
    consent = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["widget", "language"], name="a_widget_has_one_text_a_language"),
        ]


class WidgetField(models.Model):
    """A field of the form before a chat. `labels` are by language; those empty are the product's own.

    `choices` are by language too, for a topic to choose: {"en": ["Orders", ...]}. `when_closed_only`: asked outside the
    hours only.
    """

    widget = models.ForeignKey(ChatWidget, models.CASCADE, related_name="fields")
    asked = models.CharField(max_length=5, choices=Asked)
    position = models.PositiveSmallIntegerField(default=0)
    is_required = models.BooleanField(default=False)
    when_closed_only = models.BooleanField(default=False)
    labels = models.JSONField(default=dict, blank=True)
    choices = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["widget", "asked"], condition=~Q(asked="other"), name="a_widget_asks_each_thing_once"
            ),
        ]
