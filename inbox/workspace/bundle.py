"""One stylesheet and one script, put together from their parts without a build step.

`workspace/app.css` is the files of `static/workspace/css` in the order of the cascade layers, `workspace/app.js` those
of `static/workspace/js`, each in a block of its own so that their names don't meet.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

SOURCES = Path(__file__).parent / "static" / "workspace"
LAYERS = ("reset", "tokens", "base", "layout", "components", "utilities")
_lock = threading.Lock()


def css_parts() -> list[Path]:
    """The files of the stylesheet: `css/<layer>.css`, then those of the folder `css/<layer>/`, layer by layer."""
    return [
        part
        for layer in LAYERS
        for part in (SOURCES / "css" / f"{layer}.css", *sorted((SOURCES / "css" / layer).glob("*.css")))
        if part.exists()
    ]


def js_parts() -> list[Path]:
    """The files of the script, by name."""
    return sorted((SOURCES / "js").glob("*.js"))


def css() -> str:
    """The stylesheet."""
    return f"@layer {', '.join(LAYERS)};\n" + "".join(_part(part) for part in css_parts())


def js() -> str:
    """The script: a module, so strict and run after the page is parsed."""
    return "".join(f"/* {part.name} */\n{{\n{part.read_text()}}}\n" for part in js_parts())


BUNDLES: dict[str, tuple[Callable[[], list[Path]], Callable[[], str]]] = {
    "workspace/app.css": (css_parts, css),
    "workspace/app.js": (js_parts, js),
}


class BundleFinder(BaseFinder):
    """Finds the bundles among the static files, written anew when one of their parts changed."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.storage = FileSystemStorage(location=Path(settings.VAR_DIR) / "bundle")

    def check(self, **kwargs: object) -> list[CheckMessage]:
        """Have no settings that could be wrong."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: object) -> Any:
        """The place of a bundle; an empty list for any other path."""
        if path not in BUNDLES:
            return []
        found = str(_written(path, Path(self.storage.location)))
        return [found] if find_all else found

    def list(self, ignore_patterns: object) -> Iterator[tuple[str, FileSystemStorage]]:
        """All bundles."""
        for path in BUNDLES:
            _written(path, Path(self.storage.location))
            yield path, self.storage


def _written(path: str, root: Path) -> Path:
    parts, make = BUNDLES[path]
    place = root / path
    with _lock:
        newest = max(part.stat().st_mtime_ns for part in (Path(__file__), *parts()))
        text = make()
        if not place.exists() or place.stat().st_mtime_ns < newest or place.read_text() != text:
            place.parent.mkdir(parents=True, exist_ok=True)
            draft = place.with_suffix(f".{os.getpid()}")
            draft.write_text(text)
            draft.replace(place)
    return place


def _part(part: Path) -> str:
    return f"/* {part.name} */\n{part.read_text()}"
