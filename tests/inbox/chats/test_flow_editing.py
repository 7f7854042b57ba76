"""Writing the greeter's script: what is on never leaves a visitor stuck."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inbox.agents.actions import NotAllowed
from inbox.chats.examples import demo_flow, demo_rule
from inbox.chats.flow_editing import (
    Button,
    InvalidFlow,
    StepDraft,
    add_step,
    edit_step,
    move_step,
    problems,
    remove_step,
    set_flow,
    unreached,
)
from inbox.chats.flow_enums import FlowStart, FlowWhen
from inbox.chats.flow_models import Flow, FlowStep
from inbox.chats.flow_queries import flow_of, script_of
from tests import cast
from tests.inbox.chats.flows_cast import greeter

pytestmark = pytest.mark.django_db
_ON = {"is_active": True, "when": FlowWhen.ALWAYS, "starts": FlowStart.BEFORE}


def test_the_example_can_be_switched_on_as_it_is(company: None) -> None:
    flow = flow_of(demo_flow(cast.shop_chat()).channel_id)
    assert flow
    first = script_of(flow).steps[0]
    rule = demo_rule(cast.shop_chat(), author=cast.ada())
    assert (problems(flow), unreached(flow), first.texts["en"][:12], [one.next for one in first.options]) == (
        [],
        [],
        "What can we ",
        ["order", "returns", "sizes", "matter"],
    )
    assert (rule.is_active, rule.texts.get(language="en").text[:6]) == (True, "Hello!")


def test_an_empty_script_is_not_switched_on(company: None) -> None:
    with pytest.raises(InvalidFlow, match="Add a first step"):
        set_flow(cast.shop_chat(), **_ON, by=cast.maja())
    assert not Flow.objects.filter(is_active=True).exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"texts": {"ru": "Что?"}}, "“about” says nothing in English: write what the bot says there."),
        ({"buttons": ()}, "“about” has no buttons: add one, or remove the step."),
        (
            {"buttons": (Button({"ru": "Заказ"}, "order"),)},
            "A button of “about” has no label in English: write one.",
        ),
        (
            {"buttons": (Button({"en": "Again"}, "about"),)},
            "From “about” no way leads on to a person: let one of the steps after it hand over.",
        ),
    ],
)
def test_what_would_leave_visitors_stuck_is_refused_and_nothing_changes(
    company: None, change: dict[str, object], sentence: str
) -> None:
    flow = greeter(cast.shop_chat())
    before = script_of(flow_of(flow.channel_id) or flow)
    draft = StepDraft("about", {"en": "What?"}, buttons=(Button({"en": "My order"}, "order"),))
    with pytest.raises(InvalidFlow) as refused:
        edit_step(flow.steps.get(key="about"), replace(draft, **change), by=cast.maja())  # type: ignore[arg-type]
    assert (refused.value.errors[""], script_of(flow_of(flow.channel_id) or flow)) == ([sentence], before)


def test_in_the_empty_chat_only_buttons_begin(company: None) -> None:
    flow = greeter(cast.shop_chat())
    with pytest.raises(InvalidFlow, match="only buttons"):
        move_step(flow.steps.get(key="about"), 1, by=cast.maja())
    assert [one.key for one in flow.steps.all()] == ["about", "order", "returns"]


def test_buttons_are_changed_added_and_removed_and_keep_their_places(company: None) -> None:
    flow = greeter(cast.shop_chat())
    about = flow.steps.get(key="about")
    order = about.options.get(next__key="order")
    buttons = (Button({"en": "Something else"}), Button({"en": "Order", "ru": "Заказ"}, "order", order.pk))
    edit_step(about, StepDraft("About it", {"en": "What?"}, buttons=buttons), by=cast.maja())
    options = [(one.pk == order.pk, one.next and one.next.key) for one in about.options.select_related("next")]
    assert (about.key, options) == ("about-it", [(False, None), (True, "order")])


def test_what_led_to_a_removed_step_hands_over(company: None) -> None:
    flow = greeter(cast.shop_chat())
    remove_step(flow.steps.get(key="order"), by=cast.maja())
    script = script_of(flow_of(flow.channel_id) or flow)
    assert [one.next for one in script.steps[0].options] == [None, "returns"]


def test_a_new_step_waits_until_something_leads_to_it(company: None) -> None:
    flow = greeter(cast.shop_chat())
    made = add_step(flow.channel, "ask", by=cast.maja())
    assert (made.key, unreached(flow_of(flow.channel_id) or flow)) == ("ask-1", ["ask-1"])


def test_names_lengths_and_ways_are_checked(company: None) -> None:
    flow = greeter(cast.shop_chat())
    step = flow.steps.get(key="order")
    draft = StepDraft("returns", {"en": "x" * 1001}, asks="shoe", next="gone")
    with pytest.raises(InvalidFlow) as refused:
        edit_step(step, draft, by=cast.maja())
    assert sorted(refused.value.errors) == ["asks", "key", "next", "text-en"]


def test_only_admins_write_it(company: None) -> None:
    with pytest.raises(NotAllowed):
        add_step(cast.shop_chat(), "ask", by=cast.ada())
    assert not FlowStep.objects.exists()
