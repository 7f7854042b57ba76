"""What a page may run: only its own files. The pages themselves hold nothing else."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.workspace import bundle
from inbox.workspace.icons import UnknownIcon, drawn

PAGES = (
    "/account/login/",
    "/profile/",
    "/channels/",
    "/channels/new/",
    "/channels/new/email/",
    "/channels/new/telegram/",
    "/channels/new/livechat/",
    "/channels/quarantine/",
    "/outbox/",
    "/settings/surveys/",
    "/settings/surveys/new/",
    "/settings/surveys/campaigns/",
    "/settings/webhooks/",
    "/reports/surveys/",
    "/reports/surveys/comments/",
    "/nix/",
)
TEMPLATES = bundle.SOURCES.parents[1] / "templates"


@pytest.mark.parametrize("address", PAGES)
def test_no_page_may_run_what_is_not_a_file_of_ours(
    screen: Callable[[Agent], Client], maja: Agent, support: Channel, address: str
) -> None:
    answer = screen(maja).get(address, follow=True)
    policy = answer.headers["Content-Security-Policy"]
    assert ("unsafe" in policy, "default-src 'none'" in policy, "script-src 'self';" in policy) == (False, True, True)


@pytest.mark.parametrize("address", PAGES)
def test_no_page_holds_scripts_styles_or_handlers_of_its_own(
    screen: Callable[[Agent], Client], maja: Agent, support: Channel, address: str
) -> None:
    html = screen(maja).get(address, follow=True).content.decode()
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|\shx-on|javascript:", html)
    assert inline == []


def test_a_page_loads_one_stylesheet_two_scripts_and_at_most_150_kilobytes_compressed(
    screen: Callable[[Agent], Client], maja: Agent
) -> None:
    html = screen(maja).get("/profile/").content.decode()
    loaded = re.findall(r'(?:src|href)="/static/([^"]+\.(?:css|js))"', html)
    size = sum(len(gzip.compress(Path(finders.find(path)).read_bytes())) for path in loaded)
    assert ([path.rsplit(".", 1)[1] for path in loaded], size < 150_000) == (["css", "js", "js"], True)


def test_every_part_of_the_stylesheet_stands_in_its_layer() -> None:
    astray = []
    for part in bundle.css_parts():
        layer = part.parent.name if part.parent.name in bundle.LAYERS else part.stem
        text = re.sub(r"/\*.*?\*/", "", part.read_text(), flags=re.DOTALL).strip()
        if not text.startswith(f"@layer {layer} {{") or text.count("{") != text.count("}"):
            astray.append(part.name)
    assert astray == []


def test_every_icon_a_template_names_exists() -> None:
    missing = []
    for template in TEMPLATES.rglob("*.html"):
        for name in re.findall(r'{% icon "([^"]+)"', template.read_text()):
            try:
                drawn(name)
            except UnknownIcon:
                missing.append(f"{template.name}: {name}")
    assert missing == []


def test_every_template_can_be_read() -> None:
    for path in TEMPLATES.rglob("*.html"):
        get_template(str(path.relative_to(TEMPLATES)))
