"""Rules by which a chat speaks first, and to whom each has spoken."""

from __future__ import annotations

from datetime import time
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from inbox.chats.rule_enums import PageMatch, RuleWhen


class ChatRule(models.Model):
    """A message shown to a visitor for whom all of this is true; the first rule that fits speaks.

    `author` is whose name it bears, None: the brand's. `seconds` he has been on the page; the cart is worth
    `cart_at_least` in whatever currency it is in. `languages` empty: all. A visitor is spoken to once, or again
    `again_after_days` later, and between `from_hour` and `to_hour` in his own zone only.
    """

    channel = models.ForeignKey("inbox.Channel", models.CASCADE, related_name="chat_rules")
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=False)
    author = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    page_match = models.CharField(max_length=8, choices=PageMatch, default=PageMatch.ANY)
    page = models.CharField(max_length=300, blank=True)
    seconds = models.PositiveSmallIntegerField(default=20)
    cart_at_least = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    visits_at_least = models.PositiveSmallIntegerField(default=1)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    when = models.CharField(max_length=7, choices=RuleWhen, default=RuleWhen.OPEN)
    again_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    from_hour = models.TimeField(default=time(9))
    to_hour = models.TimeField(default=time(20))

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class ChatRuleText(models.Model):
    """What a rule says in one language."""

    rule = models.ForeignKey(ChatRule, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    text = models.TextField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["rule", "language"], name="a_rule_has_one_text_a_language"),
        ]


class ChatRuleShown(models.Model):
    """That a rule spoke to a visitor: last at `at`, in the words `text`, `times` in all, and what he did about it."""

    rule = models.ForeignKey(ChatRule, models.CASCADE, related_name="shown")
    visitor = models.ForeignKey("inbox.Visitor", models.CASCADE, related_name="rules_shown")
    text = models.TextField()
    times = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["rule", "visitor"], name="a_rule_speaks_to_a_visitor_once"),
        ]
