"""Making the demo workspace's past: every step of the plan by the real actions, with a moved clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import singledispatchmethod
from heapq import heappop, heappush

from django.db import transaction

from channels_adapters.contracts import Payload
from inbox.agents.models import Agent, Team
from inbox.channels.delivery import record_sent
from inbox.channels.intake import accept, process
from inbox.channels.models import Channel, Delivery, Envelope
from inbox.chats.examples import demo_flow, demo_rule
from inbox.common.clock import moved_to, now
from inbox.customers.models import Customer
from inbox.demo import steps
from inbox.demo.attachments import attachment_bytes, content_type
from inbox.demo.chatting import Chatting
from inbox.demo.closing import Closing
from inbox.demo.network_story import NetworkStory
from inbox.demo.networking import Networking
from inbox.demo.plan import plan
from inbox.demo.texts.networks import NETWORKS
from inbox.demo.workspace import connect_networks, install, sample_channel, sample_channels, sample_chat
from inbox.follow_ups import actions as follow_ups
from inbox.sla.sweep import notice_due
from inbox.surveys import actions as surveys
from inbox.surveys.models import FollowUpTask, Invitation
from inbox.tickets import actions, conversation
from inbox.tickets.changes import SYSTEM, Actor
from inbox.tickets.enums import Direction, MessageKind, Priority, State
from inbox.tickets.files import StoredFile, store
from inbox.tickets.models import Message, Ticket
from inbox.tickets.queries import to_close
from inbox.tickets.snoozing import snooze

Progress = Callable[[int, int], None]
_BETWEEN_SWEEPS = timedelta(minutes=10)
#: What follows from the plan comes after what is in it.
_AFTERWARDS = 10**9
#: Chats that are over.
_CHATS = 24


def create_demo(*, days: int = 60, tickets: int = 300, progress: Progress = lambda done, total: None) -> int:
    """Make the demo workspace unless it is there; the number of tickets made."""
    if sample_channel() is not None:
        return 0
    present = now()
    planned = plan(present, days=days, tickets=tickets)
    make(planned, present, progress)
    return len(planned)


def make(
    planned: Sequence[steps.PlannedTicket],
    present: datetime,
    progress: Progress = lambda done, total: None,
    *,
    chats: int = _CHATS,
    networks: Sequence[NetworkStory] = NETWORKS,
) -> None:
    """Make the demo workspace with these tickets, past chats and conversations elsewhere; whole or not at all."""
    with transaction.atomic():
        maker = _Maker(*install(), present=present, chats=chats, networks=networks)
        maker.run(planned, present, progress)
        _greet(maker.agents["anna"])
        # By id: the planner knows nothing of tables filled in this transaction, and a join takes minutes.
        channels = sample_channels()
        customers = set(Ticket.objects.filter(channel__in=channels).values_list("customer_id", flat=True))
        Customer.objects.filter(pk__in=customers).update(is_sample=True)


def _greet(anna: Agent) -> None:
    """From now on the chat greets its visitors, and speaks to who hesitates."""
    if chat := sample_chat():
        demo_flow(chat)
        demo_rule(chat, author=anna)


@dataclass
class _Maker:
    channel: Channel
    agents: dict[str, Agent]
    teams: dict[str, Team]
    present: datetime
    chats: int
    networks: Sequence[NetworkStory]
    made: dict[str, Ticket] = field(default_factory=dict)
    swept_at: datetime | None = None
    queue: list[tuple[datetime, int, steps.PlannedTicket, steps.Step]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.closing = Closing(self.channel, self.agents, self.present)
        self.chatting = Chatting(self.channel, self.agents, self.present, self.chats)
        accounts = connect_networks(self.present)
        self.asking = [self.channel.pk, *(one.pk for one in accounts.values())]
        self.networking = Networking(self.networks, accounts, self.agents, self.teams, self.present)

    def run(self, planned: Sequence[steps.PlannedTicket], present: datetime, progress: Progress) -> None:
        queue = self.queue
        for order, ticket in enumerate(planned):
            for place, step in enumerate(ticket.steps):
                heappush(queue, (step.at, order * 1000 + place, ticket, step))
        today = queue[0][0].date()
        for place, deed in enumerate(self.closing.deeds()):
            heappush(queue, (deed.at, _AFTERWARDS + place, planned[0], deed))
        for place, turn in enumerate(self.chatting.turns()):
            heappush(queue, (turn.at, _AFTERWARDS // 2 + place, planned[0], turn))
        for place, happening in enumerate(self.networking.turns()):
            heappush(queue, (happening.at, _AFTERWARDS // 4 + place, planned[0], happening))
        total, taken = len(queue), 0
        while queue:
            at, _, ticket, step = heappop(queue)
            with moved_to(at):
                self._sweep(at)
                if at.date() != today:
                    today = at.date()
                    self._close(at)
                self.take(step, ticket)
            taken += 1
            progress(taken, max(total, taken))
        with moved_to(present):
            self._sweep(present)
            self._close(present)
            self._put_off(present)

    def _sweep(self, at: datetime) -> None:
        """What the sweeps would have noticed and sent by then."""
        if self.swept_at and at - self.swept_at < _BETWEEN_SWEEPS:
            return
        self.swept_at = at
        notice_due(at)
        if surveys.send_due(at):
            unsent = Delivery.objects.filter(channel__in=self.asking, status="queued")
            for waiting in unsent.select_related("message"):
                record_sent(waiting)

    def _close(self, at: datetime) -> None:
        for ticket in to_close(at):
            actions.close_settled(ticket, at=at)

    def _put_off(self, present: datetime) -> None:
        """Some that wait for the customer come back to their agents on one of the next mornings."""
        waiting = Ticket.objects.filter(channel=self.channel, state=State.PENDING).exclude(assignee=None)
        for number, ticket in enumerate(waiting.select_related("assignee").order_by("-last_message_at")[:5]):
            morning = (present + timedelta(days=1 + number)).replace(hour=8, minute=0, second=0, microsecond=0)
            if ticket.assignee:
                snooze(ticket, morning, by=ticket.assignee, at=present)

    @singledispatchmethod
    def take(self, step: steps.Step, planned: steps.PlannedTicket) -> None:
        """Do one step of the plan."""
        raise TypeError(f"no such step: {step}")

    @take.register
    def _(self, step: steps.CustomerWrites, planned: steps.PlannedTicket) -> None:
        body = self._mail(step, planned)
        accepted = accept(self.channel, Payload(body=body, received_at=step.at))
        process(accepted.envelope_id)
        envelope = Envelope.objects.select_related("ticket").get(pk=accepted.envelope_id)
        if envelope.ticket is None:
            raise RuntimeError(f"the demo mail {planned.key} was not taken in: {envelope.error}")
        if planned.key in self.made:
            return
        ticket = self.made[planned.key] = envelope.ticket
        person = planned.customer
        Customer.objects.filter(pk=ticket.customer_id).update(
            language=person.language,
            time_zone=person.time_zone,
            segment="VIP" if person.vip else "",
            created_at=min(step.at, datetime(person.since, 3, 1, tzinfo=step.at.tzinfo)),
        )
        Ticket.objects.filter(pk=ticket.pk).update(language=planned.language)
        if planned.priority != Priority.NORMAL:
            actions.prioritize(ticket, Priority(planned.priority), by=SYSTEM, at=step.at)

    @take.register
    def _(self, step: steps.AgentReplies, planned: steps.PlannedTicket) -> None:
        message = conversation.reply(
            self.made[planned.key],
            step.text,
            by=self.agents[step.agent_key],
            at=step.at,
            then=State(step.then),
            files=[_file(name) for name in step.attachments],
        )
        record_sent(Delivery.objects.select_related("message").get(message=message))
        actions.mark_seen(message.ticket, self.agents[step.agent_key], message.pk)

    @take.register
    def _(self, step: steps.AgentNotes, planned: steps.PlannedTicket) -> None:
        author = self.agents[step.agent_key]
        message = conversation.note(self.made[planned.key], step.text, by=author, at=step.at)
        actions.mark_seen(message.ticket, author, message.pk)

    @take.register
    def _(self, step: steps.Assigns, planned: steps.PlannedTicket) -> None:
        ticket, by = self.made[planned.key], self._by(step.by_key)
        actions.move_to_team(ticket, self.teams.get(step.team), by=by, at=step.at)
        if step.agent_key:
            actions.assign(ticket, self.agents[step.agent_key], by=by, at=step.at)

    @take.register
    def _(self, step: steps.Tags, planned: steps.PlannedTicket) -> None:
        actions.tag(self.made[planned.key], step.tags, by=self._by(step.by_key), at=step.at)

    @take.register
    def _(self, step: steps.Prioritizes, planned: steps.PlannedTicket) -> None:
        actions.prioritize(self.made[planned.key], Priority(step.priority), by=self._by(step.by_key), at=step.at)

    @take.register
    def _(self, step: steps.Holds, planned: steps.PlannedTicket) -> None:
        actions.set_state(self.made[planned.key], State.ON_HOLD, by=self.agents[step.agent_key], at=step.at)

    @take.register
    def _(self, step: steps.Resolves, planned: steps.PlannedTicket) -> None:
        actions.resolve(self.made[planned.key], by=self.agents[step.agent_key], at=step.at)

    @take.register
    def _(self, step: steps.MarksSpam, planned: steps.PlannedTicket) -> None:
        actions.mark_spam(self.made[planned.key], by=self.agents[step.agent_key], at=step.at)

    @take.register
    def _(self, step: steps.Drafts, planned: steps.PlannedTicket) -> None:
        actions.save_draft(
            self.made[planned.key],
            self.agents[step.agent_key],
            mode=MessageKind.MESSAGE,
            text=step.text,
            at=step.at,
        )

    @take.register
    def _(self, step: steps.AnswersSurvey, planned: steps.PlannedTicket) -> None:
        asked = Invitation.objects.filter(ticket=self.made[planned.key], state="sent").order_by("-cycle").first()
        # A customer whom the rules did not ask (asked lately, reopened meanwhile) answers nothing.
        if asked:
            surveys.answer(asked, step.ease, comment=step.comment, language=step.language, at=step.at)
            task = FollowUpTask.objects.filter(invitation=asked, done_at=None).first()
            if task and (step_later := self.closing.follow_up(task)):
                heappush(self.queue, (step_later.at, _AFTERWARDS + 1000 + task.pk, planned, step_later))

    @take.register
    def _(self, step: steps.FollowsUp, planned: steps.PlannedTicket) -> None:
        task = FollowUpTask.objects.select_related("owner", "invitation__ticket").get(pk=step.task_id)
        if task.owner and task.done_at is None:
            follow_ups.finish(task, step.outcome, by=task.owner, at=step.at)

    @take.register
    def _(self, step: steps.Improves, planned: steps.PlannedTicket) -> None:
        self.closing.improve(step)

    @take.register
    def _(self, step: steps.Chats, planned: steps.PlannedTicket) -> None:
        self.chatting.take(step)

    @take.register
    def _(self, step: steps.HappensOnNetwork, planned: steps.PlannedTicket) -> None:
        self.networking.take(step)

    def _by(self, key: str) -> Actor:
        return self.agents[key] if key else SYSTEM

    def _mail(self, step: steps.CustomerWrites, planned: steps.PlannedTicket) -> bytes:
        message = EmailMessage()
        person = planned.customer
        sender = step.sender or person.email
        message["From"] = f'"{person.name}" <{sender}>' if not step.sender else sender
        message["To"] = self.channel.address
        message["Date"] = format_datetime(step.at)
        domain = sender.rpartition("@")[2].rstrip(">")
        message["Message-ID"] = f"<{planned.key}.{step.at:%Y%m%d%H%M%S}@{domain}>"
        ticket = self.made.get(planned.key)
        last = _last_said(ticket) if ticket else None
        if ticket:
            message["Subject"] = step.subject or f"Re: {ticket.subject}"
        else:
            message["Subject"] = step.subject or planned.subject
        if last:
            message["In-Reply-To"] = message["References"] = last.external_id
        for name, value in step.headers:
            if name.lower() in ("in-reply-to", "references", "subject"):
                del message[name]
            message[name] = value
        if step.text or not step.html:
            message.set_content(step.text)
        if step.html:
            (message.add_alternative if step.text else message.set_content)(step.html, subtype="html")
        for name in step.attachments:
            maintype, _, subtype = content_type(name).partition("/")
            message.add_attachment(attachment_bytes(name), maintype=maintype, subtype=subtype, filename=name)
        return message.as_bytes()


def _last_said(ticket: Ticket) -> Message | None:
    said = ticket.messages.filter(kind=MessageKind.MESSAGE).exclude(external_id="").order_by("occurred_at", "id")
    return said.filter(direction=Direction.OUT).last() or said.last()


def _file(name: str) -> StoredFile:
    return store(attachment_bytes(name), filename=name, content_type=content_type(name))
