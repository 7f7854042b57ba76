"""Lists in pages that neither repeat nor skip while rows come and go: each starts after the last row before it."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from django.db.models import F, Model, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

MOST_ROWS = 200


class Keyset(BasePagination):
    """Pages of rows ordered by `column` (of `kind`; those without a value last), and then by key."""

    column = "id"
    kind: type = int
    rows_unasked = 50

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """The rows of the page asked for."""
        limit = self._limit(request)
        parts = [queryset]
        if cursor := request.query_params.get("cursor"):
            parts = [queryset.filter(after) for after in self._after(*_read(cursor, self.kind))]
        rows: list[Any] = []
        for part in parts:
            if len(rows) <= limit:
                rows += part.order_by(*self._order())[: limit + 1 - len(rows)]
        self.next = None
        if len(rows) > limit:
            self.next = replace_query_param(request.build_absolute_uri(), "cursor", self.cursor_of(rows[limit - 1]))
        return rows[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        """The page, and where the next one is."""
        return Response({"results": data, "next": self.next})

    def _limit(self, request: Request) -> int:
        given = request.query_params.get("limit")
        if given is None:
            return self.rows_unasked
        if not (given.isascii() and given.isdigit() and len(given) < 6 and 1 <= int(given) <= MOST_ROWS):
            raise ValidationError({"limit": _("Take a number from 1 to %(most)s.") % {"most": MOST_ROWS}})
        return int(given)

    def _order(self) -> tuple[Any, ...]:
        return F(self.column).asc(nulls_last=True), "pk"

    def _after(self, value: datetime | int | None, pk: int) -> list[Q]:
        """What comes after a row: parts one after the other, in each of which an index starts where the part does."""
        if self.column == "id":
            return [Q(pk__gt=pk)]
        if value is None:
            return [Q(**{self.column: None}, pk__gt=pk)]
        # As one comparison of rows: an index starts right behind the last row, and nothing is sorted.
        later = Q(TupleGreaterThan(Tuple(F(self.column), F("pk")), (value, pk)))
        return [later, Q(**{self.column: None})]

    def cursor_of(self, row: Model) -> str:
        """Where the page after this row starts."""
        value = getattr(row, self.column)
        text = json.dumps([value.isoformat() if isinstance(value, datetime) else value, row.pk])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """How the schema describes what to ask for."""
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Where the page starts, as the `next` of the page before has it.",
                "schema": {"type": "string"},
            },
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "description": "How many rows a page has.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": self.rows_unasked},
            },
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """How the schema describes a page."""
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {
                    "type": "string",
                    "format": "uri",
                    "nullable": True,
                    "description": "The address of the next page; null on the last.",
                },
            },
        }


def _read(cursor: str, kind: type) -> tuple[datetime | int | None, int]:
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if kind is datetime and value is not None:
            value = _aware(value)
        elif value is not None or kind is not datetime:
            value = _number(value)
        return value, _number(pk)
    except (ValueError, TypeError, RecursionError) as error:
        told = _("This is no cursor of ours: take the whole address that `next` gave, or begin without one.")
        raise ValidationError({"cursor": told}) from error


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.utcoffset() is None:
        raise ValueError(text)
    return at


def _number(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value < 2**63:
        raise ValueError(value)
    return int(value)


class NewestFirst(Keyset):
    """What was made last first."""

    def _order(self) -> tuple[Any, ...]:
        return ("-pk",)

    def _after(self, value: datetime | int | None, pk: int) -> list[Q]:
        return [Q(pk__lt=pk)]


class ByDueAt(Keyset):
    """What is due next first; what has no deadline last."""

    column, kind = "due_at", datetime


class ByOccurrence(Keyset):
    """In the order in which it happened."""

    column, kind = "occurred_at", datetime


class ByPlace(Keyset):
    """In the order in which people put them."""

    column = "position"


class ByDecision(Keyset):
    """In the order in which it was decided."""

    column, kind = "decided_at", datetime
