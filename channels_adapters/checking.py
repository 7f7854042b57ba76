"""The lines of a connection test, made of steps that say what they saw, or raise the `SendError` of a call.

yield tried(say("Sign in"), lambda: _ask(account, "me"))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from channels_adapters.contracts import CheckResult, SendError

#: What is tried; of what it returns only something `Seen` is told.
Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a step found. Where there is something to advise it did not pass."""

    details: tuple[str, ...] = ()
    advice: str = ""
    expires_at: datetime | None = None
    passed: bool = True


def tried(label: str, step: Step) -> CheckResult:
    """The line of one step; one that raises `SendError` failed for its reason."""
    try:
        return _line(label, step())
    except SendError as problem:
        return CheckResult(label, False, problem.reason)


def in_turn(*steps: tuple[str, Step]) -> Iterator[CheckResult]:
    """The lines of steps that need one another: the first that raises `SendError` is the last one tried."""
    for label, step in steps:
        try:
            line = _line(label, step())
        except SendError as problem:
            yield CheckResult(label, False, problem.reason)
            return
        yield line


def _line(label: str, found: object) -> CheckResult:
    seen = found if isinstance(found, Seen) else Seen()
    return CheckResult(label, seen.passed and not seen.advice, seen.advice, seen.details, seen.expires_at)
