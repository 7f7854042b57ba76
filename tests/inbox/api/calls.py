"""How programs call."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

from inbox.agents.api_tokens import make_token
from inbox.agents.models import Agent, ApiToken
from tests.web import Visitor

BASE = "/api/v1/"


class Caller:
    """A program with a token of the agent."""

    def __init__(self, agent: Agent) -> None:
        self.token, self.secret = make_token(agent, name=f"Program {ApiToken.objects.count()}")
        self._visitor = Visitor(enforce_csrf_checks=True)

    def call(self, method: str, path: str, sent: object = None, /, **headers: str) -> HttpResponse:
        """What is answered to a request; `if_match` is the header If-Match."""
        return self._visitor.generic(
            method,
            path if path.startswith(("http://", "/")) else BASE + path,
            "" if sent is None else json.dumps(sent),
            content_type="application/json",
            headers={
                "Authorization": f"Bearer {self.secret}",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )

    def reads(self, path: str) -> Any:
        """What is read there."""
        response = self.call("GET", path)
        assert response.status_code == 200, response.content
        return response.json()


def problem(response: HttpResponse) -> tuple[int, str, dict[str, list[str]]]:
    """The status, the code and the messages by pointer of a problem."""
    assert response.headers["Content-Type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == response.status_code
    messages: dict[str, list[str]] = {}
    for error in told.get("errors", ()):
        messages.setdefault(error["pointer"], []).append(error["message"])
    return response.status_code, told["code"], messages
