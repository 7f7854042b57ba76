"""What became of what we sent, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from channels_adapters.contracts import Attachment, AttachmentKind
from channels_adapters.outgoing_parts import takes
from inbox.channels.message_templates import has_templates
from inbox.tickets.files import StoredFile
from inbox.workspace import happenings, refusals
from inbox.workspace.network_side import NetworkSide

register = template.Library()
register.filter("why_held", happenings.why_held)
register.filter("has_templates", has_templates)
register.filter("refusal", refusals.in_words)


@register.filter
def offer_at(offers: Sequence[str], number: int) -> str:
    """What stands in the field `number` for an answer to press."""
    return offers[number - 1] if number <= len(offers) else ""


@register.filter
def taken_by(file: StoredFile, side: NetworkSide) -> bool:
    """Whether the network takes this file as a file."""
    return takes(Attachment(AttachmentKind.FILE, file.filename, file.content_type, file.size), side.able)
