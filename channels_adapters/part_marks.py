"""What a message of ours carries at networks that give it back: which part of which reply it is.

An echo or a receipt with it says for certain that the part left, under which id, and whether anything comes after it.
"""

from __future__ import annotations

import re

from channels_adapters.contracts import OwnPart

_MARK = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")


def mark(client_ref: str, number: int, count: int) -> str:
    """What the part of that `number` (the first has 0) of `count` carries: some 40 characters."""
    return f"{client_ref}:{number + 1}/{count}"


def marked(carried: str) -> OwnPart | None:
    """The part that carries this; None where somebody else wrote it."""
    found = _MARK.fullmatch(carried)
    if found is None or int(found[2]) > int(found[3]):
        return None
    return OwnPart(found[1], int(found[2]) - 1, int(found[3]))
