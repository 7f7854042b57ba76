"""Mails no person wrote, what they tell of ours, and who may be believed."""

from __future__ import annotations

import pytest

from channels_adapters.contracts import (
    Automatic,
    DeliveryState,
    DeliveryUpdate,
    Identifier,
    Verdict,
)
from tests.channels_adapters.email.mails import BOUNCE, letter, mail, multipart, part
from tests.channels_adapters.email.reading import events, message

FROM = "From: bo@larsen.example"


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ((FROM,), None),
        ((FROM, "Auto-Submitted: no"), None),
        ((FROM, "Auto-Submitted: auto-replied"), Automatic.AUTO_REPLY),
        ((FROM, "Auto-Submitted: Auto-Generated; owner=x"), Automatic.AUTO_REPLY),
        ((FROM, "X-Autoreply: yes"), Automatic.AUTO_REPLY),
        ((FROM, "X-Autorespond: vacation"), Automatic.AUTO_REPLY),
        ((FROM, "Precedence: auto_reply"), Automatic.AUTO_REPLY),
        ((FROM, "X-Auto-Response-Suppress: DR, OOF, AutoReply"), Automatic.AUTO_REPLY),
        ((FROM, "X-Auto-Response-Suppress: All"), Automatic.AUTO_REPLY),
        ((FROM, "X-Auto-Response-Suppress: DR"), None),
        ((FROM, "X-Auto-Response-Suppress: All", "Auto-Submitted: no"), None),
        ((FROM, "Subject: Automatic reply: Your order"), None),
        ((FROM, "Subject: Automatic reply: Your order", "In-Reply-To: <ours@shop.example>"), Automatic.AUTO_REPLY),
        ((FROM, "Subject: =?utf-8?b?6Ieq5Yqo5Zue5aSN?=: x", "X-Auto-Response-Suppress: DR"), Automatic.AUTO_REPLY),
        ((FROM, "Subject: Abwesenheitsnotiz: x", "Return-Path: <>"), Automatic.AUTO_REPLY),
        ((FROM, "Subject: Re: Automatic reply: x", "In-Reply-To: <ours@shop.example>"), None),
        ((FROM, "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent"), Automatic.AUTO_REPLY),
        ((FROM, "X-POST-MessageClass: 9; Autoresponder"), Automatic.AUTO_REPLY),
        ((FROM, "Delivered-To: Autoresponder"), Automatic.AUTO_REPLY),
        ((FROM, "X-Autoreply: no"), None),
        ((FROM, "Subject: Out of office chair"), None),
        ((FROM, "Precedence: bulk"), Automatic.BULK),
        ((FROM, "Precedence: List"), None),
        ((FROM, "Precedence: first-class"), None),
        ((FROM, "List-Id: <shoes.lists.example>"), None),
        ((FROM, "List-Id: <x>", "Precedence: list", "List-Unsubscribe: <mailto:x@y.example>"), None),
        ((FROM, "List-Id: <x>", "List-Post: <mailto:x@y.example>", "List-Unsubscribe: <mailto:u@y.example>"), None),
        ((FROM, "List-Id: <x>", "List-Unsubscribe: <https://x.example>"), Automatic.BULK),
        ((FROM, "List-Post: NO"), Automatic.BULK),
        ((FROM, "Feedback-ID: 1:2:3:shop"), Automatic.BULK),
        ((FROM, "List-Unsubscribe: <https://x.example>"), Automatic.BULK),
        ((FROM, "List-Unsubscribe: <https://x.example>", "Auto-Submitted: no"), None),
        ((FROM, "X-Loop: shoes@lists.example", "List-Id: <shoes.lists.example>"), None),
        ((FROM, "Subject: Undelivered Mail Returned to Sender", "Return-Path: <>"), Automatic.BOUNCE),
        ((FROM, "Subject: Undeliverable goods"), None),
        ((FROM, "Return-Path: <>"), Automatic.BOUNCE),
        ((FROM, "Return-Path: <>", "Auto-Submitted: auto-replied"), Automatic.AUTO_REPLY),
        (("From: MAILER-DAEMON@mx.example",), Automatic.BOUNCE),
        (("From: Postmaster@mx.example", "Return-Path: <>"), Automatic.BOUNCE),
        (("From: Postmaster@mx.example", "Return-Path: <postmaster@mx.example>"), None),
        ((FROM, "X-Failed-Recipients: gone@x.example"), Automatic.BOUNCE),
        ((FROM, "X-Inbox-Loop: anything"), Automatic.LOOP),
        ((FROM, "X-Inbox-Loop: x", "Auto-Submitted: no"), Automatic.LOOP),
        ((FROM, "X-Loop: Support@shop.example"), Automatic.LOOP),
        ((FROM, "X-Loop: owner@lists.example"), Automatic.BULK),
    ],
)
def test_a_mail_is_automatic_by_its_headers(headers: tuple[str, ...], automatic: Automatic | None) -> None:
    assert message(mail(*headers)).automatic is automatic


