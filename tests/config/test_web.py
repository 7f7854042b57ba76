"""Web processes at one address share its connections."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from config.boot import BASE_DIR
from tests.ports import free_port


def sockets_of(process: subprocess.Popen[bytes]) -> int:
    return sum(map(_is_socket, Path(f"/proc/{process.pid}/fd").iterdir()))


def _is_socket(link: Path) -> bool:
    try:
        return link.readlink().name.startswith("socket:")
    except FileNotFoundError:
        # Closed since it was listed.
        return False


def test_two_processes_at_one_address_each_get_their_share(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "config.web", "--port", str(port)]
    environment = {**os.environ, "STATIC_FROM_SOURCE": "1", "SITE_URL": f"http://127.0.0.1:{port}"}
    with ExitStack() as stack:
        processes = []
        for number in (1, 2):
            log = stack.enter_context((tmp_path / f"log{number}").open("wb"))
            process = subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=log, stderr=subprocess.STDOUT)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            processes.append(process)
        logs = [tmp_path / f"log{number}" for number in (1, 2)]
        while not all(b"running on" in log.read_bytes() for log in logs):
            assert all(process.poll() is None for process in processes), [log.read_text()[-2000:] for log in logs]
            time.sleep(0.05)
        before = [sockets_of(process) for process in processes]
        for _ in range(40):
            kept = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            stack.callback(kept.close)
            kept.request("GET", "/hooks/nobody/")
            answer = kept.getresponse()
            assert (answer.status, answer.read()) == (404, b"")
        shares = [sockets_of(process) - earlier for process, earlier in zip(processes, before, strict=True)]
    assert min(shares) >= 5


def test_an_address_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "config.web", "--port", str(port)], cwd=BASE_DIR, capture_output=True, text=True
        )
    assert ended.returncode == 1
    assert f"port {port}" in ended.stderr
