"""Tokens from a provider: asked for as the standard says, renewed in time, and refusals in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from channels_adapters.contracts import Account, Fault, SendError
from channels_adapters.email import oauth
from tests.mail_servers import Provider

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
BACK = "https://help.example/channels/oauth/"


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.shutdown()
    provider.server_close()


def account(provider: Provider, *, until: datetime | None = None, allowed: bool = True) -> Account:
    token = {"oauth_refresh_token": provider.allow("support@here.example")} if allowed else {}
    held = {"oauth_access_token": "held", "oauth_expires_at": until.isoformat()} if until else {}
    return Account(
        "email",
        "support@here.example",
        {
            "oauth_provider": "other",
            "oauth_authorize_url": f"{provider.url}/authorize",
            "oauth_token_url": f"{provider.url}/token",
            "oauth_scopes": "mail offline",
            "oauth_client_id": "inbox",
        },
        {"oauth_client_secret": "hush", **token, **held},
    )


@pytest.mark.parametrize(
    ("settings", "host", "scope", "extra"),
    [
        ({"oauth_provider": "google"}, "accounts.google.com", "https://mail.google.com/", {"access_type": ["offline"]}),
        (
            {"oauth_provider": "microsoft", "oauth_tenant": "nordlys.example"},
            "login.microsoftonline.com",
            "offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send",
            {},
        ),
        (
            {"oauth_provider": "microsoft", "incoming": "pop3"},
            "login.microsoftonline.com",
            "offline_access https://outlook.office.com/POP.AccessAsUser.All https://outlook.office.com/SMTP.Send",
            {},
        ),
    ],
)
def test_a_person_is_sent_to_his_provider_with_what_we_ask_for(
    settings: dict[str, str], host: str, scope: str, extra: dict[str, list[str]]
) -> None:
    chosen = oauth.provider_of(Account("email", "support@here.example", settings))
    proof = oauth.new_proof()
    url = urlsplit(
        oauth.authorization_url(
            chosen,
            client_id="inbox",
            redirect_uri=BACK,
            state="s1",
            login_hint="support@here.example",
            challenge=proof.challenge,
        )
    )
    asked = parse_qs(url.query)
    assert (url.hostname, {name: asked[name] for name in extra}, settings.get("oauth_tenant", "") in url.path) == (
        host,
        extra,
        True,
    )
    assert {name: asked[name][0] for name in asked if name not in ("access_type", "prompt")} == {
        "response_type": "code",
        "client_id": "inbox",
        "redirect_uri": BACK,
        "scope": scope,
        "state": "s1",
        "login_hint": "support@here.example",
        "code_challenge": proof.challenge,
        "code_challenge_method": "S256",
    }


def test_the_code_is_exchanged_for_tokens_with_the_proof(provider: Provider) -> None:
    here = account(provider)
    code = provider.allow("support@here.example")
    tokens = oauth.exchange(
        oauth.provider_of(here),
        client_id="inbox",
        client_secret="hush",
        code=code,
        redirect_uri=BACK,
        verifier="v",
        at=AT,
    )
    assert (provider.asked, provider.tokens[tokens.access_token], tokens.expires_at, "access" in repr(tokens)) == (
        [
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": BACK,
                "code_verifier": "v",
                "client_id": "inbox",
                "client_secret": "hush",
            }
        ],
        "support@here.example",
        AT + timedelta(hours=1),
        False,
    )


def test_a_token_is_renewed_in_its_last_five_minutes_and_the_refresh_token_goes_on(provider: Provider) -> None:
    early = oauth.renewed(account(provider, until=AT + timedelta(minutes=6)), AT)
    late = oauth.renewed(account(provider, until=AT + timedelta(minutes=4)), AT)
    assert (early, sorted(late), late["oauth_expires_at"], len(provider.asked)) == (
        {},
        ["oauth_access_token", "oauth_expires_at"],
        (AT + timedelta(hours=1)).isoformat(),
        1,
    )


@pytest.mark.parametrize(
    ("error", "status", "fault", "words"),
    [
        ("invalid_grant", 400, Fault.AUTH, "connect the account again"),
        ("invalid_client", 401, Fault.AUTH, "client id and secret"),
        ("temporarily_unavailable", 503, Fault.TEMPORARY, "503"),
        ("slow_down", 429, Fault.TEMPORARY, "429"),
    ],
)
def test_a_refusal_says_what_to_do(provider: Provider, error: str, status: int, fault: Fault, words: str) -> None:
    provider.error, provider.status = error, status
    with pytest.raises(SendError) as told:
        oauth.renewed(account(provider), AT)
    assert (told.value.fault, words in told.value.reason, "hush" in f"{told.value!r}") == (fault, True, False)


def test_without_permission_without_provider_and_without_network(provider: Provider) -> None:
    here = account(provider)
    away = replace(here, settings={**here.settings, "oauth_token_url": "http://127.0.0.1:1/token"})
    nowhere = replace(here, settings={"oauth_provider": "nobody"})
    faults = []
    for one in (account(provider, allowed=False), nowhere, away):
        with pytest.raises(SendError) as told:
            oauth.renewed(one, AT)
        faults.append(told.value.fault)
    by_password = Account("email", "support@here.example")
    assert (faults, oauth.renewed(by_password, AT)) == ([Fault.AUTH, Fault.AUTH, Fault.TEMPORARY], {})
