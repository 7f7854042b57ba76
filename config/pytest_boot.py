"""The pytest plugin that gives a test run its servers, and keeps it away from other runs and from the network.

Runs at the same time do not meet: each claims a slot (a lock that its death frees), and with it a test database, a
Redis database and a directory of its own. `TEST_RUN=name` chooses the name of the test database, which `--reuse-db`
then finds again; without it the first run uses `test_inbox` and others beside it `test_inbox_slot2` and so on.
"""

from __future__ import annotations

import fcntl
import ipaddress
import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import IO, Any
from urllib.parse import urlsplit

import pytest

from config.boot import BASE_DIR, prepare, read_environment, var_dir

#: What a developer may have set for running the product, and must not change what tests see.
FOREIGN = (
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "EMAIL_URL",
    "FAULT",
    "LOG_LEVEL",
    "MAIL_LISTENER_HOST",
    "MAIL_LISTENER_PORT",
    "SITE_URL",
    "SURVEY_DELAY_SECONDS",
    "TIME_ZONE",
    "UNDO_SECONDS",
)

#: The files that take longest, in which most time is spent waiting for processes. Begun late, they would run alone at
#: the end; begun by different workers, they wait at the same time.
LONGEST = ("config/test_run.py", "faults/test_mail_servers.py", "faults/test_killed_workers.py")

_locks: list[IO[str]] = []
_kept: dict[str, Callable[..., Any]] = {}


def chromium() -> str | None:
    """The Chromium that browser tests drive: `CHROMIUM`, else the one on the path."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


def mail_server_program(name: str) -> str | None:
    """Where a mail server's program is: ordinary users don't have its directory on their path."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Before pytest-django reads the settings: servers, and names of this run's own."""
    read_environment()
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ["ENV_FILE"] = os.devnull
    prepare()
    # A worker of pytest-xdist shares the run's database name (pytest-django adds the worker's), not its Redis database.
    home = Path(os.environ.setdefault("TEST_HOME", str(var_dir())))
    slot = _claim_slot(home / "locks" / "tests", _redis_databases())
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _claim_name(home / "locks" / "tests", slot)
        _compile_translations()
        # Who ends a run from outside still reads what has failed by then.
        signal.signal(signal.SIGTERM, _interrupt)
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{slot}").geturl()
    os.environ["VAR_DIR"] = str(home / "tests" / str(slot))
    os.environ["STATIC_FROM_SOURCE"] = "1"
    # The servers that tests start are here.
    os.environ["OUTGOING_ALLOW"] = "127.0.0.0/8,::1"
    shutil.rmtree(Path(os.environ["VAR_DIR"]) / "media", ignore_errors=True)
    # Empty, but there: whitenoise warns about a folder of collected files that is missing.
    (Path(os.environ["VAR_DIR"]) / "static").mkdir(parents=True, exist_ok=True)
    _empty_redis()
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """From here on no socket leaves this machine."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        config.pluginmanager.register(_TellsAtOnce(config))
    for name, guard in (("connect", _guarded), ("connect_ex", _guarded), ("sendto", _guarded)):
        _kept[name] = getattr(socket.socket, name)
        setattr(socket.socket, name, guard(_kept[name]))
    _kept["getaddrinfo"] = socket.getaddrinfo
    socket.getaddrinfo = _guarded_lookup


def pytest_unconfigure() -> None:
    """Give the sockets back as they were."""
    if _kept:
        socket.getaddrinfo = _kept.pop("getaddrinfo")
    for name in list(_kept):
        setattr(socket.socket, name, _kept.pop(name))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests with processes come first, the browser's last. Without their programs they are left out or fail the run."""
    items.sort(key=_turn)
    if not chromium():
        packages = "Chromium. On Debian: apt install chromium libatomic1 fonts-noto-cjk"
        _leave_out(config, items, "browser", f"browser tests need {packages}", "REQUIRE_BROWSER")
    if not mail_server_program("dovecot"):
        packages = "Dovecot. On Debian: apt install dovecot-imapd dovecot-pop3d"
        _leave_out(config, items, "mail_server", f"tests of mailboxes need {packages}", "REQUIRE_MAIL_SERVERS")
    if not mail_server_program("postfix") or os.getuid():
        packages = "Postfix, and root. On Debian: apt install postfix"
        _leave_out(config, items, "postfix", f"tests of mail in transit need {packages}", "REQUIRE_MAIL_SERVERS")


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("browser"):
        # Playwright leaves an event loop running in its thread, in which no other test could run one.
        return len(LONGEST) + 2
    for place, file in enumerate(LONGEST):
        if item.nodeid.startswith(f"tests/{file}::"):
            return place
    return len(LONGEST) + (0 if item.get_closest_marker("process") else 1)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The lines about what was left out stand at the end, where they are read."""
    for sentence in config.stash.get(_left_out, []):
        terminalreporter.write_line(f"NOT RUN: {sentence}", red=True, bold=True)


def pytest_report_header() -> str:
    """Which names this run has."""
    return (
        f"run: {os.environ.get('TEST_RUN') or 'default'}, redis database {urlsplit(os.environ['REDIS_URL']).path[1:]}"
    )


class _TellsAtOnce:
    """A failure gets a line when it happens: who waits for the rest need not wait for that."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            lines: Any = self._config.pluginmanager.get_plugin("terminalreporter")
            crash = getattr(report.longrepr, "reprcrash", None)
            lines.write_line(f"\n{report.nodeid} ({report.when}): {crash.message if crash else report.longreprtext}")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt(signal.Signals(number).name)


