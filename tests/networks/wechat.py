"""WeChat's server for Official Accounts, written from its documentation: tokens, customer service messages, media."""

from __future__ import annotations

import email.parser
import email.policy
import os
import secrets
import time
import zlib
from base64 import b64decode, b64encode
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from channels_adapters.contracts import Account, Payload
from channels_adapters.wechat.proof import signature
from tests.networks.server import Asked, FakeNetwork, Reply
from tests.networks.story import Story

APP, SECRET, TOKEN = "wx0123456789abcdef", "app-secret-0123456789", "token0123456789"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OURS, CUSTOMER = "gh_0123456789ab", "oABCDEFGHIJKLMNOPQRSTUVWXYZ1"
AT = 1763800000
_TAKEN = {"image": ("image/jpeg", "image/png"), "voice": ("audio/amr", "audio/mpeg"), "video": ("video/mp4",)}


def account(mode: str = "safe") -> Account:
    """The Official Account of our shop."""
    kept = {"app_secret": SECRET, "token": TOKEN, "encoding_aes_key": KEY}
    return Account("wechat", OURS, settings={"app_id": APP, "mode": mode}, secrets=kept)


def pushed(kind: str, number: int = 1, *, at: int = AT, **content: object) -> bytes:
    """The XML for a message or an event."""
    told = {"ToUserName": OURS, "FromUserName": CUSTOMER, "CreateTime": at, "MsgType": kind, **content}
    if kind != "event":
        told["MsgId"] = 7000000000000000000 + number
    return f"<xml>{_elements(told)}</xml>".encode()


def _elements(told: dict[str, object]) -> str:
    return "".join(
        f"<{name}>{_elements(value) if isinstance(value, dict) else f'<![CDATA[{value}]]>'}</{name}>"
        for name, value in told.items()
    )


def encrypted(body: bytes, app_id: str = APP, key: str = KEY) -> str:
    """What safe mode makes of it."""
    plain = os.urandom(16) + len(body).to_bytes(4, "big") + body + app_id.encode()
    pad = 32 - len(plain) % 32
    secret = b64decode(key + "=")
    closing = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    return b64encode(closing.update(plain + bytes([pad]) * pad) + closing.finalize()).decode()


def plain(body: bytes, url: str, token: str = TOKEN) -> Payload:
    """A push in plain mode."""
    nonce, at = secrets.token_hex(5), str(AT)
    query = {"signature": signature(token, at, nonce), "timestamp": at, "nonce": nonce, "openid": CUSTOMER}
    return Payload(body, {"Content-Type": "text/xml"}, f"{url}?{urlencode(query)}")


def safe(body: bytes, url: str, token: str = TOKEN, app_id: str = APP, key: str = KEY, beside: str = "") -> Payload:
    """A push in safe mode; with what stands `beside` it in compatible mode."""
    nonce, at, hidden = secrets.token_hex(5), str(AT), encrypted(body, app_id, key)
    query = {"signature": signature(token, at, nonce), "timestamp": at, "nonce": nonce, "encrypt_type": "aes"}
    query["msg_signature"] = signature(token, at, nonce, hidden)
    around = f"<xml>{beside}<Encrypt><![CDATA[{hidden}]]></Encrypt></xml>".encode()
    return Payload(around, {"Content-Type": "text/xml"}, f"{url}?{urlencode(query)}")


def error(code: int, words: str) -> Reply:
    """WeChat refuses with a success's status."""
    return Reply(200, {"errcode": code, "errmsg": f"{words} rid: 6543-21"})


