"""Back-tests: begun, watched, stopped, read, and the runs behind each of their numbers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from inbox.api.authentication import AgentRequest
from inbox.api.once import Made, once
from inbox.api.paging import Keyset, NewestFirst
from inbox.api.permissions import Drafts, ReadsTerms
from inbox.api.places import object_of
from inbox.api.problems import Conflict
from inbox.api.shapes import drafts
from inbox.api.shapes.back_tests import Asked, BackTestFound, BackTestShape, NewBackTest, RunShape, run_shown
from inbox.api.views.calendars import IDEMPOTENCY_KEY
from inbox.reports.back_test import UNDER_WAY, begin, begin_again, stop, throw_away
from inbox.reports.back_test_result import Result, runs_behind
from inbox.sla.enums import BackTestState
from inbox.sla.models import BackTest


def _known() -> QuerySet[BackTest]:
    return BackTest.objects.select_related("made_by")


def _found(back_test_id: int) -> BackTest:
    job = _known().filter(pk=back_test_id).first()
    if job is None:
        raise Http404("No such back-test.")
    return job


class BackTests(GenericAPIView[BackTest]):
    """All back-tests."""

    permission_classes = [Drafts]
    pagination_class = NewestFirst
    serializer_class = BackTestShape

    @extend_schema(operation_id="back_tests_list", responses=BackTestShape(many=True))
    def get(self, request: AgentRequest) -> Response:
        """The back-tests, the newest first, each with how far it is."""
        page = self.paginate_queryset(_known().defer("result"))
        return self.get_paginated_response(BackTestShape(page, many=True).data)

    @extend_schema(
        operation_id="back_tests_create",
        request=NewBackTest,
        responses={201: BackTestFound},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: AgentRequest) -> Response:
        """Replay the tickets of a period with one draft or two; a worker does it."""
        asked = drafts.asked(object_of(request.data, drafts.ASKED), request.user)

        def make() -> Made:
            made = begin(asked.name, asked.period, asked.drafts, by=request.user)
            return Made(BackTestFound(_found(made.pk)).data, reverse("api:back_test", args=[made.pk]))

        return once(request, make)


class OneBackTest(GenericAPIView[BackTest]):
    """One back-test."""

    permission_classes = [Drafts]
    serializer_class = BackTestFound

    @extend_schema(operation_id="back_test_read")
    def get(self, request: AgentRequest, back_test_id: int) -> Response:
        """How far it is and, once it is done, what it found for each variant, target, team, channel, day and hour."""
        return Response(BackTestFound(_found(back_test_id)).data)

    @extend_schema(operation_id="back_test_delete", responses={204: None})
    def delete(self, request: AgentRequest, back_test_id: int) -> Response:
        """Throw it away with its result, also while it is under way."""
        throw_away(_found(back_test_id))
        return Response(status=204)


class StoppedBackTest(GenericAPIView[BackTest]):
    """A back-test that shall stop."""

    permission_classes = [Drafts]
    serializer_class = BackTestFound

    @extend_schema(operation_id="back_test_stop", request=None)
    def post(self, request: AgentRequest, back_test_id: int) -> Response:
        """Stop replaying; what was counted is dropped. What is over stays as it is (409)."""
        job = _found(back_test_id)
        if job.state not in (*UNDER_WAY, BackTestState.CANCELLED):
            raise Conflict(_("It is over."))
        stop(job)
        return Response(BackTestFound(_found(back_test_id)).data)


class BackTestBegunAgain(GenericAPIView[BackTest]):
    """A back-test that shall start anew."""

    permission_classes = [Drafts]
    serializer_class = BackTestFound

    @extend_schema(operation_id="back_test_begin_again", request=None)
    def post(self, request: AgentRequest, back_test_id: int) -> Response:
        """Replay one that was stopped or failed from the start. One that is done stays as it is (409)."""
        job = _found(back_test_id)
        if job.state == BackTestState.DONE:
            raise Conflict(_("It is done."))
        begin_again(job)
        return Response(BackTestFound(_found(back_test_id)).data)


class BackTestRuns(GenericAPIView[Any]):
    """What is behind a number of a back-test."""

    permission_classes = [ReadsTerms]
    pagination_class = Keyset
    serializer_class = RunShape

    @extend_schema(operation_id="back_test_runs_list", parameters=[Asked], responses=RunShape(many=True))
    def get(self, request: AgentRequest, back_test_id: int) -> Response:
        """The runs behind a number: as each was, and as it would have been."""
        job = _found(back_test_id)
        if job.state != BackTestState.DONE:
            raise Conflict(_("It is not done yet."))
        result, asked = Result(job), Asked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wanted = asked.wanted(len(result.variants))
        if wanted is None:
            raise Http404("No such number.")
        page = self.paginate_queryset(runs_behind(result, wanted)) or []
        return self.get_paginated_response([run_shown(run) for run in page])
