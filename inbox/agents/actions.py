"""The verbs of agents: the only writers of who they are and how they like to work."""

from __future__ import annotations

from django.db import connection, transaction

from inbox.agents.enums import Role
from inbox.agents.models import Agent

_FIRST_ADMIN_LOCK = 20250502
_PROFILE = ("name", "language", "time_zone", "theme", "signature")


class AdminExists(Exception):
    """There is an admin already: the first one can be made only once."""


def has_admin() -> bool:
    """True once an admin was made, even if he was switched off since: the set-up never opens again."""
    return Agent.objects.filter(role=Role.ADMIN).exists()


def make_first_admin(*, name: str, email: str, password: str, language: str = "en", time_zone: str = "UTC") -> Agent:
    """The admin of a new installation. Raises `AdminExists`, also for the slower of two that ask at once."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST_ADMIN_LOCK])
        if has_admin():
            raise AdminExists
        agent = Agent(name=name, email=email.strip().lower(), role=Role.ADMIN, language=language, time_zone=time_zone)
        agent.set_password(password)
        agent.save(force_insert=True)
    return agent


def update_profile(agent: Agent, **values: str) -> Agent:
    """Change what an agent decides for himself: name, language, time zone, theme, signature."""
    unknown = set(values) - set(_PROFILE)
    if unknown:
        raise TypeError(f"A profile has no {', '.join(sorted(unknown))}.")
    for name, value in values.items():
        setattr(agent, name, value)
    agent.save(update_fields=list(values))
    return agent
