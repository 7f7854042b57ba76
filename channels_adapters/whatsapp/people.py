"""People on WhatsApp: by phone number, by an id that holds inside one business, or by both."""

from __future__ import annotations

import re

from channels_adapters.contracts import Identifier

#: `US.13491208655302741918`; `US.ENT.11815799212886844830` holds for several businesses of one owner.
USER, PARENT = "wa_bsuid", "wa_parent_bsuid"


def phone(number: str) -> Identifier:
    """A number as the rest of the world writes it (E.164); the network leaves the plus out."""
    digits = re.sub(r"[\s()+-]", "", number)
    return Identifier("phone", f"+{digits}" if digits.isdecimal() else number, verified=True)


def user(user_id: str) -> Identifier:
    """The id by which a business knows somebody, with or without his number."""
    return Identifier(USER, user_id, verified=True)


def identifiers(number: str = "", user_id: str = "", parent_id: str = "") -> tuple[Identifier, ...]:
    """All that is told of one person, the number first."""
    found = (
        phone(number) if number else None,
        user(user_id) if user_id else None,
        Identifier(PARENT, parent_id, verified=True) if parent_id else None,
    )
    return tuple(one for one in found if one)
