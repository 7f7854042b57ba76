"""Sending by providers' APIs, against servers that answer as theirs do."""

from __future__ import annotations

import base64
import json
import socket
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from channels_adapters.contracts import (
    Account,
    Attachment,
    AttachmentKind,
    CheckResult,
    Fault,
    Identifier,
    OutboundMessage,
    Person,
    Recipient,
    Refusal,
    SendError,
    ThreadRef,
)
from channels_adapters.email.esp.providers import LABELS
from channels_adapters.registry import adapter
from tests.channels_adapters.email.esp.scripted_api import Answer, serving

OWN = "<abc.tok@shop.example>"
MAIL = {"Email": "bo@larsen.example"}
#: What each provider says when it takes a mail, and the ids under which its webhooks will speak of it.
TAKEN: dict[str, tuple[Answer, tuple[str, ...]]] = {
    "amazon_ses": (
        Answer({"MessageId": "ses-1"}),
        ("ses-1", "<ses-1@email.amazonses.com>", "<ses-1@eu-west-1.amazonses.com>"),
    ),
    "brevo": (Answer({"messageId": "<b1@smtp-relay.mailin.fr>"}, 201), ("<b1@smtp-relay.mailin.fr>",)),
    "mailersend": (Answer(b"", 202, {"Content-Type": "text/html", "X-Message-Id": "ms-1"}), ("ms-1",)),
    "mailgun": (Answer({"id": OWN, "message": "Queued. Thank you."}), ()),
    "mailjet": (
        Answer({"Messages": [{"Status": "success", "To": [MAIL | {"MessageID": 17}], "Cc": [], "Bcc": []}]}),
        ("17",),
    ),
    "mandrill": (Answer([{"email": "bo@larsen.example", "status": "sent", "_id": "ma-1"}]), ("ma-1",)),
    "postal": (
        Answer({"status": "success", "data": {"message_id": "p1@x", "messages": {"bo@larsen.example": {"id": 5}}}}),
        ("5",),
    ),
    "postmark": (
        Answer({"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": "bo@larsen.example"}),
        ("pm-1", "<pm-1@mtasv.net>"),
    ),
    "resend": (Answer({"id": "re-1"}), ("re-1",)),
    "sendgrid": (Answer(b"", 202, {"X-Message-Id": "sg-1"}), ()),
    "sparkpost": (
        Answer({"results": {"total_accepted_recipients": 1, "total_rejected_recipients": 0, "id": "sp-1"}}),
        ("sp-1",),
    ),
}


def account(provider: str, url: str) -> Account:
    return Account(
        "email",
        "support@shop.example",
        settings={"outgoing": provider, "api_url": url, "aws_access_key": "AK", "aws_region": "eu-west-1"},
        secrets={"api_key": "public:s3cret", "aws_secret_key": "s3cret"},
    )


def to(*addresses: str, role: str = "to", name: str = "") -> tuple[Recipient, ...]:
    return tuple(Recipient(Person((Identifier("email", one),), name=name), role) for one in addresses)  # type: ignore[arg-type]


