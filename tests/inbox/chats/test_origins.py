"""Which sites may show a chat, and how people write them down."""

from __future__ import annotations

import pytest

from inbox.chats.models import ChatWidget
from inbox.chats.origins import InvalidOrigin, is_among, last_foreign, note_foreign, origin_in, origins_in
from inbox.common.clock import now
from tests import cast


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://shop.example", "https://shop.example"),
        (" Shop.Example/cart?x=1 ", "https://shop.example"),
        ("https://shop.example:443/", "https://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("https://*.shop.example", "https://*.shop.example"),
        ("*.shop.example", "https://*.shop.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
    ],
)
def test_a_site_is_understood_however_it_is_written(written: str, meant: str):
    assert origin_in(written) == meant


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("http://shop.example", "not safe"),
        ("ftp://shop.example", "not safe"),
        ("javascript:alert(1)", "no site"),
        ("https://", "no site"),
        ("shop", "no site"),
        ("https://shop.example; script-src *", "no site"),
        ("https://a@shop.example", "no site"),
        ("https://shop.example:99999", "no site"),
        ("https://shop_1.example", "no site"),
        ("*", "no site"),
        ("https://*.example", "too wide"),
        ("https://*.localhost", "too wide"),
        ("https://a.*.example", "no site"),
    ],
)
def test_what_is_no_site_is_refused_with_what_to_write(written: str, why: str):
    with pytest.raises(InvalidOrigin, match=why):
        origin_in(written)


def test_lines_are_taken_once_each_and_every_mistake_is_told():
    found, wrong = origins_in(["shop.example", "", "https://SHOP.example/", "http://a.example", "b"])
    assert (found, len(wrong)) == (["https://shop.example"], 2)


@pytest.mark.parametrize(
    ("origin", "may"),
    [
        ("https://shop.example", True),
        ("https://www.outlet.example", True),
        ("https://a.b.outlet.example", True),
        ("http://localhost:8080", True),
        ("https://outlet.example", False),
        ("https://evil-outlet.example", False),
        ("https://shop.example.evil.example", False),
        ("https://shop.example:8443", False),
        ("http://shop.example", False),
        ("null", False),
        ("", False),
        ("https://*.outlet.example", False),
    ],
)
def test_only_pages_of_the_named_sites_may_show_the_chat(origin: str, may: bool):
    allowed = ["https://shop.example", "https://*.outlet.example", "http://localhost:8080"]
    assert is_among(origin, allowed) is may


@pytest.mark.django_db
def test_who_sets_it_up_is_told_of_another_site_until_it_is_allowed(company: None):
    widget = ChatWidget.objects.get(channel=cast.shop_chat())
    before, at = last_foreign(widget), now()
    note_foreign(widget, "https://copycat.example", at=at)
    told = last_foreign(widget)
    widget.origins = [*widget.origins, "https://*.copycat.example", "https://copycat.example"]
    assert (before, told and (told.origin, told.at), last_foreign(widget)) == (
        None,
        ("https://copycat.example", at),
        None,
    )
