"""The list side of the desk: the views with their counts, the rows, the chips of what narrows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from inbox.agents.models import Agent, Team
from inbox.channels.models import Channel
from inbox.tickets.enums import Priority, State
from inbox.tickets.filters import Filters, Sort
from inbox.tickets.lists import counts, is_sorted, order_of, teams_of, tickets_in
from inbox.tickets.models import Ticket
from inbox.tickets.queries import DOWNWARD, as_rows, cursor_of, narrowed, page_of
from inbox.tickets.reply_windows import has_window
from inbox.workspace.clocks import row_clock, window_left

Text = str | Promise

NAMES: Mapping[str, tuple[Text, str]] = {
    "mine": (gettext_lazy("Mine"), "g m"),
    "unassigned": (gettext_lazy("Unassigned"), "g u"),
    "snoozed": (gettext_lazy("Snoozed"), "g z"),
    "open": (gettext_lazy("All open"), "g a"),
    "drafts": (gettext_lazy("Drafts"), "g d"),
    "risk": (gettext_lazy("At risk"), ""),
    "waiting": (pgettext_lazy("view", "Waiting"), ""),
    "hold": (gettext_lazy("On hold"), ""),
    "resolved": (gettext_lazy("Resolved"), ""),
    "spam": (gettext_lazy("Spam"), ""),
    "deleted": (gettext_lazy("Deleted"), ""),
}
_GROUPS: Sequence[tuple[Text, Sequence[str]]] = (
    (gettext_lazy("Inbox"), ("mine", "unassigned", "snoozed", "open", "drafts")),
    (gettext_lazy("Views"), ("risk", "waiting", "hold", "resolved", "spam", "deleted")),
)
SORTS: Mapping[Sort, Text] = {
    Sort.NEXT_BREACH: gettext_lazy("Next breach"),
    Sort.WAITING_LONGEST: gettext_lazy("Waiting longest"),
    Sort.WINDOW_CLOSES: gettext_lazy("Window closes"),
    Sort.NEWEST: gettext_lazy("Newest"),
}
_FIELDS: Mapping[str, Text] = {
    "state": gettext_lazy("State"),
    "priority": gettext_lazy("Priority"),
    "team": gettext_lazy("Team"),
    "assignee": gettext_lazy("Assignee"),
    "tag": gettext_lazy("Tag"),
    "channel": gettext_lazy("Channel"),
    "from": gettext_lazy("From"),
    "is": pgettext_lazy("filter", "Only"),
    "after": gettext_lazy("After"),
    "before": gettext_lazy("Before"),
    "q": gettext_lazy("Text"),
}
_FLAGS: Mapping[str, Text] = {
    "unread": gettext_lazy("unread"),
    "overdue": gettext_lazy("overdue"),
    "soon": gettext_lazy("due within 30 minutes"),
    "waiting": gettext_lazy("waiting for us"),
    "snoozed": gettext_lazy("snoozed"),
    "spam": gettext_lazy("spam"),
}


@dataclass(frozen=True, slots=True)
class View:
    """A link of the views pane."""

    name: str
    label: Text
    url: str
    count: int | None
    is_current: bool
    keys: str = ""

    @property
    def is_hot(self) -> bool:
        """True when something in it burns."""
        return self.name == "risk" and bool(self.count)


@dataclass(frozen=True, slots=True)
class Chip:
    """Something the list is narrowed to, and the address without it."""

    field: Text
    value: Text
    url: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The list an address names, for an agent at an instant."""

    agent: Agent
    name: str
    filters: Filters
    at: datetime

    @property
    def sort(self) -> Sort:
        """The order of its rows."""
        return order_of(self.name, self.filters)

    @property
    def is_downward(self) -> bool:
        """True when the latest are the first."""
        return self.sort in DOWNWARD

    def url(self, ticket: Ticket | None = None, filters: Filters | None = None) -> str:
        """Its own address, or that of a ticket in it, with what narrows it."""
        path = (
            reverse("workspace:listed_ticket", args=[self.name, ticket.pk])
            if ticket
            else reverse("workspace:list", args=[self.name])
        )
        query = (self.filters if filters is None else filters).query()
        return f"{path}?{query}" if query else path

    def tickets(self) -> Any:
        """Its tickets, narrowed. Raises `Http404` where the agent has no such list."""
        tickets = tickets_in(self.agent, self.name, self.at, self.filters)
        if tickets is None:
            raise Http404("No such view.")
        return narrowed(tickets, self.filters, self.agent)

    def rows(self, tickets: Any, after: str = "") -> tuple[list[Ticket], str]:
        """A page of rows as the template draws them, and the cursor of the next one."""
        page = page_of(as_rows(tickets, self.agent), self.sort, after=after)
        return [self.dressed(ticket) for ticket in page.tickets], page.following

    def dressed(self, ticket: Ticket) -> Ticket:
        """The row with its address, its place in the order and the clock it shows."""
        ticket.url = self.url(ticket)  # type: ignore[attr-defined]
        ticket.key = cursor_of(ticket, self.sort)  # type: ignore[attr-defined]
        ticket.clock = row_clock(ticket)  # type: ignore[attr-defined]
        ticket.window_left = window_left(ticket, self.at)  # type: ignore[attr-defined]
        ticket.shown_at = ticket.deleted_at if self.name == "deleted" else ticket.last_message_at  # type: ignore[attr-defined]
        return ticket

    def beside(self, ticket: Ticket) -> Ticket | None:
        """The ticket after this one in the list, else the first other one."""
        others = self.tickets().exclude(pk=ticket.pk)
        following = page_of(others, self.sort, after=cursor_of(ticket, self.sort), size=1).tickets
        return next(iter(following or page_of(others, self.sort, size=1).tickets), None)


