"""Queries that are built once and asked often, with other values each time.

    @prepared
    def tickets_with(team: Given, ids: Given) -> QuerySet[Ticket]:
        return Ticket.objects.filter(team=team, id__any=ids).select_related("assignee")

    tickets_with(7, [1, 2, 3])

The framework builds the text of a statement anew each time it is asked, which costs several times what the database
needs to answer; here that happens with the first call of a process. What comes back is what the query would have
given: rows with what was selected beside them, or values.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property, update_wrapper
from inspect import signature
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, ForeignObject, Lookup, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")


class Given(Expression):
    """A value that is told with each call, as the database takes it: a number, a text, an instant, a list of them."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        """One placeholder, filled in later."""
        return "%s", [self]

    def get_group_by_cols(self) -> list[Any]:
        """None: it is the same for all rows."""
        return []


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """`id__any=[1, 2]`: as `in`, but one parameter however many there are, so that the statement stays the same."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        """`column = ANY(array)`."""
        left, values = self.process_lhs(compiler, connection)
        right, more = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right})", [*values, *more]


class _Ready(NamedTuple):
    queryset: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    values: Sequence[Any]
    converters: Any


class Prepared(Generic[Row]):
    """A query that waits for its values."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._takes = len(signature(build).parameters)
        update_wrapper(self, build)

    def __call__(self, *values: Any) -> list[Row]:
        """Ask it; the rows in its order. Raises `TypeError` for too few or too many values."""
        if len(values) != self._takes:
            raise TypeError(f"{self._build.__qualname__} takes {self._takes} values, {len(values)} were given.")
        ready = self._ready
        asked = copy.copy(ready.compiler)
        filled = tuple(values[one.place] if type(one) is Given else one for one in ready.values)
        vars(asked).update(
            connection=connections[DEFAULT_DB_ALIAS],
            as_sql=lambda: (ready.sql, filled),
            get_converters=lambda expressions: ready.converters,
        )
        query = copy.copy(ready.queryset.query)
        vars(query)["get_compiler"] = lambda using: asked
        rows: QuerySet[Any, Row] = type(ready.queryset)(ready.queryset.model, query, DEFAULT_DB_ALIAS)
        for name in ("_iterable_class", "_fields"):
            vars(rows)[name] = vars(ready.queryset)[name]
        return list(rows)

    def first(self, *values: Any) -> Row | None:
        """The first row, of a query that asks for no more than it needs."""
        return next(iter(self(*values)), None)

    @cached_property
    def _ready(self) -> _Ready:
        queryset = self._build(*(Given(place) for place in range(self._takes)))
        known: Mapping[str, Any] = vars(queryset)
        if known["_prefetch_related_lookups"] or known["_known_related_objects"]:
            raise TypeError(f"{self._build.__qualname__}: what is prefetched would be asked for anew each time.")
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, values = compiler.as_sql()
        columns = [one[0] for one in compiler.select[: compiler.col_count]]
        return _Ready(queryset, compiler, sql, values, compiler.get_converters(columns))


def prepared(build: Callable[..., QuerySet[Any, Row]]) -> Prepared[Row]:
    """Prepare the query that `build` makes of as many `Given` values as it has parameters.

    What it is made of is fixed with the first call: no setting, clock or language may be read in it.
    """
    return Prepared(build)


def prefetch(rows: Sequence[Model], name: str, *beside: str) -> None:
    """Give rows of one model their related objects `name`, in the order of their model, or else by key.

    With them comes what their fields `beside` refer to. One query, or none without rows.
    """
    if not rows:
        return
    model, key, ask = _related(type(rows[0]), name, beside)
    theirs: dict[Any, list[Model]] = {row.pk: [] for row in rows}
    for one in ask(list(theirs)):
        theirs[getattr(one, f"{key}_id")].append(one)
    for row in rows:
        for one in theirs[row.pk]:
            # As the framework does it: what belongs to a row knows it without another query.
            setattr(one, key, row)
        known: Any = QuerySet(model)
        known._result_cache, known._prefetch_done = theirs[row.pk], True
        vars(row).setdefault("_prefetched_objects_cache", {})[name] = known


@cache
def _related(model: type[Model], name: str, beside: tuple[str, ...]) -> tuple[type[Model], str, Prepared[Model]]:
    relation: Any = model._meta.get_field(name)
    other: Any = relation.related_model

    def theirs(ids: Given) -> QuerySet[Model]:
        found: QuerySet[Model] = other.objects.filter(**{f"{relation.field.name}__any": ids})
        found = found if other._meta.ordering else found.order_by("pk")
        return found.select_related(*beside) if beside else found

    return other, relation.field.name, Prepared(theirs)
