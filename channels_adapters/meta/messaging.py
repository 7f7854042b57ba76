"""Conversations of Messenger and Instagram: one event of `messaging[]` as ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from channels_adapters.contracts import (
    Authenticity,
    Choice,
    DeliveryState,
    DeliveryUpdate,
    Event,
    Identifier,
    InboundMessage,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
    Person,
    Recipient,
    ThreadRef,
    Verdict,
)
from channels_adapters.event_ids import fingerprint
from channels_adapters.json_reading import Fields, fields, flag, instant, items, text, texts
from channels_adapters.meta.entries import unparsed
from channels_adapters.meta.shared_files import Enclosed, enclosed, file_at
from channels_adapters.part_marks import marked
from channels_adapters.wording import say

_BESIDE = frozenset({"sender", "recipient", "timestamp", "prior_message", "hop_context", "is_test_event"})
#: What the words of reactions look like, where the emoji itself is not told.
EMOJIS = {
    "like": "\U0001f44d",
    "love": "\u2764\ufe0f",
    "care": "\U0001f970",
    "smile": "\U0001f606",
    "haha": "\U0001f606",
    "wow": "\U0001f62e",
    "sad": "\U0001f622",
    "angry": "\U0001f620",
    "dislike": "\U0001f44e",
}


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Whose conversations they are: the account's id, and the kind its customers' ids are of (`psid`, `igsid`)."""

    account_id: str
    kind: str
    fetches_shares: bool = False

    def identifier(self, value: str) -> Identifier:
        """A customer's id, which means somebody inside this account alone."""
        return Identifier(self.kind, value, self.account_id, verified=True)

    def person(self, named: Fields) -> Person:
        """Who writes or is written to."""
        value = text(named, "id", most=200) or text(named, "user_ref", most=200) or "unknown"
        found = (self.identifier(value),)
        return Person(found, name=text(named, "name", most=200), username=text(named, "username", most=200))


@dataclass(frozen=True, slots=True)
class _Talk:
    """One event, and what all that it may hold has in common."""

    event: Fields
    box: Mailbox
    at: datetime | None

    @property
    def sender(self) -> Person:
        return self.box.person(fields(self.event, "sender"))

    @property
    def is_echo(self) -> bool:
        own = bool(self.box.account_id) and text(self.event, "sender", "id") == self.box.account_id
        return own or flag(self.event, "message", "is_echo")


def talk_events(event: Fields, box: Mailbox, arrived: datetime | None = None) -> Iterator[Event]:
    """What one event of `messaging[]` or `standby[]` tells; `arrived` is its entry's time."""
    if not box.account_id:
        own = "sender" if flag(event, "message", "is_echo") else "recipient"
        box = replace(box, account_id=text(event, own, "id", most=100))
    talk = _Talk(event, box, instant(event, "timestamp") or arrived)
    kinds = [name for name in event if name not in _BESIDE]
    told = [name for name in kinds if name in _READERS]
    for name in told:
        yield from _READERS[name](talk)
    if not told:
        yield unparsed(event, name=kinds[0][:60] if kinds else "unparsed", at=talk.at)


def referral_of(found: Fields) -> str:
    """Which link, advertisement or post somebody came by."""
    title = text(found, "ads_context_data", "ad_title", most=300)
    ad = text(found, "ad_id", most=60)
    parts = (text(found, name, most=300) for name in ("source", "type", "ref"))
    return " ".join(filter(None, (*parts, f"ad {ad}" if ad else "", title)))


def _message(talk: _Talk) -> Iterator[Event]:
    message, at = fields(talk.event, "message"), talk.at
    mid = text(message, "mid", most=900) or fingerprint(talk.event)
    if flag(message, "is_deleted"):
        yield MessageDeleted(f"deleted:{mid}", mid, at, must_erase=True)
        return
    pieces = [enclosed(one, fetches_shares=talk.box.fetches_shares) for one in items(message, "attachments")]
    story = text(message, "reply_to", "story", "url", most=4000)
    if story:
        pieces.append(Enclosed(file_at(story, "image", named="story")))
    said = "\n".join(filter(None, (text(message, "text"), *(one.text for one in pieces))))
    files = tuple(one.file for one in pieces if one.file)
    lacking = [one.unsupported for one in pieces if one.unsupported]
    if flag(message, "is_unsupported") or not (said or files or lacking):
        lacking.append(say("Something that is shown in the app alone."))
    payload = text(message, "quick_reply", "payload", most=1000)
    yield replace(
        _said(talk, mid, said),
        attachments=files,
        choice=Choice(payload, text(message, "text", most=200)) if payload else None,
        thread=_thread(message),
        referral=referral_of(fields(message, "referral") or fields(talk.event, "referral")),
        unsupported="\n".join(lacking) if len(lacking) > 1 else next(iter(lacking), ""),
        own_part=marked(text(message, "metadata", most=1000)) if talk.is_echo else None,
    )


