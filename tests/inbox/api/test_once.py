"""What is sent twice under one key is made once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from inbox.agents.models import Agent
from inbox.api.models import AnsweredRequest
from inbox.common.clock import now
from inbox.sla.models import BusinessCalendar
from tests import cast
from tests.inbox.api.calls import Caller, problem

NIGHT = {"name": "Night", "time_zone": "UTC", "weekly": {"0": [["22:00", "06:00"]]}}


def made(caller: Caller, key: str, **other: Any) -> Any:
    return caller.call("POST", "calendars/", {**NIGHT, **other}, idempotency_key=key)


def test_a_repetition_is_answered_as_before_and_makes_nothing(maja: Agent) -> None:
    caller = Caller(maja)
    first, second = made(caller, "a1"), made(caller, "a1")
    assert (second.status_code, second.json(), second.headers["Location"], second.headers["ETag"]) == (
        201,
        first.json(),
        first.headers["Location"],
        first.headers["ETag"],
    )
    assert BusinessCalendar.objects.filter(name="Night").count() == 1


def test_a_key_stands_for_one_request_of_one_agent(maja: Agent) -> None:
    caller = Caller(maja)
    made(caller, "a1")
    assert problem(made(caller, "a1", name="Day"))[:2] == (422, "key_used_otherwise")
    other = cast.lea()
    Agent.objects.filter(pk=other.pk).update(role="admin")
    assert made(Caller(other), "a1", name="Day").status_code == 201


def test_what_was_refused_can_be_mended_and_sent_under_the_same_key(maja: Agent) -> None:
    caller = Caller(maja)
    assert made(caller, "a1", name="").status_code == 400
    assert (AnsweredRequest.objects.count(), made(caller, "a1").status_code) == (0, 201)


def test_keys_are_forgotten_after_a_day(maja: Agent) -> None:
    caller = Caller(maja)
    made(caller, "a1")
    with time_machine.travel(now() + timedelta(days=1, seconds=1), tick=False):
        made(caller, "a2", name="Day")
    assert list(AnsweredRequest.objects.values_list("key", flat=True)) == ["a2"]


@pytest.mark.parametrize("key", ["", "x" * 256, "å"])
def test_a_key_is_a_short_word(maja: Agent, key: str) -> None:
    assert problem(made(Caller(maja), key))[0] == 400