def test_a_delivery_report_tells_of_each_recipient_that_failed() -> None:
    read, *updates = events(BOUNCE)
    assert read == message(BOUNCE)
    assert (message(BOUNCE).automatic, updates) == (
        Automatic.BOUNCE,
        [
            DeliveryUpdate(
                f"{read.event_id}#1",
                DeliveryState.BOUNCED,
                ("<ours@shop.example>",),
                recipient=Identifier("email", "gone@larsen.example"),
                reason="smtp; 550 5.1.1 no such user",
                occurred_at=message(BOUNCE).occurred_at,
            ),
            DeliveryUpdate(
                f"{read.event_id}#2",
                DeliveryState.BOUNCED,
                ("<ours@shop.example>",),
                recipient=Identifier("email", "full@larsen.example"),
                reason="4.2.2",
                occurred_at=message(BOUNCE).occurred_at,
                permanent=False,
            ),
        ],
    )


def updates_of(raw: bytes) -> list[tuple[DeliveryState, tuple[str, ...], str]]:
    return [
        (one.state, one.external_ids, one.recipient.value if one.recipient else "")
        for one in events(raw)[1:]
        if isinstance(one, DeliveryUpdate)
    ]


def test_a_report_with_the_whole_mail_names_it_too() -> None:
    status = part(b"Final-Recipient: rfc822; x@y.example\r\nAction: failed", "message/delivery-status")
    returned = part(letter("X-Ours: 1"), "message/rfc822")
    raw = multipart("report; report-type=delivery-status", part(b"sorry"), status, returned, boundary="r")
    assert updates_of(raw) == [(DeliveryState.BOUNCED, ("<first@larsen.example>",), "x@y.example")]


def test_a_bounce_without_report_is_understood_by_the_headers_it_quotes() -> None:
    raw = mail(
        "From: Mail Delivery System <Mailer-Daemon@mx.example>",
        "X-Failed-Recipients: gone@x.example, lost@x.example",
        body="Sorry.\r\n\r\n------ This is a copy ------\r\n\r\nMessage-ID: <ours@shop.example>\r\nSubject: Hi\r\n",
    )
    assert updates_of(raw) == [
        (DeliveryState.BOUNCED, ("<ours@shop.example>",), "gone@x.example"),
        (DeliveryState.BOUNCED, ("<ours@shop.example>",), "lost@x.example"),
    ]


OURS = "\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <ours@shop.example>\nTo: gone@x.example\n"


