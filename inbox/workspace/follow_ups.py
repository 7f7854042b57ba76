"""Follow-up tasks as their pages show them: each with what was answered, what it asks for and when it is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from inbox.customers.models import Identity
from inbox.follow_ups.queries import answers_by_invitation
from inbox.surveys.models import Answer, FollowUpTask, Theme, ThemeMention
from inbox.surveys.theme_queries import themes_by_invitation
from inbox.tickets.models import Ticket
from inbox.workspace.answer_words import Shown, shown
from inbox.workspace.chips import Chip
from inbox.workspace.wording import clock_time, duration


@dataclass(frozen=True, slots=True)
class Row:
    """A task with what was answered and what it is about: its themes, and those an agent may add."""

    task: FollowUpTask | None
    answer: Shown | None
    chip: Chip | None
    themes: list[str] = field(default_factory=list)
    mentions: list[ThemeMention] = field(default_factory=list)
    other_themes: list[Theme] = field(default_factory=list)

    @property
    def ticket(self) -> Ticket | None:
        """What it is about, unless it is about us altogether."""
        return self.task.invitation.ticket if self.task else None


def rows_of(tasks: Iterable[FollowUpTask], at: datetime) -> list[Row]:
    """The tasks with their answers and themes, in two statements however many there are."""
    listed = list(tasks)
    ids = [task.invitation_id for task in listed]
    answers = answers_by_invitation(ids)
    themes: dict[int, list[str]] = {}
    mentions = ThemeMention.objects.filter(invitation__in=ids, is_denied=False).order_by("theme__name")
    for invitation_id, name in mentions.values_list("invitation_id", "theme__name"):
        themes.setdefault(invitation_id, []).append(name)
    return [
        Row(
            task,
            shown(task.invitation, answers[task.invitation_id]) if task.invitation_id in answers else None,
            chip(task, at),
            themes.get(task.invitation_id, []),
        )
        for task in listed
    ]


def answered_in(ticket: Ticket, at: datetime) -> list[Row]:
    """The answers about a ticket, the latest first, each with its task where there is one."""
    current = Answer.objects.filter(is_current=True, invitation__ticket=ticket).select_related(
        "invitation__version", "invitation__follow_up_task__owner", "invitation__follow_up_task__done_by"
    )
    answers = list(current.order_by("-answered_at", "-id"))
    if not answers:
        return []
    mentioned = themes_by_invitation([answer.invitation_id for answer in answers])
    active = list(Theme.objects.filter(is_active=True).order_by("name"))
    rows = []
    for answer in answers:
        task = getattr(answer.invitation, "follow_up_task", None)
        mentions = mentioned.get(answer.invitation_id, [])
        spoken_of = {mention.theme_id for mention in mentions}
        rows.append(
            Row(
                task,
                shown(answer.invitation, answer),
                chip(task, at) if task else None,
                mentions=mentions,
                other_themes=[theme for theme in active if theme.pk not in spoken_of],
            )
        )
    return rows


def chip(task: FollowUpTask, at: datetime) -> Chip:
    """When a task is due, as the chips of clocks say it; the last quarter of its time is amber."""
    target = pgettext("sla target", "follow-up")
    if task.done_at:
        return _settled(task, target)
    whole = task.due_at - task.opened_at
    half, warn = task.due_at - whole / 2, task.due_at - whole / 4
    look, icon, spoken = "calm", "clock", _("%(target)s due %(time)s")
    if at > task.due_at:
        text = pgettext("sla", "%(time)s over") % {"time": duration(at - task.due_at)}
        look, icon, spoken = "over", "triangle-alert", _("%(target)s was due %(time)s")
    elif at >= half:
        text = pgettext("sla", "%(time)s left") % {"time": duration(task.due_at - at)}
        look = "due" if at >= warn else "calm"
    else:
        text = pgettext("sla", "due %(time)s") % {"time": clock_time(task.due_at, at)}
    words = spoken % {"target": target, "time": clock_time(task.due_at, at)}
    return Chip(look, icon, text, words, target, task.due_at, warn, half)


def _settled(task: FollowUpTask, target: str) -> Chip:
    late = (task.done_at or task.due_at) - task.due_at
    if task.is_withdrawn:
        text = _("answer changed")
        return Chip("plain", "minus", text, f"{target}: {text}", target)
    if late > timedelta(0):
        text = pgettext("sla", "%(time)s late") % {"time": duration(late)}
        return Chip("late", "circle-alert", text, f"{target}: {text}", target)
    text = _("in time")
    return Chip("met", "check", text, f"{target}: {text}", target)


def addresses_of(task: FollowUpTask) -> list[Identity]:
    """Where the customer can be written to."""
    return list(Identity.objects.filter(customer=task.invitation.customer_id).order_by("id"))
