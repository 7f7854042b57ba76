"""The product in a real browser: its own process on the test database, and Chromium in front of it.

    @pytest.mark.browser
    def test_an_agent_answers(screen, ada): page = screen(ada); page.goto("/"); ...

`screen(agent)` is a page somebody is signed in at; `screen(None)` one where nobody is. Both keep what the browser
complained of, and a test whose page broke the content security policy or had an error in a script fails.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Frame, Page, expect

from config.pytest_boot import chromium
from inbox.agents.models import Agent
from inbox.channels.models import Channel
from tests.browser.host import Host, hosting
from tests.web import serving, session_of

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
#: Milliseconds. What comes in time takes none of them; a machine that does much else may need most.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, which asks nobody on the network for anything."""
    return {"executable_path": chromium(), "args": list(FLAGS)}


@pytest.fixture(scope="session")
def _site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    longest = float(os.environ.get("SLOW_LINE") or 0)
    with serving(tmp_path_factory.mktemp("web") / "log", longest=longest) as address:
        yield address


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
    """Opens pages: `screen(agent, width=390, theme="dark")`.

    One that `intercepts` catches requests by routes that are set after it was loaded, or anew: otherwise the browser
    begins to ask about them a moment later, and lets some past.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(
        agent: Agent | None,
        *,
        width: int = 1280,
        height: int = 900,
        theme: str = "light",
        intercepts: bool = False,
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            base_url=site, viewport={"width": width, "height": height}, color_scheme=theme, locale="en-GB", **options
        )
        contexts.append(context)
        if agent is not None:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(agent), "url": site}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        if intercepts:
            page.route("**/nobody-asks-for-this/", lambda route: route.abort())
        page.on("console", lambda message: _note(message, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def host(site: str, shop: Channel) -> Iterator[Host]:
    """A site of somebody's with the chat of the test's `shop` on it."""
    with hosting(site) as found:
        found.key = shop.address
        shop.widget.origins = [found.address]
        shop.widget.save()
        yield found


def settle_down(page: Page | Frame) -> None:
    """All of it is there, and what fades in or moves has arrived: until then its colours are others."""
    page.wait_for_load_state()
    page.evaluate(
        "document.getAnimations().forEach(one => one.effect.getComputedTiming().endTime < Infinity && one.finish())"
    )


def _note(message: ConsoleMessage, complaints: list[str]) -> None:
    # A refused request is the test's own business, told by htmx too; what the browser blocks or can't run never is.
    told = ("Failed to load resource", "htmx:sendError", "htmx:afterRequest")
    if message.type == "error" and not any(part in message.text for part in told):
        complaints.append(message.text)
