"""Attachments with their exact bytes and best names, and one text out of many parts."""

from __future__ import annotations

import pytest

from channels_adapters.contracts import Attachment, AttachmentKind
from tests.channels_adapters.email.mails import coded, letter, multipart, part
from tests.channels_adapters.email.reading import message

BINARY = bytes(range(256)) * 3 + b"\r\n.\r\n\n\r"


def only_attachment(raw: bytes) -> Attachment:
    (found,) = message(raw).attachments
    return found


def test_the_bytes_of_attachments_are_exact() -> None:
    raw = multipart("mixed", part(b"see"), coded(BINARY, "image/png; name=a.png"), part(BINARY, "application/x-raw"))
    assert [(one.kind, one.filename, one.size, one.content) for one in message(raw).attachments] == [
        (AttachmentKind.IMAGE, "a.png", len(BINARY), BINARY),
        (AttachmentKind.FILE, "attachment-2.bin", len(BINARY), BINARY),
    ]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('filename="bill.pdf"', "bill.pdf"),
        ("filename=my bill 2018.pdf", "my bill 2018.pdf"),
        ("filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf", "Größe.pdf"),
        ("filename*0*=utf-8''Gr%C3%B6; filename*1*=%C3%9Fe; filename*2=.pdf", "Größe.pdf"),
        ('filename*0="long "; filename*1="name.pdf"', "long name.pdf"),
        ('filename="=?utf-8?q?Gr=C3=B6=C3=9Fe=2Epdf?="', "Größe.pdf"),
        ("filename==?utf-8?B?R3LDtsOfZS5wZGY=?=", "Größe.pdf"),
        ("filename=\"plain.pdf\"; filename*=utf-8''better.pdf", "better.pdf"),
        ('filename="../../etc/passwd"', "passwd"),
        (r'filename="C:\Users\bo\bill.pdf"', "bill.pdf"),
        ('filename="bill\u202efdp.exe"', "billfdp.exe"),
        ('filename="never closed.pdf', "never closed.pdf"),
        ('filename=""', "attachment-1.pdf"),
        ("", "attachment-1.pdf"),
        (f'filename="{"x" * 300}.pdf"', "x" * 176 + ".pdf"),
    ],
)
def test_a_file_gets_the_best_name_there_is(disposition: str, name: str) -> None:
    header = f"Content-Disposition: attachment; {disposition}"
    assert only_attachment(multipart("mixed", coded(b"x", "application/pdf", header))).filename == name


def test_a_picture_of_the_html_is_inline_and_named_by_its_content_id() -> None:
    raw = multipart(
        "related",
        part(b'<p>Look <img src="cid:a@b" alt="a shoe"></p>', "text/html"),
        coded(b"PNG", "image/png; name=shoe.png", "Content-ID: <a@b>"),
    )
    found = message(raw)
    assert (found.text, found.html, found.attachments) == (
        "Look [a shoe]",
        '<p>Look <img src="cid:a@b" alt="a shoe"></p>',
        (Attachment(AttachmentKind.IMAGE, "shoe.png", "image/png", 3, b"PNG", content_id="a@b", inline=True),),
    )


def test_a_message_inside_a_message_is_kept_byte_for_byte() -> None:
    inside = letter("X-Odd:   spaced", body=multipart("mixed", part(b"deep"), boundary="frontier"))
    found = only_attachment(multipart("mixed", part(b"see"), part(inside, "message/rfc822"), boundary="outer"))
    assert (found.kind, found.filename, found.content) == (AttachmentKind.MESSAGE, "Shoes.eml", inside)


def test_an_invitation_is_a_calendar_beside_the_text() -> None:
    raw = multipart(
        "alternative", part(b"Meet me"), part(b"BEGIN:VCALENDAR", "text/calendar; charset=utf-8; method=REQUEST")
    )
    found = message(raw)
    assert (found.text, [(one.kind, one.filename, one.content) for one in found.attachments]) == (
        "Meet me",
        [(AttachmentKind.CALENDAR, "attachment-1.ics", b"BEGIN:VCALENDAR")],
    )


