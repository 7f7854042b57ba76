"""Secrets of this installation: from the environment, else generated once and kept readable by us only."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path


def secret(name: str, var_dir: Path) -> str:
    """The secret `name`: the environment's, else one generated in `var_dir/secrets.json` (mode 0600).

    Servers of your own set each in the environment; several processes on one machine share the file.
    """
    if value := os.environ.get(name):
        return value
    path = var_dir / "secrets.json"
    kept = _read(path)
    if name not in kept:
        kept = _add(path, name)
    return kept[name]


def _read(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text()))
    except FileNotFoundError:
        return {}


def _add(path: Path, name: str) -> dict[str, str]:
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.parent / "secrets.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = _read(path)
        # A Fernet key is 32 random bytes in URL-safe base64; it serves for the other secrets as well.
        kept.setdefault(name, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        draft = path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w") as file:
            json.dump(kept, file)
        draft.replace(path)
        return kept
