"""Message-IDs and dates: what names a mail and says when it was written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from channels_adapters.email.dates import read_date
from channels_adapters.email.words import decode_words

MAX_ID = 500
MAX_KEYS = 50
_BRACKETED = re.compile(r"<([^<>]{1,900})>")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_TOLERATED = timedelta(days=1)


def message_ids(text: str) -> tuple[str, ...]:
    """The message ids of a header with their angle brackets, white space removed, in order, each once."""
    if "=?" in text:
        text = decode_words(text)
    found = [_squeeze(inside) for inside in _BRACKETED.findall(text)]
    if not found:
        found = [word.strip("<>,;\"'") for word in text.split() if "@" in word]
    return tuple(dict.fromkeys(f"<{one}>" for one in found if one and len(one) <= MAX_ID))


def own_message_id(text: str) -> str:
    """The Message-ID of a mail with angle brackets; "" when it has none that names anything."""
    if ids := message_ids(text):
        return ids[0]
    bare = _squeeze(text.strip().strip("<>"))
    return f"<{bare}>" if bare and len(bare) <= MAX_ID else ""


def thread_keys(in_reply_to: Iterable[str], references: Iterable[str]) -> tuple[str, ...]:
    """Lookup keys: what is answered first, then the ancestors from the nearest to the farthest.

    A hostile or ancient chain is cut in its middle; the first ancestor stays.
    """
    answered = [one for header in in_reply_to for one in message_ids(header)]
    ancestors = [one for header in references for one in message_ids(header)]
    keys = list(dict.fromkeys(f"mid:{one}" for one in [*answered, *reversed(ancestors)]))
    return tuple(keys if len(keys) <= MAX_KEYS else [*keys[: MAX_KEYS - 1], keys[-1]])


def written_at(text: str, received_at: datetime | None) -> datetime | None:
    """The Date header as aware UTC; None when it can't be read or can't be true.

    It can't be true before 1990, nor more than a day after the mail was received, nor, where that is not known,
    after this century.
    """
    moment = read_date(text)
    if moment is None:
        return None
    if not _EARLIEST <= moment < _LATEST or (received_at is not None and moment > received_at + _TOLERATED):
        return None
    return moment


def _squeeze(text: str) -> str:
    return "".join(text.split())
