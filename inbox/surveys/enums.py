"""Kinds of surveys and states of an invitation."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SurveyKind(TextChoices):
    """What a survey measures."""

    CES = "ces", _("Effort (CES)")
    CSAT = "csat", _("Satisfaction (CSAT)")
    NPS = "nps", _("Recommendation (NPS)")


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
