"""Message templates: texts a network approved beforehand, as it told of them last."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy


class TemplateState(models.TextChoices):
    """What the network thinks of a template; only an approved one can be sent."""

    APPROVED = "approved", pgettext_lazy("message template", "Approved")
    PENDING = "pending", pgettext_lazy("message template", "In review")
    REJECTED = "rejected", pgettext_lazy("message template", "Rejected")
    PAUSED = "paused", pgettext_lazy("message template", "Paused")


class MessageTemplate(models.Model):
    """A text of an account that may be sent when the network takes no words of ours; `reason` is why it may not.

    `text` has places {{1}}, {{2}} ... for variables. `synced_at` is when the network told of it last.
    """

    channel = models.ForeignKey("inbox.Channel", models.CASCADE, related_name="message_templates")
    name = models.CharField(max_length=512)
    language = models.CharField(max_length=20, blank=True)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=TemplateState, default=TemplateState.APPROVED)
    category = models.CharField(max_length=60, blank=True)
    header = models.TextField(blank=True)
    footer = models.TextField(blank=True)
    buttons = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    synced_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["channel", "name", "language"], name="a_template_is_there_once_in_a_language"
            ),
        ]

    def __str__(self) -> str:
        return self.name
