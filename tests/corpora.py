"""Where the public test data lies that is used in place, beside the project and not in it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def corpora() -> Path:
    """The folder of test corpora; the test that asks is skipped with a message in a checkout without it."""
    folder = ROOT.parent / "shared" / "corpora"
    if not folder.is_dir():
        pytest.skip(f"the test corpora are not at {folder}")
    return folder
