"""WeChat's interfaces: calls with the account's token, and error codes as our faults."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from threading import Lock

from channels_adapters.contracts import Account, Fault, SendError
from channels_adapters.faults import needed
from channels_adapters.http_api import Answer, call
from channels_adapters.json_reading import integer, text
from channels_adapters.wording import say

API = "https://api.weixin.qq.com/cgi-bin"
#: The token was replaced or its time is over.
_STALE = frozenset((40001, 40014, 42001, 42007))
#: Tokens are asked for anew so many seconds before they end; the old one works for five minutes more.
_EARLY = 120

_ACCESS = say("WeChat refuses the app id or the app secret.")
_SERVER = say("WeChat does not let this server in: add its address to the IP allowlist of the account.")
_RIGHT = say("This account may not do that: it has to be verified by WeChat, or the right has to be applied for.")
_CLOSED = say(
    "More than 48 hours have passed since this person last wrote: WeChat delivers nothing until he writes again."
)
_USED_UP = say(
    "Five answers have been sent since this person last wrote: WeChat delivers no more until he writes again."
)
_GONE = say("This person does not follow the account any more, or refuses its messages.")
_NOBODY = say("WeChat does not know this person in this account.")
_FILE = say("WeChat does not take this file.")
_LARGE = say("The file or the text is larger than WeChat allows.")
_WORDS = say("WeChat does not take what this message says.")
_BUSY = say("WeChat takes no more calls of this account for the moment.")
_PASSING = say("WeChat is busy.")

CODES: Mapping[int, tuple[Fault, str]] = {
    **dict.fromkeys((-1, 50005, 65404), (Fault.TEMPORARY, _PASSING)),
    **dict.fromkeys((*_STALE, 40002, 40013, 40125, 41002, 41004, 40243, 50004), (Fault.AUTH, _ACCESS)),
    **dict.fromkeys((40164, 61004, 89503), (Fault.AUTH, _SERVER)),
    **dict.fromkeys((48001, 48004, 48005, 48006, 50001), (Fault.NOT_ALLOWED, _RIGHT)),
    **dict.fromkeys((45015,), (Fault.WINDOW_CLOSED, _CLOSED)),
    **dict.fromkeys((45047,), (Fault.WINDOW_CLOSED, _USED_UP)),
    **dict.fromkeys((43004, 43019, 48002, 50002), (Fault.BLOCKED, _GONE)),
    **dict.fromkeys((40003, 46004, 41009), (Fault.RECIPIENT, _NOBODY)),
    **dict.fromkeys((40004, 40005, 40007, 40009, 41005, 41006, 44001, 46001), (Fault.MEDIA, _FILE)),
    **dict.fromkeys((40006, 45001, 45002, 45007, 45008), (Fault.TOO_LARGE, _LARGE)),
    **dict.fromkeys((40008, 44002, 44004, 47001, 87014), (Fault.CONTENT, _WORDS)),
    **dict.fromkeys((45009, 45011, 45033, 45035), (Fault.RATE_LIMITED, _BUSY)),
}


class Tokens:
    """The access tokens of this process, each until its time is over.

    The stable interface gives every process the same one; the older one would end the others'.
    """

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, float]] = {}
        self._lock = Lock()

    def of(self, account: Account, refused: str = "") -> str:
        """A token of the account; never `refused`, which WeChat did not take. Raises `SendError`."""
        key = _key(account)
        with self._lock:
            token, until = self._held.get(key, ("", 0.0))
        if token and token != refused and time.monotonic() < until:
            return token
        found = _ask(account, is_forced=False)
        if refused and text(found, "access_token") == refused:
            found = _ask(account, is_forced=True)
        token, lasts = text(found, "access_token"), integer(found, "expires_in") or 0
        with self._lock:
            self._held[key] = (token, time.monotonic() + lasts - _EARLY)
        return token


def ask(
    account: Account,
    tokens: Tokens,
    method: str,
    path: str,
    *,
    params: Mapping[str, str] | None = None,
    json: object | None = None,
    files: Mapping[str, tuple[str, bytes, str]] | None = None,
) -> Answer:
    """A call with the account's token, once more with a new one where it was refused. Raises `SendError`."""
    token = tokens.of(account)
    for attempt in (1, 2):
        given = {"access_token": token, **(params or {})}
        answer = call(method, f"{API}/{path}", params=given, json=json, files=files)
        if attempt == 2 or integer(answer.data, "errcode") not in _STALE:
            break
        token = tokens.of(account, refused=token)
    return _good(answer)


def _ask(account: Account, *, is_forced: bool) -> Mapping[str, object]:
    app_id, secret = str(account.settings.get("app_id") or ""), account.secrets.get("app_secret", "")
    if not app_id or not secret:
        raise SendError(Fault.AUTH, say("The app id or the app secret is not set."))
    body = {"grant_type": "client_credential", "appid": app_id, "secret": secret, "force_refresh": is_forced}
    answer = _good(call("POST", f"{API}/stable_token", json=body, is_safe=True))
    needed(text(answer.data, "access_token"), Fault.TEMPORARY, say("WeChat's answer holds no token."))
    return answer.data


def _good(answer: Answer) -> Answer:
    code = integer(answer.data, "errcode") or 0
    if code in CODES:
        raise SendError(*CODES[code])
    if code:
        raise SendError(Fault.CONTENT, say("WeChat refuses it with error %(code)s.", code=code))
    if not answer.is_success:
        raise answer.failure()
    return answer


def _key(account: Account) -> str:
    secret = account.secrets.get("app_secret", "")
    return hashlib.sha256(f"{account.settings.get('app_id')}\n{secret}".encode()).hexdigest()
