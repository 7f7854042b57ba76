"""From bytes to a message: what every field holds, and what becomes of the mails nobody should send."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from channels_adapters.contracts import Account, Identifier, Malformed, Payload, Visibility
from channels_adapters.email.mime import MAX_MAIL
from channels_adapters.registry import adapter
from tests.channels_adapters.email.mails import letter, mail, multipart, part
from tests.channels_adapters.email.reading import events, message

NOON = datetime(2018, 3, 5, 11, tzinfo=UTC)


def sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def test_a_letter_becomes_one_message_with_all_its_fields() -> None:
    raw = letter("Cc: =?utf-8?q?J=C3=B6rg?= <joerg@larsen.example>", body="Hello\r\n\r\n-- \r\nBo\r\n")
    (read,) = events(raw)
    assert read == message(raw)
    found = message(raw)
    assert (
        found.event_id, found.external_id, found.author.primary, found.author.name, found.subject, found.text,
        found.full_text, found.html, found.occurred_at, found.direction, found.attachments, found.automatic,
        [(one.role, one.person.primary.value, one.person.name) for one in found.recipients],
        found.thread.keys, found.thread.visibility, found.unsupported,
    ) == (
        message(raw).event_id, "<first@larsen.example>", Identifier("email", "bo@larsen.example"),
        "Bo Larsen", "Shoes", "Hello", "Hello\n\n-- \nBo", "", NOON, "in", (), None,
        [("to", "support@shop.example", ""), ("cc", "joerg@larsen.example", "Jörg")],
        (), Visibility.PRIVATE, "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "The mail is empty."),
        (b" \r\n\t\r\n", "The mail is empty."),
        (b"\0" * 5000, "The mail has neither headers nor a body."),
        (b"x" * (MAX_MAIL + 1), "The mail is larger than 35 MB."),
    ],
    ids=["empty", "blank", "zeros", "huge"],
)
def test_a_mail_with_nothing_to_show_is_malformed(raw: bytes, sentence: str) -> None:
    with pytest.raises(Malformed) as refused:
        events(raw)
    assert str(refused.value) == sentence


def test_a_mail_of_just_the_allowed_size_is_read() -> None:
    start = letter(body="")
    found = message(start + b"a line\n" * ((MAX_MAIL - len(start)) // 7))
    assert (found.unsupported, len(found.full_text) > 2_000_000, found.attachments[0].size > 36_000_000) == (
        "The text is very long; all of it is in attachment-1.txt.",
        True,
        True,
    )


def test_the_same_message_id_with_other_content_is_another_event() -> None:
    first, second = message(letter(body="one")), message(letter(body="two"))
    assert (first.external_id == second.external_id, first.event_id == second.event_id) == (True, False)


@pytest.mark.parametrize("header", ["Subject: no id", "Message-ID:", "Message-ID: <>", f"Message-ID: <{'x' * 600}@y>"])
def test_a_mail_without_a_usable_message_id_is_named_by_its_bytes(header: str) -> None:
    raw = mail("From: bo@larsen.example", header)
    found = message(raw)
    assert (found.external_id, found.event_id) == (f"sha256:{sha(raw)}", f"sha256:{sha(raw)}")


@pytest.mark.parametrize(
    ("headers", "author"),
    [
        (("From: Bo <bo@larsen.example>",), ("Bo", "bo@larsen.example")),
        (("From: Bo bo@larsen.example",), ("Bo", "bo@larsen.example")),
        (("From: bo@larsen.example (Bo Larsen)",), ("Bo Larsen", "bo@larsen.example")),
        (('From: "Larsen, Bo" <BO@Larsen.Example>',), ("Larsen, Bo", "bo@larsen.example")),
        (("From: =?utf-8?q?Larsen=2C_Bo?= <bo@larsen.example>",), ("Larsen, Bo", "bo@larsen.example")),
        (("From: =?utf-8?B?Qm8gPGJvQGxhcnNlbi5leGFtcGxlPg==?=",), ("Bo", "bo@larsen.example")),
        (("From: Bo :( <bo@larsen.example>",), ("Bo", "bo@larsen.example")),
        (("From: Bo <bo@bücher.example>",), ("Bo", "bo@xn--bcher-kva.example")),
        (("From: a@x.example, b@x.example", "Sender: b@x.example"), ("", "b@x.example")),
        (("From: a@x.example, b@x.example", "Sender: c@x.example"), ("", "a@x.example")),
        (("Sender: Bo <bo@larsen.example>",), ("Bo", "bo@larsen.example")),
        (("Return-Path: <bo@larsen.example>",), ("", "bo@larsen.example")),
        (("From: Bo Larsen", "Reply-To: bo@larsen.example"), ("Bo Larsen", "unknown@invalid")),
        (("From: root",), ("root", "unknown@invalid")),
        (("From:",), ("Unknown sender", "unknown@invalid")),
        (("X-A: b",), ("Unknown sender", "unknown@invalid")),
    ],
)
def test_the_author_is_who_the_headers_say(headers: tuple[str, ...], author: tuple[str, str]) -> None:
    found = message(mail(*headers)).author
    assert (found.name, found.primary.value) == author


def test_group_addresses_are_opened_and_empty_groups_hold_nobody() -> None:
    raw = mail("From: a@x.example", "To: Staff: Bo <bo@x.example>, ada@x.example;", "Cc: undisclosed-recipients:;")
    assert [(one.role, one.person.primary.value) for one in message(raw).recipients] == [
        ("to", "bo@x.example"),
        ("to", "ada@x.example"),
    ]


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Mon, 05 Mar 2018 12:00:00 +0100", NOON),
        ("5 Mar 2018 06:00:00 EST", NOON),
        ("Mon, 05 Mar 2018 12:00:00 +0100 (CET)", NOON),
        ("Mon, 5 Mar 2018 11:00 GMT", NOON),
        ("yesterday", None),
        ("Wed, 31 Feb 2018 12:00:00 +0000", None),
        ("Mon, 05 Mar 2018 99:00:00 +0100", None),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("Wed, 07 Mar 2018 12:00:00 +0000", None),
        ("Tue, 06 Mar 2018 10:00:00 +0000", datetime(2018, 3, 6, 10, tzinfo=UTC)),
        ("Mon, 05 Mar 99999 12:00:00 +0100", None),
        ("", None),
    ],
)
def test_a_date_counts_when_it_can_be_true(date: str, moment: datetime | None) -> None:
    assert message(mail("From: a@x.example", f"Date: {date}"), received_at=NOON).occurred_at == moment


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        (b"=?utf-8?q?Gr=C3=B6=C3=9Fe?=", "Größe"),
        (b"=?iso-8859-1?q?Gr=F6=DFe?= =?utf-8?b?4oKs?=", "Größe€"),
        (b"=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "€"),
        (b"=?utf-8?q?with spaces inside?=", "with spaces inside"),
        (b"before=?utf-8?q?=C3=A4?=after", "beforeäafter"),
        (b'"=?utf-8?q?=C3=A4?="', '"ä"'),
        (b"=?utf-8?b?w6Q?=", "ä"),
        (b"=?none?q?abc?=", "abc"),
        (b"=?utf-8*de?q?=C3=A4?=", "ä"),
        (b"=?gb2312?b?1tDOxA==?=", "中文"),
        ("Größe".encode(), "Größe"),
        ("Größe zweiundvierzig".encode("latin-1"), "Größe zweiundvierzig"),
        ("Привет, где мой заказ".encode("koi8-r"), "Привет, где мой заказ"),
        (b"=?utf-8?q?never closed", "never closed"),
        (b"a\0b", "ab"),
        (b"", ""),
    ],
)
def test_a_subject_is_shown_as_it_was_meant(subject: bytes, shown: str) -> None:
    assert message(b"From: a@x.example\r\nSubject: " + subject + b"\r\n\r\nx").subject == shown


@pytest.mark.parametrize(
    ("declared", "raw", "text"),
    [
        ("utf-8", "Größe".encode(), "Größe"),
        ("iso-8859-1", "Größe €".encode("cp1252"), "Größe €"),
        ("iso-8859-1", "Größe".encode(), "Größe"),
        ("us-ascii", "Größe".encode(), "Größe"),
        ("utf-8", "Größe".encode("latin-1"), "Größe"),
        ("gb2312", "你好，鞋子鎔".encode("gb18030"), "你好，鞋子鎔"),
        ("x-unknown", "Größe".encode(), "Größe"),
        ("windows-1251", "Привет".encode("cp1251"), "Привет"),
        ("shift_jis", "①靴".encode("cp932"), "①靴"),
        ("iso-2022-jp", "靴".encode("iso-2022-jp"), "靴"),
        ("unicode_escape", rb"\u0041", r"\u0041"),
        ("", "Привет, мой заказ не пришёл".encode("cp1251"), "Привет, мой заказ не пришёл"),
        ("utf-16", "Größe".encode("utf-16"), "Größe"),
    ],
)
def test_a_charset_that_lies_is_not_believed(declared: str, raw: bytes, text: str) -> None:
    assert message(letter(f"Content-Type: text/plain; charset={declared}", body=raw)).text == text


def test_threading_keys_name_the_answered_mail_first_and_then_its_ancestors_from_the_nearest() -> None:
    raw = letter("In-Reply-To: <c@x>", "References: <a@x>\r\n <b@x> <c@x>", "References: <z @\t x>")
    found = message(raw).thread
    assert (found.keys, found.answers) == (("mid:<c@x>", "mid:<z@x>", "mid:<b@x>", "mid:<a@x>"), "mid:<c@x>")


def test_an_endless_chain_of_references_keeps_its_nearest_and_its_first() -> None:
    raw = letter("References: " + " ".join(f"<{number}@x>" for number in range(1000)))
    keys = message(raw).thread.keys
    assert (len(keys), keys[0], keys[-1]) == (50, "mid:<999@x>", "mid:<0@x>")


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("To: support+t-AbC1@shop.example", "t-AbC1"),
        ("Delivered-To: SUPPORT+t-AbC1@Shop.Example", "t-AbC1"),
        ("X-Original-To: <support+t-AbC1@shop.example>", "t-AbC1"),
        ("Cc: Shop <support+t-AbC1@shop.example>, a@x.example", "t-AbC1"),
        ("To: support@shop.example", ""),
        ("To: support+t@other.example", ""),
        ("To: no-support+t@shop.example", ""),
        ("To: support+@shop.example", ""),
    ],
)
def test_a_reply_token_is_the_plus_tag_of_our_own_address_as_written(header: str, token: str) -> None:
    assert message(mail("From: a@x.example", header)).thread.token == token


def test_a_mail_is_routed_to_the_addresses_it_was_delivered_to_and_then_to_those_it_names() -> None:
    raw = mail(
        "From: a@x.example",
        "To: Shop <Info+7@shop.example>, other@x.example",
        "Cc: support@shop.example",
        "Delivered-To: Support+t-1@Shop.Example",
    )
    assert adapter("email").route(Payload(raw)) == (
        "support@shop.example",
        "info@shop.example",
        "other@x.example",
    )


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"Subject: x\nFrom: a@x.example\n\nunix lines", "unix lines"),
        (b"Subject: x\rFrom: a@x.example\r\rold mac lines", "old mac lines"),
        (b"From bo Mon Mar 5 12:00:00 2018\r\nFrom: a@x.example\r\n\r\nmbox line", "mbox line"),
        (b"\r\n\r\nFrom: a@x.example\r\n\r\nblank lines first", "blank lines first"),
        (b"\xef\xbb\xbfFrom: a@x.example\r\n\r\nbyte order mark", "byte order mark"),
        (b"From : a@x.example\r\nstray line\r\nSubject: x\r\n\r\nodd headers", "odd headers"),
        (b"From: a@x.example\r\nno empty line before the text", "no empty line before the text"),
        (b"only text, no headers", "only text, no headers"),
    ],
)
def test_headers_and_body_are_told_apart_however_they_are_written(raw: bytes, text: str) -> None:
    assert message(raw).text == text


def test_headers_are_kept_decoded_and_bounded() -> None:
    raw = mail(*[f"X-{number}: =?utf-8?q?=C3=A4?=" for number in range(300)], "X-Long: " + "x" * 9000)
    kept = message(raw).headers
    assert (len(kept), kept[0], max(len(value) for _, value in kept)) == (200, ("X-0", "ä"), 1)


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("Where is my order? I would like to have it, please.", "", "en"),
        ("Где мой заказ?", "en-US", "ru"),
        ("我的订单在哪里？还没有发货吗", "", "zh-hans"),
        ("我的訂單在哪裡？還沒有發貨嗎", "", "zh-hant"),
        ("你好", "zh-TW", "zh-hant"),
        ("靴はどこですか", "", "ja"),
        ("신발은 어디에 있나요", "", "ko"),
        ("Wo ist meine Bestellung?", "de-DE", "de"),
        ("Wo ist meine Bestellung?", "", ""),
        ("12345", "ru", ""),
    ],
)
def test_the_language_is_guessed_by_script_then_by_what_is_declared(text: str, declared: str, language: str) -> None:
    raw = letter("Content-Type: text/plain; charset=utf-8", f"Content-Language: {declared}", body=text)
    assert message(raw).language == language


def test_a_quoted_reply_keeps_its_full_text_beside_what_is_new() -> None:
    found = message(letter(body="Size 42.\r\n\r\nOn 2018-03-05 12:00, Shop <s@shop.example> wrote:\r\n> Size?\r\n"))
    assert (found.text, found.full_text) == (
        "Size 42.",
        "Size 42.\n\nOn 2018-03-05 12:00, Shop <s@shop.example> wrote:\n> Size?",
    )


def test_a_forward_named_by_its_subject_keeps_what_was_forwarded() -> None:
    inside = "From: Ada <ada@x.example>\r\nSent: Monday\r\nTo: Bo\r\nSubject: Boots\r\n\r\nText"
    raw = mail("From: bo@x.example", "Subject: Fwd: Boots", body=f"See below\r\n\r\n{inside}")
    assert message(raw).text == "See below\n\n" + inside.replace("\r\n", "\n")


def test_the_account_itself_writes_an_echo_only_when_the_sender_is_proven() -> None:
    raw = mail(
        "Authentication-Results: mx.shop.example; dmarc=pass header.from=shop.example", "From: support@shop.example"
    )
    directions = [message(raw, authserv_id="mx.shop.example").direction, message(raw).direction]
    assert directions == ["echo", "in"]


def test_a_bug_found_by_a_mail_is_reported_as_malformed_not_raised() -> None:
    with pytest.raises(Malformed) as refused:
        adapter("email").parse(Payload(letter()), Account("email", "support@shop.example", settings=None))  # type: ignore[arg-type]
    assert str(refused.value) == "The mail could not be read: AttributeError."


def test_a_reply_to_is_kept_beside_the_author_and_told() -> None:
    found = message(letter("Reply-To: Ada <ada@x.example>"))
    assert found.reply_to is not None
    assert (found.reply_to.primary.value, found.reply_to.name, found.authenticity.reply_to_differs) == (
        "ada@x.example",
        "Ada",
        True,
    )


def test_a_multipart_without_its_parts_still_shows_its_text() -> None:
    found = [
        message(letter("Content-Type: multipart/mixed; boundary=x", body="no delimiter at all")),
        message(letter("Content-Type: multipart/mixed", body="--seen\r\n\r\nfound by its first line\r\n--seen--")),
        message(multipart("mixed", part(b"one"), part(b"two"))),
    ]
    assert [one.text for one in found] == ["no delimiter at all", "found by its first line", "one\n\ntwo"]


def routed(raw: bytes) -> bytes:
    """The same mail as another way brings it: more headers, folded anew, packed anew."""
    trace = (
        b"Received: from a by b; Mon, 05 Mar 2018 12:00:01 +0100\r\nDelivered-To: support@shop.example\r\n"
        b"X-Spam-Status: No\r\nX-MS-Exchange-Organization-SCL: 1\r\nARC-Seal: i=1\r\nDKIM-Signature: v=1; b=x\r\n"
    )
    head, _, body = raw.partition(b"\r\n\r\n")
    folded = head.replace(b"Subject: ", b"Subject:\r\n ").replace(b"\r\nTo:", b"\r\nX-Route: 1\r\nTo:")
    packed = b"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + body.replace(b"=", b"=3D")
    return trace + folded + packed


def test_the_same_mail_by_two_routes_is_one_and_other_words_under_its_id_are_another() -> None:
    raw = letter(body="Where is my order?\r\n")
    ids = [message(one).event_id for one in (raw, routed(raw), letter(body="Where is yours?\r\n"))]
    assert (ids[0] == ids[1], ids[0] == ids[2], ids[0].split("#")[0]) == (True, False, "<first@larsen.example>")


def test_a_mail_without_id_and_date_is_told_by_all_its_bytes() -> None:
    raw = mail("From: bo@larsen.example")
    assert message(raw).event_id != message(b"X-Route: 1\r\n" + raw).event_id
