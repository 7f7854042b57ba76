"""The verbs of agents: the only writers of who they are and how they like to work."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, connection, transaction

from inbox.agents.enums import Role
from inbox.agents.models import Agent, Membership, Team
from inbox.common.text import one_line

_FIRST_ADMIN_LOCK = 20250502
_PROFILE = ("name", "language", "time_zone", "theme", "signature")


class AdminExists(Exception):
    """There is an admin already: the first one can be made only once."""


class TeamExists(Exception):
    """There is a team of that name already."""


class NotAllowed(Exception):
    """Only administrators say who is in which team."""


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


def make_team(name: str, *, by: Agent) -> Team:
    """A new team, with nobody in it yet. Raises `TeamExists`, also for the slower of two that ask at once."""
    _must_administer(by)
    try:
        with transaction.atomic():
            return Team.objects.create(name=one_line(name, 80))
    except IntegrityError as error:
        raise TeamExists from error


def set_members(team: Team, members: Mapping[int, bool], *, by: Agent) -> Team:
    """Let the team be made of these agents, by id: true for who leads it and hears of its escalations.

    Others leave it; who is unknown is passed over.
    """
    _must_administer(by)
    with transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)
        known = set(Agent.objects.filter(pk__in=members).values_list("pk", flat=True))
        Membership.objects.filter(team=team).exclude(agent__in=known).delete()
        for agent_id in sorted(known):
            Membership.objects.update_or_create(team=team, agent_id=agent_id, defaults={"leads": members[agent_id]})
    return team


def _must_administer(by: Agent) -> None:
    if not by.administers:
        raise NotAllowed
