"""Deciding on surveys, sending them, taking answers in."""

from __future__ import annotations

from collections.abc import Sequence

from inbox.tickets.models import Ticket, TicketEvent


def decide(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Decide whether the customer is asked about the cycle that just ended."""


def cancel(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Cancel what was scheduled: the matter goes on."""
