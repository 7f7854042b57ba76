"""The cast, and what every test with a database starts from."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import hypothesis
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import transaction
from pytest_django import DjangoDbBlocker

from inbox.agents.models import Agent, Team
from inbox.channels.models import Channel
from inbox.sla.defaults import ensure_defaults
from inbox.surveys.defaults import ensure_survey
from inbox.surveys.models import Survey
from tests import cast, emptying
from tests.forks import Parent
from tests.mail_servers import Dovecot, dovecot_running
from tests.product import MailServer, Product, environment
from tests.template import Template
from tests.web import Visitor

# How long an example takes says more about the machine's other work than about the code.
hypothesis.settings.register_profile("suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("suite")
# The algorithm of the product, with as little work as it allows.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1
emptying.use_for_tests_that_commit()


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end: the collector of garbage need not look through it again and again."""
    gc.collect()
    gc.freeze()
    # A test makes little that refers to itself: looking for it after every 700 objects takes a tenth of the time.
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_keepdb: bool
) -> Template | None:
    """A database that is kept from run to run (`--reuse-db`) is neither made of a template nor one itself."""
    return None if django_db_keepdb else Template()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_modify_db_settings: Template | None, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """The test database, copied from a template."""
    if django_db_modify_db_settings is not None:
        with django_db_blocker.unblock():
            django_db_modify_db_settings.keep()


@pytest.fixture(scope="module")
def company_once(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[bool]:
    """The defaults of a new installation, once for all tests of a module; whether they are there.

    They lie in a transaction that ends with the module. A test's own transaction is a savepoint in it: what the test
    does is taken back at its end, what was there before stays for the next one. A module whose tests all start from
    the same story adds it with a fixture of its own, of which each test gets a copy:

        @pytest.fixture(scope="module")
        def week_once(company_once): return week(cast.support(), ...)

        @pytest.fixture
        def tickets(week_once, db): return deepcopy(week_once)

    The story is then there for every test of the module that comes after the first to ask for it: tests that start
    from nothing are in another module. Not for modules with tests that commit (`transactional_db`).
    """
    if any(_commits(item) for item in request.session.items if item.path == request.path):
        yield False
        return
    with django_db_blocker.unblock(), transaction.atomic():
        ensure_defaults()
        ensure_survey()
        yield True
        transaction.set_rollback(True)


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return "transactional_db" in getattr(item, "fixturenames", ()) or bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture
def company(company_once: bool, db: None) -> None:
    """The defaults of a new installation: calendar, policy, survey."""
    if not company_once:
        ensure_defaults()
        ensure_survey()


@pytest.fixture
def billing(company: None) -> Team:
    return cast.billing()


@pytest.fixture
def shipping(company: None) -> Team:
    return cast.shipping()


@pytest.fixture
def ada(billing: Team) -> Agent:
    """An agent of Billing."""
    return cast.ada(billing)


@pytest.fixture
def carl(billing: Team) -> Agent:
    """Her colleague in Billing."""
    return cast.carl(billing)


@pytest.fixture
def wen(shipping: Team) -> Agent:
    """An agent of another team, who must see nothing of Billing's."""
    return cast.wen(shipping)


@pytest.fixture
def maja(company: None) -> Agent:
    """The admin."""
    return cast.maja()


@pytest.fixture
def support(billing: Team) -> Channel:
    """The mailbox support@nordlys.example, routed to Billing."""
    return cast.support(billing)


@pytest.fixture
def client() -> Visitor:
    """Somebody who has not signed in."""
    return Visitor()


@pytest.fixture(scope="session")
def product_line(django_db_setup: None) -> Iterator[tuple[Parent, MailServer]]:
    """What every product starts from: the process that its own are forked from, and where its mails arrive."""
    server = MailServer()
    parent = Parent(environment(server.start()))
    yield parent, server
    parent.end()
    server.stop()


@pytest.fixture
def product(transactional_db: None, product_line: tuple[Parent, MailServer]) -> Iterator[Product]:
    product = Product(*product_line)
    product.mail_server.mails.clear()
    yield product
    product.stop()


@pytest.fixture
def asked_at_once(company: None) -> None:
    """Surveys leave as soon as a ticket is resolved, at any hour."""
    Survey.objects.update(delays={"email": 0, "messaging": 0, "phone": 0}, quiet_until_hour=0, quiet_from_hour=24)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A real mail server with mailboxes, and the provider whose tokens it believes."""
    with dovecot_running() as server:
        yield server
