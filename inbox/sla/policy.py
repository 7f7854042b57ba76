"""What is promised, and to which ticket: the terms of a policy and the conditions that choose one. Values only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Literal, TypeVar

from inbox.sla.wallclock import ticks_in

PRIORITIES = ("low", "normal", "high", "urgent")
FIELDS = ("channel", "priority", "team", "tag", "segment", "language")

Basis = Literal["business", "calendar"]
Policy = TypeVar("Policy")


class Target(StrEnum):
    """What a clock waits for."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"

    # Terms are looked up by target with every clock: the enumeration's own way of hashing is slow.
    __hash__ = str.__hash__


#: The targets whose clocks wait for an answer.
RESPONSES = (Target.FIRST_RESPONSE, Target.NEXT_RESPONSE)


@dataclass(frozen=True, slots=True)
class TargetTerms:
    """How much time a target allows each priority; a priority that is missing has no target.

    `basis` says whether open hours or all time counts. At `warn_share` of the time a warning is due. `goals` has of
    each priority the time it is allowed and the time after which it is warned, in ticks.
    """

    within: Mapping[str, timedelta]
    basis: Basis
    warn_share: float = 0.75
    goals: Mapping[str, tuple[int, int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for priority, within in self.within.items():
            if priority not in PRIORITIES:
                raise ValueError(f"there is no priority {priority!r}; priorities are {', '.join(PRIORITIES)}")
            if within <= timedelta(0):
                raise ValueError(f"the time allowed to {priority} is longer than nothing, not {within}")
        if self.basis not in ("business", "calendar"):
            raise ValueError(f"a target runs on business or calendar time, not on {self.basis!r}")
        if not 0 < self.warn_share <= 1:
            raise ValueError(f"a warning comes after a share of 0 to 1, not {self.warn_share}")
        goals = {name: (ticks_in(within), ticks_in(within * self.warn_share)) for name, within in self.within.items()}
        object.__setattr__(self, "goals", goals)


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """One version of a policy, in force unchanged for every ticket that got it.

    Resolution always pauses while we wait for the customer (pending); with `pause_on_hold` also while we wait
    for a third party. Responses never pause.
    """

    id: int
    name: str
    targets: Mapping[Target, TargetTerms]
    pause_on_hold: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when the ticket's `field` has one of the `values`; case does not matter.

    A language also stands for its regions ("pt" for "pt-BR"; basic filtering of RFC 4647).
    """

    field: str
    values: Collection[str]

    def __post_init__(self) -> None:
        if self.field not in FIELDS:
            raise ValueError(f"there is no condition on {self.field!r}; conditions are on {', '.join(FIELDS)}")
        if isinstance(self.values, str) or not self.values:
            raise ValueError(f"a condition on {self.field} needs a list of values, not {self.values!r}")

    def matched(self, facts: Mapping[str, str | Collection[str]]) -> list[str]:
        """The ticket's own values that fulfil the condition, sorted; empty when it does not hold."""
        fact = facts.get(self.field, ())
        wanted = {value.casefold() for value in self.values}
        return sorted(value for value in ((fact,) if isinstance(fact, str) else fact) if self._accepts(value, wanted))

    def _accepts(self, value: str, wanted: set[str]) -> bool:
        folded = value.casefold()
        if self.field == "language":
            return any(folded == tag or folded.startswith(f"{tag}-") for tag in wanted)
        return folded in wanted


#: Why a policy was chosen: each condition's field with the ticket's own values that fulfil it. Nothing for "always".
Because = list[tuple[str, list[str]]]


def match(
    policies: Iterable[tuple[Policy, Iterable[Condition]]], facts: Mapping[str, str | Collection[str]]
) -> tuple[Policy | None, Because]:
    """The first policy all of whose conditions hold, and why it does.

    `facts`: field -> the ticket's value, or values (tags, segments). Without a match the policy is None.
    """
    for policy, conditions in policies:
        because = [(condition.field, condition.matched(facts)) for condition in conditions]
        if all(values for _, values in because):
            return policy, because
    return None, []


def reason(because: Because) -> str:
    """Why a policy was chosen, as a sentence for the ticket's log."""
    if not because:
        return "It applies to every ticket."
    parts = (f"the {field} is {' and '.join(values)}" for field, values in because)
    return f"It applies because {', '.join(parts)}."


def first_match(
    policies: Iterable[tuple[Policy, Iterable[Condition]]], facts: Mapping[str, str | Collection[str]]
) -> tuple[Policy | None, str]:
    """As `match`, with the reason as a sentence."""
    policy, because = match(policies, facts)
    return policy, "The conditions of no policy hold." if policy is None else reason(because)
