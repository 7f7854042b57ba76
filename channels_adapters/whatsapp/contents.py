"""What a message of WhatsApp holds, kind by kind; what can't be had says why."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from channels_adapters.contents import Content
from channels_adapters.contracts import Attachment, AttachmentKind, Choice, MediaRef
from channels_adapters.json_reading import Fields, fields, flag, integer, items, joined, storable, text
from channels_adapters.made_files import card, located

_MEDIA = {
    "image": AttachmentKind.IMAGE,
    "video": AttachmentKind.VIDEO,
    "audio": AttachmentKind.AUDIO,
    "voice": AttachmentKind.AUDIO,
    "document": AttachmentKind.FILE,
    "sticker": AttachmentKind.STICKER,
}
#: What customers send is kept so long at the network.
_KEPT_FOR = timedelta(days=7)
_EXTENSIONS = {"jpeg": "jpg", "mpeg": "mp3", "plain": "txt", "3gpp": "3gp", "octet-stream": "bin"}


def content_of(message: Fields, errors: Sequence[Fields], at: datetime | None) -> Content:
    """What `message` holds; `errors` are those told beside it."""
    kind = text(message, "type") or next((one for one in (*_MEDIA, *_READERS) if one in message), "")
    part = fields(message, kind)
    if kind in _MEDIA and part:
        return _media(kind, part, at)
    found = _READERS[kind](part) if kind in _READERS and part else None
    if found is not None:
        return found
    # A kind that came after this was written often has its text where others have it.
    said = next((one for name in ("body", "caption", "text") if (one := text(part, name))), "")
    told = "; ".join(filter(None, map(problem_of, [*items(message, "errors"), *errors])))
    shown = text(part, "type") or kind or "unknown"
    return Content(text=said, unsupported=told or f"WhatsApp passes on no content of the kind {shown[:60]!r}.")


def problem_of(error: Fields) -> str:
    """An error in the network's words, with its code."""
    words = text(error, "error_data", "details") or text(error, "message") or text(error, "title")
    code = text(error, "code")
    return f"{words} ({code})" if words and code else words or code


def _media(kind: str, part: Fields, at: datetime | None) -> Content:
    token = " ".join(filter(None, (text(part, "id"), text(part, "url") or text(part, "link"))))
    if not token:
        return Content(text(part, "caption"), unsupported="WhatsApp does not say where the file is.")
    content_type = text(part, "mime_type").partition(";")[0].strip() or "application/octet-stream"
    subtype = re.sub(r"[^a-z0-9-]", "", content_type.rpartition("/")[2].lower())
    name = "voice" if flag(part, "voice") else kind
    file = Attachment(
        kind=_MEDIA[kind],
        filename=text(part, "filename", most=255) or f"{name}.{_EXTENSIONS.get(subtype, subtype or 'bin')}",
        content_type=content_type,
        size=max(integer(part, "file_size") or 0, 0),
        ref=MediaRef(token, at + _KEPT_FOR if at else None),
        sha256=_hexadecimal(text(part, "sha256")),
    )
    return Content(text(part, "caption"), attachments=(file,))


def _hexadecimal(digest: str) -> str:
    """A hash as we write it; the network writes base64. Anything else is none."""
    if re.fullmatch(r"[0-9a-fA-F]{64}", digest, re.ASCII):
        return digest.lower()
    try:
        found = base64.b64decode(digest, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return found.hex() if len(found) == 32 else ""


def _text(part: Fields) -> Content | None:
    return Content(text(part, "body")) if "body" in part else None


def _location(part: Fields) -> Content | None:
    point = (text(part, "latitude"), text(part, "longitude"))
    found = located(*point, text(part, "name"), text(part, "address"))
    return Content("\n".join(filter(None, (found[0], text(part, "url")))), (found[1],)) if found else None


def _order(part: Fields) -> Content | None:
    lines = [
        f"{text(one, 'quantity') or 1} × {text(one, 'product_retailer_id')}"
        f" ({text(one, 'item_price')} {text(one, 'currency')})"
        for one in items(part, "product_items")
    ]
    said = "\n".join(filter(None, (text(part, "text"), *lines)))
    return Content(said, context=MappingProxyType({"order": storable(part)}))


def _button(part: Fields) -> Content | None:
    """A quick answer below a template."""
    label = text(part, "text")
    return (
        Content(label, choice=Choice(text(part, "payload") or label, label)) if label or part.get("payload") else None
    )


def _interactive(part: Fields) -> Content | None:
    kind = text(part, "type")
    answer = fields(part, kind)
    if kind in ("button_reply", "list_reply") and answer:
        label = text(answer, "title")
        return Content(label, choice=Choice(text(answer, "id") or label, label))
    if kind == "nfm_reply" and answer:
        return _form(answer)
    if kind == "call_permission_reply" and answer:
        label = text(answer, "response")
        return Content(label, choice=Choice(f"{kind}:{label}", label))
    return None


def _form(answer: Fields) -> Content:
    """A form filled in (a flow): its fields as lines."""
    try:
        given = json.loads(text(answer, "response_json"))
    except (ValueError, RecursionError):
        given = None
    filled = {name: value for name, value in fields(given).items() if name != "flow_token"}
    lines = [f"{name}: {_plain(value)}" for name, value in filled.items()]
    return Content(text("\n".join(lines) or text(answer, "body")))


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def contacts(message: Fields) -> Content:
    """Cards of people, readable and as files for an address book (RFC 6350)."""
    lines, files = [], []
    for one in items(message, "contacts")[:50]:
        name = text(one, "name", "formatted_name") or joined(fields(one, "name"), "first_name", "last_name")
        details = [
            ("TEL", [text(phone, "phone") or text(phone, "wa_id") for phone in items(one, "phones")]),
            ("EMAIL", [text(mail, "email") for mail in items(one, "emails")]),
            ("URL", [text(page, "url") for page in items(one, "urls")]),
            ("ORG", [text(one, "org", "company")]),
        ]
        found = [(label, value) for label, values in details for value in values if value]
        lines.append(", ".join(filter(None, (name, *(value for _, value in found)))))
        files.append(replace(card(name, found), filename=f"{name[:100] or 'contact'}.vcf"))
    if not files:
        return Content(unsupported="WhatsApp passes on no content of the kind 'contacts'.")
    return Content("\n".join(lines), tuple(files))


_READERS: Mapping[str, Callable[[Fields], Content | None]] = {
    "text": _text,
    "location": _location,
    "order": _order,
    "button": _button,
    "interactive": _interactive,
}
