"""What WhatsApp tells of conversations: messages in both directions, what became of ours, people, calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from channels_adapters.contents import Content
from channels_adapters.contracts import (
    Account,
    AccountEvent,
    CallEvent,
    DeliveryState,
    DeliveryUpdate,
    Event,
    Identifier,
    IdentityChanged,
    InboundMessage,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
    Payload,
    Person,
    ReachChanged,
    Recipient,
    ThreadRef,
)
from channels_adapters.event_ids import distinct, fingerprint
from channels_adapters.json_reading import Fields, fields, flag, instant, integer, items, storable, text
from channels_adapters.meta.entries import Entry, entries, unparsed
from channels_adapters.part_marks import marked
from channels_adapters.whatsapp.account_news import account_event
from channels_adapters.whatsapp.contents import contacts, content_of
from channels_adapters.whatsapp.faults import reason_of
from channels_adapters.whatsapp.people import identifiers, phone, user

_STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "played": DeliveryState.READ,
    "failed": DeliveryState.FAILED,
}
_CALLS = {"connect": "ringing", "ringing": "ringing", "accepted": "answered", "rejected": "missed"}
_TOLD_OF_US = ("messages", "message_echoes", "statuses", "calls", "user_preferences")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing an entry tells: its field (`messages`, `account_update`) and value, of which business account."""

    field: str
    value: Fields
    business: str
    at: datetime | None

    @property
    def account(self) -> str:
        """Whom it is for: a number, or a business account where it is for all numbers of that."""
        told = text(self.value, "metadata", "phone_number_id") or text(self.value, "waba_info", "waba_id")
        return told or self.business

    @property
    def contacts(self) -> Sequence[Fields]:
        """The people it is about."""
        return items(self.value, "contacts")


def events_of(payload: Payload, account: Account) -> Sequence[Event]:
    """All that a payload tells the account. Raises `Malformed`."""
    found = [one for entry in entries(payload) for one in changes_of(entry)]
    told = [event for change in _meant(found, account) for event in _events(change)]
    if not told and not found:
        return (unparsed({"body": text(payload.body.decode("utf-8", "replace"), most=2000)}),)
    return distinct(told)


def changes_of(entry: Entry) -> Sequence[Change]:
    """What an entry tells."""
    return [Change(text(one, "field"), fields(one, "value"), entry.account_id, entry.at) for one in entry.changes]


def _meant(found: Sequence[Change], account: Account) -> Sequence[Change]:
    """The changes for this account and for all of its business account; all of them where none names it."""
    ours = {account.address, text(account.settings.get("waba_id"))} - {""}
    ours |= {one.business for one in found if one.account in ours}
    return [one for one in found if one.account in ours] or found


def _events(change: Change) -> Iterator[Event]:
    value = change.value
    for one in items(value, "messages"):
        yield from _message(change, one, is_echo=False)
    for one in items(value, "message_echoes"):
        yield from _message(change, one, is_echo=True)
    for one in items(value, "statuses"):
        yield _call_status(change, one) if change.field == "calls" or one.get("type") == "call" else _status(one)
    for one in items(value, "calls"):
        yield _call(change, one)
    for one in items(value, "user_preferences"):
        yield _preference(change, one)
    if not any(items(value, name) for name in _TOLD_OF_US):
        yield account_event(change.field, value, change.business, change.at)


def _message(change: Change, message: Fields, *, is_echo: bool) -> Iterator[Event]:
    at, kind = instant(message, "timestamp") or change.at, text(message, "type")
    number = text(message, "id") or fingerprint(message)
    part = fields(message, kind)
    writer = _us(change, message) if is_echo else _writer(change, message)
    if kind == "system":
        yield from _system(message, part, number, at)
    elif kind == "revoke" and (about := text(part, "original_message_id")):
        yield MessageDeleted(f"revoke:{number}", about, at, must_erase=True)
    elif kind == "edit" and (about := text(part, "original_message_id")) and not (now := _edited(part, at)).unsupported:
        # What became of it can't always be had; what it was must not be lost then.
        yield MessageEdited(f"edit:{number}", about, now.text, at)
    elif kind == "request_welcome" or writer is None:
        yield unparsed(message, name=kind or "unparsed", at=at)
    elif kind == "reaction" and (about := text(part, "message_id")):
        emoji = text(part, "emoji", most=40)
        yield MessageReaction(f"reaction:{number}", about, writer, emoji, at, removed=not emoji)
    else:
        yield _inbound(change, message, number, writer, at, is_echo=is_echo)


