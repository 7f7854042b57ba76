"""What a campaign would do if it ran now: how many it would ask, and how many not and why. Nothing is decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox.surveys.campaigns import BATCH, audience, campaign_facts
from inbox.surveys.eligibility import plan
from inbox.surveys.enums import Suppression
from inbox.surveys.models import Campaign, Invitation
from inbox.surveys.queries import terms_of

#: So many customers are looked at; the figures of more are those of the first ones.
MOST = 4 * BATCH


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Of `people` in the audience `looked_at` were judged: `asked` would be asked, `left_out` not and why."""

    people: int
    looked_at: int
    asked: int
    left_out: Sequence[tuple[Suppression, int]]

    @property
    def is_whole(self) -> bool:
        """True when everybody was looked at."""
        return self.looked_at == self.people


def foreseen(campaign: Campaign, at: datetime) -> Foreseen:
    """Judge the audience as a run at this instant would. The campaign need not be stored."""
    if campaign.pk is None:
        # No stored campaign has this id; with none at all, surveys about tickets would look like its own.
        campaign.pk = 0
    terms = terms_of(campaign.survey)
    people, reasons = audience(campaign, at), Counter[Suppression]()
    chosen = list(people.order_by("pk")[:MOST])
    invitations = [
        Invitation(campaign=campaign, cycle=campaign.runs + 1, customer=one, channel=campaign.channel) for one in chosen
    ]
    asked = 0
    if invitations:
        known = campaign_facts(invitations, at, terms.throttle)
        for invitation in invitations:
            decision = plan(known[invitation.customer_id], terms, at, at)
            if isinstance(decision, Suppression):
                reasons[decision] += 1
            else:
                asked += 1
    count = len(chosen) if len(chosen) < MOST else people.count()
    return Foreseen(count, len(chosen), asked, reasons.most_common())