def test_several_texts_follow_each_other_and_their_html_too() -> None:
    raw = multipart("mixed", part(b"<p>one</p>", "text/html"), coded(b"x", "image/png"), part(b"two & three"))
    found = message(raw)
    assert (found.text, found.html, len(found.attachments)) == (
        "one\n\ntwo & three",
        "<p>one</p>\n<pre>two &amp; three</pre>",
        1,
    )


def test_an_empty_text_beside_html_gives_way_to_it() -> None:
    assert message(multipart("alternative", part(b" \r\n"), part(b"<b>rich</b>", "text/html"))).text == "rich"


def test_a_text_file_is_an_attachment_and_a_named_body_is_the_body() -> None:
    attached = part(b"log", "text/plain; name=log.txt", "Content-Disposition: attachment")
    found = [
        message(multipart("mixed", part(b"see"), attached)),
        message(multipart("mixed", part(b"body", "text/plain; name=body.txt"))),
    ]
    assert [(one.text, [file.filename for file in one.attachments]) for one in found] == [
        ("see", ["log.txt"]),
        ("body", []),
    ]


def test_flowed_lines_are_joined_and_quoted_ones_stay_quoted() -> None:
    body = "A long \r\nline.\r\n> quoted \r\n> too\r\nNew\r\n-- \r\nBo"
    found = message(letter("Content-Type: text/plain; format=flowed", body=body))
    assert found.full_text == "A long line.\n> quoted too\nNew\n-- \nBo"


def test_deleted_spaces_of_flowed_lines_leave_no_gap_in_chinese() -> None:
    found = message(letter("Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes", body="鞋 \r\n子"))
    assert found.full_text == "鞋子"


def test_a_uuencoded_file_in_the_text_becomes_an_attachment() -> None:
    body = "See:\r\nbegin 644 a.txt\r\n%:&5L;&\\\r\n`\r\nend\r\nBye"
    found = message(letter(body=body))
    assert (found.text, [(one.filename, one.content) for one in found.attachments]) == (
        "See:\nBye",
        [("a.txt", b"hello")],
    )


def test_a_block_that_only_begins_like_uuencode_stays_text() -> None:
    body = "begin 644 letters with love\nand never stop writing them"
    assert message(letter(body=body)).text == body


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("quoted-printable", "Gr=C3=B6=C3=9F=\r\ne =ZZ", "Größe =ZZ"),
        ("base64", "R3LDtsOfZQ", "Größe"),
        ("base64", "R3LD tsOf\r\n!ZQ==", "Größe"),
        ("base64", "this is not base64, is it? no, it is not!", "this is not base64, is it? no, it is not!"),
        ("7-bit", "as it is", "as it is"),
        ("", "as it is", "as it is"),
        ("Quoted-Printable;", "=41", "A"),
        ("x-strange", "as it is", "as it is"),
    ],
)
def test_a_wrong_transfer_encoding_loses_nothing(encoding: str, body: str, text: str) -> None:
    headers = ("Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}")
    assert message(letter(*headers, body=body)).text == text


@pytest.mark.parametrize(
    ("raw", "why", "count"),
    [
        (multipart("mixed", *[part(b"p")] * 250), "more than 200 parts", 1),
        (multipart("mixed", *[coded(b"p", "image/png")] * 150), "more than 100 attachments", 100),
        (
            b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(30)),
            "parts nested deeper than 20",
            2,
        ),
    ],
    ids=["parts", "attachments", "depth"],
)
def test_beyond_a_limit_the_whole_mail_is_attached_and_the_message_says_so(raw: bytes, why: str, count: int) -> None:
    found = message(raw)
    whole = found.attachments[-1]
    assert (found.unsupported, len(found.attachments), whole.filename, whole.content == raw) == (
        f"The message has {why}; all of it is in original.eml.",
        count,
        "original.eml",
        True,
    )


def test_an_encrypted_mail_keeps_its_parts_and_says_why_there_is_no_text() -> None:
    raw = multipart("encrypted", part(b"Version: 1", "application/pgp-encrypted"), part(b"-----BEGIN PGP MESSAGE-----"))
    assert message(raw).unsupported == "The message is encrypted (OpenPGP)."


def test_outlooks_own_container_is_kept_as_it_is() -> None:
    found = only_attachment(multipart("mixed", part(b"see"), coded(BINARY, "application/ms-tnef; name=winmail.dat")))
    assert (found.filename, found.content) == ("winmail.dat", BINARY)
