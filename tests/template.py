"""The migrated database, kept as a template: to copy it takes a moment, to migrate takes seconds.

The first run that finds none keeps a copy of the database it has made; others wait for it. The digest of all
migrations is in the name: when one changes, the old template is not found any more, and is dropped.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import psycopg
from django.apps import apps
from django.db import connection
from psycopg import sql

_PREFIX = "test_template_"


class Template:
    """The template for this version of the migrations, and the right to make it where it is missing."""

    def __init__(self) -> None:
        migrations = sorted(
            file for app in apps.get_app_configs() for file in (Path(app.path) / "migrations").glob("*.py")
        )
        self.name = _PREFIX + sha256(b"".join(file.read_bytes() for file in migrations)).hexdigest()[:12]
        known = connection.settings_dict
        self._server = psycopg.connect(
            host=known["HOST"],
            port=known["PORT"],
            user=known["USER"],
            password=known["PASSWORD"],
            dbname="postgres",
            autocommit=True,
        )
        # Held until the end of the connection, however the process ends.
        self._server.execute("SELECT pg_advisory_lock(hashtext(%s))", [self.name])
        self.exists = bool(self._found(self.name))
        if self.exists:
            known["TEST"]["TEMPLATE"] = self.name
            self._server.close()

    def keep(self) -> None:
        """Make it of the test database as it is now, if it was missing."""
        if self.exists:
            return
        made = str(connection.settings_dict["NAME"])
        connection.close()
        connection.close_pool()
        for old in self._found(f"{_PREFIX}%"):
            self._do("DROP DATABASE IF EXISTS {}", old)
        self._do("CREATE DATABASE {} TEMPLATE {}", self.name, made)
        self._server.close()

    def _found(self, pattern: str) -> list[str]:
        rows = self._server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
        return [str(name) for (name,) in rows]

    def _do(self, statement: str, *names: str) -> None:
        self._server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
