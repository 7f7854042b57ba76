"""The pages on which admins set up who is told of surveys."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from inbox.agents.models import Agent
from inbox.webhooks import calling
from inbox.webhooks.models import Webhook, WebhookCall
from tests.inbox.workspace.pages import text_of

Screen = Callable[[Agent], Client]
HOOK = {"name": "Warehouse", "address": "http://127.0.0.1:9/hook", "kinds": ["answer.given", "invitation.sent"]}


def test_a_webhook_is_added_tried_switched_off_and_deleted(screen: Screen, maja: Agent) -> None:
    page = screen(maja)
    added = page.post("/settings/webhooks/", HOOK, follow=True)
    address = f"/settings/webhooks/{Webhook.objects.get().pk}/"
    page.post(f"{address}test/")
    waits = text_of(page.get(address))
    calling.call(WebhookCall.objects.get().pk)
    failed, why = text_of(page.get(address)), WebhookCall.objects.get().error
    page.post(f"{address}switch/", {"on": "0"})
    given_up = text_of(page.get(address))
    again = page.post(f"/settings/webhooks/calls/{WebhookCall.objects.get().pk}/attempt/", follow=True)
    page.post(f"{address}removal/")
    listed = text_of(page.get("/settings/webhooks/"))
    assert (
        "Warehouse is told from now on." in text_of(added),
        "A test test" in waits and "waits" in waits,
        bool(why) and why in failed and "again" in failed,
        "It was switched off." in given_up and "switched off" in given_up,
        "It is being tried again." in text_of(again),
        "Nobody is told yet" in listed,
    ) == (True,) * 6


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(screen: Screen, maja: Agent) -> None:
    told = screen(maja).post("/settings/webhooks/", {"name": "Warehouse", "address": "warehouse"})
    text, body = text_of(told), told.content.decode()
    assert (
        "Give an address that starts with https:// or http://." in text,
        "Choose at least one." in text,
        'value="warehouse"' in body,
        Webhook.objects.count(),
    ) == (True, True, True, 0)


def test_what_was_told_is_shown_escaped(screen: Screen, maja: Agent) -> None:
    page = screen(maja)
    page.post("/settings/webhooks/", HOOK)
    hook = Webhook.objects.get()
    WebhookCall.objects.create(webhook=hook, kind="answer.given", data={"comment": "<b>Slow</b>"})
    body = page.get(f"/settings/webhooks/{hook.pk}/").content.decode()
    assert ("&lt;b&gt;Slow&lt;/b&gt;" in body, "<b>Slow" in body) == (True, False)
