"""The adapter against a server that speaks VK's API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from channels_adapters.contracts import (
    Account,
    Attachment,
    AttachmentKind,
    Button,
    Fault,
    Handshake,
    Identifier,
    InvalidSignature,
    MediaRef,
    OutboundMessage,
    Payload,
    Person,
    Recipient,
    SendError,
    ThreadRef,
)
from channels_adapters.registry import adapter
from channels_adapters.vk.adapter import EVENTS
from tests.networks.server import Asked, Reply
from tests.networks.vk import CONFIRMATION, GROUP, KIM, SECRET, TOKEN, VkServer, account, event, wrote

vk = adapter("vk")


@pytest.fixture
def network() -> Iterator[VkServer]:
    with VkServer() as fake:
        yield fake


def reply(text: str = "On its way.", **more: object) -> OutboundMessage:
    made = OutboundMessage("3f1c", (Recipient(Person((Identifier("vk_user", str(KIM)),))),), text=text)
    return replace(made, **more)  # type: ignore[arg-type]


def file(name: str, content_type: str, content: bytes) -> Attachment:
    return Attachment(AttachmentKind.FILE, name, content_type, len(content), content=content)


def refused(sending: OutboundMessage) -> SendError:
    with pytest.raises(SendError) as raised:
        vk.send(sending, account())
    return raised.value


def test_a_reply_leaves_once_however_often_it_is_sent(network: VkServer) -> None:
    answering = reply(thread=ThreadRef((f"mid:{KIM}:7",), f"mid:{KIM}:7"))
    sent = [vk.send(answering, account()).external_ids for _ in range(2)]
    assert sent == [(f"{KIM}:100",)] * 2
    (taken,) = network.sent
    quoted = {"peer_id": KIM, "conversation_message_ids": [7], "is_reply": True}
    assert (taken["message"], taken["peer_ids"], json.loads(taken["forward"])) == ("On its way.", str(KIM), quoted)


def test_a_long_text_leaves_in_parts_that_differ(network: VkServer) -> None:
    sent = vk.send(reply("a " * 5000), account())
    assert (len(sent.external_ids), len({one["random_id"] for one in network.sent})) == (2, 2)
    again = vk.send(reply("a " * 5000, sent_parts=sent.external_ids[:1]), account())
    assert (again.external_ids, len(network.sent)) == (sent.external_ids[1:], 2)


def test_files_go_along_with_the_last_text_ten_at_once(network: VkServer) -> None:
    files = [file("a.png", "image/png", b"\x89PNG"), *(file(f"{n}.pdf", "application/pdf", b"%PDF") for n in range(10))]
    vk.send(reply("Here.", attachments=tuple(files), buttons=(Button("a", "Thanks"),)), account())
    first, second = network.sent
    photo, doc = f"photo-{GROUP}_11_k3y", f"doc{KIM}_12"
    assert (first["message"], first["attachment"]) == ("Here.", ",".join([photo, *[doc] * 9]))
    assert ("message" in second, second["attachment"], "keyboard" in first, "keyboard" in second) == (
        False,
        doc,
        False,
        True,
    )


def test_what_vk_takes_no_file_of_is_a_link(network: VkServer) -> None:
    song = Attachment(AttachmentKind.FILE, "a.mp3", "audio/mpeg", 5, content=b"x", link="https://x.example/f")
    vk.send(reply("Here.", attachments=(song,)), account())
    assert [one["message"] for one in network.sent] == ["Here.\n\na.mp3: https://x.example/f"]


@pytest.mark.parametrize("name", ["a.exe", "a.png"])
def test_a_file_that_vk_refuses_is_told_by_its_name(network: VkServer, name: str) -> None:
    kind = "image/png" if name == "a.png" else "application/octet-stream"
    problem = refused(reply(attachments=(file(name, kind, b"MZ"),)))
    assert (problem.fault, name in problem.reason, network.sent) == (Fault.MEDIA, True, [])


def test_buttons_carry_our_id_and_stand_in_rows(network: VkServer) -> None:
    vk.send(reply(buttons=tuple(Button(f"survey.token.{score}", str(score)) for score in range(1, 6))), account())
    vk.send(
        reply("And?", client_ref="4", buttons=tuple(Button(str(n), f"A longer label {n}") for n in range(10))),
        account(),
    )
    short, long = (json.loads(one["keyboard"]) for one in network.sent)
    assert (short["inline"], [len(row) for row in short["buttons"]]) == (True, [5])
    assert [len(row) for row in long["buttons"]] == [2] * 5
    assert json.loads(short["buttons"][0][4]["action"]["payload"]) == {"button": "survey.token.5"}
    assert refused(reply(buttons=(Button("x" * 300, "Yes"),))).fault == Fault.CONTENT


def test_a_room_is_answered_in_the_room(network: VkServer) -> None:
    sent = vk.send(reply(thread=ThreadRef(("room:2000000001",))), account())
    assert (network.sent[0]["peer_ids"], sent.external_ids) == ("2000000001", ("2000000001:100",))


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (5, Fault.AUTH),
        (6, Fault.RATE_LIMITED),
        (7, Fault.NOT_ALLOWED),
        (9, Fault.RATE_LIMITED),
        (10, Fault.TEMPORARY),
        (18, Fault.RECIPIENT),
        (29, Fault.RATE_LIMITED),
        (100, Fault.CONTENT),
        (900, Fault.BLOCKED),
        (901, Fault.RECIPIENT),
        (912, Fault.CONTENT),
        (914, Fault.TOO_LARGE),
        (917, Fault.RECIPIENT),
        (950, Fault.WINDOW_CLOSED),
    ],
)
def test_error_codes_are_faults_with_a_sentence(network: VkServer, code: int, fault: Fault) -> None:
    network.shut[str(KIM)] = code
    told = refused(reply())
    network.bad_days = [Reply(content={"error": {"error_code": code, "error_msg": "Refused"}})]
    answered = refused(reply())
    assert [(one.fault, one.reason.endswith((".", ")"))) for one in (told, answered)] == [(fault, True)] * 2
    assert (fault == Fault.RATE_LIMITED) == (told.retry_after is not None)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Reply(hang_up=True), Fault.UNKNOWN_OUTCOME),
        (Reply(200, b"<html>"), Fault.UNKNOWN_OUTCOME),
        (Reply(content={"response": []}), Fault.UNKNOWN_OUTCOME),
        (Reply(502, b""), Fault.TEMPORARY),
    ],
)
def test_bad_days_have_their_faults_and_no_token(network: VkServer, answer: Reply, fault: Fault) -> None:
    network.bad_days = [answer]
    problem = refused(reply())
    assert (problem.fault, TOKEN in str(problem)) == (fault, False)


class _Shut(VkServer):
    def answer(self, asked: Asked) -> Reply:
        """No uploads."""
        return Reply(403, b"") if asked.host == "pu.vk.com" else super().answer(asked)


def test_an_address_for_uploads_that_lets_nobody_in_says_nothing_about_the_account() -> None:
    with _Shut():
        assert refused(reply(attachments=(file("a.txt", "text/plain", b"a"),))).fault == Fault.MEDIA


def test_the_plain_answer_of_old_versions_is_an_id_too(network: VkServer) -> None:
    network.bad_days = [Reply(content={"response": 5100})]
    assert vk.send(reply(), account()).external_ids == (f"{KIM}:id5100",)


def test_the_secret_of_now_or_before_is_wanted_in_every_event() -> None:
    said = wrote(text="Hi")
    rotated = Account("vk", "", secrets={"secret": "new", "secret_before": SECRET})
    assert (vk.verify(said, account()), vk.verify(said, rotated)) == (None, None)
    wrong = (event("message_new", {}, secret="wrong"), event("message_new", {}, secret=""), Payload(b"no JSON"))
    for one, known in (*((one, account()) for one in wrong), (said, Account("vk", str(GROUP)))):
        with pytest.raises(InvalidSignature):
            vk.verify(one, known)


def test_the_check_of_our_address_is_answered_with_the_string_vk_told(network: VkServer) -> None:
    test = Payload(json.dumps({"type": "confirmation", "group_id": GROUP}).encode())
    assert vk.verify(test, account(confirmation="written")) == Handshake(b"written")
    assert vk.verify(test, account()) == Handshake(CONFIRMATION.encode())
    others = [
        json.dumps({"type": "confirmation", "group_id": one, "secret": secret})
        for one, secret in ((1, ""), (GROUP, "x"))
    ]
    for one in others:
        with pytest.raises(InvalidSignature):
            vk.verify(Payload(one.encode()), account())
    assert vk.acknowledgement == b"ok"


def test_presses_are_acknowledged_and_no_failure_of_that_loses_one(network: VkServer) -> None:
    about = {"user_id": KIM, "peer_id": KIM, "payload": {"button": "a"}}
    pressed = [event("message_event", {**about, "event_id": one}) for one in ("x", "old")]
    others = [wrote(text="Hi"), Payload(b"no JSON")]
    assert [vk.completed(one, account()) for one in (*pressed, *others)] == [*pressed, *others]
    assert (network.answered, len(network.journal)) == (["x"], 2)
    assert vk.completed(pressed[0], Account("vk", str(GROUP))) == pressed[0]


def test_a_name_is_looked_up(network: VkServer) -> None:
    found = vk.fetch_profile(Identifier("vk_user", str(KIM)), account())
    assert found
    assert (found.name, found.username) == ("Kim Larsen", "kim")
    assert vk.fetch_profile(Identifier("vk_group", "-1"), account()) is None


def test_files_are_fetched_from_where_they_lie(network: VkServer) -> None:
    network.files["807"] = b"picture"
    assert vk.fetch_media(MediaRef("https://sun9-1.userapi.com/807"), account()) == b"picture"
    with pytest.raises(SendError) as raised:
        vk.fetch_media(MediaRef("https://sun9-1.userapi.com/gone"), account())
    assert raised.value.fault == Fault.MEDIA


def test_connecting_registers_our_address_once_and_chooses_events(network: VkServer) -> None:
    address = "https://inbox.example/hooks/vk/abc/"
    made = [vk.connect(account(), address)[0].passed for _ in range(2)]
    (server,) = network.servers
    assert (made, server["url"], server["secret_key"], set(network.chosen)) == (
        [True, True],
        address,
        SECRET,
        set(EVENTS),
    )
    checks = list(vk.check(account()))
    assert ([one.passed for one in checks], "abc" in str(checks)) == ([True, True, True], False)
    assert [one.passed for one in vk.connect(account(), "nowhere")] == [False]
    assert [one.passed for one in vk.connect(replace(account(), secrets={"access_token": TOKEN}), address)] == [False]


def test_the_check_tells_what_is_missing(network: VkServer) -> None:
    network.rights = ("messages",)
    assert [one.passed for one in vk.check(account())] == [True, False, False]
    vk.connect(account(), "https://inbox.example/hooks/vk/abc/")
    network.servers[0]["status"] = "failed"
    assert [one.passed for one in vk.check(account())] == [True, False, False]
    network.servers[0]["status"], network.chosen["message_read"] = "ok", 0
    *_, arriving = vk.check(account())
    assert (arriving.passed, "message_read" in arriving.advice) == (False, True)
    assert [one.passed for one in vk.check(Account("vk", str(GROUP), secrets={"access_token": "wrong"}))] == [False]
