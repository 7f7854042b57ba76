"""The greeter at work: it meets a visitor, follows its script, and steps aside.

It speaks inside the transaction that takes the visitor's message in, so that what was heard was answered, once. What it
says answers nothing: the clocks go on from the visitor's first words, and no silence of his ends anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from inbox.chats.flow_enums import FlowAsks, RunEnd
from inbox.chats.flow_models import FlowAnswer, FlowRun, FlowStep
from inbox.chats.flow_queries import active_flow, begins_in_the_empty_chat, flow_of, is_wanted, script_of
from inbox.chats.flow_words import (
    asked_again,
    buttons_of,
    labels_of,
    last_words,
    opening_purpose,
    pressed_by,
    purpose_of,
    speaking,
    step_words,
    words_in,
)
from inbox.chats.hours import hours_of
from inbox.chats.models import ChatWidget, Visitor
from inbox.chats.opening import Brought, brought_by
from inbox.chats.script import Outcome, Pressed, Said, Script, Step, Typed, next_step
from inbox.common.clock import now
from inbox.common.rows import find
from inbox.tickets.changes import SYSTEM, Change, change
from inbox.tickets.conversation import keep_shown, say_as_bot
from inbox.tickets.enums import AuthorKind, EventKind
from inbox.tickets.models import Message, Ticket, TicketEvent

#: A visitor who says nothing more to the bot for so long is a person's to look after.
SILENT_FOR = timedelta(minutes=5)
_AT_ONCE = 200


def follow(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Let the bot hear what a visitor said, where it speaks with him or a new chat begins."""
    heard = next((one for one in events if one.kind == EventKind.RECEIVED and one.message), None)
    if heard is None or heard.message is None or not _is_chat(ticket, heard.message):
        return
    opened = next((one for one in events if one.kind == EventKind.CREATED), None)
    run = None if opened else FlowRun.objects.filter(ticket=ticket, ended_at=None).first()
    brought = brought_by(heard.message)
    if run:
        _go_on(ticket, run, heard.message, brought, heard.recorded_at)
    elif opened and brought and "split_from" not in opened.details:
        _begin(ticket, heard.message, brought, heard.recorded_at)


