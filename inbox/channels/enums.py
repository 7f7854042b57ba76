"""States of what comes in and what goes out."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EnvelopeState(TextChoices):
    """How far a journalled payload got."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    QUARANTINED = "quarantined", _("Quarantined")
    DISCARDED = "discarded", _("Discarded")


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


class ReceiptStatus(TextChoices):
    """What became of a message of ours for one of its recipients."""

    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")
    DEFERRED = "deferred", _("Refused for now")
    REFUSED = "refused", _("Refused")
    BOUNCED = "bounced", _("Bounced")
    COMPLAINED = "complained", _("Marked as spam")


class MailPurpose(TextChoices):
    """Why a mail tells of what was said elsewhere."""

    ANSWER = "answer", _("Unread answers")
    TRANSCRIPT = "transcript", _("Transcript")
    SURVEY = "survey", _("Survey")


class AccountWarning(TextChoices):
    """Why admins are told of a channel: what ends, and when."""

    EXPIRES_SOON = "expires_soon", _("Access ends within two weeks")
    EXPIRES_NEXT = "expires_next", _("Access ends within three days")
    EXPIRED = "expired", _("Access has ended")
    NOT_RENEWED = "not_renewed", _("Access could not be renewed")
    REVOKED = "revoked", _("Access was taken away")
    REFUSED = "refused", _("The network lets us in no more")


#: News that no network tells: it refused a call of ours because it lets the account in no more.
ACCESS_REFUSED = "access_refused"
#: News of an account after which nothing comes or leaves until somebody connects it again.
ACCESS_LOST = frozenset(
    {
        "token_revoked",
        "permissions_revoked",
        "app_deauthorized",
        "subscription_ended",
        "account_deleted",
        "account_disabled",
        "account_disabled_update",
        "account_partner_removed",
        "account_partner_app_uninstalled",
        ACCESS_REFUSED,
    }
)
#: News that something was not told: where a network can be asked, it is.
EVENTS_LOST = "events_lost"


class ImportState(TextChoices):
    """How far an import of old mail got."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


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
