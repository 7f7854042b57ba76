"""Policies: reading, making, changing, moving, switching and deleting them, and asking which one fits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from inbox.api import preconditions
from inbox.api.authentication import AgentRequest
from inbox.api.once import Made, once
from inbox.api.paging import ByPlace, Keyset
from inbox.api.permissions import ChangesTerms, ReadsTerms
from inbox.api.places import object_of, refused
from inbox.api.problems import Conflict
from inbox.api.shapes.policies import (
    TERMS,
    ChangedPolicy,
    Choice,
    Facts,
    PolicyShape,
    PolicyVersionShape,
    TermsShape,
    named,
    newest,
    policy_shown,
    terms_given,
    version_shown,
)
from inbox.api.views.calendars import IDEMPOTENCY_KEY, IF_MATCH
from inbox.sla import access
from inbox.sla.forms import InvalidTerms, Terms, terms_as_values, terms_from
from inbox.sla.models import Policy, PolicyVersion
from inbox.sla.policies import change_policy, delete_policy, make_policy, move_policy, switch_policy
from inbox.sla.policy import first_match


def _known() -> QuerySet[Policy]:
    versions = PolicyVersion.objects.select_related("policy", "made_by")
    return Policy.objects.filter(deleted_at=None).prefetch_related(Prefetch("versions", versions))


def _found(policy_id: int) -> Policy:
    policy = _known().filter(pk=policy_id).first()
    if policy is None:
        raise Http404("No such policy.")
    return policy


def _etag(policy: Policy) -> str:
    return preconditions.etag(policy.pk, policy.name, policy.position, policy.is_active, newest(policy).pk)


def _locked(request: AgentRequest, policy_id: int) -> Policy:
    """The policy as the request knows it, which nobody else changes until the transaction ends."""
    # All of them, in the order in which everybody locks them: a move is about all.
    list(Policy.objects.filter(deleted_at=None).order_by("id").select_for_update())
    policy = _found(policy_id)
    preconditions.check(request, _etag(policy))
    return policy


@contextmanager
def _rules(sent: dict[str, Any]) -> Iterator[None]:
    try:
        yield
    except InvalidTerms as problem:
        raise refused(problem.errors, lambda place: named(place, sent)) from problem
    except IntegrityError as problem:
        raise Conflict(_("Somebody gave another policy this name just now.")) from problem


def _standing(given: dict[str, Any]) -> None:
    """Look that place and switch are what they should be."""
    position, is_active = given.get("position", 0), given.get("is_active", True)
    errors = {}
    if not isinstance(position, int) or isinstance(position, bool) or not 0 <= position < 10_000:
        errors["position"] = [_("Give its place in the list, a number from 0.")]
    if not isinstance(is_active, bool):
        errors["is_active"] = [_("Say true or false.")]
    if errors:
        raise refused(errors)


class Policies(GenericAPIView[Policy]):
    """All policies."""

    permission_classes = [ChangesTerms]
    pagination_class = ByPlace
    serializer_class = PolicyShape

    @extend_schema(operation_id="policies_list", responses=PolicyShape(many=True))
    def get(self, request: AgentRequest) -> Response:
        """The policies in the order in which they are asked; the first that fits a ticket is applied."""
        page = self.paginate_queryset(_known()) or []
        return self.get_paginated_response([policy_shown(policy, request.user) for policy in page])

    @extend_schema(
        operation_id="policies_create",
        request=TermsShape,
        responses={201: PolicyShape},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: AgentRequest) -> Response:
        """Make a policy, switched on. It stands last, or before the first that takes every ticket."""
        given = object_of(request.data, TERMS)

        def make() -> Made:
            with _rules(given):
                made = make_policy(terms_from(terms_given(given)), by=request.user)
            policy = _found(made.pk)
            return Made(policy_shown(policy, request.user), reverse("api:policy", args=[policy.pk]), _etag(policy))

        return once(request, make)


class OnePolicy(GenericAPIView[Policy]):
    """One policy."""

    permission_classes = [ChangesTerms]
    serializer_class = PolicyShape

    @extend_schema(operation_id="policy_read")
    def get(self, request: AgentRequest, policy_id: int) -> Response:
        """The policy, with its ETag."""
        return self._answer(request, policy_id)

    @extend_schema(operation_id="policy_change", request=ChangedPolicy(partial=True), parameters=[IF_MATCH])
    def patch(self, request: AgentRequest, policy_id: int) -> Response:
        """Give it other terms, another place, or switch it, all from now on."""
        given = object_of(request.data, (*TERMS, "position", "is_active"))
        _standing(given)
        with transaction.atomic():
            policy = _locked(request, policy_id)
            if terms := {name: value for name, value in given.items() if name in TERMS}:
                with _rules(given):
                    change_policy(policy, _merged(policy, terms), by=request.user)
            if "position" in given:
                move_policy(policy, given["position"], by=request.user)
            if "is_active" in given:
                switch_policy(policy, on=given["is_active"], by=request.user)
        return self._answer(request, policy_id)

    @extend_schema(operation_id="policy_delete", parameters=[IF_MATCH], responses={204: None})
    def delete(self, request: AgentRequest, policy_id: int) -> Response:
        """Take it out of the list from now on; the tickets it was applied to keep it."""
        with transaction.atomic():
            delete_policy(_locked(request, policy_id), by=request.user)
        return Response(status=204)

    @staticmethod
    def _answer(request: AgentRequest, policy_id: int) -> Response:
        policy = _found(policy_id)
        return Response(policy_shown(policy, request.user), headers={"ETag": _etag(policy)})


def _merged(policy: Policy, given: dict[str, Any]) -> Terms:
    return terms_from({**terms_as_values(newest(policy)), **terms_given(given)}, of=policy)


class PolicyVersions(GenericAPIView[PolicyVersion]):
    """The versions of a policy."""

    permission_classes = [ReadsTerms]
    pagination_class = Keyset
    serializer_class = PolicyVersionShape

    @extend_schema(operation_id="policy_versions_list", responses=PolicyVersionShape(many=True))
    def get(self, request: AgentRequest, policy_id: int) -> Response:
        """Its terms over time, in the order in which they were made. The name is always that of now."""
        versions = _found(policy_id).versions.select_related("policy", "made_by")
        page = self.paginate_queryset(versions) or []
        return self.get_paginated_response([version_shown(version, request.user) for version in page])


class PolicyChoice(GenericAPIView[Policy]):
    """Which policy would apply."""

    permission_classes = [ReadsTerms]
    serializer_class = Choice

    @extend_schema(operation_id="policy_choice", request=Facts, responses=Choice)
    def post(self, request: AgentRequest) -> Response:
        """The policy that a ticket with these facts gets now, and why. Nothing is stored."""
        object_of(request.data, Facts().fields.keys())
        asked = Facts(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = dict(asked.validated_data)
        facts["tag"] = facts.pop("tags")
        version, reason = first_match(access.policies_in_force(), facts)
        policy = version and _found(version.policy_id)
        shown = policy_shown(policy, request.user, version) if policy else None
        return Response({"policy": shown, "reason": str(reason)})
