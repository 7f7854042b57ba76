"""A greeter to talk with: what is it about, which order, did that help."""

from __future__ import annotations

from inbox.channels.models import Channel
from inbox.chats.flow_enums import FlowAsks, FlowKind, FlowStart
from inbox.chats.flow_models import Flow, FlowOption, FlowOptionText, FlowStep, FlowStepText


def greeter(channel: Channel, *, starts: FlowStart = FlowStart.BEFORE) -> Flow:
    """Buttons, a question and an answer, all in English, the first words in Russian as well."""
    flow = Flow.objects.create(channel=channel, is_active=True, starts=starts)
    about = step(flow, "about", FlowKind.BUTTONS, "What is it about?")
    order = step(flow, "order", FlowKind.ASK, "Which order?", asks=FlowAsks.ORDER)
    returns = step(flow, "returns", FlowKind.ANSWER, "Send it back within 30 days.")
    FlowStepText.objects.create(step=about, language="ru", text="О чём речь?")
    for number, (label, goes_on) in enumerate([("My order", order), ("Returns", returns)]):
        option = FlowOption.objects.create(step=about, position=number, next=goes_on)
        FlowOptionText.objects.create(option=option, language="en", label=label)
    return flow


def step(flow: Flow, key: str, kind: FlowKind, text: str, *, asks: str = "") -> FlowStep:
    """One more step."""
    made = FlowStep.objects.create(flow=flow, key=key, kind=kind, asks=asks, position=flow.steps.count())
    FlowStepText.objects.create(step=made, language="en", text=text)
    return made
