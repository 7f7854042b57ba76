"""Reads of tickets, named for what they hold."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now

from inbox.tickets.enums import State
from inbox.tickets.models import Ticket


def to_close() -> QuerySet[Ticket]:
    """Tickets that have been resolved for as many days as the installation waits before it closes them."""
    settled_before = Now() - timedelta(days=settings.CLOSE_AFTER_DAYS)
    return Ticket.objects.filter(state=State.RESOLVED, resolved_at__lt=settled_before).order_by("resolved_at")[:200]
