"""The product as a whole: it comes up, serves, survives being killed, and goes without leaving anything behind."""

import http.client
import signal
import smtplib
import subprocess
import sys
from pathlib import Path

import pytest

from config.boot import BASE_DIR
from tests.config.conftest import Installation
from tests.config.supervisor.test_supervise import have_ended
from tests.ports import free_port

pytestmark = pytest.mark.process


class Product:
    """`bin/run --no-demo` in an installation of its own, its packages being there already."""

    def __init__(self, installation: Installation, port: int, mail_port: int) -> None:
        environment = {name: value for name, value in installation.environment.items() if name != "STATIC_FROM_SOURCE"}
        self.port, self.mail_port = port, mail_port
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "config.supervisor",
                "--no-demo",
                "--port",
                str(port),
                "--mail-port",
                str(mail_port),
            ],
            cwd=BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait(self) -> str:
        """What it printed up to the end of the box with the addresses."""
        printed = ""
        while "└─" not in printed:
            line = self.process.stdout.readline()
            assert line, printed
            printed += line
        return printed

    @property
    def parts(self) -> list[int]:
        """The processes it started."""
        number = self.process.pid
        return [int(child) for child in Path(f"/proc/{number}/task/{number}/children").read_text().split()]

    def sign_in_page(self) -> int:
        line = http.client.HTTPConnection("127.0.0.1", self.port)
        line.request("GET", "/account/login/")
        status = line.getresponse().status
        line.close()
        return status

    def greeting(self) -> int:
        with smtplib.SMTP("127.0.0.1", self.mail_port) as mail:
            return mail.noop()[0]

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        self.process.communicate()
        return self.process.returncode


def test_it_starts_serves_is_killed_starts_again_and_stops(installation: Installation):
    ports = free_port(), free_port()
    killed = Product(installation, *ports)
    try:
        printed = killed.wait()
        assert f"http://127.0.0.1:{ports[0]}/setup/" in printed
        assert (killed.sign_in_page(), killed.greeting()) == (200, 250)
        parts = killed.parts
    finally:
        killed.end(signal.SIGKILL)
    assert (len(parts), have_ended(parts)) == (5, True)
    again = Product(installation, *ports)
    try:
        again.wait()
        parts, served = again.parts, again.sign_in_page()
    finally:
        code = again.end(signal.SIGINT)
    assert (served, code, have_ended(parts), installation.servers) == (200, 0, True, {})
