"""The verbs of webhooks: set up by admins, told of what happens in the transaction in which it does."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from inbox.agents.models import Agent
from inbox.common.clock import is_moved, now
from inbox.common.text import one_line
from inbox.sla.escalation import is_address
from inbox.webhooks.enums import SUBSCRIBED, News
from inbox.webhooks.models import Webhook, WebhookCall

log = logging.getLogger(__name__)
NAME_LIMIT = 80


class InvalidWebhook(ValueError):
    """What is wrong with it: {field: sentence}."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


def make_webhook(*, name: str, address: str, kinds: Collection[str], by: Agent) -> Webhook:
    """Tell `address` of these kinds of news from now on. Raises `InvalidWebhook`; `PermissionError` for no admin."""
    _must_administer(by)
    return Webhook.objects.create(**_checked(name, address, kinds), made_by=by, created_at=now())


def change_webhook(webhook: Webhook, *, name: str, address: str, kinds: Collection[str], by: Agent) -> Webhook:
    """Name it, its address or its kinds differently; what waits for the old address goes to the new one."""
    _must_administer(by)
    for field, value in _checked(name, address, kinds).items():
        setattr(webhook, field, value)
    webhook.save(update_fields=["name", "address", "kinds"])
    return webhook


def switch_webhook(webhook: Webhook, is_active: bool, *, by: Agent) -> Webhook:
    """Switched off it is told of nothing new, and what waits is given up."""
    _must_administer(by)
    with transaction.atomic():
        webhook.is_active = is_active
        webhook.save(update_fields=["is_active"])
        if not is_active:
            _give_up(webhook, "It was switched off.")
    return webhook


def delete_webhook(webhook: Webhook, *, by: Agent) -> None:
    """It is gone from the list; its calls stay to be looked at until they are old."""
    _must_administer(by)
    with transaction.atomic():
        webhook.is_active, webhook.deleted_at = False, now()
        webhook.save(update_fields=["is_active", "deleted_at"])
        _give_up(webhook, "It was deleted.")


def try_webhook(webhook: Webhook, *, by: Agent) -> WebhookCall:
    """Call it once with nothing but a greeting, switched on or off."""
    _must_administer(by)
    return _call(webhook, News.TEST, {"webhook": {"id": webhook.pk, "name": webhook.name}})


def call_again(call: WebhookCall, *, by: Agent) -> WebhookCall:
    """Another try of a call that was given up."""
    _must_administer(by)
    WebhookCall.objects.filter(pk=call.pk, done_at__isnull=False).exclude(error="").update(
        done_at=None, error="", attempts=0, next_attempt_at=None
    )
    call.refresh_from_db()
    transaction.on_commit(partial(_ring, call.pk))
    return call


def tell(kind: News, data: Mapping[str, Any]) -> None:
    """Let everybody know who subscribed to this kind: calls that are in the database when what happened is."""
    if is_moved():
        # A past that is being made up is news to nobody.
        return
    for webhook in Webhook.objects.filter(is_active=True, kinds__contains=[str(kind)]).order_by("id"):
        _call(webhook, kind, data)


def _call(webhook: Webhook, kind: News, data: Mapping[str, Any]) -> WebhookCall:
    call = WebhookCall.objects.create(webhook=webhook, kind=kind, data=dict(data), made_at=now())
    transaction.on_commit(partial(_ring, call.pk))
    return call


def _ring(call_id: int) -> None:
    """Wake a worker; without the bell the sweep finds the call."""
    try:
        current_app.send_task("inbox.webhooks.tasks.call", (call_id,), retry=False)
    except (OperationalError, OSError) as error:
        log.warning("webhooks: no bell for call %s, the sweep will find it: %s", call_id, error)


def _give_up(webhook: Webhook, why: str) -> None:
    webhook.calls.filter(done_at=None).update(
        done_at=now(), error=why, lease_token=None, lease_until=None, next_attempt_at=None
    )


def _must_administer(by: Agent) -> None:
    if not by.administers:
        raise PermissionError("Only admins set up webhooks.")


def _checked(name: str, address: str, kinds: Collection[str]) -> dict[str, Any]:
    name, address = one_line(name, NAME_LIMIT + 1), address.strip()
    errors: dict[str, str] = {}
    if not name:
        errors["name"] = _("Give it a name.")
    elif len(name) > NAME_LIMIT:
        errors["name"] = _("At most %(count)d characters.") % {"count": NAME_LIMIT}
    if not is_address(address):
        errors["address"] = _("Give an address that starts with https:// or http://.")
    if unknown := sorted(set(kinds) - {str(kind) for kind in SUBSCRIBED}):
        errors["kinds"] = _("There is no such news: %(names)s.") % {"names": ", ".join(unknown)}
    elif not kinds:
        errors["kinds"] = _("Choose at least one.")
    if errors:
        raise InvalidWebhook(errors)
    return {"name": name, "address": address, "kinds": [str(kind) for kind in SUBSCRIBED if str(kind) in kinds]}
