"""Other systems hear of invitations, answers and follow-ups: signed, once each, again until they take it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings

from channels_adapters import network, standard_webhooks
from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.escalations import hooks
from inbox.surveys.actions import answer, send_due
from inbox.surveys.models import Invitation, SurveyVersion
from inbox.tickets.actions import reopen, resolve
from inbox.webhooks import calling
from inbox.webhooks.actions import (
    InvalidWebhook,
    call_again,
    change_webhook,
    delete_webhook,
    make_webhook,
    switch_webhook,
    try_webhook,
)
from inbox.webhooks.enums import SUBSCRIBED, News
from inbox.webhooks.models import Webhook, WebhookCall
from tests.inbox.surveys.stories import DAY, HOUR, NOON, answered, settled, written
from tests.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    network.allow(["127.0.0.1"])
    yield receiver
    network.allow(settings.OUTGOING_ALLOW)
    receiver.stop()


@pytest.fixture
def webhook(maja: Agent, receiver: Receiver) -> Webhook:
    return make_webhook(name="Warehouse", address=receiver.address, kinds=SUBSCRIBED, by=maja)


def made() -> list[str]:
    return list(WebhookCall.objects.order_by("id").values_list("kind", flat=True))


def call_all() -> list[bool]:
    return [calling.call(call_id) for call_id in calling.waiting()]


def test_what_becomes_of_a_survey_is_told_step_by_step(
    webhook: Webhook, receiver: Receiver, support: Channel, ada: Agent
) -> None:
    ticket = settled(support, ada)
    send_due(NOON + 2 * DAY)
    invitation = Invitation.objects.get()
    answer(invitation, 1, "The <label>.", at=NOON + 2 * DAY + HOUR)
    answer(invitation, 2, at=NOON + 2 * DAY + 2 * HOUR)
    call_all()
    headers, body = receiver.calls[2]
    told = json.loads(body)
    standard_webhooks.check([hooks.signing_secret()], headers, body, datetime.now(UTC))
    assert (
        [json.loads(body)["type"] for _headers, body in receiver.calls],
        (told["data"]["answer"]["score"], told["data"]["answer"]["comment"], told["data"]["answer"]["ease"]),
        (told["data"]["invitation"]["ticket"]["ref"], told["data"]["invitation"]["survey"]["kind"]),
    ) == (
        ["invitation.scheduled", "invitation.sent", "answer.given", "follow_up.opened", "answer.changed"],
        (1, "The <label>.", 0.0),
        (ticket.ref, "ces"),
    )


def test_only_what_was_subscribed_to_is_told(maja: Agent, receiver: Receiver, support: Channel, ada: Agent) -> None:
    make_webhook(name="Reasons", address=receiver.address, kinds=[News.SUPPRESSED, News.CANCELLED], by=maja)
    resolve(written(support, 1), by=ada, at=NOON + HOUR)
    reopened = settled(support, ada, 2, name="Kay Ito", address="kay@ito.example")
    reopen(reopened, by=ada, at=NOON + 3 * HOUR)
    assert [
        (call.kind, call.data["invitation"]["not_asked_because"]) for call in WebhookCall.objects.order_by("id")
    ] == [
        ("invitation.suppressed", "no_human_reply"),
        ("invitation.cancelled", ""),
    ]


def test_nobody_hears_of_an_anonymous_answer(webhook: Webhook, support: Channel, ada: Agent) -> None:
    settled(support, ada)
    SurveyVersion.objects.update(is_anonymous=True)
    send_due(NOON + 2 * DAY)
    answer(Invitation.objects.get(), 1, "Slow.", at=NOON + 2 * DAY + HOUR)
    assert made() == ["invitation.scheduled", "invitation.sent"]


def test_a_call_that_is_not_taken_is_made_again_and_one_that_is_gone_is_given_up(
    webhook: Webhook, receiver: Receiver, maja: Agent
) -> None:
    receiver.statuses = [503, 204, 410]
    first = try_webhook(webhook, by=maja)
    tried = [calling.call(first.pk)]
    WebhookCall.objects.update(next_attempt_at=None)
    tried.append(calling.call(first.pk))
    gone = try_webhook(webhook, by=maja)
    tried.append(calling.call(gone.pk))
    first.refresh_from_db()
    gone.refresh_from_db()
    identifiers = [headers["webhook-id"] for headers, _body in receiver.calls]
    assert (tried, first.error, gone.error, gone.done_at is not None, identifiers[0] == identifiers[1]) == (
        [False, True, False],
        "",
        "HTTP 410",
        True,
        True,
    )
    assert calling.call(call_again(gone, by=maja).pk)


def test_nobody_is_told_by_an_address_that_was_switched_off_or_deleted(
    webhook: Webhook, receiver: Receiver, maja: Agent, support: Channel, ada: Agent
) -> None:
    settled(support, ada)
    switch_webhook(webhook, False, by=maja)
    answered(written(support, 2, name="Kay Ito", address="kay@ito.example"), ada)
    switch_webhook(webhook, True, by=maja)
    try_webhook(webhook, by=maja)
    delete_webhook(webhook, by=maja)
    assert (
        call_all(),
        receiver.calls,
        list(WebhookCall.objects.order_by("id").values_list("kind", "error")),
    ) == ([], [], [("invitation.scheduled", "It was switched off."), ("test", "It was deleted.")])


def test_what_was_done_long_ago_is_forgotten(webhook: Webhook, maja: Agent) -> None:
    call = try_webhook(webhook, by=maja)
    calling.call(call.pk)
    kept = calling.forget_old()
    WebhookCall.objects.update(done_at=NOON - 31 * DAY)
    assert (kept, calling.forget_old(), WebhookCall.objects.count()) == (0, 1, 0)


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"name": " "}, {"name": "Give it a name."}),
        ({"address": "ftp://x.example"}, {"address": "Give an address that starts with https:// or http://."}),
        ({"address": "https://user@x.example"}, {"address": "Give an address that starts with https:// or http://."}),
        ({"kinds": []}, {"kinds": "Choose at least one."}),
        ({"kinds": ["test"]}, {"kinds": "There is no such news: test."}),
    ],
)
def test_bad_input_is_told_by_its_field(
    webhook: Webhook, maja: Agent, values: dict[str, object], errors: dict[str, str]
) -> None:
    given = {"name": "Warehouse", "address": "https://x.example", "kinds": ["answer.given"], **values}
    with pytest.raises(InvalidWebhook) as caught:
        change_webhook(webhook, **given, by=maja)
    assert caught.value.errors == errors


def test_agents_set_up_nothing(webhook: Webhook, ada: Agent) -> None:
    with pytest.raises(PermissionError):
        switch_webhook(webhook, False, by=ada)
