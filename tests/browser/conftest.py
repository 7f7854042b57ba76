"""The product in a real browser: its own process on the test database, and Chromium in front of it.

    @pytest.mark.browser
    def test_an_agent_answers(screen, ada): page = screen(ada); page.goto("/"); ...

`screen(agent)` is a page somebody is signed in at; `screen(None)` one where nobody is. Both keep what the browser
complained of, and a test whose page broke the content security policy or had an error in a script fails.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from config.boot import BASE_DIR
from config.pytest_boot import chromium
from inbox.agents.models import Agent

# Playwright's synchronous interface keeps an event loop in this thread, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Screen = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, which asks nobody on the network for anything."""
    return {"executable_path": chromium(), "args": list(FLAGS)}


@pytest.fixture(scope="session")
def _site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    known = connection.settings_dict
    url = f"postgresql://{quote(known['USER'])}:{quote(known['PASSWORD'])}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
    log = tmp_path_factory.mktemp("web") / "log"
    with socket.create_server(("127.0.0.1", 0)) as listening, log.open("wb") as lines:
        port = listening.getsockname()[1]
        web = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "config.asgi:application", "--fd", str(listening.fileno())],
            cwd=BASE_DIR,
            env={**os.environ, "DATABASE_URL": url, "SITE_URL": f"http://127.0.0.1:{port}", "STATIC_FROM_SOURCE": "1"},
            pass_fds=[listening.fileno()],
            stdout=lines,
            stderr=subprocess.STDOUT,
        )
        try:
            # The socket listens already: a request waits in it until the product has started.
            urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=60).close()
            yield f"http://127.0.0.1:{port}"
        except OSError as error:
            raise RuntimeError(f"The product did not start: {log.read_text()[-3000:]}") from error
        finally:
            web.terminate()
            web.wait(20)


@pytest.fixture
def site(transactional_db: None, company_again: None, _site: str) -> str:
    """The address of the product, on the data of this test."""
    cache.clear()
    return _site


@pytest.fixture
def company_again(transactional_db: None) -> None:
    """What a new installation has; the end of each test with real transactions takes it away."""
    from inbox.sla.defaults import ensure_defaults
    from inbox.surveys.defaults import ensure_survey

    ensure_defaults()
    ensure_survey()


@pytest.fixture
def screen(browser: Browser, site: str) -> Iterator[Screen]:
    """Opens pages: `screen(agent, width=390, theme="dark")`."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(
        agent: Agent | None, *, width: int = 1280, height: int = 900, theme: str = "light", **options: Any
    ) -> Page:
        context = browser.new_context(
            base_url=site, viewport={"width": width, "height": height}, color_scheme=theme, locale="en-GB", **options
        )
        contexts.append(context)
        if agent is not None:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": _session(agent), "url": site}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: _note(message, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _session(agent: Agent) -> str:
    client = Client()
    client.force_login(agent)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _note(message: ConsoleMessage, complaints: list[str]) -> None:
    # A refused request is the test's own business; what the browser blocks or can't run never is.
    if message.type == "error" and "Failed to load resource" not in message.text:
        complaints.append(message.text)
