"""How many chats an agent has, and how many he takes at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.chats.waiting import open_chats
from inbox.tickets.actions import Refused

#: Nobody talks to more people at once.
MOST = 20


@dataclass(frozen=True, slots=True)
class Load:
    """How many chats an agent has and takes at most; `takes` whether he is given new ones."""

    takes: bool
    has: int
    most: int


def chat_load(agent: Agent, at: datetime) -> Load:
    """The agent's load; who takes no chats is not counted."""
    has = open_chats([agent.pk], at).get(agent.pk, 0) if agent.takes_chats else 0
    return Load(agent.takes_chats, has, agent.most_chats)


def take_at_most(agent: Agent, most: int) -> Agent:
    """Give the agent no more chats at once than this. Raises `Refused`."""
    if not 1 <= most <= MOST:
        raise Refused(_("Between 1 and %(most)s chats at once.") % {"most": MOST})
    if agent.most_chats != most:
        agent.most_chats = most
        agent.save(update_fields=["most_chats"])
    return agent
