"""What the API remembers of requests."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class AnsweredRequest(models.Model):
    """A request that made something, under the key its sender gave it, and what was answered.

    It is written with what was made, so a repetition is answered from here and makes nothing. Kept for a day.
    """

    agent = models.ForeignKey("inbox.Agent", models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    location = models.CharField(max_length=200, blank=True)
    etag = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["agent", "key"], name="a_request_is_answered_once"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["made_at"], name="answered_request_oldest")]
