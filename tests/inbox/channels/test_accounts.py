"""Secrets of accounts: the one before goes on verifying for a while; addresses are known before an account is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from channels_adapters import registry
from channels_adapters.contracts import SettingsField
from inbox.channels import actions
from inbox.channels.access import (
    account,
    channel_of_hook,
    draw_hook,
    draw_token,
    drawn_address,
    drawn_secret,
    hook_address,
    opened,
)
from inbox.channels.accounts import change_account, end_former_secret, forget_former_secrets, renew_hook
from inbox.channels.hook_signs import signs_at
from inbox.channels.models import AccountNews, Channel
from inbox.common.clock import now
from tests.inbox.channels import ravens
from tests.web import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def loft(monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    ravens.installed(monkeypatch)
    fields = (
        SettingsField("word", "Word", secret=True, verifies=True, drawn=True),
        SettingsField("key", "Key", secret=True, required=False),
    )
    monkeypatch.setattr(ravens.RavenAdapter, "settings_fields", fields)
    yield actions.connect(
        kind=ravens.KIND, address="north", name="North", secrets={"word": "nevermore", "key": "brass"}
    )
    registry.adapter.cache_clear()
    registry.family_kinds.cache_clear()


def _changed(channel: Channel, **secrets: str) -> dict[str, str]:
    values: dict[str, Any] = {"address": channel.address, "name": channel.name, "brand": "", "language": "en"}
    changed = change_account(channel, **values, team=None, settings={}, secrets=secrets)
    return opened(changed.secrets)


def test_a_secret_that_verifies_goes_on_doing_so_when_it_is_replaced_and_others_do_not(loft: Channel) -> None:
    first = _changed(loft, word="quoth", key="iron")
    again = _changed(loft, word="quoth")
    left = loft.former_secrets.get().until - now()
    assert (first, again) == ({"word": "quoth", "word_before": "nevermore", "key": "iron"},) * 2
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)


def test_of_two_changes_the_last_former_secret_is_kept(loft: Channel) -> None:
    _changed(loft, word="second")
    assert (_changed(loft, word="third")["word_before"], loft.former_secrets.count()) == ("second", 1)


def test_a_former_secret_ends_by_hand_or_when_its_time_is_over(loft: Channel) -> None:
    kept = []
    _changed(loft, word="second")
    end_former_secret(loft, "word")
    end_former_secret(loft, "word")
    kept.append("word_before" in account(Channel.objects.get()).secrets)
    _changed(loft, word="third")
    for days in (6, 8):
        ended = forget_former_secrets(at=now() + timedelta(days=days))
        kept += [ended, "word_before" in account(Channel.objects.get()).secrets]
    assert kept == [False, 0, True, 1, False]


def test_news_of_a_lost_token_is_history_once_there_is_another(loft: Channel) -> None:
    AccountNews.objects.create(channel=loft, name="token_revoked", at=now())
    settled = []
    for secrets in ({}, {"key": "iron"}):
        _changed(loft, **secrets)
        settled.append(AccountNews.objects.get().settled_at is not None)
    assert settled == [False, True]


def test_a_drawn_address_is_the_channels_from_the_start_and_until_a_new_one_is_made(loft: Channel) -> None:
    number, other = draw_hook(), draw_hook()
    Channel.objects.update(hook_number=number)
    loft.refresh_from_db()
    token, shown = draw_token(number), drawn_address(ravens.KIND, number)
    found = [channel_of_hook(ravens.KIND, one) for one in (token, draw_token(other), token[:-1] + "!")]
    assert (found, shown.endswith(f"/hooks/raven/{token}/"), len(drawn_secret(number, "word"))) == (
        [loft, None, None],
        True,
        32,
    )
    renew_hook(loft, version=1)
    assert channel_of_hook(ravens.KIND, token) is None


def test_a_family_has_one_address_whatever_was_drawn(loft: Channel) -> None:
    assert hook_address(loft).endswith("/hooks/birds/")


def test_a_network_shakes_hands_with_a_drawn_secret_before_the_account_is_connected(
    loft: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = draw_hook()
    loft.delete()
    monkeypatch.setattr(ravens.RavenAdapter, "verify", ravens.shakes_only_for_the_word)
    right, wrong = drawn_secret(number, "word"), drawn_secret(number, "key")
    paths = [
        f"/hooks/birds/?word={right}",
        f"/hooks/birds/?word={wrong}",
        f"/hooks/raven/{draw_token(number)}/?word={right}",
        f"/hooks/raven/{draw_token(number)}/?word={wrong}",
        f"/hooks/pigeon/{draw_token(number)}/?word={right}",
    ]
    statuses = [Visitor().get(path).status_code for path in paths]
    posted = Visitor().post(paths[2], b"[]", content_type="application/json").status_code
    made = Channel.objects.create(kind=ravens.KIND, address="north", name="North", hook_number=number)
    assert (statuses, posted, signs_at(made).shaken_at is not None) == ([200, 401, 200, 404, 404], 404, True)


def test_the_first_request_and_the_refused_ones_are_noted(loft: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ravens.RavenAdapter, "family", "")
    Channel.objects.update(hook_number=draw_hook())
    loft.refresh_from_db()
    noted = []
    for word in ("wrong", "nevermore"):
        headers = {"X-Raven": ravens.signature(b"[]", word)}
        Visitor().post(hook_address(loft), b"[]", content_type="application/json", headers=headers)
        loft.refresh_from_db()
        noted.append((loft.first_hook_at is not None, signs_at(loft).refused_at is not None))
    assert noted == [(False, True), (True, False)]


def test_accounts_of_one_app_get_its_new_secret_and_others_keep_theirs(loft: Channel) -> None:
    made = [
        actions.connect(kind=ravens.KIND, address=where, name=where, secrets={"word": word, "key": where})
        for where, word in (("south", "nevermore"), ("west", "another"))
    ]
    _changed(loft, word="quoth")
    assert [opened(Channel.objects.get(pk=one.pk).secrets) for one in made] == [
        {"word": "quoth", "word_before": "nevermore", "key": "south"},
        {"word": "another", "key": "west"},
    ]
