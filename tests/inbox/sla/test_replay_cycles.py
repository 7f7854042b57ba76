"""Work cycles, the resolution clock, waits, spam and merges."""

import pytest

from inbox.sla.calendar import Calendar
from inbox.sla.policy import Target, TargetTerms
from inbox.sla.replay import ClockState, replay
from tests.inbox.sla.logs import ADA, DAY, GRACE, HOUR, MICROSECOND, MINUTE, OFFICE, at, story, terms

POLICY = terms(resolution=8 * HOUR)
BY_AGENT = {"agent_id": ADA, "details": {"by": "agent"}}
BY_CUSTOMER = {"customer_id": 7, "details": {"by": "customer"}}
ASKED = (("Mon 09:00", "created"), ("Mon 09:00", "received"))


def resolutions(result):
    """(cycle, state, started, stopped, used) of each resolution run."""
    return [
        (run.cycle, run.state.value, run.started_at, run.stopped_at, run.used)
        for run in result.runs
        if run.target is Target.RESOLUTION
    ]


def replayed(*steps, policy=POLICY, calendar=OFFICE, until=None):
    return replay(story(*steps), policy, calendar, until=until)


class TestResolution:
    def test_resolution_runs_from_the_first_message_to_resolved(self):
        result = replayed(*ASKED, ("Mon 10:00", "replied"), ("Tue 10:00", "resolved", {"agent_id": GRACE}))
        assert resolutions(result) == [(1, "breached", at("Mon 09:00"), at("Tue 10:00"), 9 * HOUR)]
        run = result.runs[0]
        assert (run.stopped_by_agent_id, run.completed, run.elapsed, run.business) == (GRACE, True, 25 * HOUR, 9 * HOUR)

    def test_pending_stops_the_clock_and_clears_what_is_due(self):
        paused = replayed(*ASKED, ("Mon 11:00", "pended")).runs[0]
        resumed = replayed(*ASKED, ("Mon 11:00", "pended"), ("Tue 09:00", "opened")).runs[0]
        assert [(run.state, run.due_at, run.warn_at, run.used) for run in (paused, resumed)] == [
            (ClockState.PAUSED, None, None, 2 * HOUR),
            (ClockState.RUNNING, at("Tue 15:00"), at("Tue 13:00"), 2 * HOUR),
        ]

    def test_the_customers_time_is_not_counted(self):
        result = replayed(
            *ASKED,
            ("Mon 11:00", "pended"),
            ("Tue 11:00", "received"),
            ("Tue 11:00", "opened"),
            ("Tue 12:00", "resolved"),
        )
        run = result.runs[0]
        assert (run.state, run.used, run.business, run.elapsed) == ("met", 3 * HOUR, 3 * HOUR, 27 * HOUR)
        assert (result.resolution_elapsed, result.resolution_business) == (27 * HOUR, 11 * HOUR)

    @pytest.mark.parametrize(("pause_on_hold", "used"), [(False, 11 * HOUR), (True, 3 * HOUR)])
    def test_on_hold_pauses_when_the_policy_says_so(self, pause_on_hold, used):
        policy = terms(pause_on_hold=pause_on_hold, resolution=8 * HOUR)
        result = replayed(
            *ASKED, ("Mon 11:00", "held"), ("Tue 11:00", "opened"), ("Tue 12:00", "resolved"), policy=policy
        )
        assert result.runs[0].used == used

    def test_a_holiday_in_the_middle_of_a_pause_changes_nothing(self):
        steps = (*ASKED, ("Mon 16:00", "pended"), ("Wed 16:00", "opened"), ("Thu 10:00", "resolved"))
        tuesday = Calendar("Etc/UTC", {day: [(at("Mon 09:00").time(), at("Mon 17:00").time())] for day in range(5)},
                           [at("Tue 00:00").date()])  # fmt: skip
        plain, holiday = (replayed(*steps, calendar=hours).runs[0] for hours in (OFFICE, tuesday))
        assert (plain.used, holiday.used, holiday.business, holiday.state) == (9 * HOUR, 9 * HOUR, 9 * HOUR, "breached")

    def test_a_pause_that_starts_after_the_due_instant_comes_too_late(self):
        run = replayed(*ASKED, ("Tue 09:30", "pended"), ("Wed 09:00", "resolved")).runs[0]
        assert (run.state, run.breached_at) == ("breached", at("Mon 17:00"))

    def test_a_breached_clock_that_goes_on_shows_when_it_was_due(self):
        late = (*ASKED, ("Tue 09:30", "pended"))
        assert [
            (run.state, run.stopped_at, run.due_at)
            for run in (replayed(*late).runs[0], replayed(*late, ("Tue 10:00", "opened")).runs[0])
        ] == [("breached", None, None), ("breached", None, at("Mon 17:00"))]

    def test_a_warning_passed_before_a_pause_stays_where_it_was(self):
        run = replayed(*ASKED, ("Mon 16:00", "pended"), ("Tue 10:00", "opened")).runs[0]
        assert (run.warn_at, run.due_at) == (at("Mon 15:00"), at("Tue 11:00"))

    def test_calendar_time_goes_on_at_night_and_business_time_is_told_beside(self):
        policy = terms(resolution=TargetTerms({"normal": 24 * HOUR}, "calendar"))
        run = replayed(*ASKED, ("Tue 08:59", "resolved"), policy=policy).runs[0]
        assert (run.state, run.used, run.elapsed, run.business) == (
            "met",
            24 * HOUR - MINUTE,
            24 * HOUR - MINUTE,
            8 * HOUR,
        )

    def test_closing_a_ticket_that_was_not_resolved_resolves_it(self):
        result = replayed(*ASKED, ("Mon 12:00", "replied"), ("Mon 12:00", "closed"))
        assert (resolutions(result), result.resolved_at, result.state) == (
            [(1, "met", at("Mon 09:00"), at("Mon 12:00"), 3 * HOUR)],
            at("Mon 12:00"),
            "closed",
        )

    def test_closing_a_resolved_ticket_later_changes_no_figure(self):
        resolved = replayed(*ASKED, ("Mon 12:00", "resolved"))
        closed = replayed(*ASKED, ("Mon 12:00", "resolved"), ("Fri 12:00", "closed"))
        assert (closed.runs, closed.resolved_at, closed.requester_wait) == (
            resolved.runs,
            resolved.resolved_at,
            resolved.requester_wait,
        )


