"""Rows read and written the short way: one plain statement each, for what happens with every message.

The framework's own way builds each statement anew, which costs several times what the database needs for it. Values
go through the fields' own preparation; expressions are not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

Row = TypeVar("Row", bound=Model)


def insert(rows: Sequence[Model]) -> None:
    """Insert rows of one model; each then has its key, unless it brought one."""
    if not rows:
        return
    statement = inserting(rows, returning=str(type(rows[0])._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            _is_stored(row, key)


def insert_unseen(rows: Sequence[Model]) -> None:
    """Insert rows of one model whose keys nobody needs now; they are not told them."""
    if rows:
        write(inserting(rows))


class Statement(NamedTuple):
    """A statement that writes, not yet run."""

    sql: str
    values: Sequence[Any]


def write(*statements: Statement) -> bool:
    """Run statements that don't depend on each other in one round trip; True when the last returns a row.

    They are parts of one statement: none sees what the others write.
    """
    *others, last = statements
    parts = ", ".join(f"_{number} AS ({statement.sql})" for number, statement in enumerate(others))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {parts} {last.sql}" if parts else last.sql,
            [value for statement in statements for value in statement.values],
        )
        return cursor.description is not None and cursor.fetchone() is not None


def inserting(rows: Sequence[Model], *, returning: str = "") -> Statement:
    """Inserts rows of one model, at least one."""
    shape = _shape(type(rows[0]), with_key=rows[0].pk is not None)
    places = ", ".join([shape.place] * len(rows))
    values = [value for row in rows for value in _values(row, shape)]
    return Statement(f"{shape.insert} {places}{f' RETURNING {returning}' if returning else ''}", values)


def replacing(row: Model) -> Statement:
    """Inserts `row`, which brings its key, or writes all of it over the one that has the key."""
    shape = _shape(type(row), with_key=True)
    changes = ", ".join(f"{column} = EXCLUDED.{column}" for column in _columns(shape.fields) if column != shape.key)
    return Statement(
        f"{shape.insert} {shape.place} ON CONFLICT ({shape.key}) DO UPDATE SET {changes}", _values(row, shape)
    )


def updating(
    row: Model, values: Mapping[str, Any] | Sequence[str], *, returning: str = "1", **only_if: Any
) -> Statement:
    """Writes values by field name to a stored row, or the named fields as they are now, as `update` does."""
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
    return Statement(
        f"UPDATE {model._meta.db_table} SET {', '.join(changes)} "  # noqa: S608 - names, no values
        f"WHERE {_shape(model, with_key=True).key} = %s{conditions}{f' RETURNING {returning}' if only_if else ''}",
        parameters,
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
            _values(row, shape),
        )
        made: tuple[Any, ...] | None = cursor.fetchone()
    if made is not None:
        _is_stored(row, made[0])
    return made is not None


def insert_all_new(rows: Sequence[Model], constraint: str) -> list[int]:
    """Insert those of the rows that the named unique constraint does not say are there already; their keys.

    Each column is an array: it is the same statement however many rows there are, and prepared once.
    """
    shape = _shape(type(rows[0]), with_key=rows[0].pk is not None)
    columns = [list(column) for column in zip(*(_values(row, shape) for row in rows), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"{shape.insert_arrays} ON CONFLICT ON CONSTRAINT {constraint} DO NOTHING RETURNING {shape.key}", columns
        )
        return [made for (made,) in cursor.fetchall()]


def update(row: Model, values: Mapping[str, Any] | Sequence[str], *, returning: str = "1", **only_if: Any) -> bool:
    """Write values by field name to a stored row, or the named fields as they are now; False when nothing matched.

    Nothing is written unless the row still has the values of `only_if`; without it nothing is looked at. An
    expression may only be of the database's clock: `Now()`, or `Now() + timedelta`.
    """
    return write(updating(row, values, returning=returning, **only_if)) or not only_if


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


def find(model: type[Row], condition: str, *values: Any, beside: str = "", tail: str = "") -> list[Row]:
    """The rows for which a plain SQL `condition` with `%s` for `values` holds; `tail` orders, limits or locks.

    With them comes the row that their field `beside`, which is never null, refers to.
    """
    table = model._meta.db_table
    joined = ""
    if beside:
        other, key = _referred(model, beside)
        joined = f"JOIN {other._meta.db_table} ON {key}"
    columns = _all_columns(model, beside)
    return _rows(model, beside, f"SELECT {columns} FROM {table} {joined} WHERE {condition} {tail}", values)  # noqa: S608


def returned(model: type[Row], statement: str, values: Sequence[Any], *, beside: str = "") -> list[Row]:
    """The rows of its table that a plain SQL statement changes, as they are then.

    With them comes the row that their field `beside` refers to, whose table the statement joins.
    """
    return _rows(model, beside, f"{statement} RETURNING {_all_columns(model, beside)}", values)


def joined_to(model: type[Model], beside: str) -> tuple[str, str]:
    """The table that the field `beside` refers to, and the condition that joins it."""
    other, key = _referred(model, beside)
    return str(other._meta.db_table), key


def _rows(model: type[Row], beside: str, statement: str, values: Sequence[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    shape = _shape(model, with_key=True)
    if not beside:
        return [_made(model, shape, row) for row in found]
    other, _ = _referred(model, beside)
    its, width, rows = _shape(other, with_key=True), len(shape.fields), []
    for values_of_both in found:
        row = _made(model, shape, values_of_both[:width])
        setattr(row, beside, _made(other, its, values_of_both[width:]))
        rows.append(row)
    return rows


def _made(model: type[Row], shape: _Shape, values: Sequence[Any]) -> Row:
    return model.from_db(DEFAULT_DB_ALIAS, shape.names, _converted(shape, values))


@cache
def _referred(model: type[Model], beside: str) -> tuple[type[Model], str]:
    field: Any = model._meta.get_field(beside)
    other: type[Model] = field.related_model
    key = f"{other._meta.db_table}.{other._meta.pk.column} = {model._meta.db_table}.{field.column}"
    return other, key


@cache
def _all_columns(model: type[Model], beside: str) -> str:
    models = [model, _referred(model, beside)[0]] if beside else [model]
    return ", ".join(
        f"{each._meta.db_table}.{column}" for each in models for column in _columns(_shape(each, with_key=True).fields)
    )


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
    names: Sequence[str]
    plain: Sequence[type | None]
    insert: str
    insert_arrays: str
    place: str
    key: str
    converters: Sequence[tuple[int, Callable[..., Any]]]


@cache
def _shape(model: type[Model], *, with_key: bool) -> _Shape:
    fields = [field for field in model._meta.local_concrete_fields if with_key or not field.primary_key]
    into = f"INSERT INTO {model._meta.db_table} ({', '.join(_columns(fields))})"
    arrays = ", ".join(f"%b::{field.rel_db_type(connection)}[]" for field in fields)
    return _Shape(
        fields=fields,
        names=[field.attname for field in fields],
        plain=[_plain(field) for field in fields],
        insert=f"{into} VALUES",
        insert_arrays=f"{into} SELECT * FROM unnest({arrays})",  # noqa: S608 - names, no values
        place=f"({', '.join(['%s'] * len(fields))})",
        key=str(model._meta.pk.column),
        converters=[
            (place, convert) for place, field in enumerate(fields) for convert in field.get_db_converters(connection)
        ],
    )


def _columns(fields: Sequence[Field[Any, Any]]) -> list[str]:
    return [str(field.column) for field in fields]


#: What these fields store of a value of this very type is the value.
_PLAIN: Mapping[str, type] = {
    "BigAutoField": int,
    "BigIntegerField": int,
    "BooleanField": bool,
    "CharField": str,
    "FloatField": float,
    "ForeignKey": int,
    "OneToOneField": int,
    "PositiveIntegerField": int,
    "PositiveSmallIntegerField": int,
    "TextField": str,
    "UUIDField": UUID,
}


def _plain(field: Any) -> type | None:
    return _PLAIN.get(field.get_internal_type()) if type(field).__module__.startswith("django.db.models.") else None


def _values(row: Model, shape: _Shape) -> list[Any]:
    adding, database = row._state.adding, connections[DEFAULT_DB_ALIAS]
    values = []
    for field, name, plain in zip(shape.fields, shape.names, shape.plain, strict=True):
        value = vars(row)[name] if plain else None
        if type(value) is not plain:
            value = field.get_db_prep_save(field.pre_save(row, add=adding), database)
        values.append(value)
    return values


def _is_stored(row: Model, key: Any) -> None:
    row.pk = key
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
