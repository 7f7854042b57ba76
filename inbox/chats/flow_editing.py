"""The verbs by which a greeter is written. What is on is never left in a state in which a visitor would be stuck."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.chats.flow_enums import FlowAsks, FlowKind, FlowStart, FlowWhen
from inbox.chats.flow_models import Flow, FlowOption, FlowOptionText, FlowStep, FlowStepText
from inbox.chats.flow_queries import flow_of, script_of
from inbox.chats.script import Script, Step
from inbox.chats.settings import needs_admin
from inbox.common.text import one_line, storable
from inbox.tickets.changes import System

MOST_STEPS = 40
MOST_OPTIONS = 8
MOST_TEXT = 1000
MOST_LABEL = 80


class InvalidFlow(ValueError):
    """What can't be stored; `errors` are sentences by the name of what is wrong, "" for the script as a whole."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(sentence for said in errors.values() for sentence in said))
        self.errors = {name: list(said) for name, said in errors.items()}


@dataclass(frozen=True, slots=True)
class Button:
    """A button as it should be: `id` None is a new one, `next` the key of a step, labels by language."""

    labels: Mapping[str, str]
    next: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step as it should be. `next` is the key of another, "" hands over."""

    key: str
    texts: Mapping[str, str]
    asks: str = ""
    next: str = ""
    buttons: Sequence[Button] = field(default_factory=tuple)


def problems(flow: Flow) -> list[str]:
    """What keeps a script from being switched on, as sentences that say what to do."""
    script, language = script_of(flow), flow.channel.language
    if not script.steps:
        return [_("Add a first step: what should the bot offer or ask?")]
    reached = script.reached
    found = []
    if flow.starts == FlowStart.BEFORE and script.steps[0].kind != FlowKind.BUTTONS:
        found.append(
            _("In the empty chat only buttons can stand: let the first step offer some, or let the bot begin later.")
        )
    for step in script.steps:
        if step.key in reached:
            found += _problems_of(script, step, language)
    return found


def unreached(flow: Flow) -> list[str]:
    """Keys of the steps that nothing leads to."""
    script = script_of(flow)
    reached = script.reached
    return [step.key for step in script.steps if step.key not in reached]


def _problems_of(script: Script, step: Step, language: str) -> Iterator[str]:
    about = {"step": step.key, "language": dict(settings.LANGUAGES).get(language, language)}
    if not step.texts.get(language) and step.kind != FlowKind.PERSON:
        yield _("“%(step)s” says nothing in %(language)s: write what the bot says there.") % about
    if step.kind == FlowKind.BUTTONS and not step.options:
        yield _("“%(step)s” has no buttons: add one, or remove the step.") % about
    if any(not one.labels.get(language, "").strip() for one in step.options):
        yield _("A button of “%(step)s” has no label in %(language)s: write one.") % about
    if step.ways and not script.leads_to_a_person(step.key):
        yield _("From “%(step)s” no way leads on to a person: let one of the steps after it hand over.") % about


def set_flow(channel: Channel, *, is_active: bool, when: str, starts: str, by: Agent | System) -> Flow:
    """Switch the greeter on or off, and say when and how it begins. Raises `InvalidFlow`, and then changes nothing."""
    if when not in FlowWhen.values or starts not in FlowStart.values:
        raise InvalidFlow({"when": [_("Choose one of them.")]})
    with _editing(channel, by) as flow:
        flow.is_active, flow.when, flow.starts = is_active, when, starts
        flow.save(update_fields=["is_active", "when", "starts"])
    return flow


def add_step(channel: Channel, kind: str, *, by: Agent | System) -> FlowStep:
    """Add a step behind the others; nothing leads to it yet."""
    if kind not in FlowKind.values:
        raise InvalidFlow({"": [_("There is no such step.")]})
    with _editing(channel, by) as flow:
        keys = set(flow.steps.values_list("key", flat=True))
        if len(keys) >= MOST_STEPS:
            raise InvalidFlow({"": [_("A script has at most %(count)s steps.") % {"count": MOST_STEPS}]})
        key = next(one for number in range(1, MOST_STEPS + 2) if (one := f"{kind}-{number}") not in keys)
        last = flow.steps.order_by("-position").values_list("position", flat=True).first()
        return FlowStep.objects.create(
            flow=flow,
            key=key,
            kind=kind,
            asks=FlowAsks.ORDER if kind == FlowKind.ASK else "",
            position=0 if last is None else last + 1,
        )


def edit_step(step: FlowStep, draft: StepDraft, *, by: Agent | System) -> FlowStep:
    """Change what a step says, asks for and leads to. Buttons that are not named are removed. Raises `InvalidFlow`."""
    with _editing(step.flow.channel, by) as flow:
        steps = {one.key: one for one in flow.steps.all()}
        key = slugify(draft.key)[:40]
        _check(step, draft, key, steps)
        step.key = key
        step.asks = draft.asks if step.kind == FlowKind.ASK else ""
        step.next = steps.get(draft.next) if step.kind in (FlowKind.ASK, FlowKind.ANSWER) else None
        step.save(update_fields=["key", "asks", "next"])
        step.texts.all().delete()
        FlowStepText.objects.bulk_create(
            FlowStepText(step=step, language=language, text=text.strip())
            for language, text in draft.texts.items()
            if text.strip()
        )
        if step.kind == FlowKind.BUTTONS:
            _put_buttons(step, draft.buttons, steps)
    return step


def move_step(step: FlowStep, places: int, *, by: Agent | System) -> None:
    """Put a step earlier (negative) or later in the list; the first one begins."""
    with _editing(step.flow.channel, by) as flow:
        steps = list(flow.steps.all())
        at = next(number for number, one in enumerate(steps) if one.pk == step.pk)
        steps.insert(max(0, min(len(steps) - 1, at + places)), steps.pop(at))
        for number, one in enumerate(steps):
            one.position = number
        FlowStep.objects.bulk_update(steps, ["position"])


def remove_step(step: FlowStep, *, by: Agent | System) -> None:
    """Remove a step; what led to it hands over to a person from now on."""
    with _editing(step.flow.channel, by):
        step.delete()


@contextmanager
def _editing(channel: Channel, by: Agent | System) -> Iterator[Flow]:
    """The channel's flow under lock; what would leave an active one in a bad state is undone. Raises `InvalidFlow`."""
    needs_admin(by)
    with transaction.atomic():
        Flow.objects.get_or_create(channel=channel)
        flow = Flow.objects.select_for_update().get(channel=channel)
        yield flow
        after = flow_of(channel.pk)
        if after and after.is_active and (wrong := problems(after)):
            raise InvalidFlow({"": wrong})


