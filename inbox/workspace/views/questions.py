"""A question before something is done: a dialog beside the ticket, or without script a page of its own."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from inbox.workspace.access import AgentRequest
from inbox.workspace.views.inbox import fragment


def ask(request: AgentRequest, question: str, body: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """`question` is its title, `body` the template of what is asked."""
    is_dialog = request.headers.get("X-Pane") == "dialog"
    template = "workspace/ticket/question.html" if is_dialog else "workspace/ticket/question_page.html"
    return fragment(render(request, template, {"question": question, "body": body, **context}, status=status))
