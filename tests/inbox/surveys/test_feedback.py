"""An agent's own scores: answers to his work, with how sure they are."""

from __future__ import annotations

from inbox.surveys.actions import answer
from inbox.surveys.feedback import answers_to, own_scores
from tests import cast
from tests.inbox.follow_ups.stories import ASKED, invited
from tests.inbox.surveys.stories import DAY, HOUR


def test_scores_are_of_ones_own_answers_since_then_with_their_number_and_interval(company: None) -> None:
    ada, carl = cast.ada(), cast.carl()
    for number, score, by in ((1, 5, ada), (2, 3, ada), (3, 1, carl)):
        answer(invited(number=number, by=by), score, at=ASKED + number * HOUR)
    own, later = own_scores(ada, ASKED), own_scores(ada, ASKED + DAY)
    assert own.ease is not None
    assert (
        [one.score for one in answers_to(ada)],
        (own.ease.estimate, own.ease_n, own.ease.low, own.ease.high),
        (own.good, own.good_n),
        (later.ease, later.ease_n),
    ) == ([3, 5], (75.0, 2, 0.0, 100.0), (None, 0), (None, 0))
