"""The `telegram` channel."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import ClassVar
from urllib.parse import urlsplit

from channels_adapters.base import BaseAdapter
from channels_adapters.checking import Seen, in_turn, tried
from channels_adapters.contracts import (
    Account,
    Capabilities,
    CheckResult,
    DeliveryState,
    Event,
    Fault,
    FileLimit,
    GuideStep,
    Handshake,
    Identifier,
    InvalidSignature,
    MediaRef,
    OutboundMessage,
    Payload,
    Person,
    Polled,
    SendError,
    Sent,
    SettingsField,
    TextUnit,
)
from channels_adapters.faults import needed
from channels_adapters.json_reading import fields, flag, instant, integer, items, text, texts
from channels_adapters.presses import acknowledge
from channels_adapters.proofs import is_one_of
from channels_adapters.telegram.api import ask, load
from channels_adapters.telegram.contents import person_of
from channels_adapters.telegram.parse import callback_of, parse_updates
from channels_adapters.telegram.send import send, tell_typing
from channels_adapters.wording import say

_MEGABYTE = 1024 * 1024
#: Asked for by name: the usual set leaves out reactions.
UPDATES = (
    *("message", "edited_message", "callback_query", "message_reaction", "my_chat_member"),
    *("business_connection", "business_message", "edited_business_message", "deleted_business_messages"),
)
_BY_WEBHOOK = ("receiving", ("webhook",))
#: Seconds a request waits for news, and how long it leaves the bot to who fetches them: two at once are one too many.
_WAITING, _MEANWHILE, _LONGEST_MEANWHILE = 25, 2.0, 20.0


class TelegramAdapter(BaseAdapter):
    """A bot: private chats, groups and topics, and the chats of business accounts it answers for."""

    kind: ClassVar[str] = "telegram"
    label: ClassVar[str] = "Telegram"
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us", "poll", "listen"}),
        threading="person",
        text_limit=4096,
        text_unit=TextUnit.UTF16,
        attachment_limit=50 * _MEGABYTE,
        files=(FileLimit(("*/*",), 50 * _MEGABYTE),),
        buttons=100,
        typing=timedelta(seconds=5),
        receipts=frozenset({DeliveryState.SENT}),
        # Updates that nobody fetches are kept for a day.
        poll_reach=timedelta(hours=24),
        rate_per_second=30.0,
    )
    settings_fields: ClassVar[tuple[SettingsField, ...]] = (
        SettingsField("address", "The bot's username", "As @BotFather shows it, for example nordlys_help_bot."),
        SettingsField(
            "bot_token",
            "Bot token",
            "What @BotFather gives for the bot: digits, a colon, letters. Whoever has it is the bot.",
            secret=True,
        ),
        SettingsField(
            "receiving",
            "How messages come in",
            "By webhook Telegram brings them at once. By long polling they are fetched, where Telegram can't reach "
            "this installation. A bot can do one of them at a time.",
            kind="choice",
            choices=(("webhook", "Webhook"), ("polling", "Long polling")),
            default="webhook",
        ),
        SettingsField(
            "secret_token",
            "Secret of the webhook",
            "Telegram sends it along, which proves that a message comes from there. Letters, digits, - and _.",
            secret=True,
            drawn=True,
            verifies=True,
            only_if=_BY_WEBHOOK,
        ),
    )
    guide: ClassVar[tuple[GuideStep, ...]] = (
        GuideStep(
            "Create a bot",
            "Write /newbot to @BotFather in Telegram and choose a name and a username. It answers with the token.",
            "https://core.telegram.org/bots/features#creating-a-new-bot",
            ("address", "bot_token"),
        ),
        GuideStep(
            "Choose how messages come in",
            "Nothing is left to do at Telegram. With a webhook our address and the secret are registered there when "
            "you connect the bot; with long polling a webhook that is set is removed.",
            "https://core.telegram.org/bots/api#getting-updates",
            ("receiving", "secret_token"),
        ),
        GuideStep(
            "For groups",
            "Write /setprivacy to @BotFather and choose Disable, so that the bot is told everything that is said in "
            "its groups; then add it to them. As an administrator of a group it is told of reactions, too.",
            "https://core.telegram.org/bots/features#privacy-mode",
        ),
        GuideStep(
            "For a business account",
            "Switch on Business Mode in the bot's settings at @BotFather. Then add the bot in the Telegram app of the "
            "account, under Telegram Business, Chatbots, and let it reply to messages.",
            "https://core.telegram.org/bots/features#bots-for-business",
        ),
    )

    def verify(self, payload: Payload, account: Account) -> Handshake | None:
        """The secret that was set with the webhook, in its header."""
        given = payload.header("X-Telegram-Bot-Api-Secret-Token")
        if not is_one_of(given, account.valid_secrets("secret_token")):
            raise InvalidSignature("The secret of the webhook is missing or wrong.")
        return None

    def completed(self, payload: Payload, account: Account) -> Payload:
        """Tell whoever pressed a button that it arrived: his app shows that it waits until then."""
        acknowledge(self.kind, lambda: _answer_press(payload, account))
        return payload

    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """The update's events; updates name no account."""
        return parse_updates(payload)

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """Texts, then files. Raises `SendError`."""
        return send(message, account, self.capabilities)

    def tell_typing(self, message: OutboundMessage, account: Account) -> bool:
        """Show it in the chat. Raises `SendError`."""
        return tell_typing(message, account)

    def fetch_media(self, ref: MediaRef, account: Account) -> bytes:
        """A file by its id, up to 20 MB. Raises `SendError`."""
        return load(account, ref.token)

    def fetch_profile(self, identifier: Identifier, account: Account) -> Person | None:
        """Name and username of somebody who has written."""
        found = fields(ask(account, "getChat", {"chat_id": identifier.value}, is_safe=True))
        return person_of(found) if text(found, "id") else None

    def places(self, account: Account) -> Sequence[str]:
        """The bot, where it is polled."""
        return ("",) if account.settings.get("receiving") == "polling" else ()

    def poll(self, account: Account, place: str, cursor: str) -> Iterator[Polled]:
        """Updates one by one; to ask with an offset removes those before it at the server."""
        if not self.places(account):
            return
        while True:
            asked: dict[str, object] = {"limit": 100, "timeout": 0, "allowed_updates": UPDATES}
            if cursor:
                asked["offset"] = int(cursor)
            updates = items(ask(account, "getUpdates", asked, is_safe=True))
            for update in updates:
                cursor = str((integer(update, "update_id") or 0) + 1)
                body, told_at = json.dumps(update).encode(), datetime.now(UTC)
                yield Polled(Payload(body, {"Content-Type": "application/json"}, received_at=told_at), cursor)
            if not updates:
                if cursor:
                    # All before it is gone. After a quiet week ids begin anew, perhaps below it.
                    yield Polled(None, "")
                return

    def listen(self, account: Account, place: str) -> Iterator[bool]:
        """Wait for updates without removing any. Raises `SendError`."""
        seen, pause = 0, _MEANWHILE
        while self.places(account):
            try:
                found = items(ask(account, "getUpdates", _LISTENED, timeout=_WAITING + 10, is_safe=True))
            except SendError as problem:
                if problem.fault is not Fault.TEMPORARY:
                    raise
                # Who fetches asks, too, which ends our own request.
                found = []
            newest = integer(found[0], "update_id") or 0 if found else 0
            yield bool(newest)
            pause = min(pause * 2, _LONGEST_MEANWHILE) if newest and newest == seen else _MEANWHILE
            seen = newest
            time.sleep(pause)

    def check(self, account: Account) -> Iterator[CheckResult]:
        """Whose token it is, and whether updates come the way that was chosen."""
        way = say("Messages come in by long polling") if self.places(account) else say("Messages come in by webhook")
        bot = cache(lambda: fields(ask(account, "getMe", is_safe=True)))
        return in_turn(
            (say("Telegram knows the bot"), lambda: Seen((f"@{text(bot(), 'username')}",))),
            (say("Groups"), lambda: _privacy(bot())),
            (way, lambda: _receiving(account)),
        )

    def connect(self, account: Account, callback_url: str) -> Sequence[CheckResult]:
        """Register our address with its secret, or remove the webhook of a bot that is polled."""
        if self.places(account):
            return (tried(say("The webhook is removed"), lambda: ask(account, "deleteWebhook", {}, is_safe=True)),)
        return (tried(say("The webhook is registered"), lambda: _register(account, callback_url)),)


