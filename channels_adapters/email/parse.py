"""A raw mail to events. Pure and total: the same bytes give the same events, and the worst mail gives one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from channels_adapters.contracts import (
    Account,
    Automatic,
    DeliveryUpdate,
    Event,
    Identifier,
    InboundMessage,
    Malformed,
    Payload,
    Person,
    Recipient,
    ThreadRef,
    Verdict,
)
from channels_adapters.email.addresses import Mailbox, canonical, mailboxes, split_tag
from channels_adapters.email.authenticity import judge
from channels_adapters.email.automatic import mailing_list, why_automatic
from channels_adapters.email.body import Body, read_body
from channels_adapters.email.charsets import clean
from channels_adapters.email.fingerprints import fingerprint
from channels_adapters.email.forwards import forwarded_author, says_forwarded
from channels_adapters.email.found import arrived_at, is_sent_copy, left_out
from channels_adapters.email.identification import own_message_id, thread_keys, written_at
from channels_adapters.email.language import guess
from channels_adapters.email.mime import MAX_MAIL, Part, read, read_head
from channels_adapters.email.quotes import newly_written
from channels_adapters.email.reports import delivery_updates
from channels_adapters.email.words import decode_words, header_bytes

UNKNOWN_SENDER = "unknown@invalid"
_MAX_HEADERS_KEPT = 200
_MAX_VALUE = 4000
_MAX_SUBJECT = 2000
_ENVELOPE = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")


def parse_mail(payload: Payload, account: Account) -> tuple[Event, ...]:
    """One message, and what it tells of mails of ours. Raises `Malformed` when there is nothing to show."""
    raw = payload.body
    if len(raw) > MAX_MAIL:
        raise Malformed(f"The mail is larger than {MAX_MAIL // (1024 * 1024)} MB.")
    if not raw.strip():
        raise Malformed("The mail is empty.")
    tree = read(raw)
    head = tree.root
    if not head.headers and not raw[head.start : head.end].strip(b"\0 \t\r\n"):
        raise Malformed("The mail has neither headers nor a body.")
    body = read_body(tree, raw)
    message = _message(payload, account, head, body)
    updates = tuple(
        delivery_updates(
            head,
            event_id=message.event_id,
            automatic=message.automatic,
            answers=message.thread.answers,
            text=body.text,
            ours=frozenset({canonical(account.address), message.author.primary.value}),
            occurred_at=message.occurred_at,
        )
    )
    return (_about(message, updates), *updates)


def _about(message: InboundMessage, updates: Sequence[DeliveryUpdate]) -> InboundMessage:
    """A report rarely answers by headers; the mail it reports on is the one it belongs to."""
    told_of = tuple(dict.fromkeys(f"mid:{external_id}" for update in updates for external_id in update.external_ids))
    if not told_of or message.thread.answers:
        return message
    return replace(message, thread=replace(message.thread, keys=told_of, answers=told_of[0]))


def recipient_addresses(payload: Payload) -> tuple[str, ...]:
    """The addresses a mail was delivered to and addressed to, without plus tags, each once, in that order."""
    head = read_head(payload.body[: 1024 * 1024])
    found = [box.address for name in (*_ENVELOPE, "to", "cc") for box in _boxes(head, name)]
    return tuple(dict.fromkeys(split_tag(address)[0] for address in found))


def _message(payload: Payload, account: Account, head: Part, body: Body) -> InboundMessage:
    message_id = own_message_id(head.text("message-id"))
    digest = fingerprint(head, body) if message_id or head.header("date") else hashlib.sha256(payload.body).hexdigest()
    subject = head.words("subject")[:_MAX_SUBJECT]
    authors = _boxes(head, "from")
    author = _author(head, authors)
    reply_to = next(iter(_boxes(head, "reply-to")), None)
    authenticity = judge(
        head,
        author=author.address,
        several_authors=len(authors) > 1,
        reply_to=reply_to.address if reply_to else "",
        authserv_id=str(account.settings.get("authserv_id") or ""),
    )
    automatic = why_automatic(head, canonical(account.address), body.text)
    verified = authenticity.verdict is Verdict.VERIFIED
    echo = is_sent_copy(payload) or (verified and author.address == canonical(account.address))
    forwarded = says_forwarded(subject)
    text = newly_written(body.text, forwarded=forwarded, hints=body.hints)
    original = forwarded_author(body.text, body.attachments, announced=forwarded) if automatic is None else None
    return InboundMessage(
        event_id=f"{message_id}#{digest[:16]}" if message_id else f"sha256:{digest}",
        external_id=message_id or f"sha256:{digest}",
        author=_person(author, verified=verified),
        thread=_thread(head, account),
        occurred_at=written_at(head.text("date"), payload.received_at) or arrived_at(payload),
        direction="echo" if echo else "in",
        recipients=tuple(_recipients(head)),
        subject=subject,
        # A report is its program's words: nothing in it is a quotation to be folded away.
        text=body.text if automatic is Automatic.BOUNCE else text,
        full_text=body.text,
        html=body.html,
        attachments=body.attachments,
        language=guess(text or body.text, head.words("content-language")),
        headers=tuple(_kept_headers(head)),
        automatic=automatic,
        authenticity=authenticity,
        reply_to=_person(reply_to) if reply_to else None,
        unsupported=body.unsupported or left_out(payload),
        forwarded_from=_person(original) if original else None,
        mailing_list=mailing_list(head),
        calendar=body.calendar,
    )


def _author(head: Part, authors: Sequence[Mailbox]) -> Mailbox:
    """Who wrote: From, or Sender where From names several and Sender is one of them.

    Without a usable From the next best header counts; without any, the author is `UNKNOWN_SENDER`, named by
    what From holds. Reply-To is never asked: it says where answers go, not who writes.
    """
    senders = _boxes(head, "sender")
    if authors:
        sending = {sender.address for sender in senders}
        return next((one for one in authors if one.address in sending), authors[0])
    for name in ("sender", "return-path", "envelope-from", "x-envelope-from"):
        if found := _boxes(head, name):
            return Mailbox(found[0].name or head.words("from")[:200], found[0].address)
    written = head.words("from").strip(" <>")[:200]
    return Mailbox(written or "Unknown sender", UNKNOWN_SENDER)


def _thread(head: Part, account: Account) -> ThreadRef:
    keys = thread_keys(head.texts("in-reply-to"), head.texts("references"))
    return ThreadRef(keys=keys, answers=keys[0] if keys else "", token=_token(head, account))


def _token(head: Part, account: Account) -> str:
    """The plus tag of the first recipient that is this account's address with a tag."""
    own = split_tag(canonical(account.address))[0]
    if not own:
        return ""
    for name in (*_ENVELOPE, "to", "cc"):
        for value in head.texts(name):
            # Tags keep their case, which canonical addresses lose: a signature is not to be folded.
            tag = _tag_as_written(value, own)
            if tag:
                return tag
    return ""


