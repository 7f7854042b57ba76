"""Response clocks: what starts them, what answers, when they are late."""

import pytest

from inbox.sla.calendar import Calendar, CalendarTimeline
from inbox.sla.policy import TargetTerms
from inbox.sla.replay import ClockState, UnknownPolicy, replay
from tests.inbox.sla.logs import ADA, DAY, GRACE, HOUR, MICROSECOND, MINUTE, OFFICE, SECOND, at, story, terms

POLICY = terms(first_response=2 * HOUR, next_response=HOUR)


def responses(result):
    """(target, cycle, number, state, started, stopped) of each response run."""
    return [
        (run.target.value, run.cycle, run.number, run.state.value, run.started_at, run.stopped_at)
        for run in result.runs
        if run.target != "resolution"
    ]


def first(*steps, policy=POLICY, calendar=OFFICE, until=None):
    return replay(story(*steps), policy, calendar, until=until).first_response


def test_a_human_reply_within_the_goal_meets_it():
    run = first(("Mon 09:00", "created"), ("Mon 09:00", "received"), ("Mon 10:30", "replied"))
    assert (run.state, run.used, run.elapsed, run.business, run.goal, run.due_at, run.breached_at) == (
        ClockState.MET,
        90 * MINUTE,
        90 * MINUTE,
        90 * MINUTE,
        2 * HOUR,
        None,
        None,
    )
    assert (run.started_by, run.stopped_by, run.stopped_by_agent_id) == (2, 3, ADA)


@pytest.mark.parametrize(
    ("late", "state"),
    [(-SECOND, "met"), (0 * SECOND, "met"), (MICROSECOND, "breached"), (SECOND, "breached"), (DAY, "breached")],
)
def test_a_second_is_enough_to_be_late_and_the_goal_itself_is_not(late, state):
    due = at("Mon 11:00")
    run = first(("Mon 09:00", "created"), ("Mon 09:00", "received"), (due + late, "replied"))
    assert (run.state, run.breached_at) == (state, None if state == "met" else due)


def test_an_answer_in_the_evening_is_late_when_the_goal_ran_out_at_closing():
    run = first(("Mon 15:00", "created"), ("Mon 15:00", "received"), ("Mon 20:00", "replied"))
    assert (run.state, run.used, run.breached_at) == ("breached", 2 * HOUR, at("Mon 17:00"))


def test_closed_hours_do_not_count():
    run = first(("Fri 16:00", "created"), ("Fri 16:00", "received"), (at("Mon 09:59", week=1), "replied"))
    assert (run.state, run.used, run.elapsed) == ("met", HOUR + 59 * MINUTE, 65 * HOUR + 59 * MINUTE)


@pytest.mark.parametrize("author_kind", ["bot", "rule", "survey", "system", ""])
def test_only_people_answer(author_kind):
    result = replay(
        story(
            ("Mon 09:00", "created"),
            ("Mon 09:00", "received"),
            ("Mon 09:01", "replied", {"author_kind": author_kind, "agent_id": None}),
            ("Mon 09:02", "noted", {"author_kind": "human", "agent_id": ADA}),
            ("Mon 09:30", "replied"),
        ),
        POLICY,
        OFFICE,
    )
    assert (result.first_response_elapsed, result.human_replies) == (30 * MINUTE, 1)


def test_a_logged_call_is_an_answer():
    run = first(("Mon 09:00", "created"), ("Mon 09:00", "received"), ("Mon 09:30", "called", {"agent_id": GRACE}))
    assert (run.state, run.stopped_by_agent_id) == ("met", GRACE)


def test_the_oldest_unanswered_message_counts_and_each_answer_ends_its_run():
    result = replay(
        story(
            ("Mon 09:00", "created"),
            ("Mon 09:00", "received"),
            ("Mon 09:30", "received"),
            ("Mon 10:00", "replied"),
            ("Mon 10:30", "replied"),
            ("Mon 11:00", "received"),
            ("Mon 12:30", "received"),
            ("Mon 12:31", "replied"),
            ("Mon 13:00", "received"),
        ),
        POLICY,
        OFFICE,
    )
    assert responses(result) == [
        ("first_response", 1, 1, "met", at("Mon 09:00"), at("Mon 10:00")),
        ("next_response", 1, 1, "breached", at("Mon 11:00"), at("Mon 12:31")),
        ("next_response", 1, 2, "running", at("Mon 13:00"), None),
    ]


