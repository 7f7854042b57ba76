"""Tickets, what is said in them, and the append-only log of what happened to them."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from inbox.tickets.enums import (
    UNRESOLVED,
    AuthorKind,
    Direction,
    EventKind,
    MessageKind,
    Priority,
    State,
)

#: What the lists of open tickets hold: somebody has something to do, and now.
ACTIVE = Q(state__in=UNRESOLVED, is_spam=False, snoozed_until=None, deleted_at=None)


class Tag(models.Model):
    """A word that groups tickets by topic."""

    name = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.name


class Ticket(models.Model):
    """A customer's matter, from the first message to its resolution.

    A snoozed one is out of the lists of open tickets until an instant, and nothing else: its clocks go on. A deleted
    one is out of every list and figure, and can be restored until it is purged. Columns from `snippet` on are caches of
    the messages and clocks, written with them in one transaction; at `window_closes_at` the network ends the way in
    which the customer can be answered now.
    """

    subject = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    priority = models.CharField(max_length=8, choices=Priority, default=Priority.NORMAL)
    customer = models.ForeignKey("inbox.Customer", models.PROTECT, related_name="tickets")
    channel = models.ForeignKey("inbox.Channel", models.PROTECT, related_name="tickets")
    team = models.ForeignKey("inbox.Team", models.SET_NULL, null=True, blank=True, related_name="tickets")
    assignee = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, blank=True, related_name="tickets")
    tags = models.ManyToManyField(Tag, through="TicketTag", related_name="tickets")
    language = models.CharField(max_length=10, blank=True)
    follows = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="follow_ups")
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="merged", db_index=False
    )
    is_spam = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snoozed_by = models.ForeignKey(
        "inbox.Agent", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    deleted_at = models.DateTimeField(null=True, blank=True)

    snippet = models.CharField(max_length=160, blank=True)
    last_message_at = models.DateTimeField()
    last_customer_message_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    window_closes_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(state__in=[State.RESOLVED, State.CLOSED], resolved_at__isnull=False)
                | Q(state__in=UNRESOLVED, resolved_at__isnull=True),
                name="a_resolved_ticket_says_when",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(state=State.CLOSED) & ~Q(merged_into=F("id"))),
                name="a_merged_ticket_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(snoozed_until=None) | Q(state__in=UNRESOLVED), name="only_what_is_unresolved_is_snoozed"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["-last_message_at", "-id"], name="ticket_newest"),
            models.Index(fields=["merged_into"], name="ticket_merged", condition=Q(merged_into__isnull=False)),
            models.Index(
                F("due_at").asc(nulls_last=True),
                F("id").asc(),
                name="ticket_next_breach",
                condition=Q(state__in=UNRESOLVED, is_spam=False),
            ),
            models.Index(
                F("due_at").asc(nulls_last=True), F("id").asc(), name="ticket_active_breach", condition=ACTIVE
            ),
            models.Index(
                fields=["assignee", "-last_message_at", "-id"], name="ticket_active_assignee", condition=ACTIVE
            ),
            models.Index(fields=["team", "-last_message_at", "-id"], name="ticket_active_team", condition=ACTIVE),
            models.Index(
                fields=["state", "-last_message_at", "-id"],
                name="ticket_state_newest",
            ),
            models.Index(
                F("waiting_since").asc(nulls_last=True),
                F("id").asc(),
                name="ticket_active_waiting",
                condition=ACTIVE,
            ),
            models.Index(
                F("window_closes_at").asc(nulls_last=True),
                F("id").asc(),
                name="ticket_active_window",
                condition=ACTIVE,
            ),
            models.Index(
                fields=["channel", "waiting_since", "last_message_at"], name="ticket_active_channel", condition=ACTIVE
            ),
            models.Index(
                fields=["snoozed_until", "id"], name="ticket_snoozed", condition=Q(snoozed_until__isnull=False)
            ),
            models.Index(fields=["-deleted_at", "-id"], name="ticket_deleted", condition=Q(deleted_at__isnull=False)),
            models.Index(fields=["-last_message_at", "-id"], name="ticket_spam", condition=Q(is_spam=True)),
            models.Index(fields=["resolved_at"], name="ticket_to_close", condition=Q(state=State.RESOLVED)),
            GinIndex(OpClass(Upper("subject"), name="gin_trgm_ops"), name="ticket_subject_trgm"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.subject}"

    @property
    def ref(self) -> str:
        """The number people call it by."""
        return f"T-{self.pk}"

    @property
    def is_unresolved(self) -> bool:
        """True while somebody still has something to do."""
        return self.state in UNRESOLVED


class TicketTag(models.Model):
    """A tag on a ticket."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="ticket_tags")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="ticket_tags")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["ticket", "tag"], name="a_tag_is_on_a_ticket_once"),
        ]


