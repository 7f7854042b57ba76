"""An outbound message as RFC 5322 bytes, built by the standard library, nothing in a header taken on trust."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from channels_adapters.contracts import Account, Attachment, Fault, Identifier, OutboundMessage, Person, SendError
from channels_adapters.email.addresses import canonical
from channels_adapters.email.html_text import render
from channels_adapters.wording import say

_MAX_REFERENCES = 40
_MAX_ID = 500
_HEADER_NAME = re.compile(r"[!-9;-~]{1,76}\Z")
_TYPE = re.compile(r"([a-z0-9][a-z0-9!#$&^_.+\-]{0,60})/([a-z0-9][a-z0-9!#$&^_.+\-]{0,80})\Z")
_ID = re.compile(r"<[!-;=?-~]{1,500}>\Z")
_OURS = frozenset(
    {"from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "in-reply-to", "references"}
    | {"return-path", "mime-version", "received"}
)


def compose(message: OutboundMessage, account: Account) -> bytes:
    """The whole mail with CRLF line ends. Raises `SendError` (`content`, `recipient`, `media`, `auth`).

    A line break in anything that goes into a header is refused, never repaired: it is an attack or a bug.
    """
    mail = build(message, account)
    return mail.as_bytes()


def build(message: OutboundMessage, account: Account) -> EmailMessage:
    """The mail as an object; `compose` gives its bytes."""
    sender = sender_of(account)
    addresses = [sender, *(address_of(one.person) for one in message.to)]
    policy = SMTP if all(address.isascii() for address in addresses) else SMTPUTF8
    # Ids are longer than a line at times; the library would encode them, and no program would find the thread.
    mail = EmailMessage(policy=policy.clone(refold_source="none", cte_type="7bit"))
    mail["From"] = _mailbox(message.sender_name, sender)
    for role, name in (("to", "To"), ("cc", "Cc")):
        boxes = [_mailbox(one.person.name, address_of(one.person)) for one in message.to if one.role == role]
        if boxes:
            mail[name] = boxes
    if message.reply_to:
        mail["Reply-To"] = _mailbox(message.sender_name, _address(message.reply_to))
    mail["Subject"] = _line(message.subject, "subject")
    mail["Date"] = format_datetime((message.sent_at or datetime.now(UTC)).astimezone(UTC))
    mail.set_raw("Message-ID", message_id_of(message, account))
    answered, references = _thread(message)
    if answered:
        mail.set_raw("In-Reply-To", answered)
    if references:
        mail.set_raw("References", "\r\n ".join(references))
    _extra_headers(mail, message)
    _content(mail, message)
    return mail


def leaves_no_sender(message: OutboundMessage) -> bool:
    """Whether the envelope names nobody, so that no program answers an automatic answer (RFC 3834, 3.3)."""
    return any((name.lower(), value) == ("auto-submitted", "auto-replied") for name, value in message.headers)


def message_id_of(message: OutboundMessage, account: Account) -> str:
    """The Message-ID this message has over every attempt, with angle brackets."""
    domain = sender_of(account).rpartition("@")[2]
    given = message.message_id or f"<{message.client_ref}@{domain}>"
    given = given if given.startswith("<") else f"<{given}>"
    if not _ID.match(given):
        raise SendError(Fault.CONTENT, say("The Message-ID is not one word in angle brackets."))
    return given


def sender_of(account: Account) -> str:
    """The account's own address. Raises `SendError` when it is none."""
    if address := canonical(_line(account.address, "sender")):
        return address
    raise SendError(Fault.AUTH, say("The account has no valid mail address to send from."))


def mail_identifier(person: Person) -> Identifier:
    """The identifier of a person that mail can be sent to. Raises `SendError`."""
    for identifier in person.identifiers:
        if identifier.kind == "email":
            return identifier
    raise SendError(Fault.RECIPIENT, say("A recipient has no mail address."))


def address_of(person: Person) -> str:
    """The canonical address of a person. Raises `SendError`."""
    return _address(mail_identifier(person).value)


def _address(value: str) -> str:
    address = canonical(_line(value, "address"))
    if not address or address.endswith("@invalid"):
        raise SendError(Fault.RECIPIENT, say("%(value)s is not a mail address.", value=repr(value[:200])))
    return address


