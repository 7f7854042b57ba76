"""The form of a survey's rules: of whom and when it is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from inbox.sla.durations import NotADuration, as_typed, typed
from inbox.surveys.enums import DELAYS
from inbox.surveys.models import Survey
from inbox.surveys.reading import InvalidSurvey
from inbox.surveys.rules import Rules, rules_from, rules_of

_NUMBERS = ("share", "throttle_days", "sample_percent", "valid_days", "reminder_days")


class RulesForm:
    """What somebody types for a survey's rules; kept whatever is wrong with it."""

    def __init__(self, given: QueryDict | None, survey: Survey) -> None:
        self.survey = survey
        self.errors: dict[str, list[str]] = {}
        self.typed: dict[str, str] = _typed(rules_of(survey)) if given is None else given.dict()  # type: ignore[assignment]

    def rules(self) -> Rules | None:
        """The rules that were typed; None when something is wrong, which is then among the `errors`."""
        delays = {way: self._seconds(f"delay-{way}", f"delays.{way}") for way in DELAYS}
        values: dict[str, Any] = {
            "name": self.typed.get("name", ""),
            "accent": self.typed.get("accent", ""),
            "delays": delays,
            "follow_up_within": self._seconds("follow_up_within", "follow_up_within"),
            "quiet_until_hour": self.typed.get("from_hour", ""),
            # To 24 o'clock is quiet from midnight on.
            "quiet_from_hour": "0" if self.typed.get("to_hour") == "24" else self.typed.get("to_hour", ""),
            **{name: self.typed.get(name, "") for name in _NUMBERS},
        }
        try:
            rules = rules_from(values, of=self.survey)
        except InvalidSurvey as refused:
            for place, said in refused.errors.items():
                self.errors.setdefault(place, said)
            return None
        return None if self.errors else rules

    def _seconds(self, name: str, place: str) -> float:
        try:
            return typed(self.typed.get(name, "")).total_seconds()
        except (NotADuration, OverflowError):
            self.errors[place] = [_("Write a time with its unit, such as 10m, 4h, 1 h 30 or 2d.")]
            return 3600

    @property
    def delays(self) -> list[tuple[str, str, str, list[str]]]:
        """For each way of writing to us: its name, its label, what is typed, what is wrong."""
        labels = {"email": _("By e-mail"), "messaging": _("In chats and messengers"), "phone": _("By phone")}
        return [
            (way, labels[way], self.typed.get(f"delay-{way}", ""), self.errors.get(f"delays.{way}", []))
            for way in DELAYS
        ]

    @property
    def from_hours(self) -> range:
        """When asking can begin."""
        return range(24)

    @property
    def to_hours(self) -> range:
        """When asking can end."""
        return range(1, 25)


def _typed(rules: Rules) -> dict[str, str]:
    return {
        "name": rules.name,
        "accent": rules.accent,
        **{
            f"delay-{way}": as_typed(timedelta(seconds=seconds), in_days=False) for way, seconds in rules.delays.items()
        },
        "follow_up_within": as_typed(timedelta(seconds=rules.follow_up_within)),
        "from_hour": str(rules.quiet_until_hour),
        "to_hour": str(rules.quiet_from_hour or 24),
        "share": str(rules.share),
        "throttle_days": str(rules.throttle_days),
        "sample_percent": str(rules.sample_percent),
        "valid_days": str(rules.valid_days),
        "reminder_days": "" if rules.reminder_days is None else str(rules.reminder_days),
    }
