"""What every entry point does first: read the environment, and have a database and a Redis to talk to."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType

BASE_DIR = Path(__file__).resolve().parent.parent
SERVERS = ("DATABASE_URL", "REDIS_URL")


def prepare() -> None:
    """Make settings loadable and the servers reachable; ends the process with a sentence when that can't be.

    Where DATABASE_URL or REDIS_URL is not set, an embedded server runs until this process ends, and the variable is
    set, so that children use the same. Doing it twice changes nothing.
    """
    read_environment()
    missing = [name for name in SERVERS if not os.environ.get(name)]
    if not missing:
        return
    from config.embedded import CannotStart, hold

    try:
        held = hold(missing, var_dir())
    except CannotStart as problem:
        sys.exit(str(problem))
    os.environ.update(held.urls)
    _end_orderly_on(signal.SIGTERM, signal.SIGHUP)


def read_environment() -> None:
    """Read the optional file `.env` (what is set already outranks it) and name the settings module."""
    path = Path(os.environ.get("ENV_FILE") or BASE_DIR / ".env")
    if path.is_file():
        import environ

        environ.Env.read_env(str(path))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def var_dir() -> Path:
    """Where files live that are not code."""
    return Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve()


def missing_package(problem: ModuleNotFoundError) -> str:
    """The sentence for a package that is not there although it is locked."""
    return (
        f"The Python package {problem.name} is missing from {sys.prefix}. "
        f"Remove that directory and run bin/run, which installs all of them again."
    )


def _end_orderly_on(*signals: signal.Signals) -> None:
    """Make signals that would end this process at once end it in order instead, so that it releases the servers."""
    for number in signals:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)
