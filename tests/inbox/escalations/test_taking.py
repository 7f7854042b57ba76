"""Steps taken: people told, tickets handed on, each once, and nothing for a reason that is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from inbox.agents.models import Agent, Membership
from inbox.channels.models import Channel, OutboxMail
from inbox.common.clock import now
from inbox.escalations.queries import notices_of, standing, unseen
from inbox.escalations.taking import take, waiting
from inbox.live.announce import bell
from inbox.reports.verify import differences
from inbox.sla.escalation import On, Step
from inbox.sla.models import Escalation, Notice
from inbox.sla.sweep import notice_due
from inbox.tickets.actions import assign, prioritize
from inbox.tickets.conversation import reply
from inbox.tickets.enums import EventKind, Priority
from inbox.tickets.models import Ticket
from tests import cast
from tests.inbox.escalating import ASKED, DUE, MINUTE, WARNED, escalates, response_clock
from tests.inbox.questions import asks


def breaches(support: Channel, *steps: Step) -> Ticket:
    """A question that nobody answered in time, and the steps that follow."""
    escalates(*steps)
    ticket = asks(support, 1, at=ASKED)
    notice_due(DUE + MINUTE)
    return ticket


def take_all() -> list[Escalation]:
    """All steps that are due."""
    return [taken for one in waiting() if (taken := take(one))]


def told() -> list[str]:
    return list(Notice.objects.order_by("agent__name").values_list("agent__name", flat=True))


def tells(*whom: str) -> Step:
    return Step(on=On.BREACHED, notify=whom)


def test_the_assignee_the_lead_and_chosen_people_are_told_each_once(
    support: Channel, ada: Agent, carl: Agent, maja: Agent
) -> None:
    Membership.objects.filter(agent=carl).update(leads=True)
    escalates(tells("assignee", "lead", f"agent:{carl.pk}", f"agent:{maja.pk}"))
    ticket = asks(support, 1, at=ASKED)
    assign(ticket, ada, by=maja, at=ASKED + MINUTE)
    notice_due(DUE + MINUTE)
    take_all()
    take_all()
    event = ticket.events.get(kind=EventKind.ESCALATED)
    assert (told(), event.details["told"], event.details["on"]) == (
        ["Ada", "Carl", "Maja"],
        ["Ada", "Carl", "Maja"],
        "breached",
    )


def test_who_may_not_see_the_ticket_or_has_left_hears_nothing(
    support: Channel, ada: Agent, carl: Agent, wen: Agent
) -> None:
    Agent.objects.filter(pk=carl.pk).update(is_active=False)
    ticket = breaches(support, tells(f"agent:{wen.pk}", f"agent:{carl.pk}", f"agent:{ada.pk}"))
    take_all()
    assert (told(), ticket.events.get(kind=EventKind.ESCALATED).details["told"]) == (["Ada"], ["Ada"])


def test_who_loses_sight_of_a_ticket_loses_its_notices(support: Channel, ada: Agent, wen: Agent) -> None:
    ticket = breaches(support, tells(f"agent:{ada.pk}"))
    take_all()
    before = notices_of(ada).count(), unseen(ada).count()
    Ticket.objects.filter(pk=ticket.pk).update(team=cast.shipping())
    assert (before, notices_of(ada).count(), unseen(ada).count()) == ((1, 1), 0, 0)


def test_a_step_raises_the_priority_and_hands_the_ticket_on(support: Channel, wen: Agent) -> None:
    step = Step(on=On.BREACHED, priority="urgent", team_id=cast.shipping().pk, agent_id=wen.pk, notify=("assignee",))
    ticket = breaches(support, step)
    take_all()
    ticket.refresh_from_db()
    kinds = [EventKind.PRIORITIZED, EventKind.TEAM_CHANGED, EventKind.ASSIGNED, EventKind.ESCALATED]
    events = list(ticket.events.filter(kind__in=kinds).order_by("id"))
    assert (ticket.priority, ticket.team, ticket.assignee, told(), [(event.kind, event.agent) for event in events]) == (
        "urgent",
        cast.shipping(),
        wen,
        ["Wen"],
        [(kind, None) for kind in kinds],
    )
    assert list(differences()) == []


def test_a_priority_is_never_lowered(support: Channel, ada: Agent) -> None:
    escalates(Step(on=On.BREACHED, priority="normal"))
    ticket = asks(support, 1, at=ASKED)
    prioritize(ticket, Priority.HIGH, by=ada, at=ASKED + MINUTE)
    notice_due(DUE + MINUTE)
    take_all()
    ticket.refresh_from_db()
    assert ticket.priority == "high"


def test_what_can_not_be_handed_on_is_said_and_the_rest_is_done(support: Channel, ada: Agent) -> None:
    breaches(support, Step(on=On.BREACHED, team_id=2**30, agent_id=2**30, notify=(f"agent:{ada.pk}",)))
    (taken,) = take_all()
    assert (taken.error.splitlines(), taken.done_at is not None, told()) == (
        ["The team it should be handed to is gone.", "Whom it should be assigned to is no longer here."],
        True,
        ["Ada"],
    )


def test_a_step_that_comes_later_is_void_when_the_answer_came_before(support: Channel, ada: Agent) -> None:
    step = Step(on=On.BREACHED, after=30 * MINUTE, notify=(f"agent:{ada.pk}",))
    ticket = breaches(support, step)
    reply(ticket, "Sorry, it took a while.", by=ada, at=DUE + 10 * MINUTE)
    (taken,) = take_all()
    assert (taken.outcome, told()) == ({"void": "stopped"}, [])


def test_a_step_for_an_old_deadline_is_void(support: Channel, ada: Agent) -> None:
    escalates(Step(on=On.WARNED, notify=(f"agent:{ada.pk}",)))
    ticket = asks(support, 1, at=now() - timedelta(days=30))
    clock = response_clock()
    # Warned of a moment ago, with time left.
    later = now() + timedelta(days=1)
    type(clock).objects.filter(pk=clock.pk).update(due_at=later, warn_at=now() - MINUTE)
    notice_due()
    type(clock).objects.filter(pk=clock.pk).update(due_at=F("due_at") + MINUTE)
    assert ([one.outcome for one in take_all()], told(), ticket.pk) == ([{"void": "another deadline"}], [], ticket.pk)


def test_a_warning_that_the_breach_overtook_is_void(support: Channel, ada: Agent) -> None:
    escalates(Step(on=On.WARNED, notify=(f"agent:{ada.pk}",)))
    asks(support, 1, at=ASKED)
    notice_due(WARNED + MINUTE)
    assert [one.outcome for one in take_all()] == [{"void": "overtaken"}]


def test_a_step_is_not_taken_before_its_time(support: Channel, ada: Agent) -> None:
    breaches(support, tells(f"agent:{ada.pk}"))
    Escalation.objects.update(act_at=now() + timedelta(minutes=5))
    assert (waiting(), take(Escalation.objects.get().pk)) == ([], None)


def test_with_redis_flushed_the_sweep_finds_the_step_and_tells_once(support: Channel, ada: Agent) -> None:
    breaches(support, tells(f"agent:{ada.pk}"))
    bell().flushdb()
    take_all()
    bell().flushdb()
    take_all()
    assert told() == ["Ada"]


def test_a_mail_to_an_agent_is_in_his_language_with_the_deadline_in_his_zone(support: Channel, ada: Agent) -> None:
    Agent.objects.filter(pk=ada.pk).update(time_zone="Asia/Shanghai")
    step = Step(on=On.BREACHED, notify=(f"agent:{ada.pk}",), by_mail=True)
    ticket = breaches(support, step)
    take_all()
    take_all()
    kept = OutboxMail.objects.get()
    body = bytes(kept.body).decode()
    assert (kept.recipients, [part in body for part in (f"/tickets/{ticket.ref}/", "Auto-Submitted", "21:00")]) == (
        ["ada@nordlys.example"],
        [True, True, True],
    )


def test_without_a_mailbox_the_mail_is_tried_again_and_seen(support: Channel, ada: Agent) -> None:
    breaches(support, Step(on=On.BREACHED, notify=(f"agent:{ada.pk}",), by_mail=True))
    Channel.objects.update(is_active=False)
    (taken,) = take_all()
    shown = standing(now(), MINUTE)
    Channel.objects.update(is_active=True)
    Escalation.objects.update(next_attempt_at=None)
    (again,) = take_all()
    assert (taken.done_at, "no mailbox" in taken.error, (shown.late, shown.retried, shown.failed)) == (
        None,
        True,
        (0, 1, 0),
    )
    assert (again.done_at is not None, again.error, OutboxMail.objects.count(), told()) == (True, "", 1, ["Ada"])


@pytest.mark.parametrize("attempts", [30])
def test_a_step_that_kills_its_worker_each_time_is_given_up(support: Channel, ada: Agent, attempts: int) -> None:
    breaches(support, tells(f"agent:{ada.pk}"))
    Escalation.objects.update(attempts=attempts)
    (taken,) = take_all()
    assert (taken.done_at is not None, taken.error, told()) == (True, "It ended before it was done, each time.", [])
