"""From a wording to a mail: slots filled, greeting and sign-off in the writer's manner, quoted text below."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from inbox.demo.cast import COMPANY, EN, HANS, HANT, OSLO, RU, SHOES, DemoAgent, Shoe
from inbox.demo.customers import Customer

_COLOURS = {
    EN: ("black", "forest green", "oak brown", "navy"),
    RU: ("чёрный", "тёмно-зелёный", "коричневый", "синий"),
    HANS: ("黑色", "墨绿色", "棕色", "藏青色"),
    HANT: ("黑色", "墨綠色", "棕色", "深藍色"),
}
_CARRIERS = {
    RU: ("NordSped", "SilkWay Express"),
    HANS: ("云雀速运", "SilkWay 国际"),
    HANT: ("雲雀快遞", "SilkWay 國際"),
}
_EUROPEAN, _ASIAN = ("Fjordpost", "NordSped", "Paketlinje"), ("SilkWay Express", "Lark Parcel")
_MONTHS = {
    EN: (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    RU: (
        *("января", "февраля", "марта", "апреля", "мая", "июня"),
        *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
    ),
}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_GREETINGS = {
    EN: ("Hi,\n\n", "Hello,\n\n", "Hi there,\n\n", "Hello Nordlys,\n\n", "Dear Nordlys team,\n\n", "Good day,\n\n"),
    RU: ("Здравствуйте!\n\n", "Добрый день!\n\n", "Здравствуйте, Nordlys!\n\n"),
    HANS: ("您好，", "你好，", "客服您好：\n\n", "您好！\n\n"),
    HANT: ("您好，", "你好，", "客服您好：\n\n"),
}
_SIGN_OFFS = {
    EN: (
        "Best,\n{first}",
        "Thanks,\n{first}",
        "Kind regards,\n{full}",
        "{first}",
        "Cheers,\n{first}",
        "Best from {city},\n{first}",
    ),
    RU: ("{first}", "С уважением,\n{full}", "Спасибо!\n{first}", "Заранее спасибо,\n{first}"),
    HANS: ("谢谢！\n{full}", "{full}", "麻烦了，谢谢。\n{full}", ""),
    HANT: ("謝謝！\n{full}", "{full}", "麻煩您了，謝謝。\n{full}"),
}
_AT_HOME = {
    "Europe/Berlin": "Viele Grüße\n{full}",
    "Europe/Vienna": "Liebe Grüße aus {city}\n{first}",
    "Europe/Zurich": "Freundliche Grüsse\n{full}",
    "Europe/Copenhagen": "Venlig hilsen\n{full}",
    "Europe/Oslo": "Mvh\n{first}",
    "Europe/Stockholm": "Hälsningar\n{first}",
}
_ON_THE_PHONE = {EN: "Sent from my phone", RU: "Отправлено с телефона", HANS: "发自我的手机", HANT: "從我的手機傳送"}
_REPLIES = {
    EN: (("Hi {name},\n\n", "Hello {name},\n\n"), ("Kind regards,\n{agent}", "Best wishes,\n{agent}", "{agent}")),
    RU: (("Здравствуйте, {name}!\n\n", "{name}, добрый день!\n\n"), ("С уважением,\n{agent}, Nordlys Shoes",)),
    HANS: (("{name}，您好：\n\n", "{name}您好！\n\n"), ("Nordlys Shoes {agent}", "祝好！\n{agent}")),
    HANT: (("{name}您好：\n\n", "{name}，您好：\n\n"), ("Nordlys Shoes {agent}", "祝 順心\n{agent}")),
}
_WROTE = {
    EN: "On {when}, {shop} wrote:",
    RU: "{when}, {shop} пишет:",
    HANS: "{shop} 于 {when} 写道：",
    HANT: "{shop} 於 {when} 寫道：",
}
_STRAY_SPACE = re.compile(r"(?<=[\u3400-\u9fff，。：、！？）]) +(?=[\u3400-\u9fff])")


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a told story is about, so that the same story reads differently each time."""

    order: str
    shoe: Shoe
    size: int
    colour: str
    carrier: str
    tracking: str
    fee: int
    number: int
    ordered: date


