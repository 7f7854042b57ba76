"""The demo's chats: a few each working day, and two that are going on as the demo is opened."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import translation

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.chats.enums import StepKind
from inbox.chats.models import Visitor, VisitorStep
from inbox.chats.talk import note_seen, say
from inbox.chats.visitors import Page, arrive, see
from inbox.demo import cast
from inbox.demo.chat_story import ChatStory
from inbox.demo.hours import DESK
from inbox.demo.steps import Chats
from inbox.demo.texts.chats import CHATS, NOW
from inbox.demo.workspace import sample_chat
from inbox.tickets import actions, conversation
from inbox.tickets.models import Message, Ticket

_DEVICES = ("Chrome, Windows", "Safari, iPhone", "Chrome, Android", "Firefox, Linux", "Safari, macOS")
_ZONES = {"en": "Europe/Oslo", "ru": "Europe/Moscow", "zh-hans": "Asia/Shanghai", "zh-hant": "Asia/Taipei"}
_HOST = f"https://www.{cast.COMPANY.domain}"


@dataclass
class Chatting:
    """The chats that are planned, and those that have begun; `past` of them are over."""

    mailbox: Channel
    agents: Mapping[str, Agent]
    present: datetime
    past: int
    stories: list[ChatStory] = field(default_factory=list)
    visitors: dict[int, Visitor] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)

    def turns(self) -> list[Chats]:
        """Every turn of every chat up to the present."""
        made: list[Chats] = []
        for number in range(self.past):
            story = CHATS[number % len(CHATS)]
            ago = timedelta(hours=4 * number + 3, minutes=(17 * number) % 50)
            begins = DESK.before(self.present, ago)
            made += self._of(story, begins)
        for number, story in enumerate(NOW):
            length = timedelta(seconds=sum(line.wait for line in story.turns) + 40 + 55 * number)
            made += self._of(story, self.present - length)
        return [turn for turn in made if turn.at <= self.present]

    def _of(self, story: ChatStory, begins: datetime) -> Sequence[Chats]:
        number = len(self.stories)
        self.stories.append(story)
        at = begins
        turns = [Chats(begins - timedelta(seconds=90), number, -1)]
        for line, said in enumerate(story.turns):
            at += timedelta(seconds=said.wait)
            turns.append(Chats(at, number, line))
        if story not in NOW:
            turns.append(Chats(at + timedelta(minutes=2), number, len(story.turns)))
        return turns

    def take(self, turn: Chats) -> None:
        """Do one turn."""
        story = self.stories[turn.story]
        if turn.line < 0:
            self.visitors[turn.story] = self._arrived(story, turn)
        elif turn.line == len(story.turns):
            if ticket := self.tickets.get(turn.story):
                actions.resolve(ticket, by=self.agents[story.agent], at=turn.at)
        elif story.turns[turn.line].is_ours:
            self._answer(story, turn)
        else:
            self._ask(story, turn)

    def _arrived(self, story: ChatStory, turn: Chats) -> Visitor:
        channel = sample_chat()
        if channel is None:
            raise RuntimeError("the demo has no chat")
        first, *others = story.pages
        visitor = arrive(
            channel,
            page=Page(_HOST + first[0], first[1], "https://www.google.com/"),
            language=story.language,
            time_zone=_ZONES[story.language],
            device=_DEVICES[turn.story % len(_DEVICES)],
            at=turn.at,
        )
        visitor = see(visitor, context=story.context, name=story.name, visits=1 + turn.story % 4, at=turn.at)
        for number, (path, title) in enumerate(others):
            visitor = see(visitor, page=Page(_HOST + path, title), at=turn.at + timedelta(seconds=20 * (number + 1)))
        if story.error:
            error = VisitorStep(kind=StepKind.ERROR, title=story.error, url=visitor.page_url, at=visitor.seen_at)
            visitor = see(visitor, steps=(error,), at=visitor.seen_at + timedelta(seconds=5))
        return visitor

    def _ask(self, story: ChatStory, turn: Chats) -> None:
        visitor = see(self.visitors[turn.story], at=turn.at)
        page = {"url": visitor.page_url, "title": visitor.page_title}
        with translation.override(story.language):
            heard = say(
                visitor,
                story.turns[turn.line].text,
                client_id=uuid.uuid5(uuid.NAMESPACE_URL, f"{turn.story}-{turn.line}-{turn.at}"),
                context={**visitor.context, "page": page},
                at=turn.at,
            )
        if heard.message is None:
            raise RuntimeError(f"the demo's chat {turn.story} was not taken in: {heard.outcome}")
        self.tickets[turn.story] = heard.message.ticket

    def _answer(self, story: ChatStory, turn: Chats) -> None:
        agent, ticket = self.agents[story.agent], self.tickets[turn.story]
        asked = ticket.messages.order_by("-id").values_list("id", flat=True).first() or 0
        answer: Message = conversation.reply(ticket, story.turns[turn.line].text, by=agent, at=turn.at)
        actions.mark_seen(ticket, agent, max(asked, answer.pk))
        note_seen(self.visitors[turn.story], answer.pk, is_read=True, at=turn.at + timedelta(seconds=4))
