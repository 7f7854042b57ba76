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


class BackTestChange(TextChoices):
    """How a draft judges a run otherwise: `ADDED` and `DROPPED` are met or missed in the period by one side only."""

    BETTER = "better", _("Missed, would be met")
    WORSE = "worse", _("Met, would be missed")
    ADDED = "added", _("Counted only with the draft")
    DROPPED = "dropped", _("Not counted with the draft")
    MOVED = "moved", _("Missed at another time")
