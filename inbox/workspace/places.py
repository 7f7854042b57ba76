"""The rail: where one can go, for whom, and by which keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.agents.models import Agent


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the rail. `keys` is a sequence of two letters."""

    route: str
    name: str | Promise
    icon: str
    keys: str
    may: Callable[[Agent], bool]
    url: str = ""
    is_current: bool = False


PLACES = (
    Place("workspace:inbox", _("Inbox"), "messages-square", "g i", lambda agent: True),
    Place(
        "workspace:visitors",
        _("On the site"),
        "footprints",
        "g w",
        lambda agent: agent.answers_customers or agent.reads_reports,
    ),
    Place("workspace:customers", _("Customers"), "users-round", "g c", lambda agent: True),
    Place("workspace:follow_ups", _("Follow-ups"), "heart-handshake", "g f", lambda agent: True),
    Place("workspace:reports", _("Reports"), "chart-column", "g r", lambda agent: agent.reads_reports),
    Place("workspace:policies", _("Policies"), "timer", "g p", lambda agent: agent.reads_reports),
    Place("workspace:surveys", _("Surveys"), "smile", "g v", lambda agent: agent.reads_reports),
    Place("workspace:channels", _("Channels"), "plug", "g s", lambda agent: agent.sees_all and agent.answers_customers),
    Place("workspace:outbox", _("Outbox"), "send", "g o", lambda agent: agent.sees_all and agent.answers_customers),
)
#: Pages that belong to a place whose address they don't continue.
_BESIDE = {
    "/settings/calendars/": "/settings/policies/",
    "/settings/webhooks/": "/settings/surveys/",
    "/themes/": "/follow-ups/",
    "/feedback/": "/follow-ups/",
}
#: Pages that belong to no place of the rail.
_ELSEWHERE = ("/notices/", "/profile/", "/settings/teams/", "/settings/escalations/", "/account/", "/setup/")


def places(agent: Agent, path: str) -> list[Place]:
    """The places open to `agent`; the one that holds `path` is current. The inbox holds what no other holds."""
    found = [
        Place(place.route, place.name, place.icon, place.keys, place.may, url)
        for place in PLACES
        if place.may(agent) and (url := _url(place.route))
    ]
    if path.startswith(_ELSEWHERE):
        return found
    path = next((place for beside, place in _BESIDE.items() if path.startswith(beside)), path)
    here = max((place.url for place in found if path.startswith(place.url)), key=len, default=_url(PLACES[0].route))
    return [
        Place(place.route, place.name, place.icon, place.keys, place.may, place.url, place.url == here)
        for place in found
    ]


def _url(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
