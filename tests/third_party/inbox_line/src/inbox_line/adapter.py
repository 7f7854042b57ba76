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
from channels_adapters.http_api import Answer, call, download
from channels_adapters.json_reading import flag, items, text
from channels_adapters.outgoing_parts import Part, text_and_files
from channels_adapters.wording import say
from inbox_line.parse import parse

API = "https://api.line.me/v2/bot"
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
        given = next((value for name, value in payload.headers.items() if name.lower() == "x-line-signature"), "")
        for secret in filter(None, map(account.secrets.get, ("channel_secret", "channel_secret_before"))):
            wanted = base64.b64encode(hmac.digest(secret.encode(), payload.body, "sha256"))
            if hmac.compare_digest(wanted, given.encode()):
                return None
        raise c.InvalidSignature("The signature was not made with this channel's secret.")

    def parse(self, payload: c.Payload, account: c.Account) -> Sequence[c.Event]:
        """Messages, what is taken back, buttons, who follows and who left."""
        return parse(payload, account)

    def send(self, message: c.OutboundMessage, account: c.Account) -> c.Sent:
        """Push messages, five in a request: each request has a key by which LINE knows a repeat."""
        room = next((key.partition(":")[2] for key in message.thread.keys if key.startswith("room:")), "")
        to = room or next((one.person.primary.value for one in message.to), "")
        if not to:
            raise c.SendError(c.Fault.RECIPIENT, say("There is nobody to send it to."))
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
        try:
            who = _good(call("GET", f"{API}/info", headers=_with_token(account)))
            yield c.CheckResult(say("The access token is good."), True, details=(text(who.data, "displayName"),))
            hook = _good(call("GET", f"{API}/channel/webhook/endpoint", headers=_with_token(account)))
        except c.SendError as problem:
            yield c.CheckResult(say("LINE answers."), False, problem.reason)
            return
        is_on, address = flag(hook.data, "active"), text(hook.data, "endpoint")
        advice = "" if is_on else say("Switch on “Use webhook” in the LINE Developers Console.")
        yield c.CheckResult(say("LINE sends events."), is_on, advice, (address,))

    def connect(self, account: c.Account, callback_url: str) -> Sequence[c.CheckResult]:
        """Set our address as the webhook's, and let LINE try it."""
        hook, headers = f"{API}/channel/webhook", _with_token(account)
        try:
            _good(call("PUT", f"{hook}/endpoint", json={"endpoint": callback_url}, headers=headers))
            tried = _good(call("POST", f"{hook}/test", json={}, headers=headers)).data
        except c.SendError as problem:
            return (c.CheckResult(say("The webhook's address is set."), False, problem.reason),)
        is_heard = flag(tried, "success")
        return (
            c.CheckResult(say("LINE's test request arrives."), is_heard, "" if is_heard else text(tried, "detail")),
        )


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
        raise c.SendError(c.Fault.AUTH, say("The LINE account's messages of this month are used up."))
    if answer.status == 400 and ("to" in wrong or "'to'" in words):
        raise c.SendError(c.Fault.RECIPIENT, say("LINE knows no such person, or he never wrote to this account."))
    raise answer.failure(say("LINE says: %(words)s", words=words) if words else "")


def _with_token(account: c.Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.secrets.get('access_token', '')}"}
