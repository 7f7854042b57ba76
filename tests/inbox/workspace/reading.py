"""Somebody who reads the report pages."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from inbox.common.clock import moved_to
from tests.inbox.reports.stories import NOW
from tests.inbox.workspace.pages import part, text_of

LEVELS = "/reports/?period=7"


class Reader:
    """A lead at her screen on that Friday at noon."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, address: str):
        with moved_to(NOW):
            return self.client.get(unescape(address))

    def card(self, heading: str, address: str = LEVELS) -> str:
        """The words of the section with this heading id."""
        return text_of(part(self.get(address), f'aria-labelledby="{heading}">', "</section>"))

    def tickets(self, address: str) -> list[str]:
        """Whose tickets a link of the page lists."""
        body = self.get(address).content.decode()
        return re.findall(r"</svg>\s*(\w+)</td>", body)
