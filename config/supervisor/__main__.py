"""`python -m config.supervisor`, which bin/run calls: everything the product consists of, until Ctrl-C."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from types import FrameType
from urllib.parse import urlsplit

from config.boot import missing_package, prepare, read_environment, var_dir
from config.embedded import CannotStart
from config.supervisor.children import Child, end_with_parent
from config.supervisor.ports import require_free
from config.supervisor.screen import Screen
from config.supervisor.supervise import STOPPING, Supervisor

QUEUES = "intake,delivery,clocks,surveys,reports,imports,celery"
#: Fetching mail and telling other systems is waiting for them: threads of a process of its own, so that nothing else
#: waits with it.
FETCHING = "mail,escalations"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104


def main() -> int:
    """Start everything; the exit code is 0 after an orderly stop."""
    for number in STOPPING:
        signal.signal(number, _interrupt)
    try:
        return _run(_options())
    except KeyboardInterrupt:
        return 0
    except CannotStart as problem:
        print(problem, file=sys.stderr)
    except ModuleNotFoundError as problem:
        print(missing_package(problem), file=sys.stderr)
    return 1


def _run(options: argparse.Namespace) -> int:
    read_environment()
    _set_environment(options)
    require_free(options.host, options.port, "--port")
    require_free(os.environ["MAIL_LISTENER_HOST"], options.mail_port, "--mail-port")
    screen = Screen()
    embedded = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    if embedded:
        screen.line("run", "Starting the embedded servers")
    prepare()
    notes = _prepare_product(options)
    if notes is None:
        return 1
    supervisor = Supervisor(
        _children(options),
        screen,
        answers=lambda: _answers(options),
        on_ready=lambda: screen.box(_sections(options, notes)),
    )
    return 0 if supervisor.run() else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/run", description="Starts the inbox and keeps it running until Ctrl-C.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="port of the pages (default: 8000)")
    parser.add_argument("--mail-port", type=int, help="port on which mail arrives (default: 2525)")
    parser.add_argument("--web-workers", type=int, default=1, help="processes that serve pages (default: 1)")
    parser.add_argument("--no-demo", action="store_true", help="start with an empty workspace")
    return parser.parse_args()


def _set_environment(options: argparse.Namespace) -> None:
    """What follows from the options, unless it was set; the children inherit it."""
    environment = os.environ
    options.mail_port = options.mail_port or int(environment.get("MAIL_LISTENER_PORT") or 2525)
    environment["MAIL_LISTENER_PORT"] = str(options.mail_port)
    environment.setdefault("MAIL_LISTENER_HOST", "127.0.0.1")
    environment.setdefault("SITE_URL", f"http://{_reached_at(options.host)}:{options.port}")
    names = ["localhost", "127.0.0.1", "[::1]", urlsplit(environment["SITE_URL"]).hostname, _reached_at(options.host)]
    if options.host in EVERYWHERE:
        names.append(socket.gethostname())
    environment.setdefault("ALLOWED_HOSTS", ",".join(dict.fromkeys(name for name in names if name)))
    if not options.no_demo:
        environment.setdefault("SURVEY_DELAY_SECONDS", "60")
    environment["VAR_DIR"] = str(var_dir())


def _reached_at(host: str) -> str:
    if host in EVERYWHERE:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _prepare_product(options: argparse.Namespace) -> dict[str, str] | None:
    """Tables, files and demo, in a process of its own; None when it failed, having said why."""
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "config.supervisor.preparation", "--notes", str(writing)]
    process = subprocess.Popen(  # noqa: S603
        command + ["--no-demo"] * options.no_demo,
        stdin=subprocess.DEVNULL,
        pass_fds=[writing],
        start_new_session=True,
        preexec_fn=end_with_parent,
    )
    os.close(writing)
    try:
        with open(reading) as file:
            said = file.read()
        failed = process.wait() != 0
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    return None if failed else json.loads(said)


def _children(options: argparse.Namespace) -> list[Child]:
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "-A", "config"]
    pages = [python, "-m", "config.web", "--host", options.host, "--port", str(options.port)]
    web = [
        Child("web" if number == 1 else f"web-{number}", pages, ready="running on")
        for number in range(1, options.web_workers + 1)
    ]
    tasks = ["--queues", QUEUES, "--concurrency", "2", "--pool", "prefork", "--without-gossip", "--without-mingle"]
    fetching = ["--queues", FETCHING, "--concurrency", "8", "--pool", "threads", "--without-gossip", "--without-mingle"]
    return [
        *web,
        Child("worker", [*celery, "worker", *tasks, "--loglevel", "INFO"], ready=" ready."),
        Child(
            "fetch",
            [*celery, "worker", *fetching, "--hostname", "fetch@%h", "--loglevel", "INFO"],
            ready=" ready.",
        ),
        Child("beat", [*celery, "beat", "--pidfile=", "--loglevel", "INFO"], ready=None),
        Child("mail", [python, "manage.py", "listen_mail"], ready="listening on"),
    ]


def _answers(options: argparse.Namespace) -> bool:
    connection = http.client.HTTPConnection(_reached_at(options.host).strip("[]"), options.port, timeout=2)
    try:
        connection.request("GET", "/health/", headers={"Host": f"localhost:{options.port}"})
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _sections(options: argparse.Namespace, notes: dict[str, str]) -> list[str]:
    site = os.environ["SITE_URL"]
    host, port = os.environ["MAIL_LISTENER_HOST"], options.mail_port
    sections = [f"The inbox is running: {site}/\nCtrl-C stops it.", notes["logins"]]
    if address := notes["mail_to"]:
        mail = f"To: {address}\\nFrom: Ann <ann@example.org>\\nSubject: Where is my parcel?\\n\\nIt has not come."
        sections.append(
            f"Mail to {address} arrives at {host}, port {port} (SMTP). Try it:\n"
            f'python3 -c \'import smtplib, email.utils as u; smtplib.SMTP("{host}", {port}).sendmail('
            f'"ann@example.org", "{address}", "Message-ID: " + u.make_msgid() + "\\n{mail}")\''
        )
    if chat := notes["chat"]:
        sections.append(f"Chat as a visitor of your site, once you are signed in: {site}/chat/{chat}/try/")
    return sections


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
