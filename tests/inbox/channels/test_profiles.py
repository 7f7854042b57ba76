"""Who somebody is that a network names by a number: asked once, tried again a little, shown where he is open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from channels_adapters import registry
from channels_adapters.contracts import Identifier, Person
from inbox.agents.models import Team
from inbox.channels import actions as channels
from inbox.channels.models import Channel, Envelope
from inbox.channels.profile_models import ProfileLookup
from inbox.channels.profiles import look_up, tells_profiles, waiting
from inbox.channels.received import take_in
from inbox.common.clock import now
from inbox.customers.models import Customer
from inbox.live.announce import bell, channel
from tests.inbox.channels import ravens

pytestmark = pytest.mark.django_db


@pytest.fixture
def loft(billing: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    ravens.installed(monkeypatch)
    yield channels.connect(kind=ravens.KIND, address="north", name="North", secrets={"word": "nevermore"})
    registry.adapter.cache_clear()
    registry.family_kinds.cache_clear()


def writes(loft: Channel, number: str, by: str, name: str = "") -> Customer:
    event = replace(ravens.letter(number), author=Person((Identifier(ravens.KIND, by),), name=name))
    envelope = Envelope.objects.create(channel=loft, body=b"", body_hash=number, size=0, received_at=now())
    message, _ = take_in(loft, envelope, event)
    assert message
    assert message.customer
    return message.customer


def test_who_has_no_name_is_asked_for_once_and_shown_by_it(
    loft: Channel, django_capture_on_commit_callbacks: object
) -> None:
    customer = writes(loft, "1", "17")
    writes(loft, "2", "17"), writes(loft, "3", "bo", name="Bo")
    pages = bell().pubsub()
    pages.subscribe(channel())
    pages.get_message(timeout=30)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        learnt = [look_up(pk) for pk in waiting()]
    told = []
    while "customer_known" not in "".join(told) and (news := pages.get_message(timeout=30)):
        told.append(news["data"].decode() if isinstance(news["data"], bytes) else "")
    pages.close()
    writes(loft, "4", "17")
    customer.refresh_from_db()
    assert (learnt, customer.name, customer.language) == ([customer], "Nest 17", "zh-CN")
    assert sorted(customer.identities.values_list("value", flat=True)) == ["17", "17-too"]
    assert json.loads(told[-1])["ticket"] == customer.tickets.get().pk
    assert (waiting(), ravens.RavenAdapter.asked) == ([], ["17"])


def test_a_name_that_somebody_gave_meanwhile_stays(loft: Channel) -> None:
    customer = writes(loft, "1", "17")
    Customer.objects.filter(pk=customer.pk).update(name="Bo Beet", language="de")
    assert [look_up(pk) for pk in waiting()] == [None]
    customer.refresh_from_db()
    assert (customer.name, customer.language) == ("Bo Beet", "de")


def test_a_network_that_is_away_is_asked_again_and_one_that_does_not_tell_is_not(loft: Channel) -> None:
    writes(loft, "1", "tired"), writes(loft, "2", "hidden")
    first = [look_up(pk) for pk in waiting()]
    ProfileLookup.objects.update(next_attempt_at=None)
    again = [one.name for pk in waiting() if (one := look_up(pk))]
    asked = ravens.RavenAdapter.asked
    errors = list(ProfileLookup.objects.order_by("id").values_list("error", flat=True))
    assert (first, again, asked) == ([None, None], ["Nest tired"], ["tired", "hidden", "tired"])
    assert (errors, waiting()) == (["", "The roost does not tell us."], [])


def test_only_networks_that_tell_of_people_are_asked() -> None:
    told = {kind for kind in registry.kinds() if tells_profiles(kind)}
    assert {"messenger", "instagram", "vk", "wechat", "telegram"} <= told
    assert not told & {"email", "livechat", "whatsapp"}
