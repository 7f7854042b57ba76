"""The `line` channel: LINE official accounts by the Messaging API."""

from __future__ import annotations

import base64
import hmac
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from channels_adapters import contracts as c
from channels_adapters.base import BaseAdapter
from channels_adapters.checking import Seen, in_turn
from channels_adapters.faults import needed
from channels_adapters.http_api import Answer, call, download
from channels_adapters.json_reading import flag, items, text
from channels_adapters.outgoing_parts import Part, text_and_files
from channels_adapters.proofs import is_one_of
from channels_adapters.wording import say
from inbox_line.parse import parse

API = "https://api.line.me/v2/bot"
HOOK = f"{API}/channel/webhook/endpoint"
CONTENT = "https://api-data.line.me/v2/bot/message"
#: Messages in one request, which counts as one of the month's.
_AT_ONCE = 5


class LineAdapter(BaseAdapter):
    """Webhooks signed with the channel's secret; push messages that can be repeated without harm."""

    kind: ClassVar[str] = "line"
    label: ClassVar[str] = "LINE"
    capabilities: ClassVar[c.Capabilities] = c.Capabilities(
        inbound=frozenset({"push_to_us"}),
        threading="person",
        text_limit=5000,
        text_unit=c.TextUnit.UTF16,
        # A picture is its own preview, which may have 1 MB.
        files=(c.FileLimit(("image/jpeg", "image/png"), 1_000_000),),
        buttons=13,
        button_length=20,
        idempotent_send=True,
        rate_per_second=2000,
    )
    settings_fields: ClassVar[tuple[c.SettingsField, ...]] = (
        c.SettingsField("address", "Basic ID", "The official account's own, for example @123abcde."),
        c.SettingsField("channel_secret", "Channel secret", "Under Basic settings.", secret=True, verifies=True),
        c.SettingsField("access_token", "Channel access token", "The long-lived one, under Messaging API.", True),
    )
    guide: ClassVar[tuple[c.GuideStep, ...]] = (
        c.GuideStep(
            "Open the channel",
            "In the LINE Developers Console open the Messaging API channel of the account and issue an access token.",
            "https://developers.line.biz/console/",
            ("address", "channel_secret", "access_token"),
        ),
        c.GuideStep(
            "Send events here",
            "Under Messaging API set the webhook URL {callback}, switch on “Use webhook” and “Webhook redelivery”, and "
            "switch off the automatic replies. Connecting sets the URL by itself.",
            "https://developers.line.biz/en/docs/messaging-api/receiving-messages/",
        ),
    )

    def verify(self, payload: c.Payload, account: c.Account) -> c.Handshake | None:
        """HMAC-SHA256 of the body with the channel's secret, or the one before it."""
        secrets = account.valid_secrets("channel_secret")
        good = [base64.b64encode(hmac.digest(one.encode(), payload.body, "sha256")).decode() for one in secrets]
        if not is_one_of(payload.header("x-line-signature"), good):
            raise c.InvalidSignature("The signature was not made with this channel's secret.")
        return None

    def parse(self, payload: c.Payload, account: c.Account) -> Sequence[c.Event]:
        """Messages, what is taken back, buttons, who follows and who left."""
        return parse(payload, account)

    def send(self, message: c.OutboundMessage, account: c.Account) -> c.Sent:
        """Push messages, five in a request: each request has a key by which LINE knows a repeat."""
        found = (*message.thread.named("room"), *(one.person.primary.value for one in message.to))
        to = needed(found, c.Fault.RECIPIENT, say("There is nobody to send it to."))[0]
        messages, sent = _messages(message, self.capabilities), list[str]()
        for first in range(len(message.sent_parts), len(messages), _AT_ONCE):
            key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{message.client_ref}:{first}"))
            try:
                sent += _pushed({"to": to, "messages": messages[first : first + _AT_ONCE]}, key, account)
            except c.SendError as problem:
                problem.sent_parts = tuple(sent)
                raise
        return c.Sent(tuple(sent))

    def fetch_media(self, ref: c.MediaRef, account: c.Account) -> bytes:
        """A message's content, once LINE has prepared it; or what lies elsewhere."""
        if ref.token.startswith("https://"):
            return download(ref.token)
        kind, _, message_id = ref.token.partition(":")
        if kind in ("video", "audio"):
            state = call("GET", f"{CONTENT}/{message_id}/content/transcoding", headers=_with_token(account))
            if text(state.data, "status") == "processing":
                raise c.SendError(c.Fault.TEMPORARY, say("LINE is still preparing the file."))
        return download(f"{CONTENT}/{message_id}/content", headers=_with_token(account))

    def fetch_profile(self, identifier: c.Identifier, account: c.Account) -> c.Person | None:
        """The name and picture of a friend of the account; of others LINE tells nothing."""
        found = call("GET", f"{API}/profile/{identifier.value}", headers=_with_token(account))
        if found.status in (400, 404):
            return None
        name, picture, language = (text(_good(found).data, one) for one in ("displayName", "pictureUrl", "language"))
        return c.Person((identifier,), name=name, avatar=picture, locale=language[:10])

    def check(self, account: c.Account) -> Iterable[c.CheckResult]:
        """The token, and whether LINE sends what happens."""
        return in_turn(
            (say("The access token is good."), lambda: _named(account)),
            (say("LINE sends events."), lambda: _sending(account)),
        )

    def connect(self, account: c.Account, callback_url: str) -> Sequence[c.CheckResult]:
        """Set our address as the webhook's, and let LINE try it."""
        asked, headers = {"endpoint": callback_url}, _with_token(account)
        return tuple(
            in_turn(
                (say("The webhook's address is set."), lambda: _good(call("PUT", HOOK, json=asked, headers=headers))),
                (say("LINE's test request arrives."), lambda: _arriving(account)),
            )
        )