class TestCycles:
    resolved = (*ASKED, ("Mon 10:00", "replied"), ("Mon 10:00", "resolved", {"agent_id": ADA}))

    def test_a_customers_message_to_a_resolved_ticket_starts_the_next_cycle(self):
        result = replayed(
            *self.resolved,
            ("Tue 09:00", "received"),
            ("Tue 09:00", "reopened", BY_CUSTOMER),
            ("Tue 12:00", "replied", {"agent_id": GRACE}),
            ("Tue 12:00", "resolved"),
        )
        assert resolutions(result) == [
            (1, "met", at("Mon 09:00"), at("Mon 10:00"), HOUR),
            (2, "met", at("Tue 09:00"), at("Tue 12:00"), 3 * HOUR),
        ]
        assert [run.number for run in result.runs if run.target == "first_response"] == [1, 2]
        assert (result.cycles, result.reopened, result.first_resolution_elapsed, result.resolution_elapsed) == (
            2,
            1,
            HOUR,
            27 * HOUR,
        )

    def test_an_agents_reopening_starts_no_cycle_until_the_customer_writes(self):
        reopened = (*self.resolved, ("Tue 09:00", "reopened", BY_AGENT))
        waiting = replayed(*reopened)
        written = replayed(*reopened, ("Tue 15:00", "received"))
        assert (waiting.cycles, waiting.resolved_at, waiting.reopened, waiting.cycle_facts[0].reopened_at) == (
            1,
            None,
            0,
            None,
        )
        assert resolutions(written)[1] == (2, "running", at("Tue 15:00"), None, 0 * HOUR)

    def test_a_customer_who_reopens_without_a_message_is_waiting_too(self):
        result = replayed(*self.resolved, ("Tue 09:00", "reopened", BY_CUSTOMER))
        assert [(run.target, run.cycle, run.started_by) for run in result.runs[2:]] == [
            ("resolution", 2, 5),
            ("first_response", 2, 5),
        ]

    def test_thanks_after_the_resolution_reopen_nothing(self):
        result = replayed(*self.resolved, ("Tue 09:00", "thanked"))
        assert (result.cycles, result.state, result.cycle_facts[0].reopened_within_7_days) == (1, "resolved", False)

    def test_a_message_answered_while_resolved_waits_for_nobody(self):
        result = replayed(
            *self.resolved, ("Tue 09:00", "received"), ("Tue 10:00", "replied"), ("Tue 11:00", "reopened", BY_AGENT)
        )
        assert (result.cycles, len(result.runs)) == (1, 2)

    @pytest.mark.parametrize(("later", "within"), [(7 * DAY, True), (7 * DAY + MICROSECOND, False)])
    def test_reopened_within_seven_days_means_up_to_the_same_instant(self, later, within):
        when = at("Mon 10:00") + later
        result = replayed(*self.resolved, (when, "received"), (when, "reopened", BY_CUSTOMER))
        assert (result.cycle_facts[0].reopened_at, result.cycle_facts[0].reopened_within_7_days) == (when, within)

    def test_one_reply_and_one_touch(self):
        def facts(*steps):
            cycle = replayed(*ASKED, *steps).cycle_facts[0]
            return cycle.one_reply, cycle.one_touch, cycle.repliers, cycle.last_replier_id

        handed_over = {"details": {"from": ADA, "to": GRACE}}
        via_nobody = [{"details": {"from": a, "to": b}} for a, b in ((None, ADA), (ADA, None), (None, GRACE))]
        reply, second = ("Mon 10:00", "replied"), ("Mon 11:00", "replied", {"agent_id": GRACE})
        resolved = ("Mon 12:00", "resolved")
        assert [
            facts(("Mon 09:10", "assigned", {"details": {"from": None, "to": ADA}}), reply, resolved),
            facts(("Mon 09:10", "assigned", handed_over), reply, resolved),
            facts(*(("Mon 09:10", "assigned", fields) for fields in via_nobody), reply, resolved),
            facts(reply, second, resolved),
            facts(reply),
            facts(resolved),
        ] == [
            (True, True, {ADA}, ADA),
            (True, False, {ADA}, ADA),
            (True, False, {ADA}, ADA),
            (False, False, {ADA, GRACE}, GRACE),
            (False, False, {ADA}, ADA),
            (False, False, set(), None),
        ]

    def test_the_last_human_reply_of_the_last_cycle_is_scored(self):
        again = (*self.resolved, ("Tue 09:00", "received"), ("Tue 09:00", "reopened", BY_CUSTOMER))
        bot = ("Tue 11:00", "replied", {"author_kind": "bot", "agent_id": None})
        assert [
            replayed(*again).last_replier_id,
            replayed(*again, ("Tue 10:00", "replied", {"agent_id": GRACE}), bot).last_replier_id,
            replayed(("Mon 09:00", "created"), ("Mon 09:00", "replied")).last_replier_id,
        ] == [None, GRACE, ADA]


