"""Kinds of surveys and states of an invitation."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SurveyKind(TextChoices):
    """What a survey measures."""

    CES = "ces", _("Effort (CES)")
    CSAT = "csat", _("Satisfaction (CSAT)")
    NPS = "nps", _("Recommendation (NPS)")


class SurveyMoment(TextChoices):
    """When a survey is sent."""

    RESOLUTION = "resolution", _("After a ticket was resolved")
    SCHEDULE = "schedule", _("By a schedule")


class InvitationState(TextChoices):
    """How far an invitation got; every decision not to send is a state with its reason."""

    SCHEDULED = "scheduled", _("Scheduled")
    SUPPRESSED = "suppressed", _("Not sent")
    CANCELLED = "cancelled", _("Cancelled")
    SENT = "sent", _("Sent")
    ANSWERED = "answered", _("Answered")
    VOIDED = "voided", _("Voided")


class Suppression(TextChoices):
    """Why a customer was not asked."""

    NO_HUMAN_REPLY = "no_human_reply", _("Resolved without a reply from a person")
    SPAM = "spam", _("Spam")
    ASKED_LATELY = "asked_lately", _("Asked within the last days")
    OPTED_OUT = "opted_out", _("Does not want surveys")
    ERASED = "erased", _("Customer was erased")
    AUTOMATIC_SENDER = "automatic_sender", _("Only automatic mail")
    NO_ADDRESS = "no_address", _("No address to ask at")
    SAMPLED_OUT = "sampled_out", _("Not in the sample")
    SURVEY_OFF = "survey_off", _("No survey is switched on")
    NO_CUSTOMER = "no_customer", _("The customer never wrote")
    PUBLIC = "public", _("A public comment or review")
    INTERNAL = "internal", _("An internal ticket")
    BY_AGENT = "by_agent", _("Held back by a person")
    MERGED = "merged", _("Merged into another ticket")
    DELETED = "deleted", _("Deleted")
    WINDOW_CLOSED = "window_closed", _("The network lets us answer no longer")


class Sentiment(TextChoices):
    """How happy an answer is."""

    HAPPY = "happy", _("Happy")
    NEUTRAL = "neutral", _("Neutral")
    UNHAPPY = "unhappy", _("Unhappy")


class AnswerSource(TextChoices):
    """Where an answer was given."""

    PAGE = "page", _("Survey page")
    CHANNEL = "channel", _("In the conversation")


class HitKind(TextChoices):
    """What an opening of a link that recorded nothing was."""

    VIEW = "view", _("Opened")
    HEAD = "head", _("Checked by a program")
    BURST = "burst", _("All links at once")
    TRAP = "trap", _("Link that no person sees")
    REFUSED = "refused", _("Form sent by a program")


class ActionState(TextChoices):
    """How far an action item is."""

    OPEN = "open", _("To do")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class LetterState(TextChoices):
    """How far a letter to customers is."""

    DRAFT = "draft", _("Draft")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")


class LeftOut(TextChoices):
    """Why a customer is not told what came of what he said."""

    ERASED = "erased", _("Customer was erased")
    OPTED_OUT = "opted_out", _("Wants no mail about surveys")
    NO_TICKET = "no_ticket", _("Answered without a ticket")
    GONE = "gone", _("The ticket was deleted or merged")
    SPAM = "spam", _("Spam")
    NO_ADDRESS = "no_address", _("No address to write to")
    TOLD = "told", _("Was told already")
    NO_LONGER = "no_longer", _("Does not say so any more")


#: Seconds between a resolution and its survey, by the way the customer writes to us: messaging stays within the
#: hours in which the networks let us answer.
DELAYS = {"email": 24 * 3600, "messaging": 600, "phone": 3600}


def way_of(kind: str) -> str:
    """The way of writing that a kind of channel is, as `DELAYS` names it."""
    return kind if kind in ("email", "phone") else "messaging"
