"""Twilio's servers, written from its documentation: messages, numbers, services, WhatsApp senders, content."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from channels_adapters.contracts import Account, Payload
from channels_adapters.twilio.signature import signature, signed_fields
from tests.networks.server import Asked, FakeNetwork, Reply
from tests.networks.story import Story

SID, TOKEN = "AC0123456789abcdef0123456789abcdef", "12345-auth-token"
KEY, KEY_SECRET = "SK0123456789abcdef0123456789abcdef", "secret-of-the-key"
SERVICE = "MG0123456789abcdef0123456789abcdef"
NUMBER, CUSTOMER, USER_ID = "+14155550100", "+14155550177", "US.13491208655302741918"
TEMPLATE = "HX0123456789abcdef0123456789abcdef"


def account(kind: str = "twilio", **settings: str) -> Account:
    """The account of our shop."""
    secrets = {"auth_token": TOKEN, "callback_url": "https://shop.example/hooks/twilio/t0ken/"}
    return Account(kind, NUMBER, settings={"account_sid": SID, **settings}, secrets=secrets)


def signed(fields: Mapping[str, str], url: str, token: str = TOKEN) -> Payload:
    """A webhook's form as Twilio signs it."""
    body = urlencode(fields).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return Payload(body, {**headers, "X-Twilio-Signature": signature(url, signed_fields(body), token)}, url)


def message(text: str, number: int = 1, **more: str) -> dict[str, str]:
    """The form for a customer's message."""
    sid = f"SM{number:032x}"
    told = {"MessageSid": sid, "SmsSid": sid, "AccountSid": SID, "From": CUSTOMER, "To": NUMBER, "Body": text}
    return {"ToCountry": "US", "SmsStatus": "received", "NumMedia": "0", "NumSegments": "1", **told, **more}


def status(sid: str, state: str, **more: str) -> dict[str, str]:
    """The form that tells what became of a message of ours."""
    told = {"SmsSid": sid, "SmsStatus": state, "MessageStatus": state, "MessageSid": sid, "AccountSid": SID}
    return {**told, "To": CUSTOMER, "From": NUMBER, "ApiVersion": "2010-04-01", **more}


