"""What became of what we sent, in words."""

from __future__ import annotations

from django import template

from inbox.workspace import happenings, refusals

register = template.Library()
register.filter("why_held", happenings.why_held)
register.filter("refusal", refusals.in_words)
