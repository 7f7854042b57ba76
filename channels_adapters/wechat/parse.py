"""WeChat's pushes as events: what people write, follow and press, what became of notices, news of the account."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from channels_adapters.contents import Content
from channels_adapters.contracts import (
    Account,
    AccountEvent,
    Attachment,
    AttachmentKind,
    Choice,
    DeliveryState,
    DeliveryUpdate,
    Event,
    Identifier,
    InboundMessage,
    MediaRef,
    Payload,
    Person,
    ReachChanged,
    ThreadRef,
)
from channels_adapters.event_ids import digest
from channels_adapters.json_reading import Fields, document, fields, instant, items, joined, text
from channels_adapters.made_files import located
from channels_adapters.wechat.proof import Unreadable, decrypted, is_safe
from channels_adapters.wording import say
from channels_adapters.xml_reading import read

OPENID, UNIONID = "wechat_openid", "wechat_unionid"
_KEPT_FOR = timedelta(days=3)
#: What WeChat writes in place of a message it does not pass on.
_WITHHELD = re.compile(r"[【\[]收到不支持的消息类型.{0,20}[】\]]")


def events(payload: Payload, account: Account) -> Sequence[Event]:
    """All that a push tells. Raises `Malformed` for what is none."""
    try:
        told = _read(opened(payload.body, account))
    except Unreadable as problem:
        return (AccountEvent(f"unparsed:{digest(payload.body)}", "unparsed", str(problem)),)
    openid, kind = text(told, "FromUserName", most=200), text(told, "MsgType", most=60).lower()
    if not openid or not kind:
        return (AccountEvent(f"unparsed:{digest(payload.body)}", "unparsed", ", ".join(sorted(told))[:2000]),)
    author = _person(told, openid, account)
    if kind.startswith("device_"):
        # A thing of the customer's speaks, not he.
        return (_news(told, author, f"{kind} {text(told, 'Event', most=60)}".strip().lower()),)
    return tuple(_event(told, author) if kind == "event" else (_message(told, kind, author),))


def opened(body: bytes, account: Account) -> bytes:
    """A push in the clear; one in the compatible mode has its content beside the encrypted one, for who has no key.

    Raises `Unreadable`, and `Malformed` for what is no push.
    """
    told = _read(body)
    hidden = text(told, "Encrypt")
    if not hidden or (text(told, "MsgType") and not is_safe(account)):
        return body
    return decrypted(hidden, account)


def _read(body: bytes) -> Fields:
    return document(body) if body.lstrip()[:1] == b"{" else read(body)


def _person(told: Fields, openid: str, account: Account) -> Person:
    """An openid means somebody inside one account, a unionid inside all accounts of a company."""
    scope = account.address or text(told, "ToUserName", most=200)
    found = [Identifier(OPENID, openid, scope, verified=True)]
    if union := text(told, "UnionId", most=200) or text(told, "UnionID", most=200):
        found.append(Identifier(UNIONID, union, verified=True))
    return Person(tuple(found))


def _message(told: Fields, kind: str, author: Person) -> InboundMessage:
    at = instant(told, "CreateTime")
    number = text(told, "MsgId", most=100) or text(told, "MsgID", most=100) or _numbered(told, kind)
    make = _KINDS.get(kind)
    said = make(told) if make else None
    if said is None or said.is_empty:
        said = Content(unsupported=say("WeChat passes on nothing we can show of this message (%(kind)s).", kind=kind))
    return said.message(f"message:{number}", number, author, ThreadRef(), at)


def _numbered(told: Fields, name: str) -> str:
    """What has no number of its own is told apart by who, when and what."""
    who, at = text(told, "FromUserName", most=100), text(told, "CreateTime", most=20)
    about = joined(told, "EventKey", "MsgID", "Content", by=":")
    return f"{who}:{at}:{name}" + (f":{digest(about.encode())[:12]}" if about else "")


def _text(told: Fields) -> Content:
    said, button = text(told, "Content"), text(told, "bizmsgmenuid", most=500)
    if _WITHHELD.fullmatch(said):
        return Content(unsupported=said)
    return Content(said, choice=Choice(button, said) if button else None)


def _file(kind: AttachmentKind, extension: str, content_type: str) -> Callable[[Fields], Content]:
    def found(told: Fields) -> Content:
        media, link = text(told, "MediaId", most=500), text(told, "PicUrl", most=2000)
        if not media and not link:
            return Content()
        form = text(told, "Format", most=10).lower()
        name = form if kind == AttachmentKind.AUDIO and form.isalnum() and form.isascii() else extension
        at = instant(told, "CreateTime")
        until = at + _KEPT_FOR if at and at.year < 9000 else None
        ref = MediaRef(f"{media} {link}".strip(), until)
        mime = "audio/mpeg" if name == "mp3" else content_type
        file = Attachment(kind, f"{kind}.{name}", mime, 0, ref=ref)
        # What a voice message says, where the account has WeChat write it down.
        return Content(text(told, "Recognition"), (file,))

    return found


def _place(told: Fields) -> Content:
    found = located(text(told, "Location_X"), text(told, "Location_Y"), text(told, "Label"))
    return Content(found[0], (found[1],)) if found else Content(text(told, "Label"))


def _card(*names: str) -> Callable[[Fields], Content]:
    """A card as the lines it has."""

    def found(told: Fields) -> Content:
        return Content(joined(told, *names, by="\n"))

    return found


_VIDEO = _file(AttachmentKind.VIDEO, "mp4", "video/mp4")
_KINDS: Mapping[str, Callable[[Fields], Content]] = {
    "text": _text,
    "image": _file(AttachmentKind.IMAGE, "jpg", "image/jpeg"),
    "voice": _file(AttachmentKind.AUDIO, "amr", "audio/amr"),
    "video": _VIDEO,
    "shortvideo": _VIDEO,
    "location": _place,
    "link": _card("Title", "Description", "Url"),
    "miniprogrampage": _card("Title", "PagePath"),
}


def _event(told: Fields, author: Person) -> Sequence[Event]:
    name = text(told, "Event", most=60).lower()
    make = _EVENTS.get(name)
    return make(told, author, f"event:{_numbered(told, name)}") if make else (_news(told, author, name),)


def _news(told: Fields, author: Person, name: str) -> AccountEvent:
    """What somebody does that asks for no answer, and news of the account itself."""
    known = {"FromUserName", "ToUserName", "CreateTime", "MsgType", "Event"}
    rest = [f"{one}: {text(told, one, most=200)}" for one in told if one not in known and text(told, one)]
    details = "; ".join([name, author.primary.value, *rest])[:2000]
    known_as = _NEWS.get(name, "service_message" if name else "unparsed")
    return AccountEvent(f"event:{_numbered(told, name)}", known_as, details, instant(told, "CreateTime"))


def _follows(told: Fields, author: Person, event_id: str) -> Sequence[Event]:
    return (ReachChanged(event_id, author, "reachable", instant(told, "CreateTime")),)


def _leaves(told: Fields, author: Person, event_id: str) -> Sequence[Event]:
    return (ReachChanged(event_id, author, "blocked", instant(told, "CreateTime")),)


def _presses(told: Fields, author: Person, event_id: str) -> Sequence[Event]:
    """A button of the account's menu that waits for an answer; a code that was scanned by one is what it says."""
    key, scanned = text(told, "EventKey", most=500), text(told, "ScanCodeInfo", "ScanResult")
    if not key and not scanned:
        return (_news(told, author, text(told, "Event").lower()),)
    said, number = scanned or key, event_id.removeprefix("event:")
    choice = Choice(key, key) if key else None
    at = instant(told, "CreateTime")
    return (Content(said, choice=choice).message(event_id, number, author, ThreadRef(), at),)


