"""Who is asked on a network that knows people by numbers, ids and names of its own."""

from __future__ import annotations

import pytest

from inbox.agents.models import Team
from inbox.channels.actions import connect
from inbox.common.clock import now
from inbox.customers.actions import recognize, set_reach
from inbox.surveys.actions import remind_due, send_due
from inbox.surveys.models import Invitation, Survey
from inbox.tickets.actions import open_ticket, resolve
from inbox.tickets.conversation import reply
from tests import cast
from tests.inbox.questions import says
from tests.inbox.surveys.stories import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("is_opted_out", "told"), [(False, ("scheduled", "")), (True, ("suppressed", "no_address"))])
def test_who_writes_by_telephone_number_is_asked_there_unless_he_said_stop(
    company: None, billing: Team, is_opted_out: bool, told: tuple[str, str]
) -> None:
    channel = connect(kind="whatsapp", address="1", name="Nordlys", team=billing)
    who = recognize([("phone", "", "+4551234567", True)], name="Bo")
    ticket = open_ticket(customer=who.customer, identity=who, channel_id=channel.pk, subject="Shoes", by=who.customer)
    says(ticket, "Where are they?")
    reply(ticket, "On their way.", by=cast.maja(), undo_seconds=0)
    set_reach(who, is_blocked=False, is_opted_out=is_opted_out, at=now())
    resolve(ticket, by=cast.maja())
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.suppressed_because) == told


@pytest.mark.parametrize(
    ("stopped_on", "told"), [("sms", ("scheduled", "")), ("whatsapp", ("suppressed", "no_address"))]
)
def test_who_said_stop_on_another_network_is_asked_all_the_same(
    company: None, billing: Team, stopped_on: str, told: tuple[str, str]
) -> None:
    channel = connect(kind="twilio_whatsapp", address="1", name="Nordlys", team=billing)
    who = recognize([("phone", "", "+4551234567", True)], name="Bo")
    ticket = open_ticket(customer=who.customer, identity=who, channel_id=channel.pk, subject="Shoes", by=who.customer)
    says(ticket, "Where are they?")
    reply(ticket, "On their way.", by=cast.maja(), undo_seconds=0)
    set_reach(who, is_blocked=False, is_opted_out=True, at=now(), network=stopped_on)
    resolve(ticket, by=cast.maja())
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.suppressed_because) == told


@pytest.mark.parametrize(("stopped_on", "reminded"), [("sms", 0), ("whatsapp", 1)])
def test_who_said_stop_since_he_was_asked_is_not_reminded(
    company: None, billing: Team, stopped_on: str, reminded: int
) -> None:
    Survey.objects.update(reminder_days=3)
    channel = connect(kind="twilio", address="1", name="Nordlys", team=billing)
    who = recognize([("phone", "", "+4551234567", True)], name="Bo")
    at = NOON
    ticket = open_ticket(
        customer=who.customer, identity=who, channel_id=channel.pk, subject="Shoes", by=who.customer, at=at
    )
    says(ticket, "Where are they?", at=at)
    reply(ticket, "On their way.", by=cast.maja(), undo_seconds=0, at=at + HOUR)
    resolve(ticket, by=cast.maja(), at=at + 2 * HOUR)
    sent = send_due(at + DAY)
    set_reach(who, is_blocked=False, is_opted_out=True, at=at + DAY, network=stopped_on)
    assert (sent, remind_due(at + 5 * DAY)) == (1, reminded)
