"""The verbs of a ticket: the only writers. Each is one transaction and one event; doing it twice changes nothing.

`by` is the Agent or Customer who acts, or SYSTEM; `at` is when it happens (default: now).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inbox.agents.enums import Role
from inbox.agents.models import Agent, Team
from inbox.common.clock import now
from inbox.common.rows import Statement, find, insert, insert_new, insert_unseen, write
from inbox.common.text import one_line
from inbox.customers.models import Customer, Identity
from inbox.tickets.changes import SYSTEM, Actor, Change, change
from inbox.tickets.changes import Refused as Refused
from inbox.tickets.enums import EventKind, Priority, State, Waking
from inbox.tickets.models import Draft, Participant, Tag, Ticket, TicketTag
from inbox.tickets.waking import wake

_STATE_EVENTS = {
    State.OPEN: EventKind.OPENED,
    State.PENDING: EventKind.PENDED,
    State.ON_HOLD: EventKind.HELD,
    State.RESOLVED: EventKind.RESOLVED,
    State.CLOSED: EventKind.CLOSED,
}


@contextmanager
def opening(
    *,
    customer: Customer,
    identity: Identity | None,
    channel_id: int,
    subject: str,
    by: Actor,
    at: datetime | None = None,
    team: Team | None = None,
    priority: Priority = Priority.NORMAL,
    language: str = "",
    follows: Ticket | None = None,
) -> Iterator[Change]:
    """A new ticket for `customer`, who becomes its first participant; what the block says is its beginning."""
    at = at or now()
    with transaction.atomic(savepoint=False):
        ticket = Ticket(
            subject=one_line(subject, 500),
            customer=customer,
            channel_id=channel_id,
            team=team,
            priority=priority,
            language=language or customer.language,
            follows=follows,
            created_at=at,
            updated_at=at,
            last_message_at=at,
        )
        insert([ticket])
        insert_unseen([Participant(ticket=ticket, customer=customer, identity=identity, is_asker=True, joined_at=at)])
        it = Change(ticket, by, at, is_opening=True)
        it.record(EventKind.CREATED, {"follows": follows.pk} if follows else {})
        yield it
        it.write()
        if follows:
            with change(follows, by=by, at=at) as before:
                before.record(EventKind.FOLLOWED_UP, ticket=ticket.pk)


def open_ticket(**values: Any) -> Ticket:
    """A new ticket as `opening` takes it, which holds no message yet."""
    with opening(**values) as it:
        return it.ticket


def change_customer(ticket: Ticket, identity: Identity, *, by: Actor, at: datetime | None = None) -> Ticket:
    """The ticket is the matter of whoever is behind `identity`: the one who asks, and who is answered.

    Who asked before stays a participant; what he wrote stays his.
    """
    with change(ticket, by=by, at=at) as it:
        before = it.ticket.customer
        if not it.set(customer=identity.customer):
            return ticket
        Participant.objects.filter(ticket=ticket, is_asker=True).update(is_asker=False)
        Participant.objects.update_or_create(
            ticket=ticket,
            customer=identity.customer,
            defaults={"is_asker": True, "is_copied": False, "identity": identity},
            create_defaults={"is_asker": True, "identity": identity, "joined_at": it.at},
        )
        it.record(
            EventKind.CUSTOMER_CHANGED,
            {"from": before.pk, "to": identity.customer_id, "name": str(identity.customer), "before": str(before)},
        )
    return ticket


def set_state(ticket: Ticket, state: State, *, by: Actor, at: datetime | None = None, **details: object) -> Ticket:
    """Move the ticket to `state`. A resolved ticket moved to an unresolved state is reopened; closed is final.

    Who sets it to open wants it on the table: a snooze ends.
    """
    with change(ticket, by=by, at=at) as it:
        if state == State.OPEN != ticket.state:
            wake(it, Waking.OPENED)
        move(it, state, **details)
    return ticket


def move(it: Change, state: State, **details: object) -> None:
    """The state change as part of a larger change."""
    ticket = it.ticket
    if ticket.state == state:
        return
    if ticket.state == State.CLOSED:
        raise Refused(_("This ticket is closed. Write a follow-up instead."))
    if state == State.NEW:
        raise Refused(_("A ticket can't become new again."))
    resolved_before = ticket.state == State.RESOLVED
    if state in (State.RESOLVED, State.CLOSED):
        wake(it, Waking.DONE)
    if state == State.RESOLVED:
        it.set(state=state, resolved_at=it.at, waiting_since=None)
    elif state == State.CLOSED:
        it.set(state=state, closed_at=it.at, resolved_at=ticket.resolved_at or it.at, waiting_since=None)
    else:
        it.set(state=state, resolved_at=None)
    if resolved_before and state != State.CLOSED:
        by = "customer" if isinstance(it.by, Customer) else "agent"
        it.record(EventKind.REOPENED, {"by": by, **details})
        if state != State.OPEN:
            it.record(_STATE_EVENTS[state], details)
        return
    it.record(_STATE_EVENTS[state], details)


def resolve(ticket: Ticket, *, by: Actor, at: datetime | None = None) -> Ticket:
    """The matter is settled; clocks stop and a survey is decided on."""
    return set_state(ticket, State.RESOLVED, by=by, at=at)


def reopen(ticket: Ticket, *, by: Actor, at: datetime | None = None) -> Ticket:
    """The matter is not settled after all."""
    return set_state(ticket, State.OPEN, by=by, at=at)


def assign(ticket: Ticket, agent: Agent | None, *, by: Actor, at: datetime | None = None, **details: object) -> Ticket:
    """Make `agent` responsible (None: nobody). Only active agents who answer customers can be.

    Who gets a ticket that somebody else snoozed sees it at once. `details` are kept with the event.
    """
    if agent and not (agent.is_active and agent.answers_customers):
        raise Refused(
            _("%(name)s can't be assigned: the role %(role)s does not answer customers.")
            % {"name": agent, "role": Role(agent.role).label}
        )
    with change(ticket, by=by, at=at) as it:
        before = it.ticket.assignee_id
        if it.set(assignee=agent):
            it.record(
                EventKind.ASSIGNED,
                {"from": before, "to": agent.pk if agent else None, "name": agent.name if agent else "", **details},
            )
            if agent and agent.pk != ticket.snoozed_by_id:
                wake(it, Waking.ASSIGNED)
    return ticket


def move_to_team(ticket: Ticket, team: Team | None, *, by: Actor, at: datetime | None = None) -> Ticket:
    """Hand the ticket to `team` (None: no team), which sees it at once."""
    with change(ticket, by=by, at=at) as it:
        before = it.ticket.team_id
        if it.set(team=team):
            it.record(
                EventKind.TEAM_CHANGED,
                {"from": before, "to": team.pk if team else None, "name": team.name if team else ""},
            )
            if team:
                wake(it, Waking.MOVED)
    return ticket


def prioritize(ticket: Ticket, priority: Priority, *, by: Actor, at: datetime | None = None) -> Ticket:
    """Set the priority; targets follow from this moment and keep the time already used."""
    with change(ticket, by=by, at=at) as it:
        before = it.ticket.priority
        if it.set(priority=Priority(priority)):
            it.record(EventKind.PRIORITIZED, {"from": before, "to": str(priority)})
    return ticket


def tag(ticket: Ticket, names: Iterable[str], *, by: Actor, at: datetime | None = None) -> Ticket:
    """Put tags on the ticket; unknown ones come into being."""
    wanted = {clean for name in names if (clean := one_line(name, 40).lower().lstrip("#"))}
    with change(ticket, by=by, at=at) as it:
        present = set(ticket.tags.filter(name__in=wanted).values_list("name", flat=True))
        for name in sorted(wanted - present):
            TicketTag.objects.create(ticket=ticket, tag=Tag.objects.get_or_create(name=name)[0])
            it.record(EventKind.TAGGED, tag=name)
    return ticket


def untag(ticket: Ticket, name: str, *, by: Actor, at: datetime | None = None) -> Ticket:
    """Take a tag off the ticket."""
    with change(ticket, by=by, at=at) as it:
        deleted, _ = TicketTag.objects.filter(ticket=ticket, tag__name=name).delete()
        if deleted:
            it.record(EventKind.UNTAGGED, tag=name)
    return ticket


def rename(ticket: Ticket, subject: str, *, by: Actor, at: datetime | None = None) -> Ticket:
    """Change the subject."""
    with change(ticket, by=by, at=at) as it:
        before = it.ticket.subject
        if it.set(subject=one_line(subject, 500)):
            it.record(EventKind.RENAMED, {"from": before})
    return ticket


def mark_spam(ticket: Ticket, *, by: Actor, at: datetime | None = None) -> Ticket:
    """Set the ticket aside as spam: no clocks, no survey, out of every figure."""
    with change(ticket, by=by, at=at) as it:
        if it.set(is_spam=True):
            it.record(EventKind.MARKED_SPAM)
    return ticket


def unmark_spam(ticket: Ticket, *, by: Actor, at: datetime | None = None) -> Ticket:
    """Take the ticket back among the others; its clocks go on as if it had never been spam."""
    with change(ticket, by=by, at=at) as it:
        if it.set(is_spam=False):
            it.record(EventKind.UNMARKED_SPAM)
    return ticket


def waive_reply(ticket: Ticket, *, by: Actor, at: datetime | None = None) -> Ticket:
    """The customer's last message needs no reply; the waiting clock is waived."""
    with change(ticket, by=by, at=at) as it:
        if it.set(waiting_since=None):
            it.record(EventKind.NO_REPLY_NEEDED)
    return ticket


