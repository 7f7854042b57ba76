"""What stands out in the words of unhappy customers."""

from __future__ import annotations

import pytest

from inbox.surveys.frequent_words import frequent

ENGLISH = [
    "The return label had to be printed and I have no printer at home.",
    "Why do I have to print a return label myself? I went to a copy shop.",
    "Everything was fine but the return label, I could not print it.",
    "I had to wait for three days for an answer.",
    "Return label as a PDF: what am I supposed to do without a printer?",
    "Nobody answered for a week.",
]
HAPPY = [
    "Quick answer, very friendly, thank you.",
    "The refund came the same day. Friendly people.",
    "Great service, quick answer.",
    "All well. The shoes fit.",
    "Friendly and quick.",
]
RUSSIAN = [
    "Этикетку нужно было распечатать самой, а принтера у меня нет.",
    "Пришлось распечатывать этикетку в копировальном центре.",
    "Почему нет готовой этикетки? Распечатать негде.",
    "Ответа ждала три дня.",
    "Без принтера этикетка в PDF бесполезна.",
]
RUSSIAN_HAPPY = ["Быстро и вежливо.", "Деньги вернули в тот же день.", "Вежливая поддержка, быстро ответили."]
SIMPLIFIED = [
    "退货标签必须自己打印，家里没有打印机。",
    "为什么要我自己打印退货标签？",
    "打印退货标签很麻烦，我跑了两家店。",
    "等了三天才有人回复。",
]
SIMPLIFIED_HAPPY = ["客服很热情，回复很快。", "退款当天就到了，很满意。", "回复很快，谢谢。"]
TRADITIONAL = [
    "退貨標籤必須自己列印，家裡沒有印表機。",
    "為什麼要我自己列印退貨標籤？",
    "列印退貨標籤很麻煩。",
    "等了三天才有人回覆。",
]
TRADITIONAL_HAPPY = ["客服很親切，回覆很快。", "退款當天就到了。"]


@pytest.mark.parametrize(
    ("language", "unhappy", "happy", "expected"),
    [
        ("en", ENGLISH, HAPPY, ["return label"]),
        ("ru", RUSSIAN, RUSSIAN_HAPPY, ["этикетк*"]),
        ("zh-hans", SIMPLIFIED, SIMPLIFIED_HAPPY, ["退货标签", "打印"]),
        ("zh-hant", TRADITIONAL, TRADITIONAL_HAPPY, ["退貨標籤", "列印"]),
    ],
)
def test_what_the_unhappy_say_again_and_again_comes_first(
    language: str, unhappy: list[str], happy: list[str], expected: list[str]
) -> None:
    assert [one.phrase for one in frequent(unhappy, happy, language)][: len(expected)] == expected


def test_counted_are_comments_and_not_words() -> None:
    angry = "Label label label! " * 20
    assert frequent([angry, "Slow."], ["Fine."], "en") == []
    (found,) = frequent([angry, "The label.", "A label", "Slow."], ["Fine.", "Good."], "en")
    assert (found.phrase, found.unhappy, found.others) == ("label", 3, 0)


def test_what_everybody_says_does_not_stand_out() -> None:
    both = ["The shoes came late.", "The shoes are blue.", "The shoes fit."]
    assert (frequent(both, both, "en"), frequent(both, [], "en")) == ([], [])


def test_without_comments_there_is_nothing_to_say() -> None:
    assert [frequent([], [], language) for language in ("en", "ru", "zh-hans", "eo")] == [[]] * 4