def error(code: int, words: str, at: int = 400) -> Reply:
    """A refusal in Twilio's form."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Reply(at, {"code": code, "message": words, "more_info": more, "status": at})


class Twilio(FakeNetwork):
    """One Twilio account with a number, a Messaging Service, a WhatsApp sender and a template."""

    hosts: ClassVar[tuple[str, ...]] = ("api.twilio.com", "messaging.twilio.com", "content.twilio.com")

    def __init__(self) -> None:
        super().__init__()
        #: Messages that were taken, as their forms said it.
        self.messages: list[dict[str, list[str]]] = []
        self.opted_out: set[str] = set()
        #: Numbers on WhatsApp whose window is closed.
        self.silent: set[str] = set()
        self.files: dict[str, bytes] = {}
        self.state = "active"
        self.number: dict[str, str] = {"sid": "PN1", "phone_number": NUMBER, "sms_url": "https://demo.example/welcome"}
        self.service: dict[str, str] = {"sid": SERVICE, "inbound_request_url": ""}
        self.sender: dict[str, Any] = {"sid": "XE1", "sender_id": f"whatsapp:{NUMBER}", "status": "ONLINE"}
        self.contents: dict[str, dict[str, Any]] = {
            TEMPLATE: {
                "sid": TEMPLATE,
                "friendly_name": "order_update",
                "language": "en",
                "variables": {"1": "Bo", "2": "tomorrow"},
                "types": {"twilio/text": {"body": "Hello {{1}}, your parcel comes {{2}}."}},
                "approval_requests": {"status": "approved", "category": "UTILITY", "name": "order_update"},
            }
        }

    def answer(self, asked: Asked) -> Reply:
        """Check who asks, then answer."""
        given = asked.headers.get("authorization", "")
        pairs = [f"{SID}:{TOKEN}", f"{KEY}:{KEY_SECRET}"]
        if given not in [f"Basic {b64encode(pair.encode()).decode()}" for pair in pairs]:
            return error(20003, "Authenticate", 401)
        if asked.host == "content.twilio.com":
            return self._content(asked)
        return self._messaging(asked) if asked.host == "messaging.twilio.com" else self._api(asked)

    def said(self) -> list[str]:
        """The texts that were taken, in order; of content the text it has."""
        return [self._text(one) for one in self.messages]

    def _text(self, form: Mapping[str, Sequence[str]]) -> str:
        if "ContentSid" not in form:
            return form.get("Body", [""])[0]
        (kind,) = self.contents[form["ContentSid"][0]]["types"].values()
        text = str(kind["body"])
        for place, value in json.loads(form.get("ContentVariables", ["{}"])[0]).items():
            text = text.replace(f"{{{{{place}}}}}", value)
        return text

    def _api(self, asked: Asked) -> Reply:
        base = f"/2010-04-01/Accounts/{SID}"
        path = asked.path.removeprefix(base)
        if path == ".json":
            return Reply(200, {"sid": SID, "friendly_name": "Shop", "status": self.state})
        if path == "/Messages.json" and asked.method == "POST":
            return self._send(asked.form_lists)
        if path == "/IncomingPhoneNumbers.json":
            found = [self.number] if asked.query.get("PhoneNumber") == self.number["phone_number"] else []
            return Reply(200, {"incoming_phone_numbers": found})
        if path == "/IncomingPhoneNumbers/PN1.json" and asked.method == "POST":
            self.number["sms_url"] = asked.form["SmsUrl"]
            return Reply(200, self.number)
        if path in self.files:
            return Reply(200, self.files[path])
        return error(20404, "The requested resource was not found", 404)

    def _send(self, form: dict[str, list[str]]) -> Reply:
        to, sender = form.get("To", [""])[0], form.get("From", [""])[0]
        body, media = form.get("Body", [""])[0], form.get("MediaUrl", [])
        is_whatsapp = to.startswith("whatsapp:")
        if not to:
            return error(21604, "A 'To' phone number is required.")
        if form.get("MessagingServiceSid") != [SERVICE] and sender != ("whatsapp:" if is_whatsapp else "") + NUMBER:
            return error(21606, "The 'From' phone number provided is not a valid message-capable Twilio number.")
        if not (body or media or "ContentSid" in form):
            return error(21619, "A text message body or media urls must be specified.")
        if len(body) > 1600:
            return error(21617, "The concatenated message body exceeds the 1600 character limit.")
        if len(media) > (1 if is_whatsapp else 10) or any(not one.startswith("https://") for one in media):
            return error(21620, "Invalid media URL")
        if to.removeprefix("whatsapp:") in self.opted_out:
            return error(21610, "Attempt to send to unsubscribed recipient")
        if not is_whatsapp and not to.removeprefix("+").isdecimal():
            return error(21211, f"Invalid 'To' Phone Number: {to}")
        if refused := self._content_refused(form):
            return refused
        if to in self.silent and "ContentVariables" not in form:
            return error(63016, "Failed to send freeform message because you are outside the allowed window.")
        self.messages.append(form)
        return Reply(201, {"sid": f"SM{len(self.messages):032x}", "status": "queued", "error_code": None})

    def _content_refused(self, form: Mapping[str, Sequence[str]]) -> Reply | None:
        if "ContentSid" not in form:
            return None
        content = self.contents.get(form["ContentSid"][0])
        if content is None:
            return error(21655, "The ContentSid is invalid")
        given = json.loads(form.get("ContentVariables", ["{}"])[0])
        if set(given) != set(content["variables"]) or not all(given.values()):
            return error(63028, "Number of parameters provided does not match the expected number of parameters")
        return None

    def _messaging(self, asked: Asked) -> Reply:
        if asked.path == f"/v1/Services/{SERVICE}":
            if asked.method == "POST":
                self.service["inbound_request_url"] = asked.form["InboundRequestUrl"]
            return Reply(200, self.service)
        if asked.path == "/v2/Channels/Senders" and asked.query.get("Channel") == "whatsapp":
            return Reply(200, {"senders": [self.sender], "meta": {"next_page_url": None, "key": "senders"}})
        if asked.path == "/v2/Channels/Senders/XE1" and asked.method == "POST":
            self.sender |= asked.json
            return Reply(202, self.sender)
        return error(20404, "The requested resource was not found", 404)

    def _content(self, asked: Asked) -> Reply:
        rows = list(self.contents.values())
        if asked.path == "/v1/ContentAndApprovals":
            page = int(asked.query.get("Page", "0"))
            following = f"https://content.twilio.com/v1/ContentAndApprovals?Page={page + 1}"
            meta = {"next_page_url": following if page + 1 < len(rows) else None}
            return Reply(200, {"contents": rows[page : page + 1], "meta": meta})
        if asked.path != "/v1/Content" or asked.method != "POST":
            return error(20404, "The requested resource was not found", 404)
        return self._made(asked.json)

    def _made(self, given: dict[str, Any]) -> Reply:
        ((kind, content),) = given["types"].items()
        rows, most = ("actions", 20) if kind == "twilio/quick-reply" else ("items", 24)
        labels = [one.get("title") or one["item"] for one in content[rows]]
        if len(labels) > 10 or any(len(one) > most for one in labels) or not content["body"] or not given["language"]:
            return error(20001, "Content is invalid")
        if kind == "twilio/list-picker" and not 0 < len(content["button"]) <= 20:
            return error(20001, "A list needs a button")
        made = {"sid": f"HX{len(self.contents):032x}", "variables": {}, "approval_requests": {}, **given}
        self.contents[made["sid"]] = made
        return Reply(201, made)


def _said(fake: FakeNetwork) -> list[str]:
    return cast(Twilio, fake).said()


STORY = Story(
    account=account(),
    fake=Twilio,
    customer=CUSTOMER,
    inbound=lambda text, url: signed(message(text, zlib.crc32(text.encode())), url),
    said=_said,
    receipt=lambda ids, url: signed(status(ids[0], "delivered"), url),
)
STORY_WHATSAPP = Story(
    account=account("twilio_whatsapp"),
    fake=Twilio,
    customer="Bo Larsen",
    inbound=lambda text, url: signed(
        message(
            text, zlib.crc32(text.encode()), From=f"whatsapp:{CUSTOMER}", WaId=CUSTOMER[1:], ProfileName="Bo Larsen"
        ),
        url,
    ),
    said=_said,
    receipt=lambda ids, url: signed(status(ids[0], "read", EventType="READ"), url),
)
