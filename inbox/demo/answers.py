"""Who answers the survey and what: invitations go out as the product sends them, a third of the people answer."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from inbox.demo.customers import Customer
from inbox.demo.pace import awake
from inbox.demo.steps import AgentReplies, AnswersSurvey, CustomerWrites, Resolves, Step
from inbox.demo.story import Opinion, Story
from inbox.demo.texts.afterthoughts import COMMENTS

DELAY = timedelta(hours=24)
"""From resolution to invitation."""
SPACING = timedelta(days=30)
"""A customer is asked at most once in this time."""

_SHARE, _SHARE_LABEL = 0.25, 0.7
_OWN_WORDS = 0.75
_LIVELY = (5, 5, 5, 5, 5, 4, 4, 4, 3, 2)
_SLOW = (4, 4, 3, 3, 2, 1)


def invitation(steps: tuple[Step, ...], customer: Customer) -> datetime | None:
    """When the first survey about this ticket leaves; None when a reopening or missing reply prevents it."""
    for n, step in enumerate(steps):
        resolves = isinstance(step, Resolves) or (isinstance(step, AgentReplies) and step.then == "resolved")
        later = [other.at for other in steps[n + 1 :] if isinstance(other, CustomerWrites) and not other.headers]
        replied = any(isinstance(other, AgentReplies) for other in steps[: n + 1])
        if resolves and replied and not (later and later[0] < step.at + DELAY):
            return _in_daytime(step.at + DELAY, customer)
    return None


def answer(
    story: Story, given: int, customer: Customer, sent: datetime, slow: bool, rng: Random
) -> AnswersSurvey | None:
    """The answer to an invitation sent at `sent`, if there is one.

    `given` counts earlier answers about the same story, `slow` says the first reply came too late.
    """
    certain = bool(story.customer and story.opinions)
    if not certain and rng.random() > (_SHARE_LABEL if story.label_era else _SHARE):
        return None
    about_story = certain or bool(story.label_era) or story.in_outage
    own = bool(story.opinions) and (about_story or (not slow and rng.random() < _OWN_WORDS))
    ease = rng.choice(_SLOW if slow else _LIVELY)
    opinion = Opinion(ease, rng.choice(COMMENTS[customer.language][ease]))
    if own:
        opinion = story.opinions[given % len(story.opinions)]
        opinion = replace(opinion, comment="") if given >= len(story.opinions) else opinion
    waited = timedelta(seconds=round(3600 * min(70.0, 2.5 * rng.lognormvariate(0, 1.2) + 0.1)))
    at = awake(sent + waited, customer, rng).replace(microsecond=0)
    return AnswersSurvey(at, at - sent, opinion.ease, opinion.comment, customer.language)


def _in_daytime(at: datetime, customer: Customer) -> datetime:
    local = at.astimezone(ZoneInfo(customer.time_zone))
    if 9 <= local.hour < 20:
        return at
    day = local.date() + timedelta(days=1 if local.hour >= 20 else 0)
    return datetime.combine(day, time(9), local.tzinfo).astimezone(UTC)


def spaced(sent: datetime, earlier: Iterable[datetime]) -> bool:
    """Whether the customer was not asked within the spacing before `sent`."""
    return all(sent - other >= SPACING for other in earlier)
