"""Policies are made, changed, moved, switched and deleted: from now on only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.reports.verify import differences
from inbox.sla import access
from inbox.sla.forms import Terms, terms_as_values, terms_from
from inbox.sla.models import BusinessCalendar, CalendarVersion, Clock, Policy, PolicyVersion
from inbox.sla.policies import change_policy, delete_policy, make_policy, move_policy, switch_policy
from inbox.sla.queries import listed_policies, open_tickets_by_policy
from inbox.tickets import actions as tickets
from inbox.tickets.enums import EventKind, Priority
from inbox.tickets.models import Ticket
from tests.inbox.questions import asks

pytestmark = pytest.mark.usefixtures("company")

MONDAY = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def terms(name: str = "VIP", hours: float = 1, **conditions: list[str]) -> Terms:
    return Terms(
        name=name,
        calendar_id=BusinessCalendar.objects.get().pk,
        conditions=[{"field": field, "values": values} for field, values in conditions.items()],
        targets={"first_response": {"basis": "business", "warn_share": 0.75, "within": {"normal": hours * 3600}}},
    )


def standard() -> Policy:
    return Policy.objects.get(name="Standard")


def names(at: datetime | None = None) -> list[str]:
    return [version.policy.name for version, _ in access.policies_in_force(at)]


def listed() -> list[str]:
    return [policy.name for policy in listed_policies()]


def goal(ticket: Ticket) -> float | None:
    return Clock.objects.get(ticket=ticket, target="first_response").goal_seconds


def test_a_new_policy_counts_from_now_on_and_stands_before_the_one_that_takes_every_ticket(maja: Agent) -> None:
    policy = make_policy(terms(priority=["high"]), by=maja, at=MONDAY)
    version = policy.versions.get()
    assert (listed(), names(MONDAY - HOUR), names(MONDAY), version.made_by, version.in_force_from) == (
        ["VIP", "Standard"],
        ["Standard"],
        ["VIP", "Standard"],
        maja,
        MONDAY,
    )


def test_a_new_policy_for_every_ticket_stands_last(maja: Agent) -> None:
    make_policy(terms("Rest"), by=maja)
    assert listed() == ["Standard", "Rest"]


def test_a_change_is_a_new_version_and_the_same_terms_change_nothing(maja: Agent) -> None:
    policy = make_policy(terms(), by=maja, at=MONDAY)
    later = change_policy(policy, terms(hours=2), by=maja, at=MONDAY + HOUR)
    assert change_policy(policy, terms(hours=2), by=maja, at=MONDAY + 2 * HOUR) == later
    assert [
        (version.in_force_from, version.targets["first_response"]["within"]) for version in policy.versions.all()
    ] == [
        (MONDAY, {"normal": 3600}),
        (MONDAY + HOUR, {"normal": 7200}),
    ]


def test_two_changes_at_one_instant_are_both_kept(maja: Agent) -> None:
    policy = make_policy(terms(), by=maja, at=MONDAY)
    for hours in (2, 3):
        change_policy(policy, terms(hours=hours), by=maja, at=MONDAY)
    assert policy.versions.count() == 3


def test_another_name_alone_is_no_version(maja: Agent) -> None:
    policy = make_policy(terms(), by=maja)
    change_policy(policy, terms("Gold"), by=maja)
    assert (policy.versions.count(), listed()) == (1, ["Standard", "Gold"])


def test_what_the_form_gives_back_changes_nothing(maja: Agent) -> None:
    policy = standard()
    version = policy.versions.get()
    assert change_policy(policy, terms_from(terms_as_values(version), of=policy), by=maja) == version


def test_policies_are_in_force_as_they_were_at_every_instant(maja: Agent) -> None:
    vip = make_policy(terms("VIP", priority=["high"]), by=maja, at=MONDAY)
    chat = make_policy(terms("Chat", channel=["livechat"]), by=maja, at=MONDAY + HOUR)
    move_policy(chat, 0, by=maja, at=MONDAY + 2 * HOUR)
    switch_policy(vip, on=False, by=maja, at=MONDAY + 3 * HOUR)
    switch_policy(vip, on=True, by=maja, at=MONDAY + 4 * HOUR)
    delete_policy(standard(), by=maja, at=MONDAY + 5 * HOUR)
    move_policy(vip, 0, by=maja, at=MONDAY + 6 * HOUR)
    assert [names(MONDAY + number * HOUR) for number in range(-1, 7)] == [
        ["Standard"],
        ["VIP", "Standard"],
        ["VIP", "Chat", "Standard"],
        ["Chat", "VIP", "Standard"],
        ["Chat", "Standard"],
        ["Chat", "VIP", "Standard"],
        ["Chat", "VIP"],
        ["VIP", "Chat"],
    ]


def test_each_change_of_what_is_in_force_changes_the_stamp(maja: Agent) -> None:
    stamps = [access.stamp()]
    policy = make_policy(terms(priority=["high"]), by=maja)
    stamps.append(access.stamp())
    for change in (
        lambda: change_policy(policy, terms(hours=9), by=maja),
        lambda: move_policy(policy, 1, by=maja),
        lambda: move_policy(policy, 0, by=maja),
        lambda: switch_policy(policy, on=False, by=maja),
        lambda: switch_policy(policy, on=True, by=maja),
        lambda: change_policy(policy, terms("Gold", hours=9), by=maja),
        lambda: delete_policy(policy, by=maja),
    ):
        change()
        stamps.append(access.stamp())
    assert len(set(stamps)) == 9


def test_doing_it_twice_changes_nothing(maja: Agent) -> None:
    policy = make_policy(terms(priority=["high"]), by=maja)
    switch_policy(policy, on=False, by=maja)
    delete_policy(policy, by=maja, at=MONDAY)
    stamp = access.stamp()
    delete_policy(policy, by=maja)
    move_policy(standard(), 0, by=maja)
    switch_policy(standard(), on=True, by=maja)
    assert (access.stamp(), policy.deleted_at) == (stamp, MONDAY)


def test_what_is_deleted_changes_no_more(maja: Agent) -> None:
    policy = make_policy(terms(), by=maja)
    delete_policy(policy, by=maja)
    stamp = access.stamp()
    for verb in (
        lambda: change_policy(policy, terms(hours=7), by=maja),
        lambda: move_policy(policy, 0, by=maja),
        lambda: switch_policy(policy, on=True, by=maja),
    ):
        with pytest.raises(Policy.DoesNotExist):
            verb()
    assert (access.stamp(), policy.versions.count()) == (stamp, 1)


def test_a_ticket_keeps_what_was_applied_whatever_becomes_of_its_policy(support: Channel, maja: Agent) -> None:
    policy = make_policy(terms(channel=["email"], hours=1), by=maja, at=MONDAY - HOUR)
    before = asks(support, 1, at=MONDAY)
    change_policy(policy, terms(channel=["email"], hours=2), by=maja, at=MONDAY + HOUR)
    after = asks(support, 2, at=MONDAY + 2 * HOUR)
    switch_policy(policy, on=False, by=maja, at=MONDAY + 3 * HOUR)
    off = asks(support, 3, at=MONDAY + 4 * HOUR)
    delete_policy(policy, by=maja, at=MONDAY + 5 * HOUR)
    assert (goal(before), goal(after), goal(off), list(differences([]))) == (3600, 7200, 4 * 3600, [])
    assert open_tickets_by_policy() == {policy.pk: 2, standard().pk: 1}


def test_a_ticket_that_chooses_anew_gets_what_is_in_force_by_then(support: Channel, maja: Agent) -> None:
    ticket = asks(support, 1, at=MONDAY)
    make_policy(terms(priority=["high"], tag=["vip"]), by=maja, at=MONDAY + HOUR)
    late = asks(support, 2, at=MONDAY + 30 * timedelta(minutes=1))
    tickets.tag(ticket, ["vip"], by=maja, at=MONDAY + 2 * HOUR)
    tickets.prioritize(ticket, Priority.HIGH, by=maja, at=MONDAY + 3 * HOUR)
    applied = [event.details for event in ticket.events.filter(kind=EventKind.POLICY_APPLIED).order_by("id")]
    assert applied == [
        {"policy": "Standard", "reason": "It applies to every ticket.", "because": []},
        {
            "policy": "VIP",
            "reason": "It applies because the priority is high, the tag is vip.",
            "because": [{"field": "priority", "values": ["high"]}, {"field": "tag", "values": ["vip"]}],
            "before": "Standard",
        },
    ]
    assert (late.events.filter(kind=EventKind.POLICY_APPLIED).count(), list(differences([]))) == (1, [])


def test_a_mail_that_comes_late_gets_the_policy_of_its_own_time(support: Channel, maja: Agent) -> None:
    strict = make_policy(terms("Strict", hours=1), by=maja, at=MONDAY)
    move_policy(strict, 0, by=maja, at=MONDAY + HOUR)
    switch_policy(strict, on=False, by=maja, at=MONDAY + 3 * HOUR)
    goals = [goal(asks(support, number, at=MONDAY + timedelta(hours=number, minutes=30))) for number in range(4)]
    assert goals == [4 * 3600, 3600, 3600, 4 * 3600]


def test_new_terms_take_nothing_from_the_old_version(maja: Agent) -> None:
    policy = make_policy(terms(), by=maja, at=MONDAY)
    old = PolicyVersion.objects.filter(policy=policy).values().get()
    change_policy(policy, replace(terms(hours=5), pauses_on_hold=True), by=maja, at=MONDAY + HOUR)
    assert PolicyVersion.objects.filter(pk=old["id"]).values().get() == old


def test_a_ticket_that_gets_an_older_policy_back_is_measured_by_its_hours_again(support: Channel, maja: Agent) -> None:
    urgently = terms(priority=["high"])
    calendar = BusinessCalendar.objects.create(name="Never but on Sundays")
    CalendarVersion.objects.create(
        calendar=calendar, in_force_from=MONDAY, time_zone="UTC", weekly={"6": [["09:00", "10:00"]]}
    )
    make_policy(replace(urgently, calendar_id=calendar.pk), by=maja, at=MONDAY)
    ticket = asks(support, 1)
    before = Clock.objects.get(ticket=ticket, target="first_response").due_at
    tickets.prioritize(ticket, Priority.HIGH, by=maja)
    tickets.prioritize(ticket, Priority.NORMAL, by=maja)
    assert (Clock.objects.get(ticket=ticket, target="first_response").due_at, list(differences())) == (before, [])
