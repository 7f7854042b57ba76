"""Teams: who is in them and who leads them."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from inbox.agents.models import Agent, Membership, Team
from tests.inbox.workspace.pages import text_of

Screen = Callable[[Agent], Client]


def members(team: Team) -> list[tuple[str, bool]]:
    return list(Membership.objects.filter(team=team).order_by("agent__name").values_list("agent__name", "leads"))


def test_an_administrator_makes_a_team_once(screen: Screen, maja: Agent, billing: Team) -> None:
    client = screen(maja)
    made = client.post("/settings/teams/", {"name": " Returns "})
    again = client.post("/settings/teams/", {"name": "Returns"})
    assert (
        made.headers["Location"],
        "There is a team of that name already." in text_of(again),
        list(Team.objects.order_by("name").values_list("name", flat=True)),
    ) == (f"/settings/teams/{Team.objects.get(name='Returns').pk}/", True, ["Billing", "Returns"])


def test_an_administrator_says_who_is_in_a_team_and_who_leads_it(
    screen: Screen, maja: Agent, billing: Team, ada: Agent, carl: Agent, wen: Agent
) -> None:
    client = screen(maja)
    sent = {"member": [str(ada.pk), str(wen.pk), "999999", "x"], "lead": [str(ada.pk)]}
    client.post(f"/settings/teams/{billing.pk}/", sent)
    page = text_of(client.get("/settings/teams/"))
    assert (members(billing), "Ada leads" in page, "2 members" in page) == ([("Ada", True), ("Wen", False)], True, True)


def test_who_leads_a_team_is_a_member_of_it(screen: Screen, maja: Agent, billing: Team, carl: Agent) -> None:
    screen(maja).post(f"/settings/teams/{billing.pk}/", {"lead": [str(carl.pk)]})
    assert members(billing) == [("Carl", True)]


def test_others_neither_see_nor_change_who_is_in_a_team(screen: Screen, ada: Agent, billing: Team) -> None:
    client = screen(ada)
    answers = [client.get("/settings/teams/"), client.post(f"/settings/teams/{billing.pk}/", {"lead": [str(ada.pk)]})]
    assert ([answer.status_code for answer in answers], members(billing)) == ([404, 404], [("Ada", False)])