def _edited(part: Fields, at: datetime | None) -> Content:
    return content_of(fields(part, "message"), (), at)


def _inbound(
    change: Change, message: Fields, number: str, writer: Person, at: datetime | None, *, is_echo: bool
) -> InboundMessage:
    errors = items(change.value, "errors")
    held = contacts(message) if text(message, "type") == "contacts" else content_of(message, errors, at)
    asked, referral = fields(message, "context"), fields(message, "referral")
    reader = identifiers(text(message, "to"), text(message, "to_user_id"), text(message, "to_parent_user_id"))
    return replace(
        held.message(f"message:{number}", number, writer, _thread(message, text(asked, "id")), at),
        direction="echo" if is_echo else "in",
        recipients=(Recipient(_named(change, reader)),) if is_echo and reader else (),
        context=MappingProxyType({**held.context, **_beside(message, asked, referral)}),
        referral=text(referral, "source_url", most=2000) or text(referral, "source_id"),
    )


def _thread(message: Fields, answered: str) -> ThreadRef:
    """A group goes on in one ticket whoever writes in it; one person's messages find theirs by him."""
    group, mid = text(message, "group_id"), f"mid:{answered}"
    keys = (*((f"group:{group}",) if group else ()), *((mid,) if answered else ()))
    return ThreadRef(keys=keys, answers=mid if answered else "")


def _beside(message: Fields, asked: Fields, referral: Fields) -> Mapping[str, object]:
    """What came with a message: the advertisement it began at, the product asked about, that it was passed on."""
    passed_on = flag(asked, "forwarded") or flag(asked, "frequently_forwarded")
    found = {
        "referral": storable(referral),
        "product": storable(fields(asked, "referred_product")),
        "forwarded": passed_on,
        "group": text(message, "group_id"),
    }
    return {name: value for name, value in found.items() if value}


def _writer(change: Change, message: Fields) -> Person | None:
    given = identifiers(text(message, "from"), text(message, "from_user_id"), text(message, "from_parent_user_id"))
    person = _named(change, given)
    return person if person.identifiers else None


def _us(change: Change, message: Fields) -> Person | None:
    """Us, as our own number: what was written in the app on the phone."""
    number = text(message, "from") or text(change.value, "metadata", "display_phone_number")
    return Person((phone(number),)) if number else None


def _named(change: Change, given: tuple[Identifier, ...]) -> Person:
    """The person with these identifiers, with the name and the further identifiers told of him."""
    for contact in change.contacts:
        told = identifiers(text(contact, "wa_id"), text(contact, "user_id"), text(contact, "parent_user_id"))
        is_meant = any(one in told for one in given)
        # A lone contact is meant, unless it says of the same kind something else.
        clashes = {one.kind for one in given} & {one.kind for one in told}
        if is_meant or (len(change.contacts) == 1 and not clashes):
            name, username = text(contact, "profile", "name"), text(contact, "profile", "username")
            more = tuple(one for one in told if one.kind not in {known.kind for known in given})
            everything = sorted((*given, *more), key=lambda one: one.kind != "phone")
            return Person(tuple(everything), name=name, username=username)
    return Person(given)


