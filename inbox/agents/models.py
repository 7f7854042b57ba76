"""Agents and teams."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.functional import cached_property

from inbox.agents.enums import Role
from inbox.common.prepared import Given, prepared


class Team(models.Model):
    """A group of agents to whom tickets are routed."""

    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class AgentManager(BaseUserManager["Agent"]):
    """Looks agents up by mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Agent:
        """The agent who signs in as `username` (a mail address)."""
        return self.get(email__iexact=username)


class Agent(AbstractBaseUser):
    """A person who works in the workspace and signs in with a mail address.

    `picture` is the SHA-256 of a stored raster picture. Who `takes_chats` is given new ones, up to `most_chats` at
    once; the last one at `chat_given_at`.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=Role, default=Role.AGENT)
    is_active = models.BooleanField(default=True)
    teams = models.ManyToManyField(Team, through="Membership", related_name="agents")
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=10, default="en")
    theme = models.CharField(max_length=6, default="system", choices=[(t, t) for t in ("system", "light", "dark")])
    signature = models.TextField(blank=True)
    picture = models.CharField(max_length=64, blank=True)
    takes_chats = models.BooleanField(default=False)
    most_chats = models.PositiveSmallIntegerField(default=4)
    chat_given_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[AgentManager] = AgentManager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(Lower("email"), name="an_address_signs_in_one_agent"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def sees_all(self) -> bool:
        """True for roles whose sight is not limited to their teams."""
        return self.role in (Role.ADMIN, Role.LEAD, Role.AUDITOR)

    @property
    def answers_customers(self) -> bool:
        """True for roles that may write to customers and change tickets."""
        return self.role in (Role.ADMIN, Role.LEAD, Role.AGENT)

    @property
    def writes_notes(self) -> bool:
        """True for roles that may write notes."""
        return self.role != Role.AUDITOR

    @property
    def deletes_tickets(self) -> bool:
        """True for roles that may delete tickets, see deleted ones and restore them."""
        return self.role in (Role.ADMIN, Role.LEAD)

    @property
    def reads_reports(self) -> bool:
        """True for roles that see the reports."""
        return self.role in (Role.ADMIN, Role.LEAD, Role.AUDITOR)

    @property
    def administers(self) -> bool:
        """True for roles that change the installation."""
        return self.role == Role.ADMIN

    @cached_property
    def team_ids(self) -> frozenset[int]:
        """The ids of the agent's teams."""
        return frozenset(_teams_of(self.pk))

    @property
    def first_name(self) -> str:
        """The name colleagues call."""
        return self.name.split(" ", 1)[0]


class Membership(models.Model):
    """An agent's place in a team. Who `leads` it hears of its escalations."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    leads = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["agent", "team"], name="an_agent_is_in_a_team_once"),
        ]


@prepared
def _teams_of(agent: Given) -> QuerySet[Membership, int]:
    return Membership.objects.filter(agent=agent).values_list("team_id", flat=True)


class ApiToken(models.Model):
    """A key to the API that acts as its agent. Only its digest is kept; `hint` is its last four characters."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
