"""What every immutable version tells of itself."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from inbox.api.fields import Instant
from inbox.api.shapes.people import Named


class VersionShape(serializers.Serializer[Any]):
    """Since when a version is in force, and who made it."""

    id = serializers.IntegerField(source="pk")
    in_force_from = Instant()
    made_by = Named(allow_null=True)
    made_at = Instant()
