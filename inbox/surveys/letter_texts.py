"""What a letter to customers says before somebody wrote what has changed: a draft in each language."""

from __future__ import annotations

from collections.abc import Mapping

#: Stands in a text for the customer's name.
NAME = "{name}"
#: What whoever sends the letter has to write himself, in each language.
TO_WRITE: Mapping[str, str] = {
    "en": "[what has changed]",
    "zh-hans": "［改了什么］",
    "zh-hant": "［改了什麼］",
    "ru": "[что изменилось]",
}
DRAFTS: Mapping[str, str] = {
    "en": (
        "Hello {name},\n\nwhen we asked you how it went, you told us what made it hard for you. Thank you: because of "
        "your answer and others like it, something has changed.\n\n[what has changed]\n\nYou need not answer this. "
        "If something is still in your way, just reply."
    ),
    "zh-hans": (
        "{name}您好：\n\n我们曾请您评价服务，您告诉了我们哪里不方便。谢谢您：正因为您和其他客户的意见，我们做了改进。\n\n"
        "［改了什么］\n\n您无需回复。如果还有不便之处，直接回复本信息即可。"
    ),
    "zh-hant": (
        "{name}您好：\n\n我們曾請您評價服務，您告訴了我們哪裡不方便。謝謝您：正因為您和其他客戶的意見，我們做了改進。\n\n"
        "［改了什麼］\n\n您無需回覆。如果還有不便之處，直接回覆本訊息即可。"
    ),
    "ru": (
        "Здравствуйте, {name}!\n\nКогда мы спросили, всё ли было удобно, вы рассказали, что вам мешало. Спасибо: "
        "благодаря вашему ответу и другим похожим кое-что изменилось.\n\n[что изменилось]\n\nОтвечать не нужно. Если "
        "вам по-прежнему что-то мешает, просто напишите в ответ."
    ),
}


def filled(text: str, name: str) -> str:
    """The text for one customer; where his name is not known, without it and the sign that leads to it."""
    if name:
        return text.replace(NAME, name)
    for before in (f", {NAME}", f" {NAME}", NAME):
        text = text.replace(before, "")
    return text


def is_unwritten(text: str) -> bool:
    """True while what has changed is still to be written."""
    return not text.strip() or any(mark in text for mark in TO_WRITE.values())
