"""The one way a surface gets a follow-up task."""

from __future__ import annotations

from django.http import Http404

from inbox.agents.models import Agent
from inbox.follow_ups.queries import tasks_of
from inbox.surveys.models import FollowUpTask


def task_for(agent: Agent, task_id: int) -> FollowUpTask:
    """The task. Raises `Http404`, whether it is missing or not his to see."""
    beside = ("owner", "team", "done_by", "invitation__customer", "invitation__version__survey", "invitation__ticket")
    task = tasks_of(agent).select_related(*beside).filter(pk=task_id).first()
    if task is None:
        raise Http404("No such task.")
    return task