_LISTENED: dict[str, object] = {"limit": 1, "timeout": _WAITING, "allowed_updates": UPDATES}


def _answer_press(payload: Payload, account: Account) -> None:
    if pressed := callback_of(payload):
        ask(account, "answerCallbackQuery", {"callback_query_id": pressed}, timeout=5, is_safe=True)


def _register(account: Account, url: str) -> None:
    secret = account.secrets.get("secret_token", "")
    advice = say("Telegram wants an address with https, and a secret. Long polling needs neither.")
    needed(secret and url.startswith("https://"), Fault.AUTH, advice)
    told = {"url": url, "secret_token": secret, "allowed_updates": UPDATES, "max_connections": 40}
    ask(account, "setWebhook", told, is_safe=True)


def _privacy(bot: object) -> Seen:
    hears_all = flag(bot, "can_read_all_group_messages")
    what = say("In groups it is told everything") if hears_all else say("In groups it is told what is said to it")
    return Seen((what,))


def _receiving(account: Account) -> Seen:
    info = ask(account, "getWebhookInfo", is_safe=True)
    url, waiting = text(info, "url"), integer(info, "pending_update_count") or 0
    details: list[str] = [say("%(number)s updates are waiting", number=waiting)]
    if account.settings.get("receiving") == "polling":
        advice = say("A webhook is set for this bot, so it can't be polled. Connect it again.") if url else ""
        return Seen(tuple(details), advice)
    if url:
        # The path is what only Telegram may know.
        details.insert(0, urlsplit(url).hostname or "")
    failed, at = text(info, "last_error_message", most=300), instant(info, "last_error_date")
    if failed:
        details.append(f"{at:%Y-%m-%d %H:%M} UTC: {failed}" if at else failed)
    advice = ""
    if not url or set(UPDATES) - set(texts(info, "allowed_updates")):
        advice = say("Connect the bot again: its webhook is not the one that is needed.")
    elif failed and waiting:
        advice = say("Telegram can't deliver: this installation must be reachable over https with a valid certificate.")
    return Seen(tuple(details), advice)