def _system(message: Fields, part: Fields, number: str, at: datetime | None) -> Iterator[Event]:
    """A new number, a new id; other notices are news."""
    old_phone = text(part, "customer") or text(message, "from")
    new_phone = text(part, "wa_id") or text(part, "new_wa_id")
    old_id = text(part, "previous_user_id") or text(message, "from_user_id")
    new_id = text(part, "user_id") or text(part, "new_user_id")
    is_known = "changed_number" in text(part, "type") or "changed_user_id" in text(part, "type")
    if is_known and old_phone and new_phone and old_phone != new_phone:
        yield IdentityChanged(f"system:{number}:phone", phone(old_phone), phone(new_phone), at)
    if is_known and old_id and new_id and old_id != new_id:
        yield IdentityChanged(f"system:{number}:user", user(old_id), user(new_id), at)
    elif is_known and old_phone and new_id and not new_phone:
        yield IdentityChanged(f"system:{number}:user", phone(old_phone), user(new_id), at)
    elif not (is_known and old_phone and new_phone):
        yield AccountEvent(f"system:{number}", text(part, "type", most=60) or "unparsed", text(part, "body"), at)


def _status(status: Fields) -> Event:
    at, number, state = instant(status, "timestamp"), text(status, "id"), text(status, "status").lower()
    who = identifiers(
        text(status, "recipient_participant_id") or text(status, "recipient_id"),
        text(status, "recipient_participant_user_id") or text(status, "recipient_user_id"),
    )
    event_id = f"status:{number}:{state}"
    if text(status, "recipient_type") == "group" and who:
        event_id += f":{who[0].value}"
    if state == "deleted" and number:
        return MessageDeleted(event_id, number, at)
    if state not in _STATES or not number:
        return unparsed(status, at=at)
    errors = items(status, "errors")
    return DeliveryUpdate(
        event_id,
        _STATES[state],
        external_ids=(number,),
        recipient=who[0] if who else None,
        reason="; ".join(map(reason_of, errors)) if state == "failed" else "",
        occurred_at=at,
        own_part=marked(text(status, "biz_opaque_callback_data", most=100)),
    )


def _preference(change: Change, given: Fields) -> Event:
    """Somebody takes no marketing messages any more, or does again."""
    person = _named(change, identifiers(text(given, "wa_id"), text(given, "user_id"), text(given, "parent_user_id")))
    wish, at = text(given, "value").lower(), instant(given, "timestamp") or change.at
    if not person.identifiers or wish not in ("stop", "resume"):
        return unparsed(given, at=at)
    event_id = f"preference:{fingerprint(given)}"
    return ReachChanged(event_id, person, "opted_out" if wish == "stop" else "reachable", at)


def _call(change: Change, call: Fields) -> Event:
    at, number = instant(call, "timestamp") or change.at, text(call, "id") or fingerprint(call)
    side = "to" if text(call, "direction").upper() == "BUSINESS_INITIATED" else "from"
    event, lasted = text(call, "event").lower(), integer(call, "duration")
    is_over = event == "terminate"
    is_missed = is_over and not lasted and text(call, "status").upper() != "COMPLETED"
    return CallEvent(
        f"call:{number}:{event}",
        number,
        _caller(change, text(call, side), text(call, f"{side}_user_id")),
        "missed" if is_missed else "ended" if is_over else _CALLS.get(event, event or "ringing"),
        at,
        timedelta(seconds=lasted) if lasted and 0 < lasted < 10**8 else None,
    )


def _call_status(change: Change, status: Fields) -> Event:
    at, number, state = instant(status, "timestamp"), text(status, "id"), text(status, "status").lower()
    who = _caller(change, text(status, "recipient_id"), text(status, "recipient_user_id"))
    return CallEvent(f"call:{number}:{state}", number or fingerprint(status), who, _CALLS.get(state, state), at)


def _caller(change: Change, number: str, user_id: str) -> Person:
    """Who calls or is called; who is named beside the call goes before its bare numbers."""
    if len(change.contacts) == 1 and (told := _named(change, ())).identifiers:
        return told
    return _named(change, identifiers(number, user_id) or (phone("unknown"),))
