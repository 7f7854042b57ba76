"""Whether a text tells of a theme: by words and phrases, as people write them in their languages. Pure.

A phrase is found whatever its case, with any white space between its words. Words written with spaces are found whole;
one that ends in `*` is the beginning of a word ("этикет*" finds "этикетка" and "этикетку"). Chinese is written without
spaces: there a phrase is found wherever its characters stand. The phrases of all languages are looked for in every
text, for who was asked in English may answer in Russian.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

#: Longest phrase, and most of them in a language.
PHRASE_LIMIT, PHRASES_LIMIT = 60, 100
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN = re.compile(f"[{HAN}]")


def folded(text: str) -> str:
    """`text` as it is compared: one way of writing each character, no case, "е" for "ё"."""
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")


def cleaned(phrases: Iterable[str]) -> list[str]:
    """The phrases to keep of those given: trimmed, each once, none empty. Raises ValueError for what can't be found."""
    kept: dict[str, str] = {}
    for given in phrases:
        phrase = " ".join(given.split())
        if not phrase:
            continue
        if len(phrase) > PHRASE_LIMIT or not any(sign.isalnum() for sign in phrase):
            raise ValueError(phrase)
        kept.setdefault(folded(phrase), phrase)
    if len(kept) > PHRASES_LIMIT:
        raise ValueError(str(len(kept)))
    return list(kept.values())


def tells_of(text: str, words: Mapping[str, Sequence[str]]) -> bool:
    """True when one of the words or phrases, {language: [phrase, ...]}, is in the text."""
    phrases = tuple(sorted({phrase for language in words for phrase in words[language]}))
    pattern = _pattern(phrases)
    return bool(pattern and pattern.search(folded(text)))


@lru_cache(maxsize=256)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    found = [_expression(folded(phrase)) for phrase in phrases if phrase.strip(" *")]
    return re.compile("|".join(found)) if found else None


def _expression(phrase: str) -> str:
    """The phrase as an expression that reads a text in time linear in its length."""
    if _HAN.search(phrase):
        return r"\s*".join(re.escape(part) for part in phrase.replace("*", "").split())
    words = [re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in phrase.split()]
    return rf"(?<!\w){_GAP.join(words)}(?!\w)"


#: What stands between the words of a phrase.
_GAP = r"[\s\-\u2010-\u2015]{1,4}"
