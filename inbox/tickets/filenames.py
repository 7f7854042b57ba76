"""Names of files as they may be shown and saved: what the eye sees is what the disk gets."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

_FALLBACK = "file"
_FORBIDDEN = dict.fromkeys(map(ord, '\\/:*?"<>|'), "_")
_LONGEST = 120


def clean_filename(name: str) -> str:
    """`name` normalised, without control, direction and invisible characters and without a path.

    A right-to-left override makes "exe.pdf" of "fdp.exe"; such characters go first, then the rest is looked at.
    """
    plain = unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode())
    visible = "".join(char for char in plain if unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp"))
    flat = " ".join(visible.translate(_FORBIDDEN).split()).strip(". ")
    if len(flat) > _LONGEST:
        suffix = PurePosixPath(flat).suffix[:16]
        flat = flat[: _LONGEST - len(suffix)].rstrip() + suffix
    return flat or _FALLBACK
