"""Who a visitor is: whom his site vouches for, on each of his devices, and nobody else."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from inbox.channels.models import Envelope
from inbox.chats.access import PROVEN_FOR
from inbox.chats.identity_secrets import end_old_secret, rotate_secret
from inbox.chats.models import Visitor
from inbox.chats.talk import say
from inbox.chats.trust_models import VisitorProof
from inbox.common.clock import now
from inbox.customers.models import Customer, CustomerMerge, Identity
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from inbox.tickets.people import merge_customers, unmerge_customers
from tests import cast
from tests.inbox.livechat.browsers import Browser, vouched
from tests.inbox.questions import asks

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(company: None) -> Browser:
    return Browser(cast.shop_chat())


def another(browser: Browser) -> Browser:
    return Browser(browser.channel)


def test_two_devices_of_one_person_have_one_conversation(browser: Browser) -> None:
    phone, token = another(browser), vouched(browser.channel, name="Bo")
    begun = browser.opens(identity_token=token)
    browser.says("Where is my parcel?")
    reply(Ticket.objects.get(), "On its way.", by=cast.ada())
    resumed = phone.opens(identity_token=token)
    phone.says("Thanks, when?")
    assert (
        begun["visitor"],
        [one["text"] for one in resumed["conversation"]["messages"]],
        browser.texts(),
        Ticket.objects.count(),
        Customer.objects.get().name,
        set(Visitor.objects.values_list("identity__value", flat=True)),
    ) == (
        {"name": "Bo", "email": "", "is_proven": True},
        ["Where is my parcel?", "On its way."],
        ["Where is my parcel?", "On its way.", "Thanks, when?"],
        1,
        "Bo",
        {"user:customer-42"},
    )


def test_what_a_browser_said_before_joins_the_proven_person_with_the_evidence_kept(browser: Browser) -> None:
    laptop, token = another(browser), vouched(browser.channel, name="Bo")
    laptop.opens(identity_token=token)
    laptop.says("From my laptop")
    proven = Customer.objects.get()
    browser.opens()
    browser.says("Anonymous so far")
    anonymous = Customer.objects.exclude(pk=proven.pk).get()
    browser.opens(identity_token=token)
    merge = CustomerMerge.objects.get()
    tickets = set(Ticket.objects.values_list("customer", flat=True))
    assert (
        (merge.source, merge.into, merge.by, bool(merge.reason)),
        tickets,
        sorted(laptop.texts()),
        sorted(browser.texts()),
    ) == ((anonymous, proven, None, True), {proven.pk}, *[["Anonymous so far", "From my laptop"]] * 2)
    unmerge_customers(anonymous, by=cast.ada())
    assert set(Ticket.objects.values_list("customer", flat=True)) == {anonymous.pk, proven.pk}


def test_who_is_proven_later_is_the_customer_his_browser_made(browser: Browser) -> None:
    browser.opens()
    browser.says("One")
    before = browser.token
    browser.opens(identity_token=vouched(browser.channel))
    after = browser.says("Two")
    assert (Customer.objects.count(), Ticket.objects.count(), after["outcome"], browser.texts()) == (
        1,
        1,
        "joined",
        ["One", "Two"],
    )
    browser.token = before
    assert browser.get("conversation").status_code == 401


def test_first_words_on_their_way_while_the_site_vouches_are_the_proven_persons(browser: Browser) -> None:
    phone, token = another(browser), vouched(browser.channel, name="Bo")
    phone.opens(identity_token=token)
    browser.opens()
    as_it_was = browser.visitor
    browser.opens(identity_token=token)
    said = say(as_it_was, "One", client_id=uuid.uuid4()).message
    assert said
    phone.says("Two")
    assert (
        phone.texts(),
        browser.texts(),
        Customer.objects.filter(merged_into=None).get().name,
        Ticket.objects.count(),
        set(Visitor.objects.values_list("identity__customer__name", flat=True)),
    ) == (["One", "Two"], ["One", "Two"], "Bo", 1, {"Bo"})


def test_another_person_at_the_same_browser_begins_anew(browser: Browser) -> None:
    browser.opens(identity_token=vouched(browser.channel, "first"))
    browser.says("Secret of the first")
    first = browser.token
    second = browser.opens(identity_token=vouched(browser.channel, "second"))
    browser.says("Said by the second")
    merged = (CustomerMerge.objects.count(), Customer.objects.count(), Visitor.objects.count())
    second_sees = browser.texts()
    browser.token = first
    assert (second["conversation"]["messages"], second_sees, browser.texts(), merged) == (
        [],
        ["Said by the second"],
        ["Secret of the first"],
        (0, 2, 2),
    )


def test_an_address_counts_only_if_the_site_proved_it(browser: Browser, support: object) -> None:
    known = asks(cast.support(), 1, name="Bo", address="bo@shop.example").customer
    typed, claimed, proven = browser, another(browser), another(browser)
    typed.opens()
    typed.says("I am bo@shop.example")
    claimed.opens(identity_token=vouched(browser.channel, "a", email="bo@shop.example"))
    claimed.says("Not verified")
    proven.opens(identity_token=vouched(browser.channel, "b", email="Bo@Shop.example", email_verified=True))
    proven.says("Verified")
    owners = dict(Message.objects.filter(channel=browser.channel).values_list("text", "customer"))
    assert [owners[text] == known.pk for text in ("I am bo@shop.example", "Not verified", "Verified")] == [
        False,
        False,
        True,
    ]
    assert proven.texts() == ["Verified"]


def test_two_proven_people_are_two_though_both_have_the_same_address(browser: Browser) -> None:
    second = another(browser)
    told = {"email": "us@shop.example", "email_verified": True}
    browser.opens(identity_token=vouched(browser.channel, "a", **told))
    second.opens(identity_token=vouched(browser.channel, "b", **told))
    browser.says("From a")
    second.says("From b")
    assert (Customer.objects.count(), Ticket.objects.count(), browser.texts(), second.texts()) == (
        2,
        2,
        ["From a"],
        ["From b"],
    )


def test_whom_an_agent_takes_for_one_person_see_nothing_of_each_other(browser: Browser) -> None:
    victim = another(browser)
    victim.opens(identity_token=vouched(browser.channel))
    victim.says("My secret")
    browser.opens()
    browser.says("I am he")
    stranger = Identity.objects.get(value__startswith="visitor:").customer
    merge_customers(stranger, Identity.objects.get(value="user:customer-42").customer, by=cast.ada())
    victim.says("My second secret")
    browser.says("And?")
    for ticket in Ticket.objects.all():
        reply(ticket, f"To {ticket.messages.first().text}", by=cast.ada())
    assert (browser.texts(), victim.texts()) == (
        ["I am he", "And?", "To I am he"],
        ["My secret", "My second secret", "To My secret"],
    )


@pytest.mark.parametrize("what", ["older", "rotated", "gone"])
def test_a_proof_ends(browser: Browser, what: str) -> None:
    said = browser.opens(identity_token=vouched(browser.channel))
    assert said["visitor"]["is_proven"]
    if what == "older":
        VisitorProof.objects.update(proven_at=now() - PROVEN_FOR - timedelta(seconds=1))
    elif what == "rotated":
        rotate_secret(browser.channel, by=cast.maja())
        assert browser.get("conversation").status_code == 200
        end_old_secret(browser.channel, by=cast.maja())
    else:
        VisitorProof.objects.all().delete()
    kept = browser.token
    again = browser.post("session")
    assert (browser.get("conversation").status_code, again.status_code, Visitor.objects.count()) == (401, 403, 1)
    browser.channel.refresh_from_db()
    browser.opens(identity_token=vouched(browser.channel))
    assert (browser.get("conversation").status_code, browser.token != kept) == (200, True)


def test_a_wrong_token_shows_nothing_and_writes_nothing(browser: Browser) -> None:
    browser.opens()
    browser.says("Anonymous")
    before = (Visitor.objects.get(), Envelope.objects.count())
    answer = browser.post("session", identity_token=vouched(browser.channel) + "x", context={"cart": {"total": 1}})
    assert (answer.status_code, sorted(answer.json())) == (401, ["details", "error", "message"])
    after = Visitor.objects.get()
    assert (after.seen_at, after.context, Envelope.objects.count()) == (before[0].seen_at, {}, before[1])
