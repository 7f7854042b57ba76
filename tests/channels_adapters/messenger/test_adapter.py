"""Writing for a page, and connecting it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from channels_adapters.contracts import (
    Attachment,
    AttachmentKind,
    Button,
    Fault,
    Identifier,
    InboundMessage,
    MediaRef,
    OutboundMessage,
    OwnPart,
    Person,
    Recipient,
    SendError,
    ThreadRef,
    Visibility,
)
from channels_adapters.registry import adapter
from tests.networks.graph import TOKEN, unfit_metadata
from tests.networks.messenger import CUSTOMER, PAGE, POST, Messenger, account, entry, signed, webhook

MESSENGER = adapter("messenger")
HIM = Identifier("psid", CUSTOMER, PAGE)
COMMENT = "122131676912594941_1"
PICTURE = Attachment(AttachmentKind.IMAGE, "a.png", "image/png", 3, content=b"png", link="https://we.example/a.png")
PAPER = replace(PICTURE, filename="a.pdf", content_type="application/pdf", link="https://we.example/a.pdf")
BELOW = ThreadRef((f"comment:{COMMENT}",), f"mid:{COMMENT}", visibility=Visibility.PUBLIC)


@pytest.fixture
def network() -> Iterator[Messenger]:
    with Messenger() as fake:
        fake.comments[COMMENT] = ""
        yield fake


def message(text: str = "", to: Identifier = HIM, **more: Any) -> OutboundMessage:
    return OutboundMessage("ref", (Recipient(Person((to,))),), text=text, **more)


def refused(asked: OutboundMessage) -> Fault:
    with pytest.raises(SendError) as raised:
        MESSENGER.send(asked, account())
    assert str(raised.value.reason).endswith(".")
    return raised.value.fault


def test_an_answer_reaches_the_person_with_its_files_and_buttons(network: Messenger) -> None:
    large = replace(PICTURE, filename="b.png", size=9_000_000, link="https://we.example/b.png")
    sent = MESSENGER.send(
        message("x" * 2000 + " See.", attachments=(PICTURE, PAPER, large), buttons=(Button("s:5", "Good"),)), account()
    )
    kinds = [one["message"].get("attachment", {}).get("type", "text") for one in network.messages]
    assert (sent.external_ids, kinds) == (("m_out1", "m_out2", "m_out3", "m_out4"), ["text", "text", "image", "file"])
    assert network.said[1] == "See.\n\nb.png: https://we.example/b.png"
    assert ["quick_replies" in one["message"] for one in network.messages] == [False, False, False, True]


def test_what_is_sent_comes_back_in_its_echo_with_what_it_carried(network: Messenger) -> None:
    ref = "0b6a3a1c-6df5-4e0c-9d33-0f1c8f5a0a51"
    MESSENGER.send(replace(message("See.", attachments=(PICTURE,)), client_ref=ref), account())
    echoes = MESSENGER.parse(signed(webhook(entry(*network.echoes))), account())
    assert [(one.external_id, one.direction, one.own_part) for one in echoes if isinstance(one, InboundMessage)] == [
        ("m_out1", "echo", OwnPart(ref, 0, 2)),
        ("m_out2", "echo", OwnPart(ref, 1, 2)),
    ]
    with pytest.raises(SendError) as raised:
        MESSENGER.send(replace(message("Hello"), client_ref="r" * 1000), account())
    assert (raised.value.fault, len(network.messages)) == (Fault.CONTENT, 2)
    assert [bool(unfit_metadata({"metadata": one})) for one in (7, "r" * 1000, "r" * 999)] == [True, True, False]


@pytest.mark.parametrize(
    ("wrote", "way", "expected"),
    [
        ("this week", "free", Fault.WINDOW_CLOSED),
        ("long ago", "human_tag", Fault.WINDOW_CLOSED),
        ("left", "free", Fault.RECIPIENT),
    ],
)
def test_who_cant_be_written_to_is_said(network: Messenger, wrote: str, way: Any, expected: Fault) -> None:
    network.people[CUSTOMER] = wrote
    assert (refused(message("Hello", way=way)), network.messages) == (expected, [])


def test_after_a_day_an_agent_answers_by_the_tag_of_a_person(network: Messenger) -> None:
    network.people[CUSTOMER] = "this week"
    MESSENGER.send(message("Hello", way="human_tag"), account())
    assert (network.said, network.messages[0]["tag"]) == (["Hello"], "HUMAN_AGENT")


def test_a_public_answer_stands_below_the_comment_with_its_pictures(network: Messenger) -> None:
    sent = MESSENGER.send(message("It is.", thread=BELOW, attachments=(PICTURE, PAPER)), account())
    assert sent.external_ids == ("122131676912594941_901", "122131676912594941_902")
    assert network.replies == [
        (COMMENT, {"message": "It is.\n\na.pdf: https://we.example/a.pdf"}),
        (COMMENT, {"attachment_url": "https://we.example/a.png"}),
    ]


def test_without_a_comment_that_is_answered_it_stands_below_the_first(network: Messenger) -> None:
    MESSENGER.send(message("It is.", thread=replace(BELOW, answers="")), account())
    assert [where for where, _ in network.replies] == [COMMENT]


def test_an_answer_to_a_comment_that_is_gone_or_none_is_refused(network: Messenger) -> None:
    network.comments.clear()
    nowhere = replace(BELOW, answers="", keys=())
    refusals = [refused(message("It is.", thread=one)) for one in (BELOW, nowhere)]
    assert (refusals, network.replies) == ([Fault.RECIPIENT] * 2, [])


def test_a_private_answer_to_a_comment_leaves_once(network: Messenger) -> None:
    private = replace(BELOW, visibility=Visibility.PRIVATE)
    author = Identifier("psid", "77", PAGE)
    sent = MESSENGER.send(message("We write you.", author, thread=private), account())
    assert network.messages[0]["recipient"] == {"comment_id": COMMENT}
    assert sent.learned == (Person((author, Identifier("psid", CUSTOMER, PAGE, verified=True))),)
    assert refused(message("Once more.", author, thread=private)) == Fault.WINDOW_CLOSED


def test_what_a_visitor_posted_is_answered_in_private_as_a_post(network: Messenger) -> None:
    network.comments[POST] = ""
    MESSENGER.send(message("We write you.", thread=ThreadRef((f"comment:{POST}",), f"mid:{POST}")), account())
    assert network.messages[0]["recipient"] == {"post_id": POST}


def test_somebody_meta_does_not_name_is_answered_by_his_comment(network: Messenger) -> None:
    MESSENGER.send(message("We write you.", Identifier("fb_comment", COMMENT, PAGE)), account())
    assert network.messages[0]["recipient"] == {"comment_id": COMMENT}


def test_an_answer_to_his_message_is_private_although_the_matter_began_below_a_post(network: Messenger) -> None:
    MESSENGER.send(message("Hello", thread=ThreadRef((f"comment:{COMMENT}", "mid:m_1"), "mid:m_1")), account())
    assert network.messages[0]["recipient"] == {"id": CUSTOMER}


def test_files_are_fetched_while_their_addresses_work(network: Messenger) -> None:
    network.files["/a.png"] = b"\x89PNG"
    assert MESSENGER.fetch_media(MediaRef("https://cdn.fbsbx.com/a.png?oh=1"), account()) == b"\x89PNG"
    with pytest.raises(SendError) as raised:
        MESSENGER.fetch_media(MediaRef("https://cdn.fbsbx.com/b.png"), account())
    assert raised.value.fault == Fault.MEDIA


def test_profiles_are_told_of_those_who_wrote(network: Messenger) -> None:
    expected = Person((HIM,), name="Bo Larsen", avatar="https://cdn.fbsbx.com/bo.jpg")
    assert MESSENGER.fetch_profile(HIM, account()) == expected
    assert MESSENGER.fetch_profile(Identifier("fb_comment", COMMENT, PAGE), account()) is None
    assert MESSENGER.fetch_profile(Identifier("psid", "5", PAGE), account()) is None
    network.tokens.clear()
    with pytest.raises(SendError) as shut:
        MESSENGER.fetch_profile(HIM, account())
    assert shut.value.fault == Fault.AUTH


def test_connecting_registers_the_address_and_the_check_sees_it(network: Messenger) -> None:
    before = [one.passed for one in MESSENGER.check(account())]
    connected = MESSENGER.connect(account(), "https://we.example/hooks/meta/")
    after = list(MESSENGER.check(account()))
    labels: Mapping[str, bool] = {one.label: one.passed for one in after}
    assert (before, [one.passed for one in connected]) == ([True, True, True, False, False], [True, True])
    assert labels == {
        "Access token": True,
        "Permissions": True,
        "Facebook page": True,
        "Webhook of the app": True,
        "Account subscribed to the app": True,
    }
    assert network.webhooks["page"]["callback_url"] == "https://we.example/hooks/meta/"


def test_a_token_of_another_page_or_none_is_told(network: Messenger) -> None:
    lines = {one.label: one for one in MESSENGER.check(account("999"))}
    assert lines["Facebook page"].advice == "The token belongs to Nordlys: use the page's own."
    network.tokens.clear()
    failed = [one for one in MESSENGER.check(account()) if not one.passed]
    assert (len(failed), any(TOKEN in str(one) for one in failed)) == (4, False)
