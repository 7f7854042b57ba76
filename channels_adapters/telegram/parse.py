"""Updates of the Bot API as events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from channels_adapters.contents import Content
from channels_adapters.contracts import (
    AccountEvent,
    Automatic,
    Choice,
    Event,
    Identifier,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
    Payload,
    Person,
    ReachChanged,
    Recipient,
    ThreadRef,
)
from channels_adapters.event_ids import digest
from channels_adapters.json_reading import Fields, document, fields, flag, instant, items, text, texts
from channels_adapters.telegram.contents import files_of, name_of, person_of, text_of
from channels_adapters.wording import say

#: What comes with every message and is not its content.
_AROUND = re.compile(
    "message_id|message_thread_id|business_connection_id|media_group_id|effect_id|from|sender_.*|date|chat|forward_.*|is_.*|has_.*|reply_.*|external_reply|quote|via_bot|edit_date"
    "|author_signature|.*_count|entities|caption.*|show_.*|link_preview_options|text|direct_messages_topic|guest_.*"
)
#: What the network says about a chat by itself: nobody wrote anything.
_SERVICE = re.compile(
    "new_chat_.*|left_chat_.*|delete_chat_.*|.*_chat_created|message_auto_delete.*|migrate_to_.*|pinned_message"
    "|connected_website|write_access_.*|proximity_.*|boost_added|chat_.*|forum_topic_.*|general_forum_.*|refunded_.*"
    "|giveaway_(?:created|completed)|(?:video|voice)_chat_.*|.*_price_changed|checklist_tasks_.*|suggested_post_.*"
)


def parse_updates(payload: Payload) -> tuple[Event, ...]:
    """What an update tells, or each of the answer to a poll. Raises `Malformed`."""
    found = document(payload.body)
    updates = items(found, "result") or [found]
    unnamed = digest(payload.body)
    return tuple(
        event
        for number, update in enumerate(updates)
        for event in _told(update, text(update, "update_id", most=40) or f"{unnamed}.{number}")
    )


def callback_of(payload: Payload) -> str:
    """The id of the press of a button that waits for an answer, if the update is one. Raises `Malformed`."""
    return text(document(payload.body), "callback_query", "id")


def _told(update: Fields, base: str) -> Iterator[Event]:
    made = 0
    for name, value in update.items():
        about = value if isinstance(value, dict) else {}
        for event in _events(name, about, base) if about else ():
            made += 1
            yield event
    if not made:
        kinds = ", ".join(sorted(str(name) for name in update if name != "update_id"))
        yield AccountEvent(base, "unparsed", text(kinds, most=500))


def _events(name: str, about: Fields, base: str) -> Iterator[Event]:
    if name in ("message", "business_message", "channel_post", "guest_message"):
        yield from _message(about, base)
    elif name in ("edited_message", "edited_business_message", "edited_channel_post"):
        if key := _key(about):
            at = instant(about, "edit_date") or instant(about, "date")
            # All of it is told anew; what is made of words alone (a place) has no file of its own.
            files = tuple(one for one in files_of(about) if one.ref)
            yield MessageEdited(f"{base}:edit:{key}", key, text_of(about), at, attachments=files or None)
    elif name == "callback_query":
        yield from _pressed(about, base)
    elif name == "deleted_business_messages":
        keys = [_key({**about, "message_id": one}) for one in texts(about, "message_ids")]
        for key in dict.fromkeys(filter(None, keys)):
            yield MessageDeleted(f"{base}:deleted:{key}", key)
    elif name == "message_reaction":
        yield from _reactions(about, base)
    elif name == "my_chat_member":
        yield from _membership(about, base)
    elif name == "business_connection":
        event = "business_connected" if flag(about, "is_enabled") else "business_disconnected"
        yield AccountEvent(base, event, name_of(fields(about, "user")), instant(about, "date"))


def _message(message: Fields, base: str) -> Iterator[Event]:
    key, at = _key(message), instant(message, "date")
    if not key:
        return
    kind = next((str(name) for name in message if not _AROUND.fullmatch(str(name))), "")
    written, files = text_of(message), files_of(message)
    is_move = "migrate_from_chat_id" in message
    if not (written or files or is_move) and _SERVICE.fullmatch(kind):
        yield AccountEvent(f"{base}:{key}", "service_message", kind, at)
        return
    chat, author = fields(message, "chat"), _author(message)
    is_echo = bool(text(message, "business_connection_id")) and author.primary.value != text(chat, "id")
    origin = fields(message, "forward_origin")
    title = text(chat, "title", most=200)
    if is_move:
        written = say("The group became a supergroup.")
    said = Content(written, files, unsupported="" if written or files else _unsupported(kind))
    yield replace(
        said.message(f"{base}:{key}", key, author, _thread(message), at),
        direction="echo" if is_echo else "in",
        recipients=(Recipient(person_of(chat)),) if is_echo else (),
        automatic=Automatic.BULK if is_move else None,
        group_key=text(message, "media_group_id", most=100),
        context={"group": title} if title else {},
        referral=_referral(written),
        forwarded_from=_forwarded(origin) if origin else None,
    )


def _referral(written: str) -> str:
    """What a deep link carried: https://t.me/bot?start=it."""
    match = re.match(r"/start(?:@\w+)? ([A-Za-z0-9_-]{1,64})\Z", written)
    return match[1] if match else ""


