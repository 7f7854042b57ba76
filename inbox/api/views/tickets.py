"""Tickets one by one: read, put off, deleted and restored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from inbox.api import problems
from inbox.api.authentication import AgentRequest
from inbox.api.permissions import ChangesTickets, DeletesTickets
from inbox.api.shapes.tickets import SnoozeShape, TicketShape
from inbox.tickets.access import ticket_for
from inbox.tickets.actions import Refused
from inbox.tickets.deletion import delete, restore
from inbox.tickets.models import Ticket
from inbox.tickets.snoozing import BadTime, snooze, unsnooze


@contextmanager
def _rules() -> Iterator[None]:
    try:
        yield
    except BadTime as refusal:
        raise problems.Refused([("/until", str(refusal))]) from refusal
    except Refused as refusal:
        raise problems.Conflict(str(refusal)) from refusal


def _shown(ticket: Ticket) -> Any:
    return TicketShape(ticket).data


class OneTicket(GenericAPIView[Ticket]):
    """One ticket."""

    permission_classes = [DeletesTickets]
    serializer_class = TicketShape

    @extend_schema(operation_id="ticket")
    def get(self, request: AgentRequest, number: int) -> Response:
        """How it stands. A deleted one is there for admins, team leads and auditors."""
        return Response(_shown(ticket_for(request.user, number, even_deleted=True)))

    @extend_schema(operation_id="ticket_deletion", responses={204: None})
    def delete(self, request: AgentRequest, number: int) -> Response:
        """Delete it: it leaves every list, search and report, and can be restored until it is purged."""
        ticket = ticket_for(request.user, number, even_deleted=True)
        with _rules():
            delete(ticket, by=request.user)
        return Response(status=204)


class Restoration(GenericAPIView[Ticket]):
    """Taking a deletion back."""

    permission_classes = [DeletesTickets]
    serializer_class = TicketShape

    @extend_schema(operation_id="ticket_restoration", request=None, responses=TicketShape)
    def post(self, request: AgentRequest, number: int) -> Response:
        """Restore a deleted ticket; its clocks go on as if it had never been deleted."""
        ticket = ticket_for(request.user, number, even_deleted=True)
        with _rules():
            restore(ticket, by=request.user)
        return Response(_shown(ticket))


class Snooze(GenericAPIView[Ticket]):
    """Putting a ticket off."""

    permission_classes = [ChangesTickets]
    serializer_class = SnoozeShape

    @extend_schema(operation_id="ticket_snooze", request=SnoozeShape, responses=TicketShape)
    def post(self, request: AgentRequest, number: int) -> Response:
        """Put it off until an instant. It comes back before when the customer writes or a target comes close."""
        ticket = ticket_for(request.user, number)
        asked = SnoozeShape(data=request.data)
        asked.is_valid(raise_exception=True)
        with _rules():
            snooze(ticket, asked.validated_data["until"], by=request.user)
        return Response(_shown(ticket))

    @extend_schema(operation_id="ticket_unsnooze", responses={204: None})
    def delete(self, request: AgentRequest, number: int) -> Response:
        """Bring it back now."""
        with _rules():
            unsnooze(ticket_for(request.user, number), by=request.user)
        return Response(status=204)
