"""Which stories are told, how often, by whom they are answered, and what the inbox looks like at the end."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from random import Random

from inbox.demo.cast import BILLING, EN, HANS, HANT, RU, SHIPPING
from inbox.demo.story import Story
from inbox.demo.texts import STORIES

SHARES = {RU: 0.15, HANS: 0.18, HANT: 0.06}
"""The share of each language; English is the rest."""

_FULL = 300
_SPAM_SHARE = 7 / _FULL
_LABELS_BEFORE = {EN: 13, HANS: 6, RU: 5, HANT: 3}
_LABELS_AFTER = {EN: 10, HANS: 5, RU: 3, HANT: 2}
_OUTAGE = {EN: 7, HANS: 3, RU: 2}


@dataclass(frozen=True, slots=True)
class Slot:
    """How a ticket that is not resolved stands at the end.

    `need` is first (waits for the first reply), next (waits for another), pending or on_hold. Waiting for us is
    measured in minutes `left` of the target (negative: overdue) or as the share `used` of it; pending and on hold
    in opening hours `ago`. `story` names the one that is told, if it must be a certain one.
    """

    agent_key: str
    need: str
    language: str
    left: int | None = None
    used: float = 0.0
    ago: float = 0.0
    urgent: bool = False
    story: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """A story to be told for the `use`-th time by this team and agent; without a slot it comes to its end."""

    story: Story
    use: int
    agent_key: str
    team: str
    slot: Slot | None = None


LEADING_SLOTS = (
    Slot("anna", "first", EN, left=-65, urgent=True, story="hero-api-500"),
    Slot("anna", "next", EN, left=23, story="hero-double-charge"),
    Slot("anna", "first", EN, left=4, story="hero-parcel"),
    Slot("anna", "first", HANS, left=130, story="hero-label-zh"),
    Slot("anna", "pending", RU, ago=2.6, story="hero-exchange-ru"),
    Slot("anna", "next", EN, used=0.3, story="hero-vat"),
)
OTHER_SLOTS = (
    Slot("", "first", EN, left=25, urgent=True),
    Slot("", "first", EN, left=-35),
    Slot("", "first", HANS, used=0.04),
    Slot("", "first", EN, used=0.12),
    Slot("", "first", RU, used=0.2),
    Slot("", "first", EN, used=0.33, story="label-qr-first"),
    Slot("", "first", HANT, used=0.55),
    Slot("anna", "next", RU, used=0.62),
    Slot("anna", "first", EN, used=0.16),
    Slot("anna", "pending", EN, ago=7),
    Slot("anna", "pending", EN, ago=21),
    Slot("anna", "pending", RU, ago=15),
    Slot("anna", "on_hold", RU, ago=12),
    Slot("carl", "first", EN, left=17, urgent=True),
    Slot("carl", "first", EN, used=0.1),
    Slot("carl", "first", RU, used=0.45, story="ru-label-qr"),
    Slot("carl", "first", EN, used=0.58),
    Slot("carl", "next", EN, left=-20),
    Slot("carl", "next", EN, used=0.15),
    Slot("carl", "next", RU, used=0.28),
    Slot("carl", "next", EN, used=0.5),
    Slot("carl", "next", EN, used=0.8),
    *(Slot("carl", "pending", EN, ago=hours) for hours in (1.2, 4, 15, 26)),
    Slot("carl", "pending", EN, ago=9, story="label-qr-elderly"),
    *(Slot("carl", "pending", RU, ago=hours) for hours in (6, 18, 33)),
    *(Slot("carl", "on_hold", EN, ago=hours) for hours in (5, 13, 31)),
    Slot("carl", "on_hold", RU, ago=20),
    Slot("li", "first", HANS, used=0.08),
    Slot("li", "first", EN, used=0.22, story="label-qr-expired"),
    Slot("li", "first", HANS, used=0.4, story="zh-label-qr"),
    Slot("li", "first", HANT, used=0.65),
    Slot("li", "next", HANS, left=-140),
    Slot("li", "next", HANS, used=0.1),
    Slot("li", "next", EN, used=0.25),
    Slot("li", "next", HANT, used=0.42),
    Slot("li", "next", HANS, used=0.7),
    *(Slot("li", "pending", HANS, ago=hours) for hours in (2, 8, 17, 29)),
    *(Slot("li", "pending", HANT, ago=hours) for hours in (5, 23)),
    *(Slot("li", "pending", EN, ago=hours) for hours in (11, 38)),
    *(Slot("li", "on_hold", HANS, ago=hours) for hours in (4, 22)),
    Slot("li", "on_hold", EN, ago=16),
    Slot("li", "on_hold", HANT, ago=10),
)


class _Choice:
    """Picks the story told least so far; remembers how often each was told."""

    def __init__(self, rng: Random) -> None:
        self.told: Counter[str] = Counter()
        self._rng = rng

    def among(self, stories: Iterable[Story]) -> tuple[Story, int]:
        """A story and how many times it was told before, by the number of its wordings."""
        candidates = list(stories)
        weights = [(self.told[story.key] / story.variants, self._rng.random()) for story in candidates]
        story = candidates[weights.index(min(weights))]
        self.told[story.key] += 1
        return story, self.told[story.key] - 1


def cast(tickets: int, rng: Random) -> list[Telling]:
    """What is told, in an order that says nothing about time: exactly `tickets` tellings; ValueError under 60."""
    if tickets < 60:
        raise ValueError("the demo needs at least 60 tickets")
    choice = _Choice(rng)
    by_key = {story.key: story for story in STORIES}
    told = [_slotted(by_key[slot.story], 0, slot) for slot in LEADING_SLOTS]
    told += [_free(story, 0, rng) for story in STORIES if story.customer and story.key not in _led()]
    told += [_live(slot, choice) for slot in _thinned(OTHER_SLOTS, tickets)]
    unwanted = [story for story in STORIES if story.ending == "spam"]
    told += [_free(*choice.among(unwanted), rng) for _ in range(round(tickets * _SPAM_SHARE))]
    for numbers, belongs in (
        (_LABELS_BEFORE, lambda story: story.label_era == "before"),
        (_LABELS_AFTER, lambda story: story.label_era == "after"),
        (_OUTAGE, lambda story: story.in_outage),
    ):
        chosen = [_free(*choice.among(_of(language, belongs)), rng) for language in _scaled(numbers, tickets)]
        # Thanks come from those who complained, so they choose their customers first.
        told += sorted(chosen, key=lambda telling: "praise" not in telling.story.tags)
    used = Counter(telling.story.language for telling in told)
    for language, share in SHARES.items():
        missing = round(tickets * share) - used[language]
        told += [_free(*choice.among(_of(language, _ordinary)), rng) for _ in range(missing)]
    return told + [_free(*choice.among(_of(EN, _ordinary)), rng) for _ in range(tickets - len(told))]


def _led() -> set[str]:
    return {slot.story for slot in LEADING_SLOTS}


def _scaled(numbers: dict[str, int], tickets: int) -> list[str]:
    return [language for language, many in numbers.items() for _ in range(max(1, round(many * tickets / _FULL)))]


def _thinned(slots: tuple[Slot, ...], tickets: int) -> list[Slot]:
    keep = min(len(slots), max(1, round(len(slots) * tickets / _FULL)))
    return [slots[n * len(slots) // keep] for n in range(keep)]


def _ordinary(story: Story) -> bool:
    return not (story.customer or story.label_era or story.in_outage or story.ending != "resolved")


def _of(language: str, belongs: Callable[[Story], bool]) -> list[Story]:
    return [story for story in STORIES if story.language == language and not story.customer and belongs(story)]


def _live(slot: Slot, choice: _Choice) -> Telling:
    wanted = [story for story in STORIES if story.key == slot.story]
    fitting = wanted or [
        story
        for story in _of(slot.language, _ordinary)
        if cut_for(story, slot.need) is not None
        and (story.priority == "urgent") == slot.urgent
        and (not story.speaker or slot.need == "first")
        and _can_have(slot.agent_key, story)
    ]
    story, use = choice.among(fitting)
    return _slotted(story, use, slot)


def _can_have(agent_key: str, story: Story) -> bool:
    if agent_key == "anna":
        return story.team == BILLING or story.language == RU
    return agent_key != "li" or story.team == SHIPPING


def _slotted(story: Story, use: int, slot: Slot) -> Telling:
    team = BILLING if slot.agent_key == "anna" else story.team
    return Telling(story, use, slot.agent_key, team, replace(slot, story=story.key))


def _free(story: Story, use: int, rng: Random) -> Telling:
    if story.language in (HANS, HANT):
        agent_key = "li"
    elif story.speaker or (story.language == RU and story.team == SHIPPING):
        agent_key = "carl"
    elif story.team == SHIPPING:
        agent_key = rng.choice(("carl", "li", "li"))
    else:
        agent_key = rng.choice(("anna", "anna", "carl"))
    return Telling(story, use, agent_key, story.team)


def cut_for(story: Story, need: str) -> int | None:
    """The index of the last turn when a ticket of this story stands as `need` says; None when it never does."""
    turns = story.turns
    last_reply = max((n for n, turn in enumerate(turns) if turn.who == "agent"), default=-1)
    for n, turn in enumerate(turns):
        if need == "first" and n == 0:
            return 0
        if need == "on_hold" and turn.waits_for_others:
            return n
        asks = turn.who == "agent" and not turn.waits_for_others and n < last_reply
        if need == "pending" and asks and turns[n + 1].who == "customer":
            return n
        if need == "next" and 0 < n < last_reply and turn.who == "customer" and not turn.headers:
            return n
    return None
