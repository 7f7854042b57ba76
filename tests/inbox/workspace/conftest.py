"""The cast at their screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from inbox.agents.enums import Role
from inbox.agents.models import Agent, Membership, Team
from inbox.channels.models import Channel
from inbox.tickets.models import Ticket
from tests.inbox.mails import arrives, mail


@pytest.fixture
def screen() -> Callable[[Agent], Client]:
    """A browser somebody is signed in at."""

    def signed_in(agent: Agent) -> Client:
        client = Client()
        client.force_login(agent)
        return client

    return signed_in


@pytest.fixture
def ticket(support: Channel) -> Ticket:
    """Bo asks where his shoes are; nobody has it yet."""
    return arrives(support, mail()).ticket


def _reader(name: str, role: Role, team: Team) -> Agent:
    agent = Agent.objects.create(email=f"{name.lower()}@nordlys.example", name=name, role=role)
    Membership.objects.create(agent=agent, team=team)
    return agent


@pytest.fixture
def lin(billing: Team) -> Agent:
    """A light agent of Billing, who writes notes only."""
    return _reader("Lin", Role.LIGHT, billing)


@pytest.fixture
def otto(billing: Team) -> Agent:
    """An auditor, who only reads."""
    return _reader("Otto", Role.AUDITOR, billing)
