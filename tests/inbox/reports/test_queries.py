"""Statistics over a week whose figures were computed by hand."""

from __future__ import annotations

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.reports.figures import Durations, Level, Share
from inbox.reports.queries import levels
from tests.inbox.reports.stories import scope, week

HOUR = 3600


def rounded(durations: Durations) -> tuple:
    """n, median, p90, mean in seconds, and the nulls."""
    return (durations.n, durations.median, durations.p90, durations.mean, durations.nulls)


def test_first_replies_of_a_week(support: Channel, ada: Agent, carl: Agent) -> None:
    week(support, ada, carl)
    level = levels(scope())["first_response"]
    assert (level.share, level.before, rounded(level.durations), level.waived, level.running, level.untargeted) == (
        Share(2, 4),
        Share(1, 1),
        (3, 3 * HOUR, 5.4 * HOUR, 10 / 3 * HOUR, 2),
        1,
        1,
        0,
    )