def step_aside(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """A colleague answers: the bot says nothing more."""
    message = events[0].message
    if message is None or message.channel is None or message.channel.kind != "livechat":
        return
    if run := next(iter(find(FlowRun, "ticket_id = %s AND ended_at IS NULL", ticket.pk)), None):
        with change(ticket, by=SYSTEM, at=events[-1].recorded_at) as it:
            _end(it, run, RunEnd.PEOPLE)


def hand_over_silent(at: datetime | None = None) -> int:
    """Hand over the chats in which visitors left the bot standing; how many. They wait for a person from then on."""
    at = at or now()
    going_on = FlowRun.objects.filter(ended_at=None, said_at__lte=at - SILENT_FOR).order_by("said_at")
    done = 0
    for number, ticket_id in going_on.values_list("pk", "ticket")[:_AT_ONCE]:
        with change(Ticket.objects.get(pk=ticket_id), by=SYSTEM, at=at) as it:
            run = FlowRun.objects.filter(pk=number, ended_at=None, said_at__lte=at - SILENT_FOR).first()
            if run:
                _end(it, run, RunEnd.SILENT)
                done += 1
    return done


def _is_chat(ticket: Ticket, message: Message) -> bool:
    """Whether it is a chat's ticket, without asking for a channel that is known."""
    channel = message.channel if message.channel_id == ticket.channel_id else ticket.channel
    return channel is not None and channel.kind == "livechat"


def _begin(ticket: Ticket, message: Message, brought: Brought, at: datetime) -> None:
    flow = active_flow(ticket.channel_id)
    if flow is None or brought.rule:
        return
    script = script_of(flow)
    if not script.steps:
        return
    said: Said | None = None
    if begins_in_the_empty_chat(flow, script):
        said = pressed_by(opening_purpose(brought.visitor), brought.choice) if brought.choice else None
        if said is None or brought.number is None:
            # He saw the buttons and wrote in his own words.
            return
    elif not is_wanted(flow, ChatWidget.objects.select_related("channel").get(channel=ticket.channel_id), at):
        return
    with change(ticket, by=SYSTEM, at=at) as it, speaking(message.language, ticket.channel.language) as language:
        first = script.steps[0]
        run = FlowRun(ticket=ticket, flow=flow, language=message.language or language, started_at=at, said_at=at)
        run.step = _row(run, first)
        if said is None:
            _stand(it, run, first)
            return
        run.message = keep_shown(
            it,
            step_words(first, *_wanted(run)),
            author_kind=AuthorKind.BOT,
            agent=None,
            language=run.language,
            number=brought.number or 0,
            at=message.occurred_at,
        )
        run.save()
        it.record(EventKind.BOT_SAID, message=run.message, author_kind=AuthorKind.BOT)
        _take(it, run, script, first, said, message)


def _go_on(ticket: Ticket, run: FlowRun, message: Message, brought: Brought | None, at: datetime) -> None:
    choice = brought.choice if brought else ""
    said = pressed_by(purpose_of(ticket.pk, run.message_id or 0), choice) if choice else Typed(message.text)
    if said is None:
        # A button of an earlier word; it stands there as text.
        return
    run.flow = flow = flow_of(ticket.channel_id)
    script = script_of(flow) if flow and flow.is_active else Script(())
    step = script.step(run.step.key if run.step else None)
    with change(ticket, by=SYSTEM, at=at) as it, speaking(*_wanted(run)):
        was_resolved = ticket.events.filter(kind=EventKind.RESOLVED, recorded_at__gte=run.started_at).exists()
        if was_resolved:
            _end(it, run, RunEnd.PEOPLE)
        elif step is None:
            _leave(it, run, script, RunEnd.CHANGED)
        else:
            _take(it, run, script, step, said, message)


def _take(it: Change, run: FlowRun, script: Script, step: Step, said: Said, message: Message) -> None:
    outcome = next_step(script, step, said, tries=run.tries)
    _learn(run, step, said, outcome, message)
    if outcome.why:
        _leave(it, run, script, outcome.why)
    elif outcome.is_asked_again:
        run.tries += 1
        _say(it, run, step, asked_again(step))
    elif outcome.step:
        run.tries = 0
        _stand(it, run, outcome.step)


def _stand(it: Change, run: FlowRun, step: Step) -> None:
    run.step = _row(run, step)
    _say(it, run, step, step_words(step, *_wanted(run)))


def _say(it: Change, run: FlowRun, step: Step, text: str) -> None:
    message = say_as_bot(it, text, language=run.language)
    message.buttons = buttons_of(purpose_of(it.ticket.pk, message.pk), labels_of(step, *_wanted(run)))
    message.save(update_fields=["buttons"])
    it.record(EventKind.BOT_SAID, message=message, author_kind=AuthorKind.BOT)
    run.message, run.said_at = message, it.at
    run.save()


def _leave(it: Change, run: FlowRun, script: Script, why: RunEnd) -> None:
    """Hand over, and say so."""
    widget = ChatWidget.objects.select_related("channel").get(channel=it.ticket.channel_id)
    text = last_words(script, why, *_wanted(run), is_open=hours_of(widget, it.at).is_open)
    message = say_as_bot(it, text, language=run.language)
    it.record(EventKind.BOT_SAID, message=message, author_kind=AuthorKind.BOT)
    run.message = message
    _end(it, run, why)


def _end(it: Change, run: FlowRun, why: RunEnd) -> None:
    run.ended_at, run.why, run.step = it.at, why, None
    run.save()
    it.record(EventKind.BOT_LEFT, why=str(why))


def _learn(run: FlowRun, step: Step, said: Said, outcome: Outcome, message: Message) -> None:
    asks, answer = "", ""
    if outcome.learnt:
        asks, answer = str(step.asks or ""), outcome.learnt
    elif isinstance(said, Pressed):
        pressed = next((one for one in step.options if one.id == said.option), None)
        answer = words_in(pressed.labels, *_wanted(run)) if pressed else ""
    if not answer:
        return
    question = words_in(step.texts, *_wanted(run))
    FlowAnswer.objects.create(run=run, asks=asks, question=question, answer=answer, at=message.occurred_at)
    if asks in (FlowAsks.EMAIL, FlowAsks.NAME) and (brought := brought_by(message)):
        _remember(brought.visitor, FlowAsks(asks), answer)


def _remember(visitor_id: int, asks: FlowAsks, answer: str) -> None:
    """What he says of himself is a claim: it never overrides what his site proved."""
    unproven = Visitor.objects.filter(pk=visitor_id, subject="")
    if asks == FlowAsks.EMAIL:
        unproven.update(claimed_email=answer[:320])
    else:
        unproven.filter(name="").update(name=answer[:200])


def _row(run: FlowRun, step: Step) -> FlowStep | None:
    return next((one for one in run.flow.steps.all() if one.key == step.key), None) if run.flow else None


def _wanted(run: FlowRun) -> tuple[str, str]:
    return run.language, run.ticket.channel.language
