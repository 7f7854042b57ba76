"""After a test that commits, only what migrations filled is there."""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from inbox.channels.models import Channel
from tests.emptying import empty
from tests.inbox.mails import arrives, mail


def test_whatever_is_committed_goes_and_kinds_and_permissions_stay(transactional_db: None, support: Channel) -> None:
    arrives(support, mail())
    kept = {ContentType: ContentType.objects.count(), Permission: Permission.objects.count()}
    empty()
    left = {model: model._default_manager.count() for model in apps.get_models(include_auto_created=True)}
    assert ({model: count for model, count in left.items() if count}, 0 in kept.values()) == (kept, False)
