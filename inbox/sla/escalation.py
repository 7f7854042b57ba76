"""What a policy has done when a clock is warned of or breached: its steps. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.sla.policy import PRIORITIES, Target

#: A step that comes later than this after the deadline is a mistake.
LATEST = timedelta(days=90)
#: As many steps as a policy may have.
MOST_STEPS = 20
_LONGEST_ADDRESS = 500
_FIELDS = ("target", "on", "after", "notify", "by_mail", "webhook", "priority", "team_id", "agent_id")


class On(StrEnum):
    """What a step follows."""

    WARNED = "warned"
    BREACHED = "breached"


#: Who can be told by his part in the ticket; a chosen person is `agent:<id>`.
ASSIGNEE, LEAD = "assignee", "lead"
_CHOSEN = "agent:"


class InvalidStep(ValueError):
    """Values that make no step; `errors` has a sentence for each field at fault. In a list, the `number` counts from 0.

    The sentences are translated when they are shown.
    """

    def __init__(self, errors: Mapping[str, str | Promise], number: int | None = None) -> None:
        super().__init__("; ".join(f"{field}: {sentence}" for field, sentence in errors.items()))
        self.errors = dict(errors)
        self.number = number


@dataclass(frozen=True, slots=True)
class Step:
    """One step: when it is taken, who is told, and what is changed on the ticket.

    `target` None is any. A breach is followed `after` a while, by all time; a warning at once. `notify` holds
    "assignee", "lead" (who leads the ticket's team) and "agent:<id>"; they are told in the workspace, and `by_mail` as
    well. The `priority` is raised to, never lowered. Raises `InvalidStep`.
    """

    on: On
    target: Target | None = None
    after: timedelta = timedelta(0)
    notify: tuple[str, ...] = ()
    by_mail: bool = False
    webhook: str = ""
    priority: str = ""
    team_id: int | None = None
    agent_id: int | None = None

    def __post_init__(self) -> None:
        errors = _faults(self)
        if errors:
            raise InvalidStep(errors)

    def follows(self, target: str, on: On) -> bool:
        """Whether it is taken when this happens to a clock of this target."""
        return self.on == on and self.target in (None, target)

    @property
    def chosen_ids(self) -> tuple[int, ...]:
        """The ids of the agents who are told whatever their part in the ticket."""
        return tuple(int(one.removeprefix(_CHOSEN)) for one in self.notify if one.startswith(_CHOSEN))

    def as_values(self) -> dict[str, Any]:
        """The step as it is stored and sent; `after` in seconds."""
        return {
            "on": str(self.on),
            "target": str(self.target or ""),
            "after": self.after.total_seconds(),
            "notify": list(self.notify),
            "by_mail": self.by_mail,
            "webhook": self.webhook,
            "priority": self.priority,
            "team_id": self.team_id,
            "agent_id": self.agent_id,
        }


def step_from(values: Mapping[str, Any]) -> Step:
    """The step that `as_values` gave, or that somebody sent. Raises `InvalidStep` for whatever is no step."""
    if not isinstance(values, Mapping):
        raise InvalidStep({"on": _("A step is an object with fields.")})
    errors: dict[str, str | Promise] = {
        str(name): _("A step has no such field.") for name in values if name not in _FIELDS
    }
    given: dict[str, Any] = {}
    readers = {
        "on": _on,
        "target": _target,
        "after": _after,
        "notify": _notify,
        "by_mail": _flag,
        "webhook": _text,
        "priority": _text,
        "team_id": _id,
        "agent_id": _id,
    }
    for name, read in readers.items():
        try:
            given[name] = read(values.get(name))
        except _Unreadable as problem:
            errors[name] = problem.sentence
    if errors:
        raise InvalidStep(errors)
    return Step(**given)


def steps_from(values: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps of a policy, in order. Raises `InvalidStep` for the first that is none, with its number."""
    found: list[Step] = []
    for number, given in enumerate(values):
        try:
            found.append(step_from(given))
        except InvalidStep as problem:
            raise InvalidStep(problem.errors, number) from None
    if len(found) > MOST_STEPS:
        raise InvalidStep({"on": _("A policy has 20 steps at most.")}, MOST_STEPS)
    return tuple(found)


def as_values(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The steps as a policy version stores them."""
    return [step.as_values() for step in steps]


def _faults(step: Step) -> dict[str, str | Promise]:
    errors: dict[str, str | Promise] = {}
    if step.after < timedelta(0):
        errors["after"] = _("A step can't come before the deadline.")
    elif step.after > LATEST:
        errors["after"] = _("A step comes 90 days after the deadline at the latest.")
    elif step.after and step.on == On.WARNED:
        errors["after"] = _("A warning is followed at once.")
    if any(not _is_recipient(one) for one in step.notify):
        errors["notify"] = _("The assignee, the team's lead or chosen agents can be told.")
    if step.by_mail and not step.notify:
        errors["by_mail"] = _("Choose who gets the mail.")
    if step.webhook and not is_address(step.webhook):
        errors["webhook"] = _("Give an address that starts with https:// or http://.")
    if step.priority and step.priority not in PRIORITIES:
        errors["priority"] = _("There is no such priority.")
    does = step.notify, step.webhook, step.priority, step.team_id, step.agent_id
    if not errors and not any(does):
        errors["notify"] = _("A step tells somebody or changes something.")
    return errors


def _is_recipient(text: str) -> bool:
    number = text.removeprefix(_CHOSEN)
    return text in (ASSIGNEE, LEAD) or (text.startswith(_CHOSEN) and _is_id(number))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19 and int(text) > 0


def is_address(text: str) -> bool:
    """True for an address that can be called."""
    if len(text) > _LONGEST_ADDRESS or any(one.isspace() or not one.isprintable() for one in text):
        return False
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
        )
    except ValueError:
        return False


class _Unreadable(Exception):
    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _on(value: object) -> On:
    if value in tuple(On):
        return On(str(value))
    raise _Unreadable(_("A step follows a warning or a breach."))


def _target(value: object) -> Target | None:
    if value in (None, ""):
        return None
    if value in tuple(Target):
        return Target(str(value))
    raise _Unreadable(_("There is no such target."))


def _after(value: object) -> timedelta:
    """A number of seconds."""
    if value in (None, ""):
        return timedelta(0)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # A comparison that not-a-number fails.
    if not is_number or not -1e9 < float(str(value)) < 1e9:
        raise _Unreadable(_("Give a number of seconds."))
    return timedelta(seconds=float(str(value)))


def _notify(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence) or not all(isinstance(one, str) for one in value):
        raise _Unreadable(_("Give a list of those who are told."))
    return tuple(dict.fromkeys(value))


def _flag(value: object) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise _Unreadable(_("Say true or false."))


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Unreadable(_("Give a text."))
    return value.strip()


def _id(value: object) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31:
        return value
    raise _Unreadable(_("Give an id."))
