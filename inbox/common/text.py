"""Text that goes into PostgreSQL and onto one line."""

from __future__ import annotations

import re

_SPACE = re.compile(r"\s+")
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


def storable(text: str) -> str:
    """`text` without what PostgreSQL refuses (NUL, lone surrogates) and without other control characters."""
    return text.encode("utf-8", "ignore").decode().translate(_CONTROL)


def one_line(text: str, length: int) -> str:
    """`text` on one line, at most `length` characters, cut with an ellipsis."""
    flat = _SPACE.sub(" ", text[: length * 8]).strip()
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + "…"
