"""What WeChat's pushes say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels_adapters.contracts import (
    Account,
    AccountEvent,
    AttachmentKind,
    Choice,
    DeliveryState,
    DeliveryUpdate,
    Event,
    Identifier,
    InboundMessage,
    Malformed,
    Payload,
    ReachChanged,
)
from channels_adapters.registry import adapter
from tests.channels_adapters.wechat.recorded_pushes import EVENTS, MESSAGES, SIGNED, recorded
from tests.networks.wechat import AT, CUSTOMER, KEY, OURS, account, encrypted, pushed

SENT_AT = datetime.fromtimestamp(AT, UTC)


def parsed(body: bytes, by: Account | None = None) -> Sequence[Event]:
    return adapter("wechat").parse(Payload(body), by or account("plain"))


def said(body: bytes) -> InboundMessage:
    (found,) = parsed(body)
    assert isinstance(found, InboundMessage)
    return found


def test_a_text_has_its_author_inside_the_account_and_its_time() -> None:
    found = said(MESSAGES["text"])
    who = Identifier("wechat_openid", CUSTOMER, OURS, verified=True)
    assert (found.text, found.author.identifiers, found.occurred_at, found.event_id, found.external_id) == (
        "我的包裹在哪里？", (who,), SENT_AT, "message:7000000000000000001", "7000000000000000001",
    )  # fmt: skip


def test_what_is_encrypted_says_the_same() -> None:
    network, keyless = adapter("wechat"), replace(account(), secrets={})
    whole = network.completed(SIGNED, account())
    assert network.parse(SIGNED, account()) == network.parse(whole, keyless) == parsed(MESSAGES["text"])
    assert network.completed(whole, account()) == whole
    assert network.completed(SIGNED, keyless) == SIGNED


def test_in_the_compatible_mode_what_is_encrypted_is_believed() -> None:
    hidden = f"<Encrypt>{encrypted(MESSAGES['text'])}</Encrypt>".encode()
    both = MESSAGES["link"].replace(b"</xml>", hidden + b"</xml>")
    (found,) = parsed(both, account("compatible"))
    assert isinstance(found, InboundMessage)
    assert found.text == "我的包裹在哪里？"


def test_what_can_not_be_decrypted_is_told() -> None:
    other = replace(account(), settings={"app_id": "wxother"})
    keyless = replace(account(), secrets={}, settings={})
    found = [adapter("wechat").parse(SIGNED, one)[0] for one in (other, keyless)]
    assert [one.name for one in found if isinstance(one, AccountEvent)] == ["unparsed", "unparsed"]


def test_pictures_voices_and_films_are_files_for_three_days() -> None:
    found = [said(MESSAGES[name]) for name in ("image", "voice", "video")]
    files = [one.attachments[0] for one in found]
    assert [(one.text, file.kind, file.filename) for one, file in zip(found, files, strict=True)] == [
        ("", AttachmentKind.IMAGE, "image.jpg"),
        ("你好", AttachmentKind.AUDIO, "audio.amr"),
        ("", AttachmentKind.VIDEO, "video.mp4"),
    ]
    assert [(file.ref.token, file.ref.expires_at) for file in files if file.ref] == [
        ("MEDIA-IN http://mmbiz.qpic.cn/1", SENT_AT + timedelta(days=3)),
        ("MEDIA-IN", SENT_AT + timedelta(days=3)),
        ("MEDIA-IN", SENT_AT + timedelta(days=3)),
    ]


def test_places_and_links_can_be_read() -> None:
    place, link = said(MESSAGES["location"]), said(MESSAGES["link"])
    assert (place.text, place.attachments[0].kind) == ("广州\n23.13, 113.35", AttachmentKind.LOCATION)
    assert link.text == "Shop\nParcels\nhttps://shop.example/"


def test_what_can_not_be_shown_says_so() -> None:
    assert [said(MESSAGES[name]).unsupported for name in ("file", "withheld", "empty")] == [
        "WeChat passes on nothing we can show of this message (file).",
        "【收到不支持的消息类型，暂无法显示】",
        "WeChat passes on nothing we can show of this message (image).",
    ]


def test_buttons_of_ours_and_of_the_menu_are_choices() -> None:
    found = [said(MESSAGES["menu"]), said(EVENTS["click"]), said(EVENTS["waits"])]
    assert [(one.text, one.choice) for one in found] == [
        ("满意", Choice("survey.x.5", "满意")),
        ("contact", Choice("contact", "contact")),
        ("parcel 42", Choice("6", "6")),
    ]


def test_followers_come_and_go() -> None:
    found = [parsed(EVENTS[name])[0] for name in ("subscribe", "unsubscribe")]
    assert [(one.state, one.occurred_at) for one in found if isinstance(one, ReachChanged)] == [
        ("reachable", SENT_AT),
        ("blocked", SENT_AT),
    ]


def test_what_became_of_notices_is_told() -> None:
    found = [parsed(EVENTS[name])[0] for name in ("sent", "refused", "many", "notice")]
    assert [(one.external_ids, one.state, one.reason) for one in found if isinstance(one, DeliveryUpdate)] == [
        (("200163836",), DeliveryState.DELIVERED, ""),
        (("200163837",), DeliveryState.FAILED, "failed:user block"),
        (("1000001625",), DeliveryState.DELIVERED, ""),
        (("17001",), DeliveryState.DELIVERED, ""),
    ]


def test_other_events_are_told_of() -> None:
    found = [parsed(EVENTS[name])[0] for name in ("scan", "view", "thing", "new")]
    assert [(one.name, one.details) for one in found if isinstance(one, AccountEvent)] == [
        ("service_message", f"scan; {CUSTOMER}; EventKey: 7; Ticket: T"),
        ("service_message", f"view; {CUSTOMER}; EventKey: https://shop.example/"),
        ("service_message", f"device_event bind; {CUSTOMER}; DeviceID: 7; MsgId: 7000000000000000001"),
        ("service_message", f"teleported; {CUSTOMER}; Where: <moon>"),
    ]


def test_an_event_is_told_apart_by_who_when_and_what() -> None:
    bodies = [
        EVENTS["click"],
        EVENTS["click"],
        pushed("event", Event="CLICK", EventKey="contact", at=AT + 1),
        pushed("event", Event="CLICK", EventKey="news"),
        EVENTS["view"],
    ]
    ids = [parsed(body)[0].event_id for body in bodies]
    assert (ids[0] == ids[1], len(set(ids))) == (True, 4)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Hello",
        b"<xml><Content>",
        b"{",
        b"<!DOCTYPE xml><xml><MsgType>text</MsgType></xml>",
        b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><xml><MsgType>&c;</MsgType></xml>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml/>',
        b"<a>" * 20 + b"</a>" * 20,
    ],
)
def test_what_is_no_push_or_declares_anything_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        parsed(body)


def test_a_text_may_speak_of_documents_and_hold_what_xml_may_not() -> None:
    found = said(pushed("text", Content="<!DOCTYPE html>\x08 & more"))
    assert found.text == "<!DOCTYPE html> & more"


def test_public_recordings_say_what_they_say() -> None:
    found = {name: parsed(payload.body, Account("wechat", "")) for name, payload in recorded().items()}
    kinds = Counter(type(event).__name__ for events in found.values() for event in events)
    assert kinds == {"InboundMessage": 4, "ReachChanged": 3, "AccountEvent": 17}
    named = [one for events in found.values() for one in events if isinstance(one, AccountEvent)]
    assert Counter(one.name for one in named) == {
        "service_message": 13, "unparsed": 3, "account_verified_account": 1,
    }  # fmt: skip
    spoken = [one.text for events in found.values() for one in events if isinstance(one, InboundMessage)]
    assert sorted(spoken) == ["2", "EVENTKEY", "test", "this is a test"]


def test_the_public_encrypted_recording_can_be_read() -> None:
    body = recorded()["wechatpy_test_crypto_03_CryptoTestCase_test_decrypt_message_xml"].body
    company = Account(
        "wechat", "wx49f0ab532d5d035a", settings={"app_id": "wx49f0ab532d5d035a"},
        secrets={"encoding_aes_key": "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"},
    )  # fmt: skip
    (found,) = parsed(body, company)
    assert isinstance(found, InboundMessage)
    assert (found.text, found.author.primary.value, KEY in str(found)) == ("test", "messense", False)
