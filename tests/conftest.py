"""The cast, and what every test with a database starts from."""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis
import pytest

from inbox.agents.enums import Role
from inbox.agents.models import Agent, Membership, Team
from inbox.channels import actions as channels
from inbox.channels.models import Channel
from inbox.sla.defaults import ensure_defaults
from inbox.surveys.defaults import ensure_survey
from inbox.surveys.models import Survey
from tests.product import MailServer, Product

# How long an example takes says more about the machine's other work than about the code.
hypothesis.settings.register_profile("suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("suite")


@pytest.fixture
def company(db: None) -> None:
    """The defaults of a new installation: calendar, policy, survey."""
    ensure_defaults()
    ensure_survey()


@pytest.fixture
def billing(company: None) -> Team:
    return Team.objects.create(name="Billing")


@pytest.fixture
def shipping(company: None) -> Team:
    return Team.objects.create(name="Shipping")


def _agent(name: str, role: Role, *teams: Team) -> Agent:
    agent = Agent(email=f"{name.lower()}@nordlys.example", name=name, role=role)
    # Hashing a password well takes a while; the test that signs in by one sets it.
    agent.set_unusable_password()
    agent.save()
    for team in teams:
        Membership.objects.create(agent=agent, team=team)
    return agent


@pytest.fixture
def ada(billing: Team) -> Agent:
    """An agent of Billing."""
    return _agent("Ada", Role.AGENT, billing)


@pytest.fixture
def carl(billing: Team) -> Agent:
    """Her colleague in Billing."""
    return _agent("Carl", Role.AGENT, billing)


@pytest.fixture
def wen(shipping: Team) -> Agent:
    """An agent of another team, who must see nothing of Billing's."""
    return _agent("Wen", Role.AGENT, shipping)


@pytest.fixture
def maja(company: None) -> Agent:
    """The admin."""
    return _agent("Maja", Role.ADMIN)


@pytest.fixture
def support(billing: Team) -> Channel:
    """The mailbox support@nordlys.example, routed to Billing."""
    return channels.connect(
        kind="email", address="support@nordlys.example", name="Nordlys Support", brand="Nordlys Shoes", team=billing
    )


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def product(transactional_db: None, mail_server: MailServer) -> Iterator[Product]:
    product = Product(mail_server, mail_server.start())
    yield product
    product.stop()


@pytest.fixture
def asked_at_once(company: None) -> None:
    """Surveys leave as soon as a ticket is resolved, at any hour."""
    Survey.objects.update(delay_seconds=0, quiet_until_hour=0, quiet_from_hour=24)