@pytest.mark.parametrize(
    ("sender", "subject", "body", "reason", "permanent"),
    [
        (
            "MAILER-DAEMON@mx.example",
            "failure notice",
            "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to "
            "the following addresses.\n\n<gone@x.example>:\n192.0.2.1 does not like recipient.\n"
            "Remote host said: 550 5.1.1 no such user\nGiving up on 192.0.2.1.",
            "192.0.2.1 does not like recipient. Remote host said: 550 5.1.1 no such user Giving up on 192.0.2.1.",
            True,
        ),
        (
            "Mailer-Daemon@mx.example",
            "Mail delivery failed: returning message to sender",
            "This message was created automatically by mail delivery software.\n\nA message that you sent could not "
            "be delivered to one or more of its\nrecipients. The following address(es) failed:\n\n  gone@x.example\n"
            "    SMTP error from remote mail server after RCPT TO:<gone@x.example>:\n"
            "    host mx.x.example: 452 4.2.2 full",
            "SMTP error from remote mail server after RCPT TO:<gone@x.example>: host mx.x.example: 452 4.2.2 full",
            False,
        ),
        (
            "MAILER-DAEMON@mx.example",
            "Undelivered Mail Returned to Sender",
            "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message could\n"
            "not be delivered to one or more recipients.\n\n<gone@x.example>: host mx.x.example said: 550 5.1.1 no",
            "<gone@x.example>: host mx.x.example said: 550 5.1.1 no",
            True,
        ),
        (
            "postmaster@x.example",
            "Undeliverable: Your order",
            "Delivery has failed to these recipients or groups:\n\ngone@x.example<mailto:gone@x.example>\n"
            "The email address you entered couldn't be found.",
            "The email address you entered couldn't be found.",
            True,
        ),
        (
            "MAILER-DAEMON@yahoo.example",
            "Failure Notice",
            "Sorry, we were unable to deliver your message to the following address.\n\n<gone@x.example>:\n"
            "554: delivery error: dd This user doesn't have an account",
            "554: delivery error: dd This user doesn't have an account",
            True,
        ),
        (
            "mailer-daemon@corp.mail.example",
            "Mail failure.",
            "Это письмо создано автоматически сервером, отвечать на него не нужно.\n\nК сожалению, Ваше письмо не "
            "может быть доставлено:\n\n**********************\n\ngone@x.example user not found",
            "",
            True,
        ),
        (
            "PostMaster@qq.example",
            "系统退信/Systems bounce",
            "抱歉，您的邮件被退回来了……\n原邮件信息：\n收件人：gone@x.example\n退信原因：550 Mailbox not found",
            "退信原因：550 Mailbox not found",
            True,
        ),
    ],
    ids=["qmail", "exim", "postfix", "exchange", "yahoo", "mail.ru", "qq"],
)
def test_bounces_in_plain_words_tell_whom_and_why(
    sender: str, subject: str, body: str, reason: str, permanent: bool
) -> None:
    raw = mail(f"From: {sender}", f"Subject: {subject}", "Content-Type: text/plain; charset=utf-8", body=body + OURS)
    (read, *updates) = events(raw)
    assert (message(raw).automatic, updates) == (
        Automatic.BOUNCE,
        [
            DeliveryUpdate(
                f"{read.event_id}#0",
                DeliveryState.BOUNCED,
                ("<ours@shop.example>",),
                recipient=Identifier("email", "gone@x.example"),
                reason=reason,
                permanent=permanent,
            )
        ],
    )


def test_a_warning_that_a_mail_is_late_is_no_failure() -> None:
    body = f"Your message has not yet been delivered to gone@x.example. You do not need to resend it.{OURS}"
    raw = mail("From: mailer-daemon@mx.example", "Subject: Delayed Mail (still being retried)", body=body)
    assert (message(raw).automatic, len(events(raw))) == (Automatic.BOUNCE, 1)


def test_a_mail_by_a_list_says_which() -> None:
    named = [
        mail(FROM, one) for one in ('List-Id: "Shoes" <Shoes.Lists.example>', "List-Id: shoes.x.example", "X-A: b")
    ]
    assert [message(raw).mailing_list for raw in named] == ["shoes.lists.example", "shoes.x.example", ""]


def test_a_bounce_that_names_no_mail_of_ours_is_only_a_message() -> None:
    assert len(events(mail("From: mailer-daemon@mx.example", body="Something went wrong."))) == 1


