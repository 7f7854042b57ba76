"""The cast at their screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from inbox.agents.models import Agent, Team
from inbox.channels.models import Channel
from inbox.tickets.models import Ticket
from tests import cast
from tests.inbox.mails import arrives, mail
from tests.inbox.workspace.reading import Reader
from tests.web import Visitor


@pytest.fixture
def screen() -> Callable[[Agent], Client]:
    """A browser somebody is signed in at."""

    def signed_in(agent: Agent) -> Client:
        client = Visitor()
        client.force_login(agent)
        return client

    return signed_in


@pytest.fixture(scope="module")
def ticket_once(company_once: bool) -> int:
    """The same, once for a module whose tests all start from it; its number."""
    return arrives(cast.support(), mail()).ticket.pk


@pytest.fixture
def ticket(support: Channel) -> Ticket:
    """Bo asks where his shoes are; nobody has it yet."""
    return arrives(support, mail()).ticket


@pytest.fixture
def lin(billing: Team) -> Agent:
    """A light agent of Billing, who writes notes only."""
    return cast.lin(billing)


@pytest.fixture
def otto(billing: Team) -> Agent:
    """An auditor, who only reads."""
    return cast.otto(billing)


@pytest.fixture
def reader(maja: Agent, screen: Callable[[Agent], Client]) -> Reader:
    return Reader(screen(maja))
