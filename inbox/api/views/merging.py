"""Merging tickets, taking that back, and splitting messages off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from inbox.api import problems
from inbox.api.authentication import AgentRequest
from inbox.api.once import Made, once
from inbox.api.permissions import ChangesTickets
from inbox.api.shapes.merging import MergeShape, SplitShape
from inbox.api.shapes.tickets import TicketShape
from inbox.tickets.access import message_for, ticket_for
from inbox.tickets.actions import Refused
from inbox.tickets.merging import merge, unmerge
from inbox.tickets.models import Message, Ticket
from inbox.tickets.splitting import split


@contextmanager
def _rules() -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        raise problems.Conflict(str(refusal)) from refusal


def _shown(request: AgentRequest, ticket: Ticket) -> Any:
    return TicketShape(ticket_for(request.user, ticket.pk)).data


class Merge(GenericAPIView[Ticket]):
    """Merging a ticket into another one."""

    permission_classes = [ChangesTickets]
    serializer_class = MergeShape

    @extend_schema(operation_id="ticket_merge", request=MergeShape, responses=TicketShape)
    def post(self, request: AgentRequest, number: int) -> Response:
        """Merge it into the ticket `into`, which is answered. It is closed and only read from then on."""
        source = ticket_for(request.user, number)
        asked = MergeShape(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            into = ticket_for(request.user, asked.validated_data["into"])
        except Http404 as missing:
            raise problems.Refused([("/into", _("There is no such ticket."))]) from missing
        with _rules():
            merge(source, into, by=request.user)
        return Response(_shown(request, into))


class Unmerge(GenericAPIView[Ticket]):
    """Taking a merge back."""

    permission_classes = [ChangesTickets]
    serializer_class = TicketShape

    @extend_schema(operation_id="ticket_unmerge", request=None, responses=TicketShape)
    def post(self, request: AgentRequest, number: int) -> Response:
        """Take it out of the ticket it was merged into, as it was. What was said there since stays there."""
        source = ticket_for(request.user, number)
        with _rules():
            unmerge(source, by=request.user)
        return Response(_shown(request, source))


class Split(GenericAPIView[Message]):
    """Making a customer's message a ticket of its own."""

    permission_classes = [ChangesTickets]
    serializer_class = SplitShape

    @extend_schema(operation_id="message_split", request=SplitShape, responses={201: TicketShape})
    def post(self, request: AgentRequest, message_id: int) -> Response:
        """Split it off into a new ticket, which is answered. To take that back, merge the new one into the old one."""
        message = message_for(request.user, message_id)
        asked = SplitShape(data=request.data)
        asked.is_valid(raise_exception=True)

        def made() -> Made:
            with _rules():
                new = split(message, by=request.user, and_later=asked.validated_data["and_later"])
            return Made(_shown(request, new), reverse("api:ticket", args=[new.pk]))

        return once(request, made)
