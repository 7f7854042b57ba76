"""Webhooks: set up, tested, and looked after by programs as by admins on their page."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from inbox.api.authentication import AgentRequest
from inbox.api.once import Made, once
from inbox.api.paging import Keyset
from inbox.api.permissions import Administers
from inbox.api.places import refused
from inbox.api.shapes.webhooks import CallShape, WebhookShape
from inbox.api.views.calendars import IDEMPOTENCY_KEY
from inbox.webhooks.actions import (
    InvalidWebhook,
    change_webhook,
    delete_webhook,
    make_webhook,
    switch_webhook,
    try_webhook,
)
from inbox.webhooks.models import Webhook, WebhookCall


def _found(webhook_id: int) -> Webhook:
    webhook = Webhook.objects.filter(pk=webhook_id, deleted_at=None).first()
    if webhook is None:
        raise Http404("No such webhook.")
    return webhook


def _given(request: AgentRequest) -> dict[str, Any]:
    asked = WebhookShape(data=request.data)
    asked.is_valid(raise_exception=True)
    given: dict[str, Any] = asked.validated_data
    return given


def _terms(given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in ("name", "address", "kinds")}


class Webhooks(GenericAPIView[Webhook]):
    """All webhooks."""

    permission_classes = [Administers]
    pagination_class = None
    serializer_class = WebhookShape

    @extend_schema(operation_id="webhooks_list", responses=WebhookShape(many=True))
    def get(self, request: AgentRequest) -> Response:
        """Every address that is told of news, switched on or off."""
        return Response(WebhookShape(Webhook.objects.filter(deleted_at=None).order_by("id"), many=True).data)

    @extend_schema(
        operation_id="webhooks_create",
        request=WebhookShape,
        responses={201: WebhookShape},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: AgentRequest) -> Response:
        """Tell another address."""
        given = _given(request)

        def make() -> Made:
            try:
                made = make_webhook(**_terms(given), by=request.user)
            except InvalidWebhook as problem:
                raise refused({field: [told] for field, told in problem.errors.items()}) from problem
            if not given["is_active"]:
                switch_webhook(made, False, by=request.user)
            return Made(WebhookShape(made).data, reverse("api:webhook", args=[made.pk]))

        return once(request, make)


class OneWebhook(GenericAPIView[Webhook]):
    """One webhook."""

    permission_classes = [Administers]
    serializer_class = WebhookShape

    @extend_schema(operation_id="webhook")
    def get(self, request: AgentRequest, webhook_id: int) -> Response:
        """Where it calls, and what for."""
        return Response(WebhookShape(_found(webhook_id)).data)

    @extend_schema(operation_id="webhook_change", request=WebhookShape, responses=WebhookShape)
    def put(self, request: AgentRequest, webhook_id: int) -> Response:
        """Change it wholly, or switch it."""
        webhook, given = _found(webhook_id), _given(request)
        try:
            change_webhook(webhook, **_terms(given), by=request.user)
        except InvalidWebhook as problem:
            raise refused({field: [told] for field, told in problem.errors.items()}) from problem
        if given["is_active"] != webhook.is_active:
            switch_webhook(webhook, given["is_active"], by=request.user)
        return Response(WebhookShape(webhook).data)

    @extend_schema(operation_id="webhook_deletion", responses={204: None})
    def delete(self, request: AgentRequest, webhook_id: int) -> Response:
        """Tell it nothing more; what waits is given up."""
        delete_webhook(_found(webhook_id), by=request.user)
        return Response(status=204)


class WebhookTest(GenericAPIView[WebhookCall]):
    """Trying a webhook out."""

    permission_classes = [Administers]
    serializer_class = CallShape

    @extend_schema(operation_id="webhook_test", request=None, responses={202: CallShape})
    def post(self, request: AgentRequest, webhook_id: int) -> Response:
        """Call it once with nothing but a greeting; how that went stands in its calls a moment later."""
        return Response(CallShape(try_webhook(_found(webhook_id), by=request.user)).data, 202)


class WebhookCalls(GenericAPIView[WebhookCall]):
    """What a webhook was told."""

    permission_classes = [Administers]
    pagination_class = Keyset
    serializer_class = CallShape

    @extend_schema(operation_id="webhook_calls_list", responses=CallShape(many=True))
    def get(self, request: AgentRequest, webhook_id: int) -> Response:
        """Its calls of the last 30 days, the oldest first."""
        page = self.paginate_queryset(_found(webhook_id).calls.all())
        return self.get_paginated_response(CallShape(page, many=True).data)
