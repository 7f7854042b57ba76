"""The mails in a provider's webhook, as raw MIME: as they came where the provider passes that on, else put together."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from channels_adapters.contracts import Malformed, Payload
from channels_adapters.email.charsets import decode
from channels_adapters.email.esp import sns
from channels_adapters.email.esp.request import Field, fields_of, is_form, json_of, read_json, values
from channels_adapters.email.esp.written import File, mailbox, put_together, with_envelope
from channels_adapters.email.parameters import parse_parameters

#: Where `completed` puts a whole mail (base64) into a webhook that only pointed at it.
CONTENT = "inbox_content"
_POSTMARK_MAIL = frozenset({"FromFull", "Headers", "RawEmail", "Attachments", "OriginalRecipient"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail. `reference` is the provider's id of it; `missing` says what of it could not be had.

    `whole` is true for a mail as it was sent, false for one that was put together again.
    """

    raw: bytes = field(repr=False)
    reference: str = ""
    missing: str = ""
    whole: bool = False


def mails_in(name: str, payload: Payload) -> list[Incoming] | None:
    """The mails a provider's request brings; None when it brings news of mails of ours. Raises `Malformed`."""
    return _READERS[name](payload)


def _mailgun(payload: Payload) -> list[Incoming] | None:
    if not is_form(payload):
        return None
    fields = fields_of(payload)
    form = values(fields)
    if form.get("event", "inbound") != "inbound":
        return None
    to = [form.get("recipient", "")]
    if raw := _value(fields, "body-mime"):
        return [Incoming(with_envelope(raw, to), whole=True)]
    headers = [
        (str(pair[0]), str(pair[1]))
        for pair in _list(read_json(form.get("message-headers") or "[]"))
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], str)
    ]
    ids = _object(read_json(form.get("content-id-map") or "{}"))
    named = {str(place): str(cid) for cid, place in ids.items()}
    files = [
        File(one.filename or "", one.content_type, one.value, named.get(one.name, ""))
        for one in fields
        if one.filename is not None
    ]
    missing = "Its attachments were not sent along: use a route that forwards." if form.get("attachments") else ""
    raw = put_together(headers, form.get("body-plain"), form.get("body-html"), files)
    return [Incoming(with_envelope(raw, to), form.get("token", ""), missing)]


def _sendgrid(payload: Payload) -> list[Incoming] | None:
    if not is_form(payload):
        return None
    fields = fields_of(payload)
    form = values(fields)
    to = _strings(_object(_lenient(form.get("envelope", ""))).get("to"))
    if raw := _value(fields, "email"):
        return [Incoming(with_envelope(raw, to), whole=True)]
    charsets = _object(_lenient(form.get("charsets", "")))
    info = _object(_lenient(form.get("attachment-info", "")))
    files = [
        File(
            one.filename or str(_object(info.get(one.name)).get("filename") or ""),
            one.content_type,
            one.value,
            str(_object(info.get(one.name)).get("content-id") or ""),
        )
        for one in fields
        if one.filename is not None
    ]
    head = _value(fields, "headers").replace(b"\r\n", b"\n").split(b"\n\n")[0]
    lines = decode(head, "utf-8").replace("\n ", " ").replace("\n\t", " ").split("\n")
    headers = [(name, value) for line in lines for name, _, value in (line.partition(":"),) if value]
    text, html = (decode(_value(fields, kind), str(charsets.get(kind) or "utf-8")) for kind in ("text", "html"))
    return [Incoming(with_envelope(put_together(headers, text, html, files), to))]


def _postmark(payload: Payload) -> list[Incoming] | None:
    body = _object(json_of(payload))
    if body.get("RecordType", "Inbound") != "Inbound" or not _POSTMARK_MAIL & body.keys():
        return None
    to = [str(body.get("OriginalRecipient") or "")]
    reference = str(body.get("MessageID") or "")
    if raw := body.get("RawEmail"):
        return [Incoming(with_envelope(_bytes(raw), to), reference, whole=True)]
    headers = [(str(one.get("Name")), str(one.get("Value"))) for one in _objects(body.get("Headers"))]
    named = {name.lower() for name, _ in headers}
    people = {
        "From": _mailboxes([body.get("FromFull")]) or str(body.get("From") or ""),
        **{
            name: _mailboxes(_list(body.get(f"{name}Full"))) or str(body.get(name) or "")
            for name in ("To", "Cc", "Bcc")
        },
        "Reply-To": str(body.get("ReplyTo") or ""),
        "Subject": str(body.get("Subject") or ""),
        "Date": str(body.get("Date") or ""),
    }
    headers += [(name, value) for name, value in people.items() if name.lower() not in named]
    files = [
        File(
            str(one.get("Name") or ""),
            str(one.get("ContentType") or ""),
            _decoded(one.get("Content") or one.get("Data")),
            str(one.get("ContentID") or ""),
        )
        for one in _objects(body.get("Attachments"))
    ]
    raw = put_together(headers, _string(body.get("TextBody")), _string(body.get("HtmlBody")), files)
    return [Incoming(with_envelope(raw, to), reference)]