def letter(**fields: object) -> OutboundMessage:
    usual: dict[str, object] = {
        "client_ref": "1",
        "to": to("bo@larsen.example", name="Bo Lärsen"),
        "thread": ThreadRef(("mid:<q@x>",), "mid:<q@x>"),
        "subject": "Re: Schühe",
        "text": "Grüße",
        "html": '<p>Grüße <img src="cid:pic"></p>',
        "attachments": (
            Attachment(AttachmentKind.FILE, "Rechnung ü.pdf", "application/pdf", 4, content=b"\0PDF"),
            Attachment(AttachmentKind.IMAGE, "p.png", "image/png", 3, content=b"PNG", content_id="pic", inline=True),
        ),
        "sender_name": "Ada · Shop",
        "message_id": OWN,
        "reply_to": "support+tok@shop.example",
    }
    return OutboundMessage(**(usual | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("provider", LABELS)
def test_a_mail_leaves_whole_and_its_ids_come_back(provider: str) -> None:
    answer, ids = TAKEN[provider]
    with serving(answer) as api:
        sent = adapter("email").send(letter(), account(provider, f"{api.url}/v3"))
    ((_method, _path, _headers, body),) = api.asked
    text = json.dumps(json.loads(body), ensure_ascii=False) if body[:1] == b"{" else body.decode("utf-8", "replace")
    if provider == "amazon_ses":
        raw = json.loads(body)["Content"]["Raw"]["Data"]
        mail = message_from_bytes(base64.b64decode(raw), policy=default)
        text = f"{mail.items()} {mail.get_body(('plain',)).get_content()} {[p.get_filename() for p in mail.walk()]}"  # type: ignore[union-attr]
    kept = [one for one in sent.external_ids if not (provider == "sendgrid" and one != OWN)]
    assert kept == [OWN, *ids]
    wanted = ["bo@larsen.example", "Bo Lärsen", "support+tok@shop.example", "Schühe", "Grüße", "Rechnung ü.pdf"]
    wanted += ["<q@x>", "Ada · Shop", *([] if provider == "mailjet" else [OWN])]
    assert [one for one in wanted if one not in text] == []


def test_our_message_id_comes_along_for_the_webhooks_where_the_provider_can_carry_it() -> None:
    with serving(TAKEN["postmark"][0]) as api:
        adapter("email").send(letter(), account("postmark", api.url))
        adapter("email").send(letter(message_id=f"<{'a' * 90}@shop.example>"), account("postmark", api.url))
    bodies = [json.loads(one[3]) for one in api.asked]
    assert [body.get("Metadata") for body in bodies] == [{"inbox_id": OWN}, None]


@pytest.mark.parametrize("provider", ["postmark", "amazon_ses", "mailgun", "sendgrid"])
@pytest.mark.parametrize(
    ("answer", "fault", "wait"),
    [
        (Answer({"message": "slow down"}, 429, {"Retry-After": "30"}), Fault.RATE_LIMITED, timedelta(seconds=30)),
        (Answer({"message": "down"}, 503), Fault.TEMPORARY, None),
        (Answer({"message": "who are you"}, 401), Fault.AUTH, None),
        (Answer({"message": "too much"}, 413), Fault.TOO_LARGE, None),
        (Answer({"message": "'to' parameter is not a valid address"}, 400), Fault.RECIPIENT, None),
        (Answer({"message": "the subject is missing"}, 422), Fault.CONTENT, None),
        (Answer(status=0), Fault.UNKNOWN_OUTCOME, None),
    ],
)
def test_every_refusal_has_its_fault(provider: str, answer: Answer, fault: Fault, wait: timedelta | None) -> None:
    with serving(answer) as api, pytest.raises(SendError) as refused:
        adapter("email").send(letter(), account(provider, api.url))
    assert (refused.value.fault, refused.value.retry_after, len(api.asked)) == (fault, wait, 1)
    assert "s3cret" not in f"{refused.value!r} {refused.value.reason}"


@pytest.mark.parametrize(
    ("provider", "answer", "fault"),
    [
        (
            "resend",
            Answer({"message": "You can only send testing emails to your own email address."}, 403),
            "not_allowed",
        ),
        ("mailgun", Answer({"message": "Please add the address to your authorized recipients."}, 403), "not_allowed"),
        ("sendgrid", Answer({"message": "access forbidden"}, 403), "auth"),
        ("resend", Answer({"message": "API key is invalid"}, 403), "auth"),
        ("amazon_ses", Answer({"message": "Email address is not verified: bo@larsen.example"}, 400), "not_allowed"),
        ("amazon_ses", Answer({}, 400, {"x-amzn-ErrorType": "MailFromDomainNotVerifiedException:"}), "not_allowed"),
        ("amazon_ses", Answer({}, 403, {"x-amzn-ErrorType": "InvalidSignatureException:"}), "auth"),
    ],
)
def test_who_is_let_in_and_may_not_do_this_is_told_from_who_is_not(provider: str, answer: Answer, fault: str) -> None:
    with serving(answer) as api:
        assert outcome(provider, api.url) == fault


def outcome(provider: str, url: str) -> str:
    """`sent`, or the fault."""
    try:
        adapter("email").send(letter(), account(provider, url))
    except SendError as problem:
        return str(problem.fault)
    return "sent"


@pytest.mark.parametrize("provider", LABELS)
def test_a_success_that_nobody_understands_is_not_sent_again(provider: str) -> None:
    outcomes = set()
    for body in (b"<html>", {"unexpected": []}, [], None):
        with serving(Answer(body)) as api:
            outcomes.add(outcome(provider, api.url))
    assert outcomes <= {"sent", "unknown_outcome"}


def test_a_server_that_is_not_there_has_taken_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for provider in ("postmark", "amazon_ses"):
        with pytest.raises(SendError) as refused:
            adapter("email").send(letter(), account(provider, f"http://127.0.0.1:{port}"))
        assert refused.value.fault is Fault.TEMPORARY


def test_an_api_inside_our_own_network_is_for_the_operator_to_allow() -> None:
    for provider in ("postmark", "amazon_ses"):
        with pytest.raises(SendError, match="OUTGOING_ALLOW") as refused:
            adapter("email").send(letter(), account(provider, "http://169.254.169.254/latest"))
        assert refused.value.fault is Fault.AUTH


def test_one_refused_recipient_of_two_is_told_of() -> None:
    said = [{"email": "bo@larsen.example", "status": "sent", "_id": "1"}]
    said.append({"email": "cy@larsen.example", "status": "rejected", "_id": "2"})
    people = (*to("bo@larsen.example"), *to("cy@larsen.example", role="cc"), *to("di@larsen.example", role="bcc"))
    with serving(Answer(said)) as api:
        sent = adapter("email").send(letter(to=people), account("mandrill", api.url))
    assert sent.refused == (Refusal(Identifier("email", "cy@larsen.example"), "The provider answered: rejected"),)
    with serving(Answer([said[1]])) as api, pytest.raises(SendError) as refused:
        adapter("email").send(letter(to=people[1:2]), account("mandrill", api.url))
    assert refused.value.fault is Fault.RECIPIENT


def test_who_has_it_already_does_not_get_it_again() -> None:
    people = to("bo@larsen.example", "cy@larsen.example")
    have_it = (Identifier("email", "bo@larsen.example"),)
    with serving(TAKEN["amazon_ses"][0]) as api:
        adapter("email").send(letter(to=people, already_sent=have_it), account("amazon_ses", api.url))
        with pytest.raises(SendError, match="has it already"):
            adapter("email").send(letter(to=people[:1], already_sent=have_it), account("amazon_ses", api.url))
    (asked,) = api.asked
    assert json.loads(asked[3])["Destination"] == {"ToAddresses": ["cy@larsen.example"]}
    assert asked[2]["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AK/")


def test_line_breaks_in_headers_are_refused_here_too() -> None:
    with serving(TAKEN["postmark"][0]) as api:
        for fields in ({"subject": "a\nBcc: x@y.example"}, {"sender_name": "a\r\nb"}, {"reply_to": "a@b.example\nc"}):
            with pytest.raises(SendError):
                adapter("email").send(letter(**fields), account("postmark", api.url))
    assert api.asked == []


def test_the_check_says_what_is_missing() -> None:
    complete, empty = account("postmark", ""), Account("email", "a@b.example", settings={"outgoing": "postmark"})
    label = "Outgoing mail by Postmark"
    assert [list(adapter("email").check(one)) for one in (complete, empty)] == [
        [CheckResult(label, True)],
        [CheckResult(label, False, "No API key is set for this account.")],
    ]
