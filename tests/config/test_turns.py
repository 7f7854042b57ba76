"""What comes round: each at an instant of its own, once a round."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from django.conf import settings

from config.turns import Turn

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)


def _turn(at: datetime, offset: float = 3) -> Turn:
    return Turn(12, offset, nowfun=lambda: at)


def test_it_is_due_at_its_instant_of_every_round_and_not_before() -> None:
    ran = MIDNIGHT + timedelta(seconds=3)
    told = [tuple(_turn(ran + timedelta(seconds=later)).is_due(ran)) for later in (0, 11, 12)]
    assert told == [(False, 12.0), (False, 1.0), (True, 12.0)]


def test_one_that_comes_late_is_in_time_again_the_next_time() -> None:
    late = MIDNIGHT + timedelta(seconds=20)
    assert tuple(_turn(late).is_due(MIDNIGHT + timedelta(seconds=3))) == (True, 7.0)
    assert tuple(_turn(late + timedelta(seconds=7)).is_due(late)) == (True, 12.0)


def test_a_beat_that_was_away_makes_up_for_it_once() -> None:
    assert tuple(_turn(MIDNIGHT + timedelta(hours=5)).is_due(MIDNIGHT)) == (True, 3.0)


def test_no_two_sweeps_begin_together() -> None:
    turns = [one["schedule"] for one in settings.CELERY_BEAT_SCHEDULE.values() if isinstance(one["schedule"], Turn)]
    apart = sorted(turn.offset for turn in turns)
    assert len(turns) == 12
    assert {round(later - sooner, 6) for sooner, later in pairwise(apart)} == {round(settings.SWEEP_SECONDS / 12, 6)}
    assert {turn.every for turn in turns} == {settings.SWEEP_SECONDS}


def test_a_beat_keeps_it_in_its_file_and_knows_a_changed_one() -> None:
    kept = pickle.loads(pickle.dumps(Turn(12, 3)))
    assert (kept == Turn(12, 3), kept == Turn(12, 4), kept == Turn(15, 3), hash(kept)) == (
        *(True, False, False),
        hash(Turn(12, 3)),
    )
