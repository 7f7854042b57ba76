"""Connected accounts as their list shows them: by kind, what is in trouble first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from inbox.channels.access import has_transport
from inbox.channels.models import Channel
from inbox.chats.health import ChatHealth
from inbox.workspace.channel_health import ChannelHealth, health_of
from inbox.workspace.templatetags.ui import channel_kind

_RANKS = {"over": 0, "due": 1, "good": 2}
_OFF = 3


@dataclass(frozen=True, slots=True)
class Row:
    """An account and how it is; `chat` is how the chats of one are."""

    channel: Channel
    health: ChannelHealth
    has_transport: bool
    chat: ChatHealth | None

    @property
    def rank(self) -> int:
        """What comes first: trouble, then what may become some, and what is switched off last."""
        return _RANKS[self.health.look] if self.channel.is_active else _OFF


@dataclass(frozen=True, slots=True)
class Group:
    """The accounts of one kind."""

    kind: str
    name: str
    rows: Sequence[Row]


def grouped(channels: Sequence[Channel], chats: Mapping[int, ChatHealth], at: datetime) -> list[Group]:
    """The accounts by kind, kinds with trouble first, and so the accounts of a kind."""
    rows = [Row(one, health_of(one, at), has_transport(one), chats.get(one.pk)) for one in channels]
    by_kind = groupby(sorted(rows, key=lambda row: row.channel.kind), key=lambda row: row.channel.kind)
    groups = [Group(kind, channel_kind(kind), sorted(found, key=lambda row: row.rank)) for kind, found in by_kind]
    return sorted(groups, key=lambda group: (group.rows[0].rank, group.name.lower()))
