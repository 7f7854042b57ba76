"""Answering on Instagram: in private, below a comment, and once in private to a comment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from channels_adapters.contracts import (
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
    Sent,
    ThreadRef,
    Visibility,
)
from channels_adapters.registry import adapter
from tests.networks.instagram import ACCOUNT, CUSTOMER, Instagram, account
from tests.networks.server import Reply

BO = Identifier("igsid", CUSTOMER, ACCOUNT, verified=True)
PICTURE = Attachment(AttachmentKind.IMAGE, "a.png", "image/png", 3, content=b"png", link="https://we.example/a.png")
TABLE = Attachment(AttachmentKind.FILE, "a.csv", "text/csv", 3, content=b"csv", link="https://we.example/a.csv")
BELOW_A_POST = ThreadRef(("comment:17", "mid:18", "mid:17"), "mid:18", visibility=Visibility.PUBLIC)
TO_A_COMMENT = ThreadRef(("comment:17", "mid:18", "mid:17"), "mid:18")


@pytest.fixture
def network() -> Iterator[Instagram]:
    with Instagram() as fake:
        fake.comments = {"17": "new", "18": "new", "19": "live"}
        yield fake


def send(text: str = "", login: str = "instagram", to: Identifier = BO, **more: Any) -> Sent:
    message = OutboundMessage("ref", (Recipient(Person((to,))),), text=text, **more)
    return adapter("instagram").send(message, account(login))


def fault(*args: Any, **more: Any) -> tuple[Fault, str]:
    with pytest.raises(SendError) as raised:
        send(*args, **more)
    return raised.value.fault, raised.value.reason


@pytest.mark.parametrize(
    ("login", "host", "path"),
    [
        ("instagram", "graph.instagram.com", f"/v25.0/{ACCOUNT}/messages"),
        ("facebook", "graph.facebook.com", "/v25.0/me/messages"),
    ],
)
def test_each_login_has_its_own_server(network: Instagram, login: str, host: str, path: str) -> None:
    sent = send("Hello", login)
    (asked,) = network.journal
    assert (sent.external_ids, asked.host, asked.path, asked.json) == (
        ("aWdfout1",),
        host,
        path,
        {
            "recipient": {"id": CUSTOMER},
            "message": {"text": "Hello", "metadata": "ref:1/1"},
            "messaging_type": "RESPONSE",
        },
    )


def test_a_long_text_is_cut_at_a_thousand_bytes_and_files_it_does_not_take_are_links(network: Instagram) -> None:
    sent = send("\u0434\u0430 " * 300, attachments=(PICTURE, TABLE), buttons=(Button("s.1", "Good"),))
    sizes = [len(one["message"].get("text", "").encode()) for one in network.messages]
    last = network.messages[-1]["message"]
    assert (len(sent.external_ids), max(sizes) <= 1000, "a.csv: https://we.example/a.csv" in network.said[1]) == (
        3,
        True,
        True,
    )
    assert (last["attachment"]["payload"]["url"], last["quick_replies"][0]["payload"]) == (PICTURE.link, "s.1")


def test_after_a_day_only_a_person_answers_and_after_a_week_nobody(network: Instagram) -> None:
    network.people = {CUSTOMER: "this week"}
    late = fault("Hello")
    send("Hello", way="human_tag")
    by_rule = fault("Hello", way="human_tag", by_human=False)
    network.people = {CUSTOMER: "long ago"}
    too_late = fault("Hello", way="human_tag")
    assert [late[0], by_rule[0], too_late[0], len(network.messages)] == [Fault.WINDOW_CLOSED] * 3 + [1]


def test_a_comment_is_answered_below_it_for_all_to_read(network: Instagram) -> None:
    sent = send("It is.", thread=BELOW_A_POST, attachments=(PICTURE,))
    assert (network.replies, network.messages, len(sent.external_ids)) == (
        [("18", "It is.\n\na.png: https://we.example/a.png")],
        [],
        1,
    )


def test_without_a_comment_as_last_word_the_conversation_itself_is_answered(network: Instagram) -> None:
    send("It is.", thread=ThreadRef(("comment:17",), "mid:aWdfZAG1", visibility=Visibility.PUBLIC))
    nowhere = fault("It is.", thread=ThreadRef((), "mid:aWdfZAG1", visibility=Visibility.PUBLIC))
    assert (network.replies, nowhere[0]) == ([("17", "It is.")], Fault.RECIPIENT)


def test_a_comment_is_answered_in_private_once_and_by_one_message(network: Instagram) -> None:
    sent = send("Here is your code.", thread=TO_A_COMMENT)
    again = fault("And another.", thread=TO_A_COMMENT)
    long = fault("x" * 1001, thread=TO_A_COMMENT)
    assert network.messages[0]["recipient"] == {"comment_id": "18"}
    assert (len(sent.external_ids), again[0], long[0]) == (1, Fault.WINDOW_CLOSED, Fault.CONTENT)


def test_somebody_of_whom_nothing_is_told_is_answered_by_his_comment(network: Instagram) -> None:
    nameless = Identifier("ig_comment", "17", ACCOUNT)
    send("Here you are.", to=nameless)
    assert network.messages[0]["recipient"] == {"comment_id": "17"}
    assert adapter("instagram").fetch_profile(nameless, account()) is None


def test_who_answered_a_private_reply_is_written_to_as_usual(network: Instagram) -> None:
    send("You are welcome.", thread=ThreadRef(("comment:17", "mid:aWdfZAG1"), "mid:aWdfZAG1"))
    assert network.messages[0]["recipient"] == {"id": CUSTOMER}


def test_a_comment_on_a_live_video_is_answered_in_private_alone(network: Instagram) -> None:
    live = ThreadRef(("live:19", "mid:19"), "mid:19", visibility=Visibility.PUBLIC)
    in_public = fault("Hello", thread=live)
    send("Hello", thread=ThreadRef(live.keys, live.answers))
    assert (in_public[0], "live video" in in_public[1], network.messages[0]["recipient"]) == (
        Fault.CONTENT,
        True,
        {"comment_id": "19"},
    )


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(400, {"error": {"code": 190, "message": "Expired IGAA-secret-token"}}), Fault.AUTH),
        (
            Reply(400, {"error": {"code": 613, "message": "Calls to this api have exceeded the rate limit."}}),
            Fault.RATE_LIMITED,
        ),
        (Reply(400, {"error": {"code": 551, "message": "This person isn't available right now."}}), Fault.RECIPIENT),
        (Reply(500, {"error": {"code": 2, "message": "Service temporarily unavailable"}}), Fault.TEMPORARY),
        (Reply(hang_up=True), Fault.UNKNOWN_OUTCOME),
    ],
)
def test_bad_days_are_told_in_words_without_secrets(network: Instagram, reply: Reply, expected: Fault) -> None:
    network.bad_days.append(reply)
    found, reason = fault("Hello")
    assert (found, "IGAA" in reason) == (expected, False)


def test_what_left_before_a_failure_is_kept(network: Instagram) -> None:
    send_twice = OutboundMessage("ref", (Recipient(Person((BO,))),), text="x " * 600, sent_parts=("aWdfout0",))
    adapter("instagram").send(send_twice, account())
    assert len(network.messages) == 1
    assert fault("Hello", to=Identifier("igsid", "5", ACCOUNT))[0] == Fault.RECIPIENT


def test_people_are_known_once_they_wrote_and_files_are_fetched_without_a_token(network: Instagram) -> None:
    made = adapter("instagram")
    network.files["/story"] = b"\xff\xd8"
    known = made.fetch_profile(BO, account())
    shy = made.fetch_profile(Identifier("igsid", "5", ACCOUNT), account())
    picture = made.fetch_media(MediaRef("https://lookaside.fbsbx.com/story"), account())
    with pytest.raises(SendError) as gone:
        made.fetch_media(MediaRef("https://lookaside.fbsbx.com/gone"), account())
    assert known
    assert (known.name, known.username, shy, picture, gone.value.fault) == (
        "Bo Larsen",
        "bo.larsen",
        None,
        b"\xff\xd8",
        Fault.MEDIA,
    )
    assert "authorization" not in network.journal[-1].headers
