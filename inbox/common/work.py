"""Leases: claiming a row of work so that nobody else does it, and finishing it only while the claim holds.

All instants are the database's: workers' clocks may differ. A claim raises `attempts` in a transaction of its
own, so that work which kills its worker is still counted.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Now

from inbox.common.rows import Statement, joined_to, returned, updating, write

Row = TypeVar("Row", bound=Model)


def due(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Rows whose time has come and that nobody holds."""
    return rows.filter(Q(next_attempt_at=None) | Q(next_attempt_at__lte=Now())).filter(
        Q(lease_until=None) | Q(lease_until__lt=Now())
    )


def claim(rows: QuerySet[Row], pk: int, *, beside: str = "", **values: Any) -> Row | None:
    """Take row `pk` if it is due and free; returns it as claimed, or None. One statement, committed by itself.

    With it comes the row that its field `beside` refers to.
    """
    model = rows.model
    other, joined = "", ""
    if beside:
        other, joined = (part.format(*joined_to(model, beside)) for part in (", {0}", "{1} AND "))
    quoted = connection.ops.quote_name
    table = quoted(str(model._meta.db_table))
    fields: dict[str, Any] = {name: model._meta.get_field(name) for name in values}
    given = {fields[name].column: fields[name].get_db_prep_save(value, connection) for name, value in values.items()}
    changes = "".join(f", {quoted(column)} = %s" for column in given)
    free, parameters = _free(rows)
    claimed = returned(
        model,
        f"UPDATE {table} SET attempts = attempts + 1, "  # noqa: S608 - names, no values
        f"deaths = deaths + (lease_token IS NOT NULL)::int, lease_token = %s, "
        f"lease_until = statement_timestamp() + %s{changes} "
        # Should the database's machine fail, a claim more or less does not matter: no need to wait for the disk.
        f"FROM (SELECT set_config('synchronous_commit', 'off', true)) quickly{other} "
        f"WHERE {joined}{table}.id IN ({free} AND {table}.id = %s FOR UPDATE OF {table} SKIP LOCKED)",
        [uuid.uuid4(), timedelta(seconds=settings.LEASE_SECONDS), *given.values(), *parameters, pk],
        beside=beside,
    )
    return next(iter(claimed), None)


@lru_cache(maxsize=32)
def _free(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """The statement that finds the keys of rows that are due and free; kept, for query sets that are constants."""
    return due(rows).order_by().values("pk").query.sql_with_params()


def finish(row: Any, *, durably: bool = True, after: Sequence[Statement] = (), **values: Any) -> bool:
    """Write the outcome and let go; False when the lease was lost meanwhile (then the outcome is not written).

    Not `durably`: the commit that follows does not wait for the disk. For what is done again if it was lost. What
    else is to be written goes along, `after`: it is written even if the lease was lost.
    """
    let_go = {"lease_token": None, "lease_until": None, **values}
    returning = "1" if durably else "set_config('synchronous_commit', 'off', true)"
    return write(*after, updating(row, let_go, returning=returning, lease_token=row.lease_token))


def backoff(attempts: int) -> timedelta:
    """The wait before the next attempt: 10 s doubling up to an hour, with jitter of a quarter."""
    seconds = min(10 * 2 ** max(attempts - 1, 0), 3600)
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311 - jitter, no secret
