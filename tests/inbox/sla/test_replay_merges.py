"""What merges and splits do to the clocks: who waits goes on waiting, what is over stays what it was."""

from inbox.sla.replay import replay
from tests.inbox.sla.logs import HOUR, MINUTE, OFFICE, at, story, terms

TERMS = {1: terms()}
APPLIED = {"policy_version_id": 1}
BEGUN = [("Mon 08:00", "created"), ("Mon 08:00", "policy_applied", APPLIED)]


def replayed(*steps, until=None):
    return replay(story(*BEGUN, *steps), TERMS, OFFICE, until=until and at(until))


def merged_in(when, since, ticket=12):
    return (when, "merged_in", {"details": {"ticket": ticket, "waiting_since": since and at(since).isoformat()}})


def taken_out(when, ticket=12, **details):
    return (when, "unmerged_out", {"details": {"ticket": ticket, **details}})


def wrote(when, message_id):
    return (when, "received", {"message_id": message_id})


def split_off(when, *messages):
    return (when, "split_off", {"details": {"messages": list(messages), "ticket": 40}})


def responses(result):
    """The runs that wait for answers: since when, how they stand, the time used, due when, missed when."""
    return [
        (run.started_at, run.state.value, run.waived_because, run.used, run.due_at, run.breached_at)
        for run in result.runs
        if run.target != "resolution"
    ]


def resolutions(result):
    return [(run.started_at, run.state.value, run.waived_because) for run in result.runs if run.target == "resolution"]


class TestMergedIn:
    def test_who_waited_longer_elsewhere_moves_the_start_of_the_run(self):
        result = replayed(wrote("Mon 10:00", 1), merged_in("Mon 10:30", "Mon 09:30"), until="Mon 10:45")
        assert responses(result) == [
            (at("Mon 09:30"), "running", "", 75 * MINUTE, at("Mon 11:30"), None)
        ]  # fmt: skip

    def test_the_answer_takes_the_time_since_then(self):
        result = replayed(wrote("Mon 10:00", 1), merged_in("Mon 10:30", "Mon 09:30"), ("Mon 11:00", "replied"))
        assert (result.first_response.started_at, result.first_response_business) == (at("Mon 09:30"), 90 * MINUTE)

    def test_who_waits_shorter_changes_nothing(self):
        plain = replayed(wrote("Mon 10:00", 1), ("Mon 11:00", "replied"))
        merged = replayed(wrote("Mon 10:00", 1), merged_in("Mon 10:30", "Mon 10:15"), ("Mon 11:00", "replied"))
        assert responses(merged) == responses(plain)

    def test_a_target_that_had_passed_by_then_is_missed_at_the_merge_and_not_before(self):
        result = replayed(wrote("Mon 14:00", 1), merged_in("Mon 15:00", "Mon 09:00"), until="Mon 15:30")
        assert responses(result) == [
            (at("Mon 09:00"), "breached", "", 6 * HOUR + 30 * MINUTE, at("Mon 15:00"), at("Mon 15:00"))
        ]

    def test_a_warning_that_was_due_by_then_is_due_at_the_merge_and_one_given_stays_given(self):
        fresh = replayed(wrote("Mon 10:40", 1), merged_in("Mon 10:45", "Mon 09:00"), until="Mon 10:50")
        given = replayed(wrote("Mon 09:10", 1), merged_in("Mon 10:50", "Mon 09:00"), until="Mon 10:55")
        assert [one.first_response.warn_at for one in (fresh, given)] == [at("Mon 10:45"), at("Mon 10:40")]

    def test_a_target_missed_before_stays_missed_when_it_was(self):
        result = replayed(wrote("Mon 09:00", 1), merged_in("Mon 15:00", "Mon 08:00"), until="Mon 15:30")
        assert [breached_at for *_, breached_at in responses(result)] == [at("Mon 11:00")]

    def test_with_nobody_waiting_a_run_starts_with_who_waits_in_the_source(self):
        result = replayed(
            wrote("Mon 09:00", 1), ("Mon 09:30", "replied"), ("Mon 09:30", "pended"),
            merged_in("Mon 11:00", "Mon 10:00"), ("Mon 11:00", "opened"), until="Mon 11:30",
        )  # fmt: skip
        assert [(run[0], run[1], run[3]) for run in responses(result)] == [
            (at("Mon 09:00"), "met", 30 * MINUTE),
            (at("Mon 10:00"), "running", 90 * MINUTE),
        ]

    def test_nobody_waiting_in_either_starts_nothing(self):
        result = replayed(wrote("Mon 09:00", 1), ("Mon 09:30", "replied"), merged_in("Mon 11:00", None))
        assert [run[1] for run in responses(result)] == ["met"]

    def test_a_resolved_ticket_begins_another_cycle_which_does_not_reach_into_the_last(self):
        result = replayed(
            wrote("Mon 09:00", 1), ("Mon 09:30", "replied"), ("Mon 11:00", "resolved"),
            merged_in("Mon 12:00", "Mon 10:00"), ("Mon 12:00", "reopened", {"details": {"by": "agent"}, "agent_id": 1}),
            until="Mon 12:30",
        )  # fmt: skip
        assert (result.cycles, [run[0] for run in responses(result)], resolutions(result), result.reopened) == (
            2,
            [at("Mon 09:00"), at("Mon 10:00")],
            [(at("Mon 09:00"), "met", ""), (at("Mon 11:00"), "running", "")],
            0,
        )

    def test_a_ticket_whose_customer_never_wrote_has_one_from_then_on(self):
        result = replayed(("Mon 09:30", "pended"), merged_in("Mon 10:00", "Mon 09:00"), ("Mon 10:00", "opened"),
                          ("Mon 10:30", "replied"), ("Mon 11:00", "resolved"))  # fmt: skip
        assert (result.first_received_at, result.first_response_business, result.resolution_business) == (
            at("Mon 09:00"),
            90 * MINUTE,
            2 * HOUR,
        )

    def test_the_time_before_counts_by_the_goals_of_each_time(self):
        urgent = ("Mon 10:00", "prioritized", {"priority": "urgent"})
        result = replayed(urgent, wrote("Mon 11:00", 1), merged_in("Mon 11:30", "Mon 09:00"), until="Mon 11:45")
        assert responses(result)[0][3:] == (165 * MINUTE, at("Mon 11:30"), at("Mon 11:30"))


