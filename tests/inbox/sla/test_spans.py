from inbox.sla.policy import TargetTerms
from inbox.sla.replay import explain, replay
from inbox.sla.spans import counted
from tests.inbox.sla.logs import HOUR, OFFICE, at, story, terms


def told(run):
    return [
        (span.start, span.end, span.counted, span.reason, span.started_by, span.stopped_by)
        for span in explain(run, OFFICE)
    ]


def test_a_figure_opens_to_what_was_counted_and_what_was_not():
    events = story(
        ("Mon 16:00", "created"),
        ("Mon 16:00", "received"),
        ("Tue 10:00", "prioritized", {"priority": "high"}),
        ("Tue 11:00", "pended"),
        ("Wed 18:00", "opened"),
        ("Thu 09:30", "resolved"),
    )
    run = replay(events, terms(resolution=8 * HOUR), OFFICE).runs[0]
    assert told(run) == [
        (at("Mon 16:00"), at("Mon 17:00"), True, "open", 2, None),
        (at("Mon 17:00"), at("Tue 09:00"), False, "closed hours", None, None),
        (at("Tue 09:00"), at("Tue 10:00"), True, "open", None, 3),
        (at("Tue 10:00"), at("Tue 11:00"), True, "open", 3, 4),
        (at("Tue 11:00"), at("Wed 18:00"), False, "pending", 4, 5),
        (at("Wed 18:00"), at("Thu 09:00"), False, "closed hours", 5, None),
        (at("Thu 09:00"), at("Thu 09:30"), True, "open", None, 6),
    ]
    assert counted(explain(run, OFFICE)) == run.used == 3.5 * HOUR


def test_on_hold_has_its_own_reason():
    events = story(
        ("Mon 10:00", "created"), ("Mon 10:00", "received"), ("Mon 11:00", "held"), ("Mon 12:00", "resolved")
    )
    run = replay(events, terms(pause_on_hold=True, resolution=8 * HOUR), OFFICE).runs[0]
    assert [span[2:4] for span in told(run)] == [(True, "open"), (False, "on hold")]


def test_calendar_time_counts_through_the_night():
    events = story(("Mon 16:00", "created"), ("Mon 16:00", "received"), ("Tue 10:00", "replied"))
    policy = terms(first_response=TargetTerms({"normal": HOUR}, "calendar"))
    run = replay(events, policy, OFFICE).first_response
    assert told(run) == [(at("Mon 16:00"), at("Tue 10:00"), True, "open", 2, 3)]


def test_a_run_that_lasts_has_an_open_end_or_ends_where_it_was_asked():
    events = story(("Mon 16:00", "created"), ("Mon 16:00", "received"))
    lasting = replay(events, terms(), OFFICE).first_response
    asked = replay(events, terms(), OFFICE, until=at("Mon 18:00")).first_response
    assert (told(lasting), told(asked)) == (
        [(at("Mon 16:00"), None, True, "open", 2, None)],
        [
            (at("Mon 16:00"), at("Mon 17:00"), True, "open", 2, None),
            (at("Mon 17:00"), at("Mon 18:00"), False, "closed hours", None, None),
        ],
    )
