"""Translations are kept as text (.po); gettext reads a compiled form (.mo) that is made here, without msgfmt."""

from __future__ import annotations

import os
from pathlib import Path


def compile_translations(base_dir: Path) -> int:
    """Compile each catalogue under `*/locale/` that is newer than its compiled form; how many those were."""
    catalogues = [path for path in base_dir.glob("*/locale/*/LC_MESSAGES/*.po") if not _is_current(path)]
    for path in catalogues:
        _compile(path)
    return len(catalogues)


def _is_current(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime_ns >= path.stat().st_mtime_ns


def _compile(path: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as source:
        # A wrong line is told, and left out: it must not keep the product from starting. bin/check is strict about it.
        catalogue = read_po(source)
    # Two processes may compile at once; each puts a whole file in place.
    draft = path.with_suffix(f".mo.{os.getpid()}")
    with draft.open("wb") as target:
        write_mo(target, catalogue)
    draft.replace(path.with_suffix(".mo"))
