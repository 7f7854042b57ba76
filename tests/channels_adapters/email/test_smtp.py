"""Sending to a real server that accepts, refuses, stalls and hangs up."""

from __future__ import annotations

import datetime
import socket
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

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
    Sent,
)
from channels_adapters.email.smtp import Reply, fault_of
from channels_adapters.registry import adapter
from tests.channels_adapters.email.reading import SHOP, message
from tests.channels_adapters.email.scripted_smtp import Script, serving

PASSWORD = "correct-horse-battery"


def account(script: Script, **settings: object) -> Account:
    server = {"host": "127.0.0.1", "port": str(script.port), "security": "none"}
    return Account("email", SHOP, settings=server | settings, secrets={"password": PASSWORD})


def to(*names: str) -> tuple[Recipient, ...]:
    return tuple(Recipient(Person((Identifier("email", f"{name}@larsen.example"),))) for name in names)


def reply_to(*names: str, **fields: object) -> OutboundMessage:
    return OutboundMessage(client_ref="1f2e", to=to(*names), subject="Re: Shoes", **({"text": "Hi"} | fields))  # type: ignore[arg-type]


def fault_when(script: Script, *names: str, **settings: str) -> tuple[Fault, list[object]]:
    """What sending ends in, and what the server took."""
    with serving(script), pytest.raises(SendError) as refused:
        adapter("email").send(reply_to(*(names or ("bo",))), account(script, **settings))
    assert PASSWORD not in f"{refused.value!r} {refused.value} {refused.value.reason}"
    return refused.value.fault, list(script.taken)


def test_a_mail_arrives_as_it_was_composed() -> None:
    with serving(Script()) as script:
        sent = adapter("email").send(reply_to("bo", text=".dot\n\n..dots\nüml"), account(script))
    ((sender, recipients, raw),) = script.taken
    assert (sent, sender, recipients, message(raw).text, message(raw).external_id) == (
        Sent(("<1f2e@shop.example>",)),
        SHOP,
        ["bo@larsen.example"],
        ".dot\n\n..dots\nüml",
        "<1f2e@shop.example>",
    )


def test_a_mail_of_several_megabytes_arrives_byte_for_byte() -> None:
    content = bytes(range(256)) * 8192
    file = Attachment(AttachmentKind.FILE, "big.bin", "application/x-big", len(content), content)
    with serving(Script()) as script:
        adapter("email").send(reply_to("bo", attachments=(file,)), account(script))
    (read,) = message(script.taken[0][2]).attachments
    assert (read.filename, read.content == content) == ("big.bin", True)


def test_one_of_three_recipients_refused_is_told_and_the_others_get_it() -> None:
    with serving(Script(rcpt={"gone@larsen.example": "550 5.1.1 no such user"})) as script:
        sent = adapter("email").send(reply_to("bo", "gone", "ada"), account(script))
    assert (sent.refused, [recipients for _, recipients, _ in script.taken]) == (
        (Refusal(Identifier("email", "gone@larsen.example"), "550 5.1.1 no such user"),),
        [["bo@larsen.example", "ada@larsen.example"]],
    )


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        (Script(mail="421 4.3.2 try again later"), Fault.TEMPORARY),
        (Script(mail="451 4.3.0 database away"), Fault.TEMPORARY),
        (Script(mail="530 5.7.0 authentication required"), Fault.AUTH),
        (Script(mail="550 5.7.1 sender rejected"), Fault.BLOCKED),
        (Script(rcpt={"bo@larsen.example": "450 4.2.0 greylisted"}), Fault.TEMPORARY),
        (Script(rcpt={"bo@larsen.example": "421 4.7.0 too fast"}), Fault.TEMPORARY),
        (Script(rcpt={"bo@larsen.example": "550 no such user"}), Fault.RECIPIENT),
        (Script(rcpt={"bo@larsen.example": "553 5.1.3 bad address"}), Fault.RECIPIENT),
        (Script(rcpt={"bo@larsen.example": "552 5.2.2 mailbox full"}), Fault.TEMPORARY),
        (Script(rcpt={"bo@larsen.example": "554 5.7.1 you are listed"}), Fault.BLOCKED),
        (Script(data="451 4.7.1 later"), Fault.TEMPORARY),
        (Script(data="552 5.3.4 message too big"), Fault.TOO_LARGE),
        (Script(data="554 5.6.0 malformed"), Fault.CONTENT),
        (Script(data="554 5.7.1 spam"), Fault.BLOCKED),
        (Script(data="554 no"), Fault.BLOCKED),
        (Script(data="571 no thanks"), Fault.CONTENT),
        (Script(size=200), Fault.TOO_LARGE),
        (Script(drop="mail"), Fault.TEMPORARY),
        (Script(drop="data"), Fault.UNKNOWN_OUTCOME),
    ],
    ids=lambda value: str(value) if isinstance(value, Fault) else (value.mail + value.data + value.drop)[-40:],
)
def test_a_refusal_has_its_fault_and_nothing_is_taken(script: Script, fault: Fault) -> None:
    assert fault_when(script) == (fault, [])


