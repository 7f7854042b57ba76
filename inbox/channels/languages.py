"""What is said without a person, in the language of who reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone, translation
from django.utils.formats import date_format

from inbox.customers.models import Customer

_TRADITIONAL = ("hant", "tw", "hk", "mo")
#: The line above a quotation, as mail programs write it, so that every one of them recognises it.
_ATTRIBUTIONS: Mapping[str, str] = {
    "en": "On {date} at {time}, {name} wrote:",
    "de": "Am {date} um {time} schrieb {name}:",
    "fr": "Le {date} à {time}, {name} a écrit :",
    "es": "El {date} a las {time}, {name} escribió:",
    "it": "Il {date} alle {time}, {name} ha scritto:",
    "pt": "Em {date} às {time}, {name} escreveu:",
    "nl": "Op {date} om {time} schreef {name}:",
    "pl": "{date} o {time} {name} napisał(a):",
    "sv": "Den {date} kl. {time} skrev {name}:",
    "ru": "{date}, {time} {name} написал(а):",
    "zh-hans": "{name} 于{date} {time}写道：",
    "zh-hant": "{name} 於{date} {time}寫道：",
    "ja": "{date} {time}、{name}のメール：",
    "ko": "{date} {time}, {name}님이 작성:",
}
_RECEIVED: Mapping[str, tuple[str, str]] = {
    "en": (
        "We have received your message ({ticket})",
        "Thank you for writing to {brand}. Your message has arrived under the number {ticket}, "
        "and a person will answer it.\n\nYou need not do anything. To add something, reply to this mail.",
    ),
    "ru": (
        "Мы получили ваше сообщение ({ticket})",
        "Спасибо, что написали в {brand}. Ваше сообщение получено под номером {ticket}, вам ответит сотрудник.\n\n"
        "Делать ничего не нужно. Чтобы что-то добавить, ответьте на это письмо.",
    ),
    "zh-hans": (
        "我们已收到您的来信（{ticket}）",
        "感谢您联系 {brand}。您的来信已收到，编号为 {ticket}，我们的工作人员会回复您。\n\n"
        "您无需进行任何操作。如需补充内容，请直接回复本邮件。",
    ),
    "zh-hant": (
        "我們已收到您的來信（{ticket}）",
        "感謝您聯絡 {brand}。您的來信已收到，編號為 {ticket}，我們的同仁會回覆您。\n\n"
        "您無需進行任何操作。如需補充內容，請直接回覆本郵件。",
    ),
}


def best(available: Collection[str], *wanted: str) -> str:
    """The first of `wanted` (language tags, the dearest first) that is `available`, else English; "" without it.

    A tag is met by itself, by its primary language (`de-AT` by `de`), Chinese by its script.
    """
    known = {one.lower().replace("_", "-"): one for one in available}
    for tag in (*wanted, "en"):
        for form in _forms(tag):
            if form in known:
                return known[form]
    return ""


def attribution(name: str, at: datetime, customer: Customer, *wanted: str) -> str:
    """The line above what `name` wrote at an instant, by the customer's calendar and in his language."""
    language = best(_ATTRIBUTIONS, *wanted)
    with translation.override(language):
        local = timezone.localtime(at, _zone(customer))
        day = date_format(local, "DATE_FORMAT")
        return _ATTRIBUTIONS[language].format(name=name, date=day, time=local.strftime("%H:%M"))


def received_words(*wanted: str) -> tuple[str, str, str]:
    """Language, subject and text of an automatic answer that nobody has put into words of his own."""
    language = best(_RECEIVED, *wanted)
    return language, *_RECEIVED[language]


def _forms(tag: str) -> Iterable[str]:
    plain = tag.lower().replace("_", "-")
    primary, _, rest = plain.partition("-")
    yield plain
    if primary == "zh":
        yield "zh-hant" if any(part in _TRADITIONAL for part in rest.split("-")) else "zh-hans"
    yield primary


def _zone(customer: Customer) -> ZoneInfo | None:
    try:
        return ZoneInfo(customer.time_zone) if customer.time_zone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