def _mailjet(payload: Payload) -> list[Incoming] | None:
    body = json_of(payload)
    if not isinstance(body, dict) or "event" in body or not {"Headers", "Parts", "From"} & body.keys():
        return None
    files = []
    for part in _objects(body.get("Parts")):
        place = str(part.get("ContentRef") or "")
        if "Attachment" in place:
            head = {name.lower(): value for name, value in _headers(part.get("Headers"))}
            kind, parameters = parse_parameters(head.get("content-type", "").encode("utf-8", "replace"))
            _, given = parse_parameters(head.get("content-disposition", "").encode("utf-8", "replace"))
            name = given.get("filename") or parameters.get("name") or ""
            files.append(File(name, kind, _decoded(body.get(place)), head.get("content-id", "")))
    raw = put_together(
        _headers(body.get("Headers")), _string(body.get("Text-part")), _string(body.get("Html-part")), files
    )
    return [Incoming(with_envelope(raw, [str(body.get("Recipient") or "")]))]


def _brevo(payload: Payload) -> list[Incoming] | None:
    body = _object(json_of(payload))
    return [_brevo_item(item) for item in _objects(body["items"])] if "items" in body else None


def _brevo_item(item: Mapping[str, Any]) -> Incoming:
    listed = _objects(item.get("Attachments"))
    files = [
        File(
            str(one.get("Name") or ""),
            str(one.get("ContentType") or ""),
            _decoded(one[CONTENT]),
            str(one.get("ContentID") or ""),
        )
        for one in listed
        if CONTENT in one
    ]
    lost = [str(one.get("Name") or one.get("ContentType") or "") for one in listed if CONTENT not in one]
    headers = list(_headers(item.get("Headers")))
    named = {name.lower() for name, _ in headers}
    people = {
        "From": _brevo_people([item.get("From")]),
        "To": _brevo_people(_list(item.get("To"))),
        "Cc": _brevo_people(_list(item.get("Cc"))),
        "Subject": str(item.get("Subject") or ""),
        "Date": str(item.get("SentAtDate") or ""),
        "Message-ID": str(item.get("MessageId") or ""),
        "In-Reply-To": str(item.get("InReplyTo") or ""),
    }
    headers += [(name, value) for name, value in people.items() if name.lower() not in named]
    raw = put_together(headers, _string(item.get("RawTextBody")), _string(item.get("RawHtmlBody")), files)
    reference = next(iter(_strings(item.get("Uuid"))), "")
    delivered = [value for name, value in headers if name.lower() == "delivered-to"]
    missing = f"Attachments that could not be fetched: {', '.join(lost)}" if lost else ""
    return Incoming(with_envelope(raw, delivered), reference, missing)


def _resend(payload: Payload) -> list[Incoming] | None:
    body = _object(json_of(payload))
    if body.get("type") != "email.received":
        return None
    data = _object(body.get("data"))
    reference = str(data.get("email_id") or "")
    if CONTENT in data:
        return [Incoming(_decoded(data[CONTENT]), reference, whole=True)]
    headers = list(_headers(data.get("headers")))
    named = {name.lower() for name, _ in headers}
    known = {
        "From": str(data.get("from") or ""),
        **{name: ", ".join(_strings(data.get(name.lower()))) for name in ("To", "Cc", "Bcc")},
        "Reply-To": ", ".join(_strings(data.get("reply_to"))),
        "Subject": str(data.get("subject") or ""),
        "Message-ID": str(data.get("message_id") or ""),
        "Date": str(data.get("created_at") or body.get("created_at") or ""),
    }
    headers += [(name, value) for name, value in known.items() if name.lower() not in named]
    listed = _objects(data.get("attachments"))
    files = [
        File(
            str(one.get("filename") or ""),
            str(one.get("content_type") or ""),
            _decoded(one[CONTENT]),
            str(one.get("content_id") or ""),
        )
        for one in listed
        if CONTENT in one
    ]
    raw = put_together(headers, _string(data.get("text")), _string(data.get("html")), files)
    fetched = "text" in data or "html" in data
    missing = "" if fetched else "The content of the mail could not be fetched from Resend."
    return [Incoming(raw, reference, missing)]


def _mandrill(payload: Payload) -> list[Incoming] | None:
    events = mandrill_events(payload)
    if not any(one.get("event") == "inbound" for one in events):
        return None
    found = []
    for one in events:
        message = _object(one.get("msg"))
        if one.get("event") == "inbound":
            raw = with_envelope(_bytes(message.get("raw_msg")), [str(message.get("email") or "")])
            found.append(Incoming(raw, str(one.get("_id") or ""), whole=True))
    return found


