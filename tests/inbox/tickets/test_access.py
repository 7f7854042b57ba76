"""Who sees which tickets: missing and forbidden look the same."""

from __future__ import annotations

import pytest
from django.http import Http404

from inbox.agents.enums import Role
from inbox.agents.models import Agent, Team
from inbox.channels.models import Channel
from inbox.tickets import actions
from inbox.tickets.access import attachment_for, message_for, ticket_for, tickets_of
from inbox.tickets.conversation import keep_files
from inbox.tickets.files import store
from tests.inbox.questions import asks


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.ADMIN, ["Billing", "Shipping", "nobody's", "Wen's"]),
        (Role.LEAD, ["Billing", "Shipping", "nobody's", "Wen's"]),
        (Role.AUDITOR, ["Billing", "Shipping", "nobody's", "Wen's"]),
        (Role.AGENT, ["Shipping", "nobody's", "Wen's"]),
        (Role.LIGHT, ["Shipping", "nobody's", "Wen's"]),
    ],
)
def test_each_role_sees_its_own_the_unrouted_and_what_it_is_responsible_for(
    support: Channel, maja: Agent, wen: Agent, shipping: Team, billing: Team, role: Role, sees: list[str]
) -> None:
    homes = {"Billing": billing, "Shipping": shipping, "nobody's": None, "Wen's": billing}
    for number, (subject, team) in enumerate(homes.items()):
        ticket = asks(support, number, subject=subject)
        actions.move_to_team(ticket, team, by=maja)
        if subject == "Wen's":
            actions.assign(ticket, wen, by=maja)
    wen.role = role
    wen.save()
    assert list(tickets_of(wen).order_by("id").values_list("subject", flat=True)) == sees


def test_missing_and_forbidden_look_the_same(support: Channel, wen: Agent, ada: Agent) -> None:
    ticket = asks(support, 1)
    message = ticket.messages.get()
    keep_files(message, [store(b"x", filename="a.txt", content_type="text/plain")])
    file = message.attachments.get()
    assert (ticket_for(ada, ticket.ref), message_for(ada, message.pk), attachment_for(ada, file.pk)) == (
        ticket,
        message,
        file,
    )
    told = set()
    for ask in (
        lambda: ticket_for(wen, ticket.pk),
        lambda: ticket_for(wen, 10**12),
        lambda: ticket_for(wen, "T-0x1"),
        lambda: ticket_for(wen, "9" * 40),
    ):
        with pytest.raises(Http404) as refusal:
            ask()
        told.add(str(refusal.value))
    assert told == {"No such ticket."}
    for hidden in (lambda: message_for(wen, message.pk), lambda: attachment_for(wen, file.pk)):
        with pytest.raises(Http404):
            hidden()
