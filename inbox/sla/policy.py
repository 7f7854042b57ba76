"""What is promised, and to which ticket: the terms of a policy and the conditions that choose one. Values only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal, TypeVar

PRIORITIES = ("low", "normal", "high", "urgent")
FIELDS = ("channel", "priority", "team", "tag", "segment", "language")

Basis = Literal["business", "calendar"]
Policy = TypeVar("Policy")


class Target(StrEnum):
    """What a clock waits for."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class TargetTerms:
    """How much time a target allows each priority; a priority that is missing has no target.

    `basis` says whether open hours or all time counts. At `warn_share` of the time a warning is due.
    """

    within: Mapping[str, timedelta]
    basis: Basis
    warn_share: float = 0.75

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


def first_match(
    policies: Iterable[tuple[Policy, Iterable[Condition]]], facts: Mapping[str, str | Collection[str]]
) -> tuple[Policy | None, str]:
    """The first policy all of whose conditions hold, and the reason as a sentence for the ticket's log.

    `facts`: field -> the ticket's value, or values (tags, segments). Without a match the policy is None.
    """
    for policy, conditions in policies:
        matched = [(condition.field, condition.matched(facts)) for condition in conditions]
        if not matched:
            return policy, "It applies to every ticket."
        if all(values for _, values in matched):
            because = [f"the {field} is {' and '.join(values)}" for field, values in matched]
            return policy, f"It applies because {', '.join(because)}."
    return None, "The conditions of no policy hold."
