"""The round trip to a mail provider who lets us into a mailbox (RFC 6749, 4.1, with PKCE, RFC 7636).

What goes along is signed and tied to the session that began it; what proves it stays here, sealed in a cookie, so that
beginning writes nothing.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.core import signing
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from inbox.channels.access import opened, sealed

COOKIE = "consent"
#: Seconds a person has to allow access.
SECONDS = 600
_SALT = "inbox.consent"


class Unfit(Exception):
    """The way back does not fit the way there; the sentence is for the person."""


@dataclass(frozen=True, slots=True)
class Journey:
    """What is known on the way back: whose mailbox it is for, and the verifier for the provider."""

    channel_id: int
    verifier: str


def begin(request: HttpRequest, channel_id: int, verifier: str) -> tuple[str, str]:
    """The state to send along, and the cookie that belongs to it."""
    nonce = secrets.token_urlsafe(16)
    state = signing.dumps({"channel": channel_id, "nonce": nonce, "session": _session(request)}, salt=_SALT)
    return state, sealed({"nonce": nonce, "verifier": verifier}).decode()


def come_back(request: HttpRequest) -> Journey:
    """What was begun, when this is the way back of it. Raises `Unfit`."""
    try:
        state = signing.loads(request.GET.get("state", ""), salt=_SALT, max_age=SECONDS)
    except signing.SignatureExpired:
        raise Unfit(_("That took longer than ten minutes. Begin once more.")) from None
    except signing.BadSignature:
        raise Unfit(_("This sign-in did not begin here. Begin it with the button on the channel's page.")) from None
    try:
        kept = opened(request.COOKIES.get(COOKIE, "").encode())
    except (InvalidToken, json.JSONDecodeError):
        kept = {}
    fits = constant_time_compare(state["nonce"], kept.get("nonce", "")) and constant_time_compare(
        state["session"], _session(request)
    )
    if not fits:
        raise Unfit(_("This sign-in was begun in another browser or session. Begin once more here."))
    return Journey(int(state["channel"]), kept["verifier"])


def _session(request: HttpRequest) -> str:
    return salted_hmac(_SALT, request.session.session_key or "").hexdigest()
