"""Who the stories are about. Each is made when first called for, and found from then on."""

from __future__ import annotations

from inbox.agents.enums import Role
from inbox.agents.models import Agent, Membership, Team
from inbox.channels import actions as channels
from inbox.channels.models import Channel
from inbox.chats.actions import open_chat


def billing() -> Team:
    """A team."""
    return _team("Billing")


def shipping() -> Team:
    """Another team."""
    return _team("Shipping")


def ada(team: Team | None = None) -> Agent:
    """An agent of Billing."""
    return _agent("Ada", Role.AGENT, team or billing())


def carl(team: Team | None = None) -> Agent:
    """Her colleague in Billing."""
    return _agent("Carl", Role.AGENT, team or billing())


def wen(team: Team | None = None) -> Agent:
    """An agent of another team, who must see nothing of Billing's."""
    return _agent("Wen", Role.AGENT, team or shipping())


def maja() -> Agent:
    """The admin."""
    return _agent("Maja", Role.ADMIN)


def lin(team: Team | None = None) -> Agent:
    """A light agent of Billing, who writes notes only."""
    return _agent("Lin", Role.LIGHT, team or billing())


def otto(team: Team | None = None) -> Agent:
    """An auditor of Billing, who only reads."""
    return _agent("Otto", Role.AUDITOR, team or billing())


def lea() -> Agent:
    """A lead, who sees every team."""
    return _agent("Lea", Role.LEAD)


def support(team: Team | None = None) -> Channel:
    """The mailbox support@nordlys.example, routed to Billing."""
    address = "support@nordlys.example"
    return Channel.objects.filter(address=address).first() or channels.connect(
        kind="email", address=address, name="Nordlys Support", brand="Nordlys Shoes", team=team or billing()
    )


def _team(name: str) -> Team:
    return Team.objects.filter(name=name).first() or Team.objects.create(name=name)


def _agent(name: str, role: Role, *teams: Team) -> Agent:
    email = f"{name.lower()}@nordlys.example"
    if found := Agent.objects.filter(email=email).first():
        return found
    agent = Agent(email=email, name=name, role=role)
    # Hashing a password takes a while; the test that signs in by one sets it.
    agent.set_unusable_password()
    agent.save()
    for team in teams:
        Membership.objects.create(agent=agent, team=team)
    return agent


def shop_chat(team: Team | None = None) -> Channel:
    """The live chat on shop.example, routed to Billing."""
    return Channel.objects.filter(kind="livechat", name="Nordlys Shop").first() or open_chat(
        name="Nordlys Shop", brand="Nordlys Shoes", team=team or billing(), origins=["https://shop.example"]
    )


def other_chat() -> Channel:
    """The chat on another site of ours."""
    name = "Nordlys Outlet"
    return Channel.objects.filter(kind="livechat", name=name).first() or open_chat(name=name, brand="Nordlys Outlet")
