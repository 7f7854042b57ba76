"""Reading pages as people do: by what stands on them."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from django.http import HttpResponse


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def text_of(response: HttpResponse | str) -> str:
    """All words of a page on one line."""
    parser = _Words()
    parser.feed(response if isinstance(response, str) else response.content.decode())
    return " ".join(" ".join(parser.words).split())


def part(response: HttpResponse, opening: str, closing: str) -> str:
    """The markup between two marks, both left out."""
    return response.content.decode().partition(opening)[2].partition(closing)[0]


def subjects(response: HttpResponse) -> list[str]:
    """The subjects of the rows, from top to bottom."""
    return [unescape(one) for one in re.findall(r'class="row-subject one-line">([^<]*)<', response.content.decode())]


def value(response: HttpResponse, name: str) -> str:
    """The value of the hidden field `name`."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"there is no field {name}"
    return unescape(found[1])