def _tag_as_written(text: str, own: str) -> str:
    local, _, domain = own.rpartition("@")
    lower, start = text.lower(), 0
    while (place := lower.find(f"{local}+", start)) >= 0:
        start = place + len(local) + 1
        end = lower.find("@", start, start + 200)
        before = lower[place - 1 : place]
        if end > start and not (before.isalnum() or before in (".", "+", "-", "_")):
            tag = text[start:end]
            found = canonical(f"{local}@{lower[end + 1 : end + 260].split('>')[0].split(',')[0].split(';')[0].strip()}")
            if found == f"{local}@{domain}" and not any(c.isspace() or c in '<>,;:"' for c in tag):
                return clean(tag)
    return ""


def _recipients(head: Part) -> Iterator[Recipient]:
    seen: set[str] = set()
    for role, name in (("to", "to"), ("cc", "cc"), ("bcc", "bcc")):
        for box in _boxes(head, name):
            if box.address not in seen:
                seen.add(box.address)
                yield Recipient(_person(box), "to" if role == "to" else "cc" if role == "cc" else "bcc")


def _boxes(head: Part, name: str) -> tuple[Mailbox, ...]:
    return tuple(box for value in islice(head.texts(name), 20) for box in mailboxes(value))


def _person(box: Mailbox, *, verified: bool = False) -> Person:
    return Person((Identifier("email", box.address, verified=verified),), name=box.name)


def _kept_headers(head: Part) -> Iterator[tuple[str, str]]:
    for name, value in head.headers[:_MAX_HEADERS_KEPT]:
        yield clean(name), decode_words(header_bytes(value, head.charset)).strip()[:_MAX_VALUE]
