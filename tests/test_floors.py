"""The floors of the house are enforced, not drawn."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import grimp
import pytest
from importlinter.application.use_cases import read_user_options
from importlinter.application.user_options import UserOptions
from importlinter.configuration import configure
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract

ROOT = Path(__file__).resolve().parent.parent
KINDS = {"layers": LayersContract, "forbidden": ForbiddenContract}


@pytest.fixture(scope="module")
def rules() -> UserOptions:
    configure()
    return read_user_options(str(ROOT / "pyproject.toml"))


@pytest.fixture(scope="module")
def house(rules: UserOptions) -> grimp.ImportGraph:
    """Who imports whom, as it is in the files."""
    return grimp.build_graph(*rules.session_options["root_packages"], include_external_packages=True, cache_dir=None)


def broken(rules: UserOptions, house: grimp.ImportGraph) -> list[str]:
    """The names of the contracts that do not hold."""
    contracts = [KINDS[given["type"]](given["name"], rules.session_options, given) for given in rules.contracts_options]
    return [contract.name for contract in contracts if not contract.check(deepcopy(house), verbose=False).kept]


def test_the_house_keeps_its_contracts(rules: UserOptions, house: grimp.ImportGraph) -> None:
    assert (len(rules.contracts_options), broken(rules, house)) == (5, [])


@pytest.mark.parametrize(
    ("importer", "imported", "names"),
    [
        ("inbox.tickets.enums", "inbox.channels.models", ["Floors"]),
        ("inbox.live.announce", "inbox.tickets.models", ["Floors"]),
        ("inbox.tickets.models", "inbox.tickets.actions", ["Inside a room"]),
        ("channels_adapters.registry", "inbox.common.clock", ["Adapters translate"]),
        ("inbox.attic", "inbox.tickets.models", ["Floors"]),
    ],
)
def test_a_planted_import_upwards_breaks_the_contracts(
    rules: UserOptions, house: grimp.ImportGraph, importer: str, imported: str, names: list[str]
) -> None:
    planted = deepcopy(house)
    planted.add_module(importer)
    planted.add_import(importer=importer, imported=imported)
    assert [name.partition(":")[0] for name in broken(rules, planted)] == names
