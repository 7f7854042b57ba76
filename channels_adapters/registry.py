"""Which adapters there are: ours by a literal table, third-party ones by entry points.

A pip package adds a channel kind with an entry point in the group `inbox.channels` whose name is the
kind and whose value is the adapter's class. It can't replace one of ours.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from channels_adapters.contracts import Adapter

GROUP = "inbox.channels"

BUILT_IN = {
    "api": "channels_adapters.api.adapter:ApiAdapter",
    "email": "channels_adapters.email.adapter:EmailAdapter",
    "instagram": "channels_adapters.instagram.adapter:InstagramAdapter",
    "livechat": "channels_adapters.livechat.adapter:LiveChatAdapter",
    "messenger": "channels_adapters.messenger.adapter:MessengerAdapter",
    "telegram": "channels_adapters.telegram.adapter:TelegramAdapter",
    "twilio": "channels_adapters.twilio.adapter:TwilioAdapter",
    "twilio_whatsapp": "channels_adapters.twilio.whatsapp:TwilioWhatsAppAdapter",
    "wechat": "channels_adapters.wechat.adapter:WeChatAdapter",
    "whatsapp": "channels_adapters.whatsapp.adapter:WhatsAppAdapter",
    "vk": "channels_adapters.vk.adapter:VkAdapter",
}


class UnknownKind(LookupError):
    """No adapter of that kind is installed; the sentence names those that are."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no channel kind {kind!r}. Known kinds: {', '.join(kinds())}.")
        self.kind = kind


def kinds() -> tuple[str, ...]:
    """All installed kinds, sorted."""
    return tuple(sorted({*BUILT_IN, *_third_party()}))


@cache
def adapter(kind: str) -> Adapter:
    """The adapter of a kind, one instance per process. Raises `UnknownKind`."""
    if place := BUILT_IN.get(kind):
        module, _, name = place.partition(":")
        made: Adapter = getattr(import_module(module), name)()
        return made
    if entry := _third_party().get(kind):
        found: Adapter = entry.load()()
        return found
    raise UnknownKind(kind)


def package_of(kind: str) -> str:
    """The package a third-party kind comes from; "" for ours."""
    entry = None if kind in BUILT_IN else _third_party().get(kind)
    return entry.dist.name if entry and entry.dist else ""


def network_of(kind: str) -> str:
    """The network that accounts of a kind are on, as people see it; its own kind while its adapter is not installed."""
    try:
        return adapter(kind).network or kind
    except UnknownKind:
        return kind


def networks() -> frozenset[str]:
    """All networks of the installed kinds."""
    return frozenset(map(network_of, kinds()))


def network_name(network: str) -> str:
    """A network as people call it."""
    named = {"sms": "SMS", "whatsapp": "WhatsApp"}.get(network)
    return named or (str(adapter(network).label) if network in kinds() else network)


@cache
def family_kinds(family: str) -> tuple[str, ...]:
    """The kinds whose accounts share one app-wide webhook."""
    return tuple(kind for kind in kinds() if family and adapter(kind).family == family)


@cache
def _third_party() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}