def test_a_reading_receipt_tells_that_the_mail_was_read() -> None:
    receipt = part(
        b"Final-Recipient: rfc822; bo@larsen.example\r\nOriginal-Message-ID: <ours@shop.example>\r\n"
        b"Disposition: manual-action/MDN-sent-manually; displayed",
        "message/disposition-notification",
    )
    raw = multipart("report; report-type=disposition-notification", part(b"read"), receipt)
    assert (message(raw).automatic, updates_of(raw)) == (
        Automatic.AUTO_REPLY,
        [(DeliveryState.READ, ("<ours@shop.example>",), "bo@larsen.example")],
    )


def test_a_complaint_tells_which_mail_was_called_spam() -> None:
    returned = part(b"Message-ID: <ours@shop.example>\r\n\r\n", "text/rfc822-headers")
    raw = multipart(
        "report; report-type=feedback-report",
        part(b"spam!"),
        part(b"Feedback-Type: abuse", "message/feedback-report"),
        returned,
    )
    assert updates_of(raw) == [(DeliveryState.COMPLAINED, ("<ours@shop.example>",), "")]


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ("mx.shop.example; dmarc=pass header.from=larsen.example", Verdict.VERIFIED),
        ("mx.shop.example (version 1); dmarc=pass (p=none) header.from=larsen.example", Verdict.VERIFIED),
        ("mx.shop.example; dkim=pass header.d=larsen.example; dmarc=fail", Verdict.FAILED),
        ("mx.shop.example; dkim=pass header.d=larsen.example", Verdict.VERIFIED),
        ("mx.shop.example; dkim=pass header.i=@larsen.example", Verdict.VERIFIED),
        ("mx.shop.example; spf=pass smtp.mailfrom=bo@larsen.example", Verdict.VERIFIED),
        ("mx.shop.example; dkim=pass header.d=evil.example", Verdict.UNVERIFIED),
        ("mx.shop.example; dkim=pass header.d=evil-larsen.example", Verdict.UNVERIFIED),
        ("mx.shop.example; dkim=pass header.d=example", Verdict.UNVERIFIED),
        ("mx.shop.example; dkim=fail header.d=larsen.example; spf=none", Verdict.FAILED),
        ("mx.shop.example; none", Verdict.UNVERIFIED),
        ("mx.evil.example; dmarc=pass header.from=larsen.example", Verdict.UNVERIFIED),
        ("mx.shop.example.evil.example; dmarc=pass", Verdict.UNVERIFIED),
        ("", Verdict.UNVERIFIED),
    ],
)
def test_only_results_of_our_own_server_prove_the_sender(results: str, verdict: Verdict) -> None:
    raw = letter(f"Authentication-Results: {results}")
    believed = message(raw, authserv_id="mx.shop.example")
    unnamed = message(raw)
    assert (believed.authenticity.verdict, believed.author.primary.verified, unnamed.authenticity.verdict) == (
        verdict,
        verdict is Verdict.VERIFIED,
        Verdict.UNVERIFIED,
    )


def test_only_the_topmost_result_counts_for_the_one_below_was_brought_along() -> None:
    raw = letter(
        "Authentication-Results: mx.shop.example; dmarc=fail", "Authentication-Results: mx.shop.example; dmarc=pass"
    )
    assert message(raw, authserv_id="mx.shop.example").authenticity.verdict is Verdict.FAILED


def test_a_mail_of_several_authors_proves_none_of_them() -> None:
    raw = mail("Authentication-Results: mx.shop.example; dmarc=pass", "From: a@x.example, b@x.example")
    assert message(raw, authserv_id="mx.shop.example").authenticity.verdict is Verdict.UNVERIFIED


def test_a_report_without_a_thread_of_its_own_belongs_to_the_mail_it_reports_on() -> None:
    thread = message(BOUNCE).thread
    assert (thread.keys, thread.answers) == (("mid:<ours@shop.example>",), "mid:<ours@shop.example>")
