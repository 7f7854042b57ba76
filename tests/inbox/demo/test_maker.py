"""The demo workspace: made by the real actions, and taken away without a trace."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps

from inbox.agents.models import Team
from inbox.channels.actions import connect
from inbox.common.clock import now
from inbox.demo.maker import create_demo, make
from inbox.demo.plan import plan
from inbox.demo.removal import remove_demo
from inbox.demo.steps import AgentNotes, AnswersSurvey, Drafts, MarksSpam, PlannedTicket
from inbox.demo.texts.outcomes import OUTCOMES
from inbox.demo.workspace import sample_channel
from inbox.surveys.models import ActionItem, Answer, FollowUpTask, Theme, ThemeLetterCopy, ThemeMention
from inbox.tickets.models import Draft, Message, Ticket
from tests.inbox.questions import asks


def few(present: datetime) -> list[PlannedTicket]:
    """The shortest of the plan that are answered, drafted, noted and spam."""
    planned = sorted(plan(present, days=30, tickets=60), key=lambda ticket: len(ticket.steps))
    kinds = (AnswersSurvey, Drafts, AgentNotes, MarksSpam)
    chosen = [
        next(ticket for ticket in planned if any(isinstance(step, kind) for step in ticket.steps)) for kind in kinds
    ]
    return list({ticket.key: ticket for ticket in chosen}.values())


def rows() -> dict[str, list[object]]:
    """The keys of all rows of all our tables."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values_list("pk", flat=True))
        for model in apps.get_app_config("inbox").get_models()
    }


def test_the_demo_has_a_past_and_is_removed_with_nothing_else(billing: Team) -> None:
    asks(connect(kind="email", address="hello@own.example", name="Our own", team=billing), 1)
    before, present = rows(), now()
    planned = few(present)
    make(planned, present, chats=1, networks=())
    demo = Ticket.objects.filter(channel=sample_channel())
    said = Message.objects.filter(ticket__in=demo).order_by("occurred_at")
    assert (
        sorted((ticket.created_at, ticket.state == "spam" or ticket.is_spam) for ticket in demo),
        said.last().recorded_at <= present,
        Draft.objects.filter(ticket__in=demo).count(),
        said.filter(kind="note").exists(),
        Answer.objects.count() <= 1,
        create_demo(),
    ) == (
        sorted((ticket.steps[0].at, ticket.state == "spam") for ticket in planned),
        True,
        1,
        True,
        True,
        0,
    )
    assert (remove_demo(), rows(), remove_demo()) == (len(planned) + 3, before, 0)


def test_the_story_of_the_label_closes_and_unhappy_customers_were_got_back_to(company: None) -> None:
    present = now()
    planned = plan(present, days=30, tickets=60)
    told_of = [ticket for ticket in planned if any(isinstance(step, AnswersSurvey) for step in ticket.steps)]
    unhappy = [ticket for ticket in told_of if "label" in ticket.story_key][:4]
    make(unhappy, present, chats=0, networks=())
    item = ActionItem.objects.get(theme__name="Label")
    tasks = FollowUpTask.objects.all()
    copies = ThemeLetterCopy.objects.filter(letter__action_item=item)
    assert (
        item.state,
        ThemeMention.objects.filter(theme=item.theme).exists(),
        copies.exclude(message=None).exists() or not copies.exists(),
        tasks.exclude(owner=None).count() == tasks.count() > 0,
        tasks.filter(done_at=None).exists(),
        {task.outcome in OUTCOMES for task in tasks.exclude(done_at=None)} <= {True},
    ) == ("done", True, True, True, True, True)
    remove_demo()
    assert (Theme.objects.count(), ActionItem.objects.count(), tasks.count()) == (0, 0, 0)