def _check(step: FlowStep, draft: StepDraft, key: str, steps: Mapping[str, FlowStep]) -> None:
    languages = dict(settings.LANGUAGES)
    errors: dict[str, list[str]] = {}
    if not key:
        errors["key"] = [_("Give it a short name of letters and digits, such as “returns”.")]
    elif (other := steps.get(key)) and other.pk != step.pk:
        errors["key"] = [_("Another step has this name: choose another.")]
    if step.kind == FlowKind.ASK and draft.asks not in FlowAsks.values:
        errors["asks"] = [_("Choose what it asks for.")]
    ways = [draft.next, *(button.next for button in draft.buttons)]
    if any(way and way not in steps for way in ways):
        errors["next"] = [_("This step is gone: choose another.")]
    for language, text in draft.texts.items():
        if language not in languages or len(text.strip()) > MOST_TEXT:
            errors[f"text-{language}"] = [_("At most %(count)s characters.") % {"count": MOST_TEXT}]
    if len(draft.buttons) > MOST_OPTIONS:
        errors["buttons"] = [_("At most %(count)s buttons: nobody reads more.") % {"count": MOST_OPTIONS}]
    if any(len(label.strip()) > MOST_LABEL for one in draft.buttons for label in one.labels.values()):
        errors["buttons"] = [_("A label has at most %(count)s characters.") % {"count": MOST_LABEL}]
    if errors:
        raise InvalidFlow(errors)


def _put_buttons(step: FlowStep, buttons: Sequence[Button], steps: Mapping[str, FlowStep]) -> None:
    mine = {one.pk: one for one in step.options.all()}
    kept = [one for one in buttons if any(label.strip() for label in one.labels.values())]
    step.options.exclude(pk__in=[one.id for one in kept if one.id]).delete()
    for number, button in enumerate(kept):
        option = mine.get(button.id or 0) or FlowOption(step=step)
        option.position, option.next = number, steps.get(button.next)
        option.save()
        option.texts.all().delete()
        FlowOptionText.objects.bulk_create(
            FlowOptionText(option=option, language=language, label=one_line(storable(label), MOST_LABEL))
            for language, label in button.labels.items()
            if language in dict(settings.LANGUAGES) and label.strip()
        )
