"""What leaves: right headers, exact files, and nothing in a header that does not belong there."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message

import pytest

from channels_adapters.contracts import (
    Account,
    Attachment,
    AttachmentKind,
    Fault,
    Identifier,
    OutboundMessage,
    Person,
    Recipient,
    SendError,
    ThreadRef,
)
from channels_adapters.email.compose import compose
from tests.channels_adapters.email.reading import SHOP, message

SHOP_ACCOUNT = Account("email", SHOP)
BO = Person((Identifier("email", "bo@larsen.example"),), name="Bo Larsen")
ADA = Person((Identifier("phone", "+4512345678"), Identifier("email", "ada@x.example")), name="Ada Lovelace")
NOON = datetime(2018, 3, 5, 11, tzinfo=UTC)


def outbound(**fields: object) -> OutboundMessage:
    return OutboundMessage(**({"client_ref": "1f2e", "to": (Recipient(BO),), "text": "Hi"} | fields))  # type: ignore[arg-type]


def composed(**fields: object) -> Message:
    return message_from_bytes(compose(outbound(**fields), SHOP_ACCOUNT))


def refusal(**fields: object) -> tuple[Fault, str]:
    with pytest.raises(SendError) as refused:
        compose(outbound(**fields), SHOP_ACCOUNT)
    return refused.value.fault, refused.value.reason


def test_a_reply_carries_who_to_whom_when_and_what_it_answers() -> None:
    sent = composed(
        to=(Recipient(BO), Recipient(ADA, "cc"), Recipient(Person((Identifier("email", "b@x.example"),)), "bcc")),
        subject="Re: Shoes",
        sender_name="Nordlys",
        reply_to="support+t-1@shop.example",
        sent_at=NOON,
        thread=ThreadRef(keys=("mid:<c@x>", "mid:<b@x>", "mid:<a@x>"), answers="mid:<c@x>"),
        headers=(("List-Unsubscribe", "<https://shop.example/u>"),),
    )
    names = ("From", "To", "Cc", "Bcc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References")
    assert [sent[name] for name in (*names, "List-Unsubscribe", "Auto-Submitted")] == [
        "Nordlys <support@shop.example>",
        "Bo Larsen <bo@larsen.example>",
        "Ada Lovelace <ada@x.example>",
        None,
        "Nordlys <support+t-1@shop.example>",
        "Re: Shoes",
        "Mon, 05 Mar 2018 11:00:00 +0000",
        "<1f2e@shop.example>",
        "<c@x>",
        "<a@x>\r\n <b@x>\r\n <c@x>",
        "<https://shop.example/u>",
        None,
    ]


def test_what_is_composed_is_read_back_the_same() -> None:
    picture = Attachment(AttachmentKind.IMAGE, "schuh.png", "image/png", 3, b"PNG", content_id="a@b", inline=True)
    bill = Attachment(AttachmentKind.FILE, "Größe 42.pdf", "application/pdf", 4, b"\r\n.\n")
    read = message(
        compose(
            outbound(
                subject="Größe " * 40 + "鞋子",
                text="Größe\n\n> quoted\n" + "x" * 2000,
                html='<p>Größe <img src="cid:a@b"></p>',
                attachments=(bill, picture),
                sender_name='Nordlys, "Skor" & Sön',
                message_id="<kept@shop.example>",
            ),
            SHOP_ACCOUNT,
        )
    )
    assert (read.subject, read.full_text, read.html, read.author.name, read.external_id) == (
        "Größe " * 40 + "鞋子",
        "Größe\n\n> quoted\n" + "x" * 2000,
        '<p>Größe <img src="cid:a@b"></p>\n',
        'Nordlys, "Skor" & Sön',
        "<kept@shop.example>",
    )
    assert sorted((one.filename, one.content, one.content_id, one.inline) for one in read.attachments) == [
        ("Größe 42.pdf", b"\r\n.\n", "", False),
        ("schuh.png", b"PNG", "a@b", True),
    ]


def test_a_file_has_its_name_for_new_and_for_old_programs() -> None:
    bill = Attachment(AttachmentKind.FILE, "Größe 42 鞋子.pdf", "application/pdf", 4, b"%PDF")
    plain = Attachment(AttachmentKind.FILE, 'a "b".txt', "text/plain", 1, b"x")
    _, first, second = compose(outbound(attachments=(bill, plain)), SHOP_ACCOUNT).split(b"\r\n--")[1:4]
    assert (
        b'name="=?utf-8?b?R3LDtsOfZSA0MiDpnovlrZAucGRm?="' in first,
        b"filename*=utf-8''Gr%C3%B6%C3%9Fe%2042%20%E9%9E%8B%E5%AD%90.pdf" in first,
        b'name="a \\"b\\".txt"' in second,
    ) == (True, True, True)


def test_every_line_is_short_ascii_with_crlf() -> None:
    raw = compose(outbound(subject="ä" * 500, text="ü" * 5000, html="<p>" + "ö" * 5000), SHOP_ACCOUNT)
    lines = raw.split(b"\r\n")
    assert (raw.isascii(), b"\n" in raw.replace(b"\r\n", b""), max(map(len, lines)) <= 998) == (True, False, True)


def test_long_ids_of_other_programs_are_kept_as_they_are() -> None:
    long = f"<{'AM0PR04MB' * 20}@eurprd04.prod.outlook.example>"
    sent = composed(thread=ThreadRef(keys=(f"mid:{long}", "mid:<a@x>"), answers=f"mid:{long}"))
    assert (sent["In-Reply-To"], sent["References"]) == (long, f"<a@x>\r\n {long}")


def test_a_long_thread_keeps_its_first_and_its_latest_mails() -> None:
    keys = tuple(f"mid:<{number}@x>" for number in range(100))
    references = composed(thread=ThreadRef(keys=keys, answers=keys[0]))["References"].split()
    assert (len(references), references[0], references[-2:]) == (40, "<99@x>", ["<1@x>", "<0@x>"])


def test_html_alone_gets_a_text_beside_it() -> None:
    read = message(compose(outbound(text="", html="<p>Rich <b>words</b></p>"), SHOP_ACCOUNT))
    assert (read.full_text, read.html) == ("Rich words", "<p>Rich <b>words</b></p>\n")


def test_an_automatic_mail_says_so_unless_it_says_it_better() -> None:
    sent = [
        composed(by_human=False),
        composed(by_human=False, headers=(("Auto-Submitted", "auto-replied"),)),
    ]
    assert [one.get_all("Auto-Submitted") for one in sent] == [["auto-generated"], ["auto-replied"]]


def test_an_international_domain_is_written_in_its_ascii_form() -> None:
    person = Person((Identifier("email", "bo@bücher.example"),))
    assert composed(to=(Recipient(person),))["To"] == "bo@xn--bcher-kva.example"


INJECTION = "x\r\nBcc: everyone@x.example"


def test_the_address_in_a_header_stays_one_word_however_long_it_is() -> None:
    address = f"<https://support.shop.example/{'s' * 200}/unsubscribe/>"
    raw = compose(outbound(headers=(("List-Unsubscribe", address),)), SHOP_ACCOUNT)
    assert f"List-Unsubscribe: {address}\r\n".encode() in raw


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": INJECTION},
        {"subject": "x\nBcc: y"},
        {"subject": "x\u2028y"},
        {"sender_name": INJECTION},
        {"reply_to": f"a@x.example{INJECTION}"},
        {"message_id": f"<a@x>{INJECTION}"},
        {"client_ref": INJECTION},
        {"thread": ThreadRef(keys=(f"mid:<a@x>{INJECTION}",))},
        {"headers": (("X-A", INJECTION),)},
        {"headers": (("X-A\r\nBcc", "x"),)},
        {"headers": (("X-A: y", "x"),)},
        {"headers": (("From", "x@y.example"),)},
        {"headers": (("Content-Type", "text/html"),)},
        {"to": (Recipient(Person((Identifier("email", "bo@x.example"),), name=INJECTION)),)},
        {"to": (Recipient(Person((Identifier("email", f"bo@x.example{INJECTION}"),))),)},
        {"attachments": (Attachment(AttachmentKind.FILE, INJECTION, "text/plain", 1, b"x"),)},
    ],
    ids=str,
)
def test_a_line_break_or_a_header_of_ours_is_refused(fields: dict[str, object]) -> None:
    assert refusal(**fields)[0] is Fault.CONTENT


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"to": (Recipient(Person((Identifier("phone", "+45"),))),)}, Fault.RECIPIENT),
        ({"to": (Recipient(Person((Identifier("email", "nobody"),))),)}, Fault.RECIPIENT),
        ({"to": (Recipient(Person((Identifier("email", "unknown@invalid"),))),)}, Fault.RECIPIENT),
        ({"attachments": (Attachment(AttachmentKind.FILE, "a", "text/plain", 1),)}, Fault.MEDIA),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_fault(fields: dict[str, object], fault: Fault) -> None:
    assert refusal(**fields)[0] is fault


def test_a_file_keeps_its_bytes_whatever_type_it_claims() -> None:
    inside = b"From: a@x.example\r\n\r\nhi"
    files = tuple(
        Attachment(AttachmentKind.FILE, f"{number}.x", content_type, len(inside), inside)
        for number, content_type in enumerate(
            ["message/rfc822", "multipart/mixed", "nonsense", "text/csv", "a/b\r\nX: y"]
        )
    )
    read = message(compose(outbound(attachments=files), SHOP_ACCOUNT)).attachments
    assert [(one.content_type, one.content) for one in read] == [
        ("application/octet-stream", inside),
        ("application/octet-stream", inside),
        ("application/octet-stream", inside),
        ("text/csv", inside),
        ("application/octet-stream", inside),
    ]
