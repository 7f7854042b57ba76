"""How a score goes with what happened in the ticket: counts, scores and intervals side by side, no cause claimed.

Each answer belongs to a work cycle, and to one part of every driver by what happened in that cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inbox.reports.scope import Basis
from inbox.reports.survey_scope import SurveyScope
from inbox.reports.surveys import Score, answers, parts_of, score_of
from inbox.sla.enums import TargetKind
from inbox.sla.models import Clock
from inbox.surveys.models import Answer
from inbox.tickets.enums import AuthorKind, Direction, EventKind, MessageKind
from inbox.tickets.models import Message, TicketEvent

_HOUR = 3600
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """The answers of which this is true."""

    key: str
    name: str | Promise
    score: Score


@dataclass(frozen=True, slots=True)
class Driver:
    """One thing that may go with the score. `unknown`: answers of which it can't be told."""

    key: str
    name: str | Promise
    parts: list[Part]
    unknown: int

    @property
    def is_enough(self) -> bool:
        """True when at least two parts have enough answers to be compared."""
        return sum(part.score.is_enough for part in self.parts) >= 2


NAMES: Mapping[str, str | Promise] = {
    "first_response": _("First response time"),
    "replies": _("Replies until it was resolved"),
    "hand_overs": _("Hand-overs between agents"),
    "channels": _("Channels the customer wrote on"),
    "reopened": _("Reopened before"),
}

#: The parts of each driver: key -> (name, condition on the annotation of the driver's name), in order.
PARTS: Mapping[str, Mapping[str, tuple[str | Promise, Q]]] = {
    "first_response": {
        "1h": (_("up to 1 h"), Q(first_response__lte=_HOUR)),
        "4h": (_("1 to 4 h"), Q(first_response__gt=_HOUR, first_response__lte=4 * _HOUR)),
        "8h": (_("4 to 8 h"), Q(first_response__gt=4 * _HOUR, first_response__lte=8 * _HOUR)),
        "24h": (_("8 to 24 h"), Q(first_response__gt=8 * _HOUR, first_response__lte=24 * _HOUR)),
        "more": (_("more than 24 h"), Q(first_response__gt=24 * _HOUR)),
    },
    "replies": {
        "1": (_("one"), Q(replies=1)),
        "2": (_("two"), Q(replies=2)),
        "3": (_("three"), Q(replies=3)),
        "more": (_("four and more"), Q(replies__gte=4)),
    },
    "hand_overs": {
        "0": (pgettext_lazy("hand-overs", "none"), Q(hand_overs=0)),
        "1": (pgettext_lazy("hand-overs", "one"), Q(hand_overs=1)),
        "more": (pgettext_lazy("hand-overs", "two and more"), Q(hand_overs__gte=2)),
    },
    "channels": {
        "1": (_("one channel"), Q(channels__lte=1)),
        "more": (_("switched channels"), Q(channels__gte=2)),
    },
    "reopened": {
        "no": (_("resolved at once"), Q(invitation__cycle__lte=1)),
        "yes": (_("reopened before"), Q(invitation__cycle__gte=2)),
    },
}


def drivers(asked: SurveyScope) -> list[Driver]:
    """Every driver with its parts, in one question each."""
    return [_driver(asked, key) for key in PARTS]


def of_part(asked: SurveyScope, driver: str, part: str) -> QuerySet[Answer]:
    """The answers in a part of a driver. Raises KeyError for what is none."""
    _name, condition = PARTS[driver][part]
    return _about(asked, driver).filter(condition)


def _driver(asked: SurveyScope, key: str) -> Driver:
    parts = PARTS[key]
    part = Case(
        *(When(condition, then=Value(name)) for name, (_words, condition) in parts.items()),
        default=Value(_UNKNOWN),
        output_field=CharField(),
    )
    found = _about(asked, key).annotate(part=part).values("part").annotate(**parts_of(asked.kind))
    scores = {row["part"]: score_of(asked.kind, row) for row in found}
    unknown = scores.pop(_UNKNOWN, Score(asked.kind, 0)).n
    none = Score(asked.kind, 0)
    return Driver(
        key, NAMES[key], [Part(name, words, scores.get(name, none)) for name, (words, _c) in parts.items()], unknown
    )


def _about(asked: SurveyScope, driver: str) -> QuerySet[Answer]:
    """The answers about tickets, with the driver's annotation; null where it can't be told."""
    given = answers(asked).filter(invitation__ticket__isnull=False)
    if driver == "reopened":
        return given
    if driver == "first_response":
        duration = "business_seconds" if asked.scope.basis == Basis.BUSINESS else "elapsed_seconds"
        return given.annotate(first_response=Subquery(_clock(TargetKind.FIRST_RESPONSE).values(duration)[:1]))
    cycle = _clock(TargetKind.RESOLUTION)
    given = given.annotate(
        cycle_started=Subquery(cycle.values("started_at")[:1]), cycle_ended=Subquery(cycle.values("stopped_at")[:1])
    )
    is_known = Q(cycle_started__isnull=False, cycle_ended__isnull=False)
    counted = Coalesce(Subquery(_COUNTS[driver](), output_field=IntegerField()), 0)
    return given.annotate(**{driver: Case(When(is_known, then=counted), default=None)})


def _clock(target: TargetKind) -> QuerySet[Clock]:
    return Clock.objects.filter(
        ticket=OuterRef("invitation__ticket"), cycle=OuterRef("invitation__cycle"), target=target
    )


def _in_cycle(rows: QuerySet[Any], column: str = "pk") -> QuerySet[Any, Any]:
    within = rows.filter(
        ticket=OuterRef("invitation__ticket"),
        occurred_at__gte=OuterRef("cycle_started"),
        occurred_at__lte=OuterRef("cycle_ended"),
    )
    counted: QuerySet[Any, Any] = within.order_by().values("ticket").annotate(n=Count(column, distinct=True))
    return counted.values("n")


def _replies() -> QuerySet[Any, Any]:
    human = Q(kind=EventKind.REPLIED, author_kind=AuthorKind.HUMAN) | Q(kind=EventKind.CALLED)
    return _in_cycle(TicketEvent.objects.filter(human, message__withdrawn_at=None))


def _hand_overs() -> QuerySet[Any, Any]:
    """From one agent to another: the first assignment and giving a ticket back to the team are none."""
    both = Q(details__from__isnull=False, details__to__isnull=False)
    handed = TicketEvent.objects.filter(both, kind=EventKind.ASSIGNED)
    return _in_cycle(handed.exclude(details__from=None).exclude(details__to=None))


def _channels() -> QuerySet[Any, Any]:
    said = Message.objects.filter(kind=MessageKind.MESSAGE, direction=Direction.IN, automatic="")
    return _in_cycle(said, "channel")


_COUNTS: Mapping[str, Callable[[], QuerySet[Any, Any]]] = {
    "replies": _replies,
    "hand_overs": _hand_overs,
    "channels": _channels,
}
