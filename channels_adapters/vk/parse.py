"""Events of the Callback API as ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from channels_adapters.contents import Content
from channels_adapters.contracts import (
    AccountEvent,
    Choice,
    DeliveryState,
    DeliveryUpdate,
    Event,
    Identifier,
    InboundMessage,
    MessageEdited,
    MessageReaction,
    Payload,
    Person,
    ReachChanged,
    Recipient,
    ThreadRef,
    Typing,
)
from channels_adapters.event_ids import digest
from channels_adapters.json_reading import Fields, document, fields, instant, integer, items, text
from channels_adapters.vk.contents import contents_of
from channels_adapters.wording import say

#: Peers from here on are conversations of several people.
ROOMS_FROM = 2_000_000_000
#: A receipt names the last message read; those before it have numbers below, and so many of them are told.
_READ_AT_ONCE = 50
_LANGUAGES: Mapping[int | None, str] = {0: "ru", 1: "uk", 2: "be", 3: "en"}
_EMOJI = ("❤️", "🔥", "😂", "👍", "💩", "❓", "😭", "😡", "👎", "👌", "😃", "🤔", "🙏", "😘", "😍", "🎉")


def parse_events(payload: Payload) -> tuple[Event, ...]:
    """What a request tells, or each of the answer to a long poll. Raises `Malformed`."""
    found = document(payload.body)
    unnamed = digest(payload.body)
    return tuple(
        event
        for number, one in enumerate(items(found, "updates") or [found])
        for event in _told(one, f"{unnamed}.{number}", payload.received_at)
    )


def _told(event: Fields, unnamed: str, at: datetime | None) -> list[Event]:
    kind, about = text(event, "type", most=60), fields(event, "object")
    base = text(event, "event_id", most=100) or unnamed
    unparsed = AccountEvent(base, "unparsed", kind or ", ".join(sorted(map(str, event)))[:500])
    return _events(kind, about, base, event, at) or [unparsed]


def _events(kind: str, about: Fields, base: str, event: Fields, at: datetime | None) -> list[Event]:
    person, peer = _person(text(about, "user_id") or text(about, "from_id"), event), text(about, "peer_id")
    if kind in ("message_new", "message_reply", "message_edit"):
        return _message(kind, fields(about, "message") or about, event)
    if not person.primary.value and kind != "message_reaction_event":
        return []
    match kind:
        case "message_event":
            return [_pressed(about, base, person)]
        case "message_read":
            return _read(about, base, person, at)
        case "message_allow" | "message_deny":
            return [ReachChanged(base, person, "reachable" if kind == "message_allow" else "blocked")]
        case "message_typing_state":
            return [Typing(base, person, _thread(peer, {}))]
        case "message_reaction_event":
            return _reaction(about, base, event)
    return []


def _message(kind: str, message: Fields, event: Fields) -> list[Event]:
    author, key = text(message, "from_id") or text(message, "user_id"), _key(message)
    peer, at = _peer(message), instant(message, "date")
    if not (author and key):
        return []
    # Old versions number no events.
    base = text(event, "event_id", most=100) or f"{kind}:{key}:{text(message, 'update_time')}"
    found = contents_of(message)
    if kind == "message_edit":
        return [MessageEdited(base, key, found.text, instant(message, "update_time") or at)]
    if action := text(message, "action", "type", most=60):
        return [AccountEvent(base, "service_message", action, at)]
    is_echo = kind == "message_reply" or integer(message, "out") == 1
    if found.is_empty:
        found = Content(unsupported=say("An empty message of VK."))
    said = replace(found, choice=_choice(message.get("payload"), found.text))
    is_told = is_echo and not _is_room(peer)
    return [
        replace(
            said.message(base, key, _person(author, event), _thread(peer, fields(message, "reply_message")), at),
            direction="echo" if is_echo else "in",
            recipients=(Recipient(_person(peer, event)),) if is_told else (),
            referral=text(message, "ref", most=300),
        )
    ]


def _pressed(about: Fields, base: str, person: Person) -> InboundMessage:
    peer, number = text(about, "peer_id") or person.primary.value, text(about, "conversation_message_id")
    choice = _choice(about.get("payload"), "")
    said = Content(choice.id, choice=choice) if choice else Content(unsupported=say("A button that says nothing."))
    thread = _thread(peer, {"conversation_message_id": number})
    return said.message(base, f"event:{text(about, 'event_id', most=100) or base}", person, thread, None)


def _choice(payload: object, label: str) -> Choice | None:
    """What a button carries: our own id, or for buttons made elsewhere all of it."""
    carried, written = payload, payload
    try:
        if isinstance(payload, str):
            carried = json.loads(payload)
        else:
            written = json.dumps(payload, sort_keys=True, ensure_ascii=False)
    except (ValueError, RecursionError):
        carried = None
    found = text(carried, "button", most=500) or text(written, most=500)
    return Choice(found, label[:200]) if payload and found else None


def _read(about: Fields, base: str, person: Person, at: datetime | None) -> list[Event]:
    peer = text(about, "peer_id") or person.primary.value
    last = integer(about, "conversation_message_id")
    if peer and person.primary.kind == "vk_group":
        # The community itself read what the customer wrote.
        return [AccountEvent(base, "read", peer)]
    if last and last > 0:
        numbers = range(max(1, last - _READ_AT_ONCE + 1), last + 1)
        ids = tuple(f"{peer}:{number}" for number in numbers)
        return [DeliveryUpdate(base, DeliveryState.READ, ids, recipient=person.primary)]
    if at is None:
        return []
    # Older versions name a number that only counts in the community's own mailbox.
    return [DeliveryUpdate(base, DeliveryState.READ, watermark=at, recipient=person.primary, occurred_at=at)]


def _reaction(about: Fields, base: str, event: Fields) -> list[Event]:
    author = _person(text(about, "reacted_id") or text(about, "from_id") or text(about, "user_id"), event)
    key = _key({**about, "conversation_message_id": about.get("cmid") or about.get("conversation_message_id")})
    number = integer(about, "reaction_id")
    if not (author.primary.value and key):
        return []
    # Everybody has one: a new one takes the place of the old, which is not told.
    gone = MessageReaction(f"{base}:off", key, author, "", removed=True)
    if not number or number < 1:
        return [gone]
    emoji = _EMOJI[number - 1] if number <= len(_EMOJI) else "🧩"
    return [gone, MessageReaction(f"{base}:on", key, author, emoji)]


def _key(message: Fields) -> str:
    """The number of a message in its conversation; of old versions the one in the community's mailbox."""
    peer, number = _peer(message), text(message, "conversation_message_id", most=30)
    if peer and number not in ("", "0"):
        return f"{peer}:{number}"
    mailed = text(message, "id", most=30)
    return f"{peer}:id{mailed}" if peer and mailed else ""


def _peer(message: Fields) -> str:
    return next((one for name in ("peer_id", "user_id", "from_id") if (one := text(message, name, most=30))), "")


def _is_room(peer: str) -> bool:
    return (integer(peer) or 0) >= ROOMS_FROM


def _thread(peer: str, answered: Fields) -> ThreadRef:
    key = _key({**answered, "peer_id": peer}) if answered else ""
    keys = ([f"room:{peer}"] if _is_room(peer) else []) + ([f"mid:{key}"] if key else [])
    return ThreadRef(tuple(keys), f"mid:{key}" if key else "")


def _person(value: str, event: Fields) -> Person:
    """Somebody, whom events tell by a number alone; a community has one below zero."""
    kind = "vk_group" if value.startswith("-") else "vk_user"
    language = _LANGUAGES.get(integer(event, "object", "client_info", "lang_id"), "")
    return Person((Identifier(kind, value[:30], verified=True),), locale=language)
