"""Who wants nothing more, or shut us out: on which network, and what becomes of it when addresses change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.customers.actions import recognize, renumber, set_reach
from inbox.customers.models import Identity
from inbox.customers.reach import Hold
from inbox.tickets.people import merge_customers, unmerge_customers
from tests import cast

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
KNOWN = ("email", "sms", "whatsapp")
PHONE, NEW = ("phone", "", "+4551234567"), ("phone", "", "+4599999999")
some = st.sets(st.sampled_from(KNOWN)).map(lambda found: tuple(sorted(found)))
holds = st.just(Hold()) | st.builds(Hold, st.sampled_from((AT, LATER)), some)


def holding(hold: Hold) -> set[str]:
    """The networks on which it holds."""
    return set(hold.networks or KNOWN) if hold.since else set()


@given(holds, st.sampled_from(KNOWN))
def test_what_is_put_or_lifted_on_a_network_changes_no_other(hold: Hold, network: str) -> None:
    assert holding(hold.put(network, LATER)) == holding(hold) | {network}
    assert holding(hold.lifted(network, KNOWN)) == holding(hold) - {network}
    assert (holding(hold.put("", LATER)), holding(hold.lifted("", KNOWN))) == (set(KNOWN), set())


@given(holds, holds)
def test_joined_holds_what_either_held(one: Hold, other: Hold) -> None:
    assert holding(one.joined(other)) == holding(one) | holding(other)
    assert one.joined(other) == other.joined(one)


@pytest.fixture
def number(db: None) -> Identity:
    return recognize([(*PHONE, True)], name="Bo")


def says(identity: Identity, network: str, *, stop: bool = False, block: bool = False) -> None:
    set_reach(identity, is_blocked=block, is_opted_out=stop, at=AT, network=network)


def shut(identity: Identity) -> dict[str, tuple[bool, bool]]:
    """On which networks nothing more is wanted, and on which we are shut out."""
    identity.refresh_from_db()
    return {one: (identity.is_opted_out_on(one), identity.is_blocked_on(one)) for one in ("sms", "whatsapp")}


def test_stop_and_start_hold_where_they_were_said(number: Identity) -> None:
    seen = []
    for network, stop in (("sms", True), ("whatsapp", False), ("whatsapp", True), ("sms", False)):
        says(number, network, stop=stop)
        seen.append([opted_out for opted_out, _ in shut(number).values()])
    assert seen == [[True, False], [True, False], [True, True], [False, True]]


def test_who_blocks_us_on_one_network_has_not_on_another(number: Identity) -> None:
    says(number, "whatsapp", block=True)
    says(number, "sms", stop=True)
    assert shut(number) == {"sms": (True, False), "whatsapp": (False, True)}


def test_what_was_kept_before_holds_everywhere_and_is_lifted_one_network_at_a_time(number: Identity) -> None:
    Identity.objects.update(opted_out_at=AT, blocked_at=AT)
    seen = [shut(number)]
    for network in ("whatsapp", "sms"):
        says(number, network)
        seen.append(shut(number))
    assert seen == [
        {"sms": (True, True), "whatsapp": (True, True)},
        {"sms": (True, True), "whatsapp": (False, False)},
        {"sms": (False, False), "whatsapp": (False, False)},
    ]


def test_an_address_of_one_network_has_one_state(db: None) -> None:
    bo = recognize([("tg_user", "", "4711", True)], name="Bo")
    Identity.objects.update(blocked_at=AT)
    says(bo, "telegram")
    bo.refresh_from_db()
    assert (bo.blocked_at, bo.blocked_on) == (None, [])


def test_a_new_number_brings_along_what_was_said_at_the_old_one(number: Identity) -> None:
    new = recognize([(*NEW, True)])
    Identity.objects.filter(pk=new.pk).update(customer=number.customer)
    says(number, "sms", stop=True)
    says(new, "whatsapp", block=True)
    assert (renumber(PHONE, NEW), shut(new)) == ("moved", {"sms": (True, False), "whatsapp": (False, True)})


@pytest.mark.parametrize(
    ("old", "said_on", "new", "holds_on"),
    [
        (("wa_bsuid", "", "US.1"), "whatsapp", NEW, ["whatsapp"]),
        (PHONE, "whatsapp", ("wa_bsuid", "", "US.1"), ["sms", "whatsapp"]),
        (PHONE, "sms", ("wa_bsuid", "", "US.1"), []),
    ],
)
def test_an_address_of_one_network_brings_along_what_was_said_there(
    db: None, old: tuple[str, str, str], said_on: str, new: tuple[str, str, str], holds_on: list[str]
) -> None:
    bo = recognize([(*old, True)], name="Bo")
    says(bo, said_on, stop=True)
    renumber(old, new, network="whatsapp")
    found = shut(Identity.objects.get(value=new[2]))
    assert [one for one, (opted_out, _) in found.items() if opted_out] == holds_on


def test_it_goes_with_its_address_when_two_customers_are_one_and_when_they_are_two_again(
    number: Identity, company: None
) -> None:
    other = recognize([(*NEW, True)], name="Bo again").customer
    says(number, "sms", stop=True)
    seen = []
    for _ in range(2):
        number.refresh_from_db()
        seen.append((number.customer, shut(number)["sms"], shut(number)["whatsapp"]))
        merge_customers(number.customer, other, by=cast.maja())
        number.refresh_from_db()
        seen.append((number.customer, shut(number)["sms"], shut(number)["whatsapp"]))
        unmerge_customers(number.customer.merged.get(), by=cast.maja())
    mine = seen[0][0]
    assert seen == [(one, (True, False), (False, False)) for one in (mine, other, mine, other)]


def test_two_networks_that_tell_at_the_same_time_lose_nothing(number: Identity) -> None:
    # Each has read the address before the other one wrote.
    one, other = (Identity.objects.get(pk=number.pk) for _ in range(2))
    says(one, "sms", stop=True)
    says(other, "whatsapp", stop=True)
    assert [opted_out for opted_out, _ in shut(number).values()] == [True, True]
