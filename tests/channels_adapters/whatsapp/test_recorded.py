"""What is in each of the public recordings of WhatsApp's webhooks."""

from __future__ import annotations

from channels_adapters.contracts import (
    Account,
    AccountEvent,
    CallEvent,
    DeliveryUpdate,
    Event,
    IdentityChanged,
    InboundMessage,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
)
from channels_adapters.registry import adapter
from tests.channels_adapters.whatsapp.recorded_requests import recorded

_PLACE = "San Francisco, CA, USA\n37.7893768, -122.3895553\nhttp://location_url.test"
_LONG_PLACE = "<<ruby:long_place_name>>"
_ORDER = "3 × HAMBURGER (30 ILS)\n2 × FRENCH_FRIES (35 ILS)\n2 × SODA (10 ILS)"
_FORM = "comment_text: Comment Text\ndelivery_rating: 4\npurchase_rating: 2\nrecommend_radio: 0\ncs_rating: 0"
_HQ = "Facebook HQ\n1 Hacker Way, Menlo Park, CA 94025\n37.4611978, -122.2164385"
_CHATWOOT = "chatwoot_incoming_message_"

EXPECTED = {
    f"{_CHATWOOT}service_spe_01_params": "in Test",
    f"{_CHATWOOT}service_spe_03_phone_with_bsuid_params": "in phone and bsuid",
    f"{_CHATWOOT}service_spe_06_phone_with_bsuid_params": "in phone follow up",
    f"{_CHATWOOT}service_spe_12_status_params": "failed <<ruby:from>> Meta refuses it: abc (code 123) [abc (123)]",
    f"{_CHATWOOT}service_spe_13_status_params": "deleted <<ruby:from>>",
    f"{_CHATWOOT}service_spe_15_params": "in Yes this is a button, pressed Yes this is a button",
    f"{_CHATWOOT}service_spe_17_params": f"in Bay Bridge\n{_PLACE}, location",
    f"{_CHATWOOT}service_spe_18_params": (
        f"in {_LONG_PLACE}\n{_LONG_PLACE}\n37.7893768, -122.3895553\nhttp://location_url.test, location"
    ),
    f"{_CHATWOOT}service_spe_20_params": "in Hello",
    f"{_CHATWOOT}service_spe_21_params": "in Hello",
    f"{_CHATWOOT}whatsapp_cl_01_params": "in Check out my product!, image",
    f"{_CHATWOOT}whatsapp_cl_04_bsuid_params": "in testing bsuid",
    f"{_CHATWOOT}whatsapp_cl_05_phone_with_bsuid_params": "in phone and bsuid",
    f"{_CHATWOOT}whatsapp_cl_08_will_not_throw_error": "news unparsed",
    f"{_CHATWOOT}whatsapp_cl_10_reply_params": "in This is a reply, answers mid:wamid.ORIGINAL_MESSAGE_ID",
    "chatwoot_whatsapp_events_job_spec_02_wb_params": "news unparsed",
    "pywa_account_update_account_disabled": "news account_disabled_update",
    "pywa_account_update_authentication_international_eligibility": "news account_auth_intl_price_eligibility_update",
    "pywa_account_update_mm_api_for_wa_terms_of_service": "news account_mm_lite_terms_signed",
    "pywa_account_update_partner_added": "news account_partner_added",
    "pywa_account_update_partner_app_uninstalled": "news account_partner_app_uninstalled",
    "pywa_account_update_partner_led_business_verification_status": (
        "news account_partner_client_certification_status_update"
    ),
    "pywa_account_update_partner_removed_wa_app_disconnection": "news account_partner_removed",
    "pywa_account_update_pricing_tiering_update": "news account_volume_based_pricing_tier_update",
    "pywa_account_update_primary_business_location_set": "news account_business_primary_location_country_update",
    "pywa_call_connect_business_initiated": "call wacid.xxxx= ringing +972987654321",
    "pywa_call_connect_user_initiated": "call wacid.xxxx= ringing +972987654321",
    "pywa_call_permission_update_reject": "in reject, pressed call_permission_reply:reject, answers mid:wamid.y==",
    "pywa_callback_button_button": "in title, pressed callback_data, answers mid:wamid.xyzxyz",
    "pywa_callback_button_quick_reply": "in title, pressed callback_data, answers mid:wamid.xyzxyz==",
    "pywa_callback_button_quick_reply_without_context": "in title, pressed callback_data",
    "pywa_callback_selection_callback": "in title, pressed callback_data, answers mid:wamid.xyzxyz",
    "pywa_edited_message_image": (
        "edited wamid.HBgLMTQxMjU1NTA4MjkVAgASGBQzQUNCNjk5RDUwNUZGMUZEM0VBRAA= Updated image caption"
    ),
    "pywa_flow_completion_without_flow_token": f"in {_FORM}, answers mid:wamid.gvwegfretge==",
    "pywa_message_animated_sticker": "in , sticker",
    "pywa_message_audio": "in , audio",
    "pywa_message_chosen_location": f"in {_HQ}\nhttps://maps.google.com/?cid=2000000000000000000, location",
    "pywa_message_current_location": "in 12.25089, 43.90539, location",
    "pywa_message_interactive_message_with_err": (
        "in , answers mid:wamid.gvwegfretge==, unsupported: Unsupported webhook payload (131000)"
    ),
    "pywa_message_media_with_url": "in , image",
    "pywa_message_order": f"in {_ORDER}",
    "pywa_message_static_sticker": "in , sticker",
    "pywa_message_status_delivered": "delivered wamid.xyzxyz",
    "pywa_message_status_failed": (
        "failed wamid.xyzxyz WhatsApp holds it back: this person's number is part of an experiment. "
        "[Failed to send message because this user's phone number is part of an experiment (130472)]"
    ),
    "pywa_message_status_group": "read <WHATSAPP_MESSAGE_ID>",
    "pywa_message_status_read": "read wamid.xyzxyz",
    "pywa_message_status_with_tracker": "sent wamid.xyzxyz",
    "pywa_message_text": "in Body Text",
    "pywa_message_unreaction_no_emoji": "reaction wamid.yzxyzx= taken off",
    "pywa_message_unsupported_with_type": "in , unsupported: Message type is currently not supported. (131051)",
    "pywa_outgoing_message_delete": "erased wamid.zzzzzz",
    "pywa_system_phone_number_change": "+972987654321 is +972912345678",
    "pywa_template_components_update_element": "news template_changed",
    "pywa_template_quality_update_yellow": "news template_quality",
    "pywa_template_status_update_approved": "news template_approved",
    "pywa_template_status_update_rejected": "news template_rejected",
}