class TicketChannel(models.Model):
    """Another channel a ticket belongs to, because a message in it went to both; its team sees the ticket too."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="also_in")
    channel = models.ForeignKey("inbox.Channel", models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["channel", "ticket"], name="a_ticket_is_in_a_channel_once"),
        ]


class TicketThread(models.Model):
    """A conversation of a network's (`comment:...`, `room:...`) and the ticket in which it goes on."""

    channel = models.ForeignKey("inbox.Channel", models.CASCADE, related_name="+")
    key = models.CharField(max_length=300)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="threads")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["channel", "key"], name="a_thread_goes_on_in_one_ticket"),
        ]

    def __str__(self) -> str:
        return self.key


class Participant(models.Model):
    """Anyone who takes part in a ticket; the asker is the one it was opened for, `is_copied` who only gets copies."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="participants")
    customer = models.ForeignKey("inbox.Customer", models.PROTECT, related_name="participations")
    identity = models.ForeignKey("inbox.Identity", models.SET_NULL, null=True, related_name="+")
    is_asker = models.BooleanField(default=False)
    is_copied = models.BooleanField(default=False)
    joined_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["ticket", "customer"], name="a_customer_joins_a_ticket_once"),
        ]


class Message(models.Model):
    """Something said in a ticket: a public message or an internal note.

    `text` is what the person newly wrote, `full_text` all of it, `html` the original, sanitised only
    when shown. `external_id` is the network's (for mail the Message-ID with its brackets). `recipients` are dicts
    of `role` (to, cc, bcc), `name`, `value` and, where we chose them, `identity` (its id). `forwarded_from` wrote
    what the author passed on. `calendar` holds the meetings in it, as `CalendarEntry` names their fields. What
    `is_public` (a comment, a review) everybody can read at its network. `context` is where the writer was then: the
    page, the cart, the order. `buttons` ({"id", "label"}) are answers it offers. `way` is the rung of the network's
    ladder it was said by, where one was chosen; `template` ({"name", "language", "variables"}) the approved text it is
    made of. Who wrote it changed it last at
    `edited_at` (what it said before: `MessageRevision`) or took it back for its readers at `deleted_at`;
    `withdrawn_at`: before it left us at all.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=8, choices=MessageKind, default=MessageKind.MESSAGE)
    direction = models.CharField(max_length=3, choices=Direction)
    author_kind = models.CharField(max_length=8, choices=AuthorKind)
    agent = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, blank=True, related_name="messages")
    customer = models.ForeignKey("inbox.Customer", models.PROTECT, null=True, blank=True, related_name="messages")
    identity = models.ForeignKey("inbox.Identity", models.SET_NULL, null=True, blank=True, related_name="+")
    channel = models.ForeignKey("inbox.Channel", models.PROTECT, null=True, blank=True, related_name="+")
    envelope = models.ForeignKey("inbox.Envelope", models.SET_NULL, null=True, blank=True, related_name="+")
    client_ref = models.UUIDField(default=uuid.uuid4, unique=True)
    external_id = models.CharField(max_length=998, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    full_text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    automatic = models.CharField(max_length=12, blank=True)
    authenticity = models.CharField(max_length=12, blank=True)
    authenticity_details = models.TextField(blank=True)
    reply_to = models.CharField(max_length=320, blank=True)
    is_stranger = models.BooleanField(default=False)
    is_public = models.BooleanField(default=False)
    recipients = models.JSONField(default=list)
    unsupported = models.TextField(blank=True)
    forwarded_from = models.CharField(max_length=320, blank=True)
    forwarded_name = models.CharField(max_length=200, blank=True)
    mailing_list = models.CharField(max_length=200, blank=True)
    calendar = models.JSONField(default=list)
    context = models.JSONField(default=dict)
    buttons = models.JSONField(default=list)
    way = models.CharField(max_length=10, blank=True)
    template = models.JSONField(default=dict)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["ticket", "occurred_at", "id"], name="message_timeline"),
            models.Index(fields=["channel", "external_id"], name="message_external", condition=~Q(external_id="")),
            GinIndex(OpClass(Upper("text"), name="gin_trgm_ops"), name="message_text_trgm"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MessageRevision(models.Model):
    """What a message said before it was changed or deleted at `replaced_at`."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="revisions")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.message_id} {self.replaced_at:%F %T}"


class MessageReaction(models.Model):
    """An emoji somebody put on a message at its network."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reactions")
    identity = models.ForeignKey("inbox.Identity", models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["message", "identity", "emoji"], name="an_emoji_is_put_on_a_message_once_by_each"
            ),
        ]

    def __str__(self) -> str:
        return self.emoji


