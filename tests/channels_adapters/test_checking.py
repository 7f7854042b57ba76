"""Lines of connection tests, made of steps."""

from __future__ import annotations

from datetime import UTC, datetime

from channels_adapters.checking import Seen, in_turn, tried
from channels_adapters.contracts import CheckResult, Fault, SendError

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def refused() -> None:
    raise SendError(Fault.AUTH, "The token is wrong.")


def test_a_step_passed_unless_it_advises_something_or_is_refused() -> None:
    assert [
        tried("Token", lambda: {"whatever": "the network answers"}),
        tried("Token", lambda: Seen(("Nordlys",), expires_at=NOON)),
        tried("Token", lambda: Seen(("Nordlys",), "Make a new one.")),
        tried("Token", lambda: Seen(passed=False)),
        tried("Token", refused),
    ] == [
        CheckResult("Token", True),
        CheckResult("Token", True, "", ("Nordlys",), NOON),
        CheckResult("Token", False, "Make a new one.", ("Nordlys",)),
        CheckResult("Token", False),
        CheckResult("Token", False, "The token is wrong."),
    ]


def test_after_a_refusal_nothing_more_is_tried() -> None:
    steps = (("Rights", lambda: Seen(advice="One is missing.")), ("Token", refused), ("Webhook", lambda: None))
    assert [(line.label, line.passed) for line in in_turn(*steps)] == [("Rights", False), ("Token", False)]
