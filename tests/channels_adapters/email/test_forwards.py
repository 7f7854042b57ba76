"""Who wrote what was passed on."""

from __future__ import annotations

import pytest

from tests.channels_adapters.email.mails import letter, mail, multipart, part
from tests.channels_adapters.email.reading import message

ADA = ("ada@x.example", "Ada Lovelace")
FORWARDS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Ada Lovelace <ada@x.example>\nDate: Mon\nTo: x",
    "apple": "Begin forwarded message:\n\n> From: Ada Lovelace <ada@x.example>\n> Subject: x\n>\n> Text",
    "outlook": "From: Ada Lovelace <ada@x.example>\nSent: Monday\nTo: Bo\nSubject: x",
    "outlook mailto": "From: Ada Lovelace [mailto:ada@x.example]\nSent: Monday\nTo: Bo\nSubject: x",
    "outlook links": "*From:* Ada Lovelace <ada@x.example<mailto:ada@x.example>>\n*Sent:* Monday\n*To:* Bo",
    "german": "------ Weitergeleitete Nachricht ------\nBetreff: x\nDatum: Mo\nVon: Ada Lovelace <ada@x.example>",
    "french": "---------- Message transféré ---------\nDe : Ada Lovelace <ada@x.example>\nDate : lun.",
    "spanish": "-------- Mensaje reenviado --------\nAsunto: x\nFecha: lunes\nDe: Ada Lovelace <ada@x.example>",
    "italian": "-------- Messaggio inoltrato --------\nOggetto: x\nData: lunedì\nDa: Ada Lovelace <ada@x.example>",
    "portuguese": "---------- Mensagem encaminhada ---------\nDe: Ada Lovelace <ada@x.example>",
    "dutch": "-------- Doorgestuurd bericht --------\nOnderwerp: x\nDatum: ma\nVan: Ada Lovelace <ada@x.example>",
    "polish": "-------- Przekazana wiadomość --------\nTemat: x\nData: pon\nOd: Ada Lovelace <ada@x.example>",
    "swedish": "-------- Vidarebefordrat meddelande --------\nÄmne: x\nDatum: mån\nFrån: Ada Lovelace <ada@x.example>",
    "russian": "-------- Пересылаемое сообщение --------\nОт: Ada Lovelace <ada@x.example>\nТема: x",
    "chinese": "---------- 转发的邮件 ----------\n发件人：Ada Lovelace <ada@x.example>\n日期：2018年3月5日",
    "netease": "-------- 转发邮件信息 --------\n发件人：\"Ada Lovelace\" <ada@x.example>\n发送日期：2018-03-05",
    "japanese": "---------- 転送されたメッセージ ----------\n差出人: Ada Lovelace <ada@x.example>\n件名: x",
    "korean": "---------- 전달된 메시지 ----------\n보낸 사람: Ada Lovelace <ada@x.example>\n제목: x",
    "address on the next line": "---------- Forwarded message ---------\nFrom: Ada Lovelace\n<ada@x.example>\nTo: x",
}  # fmt: skip


def original(raw: bytes) -> tuple[str, str] | None:
    """Address and name of who wrote what was passed on."""
    found = message(raw).forwarded_from
    return (found.primary.value, found.name) if found else None


@pytest.mark.parametrize("name", FORWARDS)
def test_a_forwarded_mail_names_who_wrote_it(name: str) -> None:
    raw = mail(
        "From: Bo <bo@shop.example>",
        "Subject: Fwd: Shoes",
        "Content-Type: text/plain; charset=utf-8",
        body=f"Can you help?\n\n{FORWARDS[name]}\n\nText",
    )
    assert original(raw) == ADA


@pytest.mark.parametrize("subject", ["WG: x", "TR: x", "RV: x", "转发：x", "FW: x", "[Fwd: x]", "VS: x", "Fwd : x"])
def test_a_subject_in_any_language_announces_it(subject: str) -> None:
    raw = mail("From: Bo <bo@shop.example>", f"Subject: {subject}", body=f"See:\n\n{FORWARDS['outlook']}\n\nText")
    assert original(raw) == ADA


def test_an_attached_mail_names_who_wrote_it() -> None:
    inner = mail("From: Ada Lovelace <ada@x.example>", "Subject: x")
    assert original(multipart("mixed", part(b"see"), part(inner, "message/rfc822"))) == ADA


def test_a_reply_passes_nothing_on() -> None:
    quoted = f"Yes\n\n{FORWARDS['outlook']}\n\nText"
    assert [original(letter(body=one)) for one in ("Hello", quoted, "From: here it is fine")] == [None, None, None]
