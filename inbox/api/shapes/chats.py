"""What an agent says of the chats he takes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from inbox.chats.availability import MOST


class ChatLoadShape(serializers.Serializer[Any]):
    """Whether an agent is given new chats, how many he takes at once, and how many he has."""

    takes = serializers.BooleanField(help_text="New chats are given to you while you have a page of the inbox open.")
    most = serializers.IntegerField(min_value=1, max_value=MOST, help_text="So many chats at once.")
    has = serializers.IntegerField(read_only=True, help_text="So many you have now; 0 while you take none.")
