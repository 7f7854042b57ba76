"""Terms with steps, and a question that nobody answers in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from inbox.sla.escalation import Step, as_values
from inbox.sla.models import Clock, PolicyVersion
from tests.inbox.reports.stories import on

#: A reply to a question of Monday 9:00 is due 4 business hours later, and warned of after 3.
ASKED, WARNED, DUE = on(9, 9), on(9, 12), on(9, 13)
MINUTE = timedelta(minutes=1)


def escalates(*steps: Step) -> PolicyVersion:
    """A version of the standard terms with these steps, in force in all stories."""
    version = PolicyVersion.objects.select_related("policy").order_by("in_force_from").first()
    assert version
    version.pk = None
    version.in_force_from = datetime(2001, 1, 1, tzinfo=UTC)
    version.escalations = as_values(steps)
    version.save(force_insert=True)
    return version


def response_clock() -> Clock:
    """The clock of the one first reply."""
    return Clock.objects.get(target="first_response")
