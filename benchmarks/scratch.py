"""A database of its own for a measurement: made, migrated, dropped at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def database() -> Iterator[None]:
    """Django on an empty scratch database beside the product's, with the defaults of a new installation."""
    import django

    from config.boot import prepare

    prepare()
    django.setup()
    from django.db import connection

    from inbox.sla.defaults import ensure_defaults
    from inbox.surveys.defaults import ensure_survey

    connection.settings_dict.setdefault("TEST", {})["NAME"] = "inbox_benchmark"
    kept = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    url = urlsplit(os.environ["DATABASE_URL"])
    # Other processes of the measurement find the scratch database as the product's do theirs.
    os.environ["DATABASE_URL"] = url._replace(path=f"/{kept}").geturl()
    try:
        ensure_defaults()
        ensure_survey()
        yield
    finally:
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
        connection.creation.destroy_test_db(kept, verbosity=0)
