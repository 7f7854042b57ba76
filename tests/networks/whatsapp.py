"""WhatsApp's Cloud API, written from the network's documentation: messages, files, templates, the number itself.

It checks tokens, required fields and limits, and answers with the documented errors.
"""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Sequence
from typing import Any, ClassVar

from channels_adapters.contracts import Account, Payload
from tests.networks.graph import APP_SECRET, TOKEN, GraphNetwork, refusal, signature
from tests.networks.server import Asked, FakeNetwork, Reply
from tests.networks.story import Story

NUMBER, BUSINESS = "106540352242922", "102290129340398"
SHOWN_NUMBER, CUSTOMER, USER = "15550783881", "4551234567", "DK.13491208655302741918"
SECRETS = {"app_secret": APP_SECRET, "verify_token": "raven-and-writing-desk", "access_token": TOKEN}
ACCOUNT = Account("whatsapp", NUMBER, settings={"waba_id": BUSINESS}, secrets=SECRETS)
_IMAGES = {"image/jpeg", "image/png"}
_SOUNDS = {"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}
_TYPES = _IMAGES | _SOUNDS | {"video/mp4", "video/3gpp", "text/plain", "application/pdf"}


def template(name: str, language: str, body: str, *more: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A template as the Graph API lists it."""
    components = [{"type": "BODY", "text": body}, *more]
    usual = {"status": "APPROVED", "category": "UTILITY", "parameter_format": "POSITIONAL"}
    return {"id": f"{name}.{language}", "name": name, "language": language, "components": components, **usual, **values}


class WhatsApp(GraphNetwork):
    """One number of one business account."""

    hosts: ClassVar[tuple[str, ...]] = ("graph.facebook.com", "lookaside.fbsbx.com", "cdn.example.com")
    scopes: ClassVar[tuple[str, ...]] = ("whatsapp_business_messaging", "whatsapp_business_management")

    def __init__(self) -> None:
        super().__init__()
        #: What the network took, in order.
        self.messages: list[dict[str, Any]] = []
        #: Files by id: what customers sent, and what we uploaded.
        self.files: dict[str, bytes] = {}
        self.is_listed = True
        self.window_open = True
        self.templates: list[dict[str, Any]] = [template("hello_world", "en_US", "Hello!")]
        self.number: dict[str, Any] = {
            "display_phone_number": "+1 555-078-3881",
            "verified_name": "Nordlys",
            "quality_rating": "GREEN",
            "status": "CONNECTED",
        }
        self._ids = itertools.count(1)

    @property
    def said(self) -> list[str]:
        """The texts the network took, in order."""
        texts = [
            one.get("text", {}).get("body") or one.get("interactive", {}).get("body", {}).get("text")
            for one in self.messages
        ]
        return [one for one in texts if one]

    def answer(self, asked: Asked) -> Reply:
        """Files lie on a host of their own, which wants the token, too; other hosts must never see it."""
        if asked.host == "lookaside.fbsbx.com":
            number = asked.query.get("mid", "")
            allowed = asked.headers.get("authorization") == f"Bearer {TOKEN}" and number in self.files
            return Reply(content=self.files[number]) if allowed else Reply(404, b"")
        if asked.host == "cdn.example.com":
            return Reply(403, b"") if "authorization" in asked.headers else Reply(content=b"from elsewhere")
        return super().answer(asked)

    def node(self, asked: Asked, path: str) -> Reply:
        """Our number, its messages and files; the business account's templates."""
        if asked.method == "POST" and path == f"{NUMBER}/messages":
            return self._message(asked.json)
        if asked.method == "POST" and path == f"{NUMBER}/media":
            return self._upload(asked.body)
        if asked.method == "GET" and path == NUMBER:
            return Reply(
                content={name: self.number.get(name) for name in asked.query["fields"].split(",")} | {"id": path}
            )
        if asked.method == "GET" and path == f"{BUSINESS}/message_templates":
            return self._templates(asked)
        if asked.method == "GET" and path in self.files and self.is_listed:
            address = f"https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid={path}&ext=1763800300"
            return Reply(content={"messaging_product": "whatsapp", "url": address, "id": path})
        said = f"Unsupported {asked.method.lower()} request. Object with ID '{path}' does not exist"
        return refusal(100, said, subcode=33)

    def _templates(self, asked: Asked) -> Reply:
        """Two a page, so that there are pages."""
        found = [one for one in self.templates if asked.query.get("name", "") in one["name"]]
        start = int(asked.query.get("after", "0"))
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + 2)}}
        if start + 2 < len(found):
            paging["next"] = "https://graph.facebook.com/next"
        return Reply(content={"data": found[start : start + 2], "paging": paging})

    def _upload(self, body: bytes) -> Reply:
        product, kind = (
            re.search(rb'name="%s"\r\n\r\n([^\r]+)' % name, body) for name in (b"messaging_product", b"type")
        )
        file = re.search(rb'name="file"; filename="[^"]+"\r\nContent-Type: [^\r]+\r\n\r\n(.*?)\r\n--', body, re.DOTALL)
        if not (product and kind and file):
            return refusal(100, "(#100) The parameter messaging_product is required.")
        if kind[1].decode() not in _TYPES:
            return refusal(100, "(#100) Param file must be a file with one of the following types: ...")
        number = f"media{next(self._ids)}"
        self.files[number] = file[1]
        return Reply(content={"id": number})

    def _message(self, given: dict[str, Any]) -> Reply:
        if "status" in given:
            return self._show(given)
        wrong = _wrong(given)
        if wrong:
            return refusal(100, f"(#100) {wrong}", error_data={"messaging_product": "whatsapp", "details": wrong})
        if given["type"] != "template" and not self.window_open:
            return refusal(131047, "(#131047) Re-engagement message", error_data={"details": "More than 24 hours"})
        if "recipient" in given and given["type"] == "template" and given["template"]["name"].startswith("otp"):
            return refusal(131062, "(#131062) Business-scoped User ID (BSUID) recipients are not supported")
        if given["type"] == "template" and (problem := self._unfit(given["template"])):
            return problem
        self.messages.append(given)
        whom = given.get("to") or given.get("recipient")
        contact = {"input": whom, "wa_id": CUSTOMER, "user_id": USER} if whom in (CUSTOMER, USER) else {"input": whom}
        number = f"wamid.out{next(self._ids)}"
        return Reply(content={"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": number}]})

    def _show(self, given: dict[str, Any]) -> Reply:
        is_right = given["status"] == "read" and given.get("typing_indicator") in (None, {"type": "text"})
        if not is_right or given.get("messaging_product") != "whatsapp" or not given.get("message_id"):
            return refusal(100, "(#100) Invalid parameter")
        self.shown += [given["message_id"]] if "typing_indicator" in given else []
        return Reply(content={"success": True})

    def _unfit(self, given: dict[str, Any]) -> Reply | None:
        found = [
            one
            for one in self.templates
            if (one["name"], one["language"]) == (given["name"], given["language"]["code"])
        ]
        if not found:
            return refusal(132001, "(#132001) Template name does not exist in the translation")
        needed = len(set(re.findall(r"\{\{[^}]+\}\}", found[0]["components"][0]["text"])))
        filled = next((one["parameters"] for one in given["components"] if one["type"] == "body"), [])
        return None if len(filled) == needed else refusal(132000, "(#132000) Number of parameters does not match")


