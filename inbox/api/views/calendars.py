"""Calendars: reading, making, changing, deleting, and trying them out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from inbox.api import preconditions
from inbox.api.authentication import AgentRequest
from inbox.api.fields import Instant
from inbox.api.once import Made, once
from inbox.api.paging import Keyset
from inbox.api.permissions import ChangesTerms, ReadsTerms
from inbox.api.places import object_of, refused
from inbox.api.problems import Conflict
from inbox.api.shapes.calendars import (
    HOURS,
    CalendarShape,
    CalendarVersionShape,
    ChangedCalendar,
    NewCalendar,
    Preview,
    in_force,
    versions,
)
from inbox.common.clock import now
from inbox.sla import access
from inbox.sla.calendars import (
    CalendarInUse,
    change_hours,
    delete_calendar,
    make_calendar,
    rename_calendar,
    withdraw_version,
)
from inbox.sla.hours import NeverOpen
from inbox.sla.models import BusinessCalendar, CalendarVersion
from inbox.sla.opening import InvalidHours, hours_from

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag you read, or * for whatever it is."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A word of your own for this request: repeated within a day it makes nothing more.",
)


def _known() -> QuerySet[BusinessCalendar]:
    return BusinessCalendar.objects.prefetch_related("versions__made_by")


def _found(calendar_id: int) -> BusinessCalendar:
    calendar = _known().filter(pk=calendar_id).first()
    if calendar is None:
        raise Http404("No such calendar.")
    return calendar


def _etag(calendar: BusinessCalendar) -> str:
    return preconditions.etag(calendar.name, *(version.pk for version in versions(calendar)))


def _shown(calendar: BusinessCalendar) -> Any:
    return CalendarShape(calendar, context={"as_of": now()}).data


@contextmanager
def _rules() -> Iterator[None]:
    try:
        yield
    except InvalidHours as problem:
        raise refused(problem.errors) from problem


def _locked(request: AgentRequest, calendar_id: int) -> BusinessCalendar:
    """The calendar as the request knows it, which nobody else changes until the transaction ends."""
    if not BusinessCalendar.objects.select_for_update().filter(pk=calendar_id):
        raise Http404("No such calendar.")
    calendar = _found(calendar_id)
    preconditions.check(request, _etag(calendar))
    return calendar


class Calendars(GenericAPIView[BusinessCalendar]):
    """All calendars."""

    permission_classes = [ChangesTerms]
    pagination_class = Keyset
    serializer_class = CalendarShape

    @extend_schema(operation_id="calendars_list", responses=CalendarShape(many=True))
    def get(self, request: AgentRequest) -> Response:
        """The calendars, the company's own first."""
        page = self.paginate_queryset(_known())
        return self.get_paginated_response(CalendarShape(page, many=True, context={"as_of": now()}).data)

    @extend_schema(
        operation_id="calendars_create",
        request=NewCalendar,
        responses={201: CalendarShape},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: AgentRequest) -> Response:
        """Make a calendar; it is in force from now on."""
        given = object_of(request.data, ("name", *HOURS))

        def make() -> Made:
            with _rules():
                made = make_calendar(given.get("name", ""), hours_from(given), by=request.user)
            calendar = _found(made.pk)
            return Made(_shown(calendar), reverse("api:calendar", args=[calendar.pk]), _etag(calendar))

        _named(given)
        return once(request, make)


def _named(given: dict[str, Any]) -> None:
    if not isinstance(given.get("name", ""), str):
        raise refused({"name": [_("Give a text.")]})


