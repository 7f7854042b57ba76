"""What a reader asks a report for: the period, the tickets, and which of two durations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inbox.reports.periods import Period

NONE: Literal["none"] = "none"
"""Stands for "without one" where a team or an agent is chosen."""

Chosen = int | Literal["none"] | None


class Cohort(TextChoices):
    """Which tickets a period holds."""

    SETTLED = "settled", pgettext_lazy("cohort", "Answered or resolved")
    CREATED = "created", pgettext_lazy("cohort", "Created")


class Basis(TextChoices):
    """Which of the two durations is shown."""

    BUSINESS = "business", _("Business hours")
    ELAPSED = "elapsed", _("All hours")


class Grouping(TextChoices):
    """What the comparison has a row for."""

    TEAM = "team", _("Team")
    CHANNEL = "channel", _("Channel")
    AGENT = "agent", _("Agent")
    PRIORITY = "priority", _("Priority")


@dataclass(frozen=True, slots=True)
class Scope:
    """A report's question. `as_of` is the present instant, read once, so that all its numbers belong together.

    `team`, `channel`, `agent` are ids, None for all, "none" for without one; `priority` is "" for all. `day`, `weekday`
    (Monday 1) and `hour`, in the reader's zone, narrow a list to a part of a chart.
    """

    period: Period
    as_of: datetime
    cohort: Cohort = Cohort.SETTLED
    basis: Basis = Basis.BUSINESS
    team: Chosen = None
    channel: int | None = None
    agent: Chosen = None
    priority: str = ""
    day: date | None = None
    weekday: int | None = None
    hour: int | None = None

    def within(self, instant: str, *, created: str = "ticket__created_at", period: Period | None = None) -> Q:
        """The condition that a row belongs to the period: by `instant`, or by its ticket's creation if so asked."""
        period = period or self.period
        name = created if self.cohort == Cohort.CREATED else instant
        return Q(**{f"{name}__gte": period.start, f"{name}__lt": period.end})

    def chosen(self, *, team: str, channel: str, agent: str, priority: str) -> Q:
        """The condition of the filters, on the columns with these names."""
        condition = Q()
        for name, value in ((team, self.team), (channel, self.channel), (agent, self.agent)):
            if value == NONE:
                condition &= Q(**{f"{name}__isnull": True})
            elif value is not None:
                condition &= Q(**{name: value})
        return condition & Q(**{priority: self.priority}) if self.priority else condition
