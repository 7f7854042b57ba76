"""What is changed because of a theme: who does it by when, and when it was done."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.common.text import one_line, storable
from inbox.surveys.enums import ActionState
from inbox.surveys.models import ActionItem, Theme
from inbox.surveys.themes import must_lead
from inbox.tickets.changes import Refused


def add_action(
    theme: Theme, title: str, *, owner: Agent | None, due_on: date | None, by: Agent, at: datetime | None = None
) -> ActionItem:
    """Something is to be done about the theme. Raises `Refused`."""
    must_lead(by)
    return ActionItem.objects.create(
        theme=theme, title=_titled(title), owner=owner, due_on=due_on, made_by=by, created_at=at or now()
    )


def change_action(item: ActionItem, title: str, *, owner: Agent | None, due_on: date | None, by: Agent) -> ActionItem:
    """Say anew what is to be done, by whom and by when. Raises `Refused`."""
    must_lead(by)
    item.title, item.owner, item.due_on = _titled(title), owner, due_on
    item.save(update_fields=["title", "owner", "due_on"])
    return item


def set_action_state(item: ActionItem, state: ActionState, *, by: Agent, at: datetime | None = None) -> ActionItem:
    """Done, dropped, or to do again; the same again changes nothing. Its owner may say so too."""
    if by.pk != item.owner_id:
        must_lead(by)
    with transaction.atomic():
        item.refresh_from_db(from_queryset=ActionItem.objects.select_for_update())
        if item.state != state:
            item.state = state
            item.done_at = (at or now()) if state == ActionState.DONE else None
            item.save(update_fields=["state", "done_at"])
    return item


def _titled(title: str) -> str:
    title = one_line(storable(title), 200)
    if not title:
        raise Refused(_("Say in a few words what is to be done."))
    return title
