"""Recognising a plain "thanks": it is marked and neither reopens a ticket nor starts a clock."""

from __future__ import annotations

import re

_THANKS = (
    "thanks",
    "thank you",
    "thx",
    "cheers",
    "perfect",
    "great",
    "awesome",
    "works now",
    "спасибо",
    "благодарю",
    "отлично",
    "всё получилось",
    "все получилось",
    "谢谢",
    "感谢",
    "多谢",
    "謝謝",
    "感謝",
    "多謝",
    "danke",
    "merci",
    "tak",
    "takk",
)
_FILLER = re.compile(
    r"\b(so|very|much|a lot|lots|again|for|your|the|quick|fast|kind|help|reply|answer|all|you|many|really|and|it|that|"
    r"best|regards|wishes|kind regards|sincerely|have a nice day|i|am|appreciate|now|ok|okay|большое|вам|огромное|за|"
    r"быструю|быстрый|ответ|помощь|с уважением|очень|ещё|раз|vielen|dank|schön|beaucoup|mange)\b"
    r"|您的|你的|你们的|帮助|幫助|帮忙|非常|回复|回覆|十分|啦|了|你|您"
)
_NOISE = re.compile(r"[\W_\d]+")
_LONGEST = 160


def is_plain_thanks(text: str) -> bool:
    """True when `text` says thanks and nothing else; a question or a further matter is not plain."""
    flat = " ".join(text.lower().split())
    if not flat or len(flat) > _LONGEST or "?" in flat or "？" in flat:
        return False
    rest = flat
    for word in _THANKS:
        rest = rest.replace(word, " ")
    if rest == flat:
        return False
    left = _NOISE.sub(" ", _FILLER.sub(" ", rest)).split()
    # What may be left is a name or two under the thanks.
    return len(left) <= 2 and sum(map(len, left)) <= 24
