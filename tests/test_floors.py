"""The floors of the house are enforced, not drawn."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINT = Path(sys.executable).with_name("lint-imports")


def _contracts(house: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT, "--no-cache"], cwd=house, capture_output=True, text=True, check=False)


@pytest.fixture
def copy_of_the_house(tmp_path: Path) -> Path:
    for room in ("inbox", "channels_adapters", "config"):
        shutil.copytree(
            ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "static", "templates")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "planted", "broken"),
    [
        ("inbox/tickets/enums.py", "import inbox.channels.models", "Floors"),
        ("inbox/live/announce.py", "import inbox.tickets.models", "Floors"),
        ("inbox/tickets/models.py", "import inbox.tickets.actions", "Inside a room"),
        ("channels_adapters/registry.py", "import inbox.common.clock", "Adapters translate"),
        ("inbox/attic.py", "import inbox.tickets.models", "Floors"),
    ],
)
def test_a_planted_import_upwards_breaks_the_contracts(
    copy_of_the_house: Path, file: str, planted: str, broken: str
) -> None:
    before = _contracts(copy_of_the_house)
    with (copy_of_the_house / file).open("a") as source:
        source.write(f"\n{planted}\n")
    after = _contracts(copy_of_the_house)
    assert (before.returncode, after.returncode, broken in after.stdout) == (0, 1, True), after.stdout
