"""Whatever the widget asks for, without its visitor's token it gets nothing."""

from __future__ import annotations

import pytest
from django.urls import URLPattern

from inbox.livechat.urls import urlpatterns
from inbox.tickets.models import Message
from tests import cast
from tests.inbox.livechat.browsers import Browser

pytestmark = pytest.mark.django_db

#: The answer without a token, with one of another chat, and whom it is for.
NOBODY = {
    "conversation": ("GET", 401),
    "messages": ("POST", 401),
    "typing": ("POST", 401),
    "read": ("POST", 401),
    "end": ("POST", 401),
    "steps": ("POST", 401),
    "upload": ("POST", 401),
    "contact": ("POST", 401),
    "transcript": ("POST", 401),
    "survey": ("POST", 401),
    "file": ("GET", 404),
    "picture": ("GET", 404),
    "logo": ("GET", 404),
    # Whoever embeds the chat asks for these; to try it, one of us signs in.
    "frame": ("GET", 200),
    "config": ("GET", 200),
    "try": ("GET", 302),
    # Whoever arrives without having been given the frame's page is none of its visitors.
    "session": ("POST", 403),
}
#: Answered with a stream, so asked over a real connection; scripts, which are for everybody: `test_pages`.
ELSEWHERE = {"stream", "loader", "start"}
_PLACES = {"upload": "files", "file": "files/1-aaaa", "picture": "pictures/abc", "logo": "logo/abc"}


def test_every_route_has_a_row() -> None:
    assert {one.name for one in urlpatterns if isinstance(one, URLPattern)} == set(NOBODY) | ELSEWHERE


@pytest.mark.parametrize("token", ["", "nonsense", "another chat's"])
def test_without_its_token_nothing_is_told(company: None, token: str) -> None:
    told, elsewhere = Browser(cast.shop_chat()), Browser(cast.other_chat())
    elsewhere.opens()
    told.token = elsewhere.token if token == "another chat's" else token
    statuses = {}
    for name, (method, _) in NOBODY.items():
        ask = told.get if method == "GET" else told.post
        statuses[name] = ask(_PLACES.get(name, name)).status_code
    assert statuses == {name: status for name, (_, status) in NOBODY.items()}
    assert not Message.objects.exists()
