"""A reply as messages of the Bot API."""

from __future__ import annotations

from collections.abc import Mapping
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
from channels_adapters.faults import needed
from channels_adapters.json_reading import text
from channels_adapters.outgoing_parts import Portion, portions, send_parts
from channels_adapters.telegram.api import Migrated, ask
from channels_adapters.wording import say

#: Bytes that a button may carry (`callback_data`).
_MOST_CARRIED = 64
_MOST_PHOTO = 10 * 1024 * 1024
_PHOTOS = ("image/jpeg", "image/png", "image/webp")
#: Labels up to this long stand beside each other, so many in a row.
_SHORT, _IN_A_ROW = 3, 6


@dataclass(slots=True)
class _Place:
    """Where the reply goes; a group may turn out to have moved on the way."""

    chat: str
    topic: str = ""
    connection: str = ""

    @classmethod
    def of(cls, message: OutboundMessage) -> _Place:
        """The conversation that is answered, else the person's own chat with the bot."""
        needed(message.to, Fault.RECIPIENT, say("The message has no recipient."))
        # A group that has moved has its new key last.
        for key in reversed(message.thread.keys):
            match key.split(":"):
                case ["room", "business", connection, chat]:
                    return cls(chat, connection=connection)
                case ["room", chat, *topic]:
                    return cls(chat, "".join(topic))
        return cls(message.to[0].person.primary.value)

    def written(self) -> dict[str, object]:
        """As every sending method wants it."""
        told = {"chat_id": self.chat, "message_thread_id": self.topic, "business_connection_id": self.connection}
        return {name: value for name, value in told.items() if value}

    def answering(self, answers: str) -> dict[str, object]:
        """What is quoted, where it was said in this very chat."""
        room, _, number = answers.removeprefix("mid:").rpartition(":")
        if room != ":".join(filter(None, (self.connection, self.chat))) or not number.isdecimal():
            return {}
        return {"reply_parameters": {"message_id": int(number), "allow_sending_without_reply": True}}


def send(message: OutboundMessage, account: Account, can: Capabilities) -> Sent:
    """Texts without any markup, then files; buttons below the last text. Raises `SendError`."""
    place, keyboard = _Place.of(message), _keyboard(message.buttons)

    def transmit(part: Portion) -> str:
        extra = place.answering(message.thread.answers) if part.number == 0 else {}
        extra |= keyboard if part.buttons else {}
        try:
            return _transmit(part, place, extra, account)
        except Migrated as moved:
            place.chat, place.topic = moved.chat_id, ""
            return _transmit(part, place, {**extra, **place.answering("")}, account)

    return send_parts(message, portions(message, can), transmit)


def tell_typing(message: OutboundMessage, account: Account) -> bool:
    """Show in the chat that somebody writes. Raises `SendError`."""
    return bool(ask(account, "sendChatAction", {**_Place.of(message).written(), "action": "typing"}, is_safe=True))


def _transmit(part: Portion, place: _Place, extra: Mapping[str, object], account: Account) -> str:
    asked = {**place.written(), **extra}
    if not part.files:
        return _external_id(ask(account, "sendMessage", {**asked, "text": part.text}), place)
    (file,) = part.files
    method, name = _method(file)
    try:
        return _external_id(_upload(file, method, name, asked, account), place)
    except SendError as problem:
        if problem.fault is not Fault.MEDIA or name == "document":
            raise
        # Dimensions or an encoding it does not show as a picture or plays: as a plain file it takes anything.
        return _external_id(_upload(file, "sendDocument", "document", asked, account), place)


def _upload(file: Attachment, method: str, name: str, asked: Mapping[str, object], account: Account) -> object:
    uploaded = (file.filename or "file", file.content or b"", file.content_type)
    return ask(account, method, asked, file=(name, uploaded))


def _method(file: Attachment) -> tuple[str, str]:
    if file.content_type in _PHOTOS and file.size <= _MOST_PHOTO:
        return "sendPhoto", "photo"
    if file.content_type == "video/mp4":
        return "sendVideo", "video"
    if file.content_type in ("audio/mpeg", "audio/mp4"):
        return "sendAudio", "audio"
    return "sendDocument", "document"


def _external_id(result: object, place: _Place) -> str:
    number = needed(text(result, "message_id"), Fault.UNKNOWN_OUTCOME, say("Telegram's answer can't be read."))
    return ":".join(filter(None, (place.connection, text(result, "chat", "id") or place.chat, number)))


def _keyboard(buttons: tuple[Button, ...]) -> dict[str, object]:
    if not buttons:
        return {}
    if any(not 1 <= len(one.id.encode()) <= _MOST_CARRIED for one in buttons):
        raise SendError(Fault.CONTENT, say("A button carries more than Telegram allows."))
    made = [{"text": one.label, "callback_data": one.id} for one in buttons]
    width = _IN_A_ROW if all(len(one.label) <= _SHORT for one in buttons) else 1
    return {"reply_markup": {"inline_keyboard": [made[at : at + width] for at in range(0, len(made), width)]}}
