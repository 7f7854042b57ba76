"""Payloads each adapter is known to meet, for the contract suite: ours always, public ones where they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from channels_adapters.contracts import Account, Payload
from channels_adapters.livechat.frames import payload_of
from tests.channels_adapters.email.esp.recorded_requests import SIGNED_WEBHOOK, recorded
from tests.channels_adapters.email.esp.recorded_requests import account as provider_account
from tests.channels_adapters.email.mails import HOSTILE, LETTERS
from tests.channels_adapters.instagram import recorded_requests as instagram
from tests.channels_adapters.messenger import recorded_requests as messenger
from tests.channels_adapters.telegram import recorded_requests as telegram
from tests.channels_adapters.twilio import recorded_requests as twilio
from tests.channels_adapters.vk import recorded_requests as vk
from tests.channels_adapters.wechat import recorded_pushes as wechat
from tests.channels_adapters.whatsapp import recorded_requests as whatsapp
from tests.corpora import corpora
from tests.networks import api
from tests.networks import instagram as instagram_fake
from tests.networks import telegram as telegram_fake
from tests.networks import vk as vk_fake
from tests.networks import whatsapp as whatsapp_fake


@dataclass(frozen=True)
class Signed:
    """A payload with a valid signature, and the account whose secret made it."""

    kind: str
    payload: Payload
    account: Account


ACCOUNTS: Mapping[str, Account] = {
    "api": Account("api", "shop", secrets=api.ACCOUNT.secrets),
    "email": Account(
        "email",
        "support@shop.example",
        settings={"host": "127.0.0.1", "port": "1", "security": "none", "username": "support"},
        secrets={"password": "correct-horse-battery"},
    ),
    "instagram": Account("instagram", instagram_fake.ACCOUNT, secrets={"app_secret": "correct-horse-battery"}),
    "livechat": Account("livechat", "c0ffee", secrets={"identity_secret": "correct-horse-battery"}),
    "messenger": Account("messenger", messenger.ACCOUNT.address, secrets={"app_secret": "correct-horse-battery"}),
    "telegram": Account("telegram", "a_bot", secrets={"bot_token": "correct-horse-battery"}),
    "twilio": Account("twilio", "+14155550100", secrets={"auth_token": "correct-horse-battery"}),
    "twilio_whatsapp": Account("twilio_whatsapp", "+14155550100", secrets={"auth_token": "correct-horse-battery"}),
    "wechat": Account("wechat", "gh_0123456789ab", secrets={"token": "correct-horse-battery"}),
    "whatsapp": Account("whatsapp", "", secrets={"app_secret": "correct-horse-battery"}),
    "vk": Account("vk", "123456", secrets={"secret": "correct-horse-battery"}),
}
#: A frame with everything in it, and frames that are wrong in one place each.
FRAME = {
    "id": "5e0a5e1c94d24b0c8d1f6a1d2f3b4c5d",
    "visitor": 17,
    "subject": "customer-42",
    "email": "bo@shop.example",
    "name": "Bo",
    "language": "en",
    "text": "Where is my parcel?",
    "files": [{"sha256": "0" * 64, "filename": "a.png", "content_type": "image/png", "size": 7, "kind": "image"}],
    "choice": {"id": "yes", "label": "Yes"},
    "context": {"page": {"url": "https://shop.example/cart"}, "cart": {"total": 70}},
    "at": "2026-11-22T10:00:00+00:00",
}
WRONG: tuple[dict[str, object], ...] = (
    {"files": 3, "choice": "yes", "context": []},
    {"at": "yesterday", "text": None, "files": [{"sha256": "x"}, 4]},
    {"at": "0001-01-01T00:00:00+23:00", "name": "\ud800\0", "subject": ""},
)
OURS: Mapping[str, tuple[bytes, ...]] = {
    "api": api.BODIES,
    "email": (*LETTERS.values(), *HOSTILE.values()),
    "instagram": instagram.OURS,
    "livechat": tuple(json.dumps({**FRAME, **one}).encode() for one in ({}, *WRONG)),
    "messenger": messenger.OURS,
    "telegram": telegram.OURS,
    "twilio": twilio.OURS,
    "twilio_whatsapp": twilio.OURS,
    "wechat": wechat.OURS,
    "whatsapp": whatsapp.OURS,
    "vk": vk.OURS,
}

# One row for each adapter whose network signs what it sends.
SIGNED: tuple[Signed, ...] = (
    Signed("api", api.signed(api.BODIES[0]), ACCOUNTS["api"]),
    Signed("email", SIGNED_WEBHOOK, provider_account("mailersend", webhook_signing_key="key")),
    Signed("instagram", instagram.SIGNED, instagram_fake.account()),
    Signed("livechat", payload_of(FRAME, ACCOUNTS["livechat"]), ACCOUNTS["livechat"]),
    Signed("messenger", messenger.SIGNED_WEBHOOK, messenger.ACCOUNT),
    Signed("twilio", twilio.SIGNED, twilio.account()),
    Signed("twilio_whatsapp", twilio.SIGNED, twilio.account("twilio_whatsapp")),
    Signed("wechat", wechat.SIGNED, wechat.account()),
    Signed("whatsapp", whatsapp.SIGNED_WEBHOOK, whatsapp_fake.ACCOUNT),
)

# One row for each adapter whose network sends a secret along, which does not cover the rest of the request.
PROVEN: tuple[Signed, ...] = (
    Signed("telegram", telegram_fake.webhook({}), telegram_fake.account()),
    Signed("vk", vk_fake.wrote(text="Hi"), vk_fake.account()),
)


def account(kind: str) -> Account:
    """An account of that kind, with a secret nobody may see."""
    return ACCOUNTS[kind]


def public_payloads(kind: str) -> list[Payload]:
    """The public test data of that kind; the asking test is skipped with a message where it is absent."""
    if kind == "email":
        mails = [Payload(file.read_bytes()) for file in sorted((corpora() / "mail").rglob("*.eml"))]
        return [*mails, *(one.payload for one in recorded())]
    if kind == "messenger":
        return list(messenger.recorded().values())
    if kind.startswith("twilio"):
        return list(twilio.recorded().values())
    if kind == "wechat":
        return list(wechat.recorded().values())
    if kind == "instagram":
        return list(instagram.recorded().values())
    if kind == "telegram":
        return list(telegram.recorded().values())
    if kind == "vk":
        return list(vk.recorded().values())
    if kind == "whatsapp":
        return list(whatsapp.recorded().values())
    return []