def _postback(talk: _Talk) -> Iterator[Event]:
    pressed = fields(talk.event, "postback")
    label, payload = text(pressed, "title", most=1000), text(pressed, "payload", most=1000)
    yield replace(
        _said(talk, text(pressed, "mid", most=900) or f"postback:{fingerprint(talk.event)}", label or payload),
        choice=Choice(payload, label) if payload else None,
        referral=referral_of(fields(pressed, "referral") or fields(talk.event, "referral")),
    )


def _said(talk: _Talk, mid: str, said: str) -> InboundMessage:
    other = talk.box.person(fields(talk.event, "recipient"))
    return InboundMessage(
        event_id=f"message:{mid}",
        external_id=mid,
        author=talk.sender,
        thread=ThreadRef(),
        occurred_at=talk.at,
        direction="echo" if talk.is_echo else "in",
        recipients=(Recipient(other),) if talk.is_echo else (),
        text=said,
        full_text=said,
        authenticity=Authenticity(Verdict.VERIFIED, "signed by Meta"),
    )


def _thread(message: Fields) -> ThreadRef:
    answered, story = text(message, "reply_to", "mid", most=900), text(message, "reply_to", "story", "id", most=200)
    key = f"mid:{answered}" if answered else ""
    return ThreadRef((key,) if key else (), key, container=f"story:{story}" if story else "")


def _edit(talk: _Talk) -> Iterator[Event]:
    edit = fields(talk.event, "message_edit")
    mid, version = text(edit, "mid", most=900), text(edit, "num_edit", most=20)
    if mid and isinstance(edit.get("text"), str):
        event_id = f"edited:{mid}:{version or fingerprint(talk.event)}"
        yield MessageEdited(event_id, mid, text(edit, "text"), talk.at)
    else:
        yield unparsed(talk.event, name="message_edit", at=talk.at)


def _reaction(talk: _Talk) -> Iterator[Event]:
    reaction = fields(talk.event, "reaction")
    mid = text(reaction, "mid", most=900)
    emoji = text(reaction, "emoji", most=20) or EMOJIS.get(text(reaction, "reaction"), "")
    event_id = f"reaction:{mid}:{fingerprint(talk.event)}"
    is_off = text(reaction, "action") == "unreact" or not emoji
    yield MessageReaction(event_id, mid, talk.sender, emoji, talk.at, removed=is_off)


def _delivery(talk: _Talk) -> Iterator[Event]:
    mids = texts(talk.event, "delivery", "mids", most=900)
    yield from _receipt(talk, "delivery", DeliveryState.DELIVERED, tuple(mids))


def _read(talk: _Talk) -> Iterator[Event]:
    mid = text(talk.event, "read", "mid", most=900)
    yield from _receipt(talk, "read", DeliveryState.READ, (mid,) if mid else ())


def _receipt(talk: _Talk, name: str, state: DeliveryState, mids: tuple[str, ...]) -> Iterator[Event]:
    """Messages by their ids, and all up to an instant: Meta tells one or both."""
    until, his = instant(talk.event, name, "watermark"), talk.sender.primary
    about = f"{state}:{his.value}"
    if mids:
        event_id = f"{about}:{fingerprint(mids)}"
        yield DeliveryUpdate(event_id, state, external_ids=mids, recipient=his, occurred_at=talk.at or until)
    if until:
        event_id = f"{about}:until:{int(until.timestamp() * 1000)}"
        yield DeliveryUpdate(event_id, state, watermark=until, recipient=his, occurred_at=talk.at or until)
    if not mids and not until:
        yield unparsed(talk.event, name=name, at=talk.at)


_READERS: dict[str, Callable[[_Talk], Iterator[Event]]] = {
    "message": _message,
    "postback": _postback,
    "message_edit": _edit,
    "reaction": _reaction,
    "delivery": _delivery,
    "read": _read,
}
