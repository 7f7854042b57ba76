"""A reply as messages of VK."""

from __future__ import annotations

import hashlib

from channels_adapters.contracts import Account, Button, Capabilities, Fault, OutboundMessage, SendError, Sent
from channels_adapters.faults import needed
from channels_adapters.json_reading import fields, first, integer, text
from channels_adapters.outgoing_parts import Portion, portions, send_parts
from channels_adapters.vk.api import as_json, ask, fault_of, upload
from channels_adapters.wording import say

_FILES_AT_ONCE = 10
#: Labels up to this long stand beside each other; a keyboard has five in a row at most, and six rows.
_SHORT, _IN_A_ROW, _ROWS = 3, 5, 6
_MOST_CARRIED = 255


def send(message: OutboundMessage, account: Account, can: Capabilities) -> Sent:
    """Texts, the last of them with the files; buttons below the last message. Raises `SendError`."""
    peer, keyboard = _peer(message), _keyboard(message.buttons)
    quoted = _quoted(message.thread.answers, peer)

    def transmit(part: Portion) -> str:
        asked = {"message": part.text} if part.text else {}
        if part.files:
            asked["attachment"] = ",".join(upload(account, file, peer) for file in part.files)
        asked |= quoted if part.number == 0 else {}
        asked |= keyboard if part.buttons else {}
        once: dict[str, str | int] = {"peer_ids": peer, "random_id": _random_id(message.client_ref, part.number)}
        return _taken(ask(account, "messages.send", {**asked, **once}, is_safe=False), peer)

    parts = portions(message, can, files_at_once=_FILES_AT_ONCE, buttons_at_end=True)
    return send_parts(message, parts, transmit)


def tell_typing(message: OutboundMessage, account: Account) -> bool:
    """Show in the conversation that somebody writes. Raises `SendError`."""
    return bool(ask(account, "messages.setActivity", {"peer_id": _peer(message), "type": "typing"}))


def _peer(message: OutboundMessage) -> str:
    found = (*message.thread.named("room"), *(one.person.primary.value for one in message.to))
    return needed(found, Fault.RECIPIENT, say("The message has no recipient."))[0]


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
    one = first(response)
    if error := fields(one, "error"):
        raise fault_of(integer(error, "code") or 0, text(error, "description", most=300))
    number, mailed = text(one, "conversation_message_id"), text(one, "message_id")
    needed(number or mailed, Fault.UNKNOWN_OUTCOME, say("VK's answer can't be read."))
    return f"{peer}:{number}" if number not in ("", "0") else f"{peer}:id{mailed}"


def _keyboard(buttons: tuple[Button, ...]) -> dict[str, str]:
    if not buttons:
        return {}
    carried = [as_json({"button": one.id}) for one in buttons]
    if any(len(one) > _MOST_CARRIED for one in carried):
        raise SendError(Fault.CONTENT, say("A button carries more than VK allows."))
    made = [
        {"action": {"type": "text", "label": one.label, "payload": payload}, "color": "secondary"}
        for one, payload in zip(buttons, carried, strict=True)
    ]
    width = _IN_A_ROW if all(len(one.label) <= _SHORT for one in buttons) else -(-len(buttons) // _ROWS)
    rows = [made[at : at + width] for at in range(0, len(made), width)]
    return {"keyboard": as_json({"inline": True, "buttons": rows})}
