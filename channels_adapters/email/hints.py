"""What the html of a mail tells of the lines of its text."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType


class Hint(enum.Enum):
    """What a line is known to be, whatever it says: the html named its element so."""

    ATTRIBUTION = enum.auto()
    SIGNATURE = enum.auto()
    QUOTE = enum.auto()  # inside a blockquote
    OWN_QUOTE = enum.auto()  # inside a blockquote that may be the writer's own way to set off words
    REPLY = enum.auto()  # the frame a mail program draws around the headers of what it quotes


NO_HINTS: Mapping[int, Hint] = MappingProxyType({})
