"""Statistics over the week whose figures were computed by hand: `stories.week`."""

from __future__ import annotations

from datetime import date, timedelta

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.reports import queries, rows
from inbox.reports.figures import Durations, Share
from inbox.reports.periods import last_days
from inbox.reports.queries import RightNow
from inbox.reports.report import service_levels
from inbox.reports.scope import Basis, Cohort, Grouping
from inbox.reports.surveys import Score
from inbox.sla.sweep import notice_due
from inbox.surveys.enums import SurveyKind
from inbox.tickets.actions import prioritize, set_state
from inbox.tickets.conversation import reply
from inbox.tickets.enums import Priority, State
from tests.inbox.reports.stories import NOW, UTC_ZONE, Week, asked, on, scope

HOUR = 3600.0


def told(durations: Durations) -> tuple:
    """n, median, p90, mean in hours, and the nulls."""
    hours = (
        None if value is None else round(value / HOUR, 4) for value in (durations.median, durations.p90, durations.mean)
    )
    return (durations.n, *hours, durations.nulls)


def test_first_replies_of_a_week(tickets: Week) -> None:
    level = queries.levels(scope())["first_response"]
    # 1 h and 3 h are met; 6 h and the one never answered are missed. p90 of 1, 3, 6: 3 + 0.8 * 3.
    assert (level.share, level.before, told(level.durations), level.waived, level.running, level.untargeted) == (
        Share(2, 4),
        Share(1, 1),
        (3, 3.0, 5.4, 3.3333, 2),
        1,
        1,
        0,
    )


def test_the_same_replies_in_all_hours(tickets: Week) -> None:
    level = queries.levels(scope(basis=Basis.ELAPSED))["first_response"]
    # 1, 18 and 6 hours; whether a target was met does not depend on what is shown.
    assert (level.share, told(level.durations)) == (Share(2, 4), (3, 6.0, 15.6, 8.3333, 2))


def test_resolutions_leave_the_wait_for_the_customer_out_of_the_target(tickets: Week) -> None:
    level = queries.levels(scope())["resolution"]
    # Asked 9:00, answered 10:00 and pending until it was resolved at 11:00.
    assert (level.share, level.before, told(level.durations)) == (Share(1, 1), Share(1, 1), (1, 1.0, 1.0, 1.0, 5))


def test_whole_tickets_of_a_week(tickets: Week) -> None:
    times = queries.ticket_times(scope())
    assert {name: told(durations) for name, durations in times.items()} == {
        "first_resolution_time": (1, 2.0, 2.0, 2.0, 5),
        "resolution_time": (1, 2.0, 2.0, 2.0, 5),
        "requester_wait": (1, 1.0, 1.0, 1.0, 5),
        "agent_wait": (1, 1.0, 1.0, 1.0, 5),
    }


def test_tickets_created_in_the_period_are_another_cohort(tickets: Week) -> None:
    weekend = scope(period=last_days(2, date(2026, 3, 10), UTC_ZONE), cohort=Cohort.CREATED)
    level = queries.levels(weekend)["first_response"]
    # Created on 9 and 10 March: Bo (met), Kay (met on the 10th), Mia (missed).
    assert (level.share, level.before, level.durations.n, level.durations.nulls) == (Share(2, 3), Share(0, 0), 3, 0)
    assert tickets.before.created_at < weekend.period.start


def test_a_late_sweep_changes_nothing(tickets: Week) -> None:
    before = service_levels(scope(), "first_response", Grouping.TEAM, queries.team_names())
    noticed = notice_due(NOW + timedelta(days=3))
    after = service_levels(scope(), "first_response", Grouping.TEAM, queries.team_names())
    assert noticed[0] > 0
    assert after == before


def test_the_days_of_a_week(tickets: Week) -> None:
    days = queries.by_day(scope(), "first_response")
    assert [(day.day.day, day.share.count, day.share.rest) for day in days] == [
        (7, 0, 0),
        (8, 0, 0),
        (9, 1, 0),
        (10, 1, 1),
        (11, 0, 0),
        (12, 0, 1),
        (13, 0, 0),
    ]


def test_missed_targets_by_weekday_and_hour(tickets: Week) -> None:
    # Tuesday 12:00 and Thursday 13:00, when the targets passed.
    assert queries.by_hour(scope(), "first_response") == {(2, 12): 1, (4, 13): 1}


def test_teams_agents_and_priorities_compared(tickets: Week, ada: Agent) -> None:
    prioritize(tickets.fresh, Priority.URGENT, by=ada, at=on(13, 11, 30))
    none = Score(SurveyKind.CES, 0)

    def compared(by: Grouping, names: dict) -> list[tuple]:
        found = queries.groups(scope(), by, {**names, None: "nobody"})
        return [(g.name, g.tickets, told(g.replies)[:3], g.share, g.one_reply, g.ease) for g in found]

    assert (
        compared(Grouping.TEAM, queries.team_names()),
        compared(Grouping.AGENT, queries.agent_names()),
        compared(Grouping.PRIORITY, queries.priority_names()),
    ) == (
        [("Billing", 3, (3, 3.0, 5.4), Share(2, 4), Share(1, 1), none)],
        [
            ("Ada", 2, (2, 2.0, 2.8), Share(2, 2), Share(1, 1), none),
            ("Carl", 1, (1, 6.0, 6.0), Share(0, 1), Share(0, 0), none),
            ("nobody", 0, (0, None, None), Share(0, 1), Share(0, 0), none),
        ],
        [("Normal", 3, (3, 3.0, 5.4), Share(2, 4), Share(1, 1), none)],
    )


def test_spam_is_in_no_number_and_counted_beside(tickets: Week) -> None:
    everywhere = rows.runs(scope()).values_list("ticket", flat=True)
    assert (tickets.spam.pk in everywhere, queries.left_out(scope())) == (False, {"spam": 1})


def test_filters_narrow_every_statistic(tickets: Week, support: Channel, carl: Agent, wen: Agent) -> None:
    shipping = wen.teams.get()

    def shares(**chosen: object) -> tuple:
        question = scope(**chosen)
        level = queries.levels(question)["first_response"]
        return (level.share, level.durations.n, queries.right_now(question).overdue)

    assert (
        shares(team=shipping.pk),
        shares(agent=carl.pk),
        shares(agent="none"),
        shares(priority="urgent"),
        shares(channel=support.pk),
        shares(team="none"),
    ) == (
        (Share(0, 0), 0, 0),
        (Share(0, 1), 1, 0),
        (Share(0, 1), 0, 1),
        (Share(0, 0), 0, 0),
        (Share(2, 4), 3, 1),
        (Share(0, 0), 0, 0),
    )


def test_what_is_on_the_table_right_now(tickets: Week, support: Channel, ada: Agent) -> None:
    waits = asked(support, on(6, 9), "Pia")
    set_state(waits, State.ON_HOLD, by=ada, at=on(9, 9))
    reply(waits, "We asked the factory.", by=ada, at=on(9, 9, 1), then=State.ON_HOLD)
    almost = asked(support, on(13, 8, 20), "Eva")
    prioritize(almost, Priority.NORMAL, by=ada, at=on(13, 8, 20))
    # Eva's is due at 12:20. Liv's reply is overdue, and Pia's resolution: on hold does not pause it. Mia's and Kay's
    # tickets are pending since the 10th, 14:00 and 10:00: of those only Kay's for more than three days.
    assert queries.right_now(scope()) == RightNow(due_soon=1, overdue=2, paused_long=2)
