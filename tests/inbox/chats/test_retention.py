"""What is let go of, and what is not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from inbox.chats.models import ChatWidget, Visitor, VisitorStep
from inbox.chats.retention import UPLOADS_KEPT, forget
from inbox.chats.trust_models import ChatUpload
from inbox.common.clock import now
from inbox.tickets.files import forget_unused, path_of
from inbox.tickets.models import Attachment
from tests import cast
from tests.inbox.livechat.browsers import Browser

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=91)


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def arrived() -> Browser:
    browser = Browser(cast.shop_chat())
    browser.opens()
    return browser


def is_stored(sha256: str) -> bool:
    return default_storage.exists(path_of(sha256))


def test_trails_and_visitors_who_never_wrote_are_forgotten_after_a_while(company: None) -> None:
    silent, spoke, lately, blocked = (arrived() for _ in range(4))
    spoke.says("Hello")
    old = Visitor.objects.order_by("id")
    pks = list(old.values_list("pk", flat=True))
    Visitor.objects.filter(pk__in=[pks[0], pks[1], pks[3]]).update(seen_at=now() - LONG_AGO)
    Visitor.objects.filter(pk=pks[3]).update(blocked_at=now())
    VisitorStep.objects.filter(visitor=pks[1]).update(at=now() - LONG_AGO)
    more = forget()
    left = (
        list(old.values_list("pk", flat=True)),
        list(VisitorStep.objects.order_by("visitor").values_list("visitor", flat=True)),
    )
    assert (more, left, spoke.texts()) == (False, (pks[1:], pks[2:]), ["Hello"])
    assert (silent.get("conversation").status_code, lately.get("conversation").status_code) == (401, 200)
    assert blocked.get("conversation").status_code == 403


def test_nothing_is_forgotten_where_that_is_wished(company: None, settings: Any) -> None:
    settings.CHAT_TRAIL_DAYS = 0
    arrived()
    Visitor.objects.update(seen_at=now() - LONG_AGO)
    VisitorStep.objects.update(at=now() - LONG_AGO)
    forget()
    assert (Visitor.objects.count(), VisitorStep.objects.count()) == (1, 1)


def test_a_file_that_came_into_no_message_goes_after_a_day_and_others_stay(company: None) -> None:
    browser = arrived()
    sent, left, logo, fresh = (browser.sends("a.txt", word.encode()).json()["id"] for word in ("1", "2", "3", "4"))
    browser.says("Here", files=[sent])
    hashes = list(ChatUpload.objects.order_by("id").values_list("sha256", flat=True))
    ChatWidget.objects.update(logo=hashes[2])
    kept = [is_stored(one) for one in hashes]
    ChatUpload.objects.exclude(sha256=hashes[3]).update(uploaded_at=now() - UPLOADS_KEPT - timedelta(seconds=1))
    forget()
    forget_unused(hashes)
    assert (kept, [is_stored(one) for one in hashes], list(ChatUpload.objects.values_list("sha256", flat=True))) == (
        [True] * 4,
        [True, False, True, True],
        [hashes[3]],
    )
    assert len({left, logo, fresh}) == 3
    assert Attachment.objects.get().sha256 == hashes[0]
