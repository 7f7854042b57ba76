"""Visitors of the product's pages, and its web process for tests that need a real connection to it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.client import ClientHandler

from config.boot import BASE_DIR
from inbox.agents.models import Agent
from tests.slow_line import slow_line


class Visitor(Client):
    """A browser. They share a handler: to make one reads every static file's date and size."""

    _shared = {strict: ClientHandler(enforce_csrf_checks=strict) for strict in (False, True)}

    def __init__(
        self, *, enforce_csrf_checks: bool = False, headers: Mapping[str, str] | None = None, **defaults: str
    ) -> None:
        super().__init__(headers=headers, **defaults)
        self.handler = self._shared[enforce_csrf_checks]

    def force_login(self, user: AbstractBaseUser, backend: str | None = None) -> None:
        """Sign in with one row written: what signing in does beside it is for tests of signing in."""
        session = SessionStore()
        session[SESSION_KEY] = user._meta.pk.value_to_string(user)
        session[BACKEND_SESSION_KEY] = backend or settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        self.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)


@contextmanager
def serving(log: Path, *, longest: float = 0, **environment: str) -> Iterator[str]:
    """uvicorn, up and answering; its address. What it says goes to `log`; `longest`: see `tests.slow_line`."""
    known = connection.settings_dict
    who = f"{quote(known['USER'])}:{quote(known['PASSWORD'])}"
    database = f"postgresql://{who}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
    with socket.create_server(("127.0.0.1", 0)) as listening, log.open("wb") as lines, ExitStack() as stack:
        port = listening.getsockname()[1]
        address = f"http://127.0.0.1:{stack.enter_context(slow_line(port, longest)) if longest else port}"
        web = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "config.asgi:application", "--fd", str(listening.fileno())],
            cwd=BASE_DIR,
            env={**os.environ, "DATABASE_URL": database, "SITE_URL": address, "STATIC_FROM_SOURCE": "1", **environment},
            pass_fds=[listening.fileno()],
            stdout=lines,
            stderr=subprocess.STDOUT,
        )
        try:
            # The socket listens already: a request waits in it until the product has started.
            urlopen(f"{address}/account/login/", timeout=60).close()
            yield address
        except OSError as error:
            raise RuntimeError(f"The product did not start: {log.read_text()[-3000:]}") from error
        finally:
            web.terminate()
            try:
                web.wait(10)
            except subprocess.TimeoutExpired:
                web.kill()
                web.wait()


def session_of(agent: Agent) -> str:
    """A session cookie of a browser the agent is signed in at."""
    client = Visitor()
    client.force_login(agent)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
