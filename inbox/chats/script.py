"""The greeter's script as plain values: what it says at a step, and where what a visitor says leads.

Nothing here reads or writes anything. Each step but the last waits for the visitor, so a script never runs by itself;
from each a person can be reached, whatever its author wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from inbox.chats.flow_enums import FlowAsks, FlowKind, RunEnd
from inbox.common.text import one_line

#: Answers that could not be what was asked for, after which a person takes over.
MOST_TRIES = 2
_MOST_WORDS = 8
_MOST_CHARACTERS = 120
_TOKEN = re.compile(r"[#A-Za-z0-9][A-Za-z0-9/_-]*")


@dataclass(frozen=True, slots=True)
class Option:
    """A button: its labels by language, and the key of the step it leads to (None: to a person)."""

    id: int
    labels: Mapping[str, str]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What is said, by language, and what follows."""

    key: str
    kind: FlowKind
    texts: Mapping[str, str] = field(default_factory=dict)
    asks: FlowAsks | None = None
    options: tuple[Option, ...] = ()
    next: str | None = None

    @property
    def ways(self) -> tuple[str | None, ...]:
        """Where its author lets it go on."""
        if self.kind == FlowKind.PERSON:
            return (None,)
        return tuple(option.next for option in self.options) if self.kind == FlowKind.BUTTONS else (self.next,)


@dataclass(frozen=True, slots=True)
class Script:
    """Steps in the order in which the editor shows them; the first begins."""

    steps: tuple[Step, ...]

    def step(self, key: str | None) -> Step | None:
        """The step of this key."""
        return next((one for one in self.steps if one.key == key), None)

    @property
    def reached(self) -> set[str]:
        """Keys of the steps that a visitor can come to."""
        return set(self._walk(self.steps[0].key)) if self.steps else set()

    def leads_to_a_person(self, key: str) -> bool:
        """Whether a way that the author laid leads from this step to a person."""
        return any(None in step.ways for one in self._walk(key) if (step := self.step(one)))

    def _walk(self, key: str) -> Iterator[str]:
        seen, ahead = {key}, [key]
        while ahead:
            step = self.step(ahead.pop())
            if step is None:
                continue
            yield step.key
            for way in step.ways:
                if way is not None and way not in seen:
                    seen.add(way)
                    ahead.append(way)


@dataclass(frozen=True, slots=True)
class Typed:
    """What the visitor wrote."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """The button of the script that he pressed."""

    option: int


@dataclass(frozen=True, slots=True)
class Wished:
    """He asked for a person."""


@dataclass(frozen=True, slots=True)
class Helped:
    """He said whether an answer helped."""

    yes: bool


Said = Typed | Pressed | Wished | Helped


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the script stands now: at `step`, or over because of `why`.

    `learnt`: what the visitor told, tidied. With `is_asked_again` the step's question was not understood and stays.
    """

    step: Step | None = None
    why: RunEnd | None = None
    learnt: str = ""
    is_asked_again: bool = False


def next_step(script: Script, at: Step, said: Said, *, tries: int = 0) -> Outcome:
    """What follows from what a visitor said at a step, after `tries` answers to it that were not understood."""
    if isinstance(said, Typed):
        said = _meant(at, said)
    if isinstance(said, Wished):
        return Outcome(why=RunEnd.WISHED)
    if isinstance(said, Pressed):
        option = next((one for one in at.options if one.id == said.option), None)
        if at.kind != FlowKind.BUTTONS or option is None:
            return Outcome(why=RunEnd.CHANGED)
        return _on(script, option.next)
    if isinstance(said, Helped):
        if at.kind != FlowKind.ANSWER:
            return Outcome(why=RunEnd.CHANGED)
        return Outcome(why=RunEnd.HELPED) if said.yes else _on(script, at.next)
    if at.kind != FlowKind.ASK or at.asks is None or not said.text.strip():
        return Outcome(why=RunEnd.TYPED)
    found = told(at.asks, said.text)
    if found:
        return _on(script, at.next, learnt=found)
    if tries + 1 >= MOST_TRIES:
        return Outcome(why=RunEnd.MISTAKEN)
    return Outcome(step=at, is_asked_again=True)


def _on(script: Script, key: str | None, learnt: str = "") -> Outcome:
    step = script.step(key)
    if step is None or step.kind == FlowKind.PERSON:
        return Outcome(why=RunEnd.SCRIPT, learnt=learnt)
    return Outcome(step=step, learnt=learnt)


def _meant(at: Step, said: Typed) -> Said:
    """Who types what stands on a button means the button."""
    words = said.text.strip().casefold()
    for option in at.options:
        if words in {label.strip().casefold() for label in option.labels.values()}:
            return Pressed(option.id)
    return said


def told(asks: FlowAsks, text: str) -> str:
    """What was asked for, as far as the text holds it; "" where it does not."""
    text = text.strip()
    if asks == FlowAsks.TEXT:
        return text
    line = one_line(text, _MOST_CHARACTERS + 1)
    if len(line) > _MOST_CHARACTERS:
        return ""
    if asks == FlowAsks.EMAIL:
        found = [word.strip("<>()[],;:.\"'") for word in line.split() if "@" in word]
        return found[0] if len(found) == 1 and _is_address(found[0]) else ""
    words = line.split()
    if len(words) > _MOST_WORDS:
        return ""
    if asks == FlowAsks.NAME:
        is_name = any(one.isalpha() for one in line) and not any(one.isdigit() or one in "@?/" for one in line)
        return line[:80] if is_name else ""
    numbers = [one for one in _TOKEN.findall(line) if sum(letter.isdigit() for letter in one) >= 2]
    return numbers[0] if len(numbers) == 1 else ""


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
