"""Who and where, by id and name."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class Named(serializers.Serializer[Any]):
    """Something with a name, by its id."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
