"""Queries that are built once: asked again with other values, by any thread, they give what the query itself gives."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from inbox.agents.models import Agent, Membership, Team
from inbox.common.prepared import Given, Prepared, prefetch, prepared
from tests import cast


@prepared
def members(team: Given, agents: Given) -> QuerySet[Membership]:
    """Memberships of some agents in a team, with both."""
    return Membership.objects.filter(team=team, agent__any=agents).select_related("agent", "team").order_by("agent")


@pytest.fixture
def teams(db: None) -> list[Team]:
    found = [Team.objects.create(name=name) for name in ("One", "Two")]
    for agent in (cast.ada(), cast.carl()):
        Membership.objects.filter(agent=agent).delete()
        for team in found:
            Membership.objects.create(agent=agent, team=team, leads=team == found[0])
    return found


def test_rows_come_with_what_was_selected_beside_them_in_one_query(teams: list[Team]) -> None:
    ada, carl = cast.ada(), cast.carl()
    members(0, [])
    with CaptureQueriesContext(connection) as asked:
        found = [(one.team.name, one.agent.name, one.leads) for one in members(teams[1].pk, [ada.pk, carl.pk])]
        alone = [(one.team, one.agent) for one in members(teams[0].pk, [carl.pk])]
    nobody = members(teams[0].pk, [])
    assert (found, alone, nobody, len(asked)) == (
        sorted([("Two", ada.name, False), ("Two", carl.name, False)]),
        [(teams[0], carl)],
        [],
        2,
    )


def test_values_counts_and_computed_fields_come_as_from_the_query_itself(teams: list[Team]) -> None:
    @prepared
    def sizes(least: Given) -> QuerySet[Team, tuple[str, int]]:
        counted = Team.objects.annotate(n=Count("memberships")).filter(n__gte=least)
        return counted.order_by("name").values_list("name", "n")

    @prepared
    def called(agent: Given) -> QuerySet[Agent]:
        return Agent.objects.filter(pk=agent).annotate(greeting=Concat(Value("Hello "), "name")).defer("password")

    by_itself = Team.objects.annotate(n=Count("memberships")).filter(n__gte=2).order_by("name").values_list("name", "n")
    found: Any = called.first(cast.ada().pk)
    assert (sizes(2), sizes(3), found.greeting, "password" in vars(found), called.first(0)) == (
        list(by_itself),
        [],
        "Hello Ada",
        False,
        None,
    )


def test_a_condition_can_be_given(teams: list[Team]) -> None:
    @prepared
    def either(everything: Given, name: Given) -> QuerySet[Team, str]:
        is_all = Q(ExpressionWrapper(everything, BooleanField()))
        return (
            Team.objects.filter(is_all | Q(name=name), name__in=["One", "Two"])
            .order_by("name")
            .values_list("name", flat=True)
        )

    assert (either(True, "x"), either(False, "Two"), either(False, "x")) == (["One", "Two"], ["Two"], [])


def test_any_takes_plain_lists_in_ordinary_queries_too(teams: list[Team]) -> None:
    ids = [one.pk for one in teams]
    found = Membership.objects.filter(team__any=ids).exclude(team_id__any=ids[:1])
    assert (
        {one.team_id for one in found}
        == {ids[1]}
        == set(Team.objects.filter(pk__any=[ids[1]]).values_list("pk", flat=True))
    )


def test_what_is_changed_in_a_row_is_not_in_the_next_answer(teams: list[Team]) -> None:
    [first] = members(teams[0].pk, [cast.ada().pk])
    first.agent.name = "Somebody"
    [second] = members(teams[0].pk, [cast.ada().pk])
    assert second.agent.name == "Ada"
    second.leads = False
    second.save()
    assert not members(teams[0].pk, [cast.ada().pk])[0].leads


def test_related_objects_are_there_without_another_query(teams: list[Team]) -> None:
    empty = Team.objects.create(name="Empty")
    rows = [*teams, empty]
    with CaptureQueriesContext(connection) as asked:
        prefetch(rows, "memberships", "agent")
        names = [[one.agent.name for one in row.memberships.all() if one.team is row] for row in rows]
        prefetch([], "memberships")
    assert (names, empty.memberships.count(), len(asked)) == ([["Ada", "Carl"], ["Ada", "Carl"], []], 0, 1)


def test_what_cannot_be_prepared_is_said_at_once(db: None) -> None:
    eager: Prepared[Team] = prepared(lambda: Team.objects.prefetch_related("memberships"))
    with pytest.raises(TypeError, match="would be asked for anew each time"):
        eager()
    with pytest.raises(TypeError, match="takes 2 values, 1 were given"):
        members(1)


@pytest.mark.django_db(transaction=True)
def test_threads_ask_on_connections_of_their_own() -> None:
    @prepared
    def named(name: Given) -> QuerySet[Team, str]:
        return Team.objects.filter(name=name).values_list("name", flat=True)

    names = [f"Team {number}" for number in range(40)]
    Team.objects.bulk_create([Team(name=name) for name in names])

    def ask(name: str) -> list[str]:
        try:
            return named(name)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, names)) == [[name] for name in names]
