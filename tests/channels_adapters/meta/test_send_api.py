"""Writing in Messenger and Instagram: what the Send API is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from channels_adapters.contracts import (
    Account,
    Attachment,
    AttachmentKind,
    Button,
    Capabilities,
    Fault,
    Identifier,
    OutboundMessage,
    Person,
    Recipient,
    SendError,
)
from channels_adapters.meta.people import profile
from channels_adapters.meta.send_api import send_privately, send_talk
from tests.networks.graph import TOKEN, GraphNetwork, refusal
from tests.networks.server import Asked, Reply

CAN = Capabilities(inbound=frozenset({"push_to_us"}), threading="person", text_limit=20)
ACCOUNT = Account("messenger", "1", secrets={"access_token": TOKEN})
HIM = Identifier("psid", "5", "1")
PICTURE = Attachment(AttachmentKind.IMAGE, "a.png", "image/png", 3, content=b"png", link="https://we.example/a.png")


class Mail(GraphNetwork):
    def node(self, asked: Asked, path: str) -> Reply:
        if path == "me/messages":
            return Reply(content={"recipient_id": "5", "message_id": f"m_{len(self.journal)}"})
        if path == "5":
            return Reply(content={"first_name": "Bo", "last_name": "Li", "locale": "nb_NO"})
        return refusal(100, subcode=33)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [asked.json for asked in self.journal]


@pytest.fixture
def network() -> Iterator[Mail]:
    with Mail() as fake:
        yield fake


def message(text: str = "", **more: Any) -> OutboundMessage:
    return OutboundMessage("ref", (Recipient(Person((HIM,))),), text=text, **more)


def test_a_reply_is_texts_then_files_with_the_buttons_on_the_last(network: Mail) -> None:
    buttons = (Button("s:1", "Bad"), Button("s:5", "Good"))
    sent = send_talk(
        message("How was it, all in all?", attachments=(PICTURE,), buttons=buttons), ACCOUNT, CAN, "/me/messages"
    )
    replies = [
        {"content_type": "text", "title": "Bad", "payload": "s:1"},
        {"content_type": "text", "title": "Good", "payload": "s:5"},
    ]
    picture = {"type": "image", "payload": {"url": "https://we.example/a.png", "is_reusable": False}}
    assert sent.external_ids == ("m_1", "m_2", "m_3")
    assert [one["message"] for one in network.bodies] == [
        {"text": "How was it,", "metadata": "ref:1/3"},
        {"text": "all in all?", "metadata": "ref:2/3"},
        {"attachment": picture, "quick_replies": replies, "metadata": "ref:3/3"},
    ]
    assert [(one["recipient"], one["messaging_type"]) for one in network.bodies] == [({"id": "5"}, "RESPONSE")] * 3


def test_what_left_before_a_failure_does_not_leave_again(network: Mail) -> None:
    network.bad_days = [Reply(content={"message_id": "m_first"}), refusal(2, status=500)]
    with pytest.raises(SendError) as raised:
        send_talk(message("How was it, all in all?"), ACCOUNT, CAN, "/me/messages")
    assert (raised.value.fault, raised.value.sent_parts) == (Fault.TEMPORARY, ("m_first",))
    buttons = (Button("s:5", "Good"),)
    send_talk(
        message("How was it, all in all?", sent_parts=("m_first",), buttons=buttons), ACCOUNT, CAN, "/me/messages"
    )
    assert (network.bodies[-1]["message"]["text"], len(network.bodies)) == ("all in all?", 3)
    assert [one["message"]["metadata"] for one in network.bodies] == ["ref:1/2", "ref:2/2", "ref:2/2"]
    assert network.bodies[-1]["message"]["quick_replies"][0]["title"] == "Good"


def test_after_a_day_a_person_answers_by_his_tag_and_a_program_does_not(network: Mail) -> None:
    send_talk(message("Sorry.", way="human_tag"), ACCOUNT, CAN, "/me/messages")
    with pytest.raises(SendError) as raised:
        send_talk(message("Sorry.", way="human_tag", by_human=False), ACCOUNT, CAN, "/me/messages")
    assert raised.value.fault == Fault.WINDOW_CLOSED
    assert [(one["messaging_type"], one["tag"]) for one in network.bodies] == [("MESSAGE_TAG", "HUMAN_AGENT")]


def test_a_private_answer_to_a_comment_learns_whom_it_reached(network: Mail) -> None:
    author = Identifier("fb_user", "88", "1")
    asked = OutboundMessage("ref", (Recipient(Person((author,))),), text="We write you.")
    sent = send_privately(asked, ACCOUNT, CAN, "7_8", "/me/messages")
    assert network.bodies == [
        {"recipient": {"comment_id": "7_8"}, "message": {"text": "We write you.", "metadata": "ref:1/1"}}
    ]
    assert sent.learned == (Person((author, Identifier("psid", "5", "1", verified=True))),)


@pytest.mark.parametrize("text", ["", "Too long for one message."])
def test_a_private_answer_to_a_comment_is_one_message(text: str, network: Mail) -> None:
    with pytest.raises(SendError) as raised:
        send_privately(message(text), ACCOUNT, CAN, "7_8", "/me/messages")
    assert (raised.value.fault, network.journal) == (Fault.CONTENT, [])


def test_a_file_nobody_can_load_is_said(network: Mail) -> None:
    bare = Attachment(AttachmentKind.FILE, "a.bin", "application/x", 1, content=b"x")
    with pytest.raises(SendError) as raised:
        send_talk(message(attachments=(bare,)), ACCOUNT, CAN, "/me/messages")
    assert raised.value.fault == Fault.MEDIA


def test_profiles_name_people_and_are_missing_where_the_network_tells_nothing(network: Mail) -> None:
    assert profile(HIM, ACCOUNT, "first_name,last_name") == Person((HIM,), name="Bo Li", locale="nb-NO")
    assert profile(Identifier("psid", "../me", "1"), ACCOUNT, "name") is None
