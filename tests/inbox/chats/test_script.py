"""The greeter's script by itself: whatever is said, it waits, goes on or hands over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from inbox.chats.flow_enums import FlowAsks, FlowKind, RunEnd
from inbox.chats.flow_words import labels_of, pressed_by
from inbox.chats.script import (
    MOST_TRIES,
    Helped,
    Option,
    Outcome,
    Pressed,
    Said,
    Script,
    Step,
    Typed,
    Wished,
    next_step,
    told,
)
from inbox.common import tokens

_KEYS = some.sampled_from(["a", "b", "c", "d", "gone"])
_WAYS = some.none() | _KEYS


@some.composite
def _steps(draw: some.DrawFn, key: str) -> Step:
    kind = draw(some.sampled_from(FlowKind))
    options = tuple(Option(number, {"en": f"To {number}"}, draw(_WAYS)) for number in range(draw(some.integers(0, 3))))
    asks = draw(some.sampled_from(FlowAsks)) if kind == FlowKind.ASK else None
    return Step(key, kind, {"en": key}, asks, options if kind == FlowKind.BUTTONS else (), draw(_WAYS))


_SCRIPTS = some.tuples(*[_steps(key) for key in "abcd"]).map(Script)
_SAID: some.SearchStrategy[Said] = some.one_of(
    some.text(max_size=40).map(Typed),
    some.sampled_from(["1007", "mia@x.example", "Mia", "To 1"]).map(Typed),
    some.integers(0, 4).map(Pressed),
    some.booleans().map(Helped),
    some.just(Wished()),
)


@given(script=_SCRIPTS, at=some.sampled_from("abcd"), said=_SAID, tries=some.integers(0, 3))
def test_whatever_is_said_it_waits_at_a_step_or_hands_over(script: Script, at: str, said: Said, tries: int) -> None:
    step = script.step(at)
    assert step
    outcome = next_step(script, step, said, tries=tries)
    assert (outcome.step is None) == (outcome.why is not None)
    assert outcome.step is None or outcome.step.kind != FlowKind.PERSON
    assert not outcome.is_asked_again or (outcome.step == step and tries + 1 < MOST_TRIES)


@given(script=_SCRIPTS, at=some.sampled_from("abcd"))
def test_a_person_is_reached_from_every_step(script: Script, at: str) -> None:
    step = script.step(at)
    assert step
    ways = [pressed_by("x", tokens.sign("x", number)) for number, _label in labels_of(step, "en")]
    assert Wished() in ways
    assert next_step(script, step, Wished()) == Outcome(why=RunEnd.WISHED)


@given(script=_SCRIPTS)
def test_a_script_that_leads_to_a_person_ends_by_its_own_buttons(script: Script) -> None:
    for key in script.reached:
        step, seen = script.step(key), set()
        assert step
        ahead, ends = [step], False
        while ahead and not ends:
            here = ahead.pop()
            seen.add(here.key)
            ends = here.kind == FlowKind.PERSON
            for said in (
                *(Pressed(one.id) for one in here.options),
                Helped(False),
                Typed("1007"),
                Typed("a@b.example"),
            ):
                outcome = next_step(script, here, said)
                ends = ends or outcome.why == RunEnd.SCRIPT
                if outcome.step and outcome.step.key not in seen:
                    ahead.append(outcome.step)
        if script.leads_to_a_person(key) and not any(one.asks == FlowAsks.NAME for one in script.steps):
            assert ends


@pytest.mark.parametrize(
    ("asks", "text", "found"),
    [
        (FlowAsks.ORDER, "1007", "1007"),
        (FlowAsks.ORDER, "it's #NS-1007.", "#NS-1007"),
        (FlowAsks.ORDER, "我的订单号是1007", "1007"),
        (FlowAsks.ORDER, "I have no idea", ""),
        (FlowAsks.ORDER, "1007 or 1008", ""),
        (FlowAsks.ORDER, "my shoes of size 42 came with a hole in the left one and I am angry", ""),
        (FlowAsks.EMAIL, "it is <mia@example.com>.", "mia@example.com"),
        (FlowAsks.EMAIL, "mia at example", ""),
        (FlowAsks.NAME, "Mia Holm", "Mia Holm"),
        (FlowAsks.NAME, "why?", ""),
        (FlowAsks.TEXT, " The left shoe squeaks ", "The left shoe squeaks"),
        (FlowAsks.TEXT, "  ", ""),
    ],
)
def test_what_was_asked_for_is_found_in_what_people_write(asks: FlowAsks, text: str, found: str) -> None:
    assert told(asks, text) == found


@given(asks=some.sampled_from(FlowAsks), text=some.text(max_size=300))
def test_any_text_can_be_asked(asks: FlowAsks, text: str) -> None:
    assert told(asks, text) in ("", text.strip()) or told(asks, text) in " ".join(text.split())


def test_who_types_a_button_presses_it() -> None:
    step = Step("a", FlowKind.BUTTONS, {"en": "?"}, None, (Option(1, {"en": "Returns", "ru": "Возврат"}, "b"),))
    script = Script((step, Step("b", FlowKind.ANSWER, {"en": "So."})))
    assert [next_step(script, step, Typed(text)).why for text in ("returns ", "ВОЗВРАТ", "return")] == [
        None,
        None,
        RunEnd.TYPED,
    ]
