"""Connecting an account of a network: the guided page, the registration, and the first sign that it arrives."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.test import Client, override_settings

from channels_adapters.registry import kinds
from inbox.agents.models import Agent
from inbox.channels.access import hook_address, opened
from inbox.channels.models import Channel
from tests.inbox.workspace.pages import text_of
from tests.networks import telegram
from tests.networks.telegram import TOKEN, TelegramServer
from tests.web import Visitor

Screen = Callable[[Agent], Client]
BOT = {
    "name": "Shop bot",
    "address": "nordlys_help_bot",
    "language": "en",
    "network_bot_token": TOKEN,
    "network_receiving": "webhook",
}
PAGE = {"name": "Page", "address": "1234567890", "language": "en"}


@pytest.fixture
def network() -> Iterator[TelegramServer]:
    with override_settings(SITE_URL="https://help.nordlys.example"), TelegramServer() as server:
        yield server


def carried(page: str) -> dict[str, str]:
    """What the form brings along without its reader."""
    return dict(re.findall(r'<input type="hidden" name="(drawn|kept)" value="([^"]*)">', page))


def shown(page: str) -> list[str]:
    """What is there to be copied."""
    return re.findall(r'<copy-text class="copy"><input[^>]* value="([^"]*)"', page)


def test_every_kind_has_a_card_that_leads_to_its_page_mail_and_chat_first(screen: Screen, maja: Agent) -> None:
    client = screen(maja)
    listed = re.findall(r'class="kind-link" href="/channels/new/(\w+)/"', client.get("/channels/new/").content.decode())
    pages = {kind: client.get(f"/channels/new/{kind}/").status_code for kind in listed}
    assert (listed[:2], sorted(listed), set(pages.values())) == (["email", "livechat"], sorted(kinds()), {200})


def test_the_address_is_shown_before_anything_is_saved_and_is_the_one_that_is_registered(
    screen: Screen, maja: Agent, network: TelegramServer
) -> None:
    client = screen(maja)
    page = client.get("/channels/new/telegram/").content.decode()
    secret, address = sorted(shown(page), key=lambda one: "/" in one)
    answer = client.post("/channels/new/telegram/", {**BOT, **carried(page)})
    made = Channel.objects.get()
    connecting = client.get(answer["Location"]).content.decode()
    tried = client.post(f"/channels/{made.pk}/check/", {"register": "1"})
    assert (answer["Location"], hook_address(made), opened(made.secrets)) == (
        f"/channels/{made.pk}/connecting/",
        address,
        {"bot_token": TOKEN, "secret_token": secret},
    )
    assert (network.webhook["url"], secret in connecting, "log-line over" in tried.content.decode()) == (
        address,
        True,
        False,
    )


def test_the_test_alone_registers_nothing(screen: Screen, maja: Agent, network: TelegramServer) -> None:
    client = screen(maja)
    client.post("/channels/new/telegram/", BOT)
    client.post(f"/channels/{Channel.objects.get().pk}/check/")
    assert (network.webhook, [asked.path.rpartition("/")[2] for asked in network.journal]) == (
        {},
        ["getMe", "getWebhookInfo"],
    )


def test_the_page_tells_live_of_the_first_request_and_then_forgets_what_was_to_be_copied(
    screen: Screen, maja: Agent, network: TelegramServer
) -> None:
    client = screen(maja)
    client.post("/channels/new/telegram/", BOT)
    made = Channel.objects.get()
    secret = opened(made.secrets)["secret_token"]
    told = [text_of(client.get(f"/channels/{made.pk}/hook/signs/"))]
    for word in ("wrong", secret):
        request = telegram.webhook(telegram.update(message=telegram.message(text="Hi")), hook_address(made), word)
        Visitor().post(hook_address(made), request.body, content_type="application/json", headers=dict(request.headers))
        told.append(text_of(client.get(f"/channels/{made.pk}/hook/signs/")))
    words = ("No request has arrived", "was refused", "First request received")
    seen = [[word for word in words if word in one] for one in told]
    assert seen == [[words[0]], [*words[:2]], [words[2]]]
    assert secret not in client.get(f"/channels/{made.pk}/connecting/").content.decode()


def test_what_was_typed_is_kept_while_the_form_is_wrong_and_no_secret_is_ever_shown(
    screen: Screen, maja: Agent
) -> None:
    client = screen(maja)
    first = client.get("/channels/new/telegram/").content.decode()
    wrong = client.post("/channels/new/telegram/", {**BOT, "address": "", **carried(first)}).content.decode()
    again = {**BOT, "network_bot_token": "", **carried(wrong)}
    client.post("/channels/new/telegram/", again)
    assert (TOKEN in wrong, shown(wrong) == shown(first), "Entered. Leave it empty" in wrong) == (False, True, True)
    assert opened(Channel.objects.get().secrets)["bot_token"] == TOKEN


def test_what_the_form_carries_can_not_be_made_up(screen: Screen, maja: Agent) -> None:
    made_up = {"drawn": "abcdefghijklmnopqrstuvwxyz234567", "kept": "gAAAAA"}
    answer = screen(maja).post("/channels/new/telegram/", {**BOT, "network_bot_token": "", **made_up})
    assert (answer.status_code, Channel.objects.count()) == (200, 0)


def test_a_second_account_takes_over_its_apps_secrets_unseen(screen: Screen, maja: Agent) -> None:
    client = screen(maja)
    secrets = {"network_app_secret": "swordfish-42", "network_access_token": "EAAB1"}
    client.post("/channels/new/messenger/", {**PAGE, **secrets})
    first = Channel.objects.get()
    page = client.get("/channels/new/messenger/").content.decode()
    other = {**PAGE, "address": "42", "same_app": first.pk, "network_access_token": "EAAB2"}
    client.post("/channels/new/messenger/", {**other, **carried(page)})
    kept = [opened(one.secrets) for one in Channel.objects.order_by("id")]
    assert (kept[1], "swordfish" in page, kept[0]["access_token"]) == (
        {**kept[0], "access_token": "EAAB2"},
        False,
        "EAAB1",
    )
    assert shown(page)[0].endswith("/hooks/meta/")


def test_without_an_app_to_share_its_secret_is_asked_for(screen: Screen, maja: Agent) -> None:
    page = screen(maja).post("/channels/new/messenger/", {**PAGE, "network_access_token": "EAAB1"}).content.decode()
    wanted = re.findall(r'id="id_(\w+)-error"', page)
    assert (wanted, Channel.objects.count()) == (["network_app_secret"], 0)


def test_a_replaced_secret_is_told_of_and_can_be_ended(screen: Screen, maja: Agent) -> None:
    client = screen(maja)
    client.post("/channels/new/telegram/", BOT)
    made = Channel.objects.get()
    client.post(f"/channels/{made.pk}/settings/", {**BOT, "network_secret_token": "another-word"})
    pages = [text_of(client.get(f"/channels/{made.pk}/settings/"))]
    client.post(f"/channels/{made.pk}/former-secrets/secret_token/")
    pages.append(text_of(client.get(f"/channels/{made.pk}/settings/")))
    still = ["The value before still counts, until" in unescape(page) for page in pages]
    assert (still, "secret_token_before" in opened(Channel.objects.get().secrets)) == ([True, False], False)


@pytest.mark.parametrize("kind", ["messenger", "whatsapp", "instagram"])
def test_meta_can_test_the_address_before_anything_is_saved(screen: Screen, maja: Agent, kind: str) -> None:
    copied = shown(screen(maja).get(f"/channels/new/{kind}/").content.decode())
    token = next(one for one in copied if "/" not in one)
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": token}
    answers = [Visitor().get("/hooks/meta/", {**asked, "hub.verify_token": one}) for one in (token, token[::-1])]
    assert [(one.status_code, one.content) for one in answers] == [(200, b"1158201444"), (401, b"")]


def test_wechat_can_test_the_address_before_anything_is_saved(screen: Screen, maja: Agent) -> None:
    copied = shown(screen(maja).get("/channels/new/wechat/").content.decode())
    token, address = sorted(copied, key=lambda one: "/" in one)
    statuses = []
    for word in (token, "another"):
        signature = hashlib.sha1("".join(sorted([word, "1409735669", "n1"])).encode()).hexdigest()
        asked = {"signature": signature, "timestamp": "1409735669", "nonce": "n1", "echostr": "5837397"}
        answer = Visitor().get(urlsplit(address).path, asked)
        statuses.append((answer.status_code, answer.content))
    assert statuses == [(200, b"5837397"), (404, b"")]
