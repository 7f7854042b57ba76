"""What other systems can be told."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class News(TextChoices):
    """What happened, as the field `type` of a call names it."""

    SCHEDULED = "invitation.scheduled", _("A survey is scheduled")
    SUPPRESSED = "invitation.suppressed", _("A customer is not asked")
    SENT = "invitation.sent", _("A survey was sent")
    REMINDED = "invitation.reminded", _("A customer was reminded")
    CANCELLED = "invitation.cancelled", _("A survey was cancelled")
    ANSWERED = "answer.given", _("A survey was answered")
    CHANGED = "answer.changed", _("An answer was changed")
    FOLLOW_UP_OPENED = "follow_up.opened", _("An unhappy customer is to be got back to")
    FOLLOW_UP_DONE = "follow_up.done", _("An unhappy customer was got back to")
    TEST = "test", _("A test")


#: What can be subscribed to; a test goes to whoever asks for it.
SUBSCRIBED = tuple(kind for kind in News if kind is not News.TEST)
