"""What a clock was measured by: the policy in its version, why it was chosen, and the hours that were in force."""

from __future__ import annotations

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.reports.explain import explain_run
from inbox.reports.grounds import grounds_of
from inbox.sla.models import BusinessCalendar, CalendarVersion
from inbox.tickets.conversation import reply
from tests.inbox.reports.stories import NOW, asked, on


def test_a_run_names_its_policy_and_every_version_of_the_hours_in_it(support: Channel, ada: Agent) -> None:
    calendar = BusinessCalendar.objects.get()
    for at in (on(9, 20), on(12, 12)):
        CalendarVersion.objects.create(
            calendar=calendar,
            in_force_from=at,
            time_zone="UTC",
            weekly={str(day): [["09:00", "16:00"]] for day in range(5)},
        )
    ticket = asked(support, on(9, 9), "Bo")
    reply(ticket, "Yes.", by=ada, at=on(11, 10))
    explained = explain_run(ticket, "first_response", NOW)
    assert explained is not None
    assert explained.run is not None
    grounds = grounds_of(ticket, explained.run)
    assert grounds.policy is not None
    assert grounds.choice is not None
    first = calendar.versions.filter(in_force_from__lte=on(9, 9)).count()
    assert (
        grounds.policy.policy.name,
        grounds.choice.details["reason"],
        grounds.warned_percent,
        grounds.counts_all_hours,
        [one.number for one in grounds.hours],
    ) == ("Standard", "It applies to every ticket.", 75, False, [first, first + 1])
