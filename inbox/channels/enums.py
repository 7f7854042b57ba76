"""States of what comes in and what goes out."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EnvelopeState(TextChoices):
    """How far a journalled payload got."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    QUARANTINED = "quarantined", _("Quarantined")


class DeliveryStatus(TextChoices):
    """How far a reply got; shown on the message."""

    QUEUED = "queued", _("Sending")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")
    FAILED = "failed", _("Failed")
    BOUNCED = "bounced", _("Bounced")
    UNCONFIRMED = "unconfirmed", _("Unconfirmed")
    CANCELLED = "cancelled", _("Taken back")


#: States in which nothing is left to do.
SETTLED = (
    DeliveryStatus.SENT,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.READ,
    DeliveryStatus.FAILED,
    DeliveryStatus.BOUNCED,
    DeliveryStatus.UNCONFIRMED,
    DeliveryStatus.CANCELLED,
)