class TestWaits:
    def test_the_time_to_the_last_resolution_is_split_without_a_rest(self):
        result = replayed(
            *ASKED,
            ("Mon 10:00", "replied"),
            ("Mon 10:00", "pended"),
            ("Mon 12:00", "received"),
            ("Mon 12:00", "opened"),
            ("Mon 13:00", "held"),
            ("Mon 16:00", "resolved"),
            ("Tue 09:00", "received"),
            ("Tue 09:00", "reopened", BY_CUSTOMER),
            ("Tue 09:30", "resolved"),
            ("Wed 09:30", "closed"),
        )
        assert (result.requester_wait, result.agent_wait, result.resolved_before) == (
            5 * HOUR + 30 * MINUTE,
            2 * HOUR,
            17 * HOUR,
        )
        assert result.last_resolved_at - result.created_at == 24 * HOUR + 30 * MINUTE

    def test_what_is_not_over_is_unknown_and_not_zero(self):
        result = replayed(*ASKED)
        assert (
            result.first_response_elapsed,
            result.first_response_business,
            result.first_resolution_elapsed,
            result.first_resolution_business,
            result.resolution_elapsed,
            result.resolution_business,
            result.requester_wait,
            result.agent_wait,
            result.resolved_before,
            result.resolved_at,
            result.runs[0].elapsed,
            result.runs[0].business,
        ) == (None,) * 12

    def test_a_reopened_ticket_keeps_its_first_resolution_but_has_no_time_to_resolution(self):
        result = replayed(*ASKED, ("Mon 10:00", "resolved"), ("Mon 11:00", "reopened", BY_AGENT))
        assert (result.first_resolution_elapsed, result.resolution_elapsed, result.resolved_at) == (HOUR, None, None)

    def test_a_resolution_before_the_customer_wrote_is_none_of_his(self):
        result = replayed(
            ("Mon 08:00", "created"), ("Mon 08:30", "resolved"), ("Mon 09:00", "received"),
            ("Mon 09:00", "reopened", BY_CUSTOMER), ("Mon 12:00", "resolved"),
        )  # fmt: skip
        assert (result.first_resolved_at, result.first_resolution_elapsed) == (at("Mon 08:30"), 3 * HOUR)


