"""Test runs stay on this machine, and out of each other's way."""

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from config import pytest_boot

LEFT = "A test tried to reach"


@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:192.0.2.1", "example.org", "10.0.0.1"])
def test_a_connection_that_would_leave_this_machine_fails_the_test(address: str):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as line, pytest.raises(pytest.fail.Exception, match=LEFT):
        line.connect((address, 25))


def test_a_datagram_that_would_leave_this_machine_fails_the_test():
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line,
        pytest.raises(pytest.fail.Exception, match=LEFT),
    ):
        line.sendto(b"", ("192.0.2.1", 53))


def test_a_name_is_not_looked_up():
    with pytest.raises(pytest.fail.Exception, match=LEFT):
        socket.getaddrinfo("example.org", 443)


def test_connections_on_this_machine_are_free():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as line:
        assert line.getpeername() == server.getsockname()


def test_files_and_redis_of_a_run_are_its_own():
    slot = urlsplit(settings.REDIS_URL).path[1:]
    assert (int(slot) > 0, settings.VAR_DIR.parts[-2:]) == (True, ("tests", slot))


def test_runs_at_once_get_slots_of_their_own(tmp_path: Path):
    assert [pytest_boot._claim_slot(tmp_path, 4) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(pytest.UsageError, match="All 3 Redis databases"):
        pytest_boot._claim_slot(tmp_path, 4)


def test_a_name_that_another_run_uses_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TEST_RUN", "mine")
    pytest_boot._claim_name(tmp_path, 1)
    with pytest.raises(pytest.UsageError, match="Another test run is using TEST_RUN=mine"):
        pytest_boot._claim_name(tmp_path, 2)


def test_of_runs_without_a_name_the_first_has_the_usual_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    names = []
    for slot in (3, 5):
        monkeypatch.delenv("TEST_RUN", raising=False)
        pytest_boot._claim_name(tmp_path, slot)
        names.append(os.environ.get("TEST_RUN"))
    assert names == [None, "slot5"]