def views(listed: Listed) -> dict[str, Any]:
    """The views pane: groups of views, counted in one query."""
    teams = teams_of(listed.agent)
    counted = counts(listed.agent, teams, listed.at)

    def view(name: str, label: Text, keys: str = "") -> View:
        return View(name, label, reverse("workspace:list", args=[name]), counted.get(name), name == listed.name, keys)

    groups = [
        (title, [view(name, *NAMES[name]) for name in names if name != "deleted" or listed.agent.deletes_tickets])
        for title, names in _GROUPS
    ]
    if teams:
        groups.append((_("Teams"), [view(f"team-{team.pk}", team.name) for team in teams]))
    return {"groups": groups}


def list_context(listed: Listed, agents: Sequence[Agent], teams: Sequence[Team], after: str = "") -> dict[str, Any]:
    """Everything the list pane shows."""
    rows, following = listed.rows(listed.tickets(), after)
    # Not every part of the page that is made from this has menus.
    channels: Any = SimpleLazyObject(lambda: list(Channel.objects.only("kind", "address", "settings")))
    return {
        "listed": listed,
        "rows": rows,
        "following": following,
        "more_url": f"{listed.url()}{'&' if listed.filters.query() else '?'}after={following}",
        "title": title_of(listed.name, teams),
        "chips": chips(listed, agents, teams),
        "sorts": SimpleLazyObject(lambda: _sorts(listed, channels)),
        "sort_label": SORTS.get(listed.sort, ""),
        "states": State.choices,
        "priorities": Priority.choices,
        "agents": agents,
        "teams": teams,
        "kinds": SimpleLazyObject(lambda: sorted({channel.kind for channel in channels})),
        "now": listed.at,
    }


def _sorts(listed: Listed, channels: Sequence[Channel]) -> list[tuple[Text, str, Sort]]:
    """The orders offered; by closing window only where a network has windows."""
    has_windows = listed.sort == Sort.WINDOW_CLOSES or any(map(has_window, channels))
    return [
        (label, listed.url(filters=listed.filters.sorted_by(sort)), sort)
        for sort, label in SORTS.items()
        if is_sorted(listed.name) and (has_windows or sort != Sort.WINDOW_CLOSES)
    ]


def title_of(name: str, teams: Sequence[Team]) -> Text:
    """What a list is called."""
    if name == "search":
        return _("Search")
    if name in NAMES:
        return NAMES[name][0]
    return next((team.name for team in teams if name == f"team-{team.pk}"), name)


def chips(listed: Listed, agents: Sequence[Agent], teams: Sequence[Team]) -> list[Chip]:
    """What the list is narrowed to, each with the address that drops it."""
    filters = listed.filters
    found = [
        Chip(_FIELDS[field], _value(field, value, agents, teams), listed.url(filters=filters.without(field, value)))
        for field, value in filters.chosen
    ]
    if filters.text:
        found.append(Chip(_FIELDS["q"], f"“{filters.text}”", listed.url(filters=filters.searching(""))))
    return found


def _value(field: str, value: str, agents: Sequence[Agent], teams: Sequence[Team]) -> Text:
    if field == "state":
        return State(value).label
    if field == "priority":
        return Priority(value).label
    if field == "is":
        return _FLAGS[value]
    if field in ("team", "assignee") and value == "none":
        return _("nobody") if field == "assignee" else _("no team")
    if field == "assignee" and value == "me":
        return _("me")
    if field in ("team", "assignee") and value.isdecimal():
        known: Sequence[Agent | Team] = agents if field == "assignee" else teams
        return next((str(one) for one in known if str(one.pk) == value), value)
    return f"#{value}" if field == "tag" else value