def mandrill_events(payload: Payload) -> list[Mapping[str, Any]]:
    """The events in a form of Mandrill's. Raises `Malformed`."""
    return _objects(read_json(values(fields_of(payload)).get("mandrill_events", "")))


def _sparkpost(payload: Payload) -> list[Incoming] | None:
    found = []
    for one in _objects(json_of(payload)):
        relayed = _object(_object(one.get("msys")).get("relay_message"))
        if relayed:
            content = _object(relayed.get("content"))
            given = content.get("email_rfc822")
            raw = _decoded(given) if content.get("email_rfc822_is_base64") else _bytes(given)
            found.append(Incoming(with_envelope(raw, [str(relayed.get("rcpt_to") or "")]), whole=True))
    return found or None


def _amazon_ses(payload: Payload) -> list[Incoming] | None:
    event = sns.event_in(_object(json_of(payload)))
    if event is None or event.get("notificationType") != "Received":
        return None
    receipt, mail = _object(event.get("receipt")), _object(event.get("mail"))
    action = _object(receipt.get("action"))
    to = _strings(receipt.get("recipients")) or _strings(mail.get("destination"))
    reference = str(mail.get("messageId") or _object(json_of(payload)).get("MessageId") or "")
    given = event.get("content")
    if given:
        raw = _decoded(given) if action.get("encoding") == "BASE64" else _bytes(given)
        return [Incoming(with_envelope(raw, to), reference, whole=True)]
    headers = [(str(one.get("name")), str(one.get("value"))) for one in _objects(mail.get("headers"))]
    missing = "Amazon SES did not send the content of the mail along, and it could not be fetched."
    return [Incoming(with_envelope(put_together(headers, None, None), to), reference, missing)]


def _postal(payload: Payload) -> list[Incoming] | None:
    body = _object(json_of(payload))
    if "rcpt_to" not in body or "message" not in body:
        return None
    raw = _decoded(body["message"]) if body.get("base64") else _bytes(body["message"])
    return [Incoming(with_envelope(raw, [str(body["rcpt_to"])]), str(body.get("id") or ""), whole=True)]


def _mailersend(payload: Payload) -> list[Incoming] | None:
    body = _object(json_of(payload))
    if body.get("type") != "inbound.message":
        return None
    data = _object(body.get("data"))
    to = [str(one.get("email") or "") for one in _objects(_object(data.get("recipients")).get("rcptTo"))]
    return [Incoming(with_envelope(_bytes(data.get("raw")), to), str(data.get("id") or ""), whole=True)]


_READERS: Mapping[str, Callable[[Payload], list[Incoming] | None]] = {
    "amazon_ses": _amazon_ses,
    "brevo": _brevo,
    "mailersend": _mailersend,
    "mailgun": _mailgun,
    "mailjet": _mailjet,
    "mandrill": _mandrill,
    "postal": _postal,
    "postmark": _postmark,
    "resend": _resend,
    "sendgrid": _sendgrid,
    "sparkpost": _sparkpost,
}


def _value(fields: Sequence[Field], name: str) -> bytes:
    return next((one.value for one in fields if one.name == name), b"")


def _lenient(text: str) -> Any:
    """What only helps to read the rest need not be right."""
    try:
        return read_json(text)
    except Malformed:
        return None


def _headers(given: object) -> Iterator[tuple[str, str]]:
    """Headers as providers list them: by name, with one value or several, or one object each."""
    if isinstance(given, list):
        for one in _objects(given):
            yield str(one.get("name") or one.get("Name") or ""), str(one.get("value") or one.get("Value") or "")
    for name, value in _object(given).items():
        for one in value if isinstance(value, list) else [value]:
            yield str(name), str(one)


def _mailboxes(people: Iterable[object]) -> str:
    found = [_object(one) for one in people]
    return ", ".join(mailbox(str(one.get("Name") or ""), str(one["Email"])) for one in found if one.get("Email"))


def _brevo_people(people: Iterable[object]) -> str:
    found = [_object(one) for one in people]
    return ", ".join(mailbox(str(one.get("Name") or ""), str(one["Address"])) for one in found if one.get("Address"))


def _bytes(given: object) -> bytes:
    return given.encode("utf-8", "replace") if isinstance(given, str) else b""


def _decoded(given: object) -> bytes:
    try:
        return b64decode(given) if isinstance(given, str) else b""
    except (binascii.Error, ValueError) as problem:
        raise Malformed("An attachment is not the base64 it is said to be.") from problem


def _string(given: object) -> str | None:
    return given if isinstance(given, str) else None


def _strings(given: object) -> list[str]:
    return [one for one in given if isinstance(one, str)] if isinstance(given, list) else []


def _list(given: object) -> list[Any]:
    return given if isinstance(given, list) else []


def _object(given: object) -> Mapping[str, Any]:
    return given if isinstance(given, dict) else {}


def _objects(given: object) -> list[Mapping[str, Any]]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
