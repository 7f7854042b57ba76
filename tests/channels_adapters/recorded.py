"""Payloads each adapter is known to meet, for the contract suite: ours always, public ones where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from channels_adapters.contracts import Account, Payload
from tests.channels_adapters.email.esp.recorded_requests import SIGNED_WEBHOOK, recorded
from tests.channels_adapters.email.esp.recorded_requests import account as provider_account
from tests.channels_adapters.email.mails import HOSTILE, LETTERS
from tests.corpora import corpora


@dataclass(frozen=True)
class Signed:
    """A payload with a valid signature, and the account whose secret made it."""

    kind: str
    payload: Payload
    account: Account


ACCOUNTS: Mapping[str, Account] = {
    "email": Account(
        "email",
        "support@shop.example",
        settings={"host": "127.0.0.1", "port": "1", "security": "none", "username": "support"},
        secrets={"password": "correct-horse-battery"},
    )
}
OURS: Mapping[str, tuple[bytes, ...]] = {"email": (*LETTERS.values(), *HOSTILE.values())}

# One row for each adapter whose network signs what it sends.
SIGNED: tuple[Signed, ...] = (
    Signed("email", SIGNED_WEBHOOK, provider_account("mailersend", webhook_signing_key="key")),
)


def account(kind: str) -> Account:
    """An account of that kind, with a secret nobody may see."""
    return ACCOUNTS[kind]


def public_payloads(kind: str) -> list[Payload]:
    """The public test data of that kind; the asking test is skipped with a message where it is absent."""
    if kind == "email":
        mails = [Payload(file.read_bytes()) for file in sorted((corpora() / "mail").rglob("*.eml"))]
        return [*mails, *(one.payload for one in recorded())]
    return []
