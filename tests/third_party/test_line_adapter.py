"""The LINE package's adapter: what LINE tells, what is sent, and the promises every adapter makes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels_adapters import registry
from channels_adapters.contracts import (
    Account,
    AccountEvent,
    Adapter,
    Attachment,
    AttachmentKind,
    Button,
    Choice,
    Event,
    Fault,
    Identifier,
    InboundMessage,
    InvalidSignature,
    MediaRef,
    MessageDeleted,
    OutboundMessage,
    Payload,
    Person,
    ReachChanged,
    Recipient,
    SendError,
    ThreadRef,
)
from tests.channels_adapters import recorded
from tests.channels_adapters import test_contract as promises
from tests.corpora import corpora
from tests.networks.server import Reply
from tests.third_party.line_server import ACCOUNT, BO, Line, event, signed, written

SOURCE = Path(__file__).parent / "inbox_line" / "src"
HE = Person((Identifier("line", BO, "@nordlys", verified=True),))
BODIES = (
    json.dumps({"events": [written("Hi"), written("Hi"), written("Ho", 2), {}, 3, {"type": "message"}]}).encode(),
    json.dumps({"events": [event("unfollow"), event("postback", 2, postback={"data": "a\nb"}), event("new")]}).encode(),
    b'{"events": [{"type": "message", "timestamp": "x", "message": {"type": "file", "fileSize": -1, "id": 1}}]}',
)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Adapter]:
    """The adapter, straight from its source."""
    monkeypatch.syspath_prepend(SOURCE)
    monkeypatch.setitem(registry.BUILT_IN, "line", "inbox_line.adapter:LineAdapter")
    registry.adapter.cache_clear()
    yield registry.adapter("line")
    registry.adapter.cache_clear()
    for name in [name for name in sys.modules if name.startswith("inbox_line")]:
        del sys.modules[name]


@pytest.fixture
def network() -> Iterator[Line]:
    with Line() as network:
        yield network


def message(text: str = "Soon.", **values: Any) -> OutboundMessage:
    return OutboundMessage(**{"client_ref": "ref-1", "to": (Recipient(HE),), "text": text, **values})


def refused(line: Adapter, **values: Any) -> SendError:
    with pytest.raises(SendError) as problem:
        line.send(message(**values), ACCOUNT)
    return problem.value


def test_it_makes_the_promises_of_every_adapter(line: Adapter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(recorded.ACCOUNTS, "line", replace(ACCOUNT, secrets={"channel_secret": "channel_secret"}))  # type: ignore[arg-type]
    monkeypatch.setitem(recorded.OURS, "line", BODIES)  # type: ignore[arg-type]
    monkeypatch.setattr(promises, "SIGNED", (recorded.Signed("line", signed(BODIES[0]), ACCOUNT),))
    promises.test_each_kind_has_an_adapter_of_that_kind("line")
    promises.test_parsing_the_same_payload_twice_gives_equal_events("line")
    promises.test_event_ids_are_unique_within_a_payload("line")
    promises.test_events_hold_only_text_that_can_be_stored("line")
    promises.test_a_message_always_has_an_author_and_names("line")
    promises.test_values_travel_between_processes("line")
    promises.test_a_flipped_bit_fails_verification_where_the_network_signs()
    promises.test_settings_fields_have_a_label_and_secrets_no_default("line")
    promises.test_what_the_network_lacks_is_answered_honestly("line")
    promises.test_parsing_reaches_nothing_outside_its_arguments("line", monkeypatch)


def test_the_published_signature_verifies_and_nothing_else(line: Adapter) -> None:
    vector = json.loads((corpora() / "webhooks" / "signature_vectors.json").read_text())["line"]
    payload = Payload(vector["body"].encode(), {vector["header"]: vector["expected"]})
    account = Account("line", "", secrets={"channel_secret": vector["channel_secret"]})
    former = Account("line", "", secrets={"channel_secret": "new", "channel_secret_before": vector["channel_secret"]})
    assert [line.verify(payload, one) for one in (account, former)] == [None, None]
    for body, headers, one in (
        (payload.body + b" ", payload.headers, account),
        (payload.body, {}, account),
        (payload.body, {vector["header"]: "ü"}, account),
        (payload.body, payload.headers, Account("line", "")),
        (payload.body, payload.headers, Account("line", "", secrets={"channel_secret": "another"})),
    ):
        with pytest.raises(InvalidSignature):
            line.verify(Payload(body, headers), one)


def told(found: Event) -> tuple[object, ...]:
    """What matters of an event."""
    match found:
        case InboundMessage():
            files = tuple((str(one.kind), one.filename, one.ref and one.ref.token) for one in found.attachments)
            choice = found.choice and found.choice.id
            return ("message", found.text, files, choice, found.thread.keys, bool(found.author.primary.value))
        case ReachChanged():
            return ("reach", found.state, found.person.primary.value)
        case AccountEvent():
            return ("account", found.name)
    return (type(found).__name__,)


def test_every_recorded_request_is_understood(line: Adapter) -> None:
    seen = {}
    for file in sorted((corpora() / "webhooks" / "line").glob("*.json")):
        body = json.dumps(json.loads(file.read_text())["body"]).encode()
        events = line.parse(Payload(body), ACCOUNT)
        assert events == line.parse(Payload(body), ACCOUNT)
        seen[file.stem.partition("_webhook_")[2] or file.stem.rpartition("spe_")[2]] = [told(one) for one in events]
    followed = ("reach", "reachable", "U4af4980629")
    spoken = ("message", "Hello, world", (), None, (), True)
    data = "action=buyItem&itemId=123123&color=red"
    assert seen == {
        "01_params": [spoken, followed],
        "05_video_params": [("message", "", (("video", "video.mp4", "video:354718"),), None, (), True), followed],
        "06_file_params": [("message", "", (("file", "contacts.csv", "file:354718"),), None, (), True), followed],
        "02_message_video": [("message", "", (("video", "video.mp4", "https://example.com"),), None, (), True)],
        "03_message_audio": [("message", "", (("audio", "audio.m4a", "https://example.com"),), None, (), True)],
        "04_message_location": [
            (
                "message",
                "my location\nTokyo\n35.65910807942215, 139.70372892916203",
                (("location", "location.geojson", None),),
                None,
                (),
                True,
            )
        ],
        "05_message_sticker": [("message", "[Just sticker]", (), None, (), True)],
        "07_unfollow_None": [("reach", "blocked", BO)],
        "10_postback_None": [("message", data, (), data, (), True)],
        "11_beacon_None": [("account", "line_beacon")],
        "13_accountLink_None": [("account", "line_accountLink")],
        "14_message_text": [("message", "Hello, world", (), None, ("room:Ca56f94637cc4347f90a25382909b24b9",), True)],
        "15_message_text": [("message", "Hello, world", (), None, ("room:Ra8dbf4673c4c812cd491258042226c99",), True)],
        "16_postback_None": [("message", "2013-04-01", (), data, (), True)],
        "17_postback_None": [("message", "10:00", (), data, (), True)],
        "18_postback_None": [("message", "2013-04-01T10:00", (), data, (), True)],
        "25_message_text": [spoken],
        "26_undefined_None": [("account", "unparsed")],
    }


def test_what_is_taken_back_is_forgotten_and_what_is_quoted_is_answered(line: Adapter) -> None:
    quoting = event(number=2, message={"id": "5", "type": "text", "text": "This", "quotedMessageId": "4"})
    unsent, quoted, poll = line.parse(
        signed(
            [event("unsend", unsend={"messageId": "4"}), quoting, event(number=3, message={"id": "6", "type": "poll"})]
        ),
        ACCOUNT,
    )
    at = datetime.fromtimestamp(1795341600.001, UTC)
    assert unsent == MessageDeleted("unsend:01HEVENT000000000000000001", "4", at, must_erase=True)
    assert isinstance(quoted, InboundMessage)
    assert isinstance(poll, InboundMessage)
    assert (quoted.author, quoted.thread) == (HE, ThreadRef(("mid:4",), "mid:4"))
    assert (poll.text, poll.unsupported) == ("", "LINE sent something of the type “poll”.")


def test_a_button_of_ours_comes_back_with_its_id_and_its_label(line: Adapter, network: Line) -> None:
    line.send(
        message("How was it?", buttons=(Button("s.1", "Very good"), Button("s.2", "Not so good, really not"))), ACCOUNT
    )
    quick = network.pushed[0][1]["quickReply"]["items"][0]["action"]
    (pressed,) = line.parse(signed([event("postback", postback={"data": quick["data"]})]), ACCOUNT)
    assert isinstance(pressed, InboundMessage)
    assert (pressed.choice, pressed.text, quick["displayText"]) == (
        Choice("s.1", "Very good"),
        "Very good",
        "Very good",
    )


def test_a_repeat_after_an_answer_that_never_came_is_not_sent_twice(line: Adapter, network: Line) -> None:
    first = line.send(message(), ACCOUNT)
    again = line.send(message(), ACCOUNT)
    network.bad_days += [Reply(hang_up=True)]
    lost = refused(line, client_ref="ref-2")
    assert (first, [one["text"] for _, one in network.pushed], lost.fault) == (again, ["Soon."], Fault.TEMPORARY)


def test_pictures_are_fetched_by_line_and_other_files_are_links(line: Adapter, network: Line) -> None:
    def file(name: str, kind: str, host: str = "https://inbox.example") -> Attachment:
        return Attachment(AttachmentKind.FILE, name, kind, 100, content=b"x", link=f"{host}/{name}")

    line.send(message("See:", attachments=(file("a.png", "image/png"), file("b.pdf", "application/pdf"))), ACCOUNT)
    line.send(message("", client_ref="2", attachments=(file("a.png", "image/png", "http://inbox.example"),)), ACCOUNT)
    address = "https://inbox.example/a.png"
    assert [one for _, one in network.pushed] == [
        {"type": "text", "text": "See:\n\nb.pdf: https://inbox.example/b.pdf"},
        {"type": "image", "originalContentUrl": address, "previewImageUrl": address},
        {"type": "text", "text": "a.png: http://inbox.example/a.png"},
    ]


def test_a_very_long_reply_goes_on_where_it_failed(line: Adapter, network: Line) -> None:
    words = " ".join(["word"] * 6000)
    network.bad_days += [Reply(200, {"sentMessages": [{"id": str(number)} for number in range(5)]}), Reply(500)]
    failed = refused(line, text=words)
    sent = line.send(message(words, sent_parts=failed.sent_parts), ACCOUNT)
    assert (failed.fault, failed.sent_parts, len(sent.external_ids)) == (Fault.TEMPORARY, ("0", "1", "2", "3", "4"), 1)
    assert len(network.pushed) == 1


def test_who_wrote_in_a_group_is_answered_in_the_group(line: Adapter, network: Line) -> None:
    line.send(message(thread=ThreadRef(("room:C1", "mid:4"), "mid:4")), ACCOUNT)
    assert network.pushed[0][0] == "C1"


@pytest.mark.parametrize(
    ("answer", "fault", "reason"),
    [
        (Reply(429, {"message": "You have reached your monthly limit."}), Fault.NOT_ALLOWED, "month are used up"),
        (
            Reply(429, {"message": "The API rate limit has been exceeded."}, {"Retry-After": "3"}),
            Fault.RATE_LIMITED,
            "LINE",
        ),
        (Reply(400, {"message": "x", "details": [{"property": "to"}]}), Fault.RECIPIENT, "LINE knows no such person"),
        (Reply(400, {"message": "The request body has 1 error(s)"}), Fault.CONTENT, "LINE says: The request body"),
        (Reply(401, {"message": "Authentication failed"}), Fault.AUTH, "LINE says: Authentication failed"),
        (Reply(403, {"message": "Not available"}), Fault.AUTH, "LINE says: Not available"),
        (Reply(500, b""), Fault.TEMPORARY, "The network answers with status 500."),
    ],
)
def test_a_refusal_says_why(line: Adapter, network: Line, answer: Reply, fault: Fault, reason: str) -> None:
    network.bad_days += [answer]
    problem = refused(line)
    wait = timedelta(seconds=3) if answer.headers else None
    assert (problem.fault, reason in problem.reason, problem.retry_after) == (fault, True, wait)


def test_files_are_fetched_once_line_has_prepared_them(line: Adapter, network: Line) -> None:
    network.preparing = 1
    with pytest.raises(SendError) as early:
        line.fetch_media(MediaRef("video:7"), ACCOUNT)
    got = [line.fetch_media(MediaRef(token), ACCOUNT) for token in ("video:7", "file:8")]
    assert (early.value.fault, got) == (Fault.TEMPORARY, [b"bytes of 7", b"bytes of 8"])


def test_a_friend_has_a_name_and_the_connection_is_tried(line: Adapter, network: Line) -> None:
    stranger = Identifier("line", "U0")
    known = line.fetch_profile(HE.primary, ACCOUNT)
    before = [(one.passed, one.details) for one in line.check(ACCOUNT)]
    made = [one.passed for one in line.connect(ACCOUNT, "https://inbox.example/hooks/line/x/")]
    after = [(one.passed, one.details) for one in line.check(ACCOUNT)]
    refused_check = [one.passed for one in line.check(Account("line", ""))]
    assert known == Person(HE.identifiers, "Bo", avatar="https://profile.line-scdn.net/bo", locale="da")
    assert (line.fetch_profile(stranger, ACCOUNT), made, refused_check) == (None, [True, True], [False])
    assert (before, after) == (
        [(True, ("Nordlys",)), (False, ("",))],
        [(True, ("Nordlys",)), (True, ("https://inbox.example/hooks/line/x/",))],
    )
