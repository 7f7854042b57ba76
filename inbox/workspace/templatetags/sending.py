"""What became of what we sent, in words."""

from __future__ import annotations

from django import template

from inbox.workspace import happenings, refusals

register = template.Library()
register.filter("held_in_words", happenings.held_in_words)
register.filter("refusal", refusals.in_words)
