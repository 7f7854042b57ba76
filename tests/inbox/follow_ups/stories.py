"""Customers on their way to being unhappy, through the real actions."""

from __future__ import annotations

from datetime import datetime, timedelta

from inbox.agents.enums import Role
from inbox.agents.models import Agent, Membership, Team
from inbox.channels.models import Channel
from inbox.surveys.actions import answer, send_due
from inbox.surveys.enums import InvitationState
from inbox.surveys.models import Campaign, FollowUpTask, Invitation, SurveyVersion
from tests import cast
from tests.inbox.surveys.stories import DAY, NOON, settled

#: Thursday noon: the survey was sent and can be answered.
ASKED = NOON + 2 * DAY
MINUTE = timedelta(minutes=1)


def leader(name: str, team: Team) -> Agent:
    """An agent who leads the team."""
    agent = Agent.objects.create(email=f"{name.lower()}@nordlys.example", name=name, role=Role.AGENT)
    Membership.objects.create(agent=agent, team=team, leads=True)
    return agent


def invited(
    channel: Channel | None = None, number: int = 1, *, by: Agent | None = None, resolved: datetime | None = None
) -> Invitation:
    """A customer, another for each number, was helped and asked how it went."""
    ticket = settled(
        channel or cast.support(),
        by or cast.ada(),
        number,
        at=resolved or ASKED - 2 * DAY + timedelta(minutes=number),
        name=f"Bo {number}",
        address=f"bo{number}@larsen.example",
    )
    send_due(ASKED)
    return Invitation.objects.select_related("version__survey", "customer", "ticket").get(ticket=ticket)


def unhappy(number: int = 1, comment: str = "", *, at: datetime = ASKED) -> FollowUpTask:
    """A customer answers that it was hard."""
    invitation = invited(number=number)
    answer(invitation, 1, comment, at=at)
    return FollowUpTask.objects.select_related("invitation__ticket").get(invitation=invitation)


def asked_altogether(invitation: Invitation, *, is_anonymous: bool = False) -> Invitation:
    """The same customer is asked by a schedule as well, about no ticket."""
    version = invitation.version
    assert version is not None
    if is_anonymous:
        number = version.number + 1
        version = SurveyVersion.objects.create(
            **{name: getattr(version, name) for name in _COPIED}, number=number, is_anonymous=True
        )
    campaign = Campaign.objects.create(survey=version.survey, name="Once a year", channel=invitation.channel)
    return Invitation.objects.create(
        campaign=campaign,
        cycle=1,
        customer=invitation.customer,
        channel=invitation.channel,
        version=version,
        state=InvitationState.SENT,
        decided_at=ASKED,
        sent_at=ASKED,
        expires_at=ASKED + 14 * DAY,
    )


_COPIED = (
    "survey",
    "scale_min",
    "scale_max",
    "low_is_good",
    "good_scores",
    "unhappy_scores",
    "texts",
    "created_at",
)
