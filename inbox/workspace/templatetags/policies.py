"""The reader's words for why a ticket has its policy. Load it with `{% load policies %}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from inbox.workspace.policy_words import reason

register = template.Library()


@register.filter
def policy_reason(details: Mapping[str, Any]) -> str:
    """Why the policy of a `policy_applied` event was chosen, from the event's details."""
    return reason(details)
