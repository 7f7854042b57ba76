"""Words and phrases that stand out in what unhappy customers write, against what happy ones write. Pure.

Counted is how many comments hold a word, not how often it stands there: one angry customer who repeats himself is one.
How much it stands out is the difference of its log-odds in both groups, with a prior of what all say, in standard
errors (Monroe, Colaresi and Quinn, "Fightin' Words", 2008): rare words need more than one comment to be seen, and words
that everybody uses do not stand out however frequent they are.

Words are taken singly and by two. Russian ones that differ in their endings only are counted together, as a beginning
("этикет*"). Chinese has no spaces: there every two to four characters in a row count, those with a particle in
them left out.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from inbox.surveys.stop_words import PARTICLES, STOP_WORDS, words
from inbox.surveys.theme_words import HAN, folded

#: In fewer comments a word is chance, and below so many standard errors as well.
LEAST_COMMENTS, LEAST_SCORE = 3, 1.0
#: How many comments' worth the prior weighs.
_PRIOR = 1.0
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_HAN_RUN = re.compile(f"[{HAN}]+")
_SENTENCE = re.compile(r"[.!?;:,()\[\]\"“”«»…\n。！？；：，、（）]+")
#: Endings of Russian nouns, adjectives and verbs, the longest first.
_ENDINGS = sorted(
    words(
        "ами ями ого его ому ему ыми ими ать ять ить еть ешь ете ает яет ают яют или ала ило ост "
        "ах ях ов ев ей ом ем ам ям ой ый ий ая яя ое ее ые ие ую юю ых их ть ет ит ут ют ат ят ла ло ли "
        "а я о е ы и у ю ь й л"
    ),
    key=lambda ending: (-len(ending), ending),
)
_STEM = 4


@dataclass(frozen=True, slots=True)
class Frequent:
    """A word or phrase, in how many comments of the unhappy and of the others it is, and how much it stands out."""

    phrase: str
    unhappy: int
    others: int
    score: float


def frequent(unhappy: Sequence[str], others: Sequence[str], language: str, most: int = 12) -> list[Frequent]:
    """What stands out in the comments of the unhappy, the most telling first; nothing where that is chance."""
    ours, theirs = _counted(unhappy, language), _counted(others, language)
    names = _names([*unhappy, *others], language)
    found = [
        Frequent(names.get(term, term), count, theirs[term], score)
        for term, count in ours.items()
        if count >= LEAST_COMMENTS
        and (score := _stands_out(count, theirs[term], len(unhappy), len(others))) >= LEAST_SCORE
    ]
    found.sort(key=lambda one: (-one.score, -len(one.phrase), one.phrase))
    return _distinct(found)[:most]


def _stands_out(count: int, other: int, n: int, n_others: int) -> float:
    """The difference of the log-odds in standard errors."""
    prior = _PRIOR * (count + other) / (n + n_others)
    ours, theirs = count + prior, other + prior
    without, without_theirs = n - count + _PRIOR - prior, n_others - other + _PRIOR - prior
    if min(without, without_theirs) <= 0:
        # Everybody says it.
        return 0.0
    spread = math.sqrt(1 / ours + 1 / theirs + 1 / without + 1 / without_theirs)
    return (math.log(ours / without) - math.log(theirs / without_theirs)) / spread


def _counted(texts: Iterable[str], language: str) -> Counter[str]:
    return Counter(term for text in texts for term in set(_terms(text, language)))


def _terms(text: str, language: str) -> Iterator[str]:
    text = folded(text)
    if language.startswith("zh"):
        yield from _characters(text)
        return
    stop = STOP_WORDS.get(language, frozenset())
    for sentence in _SENTENCE.split(text):
        before = ""
        for word in _WORD.findall(sentence):
            if word in stop or len(word) < 3:
                before = ""
                continue
            term = _stem(word) if language == "ru" else word
            yield term
            if before:
                yield f"{before} {term}"
            before = term


def _characters(text: str) -> Iterator[str]:
    for run in _HAN_RUN.findall(text):
        for length in (2, 3, 4):
            for start in range(len(run) - length + 1):
                term = run[start : start + length]
                if not PARTICLES & set(term):
                    yield term


def _stem(word: str) -> str:
    ending = next((one for one in _ENDINGS if word.endswith(one) and len(word) - len(one) >= _STEM), "")
    return f"{word.removesuffix(ending)}*"


def _names(texts: Iterable[str], language: str) -> dict[str, str]:
    """What a Russian beginning is called: the word itself where there is only one."""
    if language != "ru":
        return {}
    found: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for word in _WORD.findall(folded(text)):
            found[_stem(word)].add(word)
    return {stem: next(iter(those)) for stem, those in found.items() if len(those) == 1}


def _distinct(found: Sequence[Frequent]) -> list[Frequent]:
    """Without words that are only there as part of a phrase that is, and without parts of longer Chinese words."""
    return [
        one
        for one in found
        if not any(
            one.phrase != other.phrase and one.phrase in other.phrase and other.unhappy >= 0.75 * one.unhappy
            for other in found
        )
    ]