def close_settled(ticket: Ticket, *, at: datetime | None = None) -> Ticket:
    """Close a ticket that has been resolved long enough; a later message opens a follow-up."""
    with change(ticket, by=SYSTEM, at=at) as it:
        if it.ticket.state == State.RESOLVED:
            move(it, State.CLOSED)
    return ticket


def join(it: Change, customer: Customer, identity: Identity | None, *, is_copied: bool = False) -> bool:
    """Make `customer` a participant as part of a larger change; True when he was not one before.

    With `is_copied` who acts put him in copy; else he wrote himself.
    """
    fresh = Participant(ticket=it.ticket, customer=customer, identity=identity, joined_at=it.at, is_copied=is_copied)
    present = find(Participant, "ticket_id = %s AND customer_id = %s", it.ticket.pk, customer.pk)
    is_new = not present and insert_new(fresh, "a_customer_joins_a_ticket_once")
    participant = present[0] if present else fresh
    if participant.is_copied and not is_copied:
        Participant.objects.filter(pk=participant.pk).update(is_copied=False)
    if is_new and is_copied:
        it.record(EventKind.JOINED, name=str(identity or customer), copied=True)
    elif is_new:
        it.record(EventKind.JOINED, by=customer, name=str(customer))
    return is_new


def mark_seen(ticket: Ticket, agent: Agent, message_id: int) -> None:
    """Remember that `agent` has read the ticket up to a message; the mark never moves back."""
    write(Statement(_MARK, [ticket.pk, agent.pk, message_id]))


_MARK = """
    INSERT INTO inbox_seen AS mark (ticket_id, agent_id, message_id) VALUES (%s, %s, %s)
    ON CONFLICT ON CONSTRAINT an_agent_has_one_reading_mark_in_a_ticket
    DO UPDATE SET message_id = EXCLUDED.message_id WHERE mark.message_id < EXCLUDED.message_id"""


def save_draft(
    ticket: Ticket,
    agent: Agent,
    *,
    mode: str,
    text: str,
    recipients: Sequence[Mapping[str, Any]] | None = None,
    at: datetime | None = None,
) -> Draft | None:
    """Keep the agent's unfinished text and whom it is for (None: as before); one with neither is thrown away."""
    if not text.strip() and not recipients:
        Draft.objects.filter(ticket=ticket, agent=agent, mode=mode).delete()
        return None
    values: dict[str, Any] = {"text": text, "saved_at": at or now()}
    if recipients is not None:
        values["recipients"] = list(recipients)
    draft, _ = Draft.objects.update_or_create(ticket=ticket, agent=agent, mode=mode, defaults=values)
    return draft
