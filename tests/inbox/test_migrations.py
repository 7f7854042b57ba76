"""The short way to a new database leads where the long one does."""

from __future__ import annotations

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

SQUASHED = "0001_squashed_0019_asked_directly"


def test_the_squashed_migration_makes_what_those_it_replaces_made():
    short, long = MigrationLoader(None), MigrationLoader(None, replace_migrations=False)
    replaced = short.disk_migrations["inbox", SQUASHED].replaces
    made = short.project_state(("inbox", SQUASHED)), long.project_state(replaced[-1])
    assert MigrationAutodetector(*made).changes(short.graph) == {}
