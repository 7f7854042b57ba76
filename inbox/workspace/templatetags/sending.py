"""What became of what we sent, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.translation import gettext as _

from channels_adapters.contracts import Attachment, AttachmentKind
from channels_adapters.outgoing_parts import takes
from channels_adapters.registry import network_name
from inbox.channels.message_templates import has_templates
from inbox.customers.models import Identity
from inbox.tickets.files import StoredFile
from inbox.workspace import happenings, refusals
from inbox.workspace.network_side import NetworkSide

register = template.Library()
register.filter("why_held", happenings.why_held)
register.filter("has_templates", has_templates)
register.filter("refusal", refusals.in_words)


@register.filter
def reach_words(identity: Identity) -> list[str]:
    """What somebody asked for at an address, and on which networks; nothing of most."""
    return [
        text
        for since, networks, text, everywhere in (
            (identity.opted_out_at, identity.opted_out_on, _("asked to stop on %(network)s"), _("asked to stop")),
            (identity.blocked_at, identity.blocked_on, _("has blocked us on %(network)s"), _("has blocked us")),
        )
        if since
        for text in ([text % {"network": network_name(one)} for one in networks] or [everywhere])
    ]


@register.filter
def offer_at(offers: Sequence[str], number: int) -> str:
    """What stands in the field `number` for an answer to press."""
    return offers[number - 1] if number <= len(offers) else ""


@register.filter
def taken_by(file: StoredFile, side: NetworkSide) -> bool:
    """Whether the network takes this file as a file."""
    return takes(Attachment(AttachmentKind.FILE, file.filename, file.content_type, file.size), side.able)