def _named(account: c.Account) -> Seen:
    who = _good(call("GET", f"{API}/info", headers=_with_token(account)))
    return Seen((text(who.data, "displayName"),))


def _sending(account: c.Account) -> Seen:
    hook = _good(call("GET", HOOK, headers=_with_token(account))).data
    advice = say("Switch on “Use webhook” in the LINE Developers Console.")
    return Seen((text(hook, "endpoint"),), "" if flag(hook, "active") else advice)


def _arriving(account: c.Account) -> Seen:
    tried = _good(call("POST", f"{API}/channel/webhook/test", json={}, headers=_with_token(account))).data
    return Seen(advice="" if flag(tried, "success") else text(tried, "detail"), passed=flag(tried, "success"))


def _messages(message: c.OutboundMessage, can: c.Capabilities) -> list[dict[str, Any]]:
    """LINE's message objects; it fetches pictures itself, by https only."""
    if not all(one.link.startswith("https://") for one in message.attachments):
        can = replace(can, files=())
    found = [_object(part) for part in text_and_files(message, can)]
    if not found:
        raise c.SendError(c.Fault.CONTENT, say("There is nothing in it that LINE takes."))
    if message.buttons:
        found[-1]["quickReply"] = {"items": [_quick(one.id, one.label[:20]) for one in message.buttons[:13]]}
    return found


def _object(part: Part) -> dict[str, Any]:
    if isinstance(part, c.Attachment):
        return {"type": "image", "originalContentUrl": part.link, "previewImageUrl": part.link}
    return {"type": "text", "text": part}


def _quick(choice: str, label: str) -> dict[str, Any]:
    action = {"type": "postback", "label": label, "data": f"{choice}\n{label}", "displayText": label}
    return {"type": "action", "action": action}


def _pushed(body: dict[str, Any], key: str, account: c.Account) -> list[str]:
    """An id for each message. 409: it was taken already, at an attempt whose answer was lost."""
    headers = {**_with_token(account), "X-Line-Retry-Key": key}
    answer = call("POST", f"{API}/message/push", json=body, headers=headers, is_safe=True)
    ids = [text(one, "id") for one in items((answer if answer.status == 409 else _good(answer)).data, "sentMessages")]
    return [*ids, *(f"{key}:{number}" for number in range(len(ids), len(body["messages"])))]


def _good(answer: Answer) -> Answer:
    """The answer, or what LINE's words mean: https://developers.line.biz/en/reference/messaging-api/#error-responses."""
    if answer.is_success:
        return answer
    words, wrong = (
        text(answer.data, "message", most=300),
        [text(one, "property") for one in items(answer.data, "details")],
    )
    if answer.status == 429 and "monthly limit" in words:
        raise c.SendError(c.Fault.NOT_ALLOWED, say("The LINE account's messages of this month are used up."))
    if answer.status == 400 and ("to" in wrong or "'to'" in words):
        raise c.SendError(c.Fault.RECIPIENT, say("LINE knows no such person, or he never wrote to this account."))
    raise answer.failure(say("LINE says: %(words)s", words=words) if words else "")


def _with_token(account: c.Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.secrets.get('access_token', '')}"}
