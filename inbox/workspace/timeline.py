"""A ticket's timeline: what was said and what happened, in one order, ready to be drawn."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from inbox.agents.models import Agent
from inbox.channels.enums import DeliveryStatus
from inbox.channels.mail_models import TicketMail
from inbox.channels.models import Delivery
from inbox.channels.receipts import MISSED
from inbox.common.clock import now
from inbox.tickets.albums import files_before
from inbox.tickets.enums import AuthorKind, Direction, EventKind, MessageKind
from inbox.tickets.html import is_formatted, is_laid_out
from inbox.tickets.models import Message, Ticket, TicketEvent
from inbox.workspace.chat_timeline import ChatSaid, chat_sides, is_chat, quieted, stand_together, without_own_changes
from inbox.workspace.enclosures import Enclosure, enclosures
from inbox.workspace.happenings import in_words
from inbox.workspace.letterhead import Letterhead, letterhead
from inbox.workspace.meetings import Meeting, meetings
from inbox.workspace.merging import Reference, references
from inbox.workspace.prose import prose

_LONGEST = 60_000
_TOGETHER = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Day:
    """Where a new day begins."""

    label: str
    key: str
    kind: str = "day"

    @property
    def version(self) -> str:
        """What changes when it has to be drawn anew."""
        return self.label


@dataclass(slots=True)
class Line:
    """What somebody, or the clock, did at one time, in words."""

    at: datetime
    who: str
    key: str
    texts: list[str]
    others: list[Reference] = field(default_factory=list)
    kind: str = "line"

    @property
    def version(self) -> str:
        """What changes when it has to be drawn anew."""
        return (
            f"{len(self.texts)}-{[other.can_be_undone for other in self.others]}"
            if self.others
            else str(len(self.texts))
        )


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji on a message, and who put it there."""

    emoji: str
    count: int
    who: str


@dataclass(slots=True)
class Said:
    """A message or a note; `elsewhere` is the number of the ticket it belongs to, where that was merged into this."""

    message: Message
    who: str
    body: SafeString
    quoted: SafeString
    is_laid_out: bool
    delivery: Delivery | None
    can_be_undone: bool
    head: Letterhead
    is_forwarded: bool = False
    offers_sender: bool = False
    meetings: list[Meeting] = field(default_factory=list)
    pictures: list[Enclosure] = field(default_factory=list)
    files: list[Enclosure] = field(default_factory=list)
    elsewhere: int | None = None
    can_be_split: bool = False
    chat: ChatSaid | None = None
    mail: TicketMail | None = None
    kind: str = "said"

    @property
    def key(self) -> str:
        """The id of its element."""
        return f"message-{self.message.pk}"

    @property
    def at(self) -> datetime:
        """When it was said."""
        return self.message.occurred_at

    @property
    def look(self) -> str:
        """Whose words: `customer`, `agent` or `note`."""
        if self.message.kind == MessageKind.NOTE:
            return "note"
        return "agent" if self.message.direction == Direction.OUT else "customer"

    @property
    def is_chat(self) -> bool:
        """True for what was said in our own live chat."""
        return is_chat(self.message)

    @property
    def shows_state(self) -> bool:
        """True when how far it got is said below it: the last of several that stand together speaks for all."""
        return self.delivery is not None and not (self.chat and self.chat.goes_on) and not self.message.deleted_at

    @property
    def has_many_files(self) -> bool:
        """True when it is a chore to save them one by one."""
        return len(self.pictures) + len(self.files) > 1

    @property
    def has_html(self) -> bool:
        """True when the mail came with more than words: a look of its own."""
        return self.message.direction == Direction.IN and is_formatted(self.message.html_start)  # type: ignore[attr-defined]

    @property
    def can_be_repeated(self) -> bool:
        """True when somebody certainly or perhaps does not have it."""
        delivery = self.delivery
        if delivery is None or delivery.status in (DeliveryStatus.QUEUED, DeliveryStatus.SENDING):
            return False
        is_missed = any(one.status in MISSED for one in delivery.receipts.all())
        return is_missed or delivery.status in (
            DeliveryStatus.FAILED,
            DeliveryStatus.BOUNCED,
            DeliveryStatus.UNCONFIRMED,
        )

    @property
    def reactions(self) -> list[Reaction]:
        """The emoji put on it, each once, in the order they came."""
        found: dict[str, list[str]] = {}
        for one in self.message.reactions.all():
            found.setdefault(one.emoji, []).append(str(one.identity.customer))
        return [Reaction(emoji, len(people), ", ".join(people)) for emoji, people in found.items()]

    @property
    def version(self) -> str:
        """What changes when it has to be drawn anew."""
        chat = f"{self.chat.version}." if self.chat else ""
        chat += "".join(f"{one.emoji}{one.who}" for one in self.reactions)
        mailed = f"-{self.mail.status}-{self.mail.attempts}" if self.mail else ""
        if self.delivery is None:
            return f"{chat}{int(self.offers_sender)}{int(self.can_be_split)}"
        states = "".join(f"-{one.status}" for one in self.delivery.receipts.all())
        return f"{chat}{self.delivery.status}-{self.delivery.attempts}-{self.can_be_undone}{states}{mailed}"


Item = Day | Line | Said


