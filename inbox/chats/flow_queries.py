"""Reading the greeter: its script as values, and what it learnt in a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from inbox.chats.flow_enums import FlowAsks, FlowKind, FlowStart, FlowWhen
from inbox.chats.flow_models import Flow, FlowOption, FlowRun, FlowStep
from inbox.chats.flow_words import buttons_of, labels_of, opening_purpose, speaking, step_words
from inbox.chats.hours import hours_of
from inbox.chats.models import ChatWidget, Visitor
from inbox.chats.script import Option, Script, Step
from inbox.chats.waiting import is_anybody_free
from inbox.common.clock import now
from inbox.common.prepared import Given, prefetch, prepared
from inbox.common.rows import find
from inbox.tickets.enums import AuthorKind, State
from inbox.tickets.models import Message, Ticket


def flow_of(channel_id: int) -> Flow | None:
    """The channel's script with all that belongs to it, whether it is on or not."""
    options = Prefetch("options", FlowOption.objects.select_related("next").prefetch_related("texts"))
    steps = Prefetch("steps", FlowStep.objects.select_related("next").prefetch_related("texts", options))
    return Flow.objects.filter(channel=channel_id).prefetch_related(steps).first()


def active_flow(channel_id: int) -> Flow | None:
    """The channel's script where it is on; one query where there is none."""
    return flow_of(channel_id) if find(Flow, "channel_id = %s AND is_active", channel_id) else None


def script_of(flow: Flow) -> Script:
    """The rows of a flow as values."""
    return Script(tuple(_step(row) for row in flow.steps.all()))


def is_wanted(flow: Flow, widget: ChatWidget, at: datetime) -> bool:
    """Whether the bot meets visitors at this moment."""
    if flow.when == FlowWhen.ALWAYS:
        return True
    is_open = hours_of(widget, at).is_open
    return not is_open or (flow.when == FlowWhen.BUSY and not is_anybody_free(widget.channel.team_id, at))


def begins_in_the_empty_chat(flow: Flow, script: Script) -> bool:
    """Whether visitors see its first buttons before they write."""
    return flow.starts == FlowStart.BEFORE and bool(script.steps) and script.steps[0].kind == FlowKind.BUTTONS


@dataclass(frozen=True, slots=True)
class Opening:
    """What the bot shows in an empty chat: its words, and the buttons to press."""

    text: str
    buttons: Sequence[Mapping[str, str]]


def opening_of(visitor: Visitor, ticket: Ticket | None, at: datetime | None = None) -> Opening | None:
    """What the bot shows a visitor whose next message begins a new ticket; None where it has nothing to show.

    `ticket` is his latest.
    """
    if ticket is not None and ticket.state != State.CLOSED:
        return None
    flow = active_flow(visitor.channel_id)
    if flow is None:
        return None
    script = script_of(flow)
    if not begins_in_the_empty_chat(flow, script) or not is_wanted(flow, visitor.channel.widget, at or now()):
        return None
    wanted = (visitor.language, visitor.channel.language)
    with speaking(*wanted):
        labels = labels_of(script.steps[0], *wanted)
        return Opening(step_words(script.steps[0], *wanted), buttons_of(opening_purpose(visitor.pk), labels))


def pressable(messages: Iterable[Message]) -> set[int]:
    """Those of the bot's words whose buttons still count."""
    said = [one.pk for one in messages if one.author_kind == AuthorKind.BOT and one.buttons]
    if not said:
        return set()
    return set(FlowRun.objects.filter(message__in=said, ended_at=None).values_list("message_id", flat=True))


def run_of(ticket: Ticket) -> FlowRun | None:
    """How far the bot went in a ticket, with what it learnt; None where it said nothing."""
    if found := _run_of(ticket.pk):
        prefetch(found, "answers")
    return next(iter(found), None)


@prepared
def _run_of(ticket: Given) -> QuerySet[FlowRun]:
    return FlowRun.objects.filter(ticket=ticket).order_by("pk")[:1]


def _step(row: FlowStep) -> Step:
    return Step(
        key=row.key,
        kind=FlowKind(row.kind),
        texts={one.language: one.text for one in row.texts.all() if one.text.strip()},
        asks=FlowAsks(row.asks) if row.asks else None,
        options=tuple(
            Option(one.pk, {text.language: text.label for text in one.texts.all()}, one.next.key if one.next else None)
            for one in row.options.all()
        ),
        next=row.next.key if row.next else None,
    )