def _mailbox(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    if local.startswith('"'):
        local = local.strip('"')
    try:
        return Address(display_name=_line(name, "name"), username=local, domain=domain)
    except ValueError as problem:
        raise SendError(
            Fault.RECIPIENT,
            say("%(value)s is not a mail address: %(problem)s", value=repr(address[:200]), problem=problem),
        ) from problem


def _line(text: str, what: str) -> str:
    """The text when it is one line. `splitlines` knows all line breaks that a header could be broken with."""
    if len(text.splitlines()) > 1 or text[-1:] in ("\r", "\n") or "\0" in text:
        raise SendError(Fault.CONTENT, say("The %(what)s holds a line break.", what=what))
    return text


def _thread(message: OutboundMessage) -> tuple[str, tuple[str, ...]]:
    """What is answered, and its ancestors from the oldest to the answered one; long chains lose their middle."""
    keys = [*reversed(message.thread.keys), message.thread.answers]
    ids = [_line(key.removeprefix("mid:"), "thread") for key in keys if key.startswith("mid:")]
    # The last mention counts, so that the answered one comes last.
    chain = list(dict.fromkeys(reversed([one for one in ids if _ID.match(one) and len(one) <= _MAX_ID])))[::-1]
    if len(chain) > _MAX_REFERENCES:
        chain = [chain[0], *chain[1 - _MAX_REFERENCES :]]
    answered = message.thread.answers.removeprefix("mid:") if message.thread.answers.startswith("mid:") else ""
    return (answered if _ID.match(answered) else (chain[-1] if chain else "")), tuple(chain)


def _extra_headers(mail: EmailMessage, message: OutboundMessage) -> None:
    names = {name.lower() for name, _ in message.headers}
    for name, value in message.headers:
        if not _HEADER_NAME.match(name) or name.lower() in _OURS or name.lower().startswith("content-"):
            raise SendError(Fault.CONTENT, say("The header %(name)s can't be set.", name=repr(name[:80])))
        line = _line(value, f"header {name}")
        if line.isascii():
            # A long address is one word too: encoded, no program could open it (RFC 2369).
            mail.set_raw(name, line)
        else:
            mail[name] = line
    if not message.by_human and "auto-submitted" not in names:
        mail["Auto-Submitted"] = "auto-generated"


def _content(mail: EmailMessage, message: OutboundMessage) -> None:
    mail.set_content(message.text or (render(message.html).text if message.html else ""))
    inline = [one for one in message.attachments if one.inline and one.content_id and message.html]
    if message.html:
        mail.add_alternative(message.html, subtype="html")
        html = next(part for part in mail.iter_parts() if part.get_content_subtype() == "html")
        for attachment in inline:
            main, sub = _type_of(attachment)
            html.add_related(
                _bytes_of(attachment),
                main,
                sub,
                cid=f"<{_line(attachment.content_id, 'content id')}>",
                filename=_filename(attachment),
                disposition="inline",
            )
            _named_for_old_programs(list(html.iter_parts())[-1], _filename(attachment))
    for attachment in message.attachments:
        if attachment not in inline:
            main, sub = _type_of(attachment)
            mail.add_attachment(_bytes_of(attachment), main, sub, filename=_filename(attachment))
            _named_for_old_programs(list(mail.iter_parts())[-1], _filename(attachment))


def _named_for_old_programs(part: MIMEPart, name: str) -> None:
    """The name once more, as an encoded word in `Content-Type` (RFC 2047), where RFC 2231 is not understood."""
    quoted = Header(name, "utf-8", maxlinelen=70).encode(linesep="\r\n")
    if name.isascii():
        quoted = re.sub(r'([\\"])', r"\\\1", name)
    content_type = part.get_content_type()
    del part["Content-Type"]
    part.set_raw("Content-Type", f'{content_type};\r\n name="{quoted}"')


def _bytes_of(attachment: Attachment) -> bytes:
    if attachment.content is None:
        raise SendError(
            Fault.MEDIA, say("The content of %(name)s was not fetched.", name=repr(attachment.filename[:200]))
        )
    return attachment.content


def _filename(attachment: Attachment) -> str:
    return _line(attachment.filename, "file name") or "attachment"


def _type_of(attachment: Attachment) -> tuple[str, str]:
    """Main and sub type; messages and multiparts go as plain bytes, or the library would write them anew."""
    found = _TYPE.match(attachment.content_type.lower())
    if not found or found[1] in ("message", "multipart"):
        return "application", "octet-stream"
    return found[1], found[2]
