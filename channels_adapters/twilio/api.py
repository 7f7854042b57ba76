"""Twilio's REST interfaces, as far as an account of ours uses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from channels_adapters.contracts import Account, Fault, SendError
from channels_adapters.faults import needed
from channels_adapters.http_api import Answer, call
from channels_adapters.json_reading import Fields, integer, items, text
from channels_adapters.twilio.errors import failure
from channels_adapters.wording import say

API = "https://api.twilio.com/2010-04-01/Accounts"
MESSAGING = "https://messaging.twilio.com"
CONTENT = "https://content.twilio.com/v1"
_FORM = "application/x-www-form-urlencoded"
_MOST_PAGES = 10


def account_sid(account: Account) -> str:
    """The Twilio account everything is under. Raises `SendError` where none is set."""
    sid = str(account.settings.get("account_sid") or "").strip()
    if not sid.isalnum():
        raise SendError(Fault.AUTH, say("The account SID is not set."))
    return sid


def credentials(account: Account) -> tuple[str, str]:
    """How we sign in: with the API key where there is one. Raises `SendError` where nothing is set."""
    key, secret = str(account.settings.get("api_key_sid") or ""), account.secrets.get("api_key_secret", "")
    if key and secret:
        return key, secret
    sid = account_sid(account)
    return sid, needed(account.secrets.get("auth_token"), Fault.AUTH, say("The auth token is not set."))


def get(account: Account, url: str, params: Mapping[str, str] | None = None) -> Fields:
    """What is at an address. Raises `SendError`."""
    return _data(call("GET", url, params=params, auth=credentials(account)))


def post(account: Account, url: str, fields: Iterable[tuple[str, str]], *, is_safe: bool = False) -> Fields:
    """Send a form. Raises `SendError`."""
    content = urlencode(list(fields)).encode()
    auth, headers = credentials(account), {"Content-Type": _FORM}
    return _data(call("POST", url, content=content, headers=headers, auth=auth, is_safe=is_safe))


def post_json(account: Account, url: str, body: Mapping[str, object]) -> Fields:
    """Send an object, of which there may be two without harm. Raises `SendError`."""
    return _data(call("POST", url, json=body, auth=credentials(account), is_safe=True))


def listed(account: Account, url: str, key: str, params: Mapping[str, str] | None) -> Sequence[Fields]:
    """All rows of a list, page for page. Raises `SendError`."""
    found: list[Fields] = []
    host = url.partition("//")[2].partition("/")[0]
    for _ in range(_MOST_PAGES):
        page = get(account, url, params)
        found += items(page, key)
        following = text(page, "meta", "next_page_url")
        if not following.startswith(f"https://{host}/"):
            break
        url, params = following, None
    return found


def _data(answer: Answer) -> Fields:
    # Some refusals come with a success's status and a code of their own.
    if not answer.is_success or (integer(answer.data, "code") or 0) > 9999:
        raise failure(answer)
    return answer.data