class TestTakenOut:
    def test_who_waited_here_goes_on_as_before(self):
        plain = replayed(wrote("Mon 10:00", 1), until="Mon 11:00")
        undone = replayed(
            wrote("Mon 10:00", 1), merged_in("Mon 10:30", "Mon 09:30"), taken_out("Mon 10:45"), until="Mon 11:00"
        )
        assert responses(undone) == responses(plain)

    def test_a_target_that_only_the_merge_missed_is_not_missed(self):
        undone = replayed(
            wrote("Mon 14:00", 1), merged_in("Mon 15:00", "Mon 09:00"), taken_out("Mon 15:01"), until="Mon 15:30"
        )
        assert responses(undone) == [(at("Mon 14:00"), "running", "", 90 * MINUTE, at("Mon 16:00"), None)]

    def test_a_run_that_was_the_source_s_alone_is_waived(self):
        undone = replayed(
            wrote("Mon 09:00", 1), ("Mon 09:30", "replied"), merged_in("Mon 15:00", "Mon 10:00"), taken_out("Mon 15:01")
        )
        assert [run[1:3] for run in responses(undone)] == [("met", ""), ("waived", "merge undone")]
        assert resolutions(undone) == [(at("Mon 09:00"), "running", "")]

    def test_so_is_the_cycle_that_it_began(self):
        undone = replayed(
            wrote("Mon 09:00", 1), ("Mon 09:30", "replied"), ("Mon 11:00", "resolved"),
            merged_in("Mon 12:00", "Mon 10:00"), ("Mon 12:00", "reopened", {"details": {"by": "agent"}}),
            taken_out("Mon 12:01", state="resolved"),
        )  # fmt: skip
        assert resolutions(undone) == [(at("Mon 09:00"), "met", ""), (at("Mon 11:00"), "waived", "merge undone")]
        assert (undone.state, undone.resolved_at, undone.resolution_business) == ("resolved", at("Mon 11:00"), 2 * HOUR)

    def test_what_was_answered_meanwhile_stays_answered(self):
        kept = replayed(wrote("Mon 10:00", 1), merged_in("Mon 10:30", "Mon 09:30"), ("Mon 11:00", "replied"))
        undone = replayed(
            wrote("Mon 10:00", 1), merged_in("Mon 10:30", "Mon 09:30"), ("Mon 11:00", "replied"), taken_out("Mon 12:00")
        )
        assert responses(undone) == responses(kept)

    def test_what_was_written_here_since_goes_on_waiting(self):
        undone = replayed(
            wrote("Mon 09:00", 1), ("Mon 09:10", "replied"), merged_in("Mon 10:00", "Mon 09:30"), wrote("Mon 10:15", 2),
            taken_out("Mon 10:30"), until="Mon 10:45",
        )  # fmt: skip
        assert responses(undone)[1] == (at("Mon 10:15"), "running", "", 30 * MINUTE, at("Mon 12:15"), None)