def _wrong(given: dict[str, Any]) -> str:
    """What is wrong with a message's form and limits; "" for nothing."""
    if given.get("messaging_product") != "whatsapp":
        return "The parameter messaging_product is required."
    if bool(given.get("to")) == bool(given.get("recipient")):
        return "One of the parameters to and recipient is required."
    kind = given.get("type", "")
    held = given.get(kind)
    if not isinstance(held, dict):
        return f"The parameter {kind or 'type'} is required."
    if kind == "text" and not 0 < len(held.get("body", "")) <= 4096:
        return "Param text['body'] must be at most 4096 characters long."
    if kind in ("image", "video", "audio", "document") and bool(held.get("id")) == bool(held.get("link")):
        return "Exactly one of id and link is required."
    return _wrong_choice(held) if kind == "interactive" else ""


def _wrong_choice(held: dict[str, Any]) -> str:
    if not 0 < len(held["body"]["text"]) <= 1024:
        return "Body text length invalid. Min length: 1, Max length: 1024"
    if held["type"] == "button":
        buttons = [one["reply"] for one in held["action"]["buttons"]]
        is_good = 0 < len(buttons) <= 3 and all(
            0 < len(one["title"]) <= 20 and len(one["id"]) <= 256 for one in buttons
        )
        return "" if is_good else "Invalid buttons: 1 to 3, titles of 1 to 20 characters"
    rows = [row for section in held["action"]["sections"] for row in section["rows"]]
    lengths = [(len(one["title"]), len(one["id"]), len(one.get("description", ""))) for one in rows]
    is_good = 0 < len(rows) <= 10 and all(title <= 24 and key <= 200 and more <= 72 for title, key, more in lengths)
    return "" if is_good and len(held["action"]["button"]) <= 20 else "Invalid rows: at most 10 of 24 characters"


def webhook(value: dict[str, Any], *, field: str = "messages", of: str = NUMBER) -> dict[str, Any]:
    """The body of a webhook about one number."""
    metadata = {"display_phone_number": SHOWN_NUMBER, "phone_number_id": of}
    told = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    entry = {"id": BUSINESS, "changes": [{"value": told, "field": field}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def written(*messages: dict[str, Any], name: str = "Bo Larsen") -> dict[str, Any]:
    """What a customer wrote, as a webhook's value."""
    # Now, for whoever wrote longer ago than a day can't be answered freely.
    usual = {"from": CUSTOMER, "from_user_id": USER, "timestamp": str(int(time.time()))}
    contact = {"profile": {"name": name}, "wa_id": CUSTOMER, "user_id": USER}
    return {"contacts": [contact], "messages": [usual | one for one in messages]}


def signed(body: object, url: str = "", secret: str = APP_SECRET) -> Payload:
    """A webhook's request as Meta signs it."""
    raw = json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature(raw, secret)}
    return Payload(raw, headers, url)


_numbers = itertools.count(1)


def _inbound(text: str, url: str) -> Payload:
    message = {"id": f"wamid.in{next(_numbers)}", "type": "text", "text": {"body": text}}
    return signed(webhook(written(message)), url)


def _receipt(ids: Sequence[str], url: str) -> Payload:
    statuses = [
        {
            "id": one,
            "status": "read",
            "timestamp": str(int(time.time())),
            "recipient_id": CUSTOMER,
            "recipient_user_id": USER,
        }
        for one in ids
    ]
    return signed(webhook({"statuses": statuses}), url)


def _said(fake: FakeNetwork) -> list[str]:
    assert isinstance(fake, WhatsApp)
    return fake.said


STORY = Story(ACCOUNT, WhatsApp, "Bo Larsen", _inbound, _said, _receipt)
