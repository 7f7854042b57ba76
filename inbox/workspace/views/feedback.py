"""What customers said of an agent's own work, for himself."""

from __future__ import annotations

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox.common.clock import now
from inbox.surveys.feedback import answers_to, own_scores
from inbox.workspace.access import AgentRequest, agents
from inbox.workspace.answer_words import shown

_DAYS = 90


@require_safe
@agents
def feedback(request: AgentRequest) -> HttpResponse:
    """His scores of the last ninety days, and all answers to his work with what was said."""
    at = now()
    page = Paginator(answers_to(request.user), 25).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "answers": [shown(answer.invitation, answer) for answer in page],
        "own": own_scores(request.user, at - timedelta(days=_DAYS)),
        "days": _DAYS,
        "now": at,
    }
    return render(request, "workspace/follow_ups/feedback.html", context)
