"""The bell that open pages hear."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from django.conf import LazySettings

from inbox.live.announce import announce, bell, channel


def test_who_uses_another_database_of_the_same_redis_is_not_heard(settings: LazySettings) -> None:
    ours, others = settings.REDIS_URL, urlsplit(settings.REDIS_URL)._replace(path="/0").geturl()
    with bell().pubsub() as heard:
        heard.subscribe(channel())
        assert heard.get_message(timeout=30), "nobody listens"
        for ring, url in enumerate((others, ours)):
            settings.REDIS_URL = url
            announce("ticket", {"ticket": ring})
        news = heard.get_message(timeout=30)
    assert news
    assert json.loads(news["data"]) == {"topic": "ticket", "ticket": 1}