class TestTheSource:
    def test_its_closing_by_the_merge_is_no_resolution_once_undone(self):
        result = replayed(
            wrote("Mon 09:00", 1), ("Mon 10:00", "merged"), ("Mon 10:00", "closed"),
            ("Mon 11:00", "unmerged", {"details": {"state": "new"}}), ("Mon 12:00", "replied"),
            ("Mon 13:00", "resolved"),
        )  # fmt: skip
        assert (result.first_resolved_at, result.first_resolution_business, result.first_response_business) == (
            at("Mon 13:00"),
            4 * HOUR,
            3 * HOUR,
        )

    def test_resolved_before_it_is_resolved_as_it_was(self):
        result = replayed(
            wrote("Mon 09:00", 1), ("Mon 09:30", "resolved"), ("Mon 10:00", "merged"), ("Mon 10:00", "closed"),
            ("Mon 11:00", "unmerged", {"details": {"state": "resolved"}}),
        )  # fmt: skip
        assert (result.state, result.resolved_at, result.excluded) == ("resolved", at("Mon 09:30"), "")


class TestSplitOff:
    def test_with_nobody_left_waiting_the_run_is_waived(self):
        result = replayed(
            wrote("Mon 09:00", 1), ("Mon 09:30", "replied"), wrote("Mon 10:00", 2), split_off("Mon 10:30", 2)
        )
        assert [run[1:3] for run in responses(result)] == [("met", ""), ("waived", "split off")]

    def test_what_remains_goes_on_waiting_from_its_own_time(self):
        result = replayed(wrote("Mon 09:00", 1), wrote("Mon 10:00", 2), split_off("Mon 10:30", 1), until="Mon 10:45")
        assert responses(result) == [(at("Mon 10:00"), "running", "", 45 * MINUTE, at("Mon 12:00"), None)]

    def test_a_target_that_was_missed_stays_missed(self):
        result = replayed(wrote("Mon 09:00", 1), wrote("Mon 12:00", 2), split_off("Mon 12:30", 1), until="Mon 12:45")
        assert [(run[0], run[1], run[5]) for run in responses(result)] == [
            (at("Mon 12:00"), "breached", at("Mon 11:00"))
        ]

    def test_what_was_answered_before_stays_answered(self):
        kept = replayed(wrote("Mon 09:00", 1), ("Mon 10:00", "replied"))
        result = replayed(wrote("Mon 09:00", 1), ("Mon 10:00", "replied"), split_off("Mon 11:00", 1))
        assert responses(result) == responses(kept)
