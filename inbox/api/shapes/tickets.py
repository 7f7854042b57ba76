"""Tickets."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from inbox.api.fields import Instant
from inbox.api.shapes.people import Named
from inbox.tickets.enums import Priority, State


class ChannelShape(serializers.Serializer[Any]):
    """The account by which a ticket came."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    name = serializers.CharField()


class TicketShape(serializers.Serializer[Any]):
    """A customer's matter. What is said in it and its clocks have addresses of their own."""

    id = serializers.IntegerField(source="pk", help_text="Its number: 42 for T-42.")
    ref = serializers.CharField()
    subject = serializers.CharField()
    state = serializers.ChoiceField(State.choices)
    priority = serializers.ChoiceField(Priority.choices)
    customer = Named()
    channel = ChannelShape()
    team = Named(allow_null=True)
    assignee = Named(allow_null=True)
    tags = serializers.SerializerMethodField()
    language = serializers.CharField()
    is_spam = serializers.BooleanField()
    follows = serializers.IntegerField(source="follows_id", allow_null=True, help_text="The ticket it goes on from.")
    merged_into = serializers.IntegerField(source="merged_into_id", allow_null=True)
    created_at = Instant()
    updated_at = Instant()
    last_message_at = Instant()
    waiting_since = Instant(allow_null=True, help_text="Since when the customer waits for a reply.")
    due_at = Instant(allow_null=True, help_text="When the next of its targets passes.")
    resolved_at = Instant(allow_null=True)
    closed_at = Instant(allow_null=True)
    snoozed_until = Instant(allow_null=True)
    snoozed_by = Named(allow_null=True)
    deleted_at = Instant(allow_null=True)

    def get_tags(self, ticket: Any) -> list[str]:
        return list(ticket.tags.order_by("name").values_list("name", flat=True))


class SnoozeShape(serializers.Serializer[Any]):
    """Until when a ticket is put off."""

    until = Instant(help_text="An instant still to come, within a year.")
