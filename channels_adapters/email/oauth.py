"""Sign-in by OAuth 2 (RFC 6749, with PKCE, RFC 7636) for mailboxes at Google, Microsoft 365 and others.

The administrator registers an application with his provider; a person of the mailbox allows it once; from then on
we hold a refresh token and renew the access token, which lives for about an hour.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

import httpx

from channels_adapters import network
from channels_adapters.contracts import Account, Fault, SendError
from channels_adapters.wording import say

#: An access token that lives no longer than this is renewed.
RENEW_BEFORE = timedelta(minutes=5)
TIMEOUT = 15.0
_USUAL_LIFE = 3600
#: RFC 6749, 5.2: a person has to act. Others (`temporarily_unavailable`) pass.
_FINAL = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required", "access_denied"})
_MISREGISTERED = frozenset({"invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type"})


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a person allows us in, where tokens are had, and what we ask for."""

    name: str
    label: str
    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """The pair of PKCE: the verifier stays with us until the code is exchanged, the challenge goes along."""

    verifier: str = field(repr=False)
    challenge: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the provider gave; nothing of it in a `repr`. `refresh_token` is "" where the old one goes on."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime

    @property
    def secrets(self) -> dict[str, str]:
        """As the account's secrets; a refresh token only where there is a new one."""
        kept = {"oauth_access_token": self.access_token, "oauth_expires_at": self.expires_at.isoformat()}
        return kept | ({"oauth_refresh_token": self.refresh_token} if self.refresh_token else {})


def provider_of(account: Account) -> Provider:
    """The provider that the account's settings choose. Raises `SendError` when they choose none that is usable."""
    said = {name: str(value).strip() for name, value in account.settings.items() if value not in (None, "")}
    name = said.get("oauth_provider", "")
    if name == "google":
        return Provider(
            "google",
            "Google",
            "https://accounts.google.com/o/oauth2/v2/auth",
            "https://oauth2.googleapis.com/token",
            ("https://mail.google.com/",),
            # Without these two no refresh token is given, or only at the very first time.
            (("access_type", "offline"), ("prompt", "consent")),
        )
    if name == "microsoft":
        tenant = quote(said.get("oauth_tenant", "common"), safe="")
        base = f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
        reading = "POP" if said.get("incoming") == "pop3" else "IMAP"
        scopes = (f"https://outlook.office.com/{reading}.AccessAsUser.All", "https://outlook.office.com/SMTP.Send")
        return Provider("microsoft", "Microsoft 365", f"{base}/authorize", f"{base}/token", ("offline_access", *scopes))
    urls = (said.get("oauth_authorize_url", ""), said.get("oauth_token_url", ""))
    if name == "other" and all(urlsplit(url).scheme in ("https", "http") and urlsplit(url).hostname for url in urls):
        return Provider("other", urlsplit(urls[0]).hostname or "", *urls, tuple(said.get("oauth_scopes", "").split()))
    raise SendError(Fault.AUTH, say("No provider to sign in with is set for this account."))


def sasl(username: str, token: str) -> str:
    """The initial response of SASL XOAUTH2, before base64: the same for IMAP, POP3 and SMTP."""
    return f"user={username}\x01auth=Bearer {token}\x01\x01"


