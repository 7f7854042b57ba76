"""Webhooks and their calls."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from inbox.api.fields import Instant
from inbox.webhooks.enums import SUBSCRIBED, News


class WebhookShape(serializers.Serializer[Any]):
    """An address that is told of news. Calls are signed as Standard Webhooks 1.0 says."""

    id = serializers.IntegerField(source="pk", read_only=True)
    name = serializers.CharField(max_length=80)
    address = serializers.URLField(max_length=500)
    kinds = serializers.ListField(child=serializers.ChoiceField([(str(kind), kind.label) for kind in SUBSCRIBED]))
    is_active = serializers.BooleanField(default=True)
    created_at = Instant(read_only=True)


class CallShape(serializers.Serializer[Any]):
    """A call: taken when it is done without an error, given up when it is done with one, else waiting."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(News.choices)
    made_at = Instant()
    done_at = Instant(allow_null=True)
    next_attempt_at = Instant(allow_null=True)
    attempts = serializers.IntegerField()
    error = serializers.CharField()
    told = serializers.DictField(source="data")
