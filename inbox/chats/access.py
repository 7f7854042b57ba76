"""How a widget gets at what is its visitor's: by the channel's public key and its browser's token, nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

from channels_adapters.livechat.identity_tokens import fingerprints
from inbox.channels.access import account
from inbox.channels.models import Channel
from inbox.chats.models import ChatWidget, Visitor
from inbox.chats.trust_models import AddressBlock, VisitorProof
from inbox.common import tokens
from inbox.common.addresses import network_of
from inbox.common.clock import now
from inbox.common.rows import find

#: After this a site has to vouch for its visitor again.
PROVEN_FOR = timedelta(days=30)
_MOST = 2**62


def widget_of(key: str) -> ChatWidget | None:
    """The widget of the active live-chat channel with this public key."""
    wanted = "inbox_channel.kind = 'livechat' AND inbox_channel.address = %s AND inbox_channel.is_active"
    found = next(iter(find(ChatWidget, wanted, key, beside="channel")), None)
    if found:
        # The channel knows its widget, so that nobody asks for it again.
        found.channel = found.channel
    return found


def token_of(visitor: Visitor) -> str:
    """What the visitor's browser keeps: whoever holds it is this visitor.

    It is another one as soon as his site vouches for him: who held the one before is not him by that.
    """
    return tokens.sign(_purpose(visitor), visitor.pk)


def visitor_of(channel: Channel, token: str) -> Visitor | None:
    """The visitor whose token this is, unless he was blocked."""
    found = holder_of(channel, token)
    return None if found is None or found.blocked_at else found


def holder_of(channel: Channel, token: str) -> Visitor | None:
    """The visitor whose token this is, blocked or not."""
    number = tokens.claimed(token[:80]) or 0
    found = next(iter(find(Visitor, "id = %s AND channel_id = %s", min(number, _MOST), channel.pk)), None)
    if found is None or tokens.unsign(_purpose(found), token[:80]) != found.pk:
        return None
    found.channel = channel
    return found if is_himself(found) else None


def is_himself(visitor: Visitor, *, at: datetime | None = None) -> bool:
    """Whether what his site vouched for still counts: not for ever, nor beyond its secret. Anonymous ones are."""
    if not visitor.subject:
        return True
    proof = _proof(visitor)
    if proof is None or proof.proven_at < (at or now()) - PROVEN_FOR:
        return False
    return proof.key in fingerprints(account(visitor.channel))


def is_address_blocked(channel: Channel, address: str, *, at: datetime | None = None) -> bool:
    """Whether unknown visitors from this address are not heard for now."""
    blocks = AddressBlock.objects.filter(channel=channel, network=network_of(address), until__gt=at or now())
    return blocks.exists()


def _proof(visitor: Visitor) -> VisitorProof | None:
    return getattr(visitor, "proof", None)


def _purpose(visitor: Visitor) -> str:
    if not visitor.subject:
        return f"chat visitor {visitor.channel_id}"
    proof = _proof(visitor)
    return f"chat visitor {visitor.channel_id} {proof.key if proof else ''} {visitor.subject}"
