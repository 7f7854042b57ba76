"""Made-up mail of an ordinary working day: new questions, answers, html, files, automatic mail, four languages."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

_SENTENCES = {
    "en": [
        "My parcel still has not arrived.",
        "The left shoe is a size smaller than the right one.",
        "Could you tell me how to send them back?",
        "I paid twice for the same order.",
        "The tracking page has shown the same line since Monday.",
        "Thanks for the quick answer last time!",
    ],
    "ru": ["Посылка до сих пор не пришла.", "Как вернуть обувь?", "Деньги списали дважды.", "Размер не подошёл."],
    "zh": ["包裹还没有到。", "请问怎么退货？", "订单被扣款两次。", "鞋子尺码不对，想换一双。"],
    "de": ["Mein Paket ist noch nicht da.", "Wie kann ich die Schuhe zurückschicken?", "Die Rechnung stimmt nicht."],
}
_NAMES = ["Bo Larsen", "Zoë Müller", "李雷", "Анна Петрова", "J. van Dijk", "María Núñez", "Kim", "O'Neill, Sean"]
_TOLD = "On Tue, 3 Nov 2026 at 10:12, Nordlys Support <support@nordlys.example> wrote:"


def conversations(count: int, *, seed: int = 7) -> Iterator[list[bytes]]:
    """Conversations of one to four mails, `count` mails in all, the same for the same seed."""
    chance = random.Random(seed)
    made = 0
    start = datetime(2026, 11, 2, 8, tzinfo=UTC)
    while made < count:
        person, number = chance.choice(_NAMES), made
        address = f"customer{chance.randrange(count // 2)}@mail{number % 40}.example"
        length = min(chance.choices([1, 2, 3, 4], [60, 22, 12, 6])[0], count - made)
        language = chance.choices(["en", "de", "ru", "zh"], [60, 15, 12, 13])[0]
        ids: list[str] = []
        mails = []
        for turn in range(length):
            message_id = make_msgid(f"{number}.{turn}", "mail.example")
            written = start + timedelta(seconds=40 * number + 3600 * turn)
            mails.append(_mail(chance, person, address, language, message_id, ids, written, number))
            ids.append(message_id)
        made += length
        yield mails


def _mail(
    chance: random.Random,
    person: str,
    address: str,
    language: str,
    message_id: str,
    ids: list[str],
    written: datetime,
    number: int,
) -> bytes:
    said = " ".join(chance.choices(_SENTENCES[language], k=chance.randrange(2, 9)))
    quoted = "\n".join(f"> {line}" for line in chance.choices(_SENTENCES["en"], k=6)) if ids else ""
    text = f"Hello,\n\n{said}\n\n{person}\n" + (f"\n{_TOLD}\n{quoted}\n" if ids else "")
    mail = EmailMessage()
    mail["From"] = f'"{person}" <{address}>'
    mail["To"] = "Nordlys Support <support@nordlys.example>"
    mail["Subject"] = f"{'Re: ' if ids else ''}{said[:50]} {number}"
    mail["Date"] = format_datetime(written)
    mail["Message-ID"] = message_id
    for hop in range(4):
        mail["Received"] = f"from mx{hop}.mail.example by mx{hop + 1}.nordlys.example with ESMTPS id {number:08x}{hop}"
    if ids:
        mail["In-Reply-To"] = ids[-1]
        mail["References"] = " ".join(ids)
    if chance.random() < 0.05:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(text)
    if chance.random() < 0.55:
        paragraphs = "".join(f"<p style='margin:0 0 1em'>{line}</p>" for line in text.splitlines() if line)
        mail.add_alternative(f"<html><body><div dir='ltr'>{paragraphs}</div></body></html>", subtype="html")
    for index in range(chance.choices([0, 1, 2], [80, 15, 5])[0]):
        photo = chance.randbytes(chance.randrange(4_000, 60_000))
        mail.add_attachment(photo, maintype="image", subtype="jpeg", filename=f"photo-{index}.jpg")
    return mail.as_bytes()
