"""States, priorities and the kinds of events in a ticket's log."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    """Where a ticket stands."""

    NEW = "new", pgettext_lazy("ticket state", "New")
    OPEN = "open", pgettext_lazy("ticket state", "Open")
    PENDING = "pending", pgettext_lazy("ticket state", "Pending")
    ON_HOLD = "on_hold", pgettext_lazy("ticket state", "On hold")
    RESOLVED = "resolved", pgettext_lazy("ticket state", "Resolved")
    CLOSED = "closed", pgettext_lazy("ticket state", "Closed")


#: States in which somebody still has something to do.
UNRESOLVED = (State.NEW, State.OPEN, State.PENDING, State.ON_HOLD)


class Priority(TextChoices):
    """How urgent a ticket is."""

    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")


class MessageKind(TextChoices):
    """Public messages reach the customer, notes stay inside."""

    MESSAGE = "message", _("Message")
    NOTE = "note", _("Note")


class Direction(TextChoices):
    """Seen from us."""

    IN = "in", _("In")
    OUT = "out", _("Out")


class AuthorKind(TextChoices):
    """Who wrote an outbound message: only a human answers a customer (METRICS, "Who answers")."""

    CUSTOMER = "customer", _("Customer")
    HUMAN = "human", _("Agent")
    BOT = "bot", _("Bot")
    RULE = "rule", _("Auto-responder")
    SURVEY = "survey", _("Survey")
    SYSTEM = "system", _("System")


class Waking(TextChoices):
    """What brings a snoozed ticket back."""

    TIME = "time", _("its time has come")
    CUSTOMER = "customer", _("the customer wrote")
    OPENED = "opened", _("it was set to open")
    ASSIGNED = "assigned", _("it was handed on")
    MOVED = "moved", _("it was moved to another team")
    WARNED = "warned", _("a target is close")
    BREACHED = "breached", _("a target was missed")
    HAND = "hand", _("by hand")
    DONE = "done", _("it is done")


class EventKind(TextChoices):
    """What can happen to a ticket. `inbox.sla.replay` gives each its meaning for the clocks."""

    CREATED = "created", _("Created")
    RECEIVED = "received", _("Customer wrote")
    AUTOMATIC_RECEIVED = "automatic_received", _("Automatic mail")
    ACKNOWLEDGED = "acknowledged", _("Automatic answer")
    IMPORTED = "imported", _("Imported")
    THANKED = "thanked", _("Customer said thanks")
    REPLIED = "replied", _("Reply")
    NOTED = "noted", _("Note")
    CALLED = "called", _("Call")
    OPENED = "opened", _("Opened")
    PENDED = "pended", _("Waiting for the customer")
    HELD = "held", _("On hold")
    RESOLVED = "resolved", _("Resolved")
    REOPENED = "reopened", _("Reopened")
    CLOSED = "closed", _("Closed")
    PRIORITIZED = "prioritized", _("Priority changed")
    ASSIGNED = "assigned", _("Assigned")
    TEAM_CHANGED = "team_changed", _("Team changed")
    TAGGED = "tagged", _("Tagged")
    UNTAGGED = "untagged", _("Tag removed")
    POLICY_APPLIED = "policy_applied", _("Policy applied")
    NO_REPLY_NEEDED = "no_reply_needed", _("No reply needed")
    MARKED_SPAM = "marked_spam", _("Marked as spam")
    UNMARKED_SPAM = "unmarked_spam", _("Not spam")
    SNOOZED = "snoozed", _("Snoozed")
    UNSNOOZED = "unsnoozed", _("Back from snooze")
    DELETED = "deleted", _("Deleted")
    RESTORED = "restored", _("Restored")
    MERGED = "merged", _("Merged")
    UNMERGED = "unmerged", _("Merge undone")
    MERGED_IN = "merged_in", _("Another ticket merged into it")
    UNMERGED_OUT = "unmerged_out", _("Taken out again")
    SPLIT_OFF = "split_off", _("Split off")
    RENAMED = "renamed", _("Subject changed")
    CUSTOMER_CHANGED = "customer_changed", _("Customer changed")
    REPLY_SCHEDULED = "reply_scheduled", _("Reply scheduled")
    REPLY_HELD = "reply_held", _("Scheduled reply held back")
    JOINED = "joined", _("Participant joined")
    FOLLOWED_UP = "followed_up", _("Follow-up opened")
    DELIVERY_SETTLED = "delivery_settled", _("Delivery")
    REPLY_WITHDRAWN = "reply_withdrawn", _("Reply taken back")
    CLOCK_WARNED = "clock_warned", _("Target close")
    CLOCK_BREACHED = "clock_breached", _("Target missed")
    ESCALATED = "escalated", _("Escalated")
    SURVEY_SCHEDULED = "survey_scheduled", _("Survey scheduled")
    SURVEY_SUPPRESSED = "survey_suppressed", _("Survey not sent")
    SURVEY_SENT = "survey_sent", _("Survey sent")
    SURVEY_CANCELLED = "survey_cancelled", _("Survey cancelled")
    SURVEY_ANSWERED = "survey_answered", _("Survey answered")
    SURVEY_REMINDED = "survey_reminded", _("Reminded of the survey")
    TASK_OPENED = "task_opened", _("Follow-up due")
    TASK_ASSIGNED = "task_assigned", _("Follow-up handed over")
    TASK_DONE = "task_done", _("Followed up")
    TASK_LATE = "task_late", _("Follow-up late")
    TOLD = "told", _("Told what came of it")
    MESSAGE_EDITED = "message_edited", _("Message changed")
    MESSAGE_DELETED = "message_deleted", _("Message deleted")
    REACTED = "reacted", _("Reacted with an emoji")
    CHAT_ENDED = "chat_ended", _("Customer ended the chat")
    CHAT_IDLE = "chat_idle", _("Asked whether he is still there")
    CHAT_MAILED = "chat_mailed", _("Answer mailed to the visitor")
    BOT_SAID = "bot_said", _("Greeter bot")
    BOT_LEFT = "bot_left", _("Greeter bot handed over")
