"""A reply as messages of VK."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from channels_adapters.contracts import (
    Account,
    Attachment,
    Button,
    Capabilities,
    Fault,
    OutboundMessage,
    SendError,
    Sent,
)
from channels_adapters.json_reading import fields, integer, text
from channels_adapters.outgoing_parts import send_parts, text_and_files
from channels_adapters.vk.api import as_json, ask, fault_of, upload
from channels_adapters.wording import say

_FILES_AT_ONCE = 10
#: Labels up to this long stand beside each other; a keyboard has five in a row at most, and six rows.
_SHORT, _IN_A_ROW, _ROWS = 3, 5, 6
_MOST_CARRIED = 255


@dataclass(frozen=True, slots=True)
class _Part:
    """One message; `number` stays the same over every attempt."""

    number: int
    text: str
    files: tuple[Attachment, ...] = ()
    is_last: bool = False


def send(message: OutboundMessage, account: Account, can: Capabilities) -> Sent:
    """Texts, the last of them with the files; buttons below the last message. Raises `SendError`."""
    peer, keyboard = _peer(message), _keyboard(message.buttons)
    quoted = _quoted(message.thread.answers, peer)

    def transmit(part: _Part) -> str:
        asked = {"message": part.text} if part.text else {}
        if part.files:
            asked["attachment"] = ",".join(upload(account, file, peer) for file in part.files)
        asked |= quoted if part.number == 0 else {}
        asked |= keyboard if part.is_last else {}
        once: dict[str, str | int] = {"peer_ids": peer, "random_id": _random_id(message.client_ref, part.number)}
        return _taken(ask(account, "messages.send", {**asked, **once}, is_safe=False), peer)

    return send_parts(message, _parts(message, can), transmit)


def _parts(message: OutboundMessage, can: Capabilities) -> list[_Part]:
    found = text_and_files(message, can)
    texts = [one for one in found if isinstance(one, str)]
    files = [one for one in found if isinstance(one, Attachment)]
    groups = [tuple(files[at : at + _FILES_AT_ONCE]) for at in range(0, len(files), _FILES_AT_ONCE)]
    first = groups.pop(0) if groups and texts else ()
    said = [(one, first if one is texts[-1] else ()) for one in texts] + [("", group) for group in groups]
    return [_Part(number, words, held, number == len(said) - 1) for number, (words, held) in enumerate(said)]


def _peer(message: OutboundMessage) -> str:
    rooms = [key.removeprefix("room:") for key in message.thread.keys if key.startswith("room:")]
    if rooms:
        return rooms[0]
    if not message.to:
        raise SendError(Fault.RECIPIENT, say("The message has no recipient."))
    return message.to[0].person.primary.value


def _quoted(answers: str, peer: str) -> dict[str, str]:
    room, _, number = answers.removeprefix("mid:").rpartition(":")
    if room != peer or not number.isdecimal():
        return {}
    return {"forward": as_json({"peer_id": int(peer), "conversation_message_ids": [int(number)], "is_reply": True})}


def _random_id(client_ref: str, number: int) -> int:
    """The same for the same part of the same message: VK takes it once."""
    return int.from_bytes(hashlib.sha256(f"{client_ref}:{number}".encode()).digest()[:4]) % (2**31 - 1) + 1


def _taken(response: object, peer: str) -> str:
    if isinstance(response, int):
        return f"{peer}:id{response}"
    one = response[0] if isinstance(response, list) and response else {}
    if error := fields(one, "error"):
        raise fault_of(integer(error, "code") or 0, text(error, "description", most=300))
    number, mailed = text(one, "conversation_message_id"), text(one, "message_id")
    if not (number or mailed):
        raise SendError(Fault.UNKNOWN_OUTCOME, say("VK's answer can't be read."))
    return f"{peer}:{number}" if number not in ("", "0") else f"{peer}:id{mailed}"


def _keyboard(buttons: tuple[Button, ...]) -> dict[str, str]:
    if not buttons:
        return {}
    made = [
        {"action": {"type": "text", "label": one.label, "payload": as_json({"button": one.id})}, "color": "secondary"}
        for one in buttons
    ]
    if any(len(one["action"]["payload"]) > _MOST_CARRIED for one in made if isinstance(one["action"], dict)):
        raise SendError(Fault.CONTENT, say("A button carries more than VK allows."))
    width = _IN_A_ROW if all(len(one.label) <= _SHORT for one in buttons) else -(-len(buttons) // _ROWS)
    rows = [made[at : at + width] for at in range(0, len(made), width)]
    return {"keyboard": as_json({"inline": True, "buttons": rows})}
