"""Twilio's requests as events: messages, what became of ours, people who stop and start, calls."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NoBase64
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from mimetypes import guess_extension, guess_type
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from channels_adapters.contents import Content
from channels_adapters.contracts import (
    AccountEvent,
    Attachment,
    AttachmentKind,
    CallEvent,
    Choice,
    DeliveryState,
    DeliveryUpdate,
    Event,
    Fault,
    Identifier,
    Malformed,
    MediaRef,
    Payload,
    Person,
    ReachChanged,
    ThreadRef,
)
from channels_adapters.event_ids import digest
from channels_adapters.json_reading import document, text
from channels_adapters.made_files import located
from channels_adapters.part_marks import marked
from channels_adapters.twilio.errors import CODES, reason
from channels_adapters.wording import say

Fields = Mapping[str, str]
WHATSAPP = "whatsapp:"
_STATES = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), DeliveryState.SENT),
    **dict.fromkeys(("delivered", "partially_delivered"), DeliveryState.DELIVERED),
    "read": DeliveryState.READ,
    **dict.fromkeys(("failed", "undelivered", "canceled"), DeliveryState.FAILED),
}
_CALLS = {
    "in-progress": "answered",
    **dict.fromkeys(("answered", "conference-start", "participant-join"), "answered"),
    **dict.fromkeys(("completed", "conference-end", "participant-leave"), "ended"),
    **dict.fromkeys(("busy", "no-answer", "failed", "canceled"), "missed"),
}
#: Twilio heeds these by itself, as carriers ask; on WhatsApp nobody does, and the last ones are everyday words there.
_STOP = frozenset(("STOP", "STOPALL", "UNSUBSCRIBE", "REVOKE", "OPTOUT"))
_STOP_SMS = _STOP | {"CANCEL", "END", "QUIT"}
_START = frozenset(("START", "UNSTOP"))
_START_SMS = _START | {"YES"}
_GROUPS = {
    "image": AttachmentKind.IMAGE,
    "audio": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
}
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}")
_MOST_FILES = 20
_LEAST_BASE64 = 60


def events(payload: Payload) -> Sequence[Event]:
    """All that a request tells. Raises `Malformed` for what is neither a form nor a JSON object."""
    given, at = _read(payload.body), payload.query
    if any(name in given for name in ("CallSid", "RecordingSid", "ConferenceSid")):
        return tuple(_call(given))
    sid = given.get("MessageSid") or given.get("SmsMessageSid") or given.get("SmsSid") or ""
    status = (given.get("MessageStatus") or given.get("SmsStatus") or "").lower()
    if sid and status in _STATES:
        return tuple(_receipt(given, sid, status, at))
    is_one_of_ours = given.get("MessageStatus", "received") != "received"
    if given.get("From") and not is_one_of_ours and _says_something(given, sid):
        return tuple(_message(given, sid or digest(payload.body)))
    if "Payload" in given and "Level" in given:
        details = f"{given['Level']}: {given['Payload']}"[:2000]
        return (AccountEvent(f"alert:{given.get('Sid') or digest(payload.body)}", "alert", details),)
    return (AccountEvent(f"unparsed:{digest(payload.body)}", "unparsed", ", ".join(sorted(given))[:2000]),)


def person_of(address: str) -> Identifier:
    """Whose address it is: a number, a WhatsApp user without one, or something of Twilio's own (`client:`, `sip:`)."""
    is_whatsapp = address.lower().startswith(WHATSAPP)
    plain = re.sub(r"[\s().-]", "", address[len(WHATSAPP) :]) if is_whatsapp else address.strip()
    if re.fullmatch(r"\+?[0-9]{3,20}", plain):
        return Identifier("phone", plain, verified=True)
    return (
        Identifier("wa_bsuid", address[len(WHATSAPP) :].strip() or address, verified=True)
        if is_whatsapp
        else (Identifier("twilio", plain or address))
    )


