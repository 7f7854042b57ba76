"""The demo's networks: each conversation by the events its network would tell; nothing of it comes from outside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from channels_adapters.contracts import (
    Attachment,
    AttachmentKind,
    Authenticity,
    Choice,
    DeliveryState,
    DeliveryUpdate,
    Event,
    Identifier,
    InboundMessage,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
    Person,
    ReachChanged,
    ThreadRef,
    Verdict,
    Visibility,
)
from channels_adapters.made_files import located
from inbox.agents.models import Agent, Team
from inbox.channels.delivery import record_sent
from inbox.channels.enums import EnvelopeState
from inbox.channels.models import Channel, Delivery, Envelope, ReceivedEvent
from inbox.channels.news import take_news
from inbox.channels.received import take_in
from inbox.demo.attachments import attachment_bytes, content_type
from inbox.demo.hours import DESK
from inbox.demo.network_story import NetworkStory, NetworkTurn
from inbox.demo.steps import HappensOnNetwork
from inbox.surveys.buttons import buttons_of
from inbox.surveys.models import Invitation
from inbox.tickets import actions, conversation
from inbox.tickets.changes import SYSTEM
from inbox.tickets.enums import State
from inbox.tickets.models import Message, Ticket
from inbox.tickets.sending import AS_EVER, FilledTemplate, Sending

#: Scopes of ids that mean somebody inside one account alone.
_SCOPED = ("psid", "igsid", "wechat_openid", "api")
_FAR = timedelta(seconds=40)


@dataclass
class Networking:
    """The conversations that are told, and those that have begun."""

    stories: Sequence[NetworkStory]
    channels: Mapping[str, Channel]
    agents: Mapping[str, Agent]
    teams: Mapping[str, Team]
    present: datetime
    tickets: dict[int, Ticket] = field(default_factory=dict)
    #: The last words of theirs and of ours in each, by the ids the network knows them by.
    heard: dict[int, str] = field(default_factory=dict)
    said: dict[int, str] = field(default_factory=dict)

    def turns(self) -> list[HappensOnNetwork]:
        """Every turn of every conversation up to the present."""
        made: list[HappensOnNetwork] = []
        for number, story in enumerate(self.stories):
            at = self._begins(story)
            for place_, turn in enumerate(story.turns):
                at += timedelta(minutes=turn.wait)
                made.append(HappensOnNetwork(at, number, place_))
        return [one for one in made if one.at <= self.present]

    def _begins(self, story: NetworkStory) -> datetime:
        if story.heard_ago is None:
            return DESK.before(self.present, timedelta(hours=story.ago))
        last = max(number for number, turn in enumerate(story.turns) if turn.what == "they")
        until_then = sum(turn.wait for turn in story.turns[: last + 1])
        return self.present - timedelta(minutes=story.heard_ago + until_then)

    def take(self, step: HappensOnNetwork) -> None:
        """Do one turn."""
        story = self.stories[step.story]
        turn = story.turns[step.turn]
        match turn.what:
            case "they":
                self._hear(story, turn, step)
            case "us":
                self._answer(story, turn, step)
            case "note":
                message = conversation.note(self.tickets[step.story], turn.text, by=self._agent(story), at=step.at)
                actions.mark_seen(message.ticket, self._agent(story), message.pk)
            case "resolves":
                actions.resolve(self.tickets[step.story], by=self._agent(story), at=step.at)
            case "rates":
                self._rate(story, turn, step)
            case _:
                self._tell(story, self._news(story, turn, step), step)

    def _hear(self, story: NetworkStory, turn: NetworkTurn, step: HappensOnNetwork) -> None:
        external_id = self._id(story, step)
        message = self._tell(story, self._message(story, turn, step, external_id), step)
        if message is None:
            raise RuntimeError(f"the demo's {story.key} was not taken in")
        self.heard[step.story] = external_id
        if step.story in self.tickets:
            return
        ticket = self.tickets[step.story] = message.ticket
        Ticket.objects.filter(pk=ticket.pk).update(language=story.language)
        actions.tag(ticket, story.tags, by=SYSTEM, at=step.at)
        actions.move_to_team(ticket, self.teams[story.team], by=SYSTEM, at=step.at)
        if story.agent:
            actions.assign(ticket, self._agent(story), by=SYSTEM, at=step.at)

    def _message(self, story: NetworkStory, turn: NetworkTurn, step: HappensOnNetwork, named: str) -> InboundMessage:
        files = [_file(name) for name in turn.files]
        if turn.place and (found := located(*turn.place)):
            files.append(found[1])
        return InboundMessage(
            event_id=f"message:{named}",
            external_id=named,
            author=self._person(story),
            thread=self._thread(story),
            occurred_at=step.at,
            text=turn.text,
            full_text=turn.text,
            attachments=tuple(files),
            language=story.language,
            authenticity=Authenticity(Verdict.VERIFIED, "sample"),
            unsupported=turn.unsupported,
        )

    def _thread(self, story: NetworkStory) -> ThreadRef:
        if not story.post:
            return ThreadRef()
        return ThreadRef((f"comment:{story.key}",), container=story.post, visibility=Visibility.PUBLIC)

    def _answer(self, story: NetworkStory, turn: NetworkTurn, step: HappensOnNetwork) -> None:
        agent, ticket = self._agent(story), self.tickets[step.story]
        sending = Sending(is_private=True) if turn.is_private else AS_EVER
        if turn.template:
            name, language, *variables = turn.template
            sending = Sending(template=FilledTemplate(name, language, tuple(variables)))
        message = conversation.reply(ticket, turn.text, by=agent, at=step.at, then=State.PENDING, sending=sending)
        actions.mark_seen(ticket, agent, message.pk)
        named = self.said[step.story] = f"ours:{self._id(story, step)}"
        delivery = Delivery.objects.select_related("message").get(message=message)
        record_sent(delivery)
        Delivery.objects.filter(pk=delivery.pk).update(external_ids=[named])
        if turn.seen != "sent":
            at = min(step.at + _FAR, self.present)
            state = DeliveryState(turn.seen)
            update = DeliveryUpdate(f"{turn.seen}:{named}", state, (named,), reason=turn.failure, occurred_at=at)
            self._tell(story, update, step)

    def _news(self, story: NetworkStory, turn: NetworkTurn, step: HappensOnNetwork) -> Event:
        person, named = self._person(story), f"{turn.what}:{self._id(story, step)}"
        heard = self.heard[step.story]
        if turn.what == "edits":
            return MessageEdited(named, heard, turn.text, step.at)
        if turn.what == "unsends":
            return MessageDeleted(named, heard, step.at, must_erase=True)
        if turn.what == "stops":
            return ReachChanged(named, person, "opted_out", step.at)
        return MessageReaction(named, self.said[step.story], person, turn.text, step.at)

    def _rate(self, story: NetworkStory, turn: NetworkTurn, step: HappensOnNetwork) -> None:
        asked = Invitation.objects.filter(ticket=self.tickets[step.story], state="sent").order_by("-cycle").first()
        # Whom the rules did not ask (it is night, he was asked lately) presses nothing.
        buttons = buttons_of(asked) if asked else []
        pressed = next((Choice(*one) for one in buttons if one[0].endswith(f".{turn.text}")), None)
        if pressed is None:
            return
        named = self._id(story, step)
        event = InboundMessage(
            f"message:{named}", named, self._person(story), ThreadRef(), step.at, text=pressed.label, choice=pressed
        )
        self._tell(story, event, step)

    def _tell(self, story: NetworkStory, event: Event, step: HappensOnNetwork) -> Message | None:
        """What a network's webhook would bring, from the journal on; its events are there already."""
        channel = self.channels[story.account]
        body = json.dumps(_shown(asdict(event)), ensure_ascii=False, default=str).encode()
        envelope = Envelope.objects.create(
            channel=channel,
            body=body,
            body_hash=sha256(body + event.event_id.encode()).hexdigest(),
            size=len(body),
            received_at=step.at,
            state=EnvelopeState.DONE,
            done_at=step.at,
            next_attempt_at=None,
        )
        if isinstance(event, InboundMessage):
            message, outcome = take_in(channel, envelope, event)
        else:
            message, outcome = take_news(channel, event, is_last_try=True)
        ReceivedEvent.objects.create(
            channel=channel,
            event_id=event.event_id,
            kind=type(event).__name__,
            envelope=envelope,
            outcome=outcome,
            message=message,
        )
        if message:
            Envelope.objects.filter(pk=envelope.pk).update(ticket=message.ticket_id)
        return message

    def _person(self, story: NetworkStory) -> Person:
        address = self.channels[story.account].address
        ids = tuple(
            Identifier(kind, value, address if kind in _SCOPED else "", verified=True) for kind, value in story.ids
        )
        return Person(ids, name=story.name)

    def _agent(self, story: NetworkStory) -> Agent:
        return self.agents[story.agent]

    def _id(self, story: NetworkStory, step: HappensOnNetwork) -> str:
        return f"{story.key}-{step.turn}"


def _file(name: str) -> Attachment:
    content = attachment_bytes(name)
    kind = content_type(name)
    shown = AttachmentKind.IMAGE if kind.startswith("image/") else AttachmentKind.FILE
    return Attachment(shown, name, kind, len(content), content=content)


def _shown(told: dict[str, object]) -> dict[str, object]:
    """An event as its envelope shows it: what is there, without the bytes of files."""
    files = told.get("attachments")
    if isinstance(files, tuple):
        told["attachments"] = [{**one, "content": None} for one in files]
    return {name: value for name, value in told.items() if value not in (None, "", (), [], {})}
