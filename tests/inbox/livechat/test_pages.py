"""What a site embeds: the loader, its channel's words, and a frame that only allowed sites may have in a page."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest

from inbox.channels.models import Channel
from inbox.chats.models import ChatWidgetText, WidgetField
from inbox.chats.origins import last_foreign
from inbox.livechat.config import colours_of
from inbox.surveys.colours import contrast
from tests import cast
from tests.web import Visitor

pytestmark = pytest.mark.django_db
#: Bytes that a page loads before anybody has opened a chat.
MOST_LOADER = 10 * 1024


@pytest.fixture
def shop(company: None) -> Channel:
    return cast.shop_chat()


def started(shop: Channel, **asked: Any) -> dict[str, Any]:
    answer = Visitor().get(f"/chat/{shop.address}/start.js", asked)
    found = re.fullmatch(r"inboxChat\.start\((.*)\);", answer.content.decode())
    assert found
    return dict(json.loads(found[1]))


def framed(shop: Channel, **asked: Any) -> dict[str, Any]:
    answer = Visitor().get(f"/chat/{shop.address}/frame/", asked)
    found = re.search(r'<script id="config" type="application/json">(.*?)</script>', answer.content.decode())
    assert found
    return dict(json.loads(found[1]))


def test_the_loader_is_small_and_asked_for_again_only_when_it_changed(company: None) -> None:
    answer = Visitor().get("/chat.js", headers={"Accept-Encoding": "gzip"})
    again = Visitor().get("/chat.js", headers={"If-None-Match": answer["ETag"]})
    assert (len(answer.content) <= MOST_LOADER, b"inboxChat" in gzip.decompress(answer.content), again.status_code) == (
        True,
        True,
        304,
    )


def test_only_its_sites_and_we_ourselves_may_frame_a_chat(shop: Channel) -> None:
    shop.widget.origins = ["https://shop.example", "https://*.shop.example", "javascript:x; script-src *"]
    shop.widget.save()
    answer = Visitor().get(f"/chat/{shop.address}/frame/")
    policy = answer["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://shop.example https://*.shop.example")
    assert ("X-Frame-Options" in answer, "unsafe" in policy) == (False, False)
    assert started(shop)["origins"] == ["https://shop.example", "https://*.shop.example"]


def test_the_words_follow_the_page_and_fall_back_to_the_channel(shop: Channel) -> None:
    ChatWidgetText.objects.create(widget=shop.widget, language="en", title="Talk to Nordlys", greeting="Hi!")
    ChatWidgetText.objects.create(widget=shop.widget, language="ru", title="Напишите нам", greeting="Привет!")
    told = {wanted: framed(shop, language=wanted) for wanted in ("ru-RU", "zh-TW", "zh_CN", "fr", "")}
    assert {wanted: (one["language"], one["greeting"]) for wanted, one in told.items()} == {
        "ru-RU": ("ru", "Привет!"),
        "zh-TW": ("zh-hant", "Hi!"),
        "zh_CN": ("zh-hans", "Hi!"),
        "fr": ("en", "Hi!"),
        "": ("en", "Hi!"),
    }


def test_the_form_asks_in_the_visitors_language_and_closed_fields_only_when_closed(shop: Channel) -> None:
    WidgetField.objects.create(widget=shop.widget, asked="email", is_required=True)
    WidgetField.objects.create(
        widget=shop.widget, asked="topic", position=1, labels={"ru": "Тема"}, choices={"ru": ["Заказы"]}
    )
    WidgetField.objects.create(widget=shop.widget, asked="phone", position=2, when_closed_only=True)
    asked = [(one["name"], one["choices"], one["required"]) for one in framed(shop, language="ru")["fields"]]
    assert asked == [("email", [], True), ("topic", ["Заказы"], False)]


def test_a_page_of_another_site_that_asks_is_remembered_for_whoever_sets_the_chat_up(shop: Channel) -> None:
    for page in ("https://shop.example/boots", "https://other.example/"):
        Visitor().get(f"/chat/{shop.address}/start.js", headers={"Referer": page})
    found = last_foreign(shop.widget)
    assert found
    assert found.origin == "https://other.example"


def test_whoever_is_signed_in_may_try_a_chat_on_a_page_of_ours(shop: Channel) -> None:
    client = Visitor()
    client.force_login(cast.ada())
    page = client.get(f"/chat/{shop.address}/try/", {"language": "ru", "theme": "dark"}).content.decode()
    assert f'data-channel="{shop.address}" data-language="ru" data-theme="dark"' in page
    assert (client.get("/chat/nobody/try/").status_code, client.get("/chat/nobody/frame/").status_code) == (404, 404)


@pytest.mark.parametrize("colour", ["#ffd400", "#ffffff", "#1b1b1b", "#7f7f7f", "#2f6f5e", "#e5484d", "nonsense"])
def test_whatever_the_brand_its_words_can_be_read_by_day_and_by_night(colour: str) -> None:
    for theme, ground in (("light", "#ffffff"), ("dark", "#17191c")):
        found = colours_of(colour)[theme]
        read = [contrast(found["fill"], found["ink"]), contrast(found["accent"], ground)]
        assert min(*read, contrast(found["accent"], found["soft"])) >= 4.5
        assert contrast(found["fill"], ground) > 1.2