def test_when_waiting_may_help_one_of_the_refused_the_whole_is_temporary() -> None:
    script = Script(rcpt={"gone@larsen.example": "550 5.1.1 gone", "bo@larsen.example": "450 4.2.1 busy"})
    assert fault_when(script, "gone", "bo") == (Fault.TEMPORARY, [])


def test_nobody_accepted_is_told_for_each_recipient() -> None:
    script = Script(rcpt={"gone@larsen.example": "550 5.1.1 gone", "bo@larsen.example": "450 4.2.1 busy"})
    with serving(script), pytest.raises(SendError) as refused:
        adapter("email").send(reply_to("gone", "bo"), account(script))
    assert [(one.recipient.value, one.reason, one.retryable) for one in refused.value.refused] == [
        ("gone@larsen.example", "550 5.1.1 gone", False),
        ("bo@larsen.example", "450 4.2.1 busy", True),
    ]


def test_who_has_it_already_is_named_and_not_sent_to() -> None:
    with serving(Script()) as script:
        have_it = (Identifier("email", "bo@larsen.example"),)
        adapter("email").send(reply_to("bo", "ada", already_sent=have_it), account(script))
    ((_, recipients, raw),) = script.taken
    assert (recipients, b"bo@larsen.example, ada@larsen.example" in raw) == (["ada@larsen.example"], True)


def test_an_automatic_answer_leaves_without_a_sender_in_its_envelope() -> None:
    with serving(Script()) as script:
        headers = (("Auto-Submitted", "auto-replied"),)
        adapter("email").send(reply_to("bo", by_human=False, headers=headers), account(script))
    assert [sender for sender, _, _ in script.taken] == ["<>"]


def test_a_token_signs_in() -> None:
    with serving(Script(tokens={"ya29.right": SHOP})) as script:
        adapter("email").send(reply_to("bo"), with_token(script, "ya29.right"))
    assert len(script.taken) == 1


def test_a_token_that_is_refused_is_told_and_never_shown() -> None:
    with serving(Script(tokens={"ya29.right": SHOP})) as script, pytest.raises(SendError) as refused:
        adapter("email").send(reply_to("bo"), with_token(script, "ya29.old"))
    told = refused.value
    assert (told.fault, "ya29" in repr(told), "401" in told.reason, script.taken) == (Fault.AUTH, False, True, [])


def with_token(script: Script, token: str) -> Account:
    return Account("email", SHOP, account(script).settings, {"oauth_access_token": token})


def test_the_operators_server_is_signed_in_at_with_his_own_name_and_never_with_the_mailboxes() -> None:
    settings = {"host_is_operators": True, "operators_username": "support", "username": "bo"}
    with serving(Script(password=PASSWORD)) as script:
        given = account(script, **settings)
        secrets = {"password": "the mailbox's", "oauth_access_token": "ya29.it", "operators_password": PASSWORD}
        adapter("email").send(reply_to("bo"), Account("email", SHOP, given.settings, secrets))
    assert len(script.taken) == 1


