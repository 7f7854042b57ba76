"""What WhatsApp's webhooks tell, beyond the public recordings."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channels_adapters.contracts import (
    Account,
    AccountEvent,
    CallEvent,
    DeliveryState,
    DeliveryUpdate,
    Event,
    Identifier,
    IdentityChanged,
    InboundMessage,
    InvalidSignature,
    MessageReaction,
    Payload,
    ReachChanged,
)
from channels_adapters.whatsapp.adapter import WhatsAppAdapter
from tests.networks.whatsapp import ACCOUNT, BUSINESS, CUSTOMER, NUMBER, SHOWN_NUMBER, USER, signed, webhook, written

MADE = WhatsAppAdapter()
PHONE = Identifier("phone", f"+{CUSTOMER}", verified=True)


def parsed(value: dict[str, Any], *, field: str = "messages") -> list[Event]:
    return list(MADE.parse(signed(webhook(value, field=field)), ACCOUNT))


def message(**given: Any) -> InboundMessage:
    (found,) = parsed(written({"id": "wamid.1", **given}))
    assert isinstance(found, InboundMessage)
    return found


def test_a_file_is_named_and_its_hash_is_as_we_write_it() -> None:
    digest = hashlib.sha256(b"tone")
    part = {"id": "77", "mime_type": "audio/ogg; codecs=opus", "sha256": b64encode(digest.digest()).decode()}
    (voice,) = message(type="audio", audio=part | {"voice": True}).attachments
    (paper,) = message(type="document", document={"id": "78", "filename": "bill.pdf", "caption": "Here"}).attachments
    assert (voice.filename, voice.content_type, voice.sha256) == ("voice.ogg", "audio/ogg", digest.hexdigest())
    assert voice.ref is not None
    assert voice.ref.token == "77"
    assert (paper.filename, paper.content_type, paper.sha256) == ("bill.pdf", "application/octet-stream", "")
    assert message(type="image", image={}).unsupported


def test_cards_are_lines_and_files_for_an_address_book() -> None:
    name = {"formatted_name": "Ada, Countess", "first_name": "Ada"}
    card = {
        "name": name,
        "phones": [{"phone": "+45 1"}],
        "emails": [{"email": "a@b.example"}],
        "org": {"company": "X;Y"},
    }
    found = message(type="contacts", contacts=[card, {"name": {"first_name": "Bo"}}])
    assert found.text == "Ada, Countess, +45 1, a@b.example, X;Y\nBo"
    assert [one.filename for one in found.attachments] == ["Ada, Countess.vcf", "Bo.vcf"]
    assert b"FN:Ada\\, Countess\r\nTEL:+45 1\r\nEMAIL:a@b.example\r\nORG:X\\;Y\r\n" in (
        found.attachments[0].content or b""
    )


def test_an_advertisement_a_product_and_a_forward_are_told_beside_the_message() -> None:
    referral = {"source_url": "https://fb.me/1", "source_type": "ad", "headline": "Chat with us"}
    context = {"forwarded": True, "referred_product": {"catalog_id": "1", "product_retailer_id": "p"}}
    found = message(type="text", text={"body": "Hi"}, referral=referral, context=context)
    assert found.referral == "https://fb.me/1"
    assert dict(found.context) == {"referral": referral, "product": context["referred_product"], "forwarded": True}


def test_a_group_is_one_conversation() -> None:
    assert message(type="text", text={"body": "Hi"}, group_id="G1").thread.keys == ("group:G1",)


def test_what_was_written_on_our_phone_is_an_echo_for_its_reader() -> None:
    echo = {"from": SHOWN_NUMBER, "to": CUSTOMER, "id": "wamid.e", "timestamp": "1763800000", "type": "text"}
    (found,) = parsed({"message_echoes": [echo | {"text": {"body": "Sure!"}}]}, field="smb_message_echoes")
    assert isinstance(found, InboundMessage)
    assert (found.direction, found.text, found.author.primary.value) == ("echo", "Sure!", f"+{SHOWN_NUMBER}")
    assert [one.person.identifiers for one in found.recipients] == [(PHONE,)]


def test_a_kind_nobody_knows_keeps_its_text_and_says_so() -> None:
    found = message(type="hologram", hologram={"body": "I am here"})
    assert (found.text, found.unsupported) == ("I am here", "WhatsApp passes on no content of the kind 'hologram'.")


def test_an_edit_changes_the_message_unless_what_it_became_cant_be_had() -> None:
    def edited(**now: Any) -> list[tuple[str, str]]:
        part = {"original_message_id": "wamid.1", "message": now}
        (found,) = parsed(written({"id": "wamid.e", "type": "edit", "edit": part}))
        return [(type(found).__name__, getattr(found, "text", ""))]

    assert edited(type="text", text={"body": "Better"}) == [("MessageEdited", "Better")]
    assert edited(type="text") == [("InboundMessage", "")]


def test_new_numbers_and_new_ids_are_told_and_other_notices_are_news() -> None:
    def system(**given: Any) -> list[Event]:
        return parsed({"messages": [{"id": "wamid.s", "from": CUSTOMER, "type": "system", "system": given}]})

    moved = system(type="user_changed_number", wa_id="4599", user_id="DK.2", previous_user_id=USER)
    hidden = system(type="user_changed_number", user_id="DK.2")
    told = [(one.old.value, one.new.value) for one in (*moved, *hidden) if isinstance(one, IdentityChanged)]
    assert told == [(PHONE.value, "+4599"), (USER, "DK.2"), (PHONE.value, "DK.2")]
    (news,) = system(type="customer_identity_changed", body="The security code changed.")
    assert isinstance(news, AccountEvent)
    assert (news.name, news.details) == ("customer_identity_changed", "The security code changed.")


def test_receipts_name_the_message_the_state_and_why_it_failed() -> None:
    states = ("sent", "delivered", "read", "played", "failed", "pondered")
    errors = [{"code": 131026, "title": "Undeliverable", "error_data": {"details": "Not on WhatsApp"}}]
    statuses = [{"id": "wamid.1", "status": one, "recipient_id": CUSTOMER, "errors": errors} for one in states]
    found = parsed({"statuses": statuses})
    updates = [one for one in found if isinstance(one, DeliveryUpdate)]
    assert [one.state for one in updates] == [
        DeliveryState.SENT,
        DeliveryState.DELIVERED,
        DeliveryState.READ,
        DeliveryState.READ,
        DeliveryState.FAILED,
    ]
    assert {one.recipient for one in updates} == {PHONE}
    assert [bool(one.reason) for one in updates] == [False, False, False, False, True]
    assert updates[-1].reason.endswith("[Not on WhatsApp (131026)]")
    assert [one.name for one in found if isinstance(one, AccountEvent)] == ["unparsed"]


def test_a_reaction_is_put_on_the_message_it_names() -> None:
    (found,) = parsed(
        written({"id": "wamid.r", "type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "👍"}})
    )
    assert isinstance(found, MessageReaction)
    assert (found.external_id, found.emoji, found.removed, found.author.primary) == ("wamid.1", "👍", False, PHONE)


def test_who_stops_marketing_messages_has_opted_out_until_he_resumes() -> None:
    wishes = [{"wa_id": CUSTOMER, "category": "marketing_messages", "value": one} for one in ("stop", "resume")]
    found = parsed({"user_preferences": wishes}, field="user_preferences")
    assert [one.state for one in found if isinstance(one, ReachChanged)] == ["opted_out", "reachable"]


def test_calls_ring_are_missed_answered_and_end() -> None:
    call = {"id": "wacid.1", "from": CUSTOMER, "direction": "USER_INITIATED", "timestamp": "1763800000"}
    told = [{"event": "connect"}, {"event": "terminate", "status": "COMPLETED", "duration": 61}]
    found = parsed({"calls": [call | one for one in told]}, field="calls")
    found += parsed({"calls": [call | {"event": "terminate", "status": "FAILED"}]}, field="calls")
    found += parsed({"statuses": [{"id": "wacid.2", "type": "call", "status": "ACCEPTED", "recipient_id": CUSTOMER}]})
    calls = [(one.state, one.duration, one.author.primary) for one in found if isinstance(one, CallEvent)]
    assert calls == [
        ("ringing", None, PHONE),
        ("ended", timedelta(seconds=61), PHONE),
        ("missed", None, PHONE),
        ("answered", None, PHONE),
    ]


@pytest.mark.parametrize(
    ("field", "value", "name", "details"),
    [
        (
            "message_template_status_update",
            {"event": "PAUSED", "message_template_name": "hi", "message_template_language": "en", "reason": "NONE"},
            "template_paused",
            "hi (en)",
        ),
        (
            "template_category_update",
            {"message_template_name": "hi", "previous_category": "UTILITY", "new_category": "MARKETING"},
            "template_category",
            "hi (): UTILITY → MARKETING",
        ),
        (
            "phone_number_quality_update",
            {"display_phone_number": "1", "event": "DOWNGRADE", "current_limit": "TIER_1K"},
            "quality",
            "1: DOWNGRADE: TIER_1K",
        ),
        ("account_review_update", {"decision": "APPROVED"}, "account_review", "decision: APPROVED"),
        (
            "account_update",
            {"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "X"}]},
            "account_restriction",
            'event: ACCOUNT_RESTRICTION; restriction_info: [{"restriction_type": "X"}]',
        ),
        ("history", {"history": [{"threads": [{"id": "1"}, {"id": "2"}]}]}, "history", "threads: 2"),
        ("messages", {"errors": [{"code": 130429}]}, "error", 'errors: [{"code": 130429}]'),
        ("tomorrow", {"a": {"b": 1}}, "tomorrow", "a.b: 1"),
    ],
)
def test_news_of_the_account_have_a_name_and_a_sentence(
    field: str, value: dict[str, Any], name: str, details: str
) -> None:
    body = {
        "object": "whatsapp_business_account",
        "entry": [{"id": BUSINESS, "changes": [{"field": field, "value": value}]}],
    }
    (found,) = MADE.parse(signed(body), ACCOUNT)
    assert isinstance(found, AccountEvent)
    assert (found.name, found.details) == (name, details)


def test_each_account_gets_what_is_for_it_and_for_its_business_account() -> None:
    news = {"field": "account_review_update", "value": {"decision": "APPROVED"}}
    ours = webhook(written({"id": "wamid.1", "type": "text", "text": {"body": "To us"}}))["entry"][0]
    theirs = webhook(written({"id": "wamid.2", "type": "text", "text": {"body": "To them"}}), of="999")["entry"][0]
    others = {"id": "555", "changes": [news]}
    ours["changes"].append(news)
    payload = signed({"object": "whatsapp_business_account", "entry": [ours, theirs, others]})

    def seen(account: Account) -> list[str]:
        return [
            one.text if isinstance(one, InboundMessage) else type(one).__name__ for one in MADE.parse(payload, account)
        ]

    assert seen(ACCOUNT) == seen(replace(ACCOUNT, settings={})) == ["To us", "AccountEvent"]
    assert seen(Account("whatsapp", "999")) == ["AccountEvent", "To them"]
    assert seen(Account("whatsapp", "777", settings={"waba_id": "555"})) == ["AccountEvent"]
    assert seen(Account("whatsapp", "")) == ["To us", "AccountEvent", "To them", "AccountEvent"]
    assert MADE.route(payload) == (NUMBER, BUSINESS, "999", "555")


def test_the_same_request_again_has_the_same_event_ids_and_a_doubled_message_is_one() -> None:
    one = {"id": "wamid.1", "type": "text", "text": {"body": "Hi"}}
    payload = signed(webhook(written(one, one, {"type": "text", "text": {"body": "No id"}})))
    ids = [event.event_id for event in MADE.parse(payload, ACCOUNT)]
    assert ids == [event.event_id for event in MADE.parse(payload, ACCOUNT)]
    assert (len(ids), len(set(ids)), ids[0]) == (2, 2, "message:wamid.1")


def test_what_is_not_signed_with_the_apps_secret_is_refused() -> None:
    body = webhook(written({"id": "wamid.1", "type": "text", "text": {"body": "Hi"}}))
    assert MADE.verify(signed(body), ACCOUNT) is None
    former = replace(ACCOUNT, secrets={"app_secret": "newer", "app_secret_before": "app-secret"})
    assert MADE.verify(signed(body), former) is None
    no_secret = replace(ACCOUNT, secrets={})
    for payload, account in (
        (signed(body, secret="another"), ACCOUNT),
        (replace(signed(body), headers={}), ACCOUNT),
        (Payload(json.dumps(body).encode() + b" ", signed(body).headers), ACCOUNT),
        (signed(body), no_secret),
    ):
        with pytest.raises(InvalidSignature):
            MADE.verify(payload, account)