_left_out = pytest.StashKey[list[str]]()


def _leave_out(config: pytest.Config, items: list[pytest.Item], marker: str, need: str, required: str) -> None:
    without = [item for item in items if item.get_closest_marker(marker)]
    if not without:
        return
    if os.environ.get(required) == "1":
        raise pytest.UsageError(f"{len(without)} {need}")
    config.stash.setdefault(_left_out, []).append(f"{len(without)} {need}")
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if item not in without]


def _redis_databases() -> int:
    import redis

    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        try:
            return int(client.config_get("databases")["databases"])
        except redis.ResponseError:
            return 16


def _claim_slot(directory: Path, count: int) -> int:
    directory.mkdir(parents=True, exist_ok=True)
    for slot in range(1, count):
        if _lock(directory / f"slot-{slot}"):
            return slot
    raise pytest.UsageError(f"All {count - 1} Redis databases for tests are used by other test runs.")


def _claim_name(directory: Path, slot: int) -> None:
    name = os.environ.get("TEST_RUN")
    if name and not _lock(directory / f"name-{name}"):
        raise pytest.UsageError(f"Another test run is using TEST_RUN={name}: give this one another name.")
    if not name and not _lock(directory / "name-default"):
        os.environ["TEST_RUN"] = f"slot{slot}"


def _lock(path: Path) -> bool:
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return False
    _locks.append(lock)
    return True


def _compile_translations() -> None:
    from config.supervisor.translations import compile_translations

    compile_translations(BASE_DIR)


def _empty_redis() -> None:
    import redis

    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.flushdb()


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def checked(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]
        if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
            _refuse_unless_loopback(address[0])
        return method(self, *arguments)

    return checked


def _guarded_lookup(host: Any, *arguments: Any, **options: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if name and not _is_address(name):
        _refuse_unless_loopback(name)
    return _kept["getaddrinfo"](host, *arguments, **options)


def _refuse_unless_loopback(host: str) -> None:
    if host in ("localhost", "") or (_is_address(host) and _is_loopback(host)):
        return
    # Not an Exception: the code under test must not take it for a network that is down.
    pytest.fail(f"A test tried to reach {host}: tests talk to this machine only.")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    address = ipaddress.ip_address(host)
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