def test_a_server_inside_our_network_is_only_for_the_operator_to_name() -> None:
    inside = account(Script(), host="192.168.7.7")
    with pytest.raises(SendError) as refused:
        adapter("email").send(reply_to("bo"), inside)
    assert (refused.value.fault, "OUTGOING_ALLOW" in refused.value.reason) == (Fault.AUTH, True)


def test_a_wrong_password_is_a_matter_of_the_settings() -> None:
    assert fault_when(Script(password="another"), username="support") == (Fault.AUTH, [])


def test_a_right_password_sends() -> None:
    with serving(Script(password=PASSWORD)) as script:
        adapter("email").send(reply_to("bo"), account(script, username="support"))
    assert len(script.taken) == 1


def test_a_server_without_starttls_gets_nothing_in_the_clear() -> None:
    assert fault_when(Script(), security="starttls") == (Fault.AUTH, [])


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    script = Script(tls=self_signed(tmp_path))
    assert fault_when(script, security="starttls") == (Fault.TEMPORARY, [])


def test_a_server_that_is_not_there_is_temporary() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        script = Script(port=closed.getsockname()[1])
        # While nobody else can listen there.
        with pytest.raises(SendError) as refused:
            adapter("email").send(reply_to("bo"), account(script))
    assert refused.value.fault is Fault.TEMPORARY


@pytest.mark.parametrize("settings", [{"host": ""}, {"port": "many"}, {"security": "rot13"}])
def test_settings_that_name_no_server_are_told(settings: dict[str, str]) -> None:
    with pytest.raises(SendError) as refused:
        adapter("email").send(reply_to("bo"), account(Script(), **settings))
    assert refused.value.fault is Fault.AUTH


def test_an_international_address_needs_a_server_that_can() -> None:
    person = Person((Identifier("email", "jörg@larsen.example"),))
    with serving(Script()) as script, pytest.raises(SendError) as refused:
        adapter("email").send(OutboundMessage("1", (Recipient(person),), text="Hi"), account(script))
    assert (refused.value.fault, script.taken) == (Fault.RECIPIENT, [])


def test_a_check_tells_what_works_and_sends_nothing() -> None:
    with serving(Script(password=PASSWORD)) as script:
        good = tuple(adapter("email").check(account(script, username="support")))
    with serving(Script(password="another")) as other:
        bad = list(adapter("email").check(account(other, username="support")))
    label = "Outgoing mail server 127.0.0.1:{}"
    assert (good, [(one.label, one.passed) for one in bad], script.taken, other.taken) == (
        (CheckResult(label.format(script.port), True), CheckResult("Signed in as support", True)),
        [(label.format(other.port), False)],
        [],
        [],
    )
    assert "app password" in bad[0].advice


def test_a_check_of_missing_settings_says_so() -> None:
    assert tuple(adapter("email").check(Account("email", SHOP))) == (
        CheckResult("Settings", False, "No SMTP server is set for this account."),
    )


def test_an_answer_is_told_by_its_enhanced_status_before_its_code() -> None:
    replies = [
        (Reply(550, "5.7.30 Basic authentication is not supported"), "mail"),
        (Reply(550, "5.2.2 over quota"), "rcpt"),
        (Reply(550, "host 192.5.1.1 says no"), "rcpt"),
        (Reply(454, "4.7.0 temporary authentication failure"), "auth"),
        (Reply(550, "5.1.1 unknown after all"), "data"),
    ]
    assert [fault_of(*one) for one in replies] == [
        Fault.AUTH,
        Fault.TEMPORARY,
        Fault.RECIPIENT,
        Fault.TEMPORARY,
        Fault.RECIPIENT,
    ]


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