def particulars(customer: Customer, order: int, start: datetime, rng: Random) -> Particulars:
    """The details of a ticket that starts at `start`, fitting the customer's language and part of the world."""
    lasting = (36, 41) if customer.gender == "f" else (41, 46)
    by_region = _EUROPEAN if customer.time_zone.startswith(("Europe", "Atlantic")) else _ASIAN
    return Particulars(
        order=f"{order:04d}",
        shoe=rng.choice(SHOES),
        size=rng.randint(*lasting),
        colour=rng.choice(_COLOURS[customer.language]),
        carrier=rng.choice(_CARRIERS.get(customer.language, by_region)),
        tracking=f"NO{rng.randint(10**8, 10**9 - 1)}",
        fee=rng.choice((9, 12, 15, 18, 22, 24, 31)),
        number=rng.randint(101, 999),
        ordered=start.astimezone(OSLO).date() - timedelta(days=rng.randint(9, 16)),
    )


def filled(text: str, about: Particulars, customer: Customer, agent: DemoAgent | None, at: datetime) -> str:
    """The text with every slot filled as of `at`; KeyError for an unknown slot."""
    language = customer.language
    soon = at.astimezone(OSLO).date() + timedelta(days=3)
    soon += timedelta(days=1 if soon.weekday() == 6 else 0)
    values = {
        "order": about.order,
        "shoe": about.shoe.name,
        "price": f"€{about.shoe.price}",
        "fee": f"€{about.fee}",
        "size": about.size,
        "bigger": about.size + 1,
        "smaller": about.size - 1,
        "colour": about.colour,
        "carrier": about.carrier,
        "tracking": about.tracking,
        "n": about.number,
        "city": customer.city,
        "ordered": day_and_month(about.ordered, language),
        "weekday": _WEEKDAYS[about.ordered.weekday()],
        "soon": day_and_month(soon, language),
        "a": "а" if customer.gender == "f" else "",
        "g": "а" if agent is not None and agent.gender == "f" else "",
    }
    return _STRAY_SPACE.sub("", text.format_map(values))


def day_and_month(day: date, language: str) -> str:
    """A date as people write it in a mail."""
    if language in _MONTHS:
        return f"{day.day} {_MONTHS[language][day.month - 1]}"
    return f"{day.month}月{day.day}日"


def first_mail(body: str, customer: Customer, rng: Random) -> str:
    """A customer's first mail: greeting, body and sign-off in the customer's own manner."""
    language = customer.language
    own = Random(customer.email)  # noqa: S311 - a person greets the same way each time; nothing secret
    greeting = own.choice(_GREETINGS[language])
    usual = _AT_HOME.get(customer.time_zone) if language == EN and own.random() < 0.6 else None
    sign_off = usual or own.choice(_SIGN_OFFS[language])
    signed = customer.signature or sign_off.format(first=customer.first_name, full=customer.name, city=customer.city)
    parts = [greeting + body, signed, _ON_THE_PHONE[language] if rng.random() < 0.06 else ""]
    return "\n\n".join(part for part in parts if part)


def later_mail(body: str, customer: Customer, quoted: tuple[datetime, str] | None, rng: Random) -> str:
    """A customer's answer: short, now and then signed, now and then with our reply quoted below."""
    signed = f"\n\n{customer.first_name}" if rng.random() < 0.3 else ""
    text = body + signed
    if quoted is None or rng.random() > 0.35:
        return text
    at, ours = quoted
    local = at.astimezone(ZoneInfo(customer.time_zone))
    when = f"{day_and_month(local.date(), customer.language)} {local.year}, {local:%H:%M}"
    if customer.language in (HANS, HANT):
        when = f"{local.year}年{day_and_month(local.date(), customer.language)} {local:%H:%M}"
    shop = f"{COMPANY.name} <{COMPANY.support_address}>"
    lines = "\n".join(f"> {line}".rstrip() for line in ours.splitlines())
    return f"{text}\n\n{_WROTE[customer.language].format(when=when, shop=shop)}\n{lines}"


def reply(body: str, customer: Customer, agent: DemoAgent, rng: Random) -> str:
    """An agent's reply in the customer's language."""
    greetings, sign_offs = _REPLIES[customer.language]
    signed = rng.choice(sign_offs).format(agent=agent.signature(customer.language))
    return f"{rng.choice(greetings).format(name=customer.addressed)}{body}\n\n{signed}"
