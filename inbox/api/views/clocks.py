"""Clocks and their explanations: what is due, what was met or missed, and why."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from inbox.api.authentication import AgentRequest
from inbox.api.fields import Instant
from inbox.api.paging import ByDueAt, ByOccurrence
from inbox.api.shapes.clocks import ClockShape, EventShape, ExplanationShape, counted
from inbox.common.clock import now
from inbox.reports import rows
from inbox.reports.explain import explain_run
from inbox.sla.enums import ClockState, TargetKind
from inbox.sla.models import Clock
from inbox.tickets.access import ticket_for, visible_to
from inbox.tickets.models import Ticket, TicketEvent


def _with_what_is_shown(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    return clocks.select_related("policy_version__policy", "agent", "team")


class _Wanted(serializers.Serializer[Any]):
    state = serializers.ChoiceField(
        ClockState.choices,
        required=False,
        help_text="Left out: all that have a deadline and are not stopped, missed or not.",
    )
    target = serializers.ChoiceField(TargetKind.choices, required=False)
    due_before = Instant(required=False, help_text="Only those due before this instant.")


class Clocks(GenericAPIView[Clock]):
    """The clocks of all tickets you see."""

    pagination_class = ByDueAt
    serializer_class = ClockShape

    @extend_schema(operation_id="clocks_list", parameters=[_Wanted], responses=ClockShape(many=True))
    def get(self, request: AgentRequest) -> Response:
        """What is due next, the soonest first."""
        asked = _Wanted(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wanted, as_of = asked.validated_data, now()
        clocks = Clock.objects.filter(_standing(wanted.get("state"), as_of), _visible(request))
        if "target" in wanted:
            clocks = clocks.filter(target=wanted["target"])
        if "due_before" in wanted:
            clocks = clocks.filter(due_at__lt=wanted["due_before"])
        page = self.paginate_queryset(_with_what_is_shown(clocks))
        return self.get_paginated_response(ClockShape(page, many=True, context={"as_of": as_of}).data)


def _visible(request: AgentRequest) -> Q:
    seen = visible_to(request.user)
    here = Q(ticket__deleted_at=None)
    return here & Q(ticket__in=Ticket.objects.filter(seen)) if seen else here


def _standing(state: str | None, as_of: Any) -> Q:
    if state is None:
        return Q(stopped_at=None, due_at__isnull=False)
    if state == ClockState.BREACHED:
        return rows.missed(as_of)
    if state == ClockState.RUNNING:
        return Q(state=state) & ~rows.missed(as_of)
    return Q(state=state)


class TicketClocks(GenericAPIView[Clock]):
    """The clocks of a ticket."""

    serializer_class = ClockShape
    pagination_class = None

    @extend_schema(operation_id="ticket_clocks_list", responses=ClockShape(many=True))
    def get(self, request: AgentRequest, number: int) -> Response:
        """Every run of every target, in the order in which they started."""
        ticket = ticket_for(request.user, number, even_deleted=True)
        clocks = _with_what_is_shown(ticket.clocks.order_by("started_at", "target", "pk"))
        return Response(ClockShape(clocks, many=True, context={"as_of": now()}).data)


class ClockExplanation(GenericAPIView[Clock]):
    """What a clock's figures are made of."""

    serializer_class = ExplanationShape

    @extend_schema(operation_id="clock_explanation")
    def get(self, request: AgentRequest, number: int, clock_id: int) -> Response:
        """The intervals that count and those that don't, with the events that start and stop each."""
        ticket, as_of = ticket_for(request.user, number, even_deleted=True), now()
        clock = _with_what_is_shown(ticket.clocks.filter(pk=clock_id)).first()
        found = explain_run(ticket, clock.target, as_of, number=clock.number) if clock else None
        if clock is None or found is None:
            raise Http404("No such clock.")
        parts = counted(found)
        explained = {
            "clock": clock,
            "as_of": as_of,
            "is_over": found.is_over,
            "elapsed_seconds": sum(part.elapsed_seconds for part in parts),
            "business_seconds": sum(part.business_seconds for part in parts),
            "used_seconds": sum(part.used_seconds for part in parts),
            "intervals": parts,
        }
        return Response(ExplanationShape(explained, context={"as_of": as_of}).data)


class TicketEvents(GenericAPIView[TicketEvent]):
    """The log of a ticket, from which all its figures are computed."""

    pagination_class = ByOccurrence
    serializer_class = EventShape

    @extend_schema(operation_id="ticket_events_list", responses=EventShape(many=True))
    def get(self, request: AgentRequest, number: int) -> Response:
        """What happened to the ticket, in the order in which it happened."""
        events = ticket_for(request.user, number, even_deleted=True).events.select_related(
            "agent", "customer", "team", "assignee"
        )
        return self.get_paginated_response(EventShape(self.paginate_queryset(events), many=True).data)
