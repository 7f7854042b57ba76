"""What must be done before the processes start, in a process of its own: checks, tables, translations, files, demo.

Each step is skipped when what it works from did not change, so that a second start takes seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from config.boot import BASE_DIR, missing_package, prepare, var_dir
from config.embedded import CannotStart

OLDEST_POSTGRES = 15


def main() -> None:
    """Prepare, and write to the descriptor `--notes` what the terminal should tell, as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--notes", type=int, required=True)
    options = parser.parse_args()
    prepare()
    try:
        check_postgres(os.environ["DATABASE_URL"])
        check_redis(os.environ["REDIS_URL"])
        notes = _prepare_product(options.no_demo)
    except CannotStart as problem:
        sys.exit(str(problem))
    except ModuleNotFoundError as problem:
        sys.exit(missing_package(problem))
    with open(options.notes, "w") as file:
        json.dump(notes, file)


def check_postgres(url: str) -> None:
    """Raise CannotStart with a sentence when the database can't be used. The password is not in it."""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except (psycopg.OperationalError, psycopg.ProgrammingError) as problem:
        reason = str(problem).strip().splitlines()[0].split(" failed: ")[-1].rstrip(".")
        raise CannotStart(f"The database at {_where(url)} (DATABASE_URL) can't be reached: {reason}.") from problem
    if version < OLDEST_POSTGRES:
        raise CannotStart(
            f"The database at {_where(url)} is PostgreSQL {version}; {OLDEST_POSTGRES} or newer is needed."
        )


def check_redis(url: str) -> None:
    """Raise CannotStart with a sentence when Redis can't be used. The password is not in it."""
    import redis

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError) as problem:
        reason = str(problem).rstrip(".")
        raise CannotStart(f"Redis at {_where(url)} (REDIS_URL) can't be reached: {reason}.") from problem


def _where(url: str) -> str:
    parts = urlsplit(url)
    try:
        return f"{parts.hostname or 'localhost'}:{parts.port}" if parts.port else (parts.hostname or "localhost")
    except ValueError:
        return parts.hostname or "localhost"


def _prepare_product(no_demo: bool) -> dict[str, str]:
    import django
    from django.core.management import call_command

    from config.supervisor.translations import compile_translations

    if compile_translations(BASE_DIR):
        print("Compiled the translations", flush=True)
    django.setup()
    is_new = migrate()
    call_command("defaults")
    collect_static_files()
    _decide_on_demo(is_new, no_demo)
    return _notes()


def migrate() -> bool:
    """Bring the tables up to date; whether there were none before."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with connection.cursor() as cursor:
        # Several machines may start at once on one database: one migrates, the others wait here.
        cursor.execute("SELECT pg_advisory_lock(20250501)")
    try:
        executor = MigrationExecutor(connection)
        is_new = not executor.loader.applied_migrations
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            print(f"Changing the tables ({len(plan)} migrations)", flush=True)
            call_command("migrate", interactive=False, verbosity=0)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(20250501)")
    return is_new


def collect_static_files() -> None:
    """Collect style sheets, scripts and pictures under their content's name, when one of them changed."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if settings.STATIC_FROM_SOURCE:
        return
    state = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            state.update(f"{name}:{stat.st_size}:{stat.st_mtime_ns}\n".encode())
    stamp = _stamp("static")
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists() and stamp.exists() and stamp.read_text() == state.hexdigest():
        return
    print("Collecting static files", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state.hexdigest())


def _decide_on_demo(is_new: bool, no_demo: bool) -> None:
    """Make the demo workspace in a new database; one that was started empty, or whose demo was removed, gets none."""
    from django.core.management import call_command
    from django.db import connection

    stamp = _stamp("workspace-" + hashlib.sha256(_identity().encode()).hexdigest()[:12])
    if is_new:
        stamp.write_text("empty" if no_demo else "demo wanted")
    kind = stamp.read_text() if stamp.exists() else "empty"
    if kind == "demo wanted":
        print("Making the demo workspace (once)", flush=True)
        if not is_new:
            # An earlier start was interrupted halfway.
            call_command("demo", "remove")
        call_command("demo", "create")
        with connection.cursor() as cursor:
            # The first pages must not wait until the server itself gets round to looking at what was added.
            cursor.execute("ANALYZE")
        stamp.write_text("demo")
    elif kind == "empty" and not no_demo:
        print("This database was started without the demo; `python manage.py demo create` adds it.", flush=True)
    elif kind == "demo" and no_demo:
        print("`python manage.py demo remove` takes the demo workspace away.", flush=True)


def _notes() -> dict[str, str]:
    """How to sign in, where to send a mail, and which chat to try."""
    from inbox.agents.actions import has_admin
    from inbox.channels.models import Channel
    from inbox.demo.workspace import sample_channel

    logins = [f"Demo logins (address, password):\n{_said('demo', 'logins')}"] if sample_channel() else []
    if not has_admin():
        logins.append(_said("first_admin_code"))
    address = Channel.objects.filter(kind="email").values_list("address", flat=True).order_by("pk").first()
    chat = (
        Channel.objects.filter(kind="livechat", is_active=True).values_list("address", flat=True).order_by("pk").first()
    )
    return {"logins": "\n".join(logins), "mail_to": address or "", "chat": chat or ""}


def _identity() -> str:
    """The database, however it is reached this time: the embedded one's port may change."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    embedded = var_dir() / "embedded.json"
    if embedded.exists() and json.loads(embedded.read_text()).get("postgres_password") == parts.password:
        return "embedded"
    return f"{_where(os.environ['DATABASE_URL'])}{parts.path}"


def _said(*command: str) -> str:
    from django.core.management import call_command

    output = io.StringIO()
    call_command(*command, stdout=output)
    return output.getvalue()


def _stamp(name: str) -> Path:
    path = var_dir() / "stamps" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


if __name__ == "__main__":
    main()