class WeChat(FakeNetwork):
    """One verified account with followers."""

    hosts: ClassVar[tuple[str, ...]] = ("api.weixin.qq.com",)

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[dict[str, Any]] = []
        #: Followers and how many messages each may still get; -1 for one whose 48 hours are over.
        self.followers: dict[str, int] = {CUSTOMER: 5}
        self.token, self.lasts = "ACCESS-1", 7200
        #: Whether the token was made void although its time is not over.
        self.is_void = False
        self.files: dict[str, bytes] = {"MEDIA-IN": b"\xff\xd8picture"}
        self.uploads: dict[str, tuple[str, str, bytes]] = {}
        self.is_verified = True

    def answer(self, asked: Asked) -> Reply:
        """Check the token, then answer."""
        path = asked.path.removeprefix("/cgi-bin/")
        if path == "stable_token":
            return self._token(asked.json)
        given = asked.query.get("access_token")
        if not given:
            return error(41001, "access_token missing")
        if given != self.token or self.is_void:
            return error(40001, "invalid credential, access_token is invalid or not latest")
        if path == "message/custom/send":
            return self._send(asked.json)
        if path == "message/custom/typing":
            return self._show(asked.json)
        if path == "media/upload":
            return self._upload(asked)
        if path == "media/get":
            return self._media(asked.query.get("media_id", ""))
        if path == "user/info":
            told = {"subscribe": 1, "openid": asked.query["openid"], "nickname": "", "language": "zh_CN"}
            return Reply(200, {**told, "unionid": "oUNION"})
        if path == "customservice/getkflist":
            return Reply(200, {"kf_list": []}) if self.is_verified else error(48001, "api unauthorized")
        return Reply(200, {"ip_list": ["127.0.0.1"]}) if path == "get_api_domain_ip" else error(40066, "invalid url")

    def _token(self, given: dict[str, Any]) -> Reply:
        if given.get("grant_type") != "client_credential" or given.get("appid") != APP:
            return error(40013, "invalid appid")
        if given.get("secret") != SECRET:
            return error(40125, "invalid appsecret")
        if given.get("force_refresh"):
            self.token, self.is_void = f"ACCESS-{secrets.token_hex(4)}", False
        return Reply(200, {"access_token": self.token, "expires_in": self.lasts})

    def _send(self, given: dict[str, Any]) -> Reply:
        openid, kind = given.get("touser"), given.get("msgtype")
        if openid not in self.followers:
            return error(40003, "invalid openid")
        if kind not in given or not given[kind]:
            return error(40008, "invalid message type")
        if self.followers[openid] < 0:
            return error(45015, "response out of time limit or subscription is canceled")
        if self.followers[openid] == 0:
            return error(45047, "out of response count limit")
        said = given[kind].get("content") or given[kind].get("head_content") or ""
        if kind in ("text", "msgmenu") and not 0 < len(said.encode()) <= 2048:
            return error(45002 if said else 44004, "content size out of limit")
        if kind in _TAKEN and given[kind].get("media_id") not in self.uploads:
            return error(40007, "invalid media_id")
        self.followers[openid] -= 1
        self.messages.append(given)
        return Reply(200, {"errcode": 0, "errmsg": "ok"})

    def _show(self, given: dict[str, Any]) -> Reply:
        openid = given.get("touser")
        if openid not in self.followers or given.get("command") not in ("Typing", "CancelTyping"):
            return error(40003, "invalid openid")
        # It does not count as an answer.
        if self.followers[openid] < 0:
            return error(45015, "response out of time limit or subscription is canceled")
        self.shown.append(openid)
        return Reply(200, {"errcode": 0, "errmsg": "ok"})

    def _upload(self, asked: Asked) -> Reply:
        head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
        form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + asked.body)
        (part,) = form.iter_parts()
        kind, content = asked.query.get("type", ""), part.get_payload(decode=True)
        if part.get_param("name", header="content-disposition") != "media" or not isinstance(content, bytes):
            return error(41005, "media data missing")
        if part.get_content_type() not in _TAKEN.get(kind, ()):
            return error(40005, "invalid file type")
        media = f"MEDIA-{len(self.uploads)}"
        self.uploads[media] = (kind, part.get_filename() or "", content)
        return Reply(200, {"type": kind, "media_id": media, "created_at": AT})

    def _media(self, media: str) -> Reply:
        if media not in self.files:
            return error(40007, "invalid media_id")
        return Reply(200, self.files[media])

    def said(self) -> list[str]:
        """The texts that were taken, in order."""
        found = [one[one["msgtype"]] for one in self.messages]
        return [one.get("content") or one["head_content"] for one in found if "media_id" not in one]


def _said(fake: FakeNetwork) -> list[str]:
    return cast(WeChat, fake).said()


STORY = Story(
    account=account(),
    fake=WeChat,
    customer=CUSTOMER,
    inbound=lambda text, url: safe(pushed("text", zlib.crc32(text.encode()), at=int(time.time()), Content=text), url),
    said=_said,
)
