"""Calls of the Graph API: the token travels in a header, never in an address."""

from __future__ import annotations

from collections.abc import Mapping

from channels_adapters.contracts import Account, Fault
from channels_adapters.faults import needed
from channels_adapters.http_api import call
from channels_adapters.json_reading import Fields
from channels_adapters.meta.faults import failure
from channels_adapters.meta.signing import app_secret_proof
from channels_adapters.wording import say

FACEBOOK = "graph.facebook.com"
INSTAGRAM = "graph.instagram.com"
VERSION = "v25.0"


def graph(
    account: Account,
    method: str,
    path: str,
    *,
    host: str = FACEBOOK,
    params: Mapping[str, str] | None = None,
    json: object | None = None,
    data: Mapping[str, str] | None = None,
    files: Mapping[str, tuple[str, bytes, str]] | None = None,
    token: str = "",
    is_safe: bool | None = None,
    timeout: float = 30.0,
) -> Fields:
    """What the Graph API answers at `path` (`/me/messages`) with the account's token, or with `token`.

    Raises `SendError`, `AUTH` where there is no token.
    """
    used = needed(token or account.secrets.get("access_token", ""), Fault.AUTH, say("No access token is set."))
    secret = account.secrets.get("app_secret", "")
    # A token of the app itself has the secret in it and needs no proof; Instagram's own login has another secret.
    is_proven = secret and not token and host == FACEBOOK
    proof = {"appsecret_proof": app_secret_proof(used, secret)} if is_proven else {}
    answer = call(
        method,
        f"https://{host}/{VERSION}/{path.lstrip('/')}",
        params={**(params or {}), **proof} or None,
        json=json,
        data=data,
        files=files,
        headers={"Authorization": f"Bearer {used}"},
        is_safe=is_safe,
        timeout=timeout,
    )
    if not answer.is_success or "error" in answer.data:
        raise failure(answer, account)
    return answer.data
