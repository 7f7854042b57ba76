"""The fields of a policy's form, as they are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

#: Conditions whose values are chosen from all there are; the others are typed.
CHOSEN_FROM = ("channel", "priority", "team")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values of a condition, or one of those who can be told."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ConditionFields:
    """A condition: choices, or a text with commas and what is `known` to go into it."""

    name: str
    label: str
    help: str
    errors: Sequence[str]
    choices: Sequence[Choice] = ()
    text: str = ""
    known: Sequence[tuple[str, str]] = ()

    @property
    def is_text(self) -> bool:
        """True for values that nobody can list."""
        return self.name not in CHOSEN_FROM


@dataclass(frozen=True, slots=True)
class TimeField:
    """The time for one priority; `means` what it says, `due_at` when a mail of now would be due."""

    name: str
    label: str
    value: str
    errors: Sequence[str]
    means: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TargetFields:
    """What is typed for a target."""

    name: str
    label: str
    is_promised: bool
    basis: str
    warn: str
    times: Sequence[TimeField]
    errors: Sequence[str]
    warn_errors: Sequence[str]


@dataclass(frozen=True, slots=True)
class StepFields:
    """What is typed for a step of the escalations; `errors` by field."""

    key: str
    number: int
    when: str
    after: str
    target: str
    webhook: str
    priority: str
    team: str
    agent: str
    by_mail: bool
    roles: Sequence[Choice]
    people: Sequence[Choice]
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def has_people(self) -> bool:
        """True when somebody is chosen by name."""
        return any(one.is_chosen for one in self.people)