def timeline(
    ticket: Ticket,
    messages: Sequence[Message],
    events: Sequence[TicketEvent],
    agent: Agent,
    addresses: Collection[str] = (),
    at: datetime | None = None,
) -> list[Item]:
    """The days, messages, notes and system lines of a ticket as `agent` sees them.

    `addresses` are the customer's: whoever wrote what was forwarded from one of them need not become the customer.
    """
    said = [_said(ticket, message, agent, addresses) for message in messages if _is_shown(message)]
    _offer_split(said)
    sides = chat_sides(ticket, messages, agent, at or now())
    for one in said:
        one.chat = sides.get(one.message.pk)
    events = without_own_changes(events, messages)
    if ticket.channel.kind == "livechat":
        events = quieted(events)
    told: list[Line | Said] = [*said, *_lines(events, references(ticket, events, agent))]
    items = sorted(told, key=lambda item: (item.at, item.kind == "line"))
    _put_together(items)
    return list(_with_days(items))


def _put_together(items: Sequence[Line | Said]) -> None:
    """Short messages of one writer that nothing stands between are drawn as one group."""
    for earlier, later in pairwise(items):
        if not isinstance(earlier, Said) or not isinstance(later, Said) or not (earlier.chat and later.chat):
            continue
        if stand_together(earlier.message, later.message):
            later.chat.continues = True
            # What was deleted says nothing of how far the others got.
            earlier.chat.goes_on = later.message.deleted_at is None


def _is_shown(message: Message) -> bool:
    """Withdrawn replies and surveys are system lines."""
    return message.withdrawn_at is None and message.author_kind != AuthorKind.SURVEY


def _offer_split(said: Iterable[Said]) -> None:
    """What a customer wrote can become a ticket of its own, but for that with which the ticket began."""
    public = [one for one in said if one.elsewhere is None and one.message.kind == MessageKind.MESSAGE]
    for one in public[1:]:
        one.can_be_split = one.message.direction == Direction.IN and not one.message.automatic


def _said(ticket: Ticket, message: Message, agent: Agent, addresses: Collection[str]) -> Said:
    delivery = getattr(message, "delivery", None) if message.direction == Direction.OUT else None
    quoted = _quoted(message)
    laid_out = message.direction == Direction.IN and is_laid_out(message.html_start, has_history=bool(quoted))  # type: ignore[attr-defined]
    shown_before = files_before(message)
    files = enclosures(
        file
        for file in message.attachments.all()
        if file.pk not in shown_before and not (laid_out and file.is_inline and file.content_id)
    )
    return Said(
        message=message,
        who=str(message.agent or message.customer or _who(message)),
        body=prose(message.text),
        quoted=prose("" if laid_out else quoted),
        is_laid_out=laid_out,
        delivery=delivery,
        mail=_mail(message),
        can_be_undone=bool(
            delivery
            and delivery.status == DeliveryStatus.QUEUED
            and not delivery.attempts
            and message.agent_id == agent.pk
            and message.ticket_id == ticket.pk
            and not ticket.merged_into_id
            and agent.answers_customers
        ),
        head=letterhead(message),
        is_forwarded=bool(message.forwarded_from),
        offers_sender=bool(message.forwarded_from) and message.forwarded_from.lower() not in addresses,
        meetings=meetings(message.calendar),
        pictures=[one for one in files if one.is_picture],
        files=[one for one in files if not one.is_picture],
        elsewhere=message.ticket_id if message.ticket_id != ticket.pk else None,
    )


def _mail(message: Message) -> TicketMail | None:
    """The mail by which it went out as well, because its reader had left the chat."""
    mailed = getattr(message, "mailed", None) if message.direction == Direction.OUT else None
    return mailed.mail if mailed else None


def _who(message: Message) -> str:
    by_themselves = (AuthorKind.RULE, AuthorKind.BOT)
    return str(AuthorKind(message.author_kind).label) if message.author_kind in by_themselves else _("The system")


def _quoted(message: Message) -> str:
    """What the message repeats of earlier ones; all of it where that can't be told apart."""
    text, whole = message.text.strip(), message.full_text.strip()
    if message.direction == Direction.OUT or not whole or whole == text:
        return ""
    return whole.removeprefix(text).strip()[:_LONGEST]


def _lines(events: Iterable[TicketEvent], others: Mapping[int, Reference]) -> Iterator[Line]:
    """One line for what one person did within two seconds."""
    line: Line | None = None
    for event in events:
        other = others.get(event.pk)
        text = _leading_to(in_words(event), other)
        # That a customer's message opens his ticket again goes without saying.
        if not text or (event.kind == EventKind.OPENED and event.customer_id):
            continue
        who = str(event.agent or event.customer or "")
        named = [other] if other else []
        if line and line.who == who and event.occurred_at - line.at < _TOGETHER:
            line.texts.append(text)
            line.others += named
            continue
        if line:
            yield line
        line = Line(event.occurred_at, who, f"event-{event.pk}", [text], named)
    if line:
        yield line


def _leading_to(text: str, other: Reference | None) -> str:
    if not text or other is None:
        return text
    place = reverse("workspace:ticket", args=[other.number])
    return format_html('{} <a class="link" href="{}">T-{}</a>', text, place, other.number)


def _with_days(items: Iterable[Line | Said]) -> Iterator[Item]:
    today = timezone.localdate()
    shown: date | None = None
    for item in items:
        day = timezone.localtime(item.at).date()
        if day != shown:
            yield Day(_day_name(day, today), f"day-{day.isoformat()}")
            shown = day
        yield item


def _day_name(day: date, today: date) -> str:
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    pattern = pgettext("day heading", "l j F") if day.year == today.year else pgettext("day heading", "l j F Y")
    return date_format(day, pattern)
