"""Customers who may be one person, as programs see them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from inbox.api.shapes.people import Named
from inbox.customers.enums import Sign


class EvidenceShape(serializers.Serializer[Any]):
    """What speaks for it."""

    sign = serializers.ChoiceField(Sign.choices)
    value = serializers.CharField(help_text="The address or the name.")


class LikenessShape(serializers.Serializer[Any]):
    """Another customer who may be the ticket's."""

    id = serializers.IntegerField(source="likeness.pk")
    other = Named()
    ticket = serializers.IntegerField(source="ticket_id", help_text="The number of the other one's latest ticket.")
    evidence = EvidenceShape(source="likeness.evidence", many=True)
    found_at = serializers.DateTimeField(source="likeness.found_at")


class CustomerMergeShape(serializers.Serializer[Any]):
    """A customer who was found to be the ticket's; `id` is what the merge is taken back by."""

    id = serializers.IntegerField(source="source_id")
    name = serializers.CharField(source="source.name")
    merged_at = serializers.DateTimeField()