def _read(body: bytes) -> dict[str, str]:
    """The fields of a form, or of a JSON object, storable."""
    if body.lstrip()[:1] == b"{":
        found: Mapping[str, Any] = document(body)
    else:
        try:
            pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
        except ValueError as problem:
            raise Malformed("It is no form.") from problem
        found = {_utf8(name): _utf8(value) for name, value in pairs}
    return {text(str(name)): text(found, name) for name in found}


def _utf8(value: str) -> str:
    return value.encode("latin-1").decode("utf-8", "replace")


def _says_something(given: Fields, sid: str) -> bool:
    return bool(sid) or any(given.get(name) for name in ("Body", "MediaUrl0", "Latitude", "ButtonPayload"))


def _message(given: Fields, sid: str) -> Iterator[Event]:
    author, written = _author(given), _unpacked(given.get("Body", ""))
    place = located(*(given.get(name, "") for name in ("Latitude", "Longitude", "Label", "Address")))
    words = written or given.get("ButtonText") or given.get("ListTitle", "")
    shown = "\n".join(part for part in (words, place[0] if place else "") if part)
    files = (*_files(given), *(place[1:] if place else ()))
    answers = given.get("OriginalRepliedMessageSid", "")
    held = Content(shown, files, _choice(given), "" if shown or files else _lacking(given))
    yield replace(
        held.message(f"message:{sid}", sid, author, ThreadRef(answers=f"mid:{answers}" if answers else ""), None),
        context=MappingProxyType(_context(given)),
        referral=given.get("ReferralSourceUrl") or given.get("ReferralSourceId", ""),
    )
    if state := _reach(given, written):
        yield ReachChanged(f"reach:{sid}", author, state)


def _author(given: Fields) -> Person:
    found = [person_of(given["From"])]
    if given.get("WaId", "").isdecimal():
        found.append(Identifier("phone", f"+{given['WaId']}", verified=True))
    for name, kind in (("ExternalUserId", "wa_bsuid"), ("ParentExternalUserId", "wa_parent_bsuid")):
        user = given.get(name, "").removeprefix(WHATSAPP)
        if _USER_ID.fullmatch(user):
            found.append(Identifier(kind, user, verified=True))
    return Person(
        tuple(dict.fromkeys(found)), name=given.get("ProfileName", ""), username=given.get("ProfileUsername", "")
    )


def _unpacked(body: str) -> str:
    """Long texts in several parts come packed now and then: unpacked, where nothing else is possible."""
    packed = re.sub(r"[\r\n]", "", body.strip())
    if len(packed) < _LEAST_BASE64 or len(packed) % 4:
        return body
    try:
        # Such a text may have been cut inside its last character.
        found = getincrementaldecoder("utf-8")().decode(b64decode(packed, validate=True))
    except (NoBase64, ValueError):
        return body
    is_text = all(char.isprintable() or char in "\r\n\t" for char in found)
    return text(found) if is_text else body


def _choice(given: Fields) -> Choice | None:
    if button := given.get("ButtonPayload") or given.get("ButtonText"):
        return Choice(button, given.get("ButtonText", ""))
    return Choice(given["ListId"], given.get("ListTitle", "")) if given.get("ListId") else None


def _files(given: Fields) -> Iterator[Attachment]:
    for number in range(_MOST_FILES):
        url = given.get(f"MediaUrl{number}", "")
        if not url:
            continue
        name = _path(url).rpartition("/")[2][:100] or f"file{number}"
        content_type = given.get(f"MediaContentType{number}", "").partition(";")[0].strip().lower()
        content_type = content_type or guess_type(name)[0] or ""
        kind = _GROUPS.get(content_type.partition("/")[0], AttachmentKind.FILE)
        if content_type in ("text/vcard", "text/x-vcard"):
            kind = AttachmentKind.CONTACT
        if given.get("MessageType") == "sticker":
            kind = AttachmentKind.STICKER
        if "." not in name:
            name += (content_type and guess_extension(content_type)) or ""
        yield Attachment(kind, name, content_type or "application/octet-stream", 0, ref=MediaRef(url))