class Calendar(GenericAPIView[BusinessCalendar]):
    """One calendar."""

    permission_classes = [ChangesTerms]
    serializer_class = CalendarShape

    @extend_schema(operation_id="calendar_read")
    def get(self, request: AgentRequest, calendar_id: int) -> Response:
        """The calendar, with its ETag."""
        calendar = _found(calendar_id)
        return Response(_shown(calendar), headers={"ETag": _etag(calendar)})

    @extend_schema(operation_id="calendar_change", request=ChangedCalendar(partial=True), parameters=[IF_MATCH])
    def patch(self, request: AgentRequest, calendar_id: int) -> Response:
        """Change it from now or a later instant on: a new version. What was measured stays as it is."""
        given = object_of(request.data, ("name", "in_force_from", *HOURS))
        _named(given)
        start = _start(given)
        with transaction.atomic(), _rules():
            calendar = _locked(request, calendar_id)
            if "name" in given:
                rename_calendar(calendar, given["name"], by=request.user)
            if any(name in given for name in HOURS):
                before = in_force(calendar, start or now())
                hours = hours_from({**{name: getattr(before, name) for name in HOURS}, **given})
                change_hours(calendar, hours, by=request.user, in_force_from=start)
        calendar = _found(calendar_id)
        return Response(_shown(calendar), headers={"ETag": _etag(calendar)})

    @extend_schema(operation_id="calendar_delete", parameters=[IF_MATCH], responses={204: None})
    def delete(self, request: AgentRequest, calendar_id: int) -> Response:
        """Delete it, if no policy ever counted on it and it is not the company's own."""
        with transaction.atomic():
            calendar = _locked(request, calendar_id)
            try:
                delete_calendar(calendar, by=request.user)
            except CalendarInUse as problem:
                raise Conflict(_in_use(problem)) from problem
        return Response(status=204)


def _in_use(problem: CalendarInUse) -> str:
    if not problem.policies:
        return _("This is the company's own calendar, which measures tickets without a policy.")
    return _("Policies count on it, or did: %(policies)s.") % {"policies": ", ".join(problem.policies)}


def _start(given: dict[str, Any]) -> datetime | None:
    if given.get("in_force_from") is None:
        return None
    try:
        return Instant().to_internal_value(given["in_force_from"])
    except serializers.ValidationError as problem:
        raise refused({"in_force_from": list(problem.detail)}) from problem


class CalendarVersions(GenericAPIView[CalendarVersion]):
    """The versions of a calendar."""

    permission_classes = [ReadsTerms]
    pagination_class = Keyset
    serializer_class = CalendarVersionShape

    @extend_schema(operation_id="calendar_versions_list", responses=CalendarVersionShape(many=True))
    def get(self, request: AgentRequest, calendar_id: int) -> Response:
        """What was, is and will be in force, in the order in which it was made."""
        page = self.paginate_queryset(_found(calendar_id).versions.select_related("made_by"))
        return self.get_paginated_response(CalendarVersionShape(page, many=True).data)


class PlannedVersion(GenericAPIView[CalendarVersion]):
    """A version that is planned for later."""

    permission_classes = [ChangesTerms]
    serializer_class = CalendarVersionShape

    @extend_schema(operation_id="calendar_version_withdraw", responses={204: None})
    def delete(self, request: AgentRequest, calendar_id: int, version_id: int) -> Response:
        """Take it back before it comes into force."""
        version = _found(calendar_id).versions.filter(pk=version_id).first()
        if version is None:
            raise Http404("No such version.")
        if not withdraw_version(version, by=request.user):
            raise Conflict(_("It is in force already: what was measured by it stays. Change the calendar instead."))
        return Response(status=204)


class _Asked(serializers.Serializer[Any]):
    at = Instant(required=False, help_text="From when on: now, if it is left out.")
    seconds = serializers.IntegerField(min_value=1, max_value=366 * 86400, help_text="How much open time.")


class CalendarPreview(GenericAPIView[BusinessCalendar]):
    """A calendar tried out."""

    permission_classes = [ReadsTerms]
    serializer_class = Preview

    @extend_schema(operation_id="calendar_preview", parameters=[_Asked])
    def get(self, request: AgentRequest, calendar_id: int) -> Response:
        """When so much open time from an instant on is used up, and what is open in between."""
        asked = _Asked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        at, seconds = asked.validated_data.get("at") or now(), asked.validated_data["seconds"]
        hours = access.hours(_found(calendar_id).pk)
        try:
            due = hours.add(at, timedelta(seconds=seconds))
        except NeverOpen as problem:
            told = _("This calendar does not open often enough for that much time.")
            raise refused({"seconds": [told]}) from problem
        spans = [{"start": start, "end": end} for start, end in hours.spans_between(at, due)]
        return Response(Preview({"at": at, "seconds": seconds, "due_at": due, "open": spans}).data)
