"""The steps of a policy as values: read, checked at each field, written."""

import json
from datetime import timedelta

import pytest

from inbox.sla.escalation import InvalidStep, On, Step, as_values, step_from, steps_from
from inbox.sla.policy import Target

FULL = Step(
    on=On.BREACHED,
    target=Target.RESOLUTION,
    after=timedelta(minutes=30),
    notify=("assignee", "lead", "agent:7"),
    by_mail=True,
    webhook="https://hooks.example/late?team=1",
    priority="high",
    team_id=3,
    agent_id=7,
)


def test_steps_are_stored_as_json_and_read_back() -> None:
    steps = (Step(on=On.WARNED, notify=("assignee",)), FULL)
    assert steps_from(json.loads(json.dumps(as_values(steps)))) == steps


def test_only_what_a_step_follows_has_to_be_said() -> None:
    assert step_from({"on": "breached", "priority": "urgent"}) == Step(on=On.BREACHED, priority="urgent")


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, ["on"]),
        ({"on": "warned"}, ["notify"]),
        ({"on": "warned", "notify": ["lead"], "after": 60}, ["after"]),
        ({"on": "breached", "notify": ["lead"], "after": -1}, ["after"]),
        ({"on": "breached", "notify": ["lead"], "after": 91 * 86400}, ["after"]),
        ({"on": "breached", "notify": ["lead"], "after": float("nan")}, ["after"]),
        ({"on": "breached", "notify": ["lead"], "after": "60"}, ["after"]),
        ({"on": "breached", "notify": ["boss"]}, ["notify"]),
        ({"on": "breached", "notify": ["agent:0"]}, ["notify"]),
        ({"on": "breached", "notify": "lead"}, ["notify"]),
        ({"on": "breached", "by_mail": True, "priority": "high"}, ["by_mail"]),
        ({"on": "breached", "webhook": "ftp://hooks.example"}, ["webhook"]),
        ({"on": "breached", "webhook": "https://me:secret@hooks.example/"}, ["webhook"]),
        ({"on": "breached", "webhook": "https://hooks.example:x/"}, ["webhook"]),
        ({"on": "breached", "priority": "huge", "team_id": "3"}, ["team_id"]),
        ({"on": "breached", "priority": "huge", "team_id": 3}, ["priority"]),
        ({"on": "later", "target": "speed", "notify": ["lead"]}, ["on", "target"]),
        ({"on": "breached", "notify": ["lead"], "shout": True}, ["shout"]),
        ("breached", ["on"]),
    ],
)
def test_what_is_wrong_is_said_at_its_field(given: dict[str, object], fields: list[str]) -> None:
    with pytest.raises(InvalidStep) as refused:
        step_from(given)
    assert sorted(refused.value.errors) == fields


def test_the_step_at_fault_is_named_by_its_number() -> None:
    with pytest.raises(InvalidStep) as refused:
        steps_from([{"on": "warned", "notify": ["lead"]}, {"on": "warned"}])
    assert refused.value.number == 1


def test_a_step_follows_what_happens_to_its_target() -> None:
    assert [FULL.follows(target, on) for target in Target for on in On] == [False] * 5 + [True]
