"""What a site's developers copy: the snippet, and code that tells the chat who its visitor is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from inbox.channels.models import Channel

_PYTHON = """import base64, hashlib, hmac, json, time

def chat_token(user, secret, channel="{key}"):
    part = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=")
    claims = {{
        "sub": str(user["id"]),            # your own id, the same for ever
        "aud": channel,
        "exp": int(time.time()) + 3600,    # at most a day ahead
        "name": user["name"],
        "email": user["email"],
        "email_verified": user["email_verified"],
    }}
    signed = part(b'{{"alg":"HS256","typ":"JWT"}}') + b"." + part(json.dumps(claims).encode())
    return (signed + b"." + part(hmac.digest(secret.encode(), signed, hashlib.sha256))).decode()
"""
_NODE = """const crypto = require("node:crypto");

function chatToken(user, secret, channel = "{key}") {{
  const part = (data) => Buffer.from(data).toString("base64url");
  const claims = {{
    sub: String(user.id),                            // your own id, the same for ever
    aud: channel,
    exp: Math.floor(Date.now() / 1000) + 3600,       // at most a day ahead
    name: user.name,
    email: user.email,
    email_verified: user.email_verified,
  }};
  const signed = part('{{"alg":"HS256","typ":"JWT"}}') + "." + part(JSON.stringify(claims));
  return signed + "." + crypto.createHmac("sha256", secret).update(signed).digest("base64url");
}}
"""
_PHP = """<?php
function chat_token(array $user, string $secret, string $channel = "{key}"): string {{
    $part = fn(string $data) => rtrim(strtr(base64_encode($data), "+/", "-_"), "=");
    $claims = [
        "sub" => (string) $user["id"],       // your own id, the same for ever
        "aud" => $channel,
        "exp" => time() + 3600,              // at most a day ahead
        "name" => $user["name"],
        "email" => $user["email"],
        "email_verified" => $user["email_verified"],
    ];
    $signed = $part('{{"alg":"HS256","typ":"JWT"}}') . "." . $part(json_encode($claims));
    return $signed . "." . $part(hash_hmac("sha256", $signed, $secret, true));
}}
"""
_PAGE = """<script>
  (window.inboxChat = window.inboxChat || []).push(["identify", "THE TOKEN FROM YOUR SERVER"]);
</script>
"""
_CONTEXT = """window.inboxChat = window.inboxChat || [];
inboxChat.push(["setContext", {
  cart: {total: 79.90, currency: "EUR", items: [{name: "Trail shoe 42", quantity: 1, price: 79.90}]},
  order: {number: "1007", state: "shipped"},
  plan: "Gold",
}]);
"""
_TRACK = """window.inboxChat = window.inboxChat || [];
inboxChat.push(["track", "coupon refused", {code: "SPRING"}]);
inboxChat.push(["on", "open", () => console.log("The chat is open.")]);
"""


@dataclass(frozen=True, slots=True)
class Example:
    """Code to copy; `key` is an id."""

    key: str
    name: str
    code: str


def snippet_of(channel: Channel) -> str:
    """The line a site puts into its pages."""
    return f'<script async src="{settings.SITE_URL}/chat.js" data-channel="{channel.address}"></script>'


def policy_lines() -> Sequence[str]:
    """What a site with a Content-Security-Policy has to allow."""
    return (f"script-src {settings.SITE_URL}", f"frame-src {settings.SITE_URL}")


def token_examples(channel: Channel) -> Sequence[Example]:
    """Making a token on the site's server."""
    written = (("python", "Python", _PYTHON), ("node", "Node.js", _NODE), ("php", "PHP", _PHP))
    return [Example(key, name, code.format(key=channel.address)) for key, name, code in written]


def page_examples() -> dict[str, str]:
    """Telling the chat on the page: who it is, what he looks at, what happened."""
    return {"identify": _PAGE, "context": _CONTEXT, "track": _TRACK}
