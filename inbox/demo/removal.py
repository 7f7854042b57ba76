"""Taking the demo workspace away again, and nothing else."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet

from inbox.agents.models import Agent, Team
from inbox.channels.models import Envelope, OutboxMail, ReceivedEvent
from inbox.customers.models import Customer
from inbox.demo import cast
from inbox.demo.closing import THEMES
from inbox.demo.workspace import remove_hours_and_policies, sample_channels
from inbox.surveys.models import ActionItem, Invitation, Theme
from inbox.tickets.files import forget_unused
from inbox.tickets.models import Attachment, Tag, Ticket


def remove_demo(*, keep: Agent | None = None) -> int:
    """Remove the demo's mailbox and chat with their tickets, its customers and agents; the number of tickets removed.

    `keep` is the agent who asked for it: he stays, so that he is not locked out. Customers who also wrote
    to another channel stay with what they wrote there.
    """
    channels = sample_channels()
    if not channels:
        return 0
    with transaction.atomic():
        tickets = Ticket.objects.filter(channel__in=channels)
        count = tickets.count()
        blobs = set(Attachment.objects.filter(message__ticket__in=tickets).values_list("sha256", flat=True))
        Invitation.objects.filter(ticket__in=tickets).delete()
        ReceivedEvent.objects.filter(channel__in=channels).delete()
        OutboxMail.objects.filter(channel__in=channels).delete()
        ActionItem.objects.filter(theme__in=_themes()).delete()
        tickets.delete()
        _themes().filter(mentions=None).delete()
        Envelope.objects.filter(channel__in=channels).delete()
        Customer.objects.filter(Q(is_sample=True) | Q(name="Unreadable message"), tickets=None, messages=None).delete()
        Tag.objects.filter(name__in=cast.TAGS, tickets=None).delete()
        # The chat leads to the mailbox.
        for channel in reversed(channels):
            channel.delete()
        remove_hours_and_policies()
        _remove_agents(keep)
    forget_unused(blobs)
    return count


def _themes() -> QuerySet[Theme]:
    """The demo's themes; the words of one that tells of others' answers too stay."""
    people = [person.email for person in cast.AGENTS]
    return Theme.objects.filter(name__in=THEMES, made_by__email__in=people)


def _remove_agents(keep: Agent | None) -> None:
    people = Agent.objects.filter(email__in=[person.email for person in cast.AGENTS])
    if keep is not None:
        people = people.exclude(pk=keep.pk)
    people.delete()
    Team.objects.filter(name__in=[team.name for team in cast.TEAMS], memberships=None, tickets=None).delete()