def test_thanks_and_automatic_mail_start_nothing():
    result = replay(
        story(
            ("Mon 09:00", "created"),
            ("Mon 09:00", "received"),
            ("Mon 10:00", "replied"),
            ("Mon 10:30", "automatic_received"),
            ("Mon 11:00", "thanked"),
        ),
        POLICY,
        OFFICE,
    )
    assert responses(result) == [("first_response", 1, 1, "met", at("Mon 09:00"), at("Mon 10:00"))]


def test_an_agents_own_ticket_has_no_clock_until_the_customer_writes():
    steps = [("Mon 09:00", "created"), ("Mon 09:00", "replied"), ("Mon 09:00", "pended")]
    later = [("Tue 09:00", "received"), ("Tue 09:00", "opened"), ("Tue 10:00", "replied")]
    before, after = replay(story(*steps), POLICY, OFFICE), replay(story(*steps, *later), POLICY, OFFICE)
    assert (before.runs, before.first_response, before.cycles) == ((), None, 0)
    assert responses(after) == [("first_response", 1, 1, "met", at("Tue 09:00"), at("Tue 10:00"))]


def test_no_reply_needed_waives_the_run_and_leaves_it_out_of_averages():
    result = replay(
        story(
            ("Mon 09:00", "created"),
            ("Mon 09:00", "received"),
            ("Mon 10:00", "no_reply_needed", {"agent_id": ADA}),
            ("Mon 11:00", "received"),
        ),
        POLICY,
        OFFICE,
    )
    run = result.first_response
    assert (run.state, run.waived_because, run.completed, result.first_response_elapsed) == (
        "waived",
        "no reply needed",
        False,
        None,
    )
    assert responses(result)[1][:4] == ("next_response", 1, 1, "running")


@pytest.mark.parametrize(("when", "state"), [("Mon 10:00", "waived"), ("Mon 12:00", "breached")])
@pytest.mark.parametrize(
    ("kind", "because"), [("resolved", "resolved without a reply"), ("closed", "resolved without a reply"),
                          ("no_reply_needed", "no reply needed"), ("marked_spam", "spam"), ("merged", "merged")]
)  # fmt: skip
def test_a_waiver_says_why_but_does_not_undo_a_breach(kind, because, when, state):
    run = first(("Mon 09:00", "created"), ("Mon 09:00", "received"), (when, kind))
    assert (run.state, run.waived_because, run.stopped_at, run.completed) == (state, because, at(when), False)


class TestRetargeting:
    policy = terms(
        first_response=TargetTerms({"normal": 4 * HOUR, "high": 2 * HOUR, "urgent": HOUR}, "business"),
    )

    def test_a_higher_priority_shortens_the_goal_and_keeps_the_time_used(self):
        run = first(
            ("Mon 09:00", "created"),
            ("Mon 09:00", "received"),
            ("Mon 10:30", "prioritized", {"priority": "high"}),
            policy=self.policy,
        )
        assert (run.state, run.goal, run.used, run.due_at, run.priority) == (
            "running",
            2 * HOUR,
            90 * MINUTE,
            at("Mon 11:00"),
            "high",
        )

    def test_a_goal_used_up_already_is_breached_at_the_change(self):
        steps = [
            ("Mon 09:00", "created"),
            ("Mon 09:00", "received"),
            ("Mon 10:30", "prioritized", {"priority": "urgent"}),
        ]
        run = first(*steps, policy=self.policy)
        assert (run.state, run.stopped_at, run.goal, run.breached_at, run.due_at) == (
            "breached",
            None,
            HOUR,
            at("Mon 10:30"),
            at("Mon 10:30"),
        )

    def test_a_goal_used_up_exactly_is_met_at_the_change_and_late_after_it(self):
        steps = [
            ("Mon 09:00", "created"),
            ("Mon 09:00", "received"),
            ("Mon 10:00", "prioritized", {"priority": "urgent"}),
        ]
        states = [
            first(*steps, (when, "replied"), policy=self.policy).state
            for when in (at("Mon 10:00"), at("Mon 10:00") + MICROSECOND)
        ]
        assert states == ["met", "breached"]

    def test_a_lower_priority_lengthens_the_goal_but_pardons_no_breach(self):
        def answered(changed):
            return first(
                ("Mon 09:00", "created", {"priority": "urgent"}),
                ("Mon 09:00", "received"),
                (changed, "prioritized", {"priority": "normal"}),
                ("Mon 11:00", "replied"),
                policy=self.policy,
            )

        in_time, too_late = answered("Mon 09:30"), answered("Mon 10:30")
        assert [(run.state, run.goal, run.priority, run.breached_at) for run in (in_time, too_late)] == [
            ("met", 4 * HOUR, "normal", None),
            ("breached", HOUR, "urgent", at("Mon 10:00")),
        ]

    def test_a_priority_without_a_goal_has_a_clock_without_a_target(self):
        run = first(
            ("Mon 09:00", "created", {"priority": "low"}),
            ("Mon 09:00", "received"),
            ("Wed 10:00", "replied"),
            policy=self.policy,
        )
        assert (run.state, run.goal, run.used) == ("stopped", None, 17 * HOUR)

    def test_each_part_is_measured_on_the_basis_of_its_time(self):
        calendar_time = terms(2, first_response=TargetTerms({"normal": 4 * HOUR}, "calendar"))
        result = replay(
            story(
                ("Mon 16:00", "created"),
                ("Mon 16:00", "received"),
                ("Mon 16:00", "policy_applied", {"policy_version_id": 1}),
                ("Mon 18:00", "policy_applied", {"policy_version_id": 2}),
            ),
            {1: self.policy, 2: calendar_time},
            OFFICE,
        )
        run = result.first_response
        assert (run.used, run.due_at, run.policy_version_id) == (HOUR, at("Mon 21:00"), 2)


