"""Who is asked on a network that knows people by numbers, ids and names of its own."""

from __future__ import annotations

import pytest

from inbox.agents.models import Team
from inbox.channels.actions import connect
from inbox.common.clock import now
from inbox.customers.actions import recognize, set_reach
from inbox.surveys.models import Invitation
from inbox.tickets.actions import open_ticket, resolve
from inbox.tickets.conversation import reply
from tests import cast
from tests.inbox.questions import says

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