class Attachment(models.Model):
    """A file in a message; its bytes lie in storage under their SHA-256."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=160)
    kind = models.CharField(max_length=10)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content_id = models.CharField(max_length=255, blank=True)
    is_inline = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.filename


class TicketEvent(models.Model):
    """One thing that happened to a ticket. Append-only; every figure is a function of these rows.

    `state`, `priority`, `team` and `assignee` are the ticket's after the event; `occurred_at` is when it
    happened (never later than `recorded_at`), `recorded_at` when we stored it.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=EventKind)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    agent = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    customer = models.ForeignKey("inbox.Customer", models.PROTECT, null=True, blank=True, related_name="+")
    author_kind = models.CharField(max_length=8, choices=AuthorKind, blank=True)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="events")
    state = models.CharField(max_length=10, choices=State)
    priority = models.CharField(max_length=8, choices=Priority)
    team = models.ForeignKey("inbox.Team", models.SET_NULL, null=True, blank=True, related_name="+")
    assignee = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    policy_version = models.ForeignKey("inbox.PolicyVersion", models.PROTECT, null=True, blank=True, related_name="+")
    details = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(occurred_at__lte=F("recorded_at")), name="nothing_happens_after_we_know_of_it"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["ticket", "occurred_at", "id"], name="event_log"),
            models.Index(fields=["recorded_at"], name="event_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_at:%F %T}"


class Draft(models.Model):
    """An unfinished reply or note: one per agent, ticket and mode."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts")
    agent = models.ForeignKey("inbox.Agent", models.CASCADE, related_name="drafts")
    mode = models.CharField(max_length=8, choices=MessageKind, default=MessageKind.MESSAGE)
    text = models.TextField(blank=True)
    recipients = models.JSONField(default=list)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["ticket", "agent", "mode"], name="an_agent_has_one_draft_in_a_ticket"),
        ]


class ScheduledReply(models.Model):
    """A reply that is said at `send_at`, if nobody said anything new meanwhile; `held_because` is why it was not.

    `recipients` are as in `Message`, `files` the stored files as `StoredFile` names their fields, `sending` how it
    leaves as `Sending` does, with the labels of its `buttons`.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="scheduled_replies")
    agent = models.ForeignKey("inbox.Agent", models.CASCADE, related_name="+")
    text = models.TextField()
    recipients = models.JSONField(default=list)
    files = models.JSONField(default=list)
    quotes_history = models.BooleanField(default=False)
    sending = models.JSONField(default=dict)
    then = models.CharField(max_length=10, choices=State, blank=True)
    seen_message_id = models.BigIntegerField(default=0)
    client_ref = models.UUIDField(unique=True)
    send_at = models.DateTimeField()
    created_at = models.DateTimeField()
    held_because = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "scheduled replies"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["send_at"], name="scheduled_reply_due", condition=Q(settled_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.send_at:%F %T}"


class Seen(models.Model):
    """Up to which message an agent has read a ticket."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="seen")
    agent = models.ForeignKey("inbox.Agent", models.CASCADE, related_name="+")
    message_id = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["agent", "ticket"], name="an_agent_has_one_reading_mark_in_a_ticket"),
        ]
