"""What is asked for when tickets are merged and split."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class MergeShape(serializers.Serializer[Any]):
    """The ticket that stays."""

    into = serializers.IntegerField(min_value=1, max_value=2**53, help_text="The number of the ticket that stays.")


class SplitShape(serializers.Serializer[Any]):
    """What goes along."""

    and_later = serializers.BooleanField(
        default=False, help_text="With what customers wrote in the ticket after the message."
    )
