"""Presses that are acknowledged, and those for which it is too late."""

from __future__ import annotations

from channels_adapters.contracts import Fault, Malformed, SendError
from channels_adapters.presses import acknowledge


def test_a_press_is_acknowledged_once_and_whatever_goes_wrong_is_no_harm() -> None:
    told: list[str] = []

    def too_late() -> None:
        told.append("too late")
        raise SendError(Fault.CONTENT, "query is too old")

    def unreadable() -> None:
        told.append("unreadable")
        raise Malformed("It is no JSON.")

    for answer in (lambda: told.append("told"), too_late, unreadable):
        acknowledge("telegram", answer)
    assert told == ["told", "too late", "unreadable"]