@pytest.mark.parametrize(
    ("mark", "undo", "word"), [("marked_spam", "unmarked_spam", "spam"), ("merged", "unmerged", "merged")]
)
class TestSpamAndMerges:
    def test_what_is_running_is_waived_and_the_resolution_excluded(self, mark, undo, word):
        result = replayed(*ASKED, ("Mon 10:00", mark), ("Mon 10:00", "closed"), ("Mon 11:00", "received"))
        assert [(run.target, run.state, run.waived_because, run.stopped_at) for run in result.runs] == [
            ("resolution", "waived", word, at("Mon 10:00")),
            ("first_response", "waived", word, at("Mon 10:00")),
        ]
        assert (result.excluded, result.resolution_elapsed, result.first_resolution_elapsed) == (word, None, None)

    def test_answers_given_before_it_stay(self, mark, undo, word):
        result = replayed(*ASKED, ("Mon 10:00", "replied"), ("Mon 11:00", mark))
        assert (result.first_response.state, result.first_response_elapsed) == ("stopped", HOUR)

    def test_undone_the_clocks_go_on_as_if_never_interrupted(self, mark, undo, word):
        interruption = [("Mon 10:00", mark), ("Mon 10:00", "closed"), ("Mon 12:00", undo), ("Mon 12:00", "opened")]
        answer = [("Mon 13:00", "replied"), ("Mon 14:00", "resolved")]
        interrupted, plain = replayed(*ASKED, *interruption, *answer), replayed(*ASKED, *answer)
        assert [(run.state, run.used, run.stopped_at) for run in interrupted.runs] == [
            (run.state, run.used, run.stopped_at) for run in plain.runs
        ]
        assert (interrupted.excluded, interrupted.resolution_elapsed) == ("", 5 * HOUR)

    def test_a_pause_lasts_through_it(self, mark, undo, word):
        result = replayed(
            *ASKED, ("Mon 10:00", "pended"), ("Mon 11:00", mark), ("Mon 11:00", "closed"), ("Mon 12:00", undo),
            ("Mon 12:00", "pended"), ("Mon 13:00", "opened"), ("Mon 14:00", "resolved"),
        )  # fmt: skip
        assert result.runs[0].used == 2 * HOUR

    def test_undone_on_a_ticket_that_stays_closed_the_closing_counts(self, mark, undo, word):
        result = replayed(*ASKED, ("Mon 10:00", mark), ("Mon 11:00", "closed"), ("Mon 12:00", undo))
        assert resolutions(result) == [(1, "met", at("Mon 09:00"), at("Mon 11:00"), 2 * HOUR)]
        assert result.first_response.waived_because == "resolved without a reply"
