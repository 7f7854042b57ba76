"""Answers leave by WeChat's customer service interface, and what it refuses is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from channels_adapters.contracts import (
    Account,
    Attachment,
    AttachmentKind,
    Button,
    Fault,
    Identifier,
    MediaRef,
    OutboundMessage,
    Person,
    Recipient,
    SendError,
)
from channels_adapters.wechat.adapter import WeChatAdapter
from tests.networks.server import Reply
from tests.networks.wechat import CUSTOMER, SECRET, WeChat, account, error


@pytest.fixture
def network() -> Iterator[WeChat]:
    with WeChat() as running:
        yield running


@pytest.fixture
def wechat() -> WeChatAdapter:
    """One that holds no token yet."""
    return WeChatAdapter()


def to(value: str = CUSTOMER, **more: object) -> OutboundMessage:
    reached = (Recipient(Person((Identifier("wechat_openid", value),))),)
    return replace(OutboundMessage("ref-1", reached, text="明天到。"), **more)  # type: ignore[arg-type]


def file(name: str, content_type: str) -> Attachment:
    return Attachment(AttachmentKind.FILE, name, content_type, 3, b"abc", link=f"https://shop.example/{name}")


def refused(wechat: WeChatAdapter, message: OutboundMessage, by: Account | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        wechat.send(message, by or account())
    assert not any(secret in str(caught.value) for secret in (SECRET, "ACCESS"))
    return caught.value


def calls(network: WeChat) -> list[str]:
    return [asked.path.removeprefix("/cgi-bin/") for asked in network.journal]


def test_an_answer_leaves_with_a_token_that_is_asked_for_once(network: WeChat, wechat: WeChatAdapter) -> None:
    sent = [wechat.send(to(), account()).external_ids for _ in range(2)]
    assert (sent, calls(network), network.messages[0]) == (
        [("ref-1.0",)] * 2,
        ["stable_token", "message/custom/send", "message/custom/send"],
        {"touser": CUSTOMER, "msgtype": "text", "text": {"content": "明天到。"}},
    )


def test_a_token_that_ended_or_was_made_void_is_fetched_anew_once(network: WeChat, wechat: WeChatAdapter) -> None:
    network.lasts = 0
    wechat.send(to(), account())
    network.lasts = 7200
    wechat.send(to(), account())
    # Another process had it renewed; then it was made void.
    network.token = "ACCESS-2"
    wechat.send(to(), account())
    network.is_void = True
    wechat.send(to(), account())
    asked = [one.json["force_refresh"] for one in network.journal if one.path.endswith("stable_token")]
    assert (asked, len(network.messages)) == ([False, False, False, False, True], 4)


def test_a_refusal_of_each_token_is_told_and_not_tried_for_ever(network: WeChat, wechat: WeChatAdapter) -> None:
    wechat.send(to(), account())
    stale = error(40001, "invalid credential")
    renewed = Reply(200, {"access_token": "ACCESS-9", "expires_in": 7200})
    network.bad_days += [stale, renewed, error(42001, "access_token expired")]
    assert refused(wechat, to()).fault == Fault.AUTH
    assert calls(network)[-3:] == ["message/custom/send", "stable_token", "message/custom/send"]


def test_a_text_is_cut_by_its_bytes_and_the_last_part_has_the_buttons(network: WeChat, wechat: WeChatAdapter) -> None:
    buttons = (Button("s.1", "满意"), Button("s.2", "不满意"))
    sent = wechat.send(to(text="包裹" * 700, buttons=buttons), account())
    assert ([len(text.encode()) <= 2048 for text in network.said()], len(sent.external_ids)) == ([True] * 3, 3)
    assert [one["msgtype"] for one in network.messages] == ["text", "text", "msgmenu"]
    assert network.messages[2]["msgmenu"]["list"] == [
        {"id": "s.1", "content": "满意"},
        {"id": "s.2", "content": "不满意"},
    ]


def test_files_are_uploaded_and_others_become_links(network: WeChat, wechat: WeChatAdapter) -> None:
    given = (file("a.jpg", "image/jpeg"), file("b.amr", "audio/amr"), file("c.mp4", "video/mp4"))
    wechat.send(to(attachments=(*given, file("d.pdf", "application/pdf"))), account())
    assert [one["msgtype"] for one in network.messages] == ["text", "image", "voice", "video"]
    assert [(kind, name) for kind, name, _ in network.uploads.values()] == [
        ("image", "a.jpg"), ("voice", "b.amr"), ("video", "c.mp4"),
    ]  # fmt: skip
    assert network.said() == ["明天到。\n\nd.pdf: https://shop.example/d.pdf"]


def test_a_window_that_closed_and_answers_that_are_used_up_are_told_apart(
    network: WeChat, wechat: WeChatAdapter
) -> None:
    network.followers[CUSTOMER] = 1
    used_up = refused(wechat, to(text="a" * 3000))
    network.followers[CUSTOMER] = -1
    closed = refused(wechat, to())
    assert [used_up.fault, closed.fault, used_up.sent_parts] == [
        Fault.WINDOW_CLOSED, Fault.WINDOW_CLOSED, ("ref-1.0",),
    ]  # fmt: skip
    assert ("Five answers" in used_up.reason, "48 hours" in closed.reason) == (True, True)
    network.followers[CUSTOMER] = 5
    assert wechat.send(to(text="a" * 3000, sent_parts=used_up.sent_parts), account()).external_ids == ("ref-1.1",)


def test_what_wechat_refuses_is_a_fault_with_a_sentence(network: WeChat, wechat: WeChatAdapter) -> None:
    wechat.send(to(), account())
    network.bad_days += [
        error(-1, "system error"),
        error(45009, "reach max api daily quota limit"),
        error(40164, "invalid ip 1.2.3.4, not in whitelist"),
        error(48001, "api unauthorized"),
        error(48002, "user refuse to accept the msg"),
        error(87014, "risky content"),
        error(99999, "something new"),
        Reply(502, b"<html>"),
        Reply(hang_up=True),
    ]
    assert [refused(wechat, to()).fault for _ in range(9)] == [
        Fault.TEMPORARY, Fault.RATE_LIMITED, Fault.AUTH, Fault.NOT_ALLOWED, Fault.BLOCKED, Fault.CONTENT, Fault.CONTENT,
        Fault.TEMPORARY, Fault.UNKNOWN_OUTCOME,
    ]  # fmt: skip
    assert refused(wechat, to("oNOBODY")).fault == Fault.RECIPIENT
    assert refused(wechat, to(), replace(account(), secrets={"app_secret": "wrong"})).fault == Fault.AUTH


def test_files_are_fetched_by_their_id_or_else_by_their_address(network: WeChat, wechat: WeChatAdapter) -> None:
    network.files["OTHER"] = b"film"
    assert wechat.fetch_media(MediaRef("MEDIA-IN"), account()) == b"\xff\xd8picture"
    film = "https://api.weixin.qq.com/cgi-bin/media/get?media_id=OTHER&access_token=ACCESS-1"
    network.files["FILM"] = b'{"video_url": "%s"}' % film.encode()
    assert wechat.fetch_media(MediaRef("FILM"), account()) == b"film"
    assert wechat.fetch_media(MediaRef(f"GONE {film}"), account()) == b"film"
    with pytest.raises(SendError) as gone:
        wechat.fetch_media(MediaRef("GONE"), account())
    assert gone.value.fault == Fault.MEDIA


def test_a_profile_tells_the_language_and_the_id_across_accounts(network: WeChat, wechat: WeChatAdapter) -> None:
    who = Identifier("wechat_openid", CUSTOMER)
    found = wechat.fetch_profile(who, account())
    assert found == Person((who, Identifier("wechat_unionid", "oUNION", verified=True)), locale="zh_CN")
    assert wechat.fetch_profile(Identifier("email", "bo@shop.example"), account()) is None


def test_the_check_tells_what_is_wrong(network: WeChat, wechat: WeChatAdapter) -> None:
    good = [one.passed for one in wechat.check(account())]
    network.is_verified = False
    unverified = list(wechat.check(account()))
    wrong = list(wechat.check(replace(account(), secrets={"app_secret": "wrong"})))
    assert (good, [one.passed for one in unverified], [one.passed for one in wrong]) == (
        [True, True], [True, False], [False],
    )  # fmt: skip
    assert "verified" in unverified[-1].advice
