"""Speaking first, by rule: to whom, once, and never into a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import F, Q, QuerySet

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.chats.flow_words import words_in
from inbox.chats.hours import hours_of
from inbox.chats.models import Visitor
from inbox.chats.opening import brought_by
from inbox.chats.queries import identities_of, tickets_of
from inbox.chats.rule_conditions import Situation, cart_of, fits, seconds_left
from inbox.chats.rule_enums import RuleWhen
from inbox.chats.rule_models import ChatRule, ChatRuleShown
from inbox.chats.waiting import is_anybody_free
from inbox.common.clock import now
from inbox.common.prepared import Given, prefetch, prepared
from inbox.common.rows import insert_new
from inbox.tickets.changes import SYSTEM, change
from inbox.tickets.conversation import keep_shown
from inbox.tickets.enums import UNRESOLVED, AuthorKind, EventKind
from inbox.tickets.models import Ticket, TicketEvent

#: Who ended a chat, or sent a rule away, is not spoken to for so long.
LEFT_ALONE = timedelta(days=7)
#: Whatever the rules say, a visitor is spoken to once in so long.
ONCE_WITHIN = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a rule says to a visitor now; `author` None: the brand says it."""

    rule: int
    text: str
    author: Agent | None


@dataclass(frozen=True, slots=True)
class Heed:
    """What the rules make of a visitor: something to say, or in how many seconds one may have something."""

    spoken: Spoken | None = None
    look_again: float | None = None


def heed(visitor: Visitor, at: datetime | None = None) -> Heed:
    """Have the first rule that fits speak to a visitor, and note that it did. One query where there are no rules."""
    at = at or now()
    rules = _rules_of(visitor.channel_id)
    if not rules or not visitor.page_url:
        return Heed()
    prefetch(rules, "texts")
    here = _situation(visitor, rules, at)
    wanted = [rule for rule in rules if fits(rule, here)]
    if not wanted or not _may_be_spoken_to(visitor, at):
        return Heed()
    shown = {one.rule_id: one for one in ChatRuleShown.objects.filter(visitor=visitor)}
    if any(one.at > at - ONCE_WITHIN for one in shown.values()):
        return Heed()
    left: list[float] = []
    for rule in wanted:
        if not _is_due(rule, shown.get(rule.pk), at):
            continue
        waits = seconds_left(rule, here)
        if waits:
            left.append(waits)
        elif spoken := _speak(rule, visitor, shown.get(rule.pk), at):
            return Heed(spoken)
    return Heed(look_again=min(left, default=None))


@prepared
def _rules_of(channel: Given) -> QuerySet[ChatRule]:
    return ChatRule.objects.filter(channel=channel, is_active=True).select_related("author")


def may_speak_soon(visitor: Visitor) -> bool:
    """Whether there are rules for the chat at all, so that its pages ask earlier than the usual beat."""
    return ChatRule.objects.filter(channel=visitor.channel_id, is_active=True).exists()


def dismiss(visitor: Visitor, rule_id: int, at: datetime | None = None) -> None:
    """The visitor sent away what a rule had said."""
    ChatRuleShown.objects.filter(visitor=visitor, rule=rule_id, dismissed_at=None).update(dismissed_at=at or now())


def answerable(visitor: Visitor, rule_id: int) -> int | None:
    """The number of a rule that has spoken to this visitor; None for any other."""
    return rule_id if ChatRuleShown.objects.filter(visitor=visitor, rule=rule_id).exists() else None


def keep_spoken(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """A visitor answers a rule: what it had said stands before his words in the ticket."""
    heard = next((one for one in events if one.kind == EventKind.RECEIVED and one.message), None)
    brought = brought_by(heard.message) if heard and heard.message else None
    if heard is None or heard.message is None or brought is None or not brought.rule or not brought.number:
        return
    about = ChatRuleShown.objects.select_related("rule__author").filter(visitor=brought.visitor, rule=brought.rule)
    shown = about.filter(Q(answered_at=None) | Q(answered_at__lt=F("at"))).first()
    if shown is None:
        return
    shown.answered_at = heard.recorded_at
    shown.save(update_fields=["answered_at"])
    with change(ticket, by=SYSTEM, at=heard.recorded_at) as it:
        message = keep_shown(
            it,
            shown.text,
            author_kind=AuthorKind.RULE,
            agent=shown.rule.author,
            language=heard.message.language,
            number=brought.number,
            at=min(shown.at, heard.message.occurred_at),
        )
        it.record(EventKind.BOT_SAID, message=message, author_kind=AuthorKind.RULE, rule=shown.rule.name)


def _situation(visitor: Visitor, rules: Sequence[ChatRule], at: datetime) -> Situation:
    asked = {rule.when for rule in rules}
    is_open = asked == {RuleWhen.ANY} or hours_of(visitor.channel.widget, at).is_open
    return Situation(
        page=visitor.page_url,
        seconds=(at - (visitor.page_since or at)).total_seconds(),
        cart=cart_of(visitor.context),
        visits=visitor.visits,
        language=visitor.language,
        local=at.astimezone(_zone(visitor.time_zone)).time(),
        is_open=is_open,
        is_staffed=is_open and RuleWhen.STAFFED in asked and is_anybody_free(visitor.channel.team_id, at),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


def _may_be_spoken_to(visitor: Visitor, at: datetime) -> bool:
    """Nobody is disturbed in a chat, nor after one, nor who just sent a rule away."""
    if ChatRuleShown.objects.filter(visitor=visitor, dismissed_at__gt=at - LEFT_ALONE).exists():
        return False
    recent = Q(state__in=UNRESOLVED) | Q(resolved_at__gt=at - LEFT_ALONE)
    mine = identities_of(visitor)
    return not (mine and tickets_of(mine).filter(recent).exists())


def _is_due(rule: ChatRule, shown: ChatRuleShown | None, at: datetime) -> bool:
    if shown is None:
        return True
    return rule.again_after_days is not None and shown.at <= at - timedelta(days=rule.again_after_days)


def _speak(rule: ChatRule, visitor: Visitor, shown: ChatRuleShown | None, at: datetime) -> Spoken | None:
    """Note that it speaks; of two pages that ask at the same time one gets it."""
    text = words_in({one.language: one.text for one in rule.texts.all()}, visitor.language, visitor.channel.language)
    if not text:
        return None
    if shown is None:
        new = ChatRuleShown(rule=rule, visitor=visitor, text=text, at=at)
        taken = insert_new(new, "a_rule_speaks_to_a_visitor_once")
    else:
        same = ChatRuleShown.objects.filter(pk=shown.pk, at=shown.at)
        taken = bool(same.update(at=at, text=text, times=F("times") + 1, dismissed_at=None))
    return Spoken(rule.pk, text, rule.author) if taken else None


def rules_of(channel: Channel) -> list[ChatRule]:
    """All rules of a channel in their order, with their texts."""
    return list(channel.chat_rules.select_related("author").prefetch_related("texts"))
