"""Who may ask: tokens that work, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings

from inbox.agents.api_tokens import AlreadyExpired, NameTaken, NotYours, make_token, revoke, token_of
from inbox.agents.models import Agent, ApiToken
from inbox.common.clock import now
from inbox.sla.models import Policy
from tests.inbox.api.calls import BASE, Caller, problem
from tests.web import Visitor


def status(secret: str) -> int:
    return Visitor().get(f"{BASE}clocks/", headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_secret_is_not_kept_and_opens_the_api(ada: Agent) -> None:
    token, secret = make_token(ada, name="Script")
    kept = ApiToken.objects.values().get()
    assert secret not in str(kept)
    assert (kept["hint"], len(kept["digest"]), status(secret), token.agent) == (secret[-4:], 64, 200, ada)


def test_a_token_that_is_wrong_revoked_or_expired_opens_nothing(ada: Agent) -> None:
    revoked, first = make_token(ada, name="Old")
    revoke(revoked, by=ada)
    _expiring, second = make_token(ada, name="Short", expires_at=now() + timedelta(days=1))
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        assert [status(secret) for secret in (first, second, f"{second}x", "")] == [401] * 4


def test_the_tokens_of_an_agent_who_is_switched_off_are_dead(ada: Agent) -> None:
    _token, secret = make_token(ada, name="Script")
    Agent.objects.update(is_active=False)
    assert (status(secret), token_of(secret)) == (401, None)


def test_who_asks_without_a_token_is_told_how_to(company: None) -> None:
    response = Visitor().get(f"{BASE}clocks/")
    assert (problem(response)[:2], response.headers["WWW-Authenticate"]) == (
        (401, "not_authenticated"),
        'Bearer realm="api"',
    )


def test_the_use_of_a_token_is_noted_once_a_minute(ada: Agent) -> None:
    start, noted = now().replace(microsecond=0), []
    token, secret = make_token(ada, name="Script")
    for seconds in (0, 59, 60):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            status(secret)
        token.refresh_from_db()
        noted.append((token.last_used_at - start).total_seconds())
    assert noted == [0, 0, 60]


def test_a_name_belongs_to_one_working_token_of_an_agent(ada: Agent, carl: Agent) -> None:
    token, _secret = make_token(ada, name="Script")
    with pytest.raises(NameTaken):
        make_token(ada, name="script")
    make_token(carl, name="Script")
    revoke(token, by=ada)
    make_token(ada, name="Script")
    assert ApiToken.objects.count() == 3


def test_a_token_that_would_never_work_is_not_made(ada: Agent) -> None:
    with pytest.raises(AlreadyExpired):
        make_token(ada, name="Script", expires_at=now() - timedelta(seconds=1))
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_by_its_agent_or_an_admin(ada: Agent, carl: Agent, maja: Agent) -> None:
    token, secret = make_token(ada, name="Script")
    with pytest.raises(NotYours):
        revoke(token, by=carl)
    assert status(secret) == 200
    at = revoke(token, by=maja).revoked_at
    assert (revoke(token, by=ada).revoked_at, status(secret)) == (at, 401)


def test_a_signed_in_agent_reads_in_his_browser_and_writes_only_as_pages_do(maja: Agent) -> None:
    browser = Visitor(enforce_csrf_checks=True)
    browser.force_login(maja)
    policy = Policy.objects.get()
    assert browser.get(f"{BASE}clocks/").status_code == 200
    forged = browser.delete(f"{BASE}policies/{policy.pk}/", headers={"If-Match": "*"})
    assert (problem(forged)[0], Policy.objects.get().deleted_at) == (403, None)


def test_more_than_the_minutes_share_is_told_when_to_come_back(ada: Agent, settings: LazySettings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    caller, other = Caller(ada), Caller(ada)
    with time_machine.travel(now().replace(second=18), tick=False):
        answers = [caller.call("GET", "clocks/") for _ in range(3)]
        assert [response.status_code for response in answers] == [200, 200, 429]
        assert (answers[2].headers["Retry-After"], other.call("GET", "clocks/").status_code) == ("42", 200)
    with time_machine.travel(now().replace(second=0) + timedelta(minutes=2), tick=False):
        assert caller.call("GET", "clocks/").status_code == 200


def test_while_redis_is_away_everybody_is_answered(ada: Agent, settings: LazySettings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 0
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert Caller(ada).call("GET", "clocks/").status_code == 200