class TestPolicies:
    steps = (
        ("Mon 09:00", "created"),
        ("Mon 09:00", "received"),
        ("Mon 09:00", "policy_applied", {"policy_version_id": 8}),
        ("Mon 10:00", "replied"),
    )

    def test_the_log_chooses_among_the_versions(self):
        run = first(*self.steps, policy={8: terms(8, first_response=30 * MINUTE), 9: terms(9)})
        assert (run.policy_version_id, run.state) == (8, "breached")

    def test_terms_given_alone_replace_the_choice_of_the_log(self):
        run = first(*self.steps, policy=terms(9))
        assert (run.policy_version_id, run.state) == (9, "met")

    def test_without_a_policy_there_are_lengths_but_no_targets(self):
        run = first(*self.steps, policy=None)
        assert (run.state, run.goal, run.due_at, run.used, run.policy_version_id) == ("stopped", None, None, HOUR, None)

    def test_an_unknown_version_is_refused(self):
        with pytest.raises(UnknownPolicy, match="version 8"):
            first(*self.steps, policy={9: terms(9)})

    def test_no_version_applied_means_no_target_from_then_on(self):
        run = first(*self.steps[:3], ("Mon 09:10", "policy_applied", {"policy_version_id": None}), policy={8: terms(8)})
        assert (run.state, run.goal, run.due_at) == ("running", None, None)


class TestUntil:
    steps = (("Mon 09:00", "created"), ("Mon 09:00", "received"), ("Mon 12:00", "replied"))

    def test_a_running_clock_keeps_its_due_and_warning_instants(self):
        run = first(*self.steps[:2])
        assert (run.state, run.due_at, run.warn_at, run.used, run.elapsed) == (
            "running",
            at("Mon 11:00"),
            at("Mon 10:30"),
            0 * HOUR,
            None,
        )

    @pytest.mark.parametrize(
        ("until", "state"), [(at("Mon 11:00"), "running"), (at("Mon 11:00") + MICROSECOND, "breached")]
    )
    def test_until_an_instant_a_clock_counts_up_to_it_and_may_be_late(self, until, state):
        run = first(*self.steps, until=until)
        assert (run.state, run.used, run.stopped_at, run.due_at) == (
            state,
            until - at("Mon 09:00"),
            None,
            at("Mon 11:00"),
        )

    def test_what_happens_later_is_left_out(self):
        assert replay(story(*self.steps), POLICY, OFFICE, until=at("Mon 11:59")).human_replies == 0

    def test_before_the_first_event_there_is_nothing_to_tell(self):
        with pytest.raises(ValueError, match="without events"):
            first(*self.steps, until=at("Mon 08:00"))

    def test_a_naive_instant_is_refused(self):
        with pytest.raises(ValueError, match="aware"):
            first(*self.steps, until=at("Mon 08:00").replace(tzinfo=None))


