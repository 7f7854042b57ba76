"""The greeter's dialogue to walk through on its settings page: what it says, and where each press leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from inbox.chats.flow_enums import FlowKind, RunEnd
from inbox.chats.flow_words import labels_of, last_words, pressed_by, speaking, step_words
from inbox.chats.script import Outcome, Said, Script, Step, Typed, next_step
from inbox.common import tokens

#: Presses that a walk remembers.
LONGEST = 30
_PURPOSE = "greeter walk"


@dataclass(frozen=True, slots=True)
class Bubble:
    """Something said; `is_ours` by the bot."""

    text: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What the visitor can do now, and the walk it makes."""

    label: str
    walk: str


@dataclass(frozen=True, slots=True)
class Walk:
    """The dialogue so far; `is_over` when a person has it."""

    bubbles: Sequence[Bubble]
    choices: Sequence[Choice]
    is_over: bool


def walk_of(script: Script, steps: str, *wanted: str) -> Walk:
    """The dialogue after these presses, as the page's address holds them: numbers of buttons, `t` for an answer."""
    with speaking(*wanted):
        return _walked(script, [one for one in steps.split(".") if one][:LONGEST], wanted)


def _walked(script: Script, taken: list[str], wanted: Sequence[str]) -> Walk:
    if not script.steps:
        return Walk([], [], is_over=False)
    step: Step = script.steps[0]
    bubbles, done = [_ours(step, wanted)], list[str]()
    for one in taken:
        said = _said(one)
        label = dict(_ways(step, wanted)).get(one)
        if said is None or label is None:
            break
        bubbles.append(Bubble(label, is_ours=False))
        done.append(one)
        outcome = (
            Outcome(step=_after_answer(script, step)) if isinstance(said, Typed) else next_step(script, step, said)
        )
        if outcome.step is None:
            bubbles.append(Bubble(_last(script, outcome, wanted), is_ours=True))
            return Walk(bubbles, [], is_over=True)
        step = outcome.step
        bubbles.append(_ours(step, wanted))
    choices = [Choice(label, ".".join([*done, one])) for one, label in _ways(step, wanted)]
    return Walk(bubbles, choices, is_over=False)


def _ways(step: Step, wanted: Sequence[str]) -> list[tuple[str, str]]:
    typed = [("t", _("(the visitor answers)"))] if step.kind == FlowKind.ASK else []
    return typed + [(str(number), label or "–") for number, label in labels_of(step, *wanted)]


def _said(one: str) -> Said | None:
    if one == "t":
        return Typed("")
    known = one.isascii() and one.isdigit() and len(one) < 18
    return pressed_by(_PURPOSE, tokens.sign(_PURPOSE, int(one))) if known else None


def _after_answer(script: Script, step: Step) -> Step | None:
    found = script.step(step.next)
    return None if found is None or found.kind == FlowKind.PERSON else found


def _last(script: Script, outcome: Outcome, wanted: Sequence[str]) -> str:
    return last_words(script, outcome.why or RunEnd.SCRIPT, *wanted, is_open=True)


def _ours(step: Step, wanted: Sequence[str]) -> Bubble:
    return Bubble(step_words(step, *wanted) or "–", is_ours=True)
