"""Emptying the database after a test that commits, in milliseconds.

Django's own way truncates every table, which makes a new file for each and waits for the disk, and fills the tables
of kinds and permissions anew. Here only rows are deleted, where there are any; kinds and permissions stay.
"""

from __future__ import annotations

import time

from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import TransactionTestCase

#: What a migration or Django itself fills, and no test changes.
_KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def empty() -> None:
    """Delete what tests have left, also what a page that was closed still had on its way to the product."""
    for _attempt in range(300):
        try:
            return _empty()
        except (IntegrityError, OperationalError):
            # The page's row refers to one that goes; or each of the two waits for what the other holds.
            time.sleep(0.1)
    return _empty()


def _empty() -> None:
    """Foreign keys are checked at the end: the order of tables does not matter."""
    tables = [name for name in connection.introspection.table_names() if name not in _KEPT]
    quoted = {name: connection.ops.quote_name(name) for name in tables}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {quoted[name]})" for name in tables)
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quoted[name]}")


def use_for_tests_that_commit() -> None:
    """Every test with `transactional_db` ends like this."""
    TransactionTestCase._fixture_teardown = lambda case: empty()