def _ends(told: Fields, author: Person, event_id: str) -> Sequence[Event]:
    """What became of a template message or a message to many."""
    number, status = text(told, "MsgID", most=100) or text(told, "MsgId", most=100), text(told, "Status", most=200)
    if not number:
        return (_news(told, author, text(told, "Event").lower()),)
    return (_ended(event_id, number, told, status, is_good=status.replace(" ", "") in ("success", "sendsuccess")),)


def _ended(event_id: str, number: str, told: Fields, why: str, *, is_good: bool) -> DeliveryUpdate:
    state = DeliveryState.DELIVERED if is_good else DeliveryState.FAILED
    at = instant(told, "CreateTime")
    return DeliveryUpdate(event_id, state, (number,), reason="" if is_good else why, occurred_at=at)


def _notices(told: Fields, author: Person, event_id: str) -> Sequence[Event]:
    """What became of the notices somebody subscribed to."""
    inner = fields(told, "SubscribeMsgSentEvent")
    found = items(inner, "List") or [fields(inner, "List")]
    return [
        _ended(f"{event_id}:{number}", number, told, text(one, "ErrorStatus"), is_good=text(one, "ErrorCode") == "0")
        for one in found
        if (number := text(one, "MsgID", most=100))
    ] or [_news(told, author, "subscribe_msg_sent_event")]


_NEWS: Mapping[str, str] = {
    **dict.fromkeys(("qualification_verify_success", "naming_verify_success"), "account_verified_account"),
    **dict.fromkeys(("qualification_verify_fail", "naming_verify_fail"), "account_review"),
    **dict.fromkeys(("annual_renew", "verify_expired"), "account_alert"),
}
_EVENTS: Mapping[str, Callable[[Fields, Person, str], Sequence[Event]]] = {
    "subscribe": _follows,
    "unsubscribe": _leaves,
    "click": _presses,
    "scancode_waitmsg": _presses,
    "templatesendjobfinish": _ends,
    "masssendjobfinish": _ends,
    "subscribe_msg_sent_event": _notices,
}
