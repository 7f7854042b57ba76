"""What is answered when something is wrong."""

from __future__ import annotations

import pytest

from inbox.agents.models import Agent
from tests.inbox.api.calls import Caller, problem


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "nothing/", (404, "not_found")),
        ("GET", "tickets/999999999999999999999/clocks/", (404, "not_found")),
        ("POST", "clocks/", (405, "method_not_allowed")),
    ],
)
def test_an_address_or_a_method_that_is_not_there_is_a_problem(
    ada: Agent, method: str, path: str, expected: tuple[int, str]
) -> None:
    assert problem(Caller(ada).call(method, path))[:2] == expected


def test_the_slash_at_the_end_may_be_left_out(ada: Agent) -> None:
    assert Caller(ada).reads("clocks?limit=1") == {"results": [], "next": None}


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ("state=late", "/state"),
        ("due_before=tomorrow", "/due_before"),
        ("due_before=2026-03-09T09:00:00", "/due_before"),
        ("due_before=1066-10-14T09:00:00Z", "/due_before"),
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("cursor=x", "/cursor"),
        ("cursor=WyIyMDI2IiwgMV0", "/cursor"),
    ],
)
def test_each_value_that_cannot_be_taken_is_named(ada: Agent, asked: str, pointer: str) -> None:
    status, code, messages = problem(Caller(ada).call("GET", f"clocks/?{asked}"))
    assert (status, code, list(messages)) == (400, "invalid", [pointer])
