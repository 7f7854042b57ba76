"""Merging tickets, and taking that back.

Nothing said or done moves: what a ticket holds stays its own, and the target shows it; the target's clocks wait for
whoever waited in the source.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.common.rows import find
from inbox.common.text import one_line
from inbox.tickets.access import visible_to
from inbox.tickets.actions import Refused, move
from inbox.tickets.changes import Change, change
from inbox.tickets.enums import Direction, EventKind, MessageKind, State, Waking
from inbox.tickets.merged import said_in
from inbox.tickets.models import Draft, Participant, ScheduledReply, Tag, Ticket, TicketEvent, TicketTag
from inbox.tickets.waking import wake

#: Once one of these happened in a ticket, its state is no longer what a merge made it.
_GOES_ON = (
    EventKind.RECEIVED,
    EventKind.REPLIED,
    EventKind.CALLED,
    EventKind.PENDED,
    EventKind.HELD,
    EventKind.RESOLVED,
    EventKind.CLOSED,
    EventKind.MERGED_IN,
    EventKind.NO_REPLY_NEEDED,
)


def merge(source: Ticket, into: Ticket, *, by: Agent, at: datetime | None = None) -> Ticket:
    """Make `source` a part of the ticket `into`, which is returned; twice is once.

    The source is closed and read-only from here on. Whoever takes part in it takes part in the target, its tags and
    unfinished texts come along, planned replies become drafts. Who waited in it goes on waiting in the target, which
    opens for that if it must.
    """
    at = at or now()
    with transaction.atomic():
        rows = _locked(source, into)
        if rows[source.pk].merged_into_id == into.pk:
            return into
        _check(rows[source.pk], rows[into.pk], by)
        with change(source, by=by, at=at) as gone:
            waiting_since = source.waiting_since
            planned = list(source.scheduled_replies.filter(settled_at=None).values_list("pk", flat=True))
            gone.record(EventKind.MERGED, _state_of(source), into=into.pk)
            gone.set(merged_into=into)
            move(gone, State.CLOSED)
        with change(into, by=by, at=at) as it:
            _take_over(it, source, waiting_since)
        _bring_texts(source, into, planned)
    return into


def unmerge(source: Ticket, *, by: Agent, at: datetime | None = None) -> Ticket:
    """Take `source` out of the ticket it was merged into, as it was; what was said there since stays there."""
    at = at or now()
    with transaction.atomic():
        target = source.merged_into
        rows = _locked(source, target) if target else {}
        if target is None or rows[source.pk].merged_into_id != target.pk:
            raise Refused(_("%(ref)s is not merged into another ticket.") % {"ref": source.ref})
        _check_access(by, (source, target))
        if rows[target.pk].merged_into_id:
            raise Refused(
                _("%(ref)s is merged into another ticket itself. Undo that merge first.") % {"ref": target.ref}
            )
        with change(source, by=by, at=at, even_merged=True) as back:
            told = _latest(source, EventKind.MERGED, details__into=target.pk)
            was = {name: told.details.get(name) for name in ("state", "resolved_at", "closed_at")}
            back.set(merged_into=None, **{**was, **_instants(was)})
            back.record(EventKind.UNMERGED, {"state": was["state"]}, out_of=target.pk)
        with change(target, by=by, at=at) as it:
            _give_back(it, source)
    return source


def _locked(*tickets: Ticket) -> dict[int, Ticket]:
    """The rows as they are stored, locked in one order whichever way round they are merged."""
    rows = find(Ticket, "id = ANY(%s)", [ticket.pk for ticket in tickets], tail="ORDER BY id FOR UPDATE")
    if len(rows) != len({ticket.pk for ticket in tickets}):
        raise Ticket.DoesNotExist
    return {row.pk: row for row in rows}


def _check(source: Ticket, into: Ticket, by: Agent) -> None:
    if source.pk == into.pk:
        raise Refused(_("A ticket can't be merged with itself."))
    _check_access(by, (source, into))
    for ticket in (source, into):
        words = {"ref": ticket.ref}
        if ticket.merged_into_id:
            raise Refused(_("%(ref)s is merged into another ticket already.") % words)
        if ticket.deleted_at:
            raise Refused(_("%(ref)s is deleted. Restore it first.") % words)
        if ticket.is_spam:
            raise Refused(_("%(ref)s is spam. Take it out of the spam first.") % words)
    if into.state == State.CLOSED:
        raise Refused(_("%(ref)s is closed, nothing is added to it any more.") % {"ref": into.ref})


def _check_access(by: Agent, tickets: Iterable[Ticket]) -> None:
    if not by.answers_customers:
        raise Refused(_("Your role does not change tickets."))
    wanted = {ticket.pk for ticket in tickets}
    if Ticket.objects.filter(visible_to(by), pk__in=wanted).count() != len(wanted):
        raise Refused(_("Only who works on both tickets can merge them or undo that."))


def _state_of(ticket: Ticket) -> dict[str, Any]:
    """What it takes to bring a ticket back into its state."""
    instants = {name: getattr(ticket, name) for name in ("resolved_at", "closed_at")}
    return {"state": str(ticket.state)} | {name: at.isoformat() for name, at in instants.items() if at}


def _instants(was: dict[str, Any]) -> dict[str, datetime | None]:
    texts = {name: was.get(name) for name in ("resolved_at", "closed_at")}
    return {name: datetime.fromisoformat(text) if text else None for name, text in texts.items()}


def _latest(ticket: Ticket, kind: EventKind, **about: object) -> TicketEvent:
    return ticket.events.filter(kind=kind, **about).order_by("-id")[0]


def _take_over(it: Change, source: Ticket, waiting_since: datetime | None) -> None:
    ticket = it.ticket
    tags = _missing_tags(source, ticket)
    it.record(
        EventKind.MERGED_IN,
        {**_state_of(ticket), "joined": _join_all(it, source), "tags": [tag.name for tag in tags]},
        ticket=source.pk,
        waiting_since=waiting_since.isoformat() if waiting_since else None,
    )
    for tag in tags:
        TicketTag.objects.create(ticket=ticket, tag=tag)
        it.record(EventKind.TAGGED, tag=tag.name)
    if source.last_message_at > ticket.last_message_at:
        it.set(last_message_at=source.last_message_at, snippet=source.snippet)
    wrote = [at for at in (ticket.last_customer_message_at, source.last_customer_message_at) if at]
    it.set(last_customer_message_at=max(wrote, default=None))
    if waiting_since:
        wake(it, Waking.CUSTOMER)
        if ticket.state in (State.PENDING, State.ON_HOLD, State.RESOLVED):
            move(it, State.OPEN)


def _missing_tags(source: Ticket, into: Ticket) -> list[Tag]:
    return list(Tag.objects.filter(ticket_tags__ticket=source).exclude(ticket_tags__ticket=into).order_by("name"))


def _join_all(it: Change, source: Ticket) -> list[int]:
    """Whoever takes part in the source takes part in the target; the customers who did not before."""
    present = set(it.ticket.participants.values_list("customer", flat=True))
    fresh = [one for one in source.participants.order_by("id") if one.customer_id not in present]
    Participant.objects.bulk_create(
        Participant(
            ticket=it.ticket,
            customer_id=one.customer_id,
            identity_id=one.identity_id,
            is_copied=one.is_copied,
            joined_at=it.at,
        )
        for one in fresh
    )
    return [one.customer_id for one in fresh]


def _bring_texts(source: Ticket, into: Ticket, planned: Collection[int]) -> None:
    """What somebody had begun to write goes on in the target; that of who may not see it stays where it is."""
    agents = Agent.objects.filter(pk__in=source.drafts.values("agent"))
    readers = [one for one in agents if Ticket.objects.filter(visible_to(one), pk=into.pk).exists()]
    for draft in source.drafts.filter(agent__in=readers).order_by("id"):
        begun = Draft.objects.filter(ticket=into, agent=draft.agent_id, mode=draft.mode).first()
        if begun is None:
            draft.ticket = into
            draft.save(update_fields=["ticket"])
            continue
        begun.text = "\n\n".join(text for text in (begun.text, draft.text) if text.strip())
        begun.recipients = begun.recipients or draft.recipients
        begun.saved_at = max(begun.saved_at, draft.saved_at)
        begun.save(update_fields=["text", "recipients", "saved_at"])
        draft.delete()
    # A planned reply that was held back is offered with its files where its text is.
    ScheduledReply.objects.filter(pk__in=planned, agent__in=readers).update(ticket=into)


def _give_back(it: Change, source: Ticket) -> None:
    ticket = it.ticket
    brought = _latest(ticket, EventKind.MERGED_IN, details__ticket=source.pk)
    details: dict[str, Any] = {}
    was = State(brought.details["state"])
    if ticket.state == State.OPEN != was and not ticket.events.filter(id__gt=brought.pk, kind__in=_GOES_ON).exists():
        it.set(state=was, **_instants(brought.details))
        details["state"] = str(was)
    it.record(EventKind.UNMERGED_OUT, details, ticket=source.pk)
    for name in brought.details["tags"]:
        if TicketTag.objects.filter(ticket=ticket, tag__name=name).delete()[0]:
            it.record(EventKind.UNTAGGED, tag=name)
    wrote = said_in(ticket).exclude(customer=None).values("customer")
    ticket.participants.filter(customer__in=brought.details["joined"], is_asker=False).exclude(
        customer__in=wrote
    ).delete()
    say_again(it)


def say_again(it: Change) -> None:
    """What was said last, after something left the ticket, as part of a larger change."""
    said = said_in(it.ticket).filter(kind=MessageKind.MESSAGE, withdrawn_at=None).order_by("occurred_at", "id")
    last, asked = said.last(), said.filter(direction=Direction.IN, automatic="").last()
    if last:
        it.set(last_message_at=last.occurred_at, snippet=one_line(last.text or last.full_text, 160))
    it.set(last_customer_message_at=asked.occurred_at if asked else None)
