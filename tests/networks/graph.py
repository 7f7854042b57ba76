"""Meta's Graph API as documented: tokens in headers, proofs of the app, and its way of saying no."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, ClassVar

from tests.networks.server import Asked, FakeNetwork, Reply

APP_ID, APP_SECRET = "263902037430900", "app-secret"
TOKEN = "EAAB-token-of-the-account"


def signature(body: bytes, secret: str = APP_SECRET) -> str:
    """The value of `X-Hub-Signature-256` for a webhook's body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def refusal(
    code: int, message: str = "(#1) Something", *, subcode: int | None = None, status: int = 400, **more: Any
) -> Reply:
    """An error as the Graph API puts it."""
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AbCdEf", **more}
    return Reply(status, {"error": error | ({"error_subcode": subcode} if subcode else {})})


def unfit_metadata(message: Mapping[str, Any]) -> Reply | None:
    """What the Send API says to a message's `metadata` that is no string, or too long."""
    given = message.get("metadata", "")
    if not isinstance(given, str):
        return refusal(100, "(#100) Param message[metadata] must be a string.")
    if len(given) >= 1000:
        return refusal(100, "(#100) Length of param message[metadata] must be less than 1000.")
    return None


def echoed(mid: str, message: Mapping[str, Any], files_at: str) -> dict[str, Any]:
    """What the Send API took, as the `message` of its echo: `metadata` only where some was given."""
    echo: dict[str, Any] = {"mid": mid, "is_echo": True, "app_id": int(APP_ID)}
    echo |= {name: message[name] for name in ("text", "metadata") if message.get(name)}
    if file := message.get("attachment"):
        # Not at the address it was sent by, but at one of the network's own.
        url = f"https://{files_at}/{mid}"
        echo["attachments"] = [{"type": file["type"], "payload": {"url": url}}]
    return echo


class GraphNetwork(FakeNetwork):
    """Answers what all accounts have: who the app is, its webhook, what a token is worth. `node` has the rest."""

    hosts: ClassVar[tuple[str, ...]] = ("graph.facebook.com",)
    #: What `debug_token` lists.
    scopes: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.tokens: set[str] = {TOKEN}
        self.token_expires_at = 0
        #: Webhooks of the app by kind of account, and what each account's path is subscribed to.
        self.webhooks: dict[str, dict[str, Any]] = {}
        self.subscribed: dict[str, list[str]] = {}

    def answer(self, asked: Asked) -> Reply:
        """Check the token and the proof, then answer."""
        parts = asked.path.strip("/").split("/")
        if not parts[0].startswith("v") or len(parts) < 2:
            return refusal(2500, "Unknown path components: " + asked.path)
        if "access_token" in asked.query:
            return refusal(100, "The token belongs into a header.")
        given = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if given == f"{APP_ID}|{APP_SECRET}":
            return self._of_app(asked, parts[1:])
        if given not in self.tokens:
            return refusal(190, "Invalid OAuth access token - Cannot parse access token", status=401)
        proof = hmac.new(APP_SECRET.encode(), given.encode(), hashlib.sha256).hexdigest()
        if asked.query.get("appsecret_proof", proof) != proof:
            return refusal(100, "Invalid appsecret_proof provided in the API argument")
        return self._common(asked, parts[1:]) or self.node(asked, "/".join(parts[1:]))

    def node(self, asked: Asked, path: str) -> Reply:
        """What one kind of account answers; `path` is without the version."""
        return refusal(100, f"Unsupported {asked.method.lower()} request at /{path}", subcode=33)

    def _common(self, asked: Asked, parts: list[str]) -> Reply | None:
        if parts == ["app"]:
            return Reply(content={"id": APP_ID, "name": "Helpdesk", "link": "https://www.facebook.com/"})
        if parts == ["debug_token"]:
            return refusal(100, "(#100) You must provide an app access token, or one of a developer of the app")
        if parts[-1] == "subscribed_apps":
            return self._subscribed(asked, "/".join(parts[:-1]))
        return None

    def _subscribed(self, asked: Asked, path: str) -> Reply:
        if asked.method == "POST":
            self.subscribed[path] = asked.form.get("subscribed_fields", "").split(",")
            return Reply(content={"success": True})
        ours = [
            {"id": APP_ID, "name": "Helpdesk", "subscribed_fields": one} for one in (self.subscribed.get(path),) if one
        ]
        return Reply(content={"data": ours})

    def _of_app(self, asked: Asked, parts: list[str]) -> Reply:
        if parts == ["debug_token"] and asked.form.get("method", asked.method).upper() == "GET":
            is_valid = asked.form.get("input_token", "") in self.tokens
            seen = {"app_id": APP_ID, "is_valid": is_valid, "expires_at": self.token_expires_at}
            return Reply(content={"data": seen | {"scopes": list(self.scopes)}})
        if parts != [APP_ID, "subscriptions"]:
            return refusal(100, f"Unsupported request at /{'/'.join(parts)}", subcode=33)
        if asked.method == "POST":
            form = asked.form
            missing = [name for name in ("object", "callback_url", "verify_token", "fields") if not form.get(name)]
            if missing:
                return refusal(100, f"(#100) The parameter {missing[0]} is required")
            fields = [{"name": name, "version": "v25.0"} for name in form["fields"].split(",")]
            self.webhooks[form["object"]] = {"callback_url": form["callback_url"], "fields": fields}
            return Reply(content={"success": True})
        found = [{"object": kind, "active": True, **one} for kind, one in self.webhooks.items()]
        return Reply(content={"data": found})
