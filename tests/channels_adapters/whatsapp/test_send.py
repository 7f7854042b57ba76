"""Writing on WhatsApp, against a fake of its Cloud API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

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
    ThreadRef,
)
from channels_adapters.whatsapp.adapter import WhatsAppAdapter
from tests.networks.graph import refusal
from tests.networks.server import Reply
from tests.networks.whatsapp import ACCOUNT, BUSINESS, CUSTOMER, NUMBER, USER, WhatsApp, template

MADE = WhatsAppAdapter()
PHONE, NAMELESS = Identifier("phone", f"+{CUSTOMER}"), Identifier("wa_bsuid", USER)
PICTURE = Attachment(AttachmentKind.IMAGE, "a.png", "image/png", 3, content=b"png", link="https://we.example/a.png")


@pytest.fixture
def network() -> Iterator[WhatsApp]:
    with WhatsApp() as fake:
        yield fake


def message(text: str = "", *, to: Identifier = PHONE, **more: Any) -> OutboundMessage:
    return OutboundMessage("8f14e45f", (Recipient(Person((to,))),), text=text, **more)


def refused(sent: OutboundMessage, account: Account = ACCOUNT) -> SendError:
    with pytest.raises(SendError) as raised:
        MADE.send(sent, account)
    return raised.value


def test_a_text_answers_what_was_asked_and_teaches_us_who_he_is(network: WhatsApp) -> None:
    sent = MADE.send(message("See https://we.example", thread=ThreadRef(answers="mid:wamid.in1")), ACCOUNT)
    assert network.messages == [
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": CUSTOMER,
            "type": "text",
            "text": {"body": "See https://we.example", "preview_url": True},
            "context": {"message_id": "wamid.in1"},
            "biz_opaque_callback_data": "8f14e45f:1/1",
        }
    ]
    assert sent.external_ids == ("wamid.out1",)
    assert [[one.value for one in person.identifiers] for person in sent.learned] == [[f"+{CUSTOMER}", USER]]


def test_who_has_no_number_is_written_to_by_his_id_and_a_group_by_its_own(network: WhatsApp) -> None:
    sent = MADE.send(message("Hi", to=NAMELESS), ACCOUNT)
    MADE.send(message("All", thread=ThreadRef(keys=("group:G1",))), ACCOUNT)
    addressed = [{name: one.get(name) for name in ("recipient_type", "to", "recipient")} for one in network.messages]
    assert addressed == [
        {"recipient_type": "individual", "to": None, "recipient": USER},
        {"recipient_type": "group", "to": "G1", "recipient": None},
    ]
    assert [[one.value for one in person.identifiers] for person in sent.learned] == [[USER, f"+{CUSTOMER}"]]


def test_a_long_text_and_files_are_several_messages_of_which_none_leaves_twice(network: WhatsApp) -> None:
    paper = Attachment(AttachmentKind.FILE, "b.pdf", "application/pdf", 3, link="https://we.example/b.pdf")
    shapes = Attachment(
        AttachmentKind.FILE, "c.zip", "application/zip", 3, content=b"zip", link="https://we.example/c.zip"
    )
    whole = message("word " * 900, attachments=(PICTURE, paper, shapes))
    sent = MADE.send(whole, ACCOUNT)
    assert [one["type"] for one in network.messages] == ["text", "text", "image", "document"]
    assert network.said[1].endswith("c.zip: https://we.example/c.zip")
    assert network.files[network.messages[2]["image"]["id"]] == b"png"
    assert network.messages[3]["document"] == {"link": "https://we.example/b.pdf", "filename": "b.pdf"}
    again = MADE.send(replace(whole, sent_parts=sent.external_ids[:3]), ACCOUNT)
    assert (len(again.external_ids), network.messages[-1]["type"], len(network.messages)) == (1, "document", 5)


def test_what_left_before_a_failure_is_kept(network: WhatsApp) -> None:
    network.bad_days = [Reply(content={"messages": [{"id": "wamid.x"}]}), refusal(130429, status=429)]
    problem = refused(message("word " * 900))
    assert (problem.fault, problem.sent_parts) == (Fault.RATE_LIMITED, ("wamid.x",))


def test_few_short_answers_are_buttons_and_others_a_list(network: WhatsApp) -> None:
    few = tuple(Button(f"s:{number}", label) for number, label in enumerate(("Bad", "So so", "Good")))
    many = tuple(Button(f"s:{number}", f"{number} of 10, more or less likely") for number in range(10))
    MADE.send(message("Please. " * 150 + "How was it?", buttons=few), ACCOUNT)
    MADE.send(message("How likely?", buttons=many, language="zh-hant"), ACCOUNT)
    first, last = network.messages[-2]["interactive"], network.messages[-1]["interactive"]
    assert [one["type"] for one in network.messages] == ["text", "interactive", "interactive"]
    assert [one["reply"] for one in first["action"]["buttons"]] == [
        {"id": "s:0", "title": "Bad"},
        {"id": "s:1", "title": "So so"},
        {"id": "s:2", "title": "Good"},
    ]
    assert last["action"]["button"] == "請選擇"
    assert last["action"]["sections"][0]["rows"][1] == {
        "id": "s:1",
        "title": "1 of 10, more or less l…",
        "description": "1 of 10, more or less likely",
    }
    assert refused(message("Which?", buttons=(*many, *many))).fault == Fault.CONTENT


def test_after_a_day_only_a_template_is_taken(network: WhatsApp) -> None:
    network.window_open = False
    problem = refused(message("Still there?"))
    assert (problem.fault, problem.reason) == (
        Fault.NEEDS_TEMPLATE,
        "More than 24 hours have passed since the customer wrote: only an approved template can be sent.",
    )
    sent = MADE.send(message(template="hello_world", way="template", language="en"), ACCOUNT)
    assert network.messages[-1]["template"] == {"name": "hello_world", "language": {"code": "en_US"}, "components": []}
    assert sent.external_ids == ("wamid.out1",)


HEADER = {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}"}
FOOTER = {"type": "FOOTER", "text": "Nordlys"}
BUTTONS = {
    "type": "BUTTONS",
    "buttons": [
        {"type": "URL", "text": "Track", "url": "https://we.example/{{1}}"},
        {"type": "QUICK_REPLY", "text": "Thanks"},
    ],
}


def test_templates_are_listed_with_their_places_in_one_row(network: WhatsApp) -> None:
    network.templates = [
        template("order", "en_US", "Hi {{1}}, it leaves on {{2}}.", HEADER, FOOTER, BUTTONS),
        template("order", "ru", "{{1}}!", status="PENDING"),
        template("named", "en", "Hi {{ name }}", status="REJECTED", rejected_reason="SPAM", parameter_format="NAMED"),
        template("shown", "en", "See", {"type": "HEADER", "format": "IMAGE"}, status="PAUSED", category="MARKETING"),
    ]
    found = MADE.templates(ACCOUNT)
    first = found[0]
    assert (first.header, first.text, first.footer) == ("Order {{3}}", "Hi {{1}}, it leaves on {{2}}.", "Nordlys")
    assert (first.buttons, first.category) == (("Track (https://we.example/{{4}})", "Thanks"), "utility")
    assert [(one.name, one.language, one.state, one.reason) for one in found] == [
        ("order", "en_US", "approved", ""),
        ("order", "ru", "pending", ""),
        ("named", "en", "rejected", "SPAM"),
        ("shown", "en", "paused", ""),
    ]
    assert (found[2].text, found[3].header) == ("Hi {{1}}", "(image)")
    assert list(MADE.templates(replace(ACCOUNT, settings={}))) == []


def test_a_template_is_filled_in_everywhere(network: WhatsApp) -> None:
    network.templates = [
        template("order", "en_US", "Hi {{1}}, it leaves on {{2}}.", HEADER, FOOTER, BUTTONS),
        template("order", "ru", "{{1}}!", status="PENDING"),
        template("named", "en", "Hi {{name}}", parameter_format="NAMED"),
        template("shown", "en", "See", {"type": "HEADER", "format": "IMAGE"}),
    ]
    values = ("Bo", "Mon\n day", "17", "t/17")
    sent = message(template="order", variables=values, language="en", buttons=(Button("s:1", "Thanks"),))
    MADE.send(sent, ACCOUNT)
    MADE.send(message(template="named", variables=("Bo",), language="en"), ACCOUNT)
    MADE.send(message(template="shown", attachments=(PICTURE,), language="en"), ACCOUNT)
    filled = [one["template"]["components"] for one in network.messages]
    assert filled[0] == [
        {"type": "header", "parameters": [{"type": "text", "text": "17"}]},
        {"type": "body", "parameters": [{"type": "text", "text": "Bo"}, {"type": "text", "text": "Mon day"}]},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "t/17"}]},
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": "1",
            "parameters": [{"type": "payload", "payload": "s:1"}],
        },
    ]
    assert filled[1] == [{"type": "body", "parameters": [{"type": "text", "text": "Bo", "parameter_name": "name"}]}]
    assert filled[2][0]["parameters"][0]["type"] == "image"
    taken = len(network.messages)
    wrong = [
        message(template="order", variables=("Bo",), language="en"),
        message(template="order", variables=("Bo",), language="ru"),
        message(template="gone", language="en"),
        message(template="shown", language="en"),
        message(template="named", variables=("Bo",), language="en", attachments=(PICTURE,)),
    ]
    assert [(refused(one).fault, refused(one).reason) for one in wrong] == [
        (Fault.CONTENT, "The template order has 4 places to fill in."),
        (Fault.CONTENT, "WhatsApp has not approved the template order."),
        (Fault.CONTENT, "There is no template gone any more."),
        (Fault.CONTENT, "The template needs one file, of the kind image."),
        (Fault.CONTENT, "The template takes no files."),
    ]
    assert len(network.messages) == taken


FAULTS = {
    Fault.NEEDS_TEMPLATE: (131047,),
    Fault.RECIPIENT: (131026, 131021, 131030, 131062, 131049, 130472),
    Fault.OPTED_OUT: (131050,),
    Fault.RATE_LIMITED: (4, 80007, 130429, 131048, 131056, 133016, 131064),
    Fault.TEMPORARY: (131000, 131016, 135000, 131057),
    Fault.MEDIA: (131052, 131053),
    Fault.CONTENT: (131051, 132000, 132001, 132012, 132015, 132016, 100),
    Fault.AUTH: (190, 0, 368, 131031),
    Fault.NOT_ALLOWED: (10, 200, 299, 131005, 131042),
}


def test_each_documented_refusal_has_its_fault_and_a_sentence(network: WhatsApp) -> None:
    codes = [code for found in FAULTS.values() for code in found]
    network.bad_days = [refusal(code, f"(#{code}) {ACCOUNT.secrets['access_token']}") for code in codes]
    problems = {code: refused(message("Hi")) for code in codes}
    found = {fault: tuple(code for code in codes if problems[code].fault == fault) for fault in FAULTS}
    assert found == FAULTS
    said = [one.reason for one in problems.values()]
    assert [one for one in said if not one.endswith((".", ")")) or ACCOUNT.secrets["access_token"] in one] == []
    waits = {code: one.retry_after for code, one in problems.items() if one.retry_after}
    assert waits == {131056: timedelta(seconds=6)}


def test_what_became_of_it_is_unknown_where_the_answer_is_cut_off(network: WhatsApp) -> None:
    network.bad_days = [Reply(hang_up=True), Reply(content={})]
    assert [refused(message("Hi")).fault for _ in range(2)] == [Fault.UNKNOWN_OUTCOME, Fault.UNKNOWN_OUTCOME]
    assert refused(replace(message("Hi"), to=())).fault == Fault.RECIPIENT
    assert refused(message("")).fault == Fault.CONTENT
    assert refused(message("Hi"), replace(ACCOUNT, secrets={})).fault == Fault.AUTH
    assert refused(message("Hi", attachments=(replace(PICTURE, content=None, link=""),))).fault == Fault.MEDIA


def test_a_file_is_fetched_by_its_id_else_where_it_lies_and_the_token_is_shown_to_meta_alone(network: WhatsApp) -> None:
    network.files["7"] = b"picture"
    there = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=7"
    elsewhere = "https://cdn.example.com/a.png"
    tokens = ("7", f"8 {there}", there, f"8 {elsewhere}")
    assert [MADE.fetch_media(MediaRef(one), ACCOUNT) for one in tokens] == [b"picture"] * 3 + [b"from elsewhere"]
    for token in ("8", "http://lookaside.fbsbx.com/?mid=7", f"8 {there}7"):
        with pytest.raises(SendError) as raised:
            MADE.fetch_media(MediaRef(token), ACCOUNT)
        assert raised.value.fault == Fault.MEDIA


def test_the_check_names_what_is_wrong_and_connecting_registers_our_address(network: WhatsApp) -> None:
    before = [(one.label, one.passed) for one in MADE.check(ACCOUNT)]
    assert before == [
        ("Access token", True),
        ("Permissions", True),
        ("Phone number", True),
        ("Templates", True),
        ("Webhook of the app", False),
        ("Account subscribed to the app", False),
    ]
    callback = "https://we.example/hooks/meta/"
    assert [one.passed for one in MADE.connect(ACCOUNT, callback)] == [True, True]
    asked = network.journal[-1]
    assert (asked.path, asked.form) == (
        f"/v25.0/{BUSINESS}/subscribed_apps",
        {"override_callback_uri": callback, "verify_token": ACCOUNT.secrets["verify_token"]},
    )
    assert network.webhooks["whatsapp_business_account"]["callback_url"] == callback
    assert [one.passed for one in MADE.check(ACCOUNT)] == [True] * 6
    network.number |= {"quality_rating": "RED"}
    number = next(one for one in MADE.check(ACCOUNT) if one.label == "Phone number")
    assert (number.passed, number.details[0]) == (False, "Nordlys +1 555-078-3881")
    network.number |= {"status": "PENDING"}
    wrong = [one.label for one in MADE.check(replace(ACCOUNT, settings={})) if not one.passed]
    assert wrong == ["Phone number", "Templates", "Account subscribed to the app"]
    assert [one.passed for one in MADE.check(replace(ACCOUNT, secrets={}))] == [False] * 5


def test_the_account_is_the_number(network: WhatsApp) -> None:
    MADE.send(message("Hi"), ACCOUNT)
    assert network.journal[-1].path == f"/v25.0/{NUMBER}/messages"
    assert network.journal[-1].headers["authorization"] == f"Bearer {ACCOUNT.secrets['access_token']}"


def test_a_number_sends_no_faster_than_it_may() -> None:
    paces = [MADE.capabilities_of(replace(ACCOUNT, settings=one)).rate_per_second for one in ({}, {"pace": "20"})]
    assert paces == [80.0, 20.0]
