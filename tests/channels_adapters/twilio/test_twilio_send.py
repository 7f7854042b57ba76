"""Messages leave by Twilio, and what it refuses is said."""

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
    Template,
)
from channels_adapters.registry import adapter
from tests.networks.server import Reply
from tests.networks.twilio import CUSTOMER, KEY, KEY_SECRET, SERVICE, TEMPLATE, TOKEN, USER_ID, Twilio, account, error

HOOK = "https://shop.example/hooks/twilio/n3w/"


@pytest.fixture
def network() -> Iterator[Twilio]:
    with Twilio() as running:
        yield running


def to(value: str = CUSTOMER, kind: str = "phone", **more: object) -> OutboundMessage:
    reached = (Recipient(Person((Identifier(kind, value),))),)
    return replace(OutboundMessage("ref-1", reached, text="Hello"), **more)  # type: ignore[arg-type]


def picture(number: int, size: int = 1000, link: str = "https://shop.example/f/") -> Attachment:
    return Attachment(AttachmentKind.IMAGE, f"{number}.png", "image/png", size, b"x", link=link and f"{link}{number}")


def refused(message: OutboundMessage, by: Account | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        adapter((by or account()).kind).send(message, by or account())
    assert TOKEN not in str(caught.value)
    return caught.value


def test_a_text_leaves_with_its_mark_in_its_callback(network: Twilio) -> None:
    sent = adapter("twilio").send(to(), account())
    assert (sent.external_ids, network.messages) == (
        (f"SM{1:032x}",),
        [
            {
                "To": [CUSTOMER],
                "From": ["+14155550100"],
                "Body": ["Hello"],
                "StatusCallback": ["https://shop.example/hooks/twilio/t0ken/?part=ref-1:1/1"],
            }
        ],
    )


def test_a_service_sends_in_place_of_the_number_and_a_key_in_place_of_the_token(network: Twilio) -> None:
    sender = account(messaging_service_sid=SERVICE, api_key_sid=KEY)
    adapter("twilio").send(to(), replace(sender, secrets={**sender.secrets, "api_key_secret": KEY_SECRET}))
    assert (network.messages[0]["MessagingServiceSid"], "From" in network.messages[0]) == ([SERVICE], False)


def test_files_go_with_the_last_text_ten_to_a_message(network: Twilio) -> None:
    files = (*(picture(number) for number in range(11)), picture(11, 5 * 1024 * 1024), picture(12, 9 * 1024 * 1024))
    sent = adapter("twilio").send(to(text="a" * 1590, attachments=files), account())
    counts = [(len(one.get("Body", [""])[0]), len(one.get("MediaUrl", []))) for one in network.messages]
    assert (len(sent.external_ids), [media for _, media in counts]) == (4, [0, 10, 1, 1])
    assert network.messages[1]["Body"][0].endswith("12.png: https://shop.example/f/12")
    assert network.messages[0]["StatusCallback"][0].endswith("?part=ref-1:1/4")


def test_files_go_as_links_where_the_number_has_no_mms(network: Twilio) -> None:
    adapter("twilio").send(to(attachments=(picture(1),)), account(files="links"))
    assert network.said() == ["Hello\n\n1.png: https://shop.example/f/1"]


def test_what_twilio_refuses_is_a_fault_with_a_sentence(network: Twilio) -> None:
    network.opted_out.add(CUSTOMER)
    stopped, nobody = refused(to()), refused(to("+1 call me"))
    nothing, unlinked = refused(to(text="")), refused(to("+1", attachments=(picture(1, link=""),)))
    unsigned = refused(to(), replace(account(), secrets={"auth_token": "wrong"}))
    faults = [one.fault for one in (stopped, nobody, nothing, unlinked, unsigned)]
    assert faults == [Fault.OPTED_OUT, Fault.RECIPIENT, Fault.CONTENT, Fault.MEDIA, Fault.AUTH]
    assert "STOP" in stopped.reason
    assert network.messages == []


def test_bad_days_are_worth_another_try_or_not_sure(network: Twilio) -> None:
    network.bad_days += [
        error(20429, "Too Many Requests", 429),
        Reply(503, b"<html>"),
        Reply(hang_up=True),
        error(21408, "Permission to send an SMS has not been enabled for the region"),
        error(29998, "Something new"),
        error(29999, "Something forbidden", 403),
        Reply(201, {"status": "queued"}),
    ]
    assert [refused(to()).fault for _ in range(7)] == [
        Fault.RATE_LIMITED, Fault.TEMPORARY, Fault.UNKNOWN_OUTCOME, Fault.NOT_ALLOWED, Fault.CONTENT,
        Fault.NOT_ALLOWED, Fault.UNKNOWN_OUTCOME,
    ]  # fmt: skip


def test_what_left_before_a_failure_stays_out_of_the_next_attempt(network: Twilio) -> None:
    long = to(text="word " * 500)
    network.bad_days += []
    adapter("twilio").send(long, account())
    again = adapter("twilio").send(replace(long, sent_parts=("SM1",)), account())
    assert (len(network.messages), len(again.external_ids), network.said()[1]) == (3, 1, network.said()[2])


def test_a_file_is_fetched_with_our_credentials_from_twilio_alone(network: Twilio) -> None:
    network.files["/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"] = b"\x89PNG"
    url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
    assert adapter("twilio").fetch_media(MediaRef(url), account()) == b"\x89PNG"
    with pytest.raises(SendError) as gone:
        adapter("twilio").fetch_media(MediaRef(f"{url}2"), account())
    assert gone.value.fault == Fault.MEDIA


@pytest.mark.parametrize(
    ("kind", "settings"), [("twilio", {}), ("twilio", {"messaging_service_sid": SERVICE}), ("twilio_whatsapp", {})]
)
def test_connecting_sets_the_webhook_and_the_check_sees_it(
    network: Twilio, kind: str, settings: dict[str, str]
) -> None:
    shop = account(kind, **settings)
    hook = HOOK.replace("/twilio/", f"/{kind}/")
    before = [one.passed for one in adapter(kind).check(shop)]
    connected = [one.passed for one in adapter(kind).connect(shop, hook)]
    after = list(adapter(kind).check(shop))
    assert (before, connected, [one.passed for one in after]) == ([True, False], [True], [True, True])
    assert "n3w" not in str(after)


def test_the_check_says_what_is_wrong(network: Twilio) -> None:
    stranger = replace(account(), address="+14155550199")
    wrong = replace(account(), secrets={"auth_token": "wrong"})
    found = [[(one.passed, one.advice) for one in adapter("twilio").check(shop)][-1] for shop in (stranger, wrong)]
    assert found == [
        (False, "This number is not one of the Twilio account."),
        (False, "Twilio refuses the account SID, the token or the API key."),
    ]


def test_whatsapp_reaches_numbers_and_people_without_one(network: Twilio) -> None:
    shop = account("twilio_whatsapp")
    adapter(shop.kind).send(to(attachments=(picture(1), picture(2))), shop)
    adapter(shop.kind).send(to(USER_ID, "wa_bsuid"), shop)
    assert [(one["To"], one["From"], one.get("MediaUrl", [])) for one in network.messages] == [
        ([f"whatsapp:{CUSTOMER}"], ["whatsapp:+14155550100"], []),
        ([f"whatsapp:{CUSTOMER}"], ["whatsapp:+14155550100"], ["https://shop.example/f/1"]),
        ([f"whatsapp:{CUSTOMER}"], ["whatsapp:+14155550100"], ["https://shop.example/f/2"]),
        ([f"whatsapp:{USER_ID}"], ["whatsapp:+14155550100"], []),
    ]


def test_after_a_day_only_a_template_is_taken(network: Twilio) -> None:
    shop = account("twilio_whatsapp")
    network.silent.add(f"whatsapp:{CUSTOMER}")
    late, unknown = refused(to(), shop), refused(to(text="", template="gone"), shop)
    short = refused(to(text="", template="order_update", variables=("Ada",)), shop)
    adapter(shop.kind).send(to(text="", template="order_update", variables=("Ada", "today")), shop)
    assert [one.fault for one in (late, unknown, short)] == [Fault.NEEDS_TEMPLATE, Fault.NEEDS_TEMPLATE, Fault.CONTENT]
    assert network.said() == ["Hello Ada, your parcel comes today."]


def test_places_outside_of_the_text_keep_what_the_template_holds(network: Twilio) -> None:
    network.contents["HX4"] = {
        "sid": "HX4", "friendly_name": "track", "language": "pt-BR", "variables": {"1": "Bo", "2": "parcel/1"},
        "types": {"twilio/call-to-action": {"body": "Hi {{1}}", "actions": [{"title": "Track", "url": "x/{{2}}"}]}},
        "approval_requests": {"status": "approved"},
    }  # fmt: skip
    shop = account("twilio_whatsapp")
    adapter(shop.kind).send(to(text="", template="track", language="pt_BR", variables=("Ada",)), shop)
    assert network.messages[0]["ContentVariables"] == ['{"2": "parcel/1", "1": "Ada"}']


def test_templates_are_listed_page_for_page_with_their_places_numbered(network: Twilio) -> None:
    card = {"twilio/card": {"title": "Hi {{name}}", "subtitle": "Shop", "actions": [{"title": "Track", "id": "t"}]}}
    network.contents["HX2"] = {
        "sid": "HX2", "friendly_name": "hi", "language": "de", "variables": {"name": "Bo"}, "types": card,
        "approval_requests": {"status": "rejected", "rejection_reason": "Too short", "category": "MARKETING"},
    }  # fmt: skip
    network.contents["HX3"] = {"sid": "HX3", "approval_requests": {"status": "unsubmitted"}}
    assert list(adapter("twilio_whatsapp").templates(account("twilio_whatsapp"))) == [
        Template("order_update", "en", "Hello {{1}}, your parcel comes {{2}}.", category="UTILITY"),
        Template(
            "hi", "de", "Hi {{1}}", "rejected", "MARKETING", footer="Shop", buttons=("Track",), reason="Too short"
        ),
    ]
    assert TEMPLATE in network.contents


def test_up_to_three_buttons_are_quick_replies_and_more_are_a_list(network: Twilio) -> None:
    shop = account("twilio_whatsapp")
    for count in (2, 5):
        buttons = tuple(Button(f"s.{number}", f"{number} of a very long label") for number in range(count))
        adapter(shop.kind).send(to(text="How was it?", buttons=buttons), shop)
    kinds = [next(iter(network.contents[form["ContentSid"][0]]["types"])) for form in network.messages]
    assert (kinds, network.said()) == (["twilio/quick-reply", "twilio/list-picker"], ["How was it?"] * 2)
