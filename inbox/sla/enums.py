"""The targets of a policy and the states of a clock."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TargetKind(TextChoices):
    """What a policy promises; the values are those of `inbox.sla.policy.Target`."""

    FIRST_RESPONSE = "first_response", _("First reply")
    NEXT_RESPONSE = "next_response", _("Next reply")
    RESOLUTION = "resolution", _("Resolution")


class ClockState(TextChoices):
    """How a clock stands; the values are those of `inbox.sla.replay`."""

    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    MET = "met", _("Met")
    BREACHED = "breached", _("Missed")
    WAIVED = "waived", _("Waived")
    STOPPED = "stopped", _("No target")


class BackTestState(TextChoices):
    """How far a back-test is."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
