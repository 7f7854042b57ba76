"""Honest answers for what a network lacks; every adapter starts from here."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import ClassVar, TypeVar

from channels_adapters.contracts import (
    Account,
    Capabilities,
    CheckResult,
    Event,
    Fault,
    GuideStep,
    Handshake,
    Identifier,
    Malformed,
    MediaRef,
    OutboundMessage,
    Payload,
    Person,
    Polled,
    SendError,
    Sent,
    SettingsField,
    Template,
)

Self = TypeVar("Self")
Parse = Callable[[Self, Payload, Account], Sequence[Event]]


def total(parse: Parse[Self]) -> Parse[Self]:
    """A `parse` that finds a bug of ours sends the payload to quarantine, with the bug's name on it."""

    @wraps(parse)
    def guarded(self: Self, payload: Payload, account: Account) -> Sequence[Event]:
        try:
            return parse(self, payload, account)
        except Malformed:
            raise
        except Exception as bug:
            raise Malformed(f"It could not be read: {type(bug).__name__}.") from bug

    return guarded


class BaseAdapter(ABC):
    """An adapter of a network that only delivers to us: the URL names the account, nothing is signed.

    A subclass must parse; it overrides whatever else its network offers.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    settings_fields: ClassVar[tuple[SettingsField, ...]] = ()
    family: ClassVar[str] = ""
    network: ClassVar[str] = ""
    guide: ClassVar[tuple[GuideStep, ...]] = ()
    also_named_by: ClassVar[tuple[str, ...]] = ()
    acknowledgement: ClassVar[bytes] = b""

    def capabilities_of(self, account: Account) -> Capabilities:
        """Say the same of all accounts."""
        return self.capabilities

    def route(self, payload: Payload) -> Sequence[str]:
        """Name no account: the place where the payload arrived tells whose it is."""
        return ()

    def verify(self, payload: Payload, account: Account) -> Handshake | None:
        """Accept: this network signs nothing."""
        return None

    def single_use(self, payload: Payload, account: Account) -> str:
        """Name nothing: nothing is signed, or all of the body is."""
        return ""

    @abstractmethod
    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """Translate; pure and total: raises `Malformed` and nothing else, ever."""

    def completed(self, payload: Payload, account: Account) -> Payload:
        """Add nothing: what arrives is all there is."""
        return payload

    def authenticated(self, events: Sequence[Event], payload: Payload, account: Account) -> Sequence[Event]:
        """Know no more of the senders than the payload tells."""
        return events

    def places(self, account: Account) -> Sequence[str]:
        """Name no place: this network can't be asked."""
        return ()

    def poll(self, account: Account, place: str, cursor: str) -> Iterator[Polled]:
        """Yield nothing: this network can't be asked."""
        yield from ()

    def listen(self, account: Account, place: str) -> Iterator[bool]:
        """Yield nothing: this network rings no bell."""
        yield from ()

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """Refuse: nothing can be written to this network."""
        raise SendError(Fault.BLOCKED, f"The channel kind {self.kind} takes no messages.")

    def tell_typing(self, message: OutboundMessage, account: Account) -> bool:
        """Show nothing: this network has no sign for it."""
        return False

    def find_outbound(self, client_ref: str, account: Account) -> Sent | None:
        """Tell that this network can't say what became of a message."""
        return None

    def fetch_media(self, ref: MediaRef, account: Account) -> bytes:
        """Refuse: content comes with the message or not at all."""
        raise SendError(Fault.MEDIA, f"The channel kind {self.kind} has no content to fetch.")

    def templates(self, account: Account) -> Sequence[Template]:
        """Have none."""
        return ()

    def fetch_profile(self, identifier: Identifier, account: Account) -> Person | None:
        """Know nothing of the person."""
        return None

    def check(self, account: Account) -> Iterable[CheckResult]:
        """Have nothing to try."""
        return ()

    def connect(self, account: Account, callback_url: str) -> Sequence[CheckResult]:
        """Have nothing to register."""
        return ()

    def refresh_credentials(self, account: Account) -> Mapping[str, str]:
        """Have no secrets that expire."""
        return {}
