"""The product's own processes on the test database, a mail server to send to, and waiting until all is settled."""

from __future__ import annotations

import os
import signal
import smtplib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection

from tests.forks import Fork, Parent
from tests.ports import free_port

#: What the database knows the product's processes by.
_NAME = "product of a test"
QUEUES = "intake,delivery,clocks,surveys,mail,reports"


class MailServer:
    """A real SMTP server that keeps what it is sent."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=0, ready_timeout=60)

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def start(self) -> int:
        self._controller.port = free_port()
        self._controller.start()
        return self._controller.port

    def stop(self) -> None:
        self._controller.stop()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.2).close()
    except OSError:
        return False
    return True


def _is_connected() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s)",
            [_NAME],
        )
        return bool(cursor.fetchone()[0])


def environment(smtp_port: int) -> dict[str, str]:
    """Of the product's processes: the test's database and Redis, and waits of a second at most."""
    database = connection.settings_dict
    secret = f"{quote(database['USER'])}:{quote(database['PASSWORD'] or '')}"
    return {
        **os.environ,
        "DATABASE_URL": f"postgresql://{secret}@{database['HOST']}:{database['PORT']}/{database['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "VAR_DIR": str(settings.VAR_DIR),
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "LEASE_SECONDS": "1",
        "SWEEP_SECONDS": "1",
        "UNDO_SECONDS": "0",
        "CELERY_SKIP_CHECKS": "1",
        "PGAPPNAME": _NAME,
        "SITE_URL": "http://127.0.0.1:8000",
    }


@dataclass
class Product:
    """Starts the product's processes, each with a fault point if wanted, and ends them all."""

    parent: Parent
    mail_server: MailServer
    listener_port: int = field(default_factory=free_port)
    processes: list[Fork] = field(default_factory=list)

    def worker(self, fault: str = "", **environment: str) -> Fork:
        # One process, so that a fault point ends the whole worker.
        manner = ["-P", "solo", "--without-gossip", "--without-mingle", "-Q", QUEUES, "-l", "WARNING"]
        return self._start("-m", "celery", "-A", "config", "worker", *manner, fault=fault, **environment)

    def beat(self) -> Fork:
        schedule = settings.VAR_DIR / f"beat-{os.getpid()}"
        return self._start("-m", "celery", "-A", "config", "beat", "--pidfile=", "-s", str(schedule), "-l", "WARNING")

    def listener(self) -> Fork:
        process = self._start("manage.py", "listen_mail", "--port", str(self.listener_port))
        self.until(self._listens, "the mail listener did not start")
        return process

    def web(self, fault: str = "") -> tuple[Fork, str]:
        """The web process and its address."""
        port = free_port()
        process = self._start("-m", "uvicorn", "config.asgi:application", "--port", str(port), fault=fault)
        self.until(lambda: _answers(port), "the web process did not start")
        return process, f"http://127.0.0.1:{port}"

    def send(self, mail: bytes, recipient: str = "support@nordlys.example") -> None:
        """As any SMTP client would."""
        with smtplib.SMTP("127.0.0.1", self.listener_port, timeout=60) as client:
            client.sendmail("bo@larsen.example", [recipient], mail)

    def until(self, holds: Callable[[], object], otherwise: str, seconds: float = 90) -> None:
        """Wait until something holds; fail with a sentence when it does not come to hold."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                pytest.fail(otherwise)
            time.sleep(0.05)

    def killed(self, process: Fork) -> bool:
        """True once the process has been ended by SIGKILL."""
        self.until(lambda: process.exit_code is not None, "the fault point was not reached")
        return process.exit_code == -signal.SIGKILL

    def _listens(self) -> bool:
        try:
            smtplib.SMTP("127.0.0.1", self.listener_port, timeout=2).quit()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """End them all; what the database was doing for them when they were killed is done, or taken back."""
        for process in self.processes:
            process.kill()
        self.until(lambda: not _is_connected(), "the database did not notice that the processes have ended")

    def _start(self, *command: str, fault: str = "", **environment: str) -> Fork:
        self.processes.append(self.parent.start(*command, FAULT=fault, **environment))
        return self.processes[-1]
