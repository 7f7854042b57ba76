"""Whether a text tells of a theme, in four languages."""

from __future__ import annotations

import pytest

from inbox.surveys.theme_words import PHRASES_LIMIT, cleaned, tells_of

WORDS = {
    "en": ["label", "print*", "no printer"],
    "ru": ["этикет*", "распечат*"],
    "zh-hans": ["标签", "打印"],
    "zh-hant": ["標籤", "列印"],
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The LABEL must be printed.", True),
        ("Why must I print it?", True),
        ("Printing at work is not allowed", True),
        ("I have\n no   printer at home", True),
        ("no-printer household", True),
        ("The blueprint was fine, all labels? No: labelled.", False),
        ("Return labels", False),
        ("Этикетку пришлось РАСПЕЧАТЫВАТЬ самой", True),
        ("Наклейка была в коробке", False),
        ("退货标签必须自己打印", True),
        ("退貨標籤要自己列印", True),
        ("快递很慢", False),
        ("", False),
    ],
)
def test_words_are_found_whole_beginnings_by_a_star_and_chinese_anywhere(text: str, found: bool) -> None:
    assert tells_of(text, WORDS) is found


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("Straße", "die STRASSE", True),
        ("ёлка", "Елка", True),
        ("c++ (beta)", "we use c++ (beta) here", True),
        ("ﬁt", "they do not fit", True),
        ("退货 标签", "退货标签", True),
        ("don't fit", "They don't fit.", True),
    ],
)
def test_case_ways_of_writing_and_signs_do_not_matter(phrase: str, text: str, found: bool) -> None:
    assert tells_of(text, {"en": [phrase]}) is found


def test_without_words_nothing_is_found() -> None:
    assert [tells_of("label", words) for words in ({}, {"en": []}, {"en": ["*"]})] == [False] * 3


def test_phrases_are_kept_once_and_trimmed_and_what_cannot_be_found_is_refused() -> None:
    assert cleaned(["  Label ", "label", "", "no   printer", "этикет*"]) == ["Label", "no printer", "этикет*"]
    for wrong in (["*"], ["?!"], ["x" * 61], [f"w{number}" for number in range(PHRASES_LIMIT + 1)]):
        with pytest.raises(ValueError):
            cleaned(wrong)


def test_a_hostile_text_is_read_in_linear_time() -> None:
    words = {"en": ["a* a* a* a* b", "aa aa"], "zh-hans": ["我 我 它"]}
    # Were it square, it would not end before the run's limit of time.
    assert not tells_of("a " * 500_000 + "我 " * 200_000, words)