def told(event: Event) -> str:
    """An event in a line."""
    match event:
        case InboundMessage():
            parts = [f"{event.direction} {event.text}", *(str(one.kind) for one in event.attachments)]
            parts += [f"pressed {event.choice.id}"] if event.choice else []
            parts += [f"answers {event.thread.answers}"] if event.thread.answers else []
            parts += [f"unsupported: {event.unsupported}"] if event.unsupported else []
            return ", ".join(parts)
        case DeliveryUpdate():
            return " ".join(filter(None, (event.state, *event.external_ids, event.reason)))
        case MessageEdited():
            return f"edited {event.external_id} {event.text}"
        case MessageDeleted():
            return f"{'erased' if event.must_erase else 'deleted'} {event.external_id}"
        case MessageReaction():
            return f"reaction {event.external_id} {'taken off' if event.removed else event.emoji}"
        case IdentityChanged():
            return f"{event.old.value} is {event.new.value}"
        case CallEvent():
            return f"call {event.external_id} {event.state} {event.author.primary.value}"
        case AccountEvent():
            return f"news {event.name}"
    return type(event).__name__


def test_what_is_in_each_recording() -> None:
    made = adapter("whatsapp")
    for account in (Account("whatsapp", ""), Account("whatsapp", "4711", settings={"waba_id": "0815"})):
        found = {name: [told(one) for one in made.parse(payload, account)] for name, payload in recorded().items()}
        assert found == {name: [one] for name, one in EXPECTED.items() if name in found}
        assert len(found) >= len(EXPECTED)


def test_who_wrote_is_known_by_all_that_is_told_of_him() -> None:
    made, account = adapter("whatsapp"), Account("whatsapp", "")
    names = ("pywa_message_text", f"{_CHATWOOT}whatsapp_cl_04_bsuid_params")
    found = [one for name in names for one in made.parse(recorded()[name], account) if isinstance(one, InboundMessage)]
    people = [(*((one.kind, one.value) for one in event.author.identifiers), event.author.name) for event in found]
    assert people == [
        (
            ("phone", "+972987654321"),
            ("wa_bsuid", "US.13491208655302741918"),
            ("wa_parent_bsuid", "US.ENT.11815799212886844830"),
            "Test Name",
        ),
        (("wa_bsuid", "IN.2081978709342942"), ("wa_parent_bsuid", "IN.ENT.9081726354"), "Muhsin"),
    ]
