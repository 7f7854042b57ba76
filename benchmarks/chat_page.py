"""What the chat costs a site's page: bytes, requests, processor time of its main thread, layout shift.

    python -m benchmarks.chat_page --runs 9

The page stands on another origin than the product and allows nothing inline. Each way is loaded in a browser without a
cache, and the ways take turns; the figures are medians. `idle` is the page with the launcher while pages are followed,
`open` the same after the chat was opened for the first time.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.scratch import database

_SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 200);
})"""
_FIGURES = ("KB", "requests", "thread ms", "scripts ms", "layout shift")


def main() -> None:
    """Measure and print a table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=9)
    runs = asked.parse_args().runs
    # Playwright's synchronous interface keeps an event loop in this thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with database(), _embedded() as (plain, embedding):
        found: dict[str, list[list[float]]] = {"without": [], "idle": [], "open": []}
        with _browser() as browser:
            for _ in range(runs):
                found["without"].append(_measure(browser, plain))
                found["idle"].append(_measure(browser, embedding))
                found["open"].append(_measure(browser, embedding, is_opened=True))
    print(f"{'':10}" + "".join(f"{name:>14}" for name in _FIGURES))
    for way, rows in found.items():
        print(f"{way:10}" + "".join(f"{median(column):14.2f}" for column in zip(*rows, strict=True)))


@contextmanager
def _embedded() -> Iterator[tuple[str, str]]:
    """The product with a chat, and a site: the addresses of its page without the chat and with it."""
    from django.core.management import call_command

    from inbox.chats.actions import open_chat
    from tests.browser.host import hosting
    from tests.web import serving

    call_command("collectstatic", interactive=False, verbosity=0)
    chat = open_chat(name="Shop", brand="Shop")
    log = Path(tempfile.mkdtemp()) / "web.log"
    with serving(log, STATIC_FROM_SOURCE="0") as site, hosting(site) as host:
        host.key = chat.address
        chat.widget.origins = [host.address]
        chat.widget.save()
        yield f"{host.address}/plain", host.address


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    from config.pytest_boot import chromium
    from tests.browser.conftest import FLAGS

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield browser
        browser.close()


def _measure(browser: Any, address: str, *, is_opened: bool = False) -> list[float]:
    """The figures of one load. Bytes and requests are those beyond the page's own two files."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    answers: list[Any] = []
    page.on("requestfinished", lambda request: answers.append(request))
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(address)
    # Waiting for elements would be scripts of our own in the page that is measured.
    page.wait_for_timeout(4000)
    if is_opened:
        page.evaluate("inboxChat.open()")
        page.wait_for_timeout(3000)
    spent = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    shift = page.evaluate(_SHIFTS)
    own = address.removesuffix("/plain")
    added = [one for one in answers if not one.url.startswith(own)]
    size = sum(one.sizes()["responseBodySize"] + one.sizes()["responseHeadersSize"] for one in added)
    context.close()
    return [size / 1024, len(added), spent["ThreadTime"] * 1000, spent["ScriptDuration"] * 1000, shift]


if __name__ == "__main__":
    main()
