"""The code blocks of documents: what is between the fences, by the words after them."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
_BLOCK = re.compile(r"^```(\w+) ([\w.]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: str, name: str) -> list[str]:
    """The blocks of that name, in order: a file's (`send_event.py`), or examples of one kind (`event`)."""
    return [text for _, found, text in _BLOCK.findall((DOCS / document).read_text()) if found == name]
