"""One WeChat Official Account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from channels_adapters.base import BaseAdapter, total
from channels_adapters.checking import in_turn
from channels_adapters.contracts import (
    Account,
    Attachment,
    Capabilities,
    CheckResult,
    DeliveryState,
    Event,
    Fault,
    FileLimit,
    GuideStep,
    Handshake,
    Identifier,
    Malformed,
    MediaRef,
    OutboundMessage,
    Payload,
    Person,
    ReplyStep,
    SendError,
    Sent,
    SettingsField,
    TextUnit,
)
from channels_adapters.faults import needed
from channels_adapters.http_api import download
from channels_adapters.json_reading import text
from channels_adapters.outgoing_parts import Portion, portions, send_parts
from channels_adapters.wechat.api import Tokens, ask
from channels_adapters.wechat.parse import OPENID, UNIONID, events, opened
from channels_adapters.wechat.proof import Unreadable, check, is_safe, stamp
from channels_adapters.wording import say

_MEGABYTE = 1024 * 1024
_DOCS = "https://developers.weixin.qq.com/doc/offiaccount"
_SAFE = ("mode", ("compatible", "safe"))


class WeChatAdapter(BaseAdapter):
    """Customer service messages of a verified service or subscription account."""

    kind: ClassVar[str] = "wechat"
    label: ClassVar[str] = "WeChat Official Account"
    acknowledgement: ClassVar[bytes] = b"success"
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us"}),
        threading="person",
        text_limit=2048,
        text_unit=TextUnit.BYTES,
        attachment_limit=10 * _MEGABYTE,
        buttons=10,
        typing=timedelta(seconds=15),
        reply_window=(ReplyStep("free", timedelta(hours=48), 5),),
        receipts=frozenset({DeliveryState.SENT}),
        files=(
            FileLimit(("image/jpeg", "image/png", "image/gif", "image/bmp"), 10 * _MEGABYTE),
            FileLimit(("audio/amr", "audio/mpeg", "audio/mp3"), 2 * _MEGABYTE),
            FileLimit(("video/mp4",), 10 * _MEGABYTE),
        ),
    )
    settings_fields: ClassVar[tuple[SettingsField, ...]] = (
        SettingsField("address", "Original ID", "Begins with gh_; under Settings, Official Account settings."),
        SettingsField("app_id", "App id", "Begins with wx; under Settings and development, Basic configuration."),
        SettingsField(
            "app_secret", "App secret", "Beside the app id. WeChat shows it once; a new one ends the old.", secret=True
        ),
        SettingsField(
            "token",
            "Token",
            "3 to 32 letters and digits that WeChat signs with: the same there and here.",
            secret=True,
            verifies=True,
            drawn=True,
        ),
        SettingsField(
            "mode",
            "Encryption of messages",
            "As chosen at WeChat. Only the safe mode proves what a message says.",
            kind="choice",
            choices=(("safe", "Safe mode"), ("compatible", "Compatible mode"), ("plain", "Plain text")),
            default="safe",
        ),
        SettingsField(
            "encoding_aes_key",
            "EncodingAESKey",
            "43 letters and digits; WeChat makes one up for you.",
            secret=True,
            verifies=True,
            only_if=_SAFE,
        ),
    )
    guide: ClassVar[tuple[GuideStep, ...]] = (
        GuideStep(
            "Find the account's ids",
            "Sign in to the Official Account platform. The original ID is under Settings, Official Account settings; "
            "the app id and the app secret are under Settings and development, Basic configuration.",
            "https://mp.weixin.qq.com/",
            ("address", "app_id", "app_secret"),
        ),
        GuideStep(
            "Let this server in",
            "On the same page add the outgoing address of this server to the IP allowlist, otherwise WeChat takes no "
            "answers from it.",
            f"{_DOCS}/Basic_Information/Get_access_token.html",
        ),
        GuideStep(
            "Have messages brought here",
            "Under Server configuration enter {callback} as URL, the token and the EncodingAESKey, choose the safe "
            "mode, save, and enable the configuration. WeChat tests the address at once.",
            f"{_DOCS}/Basic_Information/Access_Overview.html",
            ("token", "mode", "encoding_aes_key"),
        ),
        GuideStep(
            "Have the account verified",
            "Only verified accounts may answer by the customer service interface: within 48 hours of a person's last "
            "message, and five times.",
            f"{_DOCS}/Message_Management/Service_Center_messages.html",
        ),
    )

    def __init__(self) -> None:
        self._tokens = Tokens()

    def verify(self, payload: Payload, account: Account) -> Handshake | None:
        """Check the signature, and in safe mode the content and the app. Raises `InvalidSignature`."""
        return check(payload, account)

    def single_use(self, payload: Payload, account: Account) -> str:
        """In plain mode the time and the number that are signed in place of the body."""
        return "" if is_safe(account) else stamp(payload)

    def completed(self, payload: Payload, account: Account) -> Payload:
        """The push in the clear: whoever parses it need not know the key."""
        try:
            return replace(payload, body=opened(payload.body, account))
        except (Malformed, Unreadable):
            return payload

    @total
    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """What people write and do, and news of the account. Raises `Malformed` and nothing else."""
        return events(payload, account)

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """One customer service message for each part; WeChat gives them no ids. Raises `SendError`."""
        openid = _openid(message)

        def transmit(part: Portion) -> str:
            body = {"touser": openid, **self._body(part, account)}
            ask(account, self._tokens, "POST", "message/custom/send", json=body)
            return f"{message.client_ref}.{part.number}"

        return send_parts(message, portions(message, self.capabilities), transmit)

    def tell_typing(self, message: OutboundMessage, account: Account) -> bool:
        """Show it to a follower; it does not count as an answer. Raises `SendError`."""
        body = {"touser": _openid(message), "command": "Typing"}
        ask(account, self._tokens, "POST", "message/custom/typing", json=body)
        return True

    def fetch_media(self, ref: MediaRef, account: Account) -> bytes:
        """A file of a message, by its id or else by its address. Raises `SendError`."""
        media, _, link = ref.token.rpartition(" ") if " " in ref.token else (ref.token, "", "")
        if "://" in media or not media:
            return download(media or link)
        try:
            answer = ask(account, self._tokens, "GET", "media/get", params={"media_id": media})
        except SendError as problem:
            if link and not problem.fault.retryable:
                return download(link)
            if problem.fault.retryable:
                raise
            raise SendError(Fault.MEDIA, problem.reason) from problem
        # Of a video it tells where it lies.
        video = text(answer.data, "video_url")
        return download(video) if video else answer.body

    def fetch_profile(self, identifier: Identifier, account: Account) -> Person | None:
        """The language and the id across a company's accounts; names are told no more. Raises `SendError`."""
        if identifier.kind != OPENID:
            return None
        found = ask(account, self._tokens, "GET", "user/info", params={"openid": identifier.value}).data
        union = text(found, "unionid")
        known = (identifier, *((Identifier(UNIONID, union, verified=True),) if union else ()))
        return Person(known, name=text(found, "nickname"), locale=text(found, "language"))

    def check(self, account: Account) -> Iterator[CheckResult]:
        """The credentials and this server's address, then the right to answer."""
        return in_turn(
            (say("Sign in to WeChat"), lambda: ask(account, self._tokens, "GET", "get_api_domain_ip")),
            (say("May answer customers"), lambda: ask(account, self._tokens, "GET", "customservice/getkflist")),
        )

    def _body(self, part: Portion, account: Account) -> dict[str, object]:
        if part.files:
            kind, media = self._uploaded(part.files[0], account)
            return {"msgtype": kind, kind: {"media_id": media}}
        if not part.buttons:
            return {"msgtype": "text", "text": {"content": part.text}}
        rows = [{"id": one.id, "content": one.label} for one in part.buttons[: self.capabilities.buttons]]
        return {"msgtype": "msgmenu", "msgmenu": {"head_content": part.text, "list": rows, "tail_content": ""}}

    def _uploaded(self, file: Attachment, account: Account) -> tuple[str, str]:
        """The kind and the id WeChat knows a file by, for three days."""
        content = needed(file.content, Fault.MEDIA, say("The file is not there any more."))
        group = file.content_type.partition("/")[0]
        kind = {"image": "image", "audio": "voice", "video": "video"}.get(group, "image")
        files = {"media": (file.filename, content, file.content_type)}
        found = ask(account, self._tokens, "POST", "media/upload", params={"type": kind}, files=files)
        reason = say("WeChat does not say by which id it knows the file.")
        return kind, needed(text(found.data, "media_id"), Fault.MEDIA, reason)


def _openid(message: OutboundMessage) -> str:
    found = [one.value for who in message.to for one in who.person.identifiers if one.kind == OPENID]
    return needed(found, Fault.RECIPIENT, say("This person is not known in WeChat."))[0]
