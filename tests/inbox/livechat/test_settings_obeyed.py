"""What is set up for a chat is what its widget is told and what its endpoints do."""

from __future__ import annotations

import pytest

from inbox.chats.form_fields import Question, set_questions
from inbox.chats.models import ChatWidget, Visitor, VisitorStep
from inbox.chats.settings import edit_widget, set_logo, set_origins, set_texts
from inbox.tickets.changes import SYSTEM
from tests import cast, web
from tests.inbox.livechat.browsers import Browser
from tests.inbox.livechat.test_pages import framed, started
from tests.inbox.surveys.test_logos import png

pytestmark = pytest.mark.django_db


@pytest.fixture
def widget(company: None) -> ChatWidget:
    return cast.shop_chat().widget


def test_looks_and_words_are_what_the_widget_is_told(widget: ChatWidget):
    looks = {"side": "left", "offset_x": 3, "offset_y": 90, "theme": "dark"}
    edit_widget(widget, by=SYSTEM, colour="#aa3300", **looks)
    edit_widget(
        widget, by=SYSTEM, plays_sound=False, takes_files=False, follows_pages=False, asks_consent=True,
        shows_read_marks=False,
    )  # fmt: skip
    set_origins(widget, ["https://*.outlet.example"], by=SYSTEM)
    set_texts(widget, {"en": {"launcher": "Ask us", "title": "Shop", "greeting": "Hi!", "consent": "OK?"}}, by=SYSTEM)
    set_questions(widget, [Question("email", is_required=True, labels={"en": "Your mail"})], by=SYSTEM)
    launcher, frame = started(widget.channel), framed(widget.channel)
    assert {name: launcher[name] for name in looks} == looks
    assert [launcher[name] for name in ("origins", "launcher", "asks_consent", "follows_pages")] == [
        ["https://*.outlet.example"], "Ask us", True, False,
    ]  # fmt: skip
    told = ("title", "greeting", "consent_text", "plays_sound", "takes_files", "shows_read_marks")
    assert [frame[name] for name in told] == ["Shop", "Hi!", "OK?", False, False, False]
    assert [(one["label"], one["required"]) for one in frame["fields"]] == [("Your mail", True)]


def test_a_logo_is_served_to_visitors_until_it_is_taken_away(widget: ChatWidget):
    kept = set_logo(widget, png(), by=SYSTEM).logo
    address = framed(widget.channel)["logo"]
    shown = web.Visitor().get(address)
    set_logo(widget, None, by=SYSTEM)
    assert (kept in address, shown.content, shown["Content-Type"], web.Visitor().get(address).status_code) == (
        True,
        png(),
        "image/png",
        404,
    )
    assert framed(widget.channel)["logo"] == ""


def test_of_a_visitor_who_is_not_followed_only_the_site_is_known(widget: ChatWidget):
    edit_widget(widget, by=SYSTEM, follows_pages=False)
    browser = Browser(widget.channel)
    browser.opens()
    event = {"kind": "event", "name": "sale", "url": "https://shop.example/cart"}
    browser.post("steps", page={"url": "https://shop.example/cart", "title": "Cart"}, steps=[event])
    visitor = Visitor.objects.get()
    trail = list(VisitorStep.objects.order_by("id").values_list("kind", "url", "title"))
    assert (visitor.page_url, visitor.page_title, visitor.referrer, trail) == (
        "https://shop.example/",
        "",
        "",
        [("page", "https://shop.example/", ""), ("event", "", "sale")],
    )
