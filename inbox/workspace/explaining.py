"""What the page and the dialog that explain a figure show."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from inbox.reports.explain import Explanation
from inbox.reports.grounds import grounds_of
from inbox.reports.words import MEANINGS
from inbox.tickets.enums import Priority
from inbox.tickets.models import Ticket
from inbox.workspace.time_bar import time_bar

WAITS = ("requester_wait", "agent_wait")


def explaining(ticket: Ticket, explained: Explanation, figure: str, counts: str) -> dict[str, Any]:
    """The bar, its table and its grounds. `figure` names what is explained; `counts`: elapsed, business or used.

    Waits have no business length, and only a run with a goal is counted towards one.
    """
    run, is_wait = explained.run, figure in WAITS
    has_goal = run is not None and run.goal is not None
    ways = {"elapsed": _("All hours"), "business": _("Business hours"), "used": _("Towards the target")}
    if is_wait:
        counts = "elapsed"
    elif counts == "used" and not has_goal:
        counts = "business"
    is_left = run is not None and run.goal is not None and run.stopped_at is None and run.breached_at is None
    return {
        "ticket": ticket,
        "explained": explained,
        "counts": counts,
        "way": ways[counts],
        "ways": [(name, label) for name, label in ways.items() if name != "used" or has_goal],
        "is_wait": is_wait,
        "bar": time_bar(explained, counts),
        "grounds": grounds_of(ticket, run) if run else None,
        "left": run.goal.total_seconds() - explained.used if is_left and run and run.goal else None,
        "meaning": MEANINGS[figure],
        "priorities": dict(Priority.choices),
        "zone_name": timezone.get_current_timezone_name(),
    }
