"""Sending by the Cloud API: texts, files, buttons and lists, templates; answers to people with and without a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from channels_adapters.contracts import (
    Account,
    Attachment,
    Button,
    Capabilities,
    Fault,
    OutboundMessage,
    Person,
    SendError,
    Sent,
)
from channels_adapters.json_reading import Fields, items, text
from channels_adapters.meta.graph import graph
from channels_adapters.outgoing_parts import send_parts, text_and_files
from channels_adapters.whatsapp.people import PARENT, USER, identifiers
from channels_adapters.whatsapp.templates import filled
from channels_adapters.wording import say

#: A text above buttons may have so many characters.
MOST_ABOVE_BUTTONS = 1024
MOST_BUTTONS, MOST_ROWS = 3, 10
MOST_BUTTON_LABEL, MOST_ROW_LABEL, _MOST_ROW_TEXT = 20, 24, 72
#: What opens a list, in the languages the product speaks; the customer reads it.
_CHOOSE = {"en": "Choose", "ru": "Выбрать", "zh": "请选择", "zh-hant": "請選擇", "zh-tw": "請選擇", "zh-hk": "請選擇"}


@dataclass(frozen=True, slots=True)
class _Piece:
    """One message of the network: a text, with buttons or without, a file, or a template."""

    text: str = ""
    file: Attachment | None = None
    buttons: tuple[Button, ...] = ()


def send(message: OutboundMessage, account: Account, can: Capabilities) -> Sent:
    """Hand over every part in order. Raises `SendError`."""
    addressed = _addressed(message)
    pieces = _pieces(message, can)
    learned: list[Person] = []

    def transmit(piece: _Piece) -> str:
        body = {"messaging_product": "whatsapp", **addressed, **_content(piece, message, account)}
        body["biz_opaque_callback_data"] = message.client_ref
        answered = message.thread.answers.removeprefix("mid:")
        if piece is pieces[0] and answered.startswith("wamid.") and not message.template:
            body["context"] = {"message_id": answered}
        answer = graph(account, "POST", f"/{account.address}/messages", json=body)
        learned.extend(_learned(answer, message))
        number = next((text(one, "id") for one in items(answer, "messages")), "")
        if not number:
            raise SendError(Fault.UNKNOWN_OUTCOME, say("WhatsApp answers without saying what became of the message."))
        return number

    sent = send_parts(message, pieces, transmit)
    return replace(sent, learned=tuple(dict.fromkeys(learned)))


def _addressed(message: OutboundMessage) -> Mapping[str, str]:
    """To whom: a group, a number, or the id of a person whose number nobody has."""
    groups = [key.removeprefix("group:") for key in message.thread.keys if key.startswith("group:")]
    if groups:
        return {"recipient_type": "group", "to": groups[0]}
    if not message.to:
        raise SendError(Fault.RECIPIENT, say("There is nobody to send it to."))
    one = message.to[0].person.primary
    if one.kind in (USER, PARENT):
        return {"recipient_type": "individual", "recipient": one.value}
    return {"recipient_type": "individual", "to": one.value.lstrip("+")}


def _learned(answer: Fields, message: OutboundMessage) -> Sequence[Person]:
    """What the network tells of whom we wrote to: his number as it knows it, his id for us."""
    if not message.to or any(key.startswith("group:") for key in message.thread.keys):
        return ()
    known = message.to[0].person.primary
    for contact in items(answer, "contacts")[:1]:
        told = identifiers(text(contact, "wa_id"), text(contact, "user_id"), text(contact, "parent_user_id"))
        new = tuple(one for one in told if (one.kind, one.value) != (known.kind, known.value))
        return (Person((known, *new)),) if new else ()
    return ()


def _pieces(message: OutboundMessage, can: Capabilities) -> Sequence[_Piece]:
    if message.template:
        return [_Piece()]
    if len(message.buttons) > MOST_ROWS:
        raise SendError(Fault.CONTENT, say("WhatsApp shows %(count)s answers to choose from at most.", count=MOST_ROWS))
    if message.buttons:
        can = replace(can, text_limit=MOST_ABOVE_BUTTONS)
    parts = text_and_files(message, can)
    texts = [one for one in parts if isinstance(one, str)] or (["…"] if message.buttons else [])
    pieces = [_Piece(text=one) for one in texts]
    if message.buttons:
        pieces[-1] = replace(pieces[-1], buttons=message.buttons)
    return [*pieces, *(_Piece(file=one) for one in parts if isinstance(one, Attachment))]


def _content(piece: _Piece, message: OutboundMessage, account: Account) -> Mapping[str, Any]:
    if message.template:
        return _template(message, account)
    if piece.file is not None:
        kind = _kind_of(piece.file)
        name = {"filename": piece.file.filename} if kind == "document" else {}
        return {"type": kind, kind: {**_media(piece.file, account), **name}}
    if piece.buttons:
        return {"type": "interactive", "interactive": _interactive(piece, message.language)}
    return {"type": "text", "text": {"body": piece.text, "preview_url": "://" in piece.text}}


def _template(message: OutboundMessage, account: Account) -> Mapping[str, Any]:
    chosen, body = filled(message, account)
    files = message.attachments
    if (len(files) == 1) != bool(chosen.file) or len(files) > 1:
        needed = say("The template needs one file, of the kind %(kind)s.", kind=chosen.file)
        raise SendError(Fault.CONTENT, needed if chosen.file else say("The template takes no files."))
    if files:
        header = {"type": chosen.file, chosen.file: _media(files[0], account)}
        body["template"]["components"].insert(0, {"type": "header", "parameters": [header]})
    return body


def _interactive(piece: _Piece, language: str) -> Mapping[str, Any]:
    """Up to three short answers are buttons, others a list."""
    above = {"text": piece.text}
    if len(piece.buttons) <= MOST_BUTTONS and all(len(one.label) <= MOST_BUTTON_LABEL for one in piece.buttons):
        shown = [{"type": "reply", "reply": {"id": one.id, "title": one.label}} for one in piece.buttons]
        return {"type": "button", "body": above, "action": {"buttons": shown}}
    spoken = language.lower().replace("_", "-")
    opens = _CHOOSE.get(spoken) or _CHOOSE.get(spoken.partition("-")[0]) or _CHOOSE["en"]
    action = {"button": opens, "sections": [{"rows": [_row(one) for one in piece.buttons]}]}
    return {"type": "list", "body": above, "action": action}


def _row(button: Button) -> Mapping[str, str]:
    if len(button.label) <= MOST_ROW_LABEL:
        return {"id": button.id, "title": button.label}
    short = button.label[: MOST_ROW_LABEL - 1].rstrip() + "…"
    return {"id": button.id, "title": short, "description": button.label[:_MOST_ROW_TEXT]}


def _kind_of(file: Attachment) -> str:
    group = file.content_type.partition("/")[0].lower()
    return group if group in ("image", "video", "audio") else "document"


def _media(file: Attachment, account: Account) -> Mapping[str, str]:
    """The file as the network finds it: uploaded, or at its link."""
    if file.content is None:
        if not file.link:
            raise SendError(Fault.MEDIA, say("The file %(name)s is not there any more.", name=file.filename))
        return {"link": file.link}
    content_type = file.content_type.partition(";")[0].strip().lower()
    answer = graph(
        account,
        "POST",
        f"/{account.address}/media",
        data={"messaging_product": "whatsapp", "type": content_type},
        files={"file": (file.filename or "file", file.content, content_type)},
        is_safe=True,
        timeout=120.0,
    )
    return {"id": text(answer, "id")}
