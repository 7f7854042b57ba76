"""The product's own processes on the test database, a mail server to send to, and waiting until all is settled."""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
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

from config.boot import BASE_DIR

QUEUES = "intake,delivery,clocks,surveys,mail"


class MailServer:
    """A real SMTP server that keeps what it is sent."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=0)

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def start(self) -> int:
        self._controller.port = _free_port()
        self._controller.start()
        return self._controller.port

    def stop(self) -> None:
        self._controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Product:
    """Starts the product's processes, each with a fault point if wanted, and ends them all."""

    mail_server: MailServer
    smtp_port: int
    listener_port: int = field(default_factory=_free_port)
    processes: list[subprocess.Popen] = field(default_factory=list)

    def environment(self, fault: str) -> dict[str, str]:
        database = connection.settings_dict
        secret = f"{quote(database['USER'])}:{quote(database['PASSWORD'] or '')}"
        return {
            **os.environ,
            "DATABASE_URL": f"postgresql://{secret}@{database['HOST']}:{database['PORT']}/{database['NAME']}",
            "REDIS_URL": settings.REDIS_URL,
            "VAR_DIR": str(settings.VAR_DIR),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "FAULT": fault,
            "LEASE_SECONDS": "2",
            "SWEEP_SECONDS": "1",
            "UNDO_SECONDS": "0",
            "SITE_URL": "http://127.0.0.1:8000",
        }

    def start(self, *arguments: str, fault: str = "") -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=BASE_DIR, env=self.environment(fault), start_new_session=True
        )
        self.processes.append(process)
        return process

    def worker(self, fault: str = "") -> subprocess.Popen:
        # One process, so that a fault point ends the whole worker.
        return self.start(
            "-m", "celery", "-A", "config", "worker", "-P", "solo", "-Q", QUEUES, "-l", "WARNING", fault=fault
        )

    def beat(self) -> subprocess.Popen:
        schedule = settings.VAR_DIR / f"beat-{os.getpid()}"
        return self.start("-m", "celery", "-A", "config", "beat", "-s", str(schedule), "-l", "WARNING")

    def listener(self) -> subprocess.Popen:
        process = self.start("manage.py", "listen_mail", "--port", str(self.listener_port))
        self.until(self._listens, "the mail listener did not start")
        return process

    def send(self, mail: bytes, recipient: str = "support@nordlys.example") -> None:
        """As any SMTP client would."""
        with smtplib.SMTP("127.0.0.1", self.listener_port, timeout=10) as client:
            client.sendmail("bo@larsen.example", [recipient], mail)

    def until(self, holds: Callable[[], object], otherwise: str, seconds: float = 90) -> None:
        """Wait until something holds; fail with a sentence when it does not come to hold."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                pytest.fail(otherwise)
            time.sleep(0.1)

    def killed(self, process: subprocess.Popen) -> bool:
        """True once the process has been ended by SIGKILL."""
        self.until(lambda: process.poll() is not None, "the fault point was not reached")
        return process.returncode == -signal.SIGKILL

    def _listens(self) -> bool:
        try:
            smtplib.SMTP("127.0.0.1", self.listener_port, timeout=2).quit()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
