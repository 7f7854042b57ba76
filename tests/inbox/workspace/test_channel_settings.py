"""The settings of a mailbox: what is asked for, further addresses, what it says by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from channels_adapters.wording import say
from inbox.agents.models import Agent
from inbox.channels.access import account
from inbox.channels.accounts import Texts, change_texts, set_aliases
from inbox.channels.actions import connect
from inbox.channels.models import Channel
from inbox.workspace.wording import translated
from tests import cast
from tests.inbox.workspace.pages import text_of

Screen = Callable[[Agent], Client]
GIVEN = {"name": "Support", "address": "support@nordlys.example", "language": "en"}
FETCHED = {**GIVEN, "network_incoming": "imap", "network_incoming_host": "imap.nordlys.example"}


def errors(page: str) -> list[str]:
    found = re.findall(r'<p class="error" id="id_([a-z_]+)-error">.*?<span>(.*?)</span></p>', page, re.DOTALL)
    return [f"{name}: {unescape(sentence).strip()}" for name, sentence in found]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"network_incoming_host": ""}, ["network_incoming_host: This field is required."]),
        ({"network_incoming": "none", "network_incoming_host": ""}, []),
        ({"network_incoming": "none", "network_incoming_port": "many"}, []),
        ({"network_incoming": "pop3", "network_poll_seconds": "-1"},
         ["network_poll_seconds: Ensure this value is greater than or equal to 0."]),
        ({"network_after_import": "move"}, ["network_after_import_folder: This field is required."]),
        ({"network_incoming": "none", "network_incoming_host": "", "network_after_import": "move"}, []),
        ({"network_oauth_provider": "google"}, ["network_oauth_client_id: This field is required."]),
    ],
)  # fmt: skip
def test_only_what_applies_is_asked_for(
    screen: Screen, maja: Agent, support: Channel, changed: dict[str, str], told: list[str]
) -> None:
    answer = screen(maja).post(f"/channels/{support.pk}/settings/", FETCHED | changed)
    assert errors(answer.content.decode()) == told


def test_every_field_says_when_it_counts_and_those_that_do_are_marked(
    screen: Screen, maja: Agent, support: Channel
) -> None:
    Channel.objects.update(settings={"incoming": "imap"})
    page = screen(maja).get(f"/channels/{support.pk}/settings/").content.decode()
    shown = re.findall(r'data-depends="(\w+)" data-among="([^"]*)"( data-applies)?>.*?name="(\w+)"', page, re.DOTALL)
    applies = {name: bool(mark) for _other, _among, mark, name in shown}
    assert (applies["network_folders"], applies["network_oauth_client_id"]) == (True, False)
    assert "Only for “How mail gets here”: Fetched by IMAP" in unescape(page)


def test_what_the_form_does_not_ask_for_stays(screen: Screen, maja: Agent, support: Channel) -> None:
    Channel.objects.update(settings={"sample": True, "host": "old.example"})
    screen(maja).post(f"/channels/{support.pk}/settings/", FETCHED)
    kept = account(Channel.objects.get()).settings
    assert (kept["sample"], kept.get("host"), kept["incoming_host"]) == (True, None, "imap.nordlys.example")


def test_further_addresses_are_kept_changed_and_taken_away(screen: Screen, maja: Agent, support: Channel) -> None:
    client, kept = screen(maja), []
    for lines in ("Sales@nordlys.example\r\n*@Shop.example\r\n\r\n", "*@shop.example\nsupport@nordlys.example", ""):
        client.post(f"/channels/{support.pk}/settings/", {**GIVEN, "aliases": lines})
        kept.append(sorted(support.aliases.values_list("address", flat=True)))
    assert kept == [["*@shop.example", "sales@nordlys.example"], ["*@shop.example"], []]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"aliases": "nonsense\n*@\na b@x.example"},
         ["aliases: nonsense is no mail address. *@ is no mail address. a b@x.example is no mail address."]),
        ({"aliases": "Billing@nordlys.example"}, ["aliases: billing@nordlys.example belongs to Billing."]),
        ({"aliases": "money@nordlys.example\n*@money.example"},
         ["aliases: money@nordlys.example belongs to Billing. *@money.example belongs to Billing."]),
        ({"address": "money@nordlys.example"}, ["address: This is a further address of Billing."]),
        ({"address": "billing@nordlys.example"}, ["address: This address is connected already."]),
    ],
)  # fmt: skip
def test_an_address_leads_to_one_channel(
    screen: Screen, maja: Agent, support: Channel, changed: dict[str, str], told: list[str]
) -> None:
    billing = connect(kind="email", address="billing@nordlys.example", name="Billing")
    set_aliases(billing, ["Money@nordlys.example", "*@money.example"])
    answer = screen(maja).post(f"/channels/{support.pk}/settings/", {**GIVEN, **changed})
    assert (errors(answer.content.decode()), support.aliases.count()) == (told, 0)


def test_texts_are_kept_by_language_and_empty_ones_are_forgotten(screen: Screen, maja: Agent, support: Channel) -> None:
    change_texts(support, acknowledges=False, texts={"ru": Texts(signature="Магазин")})
    given = {"acknowledges": "on", "en-signature": "Nordlys\r\nShoes", "en-subject": "Got it\r\n", "en-text": "Thanks."}
    answer = screen(maja).post(f"/channels/{support.pk}/texts/", given, follow=True)
    kept = support.texts.values_list("language", "signature", "acknowledgement_subject", "acknowledgement")
    support.refresh_from_db()
    assert (support.acknowledges, list(kept)) == (True, [("en", "Nordlys\r\nShoes", "Got it", "Thanks.")])
    assert ("The texts are saved." in text_of(answer), "Nordlys Shoes" in text_of(answer)) == (True, True)


def test_a_new_webhook_address_is_made_once_however_often_the_button_is_pressed(
    screen: Screen, maja: Agent, support: Channel
) -> None:
    client, shown = screen(maja), []
    for _press in range(3):
        page = client.get(f"/channels/{support.pk}/").content.decode()
        shown += re.findall(r'value="(http[^"]*/hooks/email/[^"]*)"', page)
        client.post(f"/channels/{support.pk}/hook/", {"version": "1"})
    assert (len(shown), len(set(shown)), shown[1] == shown[2]) == (3, 2, True)


def test_a_lead_sees_how_a_channel_is_and_nothing_to_change_it_with(screen: Screen, support: Channel) -> None:
    page = screen(cast.lea()).get(f"/channels/{support.pk}/")
    settings = f"/channels/{support.pk}/settings/".encode()
    assert ("How it is" in text_of(page), b"/check/" in page.content, settings in page.content) == (
        True,
        False,
        False,
    )


def test_what_an_adapter_says_is_said_in_the_readers_language_with_its_values() -> None:
    assert [translated(text) for text in ("", "Name", say("Signed in as %(user)s.", user="100 %"))] == [
        "",
        "Name",
        "Signed in as 100 %.",
    ]
