"""Whoever can't start the product is told why in a sentence, and never by a traceback."""

import os
import socket
import subprocess
import sys

import pytest

from config.boot import BASE_DIR
from tests.ports import free_port

pytestmark = pytest.mark.process


def start(*options: str, **environment: str) -> tuple[int, str]:
    """The exit code of a start that must fail, and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "config.supervisor", *options],
        cwd=BASE_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr.strip()


def free_ports() -> list[str]:
    """Options with ports that nobody has."""
    return ["--port", str(free_port()), "--mail-port", str(free_port())]


@pytest.mark.parametrize("option", ["--port", "--mail-port"])
def test_a_port_in_use_is_named_with_its_holder_and_the_way_out(option: str):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = start(*free_ports(), option, str(port))
    first, _, last = said.partition(f"(process {os.getpid()})")
    assert (code, first[:20], last) == (
        1,
        f"Port {port} is used by "[:20],
        f". Choose another: bin/run {option} {port + 1}",
    )


def test_an_unreachable_database_is_named_without_its_password():
    code, said = start(*free_ports(), DATABASE_URL="postgresql://me:hidden@127.0.0.1:1/inbox")
    assert (code, said) == (
        1,
        "The database at 127.0.0.1:1 (DATABASE_URL) can't be reached: Connection refused.",
    )


def test_an_unreachable_redis_is_named_without_its_password():
    code, said = start(*free_ports(), REDIS_URL="redis://:hidden@127.0.0.1:1/0")
    assert (code, said) == (
        1,
        "Redis at 127.0.0.1:1 (REDIS_URL) can't be reached: Error 111 connecting to 127.0.0.1:1. Connection refused.",
    )


def test_an_address_that_is_not_one_is_refused_in_a_sentence():
    code, said = start(*free_ports(), "--host", "192.0.2.1")
    assert (code, said.count("\n"), said.startswith("Nothing can listen on 192.0.2.1, port ")) == (1, 0, True)


def test_a_directory_that_cannot_be_written_is_named():
    code, said = start(*free_ports(), DATABASE_URL="", REDIS_URL="", VAR_DIR="/dev/null/var")
    assert (code, said.count("\n"), "can't write to /dev/null/var" in said) == (1, 0, True)