def _path(url: str) -> str:
    """The path of an address, "" for what is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _context(given: Fields) -> dict[str, object]:
    found: dict[str, object] = {}
    ad = {
        name.removeprefix("Referral"): value for name, value in given.items() if name.startswith("Referral") and value
    }
    if set(ad) - {"NumMedia"}:
        found["referral"] = ad
    if "true" in (given.get("Forwarded"), given.get("FrequentlyForwarded")):
        found["forwarded"] = True
    if given.get("InteractiveData"):
        found["form"] = given["InteractiveData"][:5000]
    return found


def _lacking(given: Fields) -> str:
    kind = given.get("MessageType", "")
    return (
        say("Twilio passes on nothing of this message (%(kind)s).", kind=kind) if kind else say("The message is empty.")
    )


def _reach(given: Fields, written: str) -> Literal["opted_out", "reachable"] | None:
    told, word = given.get("OptOutType", "").upper(), re.sub(r"[\s.!\"']", "", written).upper()
    is_whatsapp = given["From"].lower().startswith(WHATSAPP)
    if told == "STOP" or (not told and word in (_STOP if is_whatsapp else _STOP_SMS)):
        return "opted_out"
    if told == "START" or (not told and word in (_START if is_whatsapp else _START_SMS)):
        return "reachable"
    return None


def _receipt(given: Fields, sid: str, status: str, at: Fields) -> Iterator[Event]:
    recipient = person_of(given["To"]) if given.get("To") else None
    code, state = given.get("ErrorCode", ""), _STATES[status]
    told = given.get("ErrorMessage") or given.get("ChannelStatusMessage", "")
    yield DeliveryUpdate(
        event_id=f"status:{sid}:{status}",
        state=state,
        external_ids=(sid,),
        recipient=recipient,
        reason=reason(code, told) if state == DeliveryState.FAILED else "",
        own_part=marked(at.get("part", "")),
    )
    if state == DeliveryState.FAILED and recipient and code.isdecimal():
        fault = CODES.get(int(code[:9]), (None, ""))[0]
        if fault in (Fault.OPTED_OUT, Fault.BLOCKED):
            shut: Literal["opted_out", "blocked"] = "opted_out" if fault == Fault.OPTED_OUT else "blocked"
            yield ReachChanged(f"reach:{sid}:{code}", Person((recipient,)), shut)


def _call(given: Fields) -> Iterator[Event]:
    """A call's state, and what was recorded of it."""
    call, recording = given.get("CallSid") or given.get("ConferenceSid", ""), given.get("RecordingSid", "")
    names = ("CallStatus", "DialCallStatus", "StatusCallbackEvent")
    status = next((given[name] for name in names if given.get(name)), "").lower()
    is_ours = given.get("Direction", "").lower().startswith("outbound")
    number = given.get("To" if is_ours else "From", "")
    author = Person((person_of(number) if number else Identifier("twilio", f"call:{call or recording}"),))
    state = _CALLS.get(status, "ended" if recording else "ringing")
    seconds = given.get("CallDuration") or given.get("DialCallDuration") or ""
    lasted = timedelta(seconds=int(seconds)) if re.fullmatch("[0-9]{1,7}", seconds) else None
    yield CallEvent(f"call:{call or recording}:{status or state}", call or recording, author, state, duration=lasted)
    url = given.get("RecordingUrl", "")
    if recording and url and number and given.get("RecordingStatus", "completed") == "completed":
        said = given.get("TranscriptionText", "")
        file = Attachment(AttachmentKind.AUDIO, f"{recording}.wav", "audio/wav", 0, ref=MediaRef(url))
        name = f"recording:{recording}"
        yield Content(said, (file,)).message(name, recording, author, ThreadRef(), None)
