"""What Twilio's requests say."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from channels_adapters.contracts import (
    AccountEvent,
    AttachmentKind,
    CallEvent,
    Choice,
    DeliveryState,
    DeliveryUpdate,
    Event,
    Identifier,
    InboundMessage,
    Malformed,
    OwnPart,
    Payload,
    ReachChanged,
)
from channels_adapters.registry import adapter
from tests.channels_adapters.twilio.recorded_requests import FORMS, URL, recorded
from tests.networks.twilio import CUSTOMER, USER_ID, account, message, status

PHONE = Identifier("phone", CUSTOMER, verified=True)


def parsed(form: dict[str, str], url: str = URL) -> Sequence[Event]:
    return adapter("twilio").parse(Payload(urlencode(form).encode(), url=url), account())


def said(form: dict[str, str]) -> InboundMessage:
    found = parsed(form)[0]
    assert isinstance(found, InboundMessage)
    return found


def test_a_text_message_has_its_author_and_its_words() -> None:
    found = said(FORMS["text"])
    assert (found.text, found.author.identifiers, found.external_id, found.event_id) == (
        "Where is my parcel?", (PHONE,), f"SM{1:032x}", f"message:SM{1:032x}",
    )  # fmt: skip


def test_the_same_fields_as_json_are_the_same_message() -> None:
    body = json.dumps(FORMS["text"]).encode()
    assert adapter("twilio").parse(Payload(body), account()) == parsed(FORMS["text"])


def test_files_are_references_with_a_name_and_a_kind() -> None:
    files = said(FORMS["files"]).attachments
    assert [(one.kind, one.filename, one.content_type) for one in files] == [
        (AttachmentKind.IMAGE, "ME1.jpg", "image/jpeg"),
        (AttachmentKind.FILE, "ME12", "application/octet-stream"),
    ]
    assert all(one.ref and one.ref.token.startswith("https://api.twilio.com/") for one in files)


def test_who_stops_and_starts_is_known_by_what_twilio_says_or_by_the_word() -> None:
    whatsapp = {"From": f"whatsapp:{CUSTOMER}"}
    cases = [
        (message("Please stop", OptOutType="STOP"), "opted_out"),
        (message(" stop. "), "opted_out"),
        (message("Cancel"), "opted_out"),
        (message("unstop"), "reachable"),
        (message("Yes", OptOutType="START"), "reachable"),
        (message("HELP", OptOutType="HELP"), None),
        (message("Stop sending me brown ones"), None),
        (message("STOP", **whatsapp), "opted_out"),
        (message("Cancel", **whatsapp), None),
    ]
    states = [[one.state for one in parsed(form) if isinstance(one, ReachChanged)] for form, _ in cases]
    assert states == [[state] if state else [] for _, state in cases]
    assert all(isinstance(parsed(form)[0], InboundMessage) for form, _ in cases)


def test_a_long_text_that_comes_packed_is_unpacked_and_nothing_else_is() -> None:
    long = "Здравствуйте! Где моя посылка? Жду её уже неделю, а её всё нет."
    packed = b64encode(long.encode()).decode()
    short, token = b64encode(b"Hello there").decode(), "QUJD" * 14 + "/+8A/+8A"
    cut = b64encode(f"{'a' * 60}“".encode()[:-1]).decode()
    bodies = (packed, f"{packed[:76]}\n{packed[76:]}", cut, short, token, long)
    assert [said(message(body)).text for body in bodies] == [long, long, "a" * 60, short, token, long]


def test_whatsapp_people_have_a_number_an_id_or_both() -> None:
    both = said(message("x", From=f"whatsapp:{CUSTOMER}", WaId=CUSTOMER[1:], ExternalUserId=USER_ID, ProfileName="Bo"))
    hidden = said(message("x", From=f"whatsapp:{USER_ID}", ExternalUserId=f"whatsapp:{USER_ID}", ProfileUsername="bo"))
    odd = said(message("x", ExternalUserId="whatsapp:foo_bar"))
    user = Identifier("wa_bsuid", USER_ID, verified=True)
    assert (both.author.identifiers, both.author.name) == ((PHONE, user), "Bo")
    assert (hidden.author.identifiers, hidden.author.username) == ((user,), "bo")
    assert odd.author.identifiers == (PHONE,)


def test_buttons_and_lists_are_choices_and_name_what_they_answer() -> None:
    whatsapp = {"From": f"whatsapp:{CUSTOMER}", "OriginalRepliedMessageSid": "SM7"}
    button = said(message("Yes", ButtonPayload="a.1", ButtonText="Yes", **whatsapp))
    row = said(message("", ListId="a.2", ListTitle="Two", **whatsapp))
    assert [(one.choice, one.text, one.thread.answers) for one in (button, row)] == [
        (Choice("a.1", "Yes"), "Yes", "mid:SM7"),
        (Choice("a.2", "Two"), "Two", "mid:SM7"),
    ]


def test_a_place_can_be_read_and_opened() -> None:
    found = said(FORMS["place"])
    assert (found.text, found.attachments[0].kind) == ("Home\n12.16, 75.26", AttachmentKind.LOCATION)


def test_a_message_without_anything_we_can_show_says_so() -> None:
    found = said(FORMS["nothing"])
    assert (found.text, found.unsupported) == ("", "Twilio passes on nothing of this message (order).")


def test_receipts_name_the_message_and_the_part_of_ours_it_is() -> None:
    ref = "8f14e45f-ceea-467f-a9b4-0a1b2c3d4e5f"
    told = [
        (update.state, update.external_ids, update.own_part)
        for state in ("queued", "sent", "delivered", "read", "undelivered")
        for update in parsed(status("SM1", state), f"{URL}?part={ref}:2/3")
        if isinstance(update, DeliveryUpdate)
    ]
    expected = (DeliveryState.SENT, DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ)
    assert told == [(state, ("SM1",), OwnPart(ref, 1, 3)) for state in (*expected, DeliveryState.FAILED)]
    (unmarked,) = parsed(status("SM1", "sent"), f"{URL}?part=1")
    assert isinstance(unmarked, DeliveryUpdate)
    assert unmarked.own_part is None


def test_a_failure_says_why_and_whether_we_are_shut_out() -> None:
    failed, shut = parsed(status("SM1", "failed", ErrorCode="21610"))
    assert isinstance(failed, DeliveryUpdate)
    assert isinstance(shut, ReachChanged)
    assert ("unsubscribed" in failed.reason, failed.recipient, shut.state) == (True, PHONE, "opted_out")
    (unknown,) = parsed(status("SM1", "undelivered", ErrorCode="39999", ErrorMessage="Line is wet"))
    assert isinstance(unknown, DeliveryUpdate)
    assert unknown.reason == "Line is wet"


def test_calls_are_told_and_what_was_recorded_is_a_message() -> None:
    (ended,) = parsed(FORMS["call"])
    told, recording = parsed(FORMS["recording"])
    (ours,) = parsed({"CallSid": "CA2", "From": "+1", "To": CUSTOMER, "Direction": "outbound-api"})
    calls = [one for one in (ended, told, ours) if isinstance(one, CallEvent)]
    assert [(one.external_id, one.state, one.duration, one.author.primary) for one in calls] == [
        ("CA1", "ended", timedelta(seconds=9), PHONE),
        ("CA1", "ended", None, PHONE),
        ("CA2", "ringing", None, PHONE),
    ]
    assert isinstance(recording, InboundMessage)
    assert recording.attachments[0].kind == AttachmentKind.AUDIO


def test_what_is_new_to_us_is_told_and_what_is_no_object_is_refused() -> None:
    forms = (FORMS["alert"], FORMS["odd"], status("SM1", "teleported"), {" ": ""}, {})
    found = [parsed(form)[0] for form in forms]
    assert [one.name for one in found if isinstance(one, AccountEvent)] == ["alert", *["unparsed"] * 4]
    for body in (b"{", b"{]"):
        with pytest.raises(Malformed):
            adapter("twilio").parse(Payload(body), account())


@pytest.mark.parametrize("kind", ["twilio", "twilio_whatsapp"])
def test_public_recordings_say_what_they_say(kind: str) -> None:
    found = {name: adapter(kind).parse(payload, account(kind)) for name, payload in recorded().items()}
    by_kind = {
        what: [event for events in found.values() for event in events if isinstance(event, what)]
        for what in (InboundMessage, DeliveryUpdate, CallEvent, AccountEvent)
    }
    assert {what.__name__: len(events) for what, events in by_kind.items()} == {
        "InboundMessage": 15, "DeliveryUpdate": 3, "CallEvent": 1, "AccountEvent": 0,
    }  # fmt: skip
    spoken = [one for one in by_kind[InboundMessage] if isinstance(one, InboundMessage)]
    assert [one.external_id for one in spoken if one.unsupported or not (one.text or one.attachments)] == []
    hidden = [one.author for one in spoken if one.author.primary.kind == "wa_bsuid"]
    assert {one.primary.value for one in hidden} == {"IN.2081978709342942"}
    assert max(len(one.attachments) for one in spoken) == 2
    assert [one.referral for one in spoken if one.referral] == ["https://fb.me/4tBfhWhjr"] * 2
    assert "12.160894393921, 75.265205383301" in [one.text for one in spoken]
    states = [one.state for one in by_kind[DeliveryUpdate] if isinstance(one, DeliveryUpdate)]
    assert states == [DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.FAILED]
