"""Terms of a policy as plain values."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from inbox.agents.models import Agent
from inbox.sla.forms import InvalidTerms, Terms, terms_as_values, terms_from, usual_day
from inbox.sla.models import BusinessCalendar, Policy, PolicyVersion

pytestmark = pytest.mark.usefixtures("company")


def values(**changed: Any) -> dict[str, Any]:
    return {"name": "VIP", "calendar": BusinessCalendar.objects.get().pk, **changed}


def faults(given: Any, of: Policy | None = None) -> dict[str, list[str]]:
    with pytest.raises(InvalidTerms) as refused:
        terms_from(given, of=of)
    return refused.value.errors


def test_a_name_and_a_calendar_are_enough() -> None:
    assert terms_from(values()) == Terms("VIP", BusinessCalendar.objects.get().pk)


def test_terms_are_taken_as_people_write_them(carl: Agent) -> None:
    step = {"on": "breached", "after": 600, "notify": ["lead", f"agent:{carl.pk}"], "by_mail": True}
    terms = terms_from(
        values(
            name="  VIP  customers ",
            conditions=[
                {"field": "tag", "values": ["urgent", " Urgent", ""]},
                {"field": "channel", "values": ["email"]},
            ],
            targets={
                "first_response": {"within": {"urgent": "1 h 30", "high": 7200, "low": ""}},
                "resolution": {"basis": "calendar", "warn_share": 0.5, "within": {"high": "2d"}},
            },
            pauses_on_hold=True,
            escalations=[step],
        )
    )
    none = {"target": "", "webhook": "", "priority": "", "team_id": None, "agent_id": None}
    assert terms == Terms(
        name="VIP customers",
        calendar_id=BusinessCalendar.objects.get().pk,
        conditions=[{"field": "channel", "values": ["email"]}, {"field": "tag", "values": ["Urgent"]}],
        targets={
            "first_response": {"basis": "business", "warn_share": 0.75, "within": {"high": 7200, "urgent": 5400}},
            "resolution": {"basis": "calendar", "warn_share": 0.5, "within": {"high": 172800}},
        },
        pauses_on_hold=True,
        escalations=[{**none, **step}],
    )


def test_a_day_of_business_time_is_a_usual_day_of_the_calendar() -> None:
    terms = terms_from(values(targets={"resolution": {"within": {"normal": "2d"}}}))
    assert (usual_day(terms.calendar_id), terms.targets["resolution"]["within"]) == (
        timedelta(hours=9),
        {"normal": 2 * 9 * 3600},
    )


def test_terms_are_the_inverse_of_their_values() -> None:
    version = PolicyVersion.objects.select_related("policy").get()
    terms = terms_from(terms_as_values(version), of=version.policy)
    assert (terms.name, terms.targets, terms.conditions) == ("Standard", version.targets, version.conditions)


def test_every_field_at_fault_has_its_sentence() -> None:
    given = {
        "name": "standard",
        "calendar": 0,
        "colour": "red",
        "conditions": [
            {"field": "team", "values": ["Nobodies"]},
            {"field": "priority", "values": ["highest"]},
            {"field": "language", "values": ["English!"]},
            {"field": "tag", "values": []},
            {"field": "moon", "values": ["full"]},
        ],
        "targets": {
            "first_response": {
                "within": {"high": "soon", "low": 0, "medium": "4h"},
                "basis": "office",
                "warn_share": 2,
            },
            "next_response": {"within": {}},
            "resolution": {"within": {"high": "4 years", "low": "400d"}, "basis": "calendar"},
        },
        "pauses_on_hold": "yes",
        "escalations": [
            {"on": "breached", "notify": ["agent:999999"]},
            {"on": "warned"},
            {"on": "breached", "team_id": 999999, "agent_id": 999999, "webhook": "ftp://x"},
        ],
    }
    assert {place: " ".join(said) for place, said in faults(given).items()} == {
        "colour": "There is no such field.",
        "name": "There is another policy of this name.",
        "calendar": "Choose a calendar.",
        "conditions.team": "There is no team “Nobodies”.",
        "conditions.priority": "There is no priority “highest”.",
        "conditions.language": "“English!” is no language code; such codes are en, pt-BR or zh-Hans.",
        "conditions.tag": "Give at least one value, or leave the condition out.",
        "conditions.4": "A condition has a field and values.",
        "targets.first_response.basis": "Choose business or calendar time.",
        "targets.first_response.warn_share": "Warn after more than 0 and at most 100 % of the time.",
        "targets.first_response.within.high": "Write a time with its unit, such as 4h, 1 h 30, 45m or 2d.",
        "targets.first_response.within.low": "The time is longer than nothing.",
        "targets.first_response.within.medium": "There is no such priority.",
        "targets.next_response.within": "Give a time for at least one priority, or do not promise this.",
        "targets.resolution.within.high": "Write a time with its unit, such as 4h, 1 h 30, 45m or 2d.",
        "targets.resolution.within.low": "The time is a year at most.",
        "pauses_on_hold": "Say true or false.",
        "escalations.0.notify": "One of the chosen people is not here any more.",
        "escalations.1.notify": "A step tells somebody or changes something.",
        "escalations.2.webhook": "Give an address that starts with https:// or http://.",
    }


@pytest.mark.parametrize(
    "odd",
    [
        {"conditions": "all"},
        {"conditions": [7]},
        {"conditions": [{"field": ["tag"], "values": ["x"]}]},
        {"conditions": [{"field": "tag", "values": "x"}]},
        {"conditions": [{"field": "tag", "values": ["x" * 41]}]},
        {"conditions": [{"field": "tag", "values": [str(one) for one in range(101)]}]},
        {"conditions": [{"field": "channel", "values": ["E mail"]}]},
        {"targets": ["first_response"]},
        {"targets": {7: {}}},
        {"targets": {"resolution": 4}},
        {"targets": {"resolution": {"within": [4]}}},
        {"targets": {"resolution": {"within": {"low": [4]}}}},
        {"targets": {"resolution": {"within": {"low": True}}}},
        {"targets": {"resolution": {"within": {"low": float("nan")}}}},
        {"targets": {"resolution": {"within": {"low": 10**400}}}},
        {"targets": {"resolution": {"basis": ["business"], "within": {"low": 5}}}},
        {"escalations": {"on": "warned"}},
        {"escalations": [7]},
        {"escalations": [{"on": "breached", "notify": ["lead"]}] * 21},
        {"name": ["VIP"]},
        {"name": "x" * 81},
        {"calendar": "9" * 30},
        {"calendar": True},
    ],
)
def test_odd_values_are_refused_and_nothing_else_is_raised(odd: dict[str, Any]) -> None:
    assert next(iter(faults(values(**odd)))).split(".")[0] == next(iter(odd))


def test_what_is_no_object_is_refused() -> None:
    assert faults([]) == {"": ["Give an object with fields."]}


def test_the_name_of_a_deleted_policy_is_free_again() -> None:
    Policy.objects.update(deleted_at="2026-01-01T00:00Z")
    assert terms_from(values(name="Standard")).name == "Standard"
