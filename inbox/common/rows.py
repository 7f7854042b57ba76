"""Rows read and written the short way: one plain statement each, for what happens with every message.

The framework's own way builds each statement anew, which costs several times what the database needs for it. Values
go through the fields' own preparation; expressions are not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

Row = TypeVar("Row", bound=Model)


def insert(rows: Sequence[Model]) -> None:
    """Insert rows of one model; each then has its key, unless it brought one."""
    if not rows:
        return
    with connection.cursor() as cursor:
        _insert(cursor, rows, returning=True)
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            _is_stored(row, key)


def insert_unseen(rows: Sequence[Model]) -> None:
    """Insert rows of one model whose keys nobody needs now; they are not told them."""
    if rows:
        with connection.cursor() as cursor:
            _insert(cursor, rows, returning=False)


def _insert(cursor: Any, rows: Sequence[Model], *, returning: bool) -> None:
    shape = _shape(type(rows[0]), with_key=rows[0].pk is not None)
    places = ", ".join([shape.place] * len(rows))
    cursor.execute(
        f"{shape.insert} {places} RETURNING {shape.key}" if returning else f"{shape.insert} {places}",
        [value for row in rows for value in _values(row, shape.fields)],
    )


def insert_new(row: Model, constraint: str) -> bool:
    """Insert `row`, which then has its key; False when the named unique constraint says that it is there already.

    A concurrent twin waits for the other's transaction and then gets its answer. Other violations rise. The
    transaction around it stays usable either way.
    """
    shape = _shape(type(row), with_key=row.pk is not None)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{shape.insert} {shape.place} ON CONFLICT ON CONSTRAINT {constraint} DO NOTHING RETURNING {shape.key}",
            _values(row, shape.fields),
        )
        made: tuple[Any, ...] | None = cursor.fetchone()
    if made is not None:
        _is_stored(row, made[0])
    return made is not None


def insert_or_replace(row: Model) -> None:
    """Insert `row`, which brings its key, or write all of it over the one that has the key."""
    shape = _shape(type(row), with_key=True)
    changes = ", ".join(f"{column} = EXCLUDED.{column}" for column in _columns(shape.fields) if column != shape.key)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{shape.insert} {shape.place} ON CONFLICT ({shape.key}) DO UPDATE SET {changes}",
            _values(row, shape.fields),
        )


def update(row: Model, values: Mapping[str, Any] | Sequence[str], *, returning: str = "1", **only_if: Any) -> bool:
    """Write values by field name to a stored row, or the named fields as they are now; False when nothing matched.

    Nothing is written unless the row still has the values of `only_if`; without it nothing is looked at. An
    expression may only be of the database's clock: `Now()`, or `Now() + timedelta`.
    """
    model = type(row)
    given = values if isinstance(values, Mapping) else _as_it_is(row, values)
    changes, parameters = [], []
    for name, value in given.items():
        changed, parameter = _assigned(model._meta.get_field(name), value)
        changes.append(changed)
        parameters += parameter
    fields: list[Any] = [model._meta.get_field(name) for name in only_if]
    conditions = "".join(f" AND {field.column} = %s" for field in fields)
    parameters += [row.pk, *(field.get_db_prep_save(only_if[field.name], connection) for field in fields)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {model._meta.db_table} SET {', '.join(changes)} "  # noqa: S608 - names, no values
            f"WHERE {_shape(model, with_key=True).key} = %s{conditions}{f' RETURNING {returning}' if only_if else ''}",
            parameters,
        )
        return cursor.fetchone() is not None if only_if else True


def _as_it_is(row: Model, names: Sequence[str]) -> dict[str, Any]:
    fields: list[Any] = [row._meta.get_field(name) for name in names]
    return {field.name: getattr(row, field.attname) for field in fields}


def _assigned(field: Any, value: Any) -> tuple[str, list[Any]]:
    if isinstance(value, Now):
        return f"{field.column} = statement_timestamp()", []
    if isinstance(value, CombinedExpression) and isinstance(value.lhs, Now) and value.connector == "+":
        wait: Any = value.rhs
        return f"{field.column} = statement_timestamp() + %s", [wait.value]
    if isinstance(value, Model):
        value = value.pk
    return f"{field.column} = %s", [field.get_db_prep_save(value, connection)]


def find(model: type[Row], condition: str, *values: Any, tail: str = "") -> list[Row]:
    """The rows for which a plain SQL `condition` with `%s` for `values` holds; `tail` orders, limits or locks."""
    shape = _shape(model, with_key=True)
    statement = f"SELECT {shape.columns} FROM {model._meta.db_table} WHERE {condition} {tail}"  # noqa: S608 - our own
    return _rows(model, shape, statement, values)


def returned(model: type[Row], statement: str, values: Sequence[Any]) -> list[Row]:
    """The rows of its table that a plain SQL statement changes, as they are then."""
    shape = _shape(model, with_key=True)
    columns = ", ".join(f"{model._meta.db_table}.{column}" for column in _columns(shape.fields))
    return _rows(model, shape, f"{statement} RETURNING {columns}", values)


def _rows(model: type[Row], shape: _Shape, statement: str, values: Sequence[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    names = [field.attname for field in shape.fields]
    return [model.from_db(connection.alias, names, _converted(shape, row)) for row in found]


def _converted(shape: _Shape, row: Sequence[Any]) -> Sequence[Any]:
    if not shape.converters:
        return row
    values = list(row)
    for place, convert in shape.converters:
        values[place] = convert(values[place], None, connection)
    return values


@dataclass(frozen=True, slots=True)
class _Shape:
    """The parts of statements about a model. Names of tables and columns are our own, and need no quotes."""

    fields: Sequence[Field[Any, Any]]
    columns: str
    insert: str
    place: str
    key: str
    converters: Sequence[tuple[int, Callable[..., Any]]]


@cache
def _shape(model: type[Model], *, with_key: bool) -> _Shape:
    fields = [field for field in model._meta.local_concrete_fields if with_key or not field.primary_key]
    return _Shape(
        fields=fields,
        columns=", ".join(_columns(fields)),
        insert=f"INSERT INTO {model._meta.db_table} ({', '.join(_columns(fields))}) VALUES",
        place=f"({', '.join(['%s'] * len(fields))})",
        key=str(model._meta.pk.column),
        converters=[
            (place, convert) for place, field in enumerate(fields) for convert in field.get_db_converters(connection)
        ],
    )


def _columns(fields: Sequence[Field[Any, Any]]) -> list[str]:
    return [str(field.column) for field in fields]


def _values(row: Model, fields: Sequence[Field[Any, Any]]) -> list[Any]:
    adding = row._state.adding
    return [field.get_db_prep_save(field.pre_save(row, add=adding), connection) for field in fields]


def _is_stored(row: Model, key: Any) -> None:
    row.pk = key
    row._state.adding, row._state.db = False, connection.alias
