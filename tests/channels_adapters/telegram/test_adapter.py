"""The adapter against a server that speaks the Bot API."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from channels_adapters.contracts import (
    Account,
    Attachment,
    AttachmentKind,
    Button,
    Fault,
    Identifier,
    InvalidSignature,
    MediaRef,
    OutboundMessage,
    Person,
    Recipient,
    SendError,
    ThreadRef,
)
from channels_adapters.registry import adapter
from channels_adapters.telegram.adapter import UPDATES
from tests.networks.server import Reply
from tests.networks.telegram import KIM, SECRET, TOKEN, TelegramServer, account, message, update, webhook

bot = adapter("telegram")


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as fake:
        yield fake


def reply(text: str = "On its way.", to: str = "3527065", **more: object) -> OutboundMessage:
    person = Person((Identifier("tg_user", to),))
    made = OutboundMessage(client_ref="1", to=(Recipient(person),), text=text)
    return replace(made, **more)  # type: ignore[arg-type]


def file(name: str, content_type: str, content: bytes) -> Attachment:
    return Attachment(AttachmentKind.FILE, name, content_type, len(content), content=content)


def refused(sending: OutboundMessage) -> SendError:
    with pytest.raises(SendError) as raised:
        bot.send(sending, account())
    return raised.value


def test_a_reply_leaves_as_plain_text_and_quotes_what_it_answers(telegram: TelegramServer) -> None:
    sent = bot.send(reply("*Not* <b>markup</b>", thread=ThreadRef(("mid:3527065:85",), "mid:3527065:85")), account())
    (taken,) = telegram.sent
    assert (taken["text"], taken["chat_id"], taken["quoted"]) == (
        "*Not* <b>markup</b>",
        "3527065",
        {"message_id": 85, "allow_sending_without_reply": True},
    )
    assert ("parse_mode" in taken, sent.external_ids) == (False, ("3527065:1000",))


def test_a_long_text_leaves_in_parts_with_the_buttons_below_the_last(telegram: TelegramServer) -> None:
    buttons = tuple(Button(f"survey.token.{score}", str(score)) for score in range(11))
    text = "👍" * 2048 + " " + "b" * 100
    sent = bot.send(reply(text, buttons=buttons), account())
    first, last = telegram.sent
    assert (len(first["text"]), len(last["text"]), sent.external_ids) == (2048, 100, ("3527065:1000", "3527065:1001"))
    assert (first["markup"], [len(row) for row in last["markup"]["inline_keyboard"]]) == (None, [6, 5])


def test_a_button_that_carries_too_much_never_leaves(telegram: TelegramServer) -> None:
    assert refused(reply(buttons=(Button("é" * 33, "Yes"),))).fault == Fault.CONTENT
    assert telegram.sent == []


def test_files_leave_as_what_they_are_and_as_documents_where_that_fails(telegram: TelegramServer) -> None:
    files = (
        file("a.png", "image/png", b"\x89PNG picture"),
        file("b.png", "image/png", b"broken"),
        file("c.pdf", "application/pdf", b"%PDF"),
        file("d.mp4", "video/mp4", b"film"),
        file("e.mp3", "audio/mpeg", b"song"),
    )
    bot.send(reply("Here.", attachments=files, thread=ThreadRef(("room:-5:7",))), account())
    methods = ["sendMessage", "sendPhoto", "sendDocument", "sendDocument", "sendVideo", "sendAudio"]
    assert [one["method"] for one in telegram.sent] == methods
    assert {(one["chat_id"], one["message_thread_id"]) for one in telegram.sent} == {("-5", "7")}
    assert (telegram.sent[2]["document"].filename, telegram.sent[2]["document"].content) == ("b.png", b"broken")


def test_a_file_beyond_the_limit_is_a_link_below_the_text(telegram: TelegramServer) -> None:
    large = Attachment(
        AttachmentKind.FILE, "film.mov", "video/quicktime", 50 * 1024 * 1024 + 1, link="https://x.example/f"
    )
    bot.send(reply("Here.", attachments=(large,)), account())
    assert [one["text"] for one in telegram.sent] == ["Here.\n\nfilm.mov: https://x.example/f"]


def test_a_group_that_has_moved_is_followed(telegram: TelegramServer) -> None:
    telegram.chats["-5"] = "-1005"
    thread = ThreadRef(("room:-5", "mid:-5:3"), "mid:-5:3")
    sent = bot.send(reply("a " * 4000, thread=thread), account())
    assert sent.external_ids == ("-1005:1000", "-1005:1001")
    assert len([asked for asked in telegram.journal if asked.json["chat_id"] == "-5"]) == 1


def test_a_business_chat_is_answered_by_way_of_its_connection(telegram: TelegramServer) -> None:
    thread = ThreadRef(("room:business:bc1:3527065", "mid:bc1:3527065:9"), "mid:bc1:3527065:9")
    sent = bot.send(reply(thread=thread), account())
    (taken,) = telegram.sent
    assert (taken["business_connection_id"], taken["quoted"]["message_id"], sent.external_ids) == (
        "bc1",
        9,
        ("bc1:3527065:1000",),
    )


@pytest.mark.parametrize(
    ("state", "fault"),
    [
        ("blocked", Fault.BLOCKED),
        ("deactivated", Fault.RECIPIENT),
        ("kicked", Fault.RECIPIENT),
        ("unknown", Fault.RECIPIENT),
        ("quiet", Fault.WINDOW_CLOSED),
        ("closed", Fault.RECIPIENT),
        ("silent", Fault.RECIPIENT),
    ],
)
def test_what_telegram_refuses_is_told_in_words(telegram: TelegramServer, state: str, fault: Fault) -> None:
    telegram.chats["3527065"] = state
    problem = refused(reply())
    assert (problem.fault, problem.reason.endswith("."), telegram.sent) == (fault, True, [])


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Reply(500, b"oops"), Fault.TEMPORARY),
        (Reply(504, b""), Fault.UNKNOWN_OUTCOME),
        (Reply(hang_up=True), Fault.UNKNOWN_OUTCOME),
        (Reply(200, b"<html>"), Fault.UNKNOWN_OUTCOME),
        (Reply(401, {"ok": False, "description": "Unauthorized"}), Fault.AUTH),
        (Reply(403, {"ok": False, "description": "Forbidden: something new"}), Fault.RECIPIENT),
        (Reply(400, {"ok": False, "description": "Bad Request: something new"}), Fault.CONTENT),
        (Reply(413, {"ok": False, "description": "Request Entity Too Large"}), Fault.TOO_LARGE),
    ],
)
def test_bad_days_have_their_faults_and_no_token(telegram: TelegramServer, answer: Reply, fault: Fault) -> None:
    telegram.bad_days = [answer]
    problem = refused(reply())
    assert problem.fault == fault
    assert TOKEN not in "".join(traceback.format_exception(problem))


def test_a_pause_that_is_asked_for_is_told_with_what_left_before(telegram: TelegramServer) -> None:
    bot.send(reply(), account())
    told = {"ok": False, "error_code": 429, "parameters": {"retry_after": 35}, "description": "Too Many Requests"}
    telegram.bad_days = [Reply(429, told)]
    problem = refused(reply())
    assert (problem.fault, problem.retry_after) == (Fault.RATE_LIMITED, timedelta(seconds=35))
    sent = bot.send(reply("a " * 4000, sent_parts=("3527065:1000",)), account())
    assert len(sent.external_ids) == 1


def test_a_token_that_is_no_token_is_never_sent(telegram: TelegramServer) -> None:
    with pytest.raises(SendError) as raised:
        bot.send(reply(), Account("telegram", "", secrets={"bot_token": "../evil"}))
    assert (raised.value.fault, telegram.journal) == (Fault.AUTH, [])


def test_files_are_fetched_by_their_id(telegram: TelegramServer) -> None:
    telegram.files["AgAD"] = b"picture"
    assert bot.fetch_media(MediaRef("AgAD"), account()) == b"picture"
    telegram.files["large"] = b"x" * (20 * 1024 * 1024 + 1)
    faults = []
    for token in ("large", "gone"):
        with pytest.raises(SendError) as raised:
            bot.fetch_media(MediaRef(token), account())
        faults.append(raised.value.fault)
        assert TOKEN not in "".join(traceback.format_exception(raised.value))
    assert faults == [Fault.TOO_LARGE, Fault.MEDIA]


def test_a_profile_is_looked_up(telegram: TelegramServer) -> None:
    found = bot.fetch_profile(Identifier("tg_user", "3527065"), account())
    assert found
    assert (found.name, found.username) == ("Kim Larsen", "kim")


def test_only_the_secret_of_now_or_before_opens_the_webhook() -> None:
    body = update(message=message(text="Hi"))
    rotated = Account("telegram", "", secrets={"secret_token": "new", "secret_token_before": SECRET})
    assert (bot.verify(webhook(body), account()), bot.verify(webhook(body), rotated)) == (None, None)
    for given, known in (
        (webhook(body, secret="wrong"), account()),
        (webhook(body, secret=""), Account("telegram", "")),
    ):
        with pytest.raises(InvalidSignature):
            bot.verify(given, known)
    flipped = chr(ord(SECRET[0]) ^ 1) + SECRET[1:]
    with pytest.raises(InvalidSignature):
        bot.verify(webhook(body, secret=flipped), account())
    with pytest.raises(InvalidSignature):
        bot.verify(replace(webhook(body), headers={}), account())


def test_a_press_is_acknowledged_once_it_is_read_and_no_failure_of_that_loses_it(telegram: TelegramServer) -> None:
    pressed = [webhook(update(callback_query={"id": number, "from": KIM, "data": "a"})) for number in ("77", "old")]
    others = [webhook(update(message=message(text="Hi"))), replace(pressed[0], body=b"no JSON")]
    assert [bot.completed(one, account()) for one in (*pressed, *others)] == [*pressed, *others]
    assert (telegram.answered, len(telegram.journal)) == (["77"], 2)


def test_polling_brings_each_update_once_and_starts_anew_when_all_is_fetched(telegram: TelegramServer) -> None:
    polled = account(receiving="polling")
    telegram.updates = [update(message=message(number, text="Hi")) for number in (1, 2)]
    last = telegram.updates[-1]["update_id"]
    found = list(bot.poll(polled, "", ""))
    events = [event.event_id for one in found if one.payload for event in bot.parse(one.payload, polled)]
    assert (len(events), [one.cursor for one in found]) == (2, [str(last), str(last + 1), ""])
    assert (telegram.updates, list(bot.poll(polled, "", ""))) == ([], [])
    assert (list(bot.places(polled)), list(bot.places(account())), list(bot.poll(account(), "", ""))) == ([""], [], [])


def test_who_listens_hears_of_updates_and_removes_none(telegram: TelegramServer) -> None:
    polled = account(receiving="polling")
    assert next(iter(bot.listen(polled, ""))) is False
    telegram.updates = [update(message=message(text="Hi"))]
    assert next(iter(bot.listen(polled, ""))) is True
    assert len(telegram.updates) == 1
    telegram.bad_days = [Reply(409, {"ok": False, "description": "Conflict: terminated by other getUpdates request"})]
    assert next(iter(bot.listen(polled, ""))) is False
    telegram.webhook = {"url": "https://other.example/"}
    with pytest.raises(SendError) as raised:
        next(iter(bot.listen(polled, "")))
    assert raised.value.fault == Fault.AUTH


def test_connecting_registers_the_webhook_with_its_secret_or_removes_it(telegram: TelegramServer) -> None:
    (made,) = bot.connect(account(), "https://inbox.example/hooks/telegram/abc/")
    assert (made.passed, telegram.secret, telegram.webhook["allowed_updates"]) == (True, SECRET, list(UPDATES))
    assert [one.passed for one in bot.check(account())] == [True, True, True]
    assert "abc" not in str(list(bot.check(account())))
    refusals = [
        bot.connect(account(), "http://inbox.example/"),
        bot.connect(replace(account(), secrets={**account().secrets, "secret_token": "ü"}), "https://inbox.example/"),
        bot.connect(replace(account(), secrets={"bot_token": TOKEN}), "https://inbox.example/"),
    ]
    assert [one.passed for (one,) in refusals] == [False] * 3
    (removed,) = bot.connect(account(receiving="polling"), "https://inbox.example/")
    assert (removed.passed, telegram.webhook) == (True, {})


def test_the_check_tells_what_keeps_messages_away(telegram: TelegramServer) -> None:
    assert [one.passed for one in bot.check(account())] == [True, True, False]
    assert [one.passed for one in bot.check(account(receiving="polling"))] == [True, True, True]
    bot.connect(account(), "https://inbox.example/")
    telegram.trouble = {
        "last_error_date": 1493843318,
        "last_error_message": "Connection refused",
        "pending_update_count": 3,
    }
    *_, incoming = bot.check(account())
    assert (incoming.passed, incoming.details) == (
        False,
        ("inbox.example", "3 updates are waiting", "2017-05-03 20:28 UTC: Connection refused"),
    )
    wrong = Account("telegram", "", secrets={"bot_token": "1:wrong"})
    assert [(one.passed, "token" in one.advice) for one in bot.check(wrong)] == [(False, True)]
