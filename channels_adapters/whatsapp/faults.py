"""Errors WhatsApp tells afterwards, in a receipt, in words an agent understands."""

from __future__ import annotations

from channels_adapters.json_reading import Fields, integer, text
from channels_adapters.meta.faults import meaning
from channels_adapters.whatsapp.contents import problem_of


def reason_of(error: Fields) -> str:
    """Our sentence for an error, with the network's own words behind it."""
    _, said = meaning(integer(error, "code"), told=text(error, "error_data", "details") or text(error, "title"))
    return f"{said} [{problem_of(error)}]"
