"""The LINE package, installed by pip beside the product: its channel is there, and nothing of ours had to change."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels_adapters import registry
from inbox.agents.models import Agent, Team
from inbox.channels.access import hook_address
from inbox.channels.actions import connect
from inbox.channels.models import Channel, Delivery
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from tests.forks import Parent
from tests.product import MailServer, Product, environment
from tests.third_party.line_server import ACCOUNT, BO, Line, signed, written

PACKAGE = Path(__file__).parent / "inbox_line"

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the product's packages, and the LINE package installed into it."""
    place = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    (packages,) = place.glob("lib/python*/site-packages")
    (packages / "product.pth").write_text(sysconfig.get_path("purelib"))
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--quiet"]
    pip = [sys.executable, "-m", "pip", "--python", place / "bin" / "python"]
    subprocess.run([*pip, "install", *offline, PACKAGE], check=True)
    return place


@pytest.fixture
def line(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tests' own process sees the package, too."""
    (packages,) = installed.glob("lib/python*/site-packages")
    monkeypatch.syspath_prepend(packages)
    caches = (registry.adapter, registry._third_party)
    for cache in caches:
        cache.cache_clear()
    yield
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()
    for name in [name for name in sys.modules if name.startswith("inbox_line")]:
        del sys.modules[name]


@pytest.fixture
def network() -> Iterator[Line]:
    with Line() as network:
        yield network


@pytest.fixture
def product(transactional_db: None, installed: Path, network: Line) -> Iterator[Product]:
    """The product in that environment; LINE's hosts are the fake's."""
    surroundings = {**environment(smtp_port=1), "OUTGOING_GATEWAYS": network.gateways}
    product = Product(Parent(surroundings, python=str(installed / "bin" / "python")), MailServer())
    yield product
    product.stop()
    product.parent.end()


def test_a_customer_of_an_installed_channel_is_heard_and_answered(
    product: Product, line: None, network: Line, billing: Team, ada: Agent
) -> None:
    channel = connect(kind="line", address="@nordlys", name="LINE", secrets=ACCOUNT.secrets, team=billing)
    _, address = product.web()
    product.worker()
    told = signed([written("Where is my parcel?"), written("It is late.", 2)])
    hook = address + "/hooks/" + hook_address(channel).partition("/hooks/")[2]
    with urllib.request.urlopen(urllib.request.Request(hook, told.body, dict(told.headers))) as answer:
        taken = answer.status
    forged = urllib.request.Request(hook, told.body + b" ", dict(told.headers))
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(forged)
    product.until(lambda: Ticket.objects.exists(), "LINE's webhook made no ticket")
    ticket = Ticket.objects.get()
    reply(ticket, "It arrives today.", by=ada, undo_seconds=0)
    product.until(lambda: Delivery.objects.filter(status="sent").exists(), "the reply did not leave")
    assert (
        (taken, refused.value.code, Channel.objects.get().kind, ticket.team),
        list(ticket.messages.order_by("id").values_list("text", flat=True)),
        [(to, one["text"]) for to, one in network.pushed],
        Delivery.objects.get().external_ids,
    ) == (
        (200, 401, "line", billing),
        ["Where is my parcel?", "It is late.", "It arrives today."],
        [(BO, "It arrives today.")],
        ["461230966842064897"],
    )


def test_the_package_is_found_by_its_entry_point(installed: Path) -> None:
    asked = (
        "from channels_adapters import registry as r; import json; print(json.dumps([r.kinds(), r.package_of('line')]))"
    )
    told = subprocess.run([installed / "bin" / "python", "-c", asked], capture_output=True, text=True, check=True)
    kinds, package = json.loads(told.stdout)
    assert ("line" in kinds, "line" in registry.kinds(), package) == (True, False, "inbox-line")
