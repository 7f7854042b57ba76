"""Surveys, whom they asked and whom not, and what was answered."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from inbox.api import problems
from inbox.api.authentication import AgentRequest
from inbox.api.fields import Instant
from inbox.api.paging import ByDecision, Keyset
from inbox.api.permissions import HoldsSurveysBack, ReadsTerms
from inbox.api.shapes.surveys import AnswerShape, HoldingBack, InvitationShape, SurveyShape
from inbox.reports.surveys import ANONYMOUS_ENOUGH
from inbox.surveys.asking import hold_back
from inbox.surveys.enums import InvitationState, Sentiment, Suppression, SurveyKind
from inbox.surveys.models import Answer, Invitation, Survey, SurveyVersion
from inbox.tickets.access import ticket_for
from inbox.tickets.actions import Refused


def _invitations() -> QuerySet[Invitation]:
    named = ("campaign", "customer", "channel", "version__survey", "suppressed_by", "agent", "team")
    current = Answer.objects.filter(is_current=True)
    return Invitation.objects.select_related(*named).prefetch_related(Prefetch("answers", current))


class Surveys(GenericAPIView[Survey]):
    """All surveys."""

    permission_classes = [ReadsTerms]
    pagination_class = None
    serializer_class = SurveyShape

    @extend_schema(operation_id="surveys_list", responses=SurveyShape(many=True))
    def get(self, request: AgentRequest) -> Response:
        """Every survey with its rules and versions."""
        versions = SurveyVersion.objects.order_by("-number")
        known = Survey.objects.filter(deleted_at=None).prefetch_related(Prefetch("versions", versions))
        return Response(SurveyShape(known.order_by("name"), many=True).data)


class _WantedInvitations(serializers.Serializer[Any]):
    state = serializers.ChoiceField(InvitationState.choices, required=False)
    not_asked_because = serializers.ChoiceField(Suppression.choices, required=False)
    kind = serializers.ChoiceField(SurveyKind.choices, required=False)
    decided_since = Instant(required=False, help_text="Only those decided at this instant or later.")


class Invitations(GenericAPIView[Invitation]):
    """All decisions on asking customers."""

    permission_classes = [ReadsTerms]
    pagination_class = ByDecision
    serializer_class = InvitationShape

    @extend_schema(
        operation_id="invitations_list", parameters=[_WantedInvitations], responses=InvitationShape(many=True)
    )
    def get(self, request: AgentRequest) -> Response:
        """Who was asked and who was not and why, in the order in which it was decided."""
        asked = _WantedInvitations(data=request.query_params)
        asked.is_valid(raise_exception=True)
        columns = {
            "state": "state",
            "not_asked_because": "suppressed_because",
            "kind": "version__survey__kind",
            "decided_since": "decided_at__gte",
        }
        wanted = {columns[name]: value for name, value in asked.validated_data.items()}
        page = self.paginate_queryset(_invitations().filter(**wanted))
        return self.get_paginated_response(InvitationShape(page, many=True).data)


class OneInvitation(GenericAPIView[Invitation]):
    """One decision on asking."""

    permission_classes = [ReadsTerms]
    serializer_class = InvitationShape

    @extend_schema(operation_id="invitation")
    def get(self, request: AgentRequest, invitation_id: int) -> Response:
        """How far it got."""
        return Response(InvitationShape(_invitation(invitation_id)).data)


class InvitationHeldBack(GenericAPIView[Invitation]):
    """Holding back a survey that is scheduled."""

    permission_classes = [HoldsSurveysBack]
    serializer_class = HoldingBack

    @extend_schema(operation_id="invitation_hold_back", request=HoldingBack, responses=InvitationShape)
    def post(self, request: AgentRequest, invitation_id: int) -> Response:
        """Don't ask this customer. The reason is kept and counted in the reports."""
        invitation = _invitation(invitation_id)
        asked = HoldingBack(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            hold_back(invitation, by=request.user, note=asked.validated_data["note"])
        except Refused as refusal:
            raise problems.Conflict(str(refusal)) from refusal
        return Response(InvitationShape(_invitation(invitation_id)).data)


def _invitation(invitation_id: int) -> Invitation:
    found = _invitations().filter(pk=invitation_id).first()
    if found is None:
        raise Http404("No such invitation.")
    return found


class TicketInvitations(GenericAPIView[Invitation]):
    """The decisions on asking about a ticket."""

    pagination_class = None
    serializer_class = InvitationShape

    @extend_schema(operation_id="ticket_invitations_list", responses=InvitationShape(many=True))
    def get(self, request: AgentRequest, number: int) -> Response:
        """One for each work cycle that was resolved, in their order."""
        ticket = ticket_for(request.user, number, even_deleted=True)
        return Response(InvitationShape(_invitations().filter(ticket=ticket).order_by("cycle"), many=True).data)


class _WantedAnswers(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(SurveyKind.choices, required=False)
    sentiment = serializers.ChoiceField(Sentiment.choices, required=False)
    ticket = serializers.IntegerField(required=False, min_value=1, max_value=2**53, help_text="The ticket's number.")
    answered_since = Instant(required=False, help_text="Only those given at this instant or later.")


class Answers(GenericAPIView[Answer]):
    """What customers answered."""

    permission_classes = [ReadsTerms]
    # By number: a cursor with the instant would tell when an anonymous answer was given.
    pagination_class = Keyset
    serializer_class = AnswerShape

    @extend_schema(operation_id="answers_list", parameters=[_WantedAnswers], responses=AnswerShape(many=True))
    def get(self, request: AgentRequest) -> Response:
        """The answers that count, in the order in which they were given."""
        asked = _WantedAnswers(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        enough = (
            SurveyVersion.objects.filter(is_anonymous=True)
            .annotate(answered=Count("invitations", filter=Q(invitations__answers__is_current=True)))
            .filter(answered__gte=ANONYMOUS_ENOUGH)
        )
        named = Q(invitation__version__is_anonymous=False)
        # What is looked for by its ticket or its instant would tell who gave it.
        is_looked_for = "ticket" in wanted or "answered_since" in wanted
        shown = named if is_looked_for else named | Q(invitation__version__in=enough.values("pk"))
        found = Answer.objects.filter(shown, is_current=True).select_related("invitation__version__survey")
        columns = {
            "kind": "invitation__version__survey__kind",
            "sentiment": "sentiment",
            "ticket": "invitation__ticket",
            "answered_since": "answered_at__gte",
        }
        found = found.filter(**{columns[name]: value for name, value in wanted.items()})
        return self.get_paginated_response(AnswerShape(self.paginate_queryset(found), many=True).data)
