"""The demo shop's installation: its teams, agents, mailbox, hours, policies and survey."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from django.conf import settings

from inbox.agents.models import Agent, Membership, Team
from inbox.channels.actions import connect
from inbox.channels.models import Channel
from inbox.channels.template_models import MessageTemplate
from inbox.chats.actions import open_chat
from inbox.demo import cast
from inbox.demo.texts.networks import ACCOUNTS, TEMPLATES
from inbox.sla.defaults import FOR_CHATS, chat_targets, ensure_defaults
from inbox.sla.models import BusinessCalendar, CalendarVersion, Policy, PolicyVersion
from inbox.surveys.defaults import ensure_survey

#: A day after the defaults' own versions, so that the demo's outrank them.
_START = datetime(2000, 1, 2, tzinfo=UTC)
_URGENT = "Urgent, day and night"
_CHATS = "Live chat"
_SAMPLE = {"sample": True}


def sample_channel() -> Channel | None:
    """The demo's mailbox, if the demo is there."""
    return Channel.objects.filter(settings__sample=True, kind="email").first()


def sample_channels() -> list[Channel]:
    """The demo's mailbox, its chat and its accounts at networks."""
    return list(Channel.objects.filter(settings__sample=True).order_by("id"))


def sample_chat() -> Channel | None:
    """The demo's chat, if the demo is there."""
    return Channel.objects.filter(settings__sample=True, kind="livechat").first()


def connect_networks(at: datetime) -> dict[str, Channel]:
    """The accounts at networks of others, by their keys. Nobody is behind them, and nothing leaves by them."""
    made = {
        key: connect(kind=one.kind, address=one.address, name=one.name, brand=cast.COMPANY.name, settings=_SAMPLE)
        for key, one in ACCOUNTS.items()
    }
    MessageTemplate.objects.bulk_create(
        MessageTemplate(
            channel=made["whatsapp"],
            name=name,
            language=language,
            category=category,
            text=text,
            state=state,
            reason=reason,
            synced_at=at,
        )
        for name, language, category, text, state, reason in TEMPLATES
    )
    return made


def password() -> str:
    """The demo logins' password: made on this machine, kept beside its other secrets, never in the code."""
    path = settings.VAR_DIR / "demo-password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"nordlys-{secrets.token_hex(4)}")
    return path.read_text().strip()


def install() -> tuple[Channel, dict[str, Agent], dict[str, Team]]:
    """Make everything but the tickets; agents and teams come back by their keys in the cast."""
    _hours_and_policies()
    ensure_survey()
    teams = {team.key: Team.objects.get_or_create(name=team.name)[0] for team in cast.TEAMS}
    agents = {person.key: _agent(person, teams) for person in cast.AGENTS}
    channel = connect(
        kind="email",
        address=cast.COMPANY.support_address,
        name=cast.COMPANY.name,
        brand=cast.COMPANY.name,
        settings={"sample": True},
    )
    open_chat(
        name=f"{cast.COMPANY.name} chat",
        brand=cast.COMPANY.name,
        settings={"sample": True},
        origins=[f"https://www.{cast.COMPANY.domain}"],
        widget={"mailbox": channel, "calendar": BusinessCalendar.objects.order_by("id").first()},
    )
    return channel, agents, teams


def _agent(person: cast.DemoAgent, teams: dict[str, Team]) -> Agent:
    agent = Agent(email=person.email, name=person.name, role=person.role, time_zone=cast.COMPANY.time_zone)
    # Who is in a team answers chats, too.
    agent.takes_chats = bool(person.teams)
    agent.set_password(password())
    agent.save()
    Membership.objects.bulk_create(
        Membership(agent=agent, team=teams[key], leads=key in person.leads) for key in person.teams
    )
    return agent


def _hours_and_policies() -> None:
    ensure_defaults()
    calendar = BusinessCalendar.objects.order_by("id").get()
    CalendarVersion.objects.create(
        calendar=calendar,
        in_force_from=_START,
        time_zone=cast.COMPANY.time_zone,
        weekly={
            str(day): [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in spans] for day, spans in cast.WEEKLY.items()
        },
    )
    for policy, around_the_clock in (
        (Policy.objects.create(name=_URGENT, position=0), True),
        (Policy.objects.get(name="Standard"), False),
    ):
        PolicyVersion.objects.create(
            policy=policy,
            calendar=calendar,
            in_force_from=_START,
            conditions=[{"field": "priority", "values": ["urgent"]}] if around_the_clock else [],
            targets=_targets(around_the_clock),
        )
    PolicyVersion.objects.create(
        policy=Policy.objects.create(name=_CHATS, position=5),
        calendar=calendar,
        in_force_from=_START,
        conditions=FOR_CHATS,
        targets=chat_targets(),
    )


def remove_hours_and_policies() -> None:
    """Take the demo's versions away; those the installation started with are in force again."""
    PolicyVersion.objects.filter(in_force_from=_START).delete()
    CalendarVersion.objects.filter(in_force_from=_START).delete()
    Policy.objects.filter(name__in=(_URGENT, _CHATS), versions=None).delete()


def _targets(around_the_clock: bool) -> dict[str, object]:
    promised = {
        priority: target
        for priority, target in cast.TARGETS.items()
        if target.runs_around_the_clock == around_the_clock
    }

    def terms(within: dict[str, timedelta]) -> dict[str, object]:
        return {
            "basis": "calendar" if around_the_clock else "business",
            "warn_share": 0.75,
            "within": {priority: duration.total_seconds() for priority, duration in within.items()},
        }

    return {
        "first_response": terms({priority: target.first_response for priority, target in promised.items()}),
        "next_response": terms({priority: target.next_response for priority, target in promised.items()}),
        "resolution": terms({priority: target.resolution for priority, target in promised.items()}),
    }
