"""What Messenger and Instagram do alike: private conversations, and comments that everybody reads."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from channels_adapters.contracts import Account, Event, Identifier, OutboundMessage, Payload, Person
from channels_adapters.event_ids import distinct
from channels_adapters.json_reading import Fields
from channels_adapters.meta.adapter import MetaAdapter
from channels_adapters.meta.entries import Entry, entries, for_account
from channels_adapters.meta.graph import FACEBOOK
from channels_adapters.meta.messaging import Mailbox, talk_events
from channels_adapters.meta.people import profile


class TalkingAdapter(MetaAdapter):
    """An account with a mailbox of the Send API, below whose posts people comment."""

    #: What the Graph API is asked about a person.
    profile_fields: ClassVar[str]
    #: The kind of people's ids in conversations, and of those whom a comment does not name.
    person_kind: ClassVar[str]
    nameless_kind: ClassVar[str]

    @abstractmethod
    def mailbox(self, entry: Entry, account: Account) -> Mailbox:
        """Whose conversations an entry tells of."""

    @abstractmethod
    def changed(self, change: Fields, box: Mailbox, arrived: datetime | None) -> Iterable[Event]:
        """What one of an entry's changes tells: comments and news of the account."""

    def host(self, account: Account) -> str:
        """The server that takes the account's token."""
        return FACEBOOK

    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """Messages, changes of them, receipts, comments and news of the account. Raises `Malformed`."""
        events: list[Event] = []
        for entry in for_account(entries(payload), account):
            box = self.mailbox(entry, account)
            for talk in (*entry.messaging, *entry.standby):
                events += talk_events(talk, box, entry.at)
            for change in entry.changes:
                events += self.changed(change, box, entry.at)
        return distinct(events)

    def nameless(self, message: OutboundMessage) -> str:
        """The comment by which alone its writer can be reached, where he is written to; "" for anybody else."""
        found = (one.person.primary for one in message.to)
        return next((one.value for one in found if one.kind == self.nameless_kind), "")

    def fetch_profile(self, identifier: Identifier, account: Account) -> Person | None:
        """Name and picture; None where Meta tells nothing, as of those who have not written to us."""
        if identifier.kind != self.person_kind:
            return None
        return profile(identifier, account, self.profile_fields, self.host(account))