def _unsupported(kind: str) -> str:
    return say("A message of Telegram's kind “%(kind)s”, which can't be shown here.", kind=kind or "empty")


def _pressed(query: Fields, base: str) -> Iterator[Event]:
    message, author = fields(query, "message"), person_of(fields(query, "from"))
    number_, data = text(query, "id", most=100), text(query, "data", most=256)
    if not number_ or not author.primary.value:
        return
    label = _label(message, data)
    thread = _thread(message)
    if key := _key(message):
        thread = ThreadRef((*thread.keys, f"mid:{key}"), f"mid:{key}")
    said = Content(label or data, choice=Choice(data, label) if data else None)
    if said.is_empty:
        said = Content(unsupported=_unsupported("callback_query"))
    yield said.message(f"{base}:callback", f"callback:{number_}", author, thread, None)


def _label(message: Fields, data: str) -> str:
    rows = fields(message, "reply_markup").get("inline_keyboard")
    for row in rows if isinstance(rows, list) else ():
        for button in items({"row": row}, "row"):
            if data and text(button, "callback_data") == data:
                return text(button, "text", most=200)
    return ""


def _reactions(about: Fields, base: str) -> Iterator[Event]:
    key, at = _key(about), instant(about, "date")
    author = person_of(fields(about, "user") or fields(about, "actor_chat"))
    old, new = ([_emoji(one) for one in items(about, name)] for name in ("old_reaction", "new_reaction"))
    if not key or not author.primary.value:
        return
    for emoji in dict.fromkeys(old):
        if emoji not in new:
            yield MessageReaction(f"{base}:-{emoji}", key, author, emoji, at, removed=True)
    for emoji in dict.fromkeys(new):
        if emoji not in old:
            yield MessageReaction(f"{base}:+{emoji}", key, author, emoji, at)


def _emoji(reaction: Fields) -> str:
    """The emoji; one of somebody's own making has only an id, a paid one is a star."""
    return text(reaction, "emoji", most=40) or ("⭐" if text(reaction, "type") == "paid" else "🧩")


def _membership(about: Fields, base: str) -> Iterator[Event]:
    chat, at = fields(about, "chat"), instant(about, "date")
    status = text(about, "new_chat_member", "status")
    if text(chat, "type") == "private" or (not chat and fields(about, "from")):
        writer = person_of(fields(about, "from") or chat)
        yield ReachChanged(base, writer, "blocked" if status in ("kicked", "left") else "reachable", at)
    else:
        event = "bot_removed" if status in ("kicked", "left") else "bot_added"
        yield AccountEvent(base, event, f"{text(chat, 'title', most=200)} ({status})", at)


def _key(message: Fields) -> str:
    """Ids are unique within a chat, and in chats of a business within its connection."""
    chat, number_ = text(message, "chat", "id", most=40), text(message, "message_id", most=40)
    connection = text(message, "business_connection_id", most=100)
    return ":".join(filter(None, (connection, chat, number_))) if chat and number_ else ""


def _thread(message: Fields) -> ThreadRef:
    """A person is the conversation, but for groups, topics and the chats of a business."""
    chat, topic = text(message, "chat", "id", most=40), text(message, "message_thread_id", most=40)
    connection, in_topic = text(message, "business_connection_id", most=100), flag(message, "is_topic_message")
    keys = [f"room:{text(message, name)}" for name in ("migrate_from_chat_id",) if text(message, name)]
    if connection:
        keys.insert(0, f"room:business:{connection}:{chat}")
    elif in_topic and topic:
        keys.insert(0, f"room:{chat}:{topic}")
    elif chat and text(message, "chat", "type") not in ("private", ""):
        keys.insert(0, f"room:{chat}")
    answered = fields(message, "reply_to_message")
    # In a topic whatever answers nothing answers the message that opened it.
    is_answer = answered and text(answered, "message_id") != topic
    key = _key({**message, "message_id": answered.get("message_id")}) if is_answer else ""
    return ThreadRef((*keys, *([f"mid:{key}"] if key else [])), f"mid:{key}" if key else "")


def _author(message: Fields) -> Person:
    """Who wrote; a group or a channel where someone writes in its name."""
    named = [fields(message, name) for name in ("sender_chat", "from", "chat")]
    writer = person_of(next(one for one in named if text(one, "id")))
    contact, own = fields(message, "contact"), text(message, "from", "id")
    digits = re.sub(r"\D", "", text(contact, "phone_number", most=30))
    if own and digits and text(contact, "user_id") == own:
        # He shared his own number, which the network has checked.
        phone = Identifier("phone", f"+{digits}", verified=True)
        return Person((*writer.identifiers, phone), writer.name, writer.username, locale=writer.locale)
    return writer


def _forwarded(origin: Fields) -> Person | None:
    known = fields(origin, "sender_user") or fields(origin, "sender_chat") or fields(origin, "chat")
    if known:
        return person_of(known)
    name = text(origin, "sender_user_name", most=200)
    return Person((Identifier("tg_name", name),), name=name) if name else None