def new_proof() -> Proof:
    """A PKCE pair for one attempt to connect (method S256)."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return Proof(verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode())


def authorization_url(
    provider: Provider, *, client_id: str, redirect_uri: str, state: str, login_hint: str = "", challenge: str = ""
) -> str:
    """Where to send the person who may allow us in; the provider sends him back to `redirect_uri`."""
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(provider.scopes),
        "state": state,
        **({"login_hint": login_hint} if login_hint else {}),
        **({"code_challenge": challenge, "code_challenge_method": "S256"} if challenge else {}),
        **dict(provider.extra),
    }
    joint = "&" if urlsplit(provider.authorize_url).query else "?"
    return f"{provider.authorize_url}{joint}{urlencode(asked)}"


def exchange(
    provider: Provider, *, client_id: str, client_secret: str, code: str, redirect_uri: str, verifier: str, at: datetime
) -> Tokens:
    """The tokens for the code a person came back with. Raises `SendError`; also when no refresh token is given."""
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    if verifier:
        asked["code_verifier"] = verifier
    tokens = _tokens(provider, asked, client_id, client_secret, at)
    if not tokens.refresh_token:
        raise SendError(
            Fault.AUTH,
            say(
                "%(label)s allowed access for an hour only. Take the permission back in the account's security "
                "settings there, and connect again.",
                label=provider.label,
            ),
        )
    return tokens


def refresh(provider: Provider, *, client_id: str, client_secret: str, refresh_token: str, at: datetime) -> Tokens:
    """New tokens before the old ones expire. Raises `SendError`: `auth` when a person has to connect again."""
    return _tokens(
        provider,
        {"grant_type": "refresh_token", "refresh_token": refresh_token},
        client_id,
        client_secret,
        at,
    )


def expires_at(account: Account) -> datetime | None:
    """The instant the account's access token stops working; None for an account without one."""
    text = account.secrets.get("oauth_expires_at", "")
    return datetime.fromisoformat(text) if text else None


def renewed(account: Account, at: datetime) -> Mapping[str, str]:
    """New secrets for an account whose access token is about to expire; empty where there is nothing to do."""
    if not account.settings.get("oauth_provider"):
        return {}
    until = expires_at(account)
    if account.secrets.get("oauth_access_token") and until is not None and until - at >= RENEW_BEFORE:
        return {}
    provider = provider_of(account)
    token = account.secrets.get("oauth_refresh_token", "")
    if not token:
        raise SendError(
            Fault.AUTH, say("Nobody has allowed access at %(label)s yet: connect the account.", label=provider.label)
        )
    return refresh(
        provider,
        client_id=str(account.settings.get("oauth_client_id") or ""),
        client_secret=account.secrets.get("oauth_client_secret", ""),
        refresh_token=token,
        at=at,
    ).secrets


def _tokens(provider: Provider, asked: dict[str, str], client_id: str, client_secret: str, at: datetime) -> Tokens:
    asked |= {"client_id": client_id, **({"client_secret": client_secret} if client_secret else {})}
    try:
        with network.http_client(TIMEOUT) as client:
            answer = client.post(provider.token_url, data=asked, headers={"Accept": "application/json"})
            said = answer.json() if answer.content else {}
    except ValueError:
        said = {}
    except (httpx.HTTPError, OSError) as problem:
        raise SendError(
            Fault.TEMPORARY, say("%(label)s can't be reached: %(problem)s", label=provider.label, problem=problem)
        ) from problem
    if not isinstance(said, dict):
        said = {}
    if answer.status_code != httpx.codes.OK or not said.get("access_token"):
        raise _refused(provider, answer, str(said.get("error") or ""))
    try:
        life = int(said.get("expires_in") or _USUAL_LIFE)
    except (TypeError, ValueError):
        life = _USUAL_LIFE
    return Tokens(
        str(said["access_token"]), str(said.get("refresh_token") or ""), at.astimezone(UTC) + timedelta(seconds=life)
    )


def _refused(provider: Provider, answer: httpx.Response, error: str) -> SendError:
    if error in _FINAL:
        return SendError(
            Fault.AUTH,
            say(
                "The permission that %(label)s gave for this mailbox was withdrawn or has run out (%(error)s): "
                "connect the account again.",
                label=provider.label,
                error=error,
            ),
        )
    if error in _MISREGISTERED:
        return SendError(
            Fault.AUTH,
            say(
                "%(label)s does not accept the registered application (%(error)s). Check its client id and secret "
                "(a secret may have expired), its redirect address and its permissions.",
                label=provider.label,
                error=error,
            ),
        )
    wait = answer.headers.get("retry-after", "")
    return SendError(
        Fault.TEMPORARY,
        f"{provider.label} gave no token: {answer.status_code} {error}".rstrip(),
        retry_after=timedelta(seconds=min(int(wait), 3600)) if wait.isdigit() else None,
    )
