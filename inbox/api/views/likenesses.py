"""Customers who may be one person: listing them, merging them, saying that they are two, and taking that back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from inbox.api import problems
from inbox.api.authentication import AgentRequest
from inbox.api.permissions import ChangesTickets
from inbox.api.shapes.likenesses import CustomerMergeShape, LikenessShape
from inbox.customers.likeness_models import CustomerLikeness
from inbox.customers.models import CustomerMerge
from inbox.tickets import likenesses
from inbox.tickets.access import ticket_for
from inbox.tickets.actions import Refused
from inbox.tickets.likenesses import alike_to, likeness_for, merges_into
from inbox.tickets.people import unmerge_customers


@contextmanager
def _rules() -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        raise problems.Conflict(str(refusal)) from refusal


def _must_answer(request: AgentRequest) -> None:
    if not request.user.answers_customers:
        raise PermissionDenied(ChangesTickets.message)


class Likenesses(GenericAPIView[CustomerLikeness]):
    """Who may be the ticket's customer as well."""

    pagination_class = None
    serializer_class = LikenessShape

    @extend_schema(operation_id="ticket_likenesses_list", responses=LikenessShape(many=True))
    def get(self, request: AgentRequest, number: int) -> Response:
        """Those of whom somebody who answers customers sees a ticket, the latest found first; at most five."""
        customer = ticket_for(request.user, number).customer
        _must_answer(request)
        found = alike_to(customer, request.user, merged=merges_into(customer))
        return Response(LikenessShape(found, many=True).data)


class LikenessMerge(GenericAPIView[CustomerLikeness]):
    """Two customers are one."""

    permission_classes = [ChangesTickets]
    serializer_class = CustomerMergeShape

    @extend_schema(operation_id="likeness_merge", request=None, responses=CustomerMergeShape)
    def post(self, request: AgentRequest, number: int, likeness_id: int) -> Response:
        """All that belongs to the other one belongs to the ticket's customer from now on."""
        customer = ticket_for(request.user, number).customer
        found = likeness_for(request.user, customer, likeness_id)
        with _rules():
            source = likenesses.agree(found.likeness, customer, by=request.user)
        return Response(CustomerMergeShape(source.merges.get(undone_at=None)).data)


class LikenessDismissal(GenericAPIView[CustomerLikeness]):
    """Two customers are two."""

    permission_classes = [ChangesTickets]
    serializer_class = LikenessShape

    @extend_schema(operation_id="likeness_dismiss", request=None, responses={204: None})
    def post(self, request: AgentRequest, number: int, likeness_id: int) -> Response:
        """Say that they are two people; they are not suggested again."""
        customer = ticket_for(request.user, number).customer
        found = likeness_for(request.user, customer, likeness_id, even_dismissed=True)
        with _rules():
            likenesses.dismiss(found.likeness, by=request.user)
        return Response(status=204)

    @extend_schema(operation_id="likeness_reconsider", responses={204: None})
    def delete(self, request: AgentRequest, number: int, likeness_id: int) -> Response:
        """Suggest them again."""
        customer = ticket_for(request.user, number).customer
        found = likeness_for(request.user, customer, likeness_id, even_dismissed=True)
        with _rules():
            likenesses.reconsider(found.likeness, by=request.user)
        return Response(status=204)


class CustomerMerges(GenericAPIView[CustomerMerge]):
    """Who was found to be the ticket's customer."""

    pagination_class = None
    serializer_class = CustomerMergeShape

    @extend_schema(operation_id="customer_merges_list", responses=CustomerMergeShape(many=True))
    def get(self, request: AgentRequest, number: int) -> Response:
        """Each as the customer he was, the latest merge first."""
        customer = ticket_for(request.user, number).customer
        _must_answer(request)
        return Response(CustomerMergeShape(merges_into(customer), many=True).data)


class OneCustomerMerge(GenericAPIView[CustomerMerge]):
    """A merge of two customers."""

    permission_classes = [ChangesTickets]
    serializer_class = CustomerMergeShape

    @extend_schema(operation_id="customer_unmerge", responses={204: None})
    def delete(self, request: AgentRequest, number: int, source_id: int) -> Response:
        """Take it back: what came from him is his again, and so is what his addresses brought since."""
        merges = merges_into(ticket_for(request.user, number).customer)
        merge = next((one for one in merges if one.source_id == source_id), None)
        if merge is None:
            raise Http404("There is no such merge.")
        with _rules():
            unmerge_customers(merge.source, by=request.user)
        return Response(status=204)
