"""What every adapter of the family does alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from channels_adapters import http_api
from channels_adapters.base import BaseAdapter
from channels_adapters.contracts import Account, Handshake, MediaRef, Payload, SettingsField
from channels_adapters.meta import signing
from channels_adapters.meta.connecting import FIELDS
from channels_adapters.meta.entries import Entry, routed


class MetaAdapter(BaseAdapter):
    """An account of Meta's, told of by the one webhook of an app."""

    family: ClassVar[str] = "meta"
    settings_fields: ClassVar[tuple[SettingsField, ...]] = FIELDS
    #: The kind of account in webhooks: `page`, `instagram`, `whatsapp_business_account`.
    object_name: ClassVar[str]
    #: The names of the secrets that Meta signs with.
    signed_with: ClassVar[tuple[str, ...]] = ("app_secret",)

    def route(self, payload: Payload) -> Sequence[str]:
        """The accounts it is for, if it is about this kind of account."""
        return routed(payload, self.object_name, self.addresses_in)

    def addresses_in(self, entry: Entry) -> Iterable[str]:
        """The accounts an entry is for."""
        return (entry.account_id,)

    def verify(self, payload: Payload, account: Account) -> Handshake | None:
        """Check the raw body's signature with the app's secret, or answer Meta's check of our address."""
        return signing.verify(payload, account, self.signed_with)

    def fetch_media(self, ref: MediaRef, account: Account) -> bytes:
        """What lies at the signed address, which needs no token and works for a while."""
        return http_api.download(ref.token)
