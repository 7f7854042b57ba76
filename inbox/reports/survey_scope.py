"""What a reader asks the survey report for: the report's own question, and which answers of which survey."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from inbox.reports.scope import NONE, Chosen, Scope
from inbox.surveys.enums import Sentiment, SurveyKind


class SurveyGrouping(TextChoices):
    """What the comparison of a survey's scores has a row for."""

    TEAM = "team", _("Team")
    AGENT = "agent", _("Agent")
    CHANNEL = "channel", _("Channel")
    TOPIC = "topic", _("Topic")
    LANGUAGE = "language", _("Language")
    SEGMENT = "segment", _("Customer segment")
    VERSION = "version", _("Survey and version")


@dataclass(frozen=True, slots=True)
class SurveyScope:
    """A question about surveys of one kind.

    `topic` is a tag's id, `version` a survey version's; "none" is without one. `language` is the one we asked in,
    "" for all; `segment` None for all. The scope's priority counts, its cohort and basis as in the other reports.
    """

    scope: Scope
    kind: SurveyKind = SurveyKind.CES
    topic: Chosen = None
    version: int | None = None
    language: str = ""
    segment: str | None = None
    sentiment: Sentiment | None = None
    score: int | None = None
    words: str = ""

    def of_invitations(self, prefix: str = "") -> Q:
        """The condition on invitations, on columns below `prefix`.

        Answers and decisions belong to who sent the cycle's last reply, and to his team at that time. A campaign's
        belong to nobody. What is in no figure (spam, merged, deleted) is not in this one either.
        """
        names = {"team": "team", "agent": "agent", "channel": "channel", "priority": "ticket__priority"}
        condition = self.scope.chosen(**{name: prefix + column for name, column in names.items()})
        if self.topic == NONE:
            condition &= Q(**{f"{prefix}ticket__ticket_tags__isnull": True})
        elif self.topic is not None:
            condition &= Q(**{f"{prefix}ticket__ticket_tags__tag": self.topic})
        for column, value in (("version", self.version), ("language", self.language or None)):
            if value is not None:
                condition &= Q(**{prefix + column: value})
        if self.segment is not None:
            condition &= Q(**{f"{prefix}customer__segment": self.segment})
        return condition

    def counts(self, prefix: str = "") -> Q:
        """The condition that an invitation is in the figures: its ticket is not left out of every one."""
        return Q(**{f"{prefix}ticket__isnull": True}) | Q(**{f"{prefix}ticket__figures__excluded": ""})