class TestCalendars:
    def test_a_calendar_that_never_opens_is_never_late(self):
        run = first(
            ("Mon 09:00", "created"),
            ("Mon 09:00", "received"),
            calendar=Calendar("Etc/UTC", {}),
            until=at("2044-06-03"),
        )
        assert (run.state, run.due_at, run.warn_at, run.used) == ("running", None, None, 0 * HOUR)

    def test_a_lunch_break_does_not_count(self):
        lunch = Calendar("Etc/UTC", {0: [(at("Mon 09:00").time(), at("Mon 12:00").time()),
                                         (at("Mon 13:00").time(), at("Mon 17:00").time())]})  # fmt: skip
        run = first(("Mon 11:30", "created"), ("Mon 11:30", "received"), ("Mon 14:00", "replied"), calendar=lunch)
        assert (run.state, run.used, run.elapsed) == ("met", 90 * MINUTE, 150 * MINUTE)

    def test_a_reply_one_second_before_midnight_on_the_day_the_clocks_change(self):
        berlin = Calendar(
            "Europe/Berlin", {day: [(at("Mon 00:00").time(), at("Mon 00:00").time())] for day in range(7)}
        )
        steps = (
            ("2024-03-31T00:00:00+01:00", "created"),
            ("2024-03-31T00:00:00+01:00", "received"),
            ("2024-03-31T23:59:59+02:00", "replied"),
        )
        runs = [
            first(*steps, policy=terms(first_response=goal), calendar=berlin) for goal in (23 * HOUR, 82798 * SECOND)
        ]
        assert [(run.state, run.used) for run in runs] == [
            ("met", 23 * HOUR - SECOND),
            ("breached", 23 * HOUR - SECOND),
        ]

    def test_a_wait_over_two_schedules_is_959_46_minutes_and_not_689_46(self):
        morning, long_day = (
            Calendar("Etc/UTC", {day: [(at("Mon 08:00").time(), at(closing).time())] for day in range(5)})
            for closing in ("Mon 12:00", "Mon 16:30")
        )
        calendar = CalendarTimeline([(None, morning), (at("Wed 00:00"), long_day)])
        steps = (("Mon 08:30:32.4", "created"), ("Mon 08:30:32.4", "received"), ("Wed 16:30", "replied"))
        runs = [first(*steps, policy=terms(first_response=12 * HOUR), calendar=hours) for hours in (calendar, morning)]
        assert [(run.used / MINUTE, run.state) for run in runs] == [(959.46, "breached"), (689.46, "met")]


class TestWithdrawnReplies:
    def test_a_reply_undone_before_it_was_sent_answers_nothing(self):
        result = replay(
            story(
                ("Mon 09:00", "created"),
                ("Mon 09:00", "received"),
                ("Mon 10:00", "replied", {"message_id": 5}),
                ("Mon 10:00", "pended", {"agent_id": ADA}),
                ("Mon 10:00:05", "reply_withdrawn", {"message_id": 5, "agent_id": ADA}),
                ("Mon 10:00:05", "opened", {"agent_id": ADA}),
                ("Mon 10:30", "replied", {"message_id": 6}),
            ),
            POLICY,
            OFFICE,
        )
        assert responses(result) == [("first_response", 1, 1, "met", at("Mon 09:00"), at("Mon 10:30"))]

    def test_the_resolution_made_with_it_is_undone_too(self):
        result = replay(
            story(
                ("Mon 09:00", "created"),
                ("Mon 09:00", "received"),
                ("Mon 10:00", "replied", {"message_id": 5}),
                ("Mon 10:00", "resolved", {"agent_id": ADA}),
                ("Mon 10:00:05", "reply_withdrawn", {"message_id": 5, "agent_id": ADA}),
                ("Mon 10:00:05", "reopened", {"agent_id": ADA, "details": {"by": "agent"}}),
            ),
            POLICY,
            OFFICE,
        )
        assert (responses(result), result.first_resolved_at, result.reopened, result.state) == (
            [("first_response", 1, 1, "running", at("Mon 09:00"), None)],
            None,
            0,
            "open",
        )
