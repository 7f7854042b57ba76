"""Letting a unique constraint decide."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Model


def insert_new(row: Model, constraint: str) -> bool:
    """Insert `row`; False when the named unique constraint says that it is there already.

    A concurrent twin waits for the other's transaction and then gets its answer. Other violations rise.
    """
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis is None or diagnosis.constraint_name != constraint:
            raise
        return False
    return True
