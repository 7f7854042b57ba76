"""Mails of our own making: letters as customers send them, and the worst ones that can be sent."""

from __future__ import annotations

import base64

CRLF = "\r\n"


def mail(*headers: str, body: str | bytes = "Hello") -> bytes:
    """A raw mail with these header lines."""
    text = body.encode() if isinstance(body, str) else body
    return CRLF.join([*headers, "", ""]).encode() + text


def letter(*headers: str, body: str | bytes = "Hello") -> bytes:
    """A raw mail that has what a mail should have, and these header lines."""
    return mail(
        "From: Bo Larsen <bo@larsen.example>",
        "To: support@shop.example",
        "Subject: Shoes",
        "Date: Mon, 05 Mar 2018 12:00:00 +0100",
        "Message-ID: <first@larsen.example>",
        *headers,
        body=body,
    )


def multipart(subtype: str, *parts: bytes, headers: tuple[str, ...] = (), boundary: str = "frontier") -> bytes:
    """A letter of several parts."""
    divided = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return letter(
        *headers,
        "MIME-Version: 1.0",
        f'Content-Type: multipart/{subtype}; boundary="{boundary}"',
        body=divided + b"--" + boundary.encode() + b"--\r\n",
    )


def part(content: bytes, content_type: str = "text/plain; charset=utf-8", *headers: str) -> bytes:
    """One part of a multipart."""
    return CRLF.join([f"Content-Type: {content_type}", *headers, "", ""]).encode() + content


def coded(content: bytes, content_type: str, *headers: str) -> bytes:
    """One part in base64."""
    return part(base64.encodebytes(content), content_type, "Content-Transfer-Encoding: base64", *headers)


BOUNCE = multipart(
    "report; report-type=delivery-status",
    part(b"Your mail could not be delivered."),
    part(
        b"Reporting-MTA: dns; mx.shop.example\r\n\r\n"
        b"Final-Recipient: rfc822; gone@larsen.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        b"Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        b"Final-Recipient: rfc822; full@larsen.example\r\nAction: failed\r\nStatus: 4.2.2\r\n\r\n"
        b"Final-Recipient: rfc822; slow@larsen.example\r\nAction: delayed\r\nStatus: 4.4.1\r\n",
        "message/delivery-status",
    ),
    part(b"Message-ID: <ours@shop.example>\r\nSubject: Your order\r\n\r\n", "text/rfc822-headers"),
    headers=("Return-Path: <>", "Auto-Submitted: auto-replied"),
)

LETTERS = {
    "plain": letter(),
    "umlauts": letter("Content-Type: text/plain; charset=iso-8859-1", body="Größe 42".encode("latin-1")),
    "alternative": multipart("alternative", part(b"plain"), part(b"<p>rich</p>", "text/html")),
    "picture": multipart(
        "related",
        part(b'<p>See <img src="cid:a@b"></p>', "text/html"),
        coded(b"\x89PNG", "image/png; name=a.png", "Content-ID: <a@b>"),
    ),
    "forwarded": multipart("mixed", part(b"see"), part(letter(body="inside"), "message/rfc822")),
    "bounce": BOUNCE,
    "no headers but text": b"just text\r\n",
    "no body": mail("From: bo@larsen.example", body=""),
    "no sender": mail("Subject: hello"),
}

HOSTILE = {
    "deep": b"From: a@b.example\r\n"
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(200)),
    "many parts": mail(
        "From: a@b.example", "Content-Type: multipart/mixed; boundary=x", body=b"--x\r\n\r\nhi\r\n" * 300
    ),
    "many headers": b"A: b\r\n" * 4_000,
    "endless header": b"Subject: " + b"=?utf-8?q?x" * 4_000 + b"\r\n\r\n",
    "open brackets": mail("To: " + "<" * 10_000, "From: " + "(" * 10_000, "References: " + "<a" * 4_000),
    "open quotes": mail('From: "' + '\\"' * 4_000 + "<a@b.example>"),
    "attributions": letter(body="On 2018-03-05 at 12:00, Bo <bo@larsen.example> wrote:\r\n" * 400),
    "header blocks": letter(body="From: a\r\nSent: b\r\n" * 600),
    "tags": letter("Content-Type: text/html", body="<a <b <!-- <div " * 4_000),
    "entities": letter("Content-Type: text/html", body="&#99999999999;&lt" * 600),
    "controls": bytes(range(256)) * 20,
    "surrogates": letter("Content-Type: text/plain; charset=utf-7", body="+2AA-a+3AA-"),
    "nul": b"From: a\0@b.example\r\nSubject: a\0b\r\n\r\na\0b",
    "strange charset": letter("Content-Type: text/plain; charset=unicode_escape", body=r"\ud800 \x00"),
}
