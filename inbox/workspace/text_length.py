"""How long a text is for its network, and the messages it leaves as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channels_adapters.contracts import TextUnit
from channels_adapters.segments import segments
from channels_adapters.splitting import length
from inbox.tickets.models import Ticket
from inbox.tickets.reply_windows import last_heard
from inbox.tickets.sending import can, is_network, limits, parts_of

#: Kinds that are charged by the segment.
_SMS = ("twilio",)
#: From this share of the limit on it is worth a word.
_NEAR = 0.8


@dataclass(frozen=True, slots=True)
class Measured:
    """A text at its network: `used` of at most `most` in its unit, `parts` it leaves as, `segments` it costs by SMS."""

    used: int
    most: int
    parts: Sequence[str]
    is_bytes: bool = False
    segments: int = 0
    room: int = 0
    is_one_only: bool = False

    @property
    def is_too_long(self) -> bool:
        """Whether it can't be sent: the network takes one message, and this is more."""
        return self.is_one_only and len(self.parts) > 1

    @property
    def is_near(self) -> bool:
        """Whether it is about as long as one message may be."""
        return self.used > self.most * _NEAR


def measured(ticket: Ticket, given: Mapping[str, str], *, is_public: bool | None = None) -> Measured | None:
    """The text of a form as it would leave; None where nobody counts: other channels, templates.

    `is_public` tells whether everybody reads the answer, unless it is `private`; None where nobody has looked yet.
    """
    channel, text = ticket.channel, given.get("message_text", "").strip()
    found = can(channel)
    elsewhere = given.get("way", "").startswith("channel-") or given.get("way") == "template"
    if found is None or not is_network(channel) or elsewhere:
        return None
    if is_public is None:
        heard = last_heard(ticket)
        is_public = bool(heard and heard.is_public)
    able = limits(found, is_public=is_public, is_private="private" in given)
    if able.text_limit is None:
        return None
    count, _unit, room = segments(text) if channel.kind in _SMS else (0, "", 0)
    return Measured(
        used=length(text, able.text_unit),
        most=able.text_limit,
        parts=parts_of(able, text),
        is_bytes=able.text_unit == TextUnit.BYTES,
        segments=count,
        room=room,
        is_one_only=able.one_reply_only,
    )
