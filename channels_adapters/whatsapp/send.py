"""Sending by the Cloud API: texts, files, buttons and lists, templates; answers to people with and without a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
from channels_adapters.faults import needed
from channels_adapters.json_reading import Fields, first, items, text
from channels_adapters.meta.graph import graph
from channels_adapters.outgoing_parts import Portion, portions, send_parts
from channels_adapters.part_marks import mark
from channels_adapters.whatsapp.people import PARENT, USER, identifiers
from channels_adapters.whatsapp.templates import filled
from channels_adapters.wording import say

#: A text above buttons may have so many characters.
MOST_ABOVE_BUTTONS = 1024
MOST_BUTTONS, MOST_ROWS = 3, 10
MOST_BUTTON_LABEL, MOST_ROW_LABEL, _MOST_ROW_TEXT = 20, 24, 72
#: What opens a list, in the languages the product speaks; the customer reads it.
_CHOOSE = {"en": "Choose", "ru": "Выбрать", "zh": "请选择", "zh-hant": "請選擇", "zh-tw": "請選擇", "zh-hk": "請選擇"}


def send(message: OutboundMessage, account: Account, can: Capabilities) -> Sent:
    """Hand over every part in order. Raises `SendError`."""
    addressed, answered = _addressed(message), _answered(message)
    parts = _parts(message, can)
    learned: list[Person] = []

    def transmit(part: Portion) -> str:
        body = {"messaging_product": "whatsapp", **addressed, **_content(part, message, account)}
        body["biz_opaque_callback_data"] = mark(message.client_ref, part.number, len(parts))
        if part.number == 0 and answered and not message.template:
            body["context"] = {"message_id": answered}
        answer = graph(account, "POST", f"/{account.address}/messages", json=body)
        learned.extend(_learned(answer, message))
        reason = say("WhatsApp answers without saying what became of the message.")
        return needed(text(first(answer, "messages"), "id"), Fault.UNKNOWN_OUTCOME, reason)

    sent = send_parts(message, parts, transmit)
    return replace(sent, learned=tuple(dict.fromkeys(learned)))


def tell_typing(message: OutboundMessage, account: Account) -> bool:
    """Show below what is answered that somebody writes; the network marks it as read with it. Raises `SendError`."""
    answered = _answered(message)
    if answered:
        shown = {"status": "read", "message_id": answered, "typing_indicator": {"type": "text"}}
        graph(account, "POST", f"/{account.address}/messages", json={"messaging_product": "whatsapp", **shown})
    return bool(answered)


def _answered(message: OutboundMessage) -> str:
    """The id of the message that is answered; "" where the network has none for it."""
    number = message.thread.answers.removeprefix("mid:")
    return number if number.startswith("wamid.") else ""


def _addressed(message: OutboundMessage) -> Mapping[str, str]:
    """To whom: a group, a number, or the id of a person whose number nobody has."""
    if groups := message.thread.named("group"):
        return {"recipient_type": "group", "to": groups[0]}
    one = needed(message.to, Fault.RECIPIENT, say("There is nobody to send it to."))[0].person.primary
    if one.kind in (USER, PARENT):
        return {"recipient_type": "individual", "recipient": one.value}
    return {"recipient_type": "individual", "to": one.value.lstrip("+")}


def _learned(answer: Fields, message: OutboundMessage) -> Sequence[Person]:
    """What the network tells of whom we wrote to: his number as it knows it, his id for us."""
    if not message.to or message.thread.named("group"):
        return ()
    known = message.to[0].person.primary
    for contact in items(answer, "contacts")[:1]:
        told = identifiers(text(contact, "wa_id"), text(contact, "user_id"), text(contact, "parent_user_id"))
        new = tuple(one for one in told if (one.kind, one.value) != (known.kind, known.value))
        return (Person((known, *new)),) if new else ()
    return ()


def _parts(message: OutboundMessage, can: Capabilities) -> Sequence[Portion]:
    if message.template:
        return [Portion()]
    if len(message.buttons) > MOST_ROWS:
        raise SendError(Fault.CONTENT, say("WhatsApp shows %(count)s answers to choose from at most.", count=MOST_ROWS))
    if message.buttons:
        can = replace(can, text_limit=MOST_ABOVE_BUTTONS)
    made = portions(message, can)
    has_all = not message.buttons or any(one.buttons for one in made)
    return made if has_all else portions(replace(message, text="…"), can)


def _content(part: Portion, message: OutboundMessage, account: Account) -> Mapping[str, Any]:
    if message.template:
        return _template(message, account)
    for file in part.files:
        kind = _kind_of(file)
        name = {"filename": file.filename} if kind == "document" else {}
        return {"type": kind, kind: {**_media(file, account), **name}}
    if part.buttons:
        return {"type": "interactive", "interactive": _interactive(part, message.language)}
    return {"type": "text", "text": {"body": part.text, "preview_url": "://" in part.text}}


def _template(message: OutboundMessage, account: Account) -> Mapping[str, Any]:
    chosen, body = filled(message, account)
    files = message.attachments
    if (len(files) == 1) != bool(chosen.file) or len(files) > 1:
        lacking = say("The template needs one file, of the kind %(kind)s.", kind=chosen.file)
        raise SendError(Fault.CONTENT, lacking if chosen.file else say("The template takes no files."))
    if files:
        header = {"type": chosen.file, chosen.file: _media(files[0], account)}
        body["template"]["components"].insert(0, {"type": "header", "parameters": [header]})
    return body


def _interactive(part: Portion, language: str) -> Mapping[str, Any]:
    """Up to three short answers are buttons, others a list."""
    above = {"text": part.text}
    if len(part.buttons) <= MOST_BUTTONS and all(len(one.label) <= MOST_BUTTON_LABEL for one in part.buttons):
        shown = [{"type": "reply", "reply": {"id": one.id, "title": one.label}} for one in part.buttons]
        return {"type": "button", "body": above, "action": {"buttons": shown}}
    spoken = language.lower().replace("_", "-")
    opens = _CHOOSE.get(spoken) or _CHOOSE.get(spoken.partition("-")[0]) or _CHOOSE["en"]
    action = {"button": opens, "sections": [{"rows": [_row(one) for one in part.buttons]}]}
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
