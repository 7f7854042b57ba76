"""The page where an agent makes and revokes keys to the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from inbox.agents.api_tokens import make_token, token_of
from inbox.agents.models import Agent, ApiToken
from inbox.common.clock import now
from tests.inbox.workspace.pages import text_of
from tests.web import Visitor

Screen = Callable[[Agent], Client]


def secret_on(page: str) -> str | None:
    found = re.search(r'value="(inbox_[^"]+)"', page)
    return found[1] if found else None


def test_the_secret_is_shown_once_and_opens_the_api_as_the_agent(screen: Screen, ada: Agent) -> None:
    client = screen(ada)
    made = client.post("/profile/tokens/", {"name": "Reports\n script", "life": "30"})
    secret = secret_on(made.content.decode())
    token = token_of(secret or "")
    assert token is not None
    assert (token.agent, token.name, made.headers["Cache-Control"]) == (
        ada,
        "Reports script",
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    again = client.get("/profile/tokens/")
    assert (secret_on(again.content.decode()), "Reports script" in text_of(again)) == (None, True)
    opened = Visitor().get("/api/v1/clocks/", headers={"Authorization": f"Bearer {secret}"})
    assert opened.status_code == 200


@pytest.mark.parametrize(("life", "days"), [("30", 30), ("365", 365), ("ever", None)])
def test_a_token_works_as_long_as_was_chosen(screen: Screen, ada: Agent, life: str, days: int | None) -> None:
    start = now()
    with time_machine.travel(start, tick=False):
        screen(ada).post("/profile/tokens/", {"name": "Script", "life": life})
    end = ApiToken.objects.get().expires_at
    assert end == (start + timedelta(days=days) if days else None)


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "", "life": "30"},
        {"name": "x" * 81, "life": "30"},
        {"name": "Old", "life": "30"},
        {"name": "New", "life": "7"},
    ],
)
def test_what_makes_no_token_is_said_at_its_field(screen: Screen, ada: Agent, sent: dict[str, str]) -> None:
    make_token(ada, name="Old")
    page = screen(ada).post("/profile/tokens/", sent).content.decode()
    assert ('aria-invalid="true"' in page, secret_on(page), ApiToken.objects.count()) == (True, None, 1)


def test_a_revoked_token_leaves_the_list(screen: Screen, ada: Agent) -> None:
    token, secret = make_token(ada, name="Script")
    answer = screen(ada).post(f"/profile/tokens/{token.pk}/revocation/", follow=True)
    assert (token_of(secret), "You have none." in text_of(answer)) == (None, True)


def test_admins_see_and_revoke_the_tokens_of_all_and_nobody_else_does(
    screen: Screen, ada: Agent, carl: Agent, maja: Agent
) -> None:
    token, secret = make_token(ada, name="Ada's script")
    refused = screen(carl).post(f"/profile/tokens/{token.pk}/revocation/")
    assert (refused.status_code, token_of(secret)) == (404, token)
    shown = ["Ada’s script" in text_of(screen(one).get("/profile/tokens/")).replace("'", "’") for one in (carl, maja)]
    assert shown == [False, True]
    screen(maja).post(f"/profile/tokens/{token.pk}/revocation/")
    assert token_of(secret) is None
