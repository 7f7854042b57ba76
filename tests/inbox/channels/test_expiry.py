"""Credentials that expire: renewed in time, and told of where they can't be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from channels_adapters import registry
from channels_adapters.contracts import Account, CheckResult, Fault, SendError
from inbox.agents.models import Agent
from inbox.channels import actions, expiry
from inbox.channels.access import opened
from inbox.channels.account_models import Renewal
from inbox.channels.accounts import change_account
from inbox.channels.credentials import fresh_account
from inbox.channels.models import AccountNews, Channel
from inbox.common.clock import now
from inbox.escalations.queries import notices_of, unseen
from inbox.sla.models import Notice
from inbox.workspace.bell import said_of
from tests import cast
from tests.inbox.channels import ravens

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class _Roost:
    """What the roost answers when it is asked for another key: a life in days, or a fault."""

    answers: ClassVar[list[float | Fault | None]] = []
    asked: ClassVar[list[str]] = []

    @classmethod
    def refresh(cls, _: ravens.RavenAdapter, account: Account) -> Mapping[str, str]:
        cls.asked.append(account.secrets["key"])
        answer = cls.answers.pop(0)
        if isinstance(answer, Fault):
            raise SendError(answer, "The roost says no.")
        if answer is None:
            return {}
        return {"key": f"key-{len(cls.asked)}", "expires_at": (datetime.now(UTC) + answer * DAY).isoformat()}


@pytest.fixture
def loft(maja: Agent, monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    ravens.installed(monkeypatch)
    _Roost.answers, _Roost.asked = [], []
    monkeypatch.setattr(ravens.RavenAdapter, "refresh_credentials", lambda it, account: _Roost.refresh(it, account))
    yield actions.connect(kind=ravens.KIND, address="north", name="North", secrets={"key": "brass"})
    registry.adapter.cache_clear()
    registry.family_kinds.cache_clear()


@pytest.fixture
def paper_loft(maja: Agent, monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    """One whose credentials can't be renewed."""
    ravens.installed(monkeypatch)
    yield actions.connect(kind=ravens.KIND, address="south", name="South")
    registry.adapter.cache_clear()
    registry.family_kinds.cache_clear()


def _asked(*answers: float | Fault | None) -> list[Renewal]:
    """The renewals as they are after each answer, whatever their time."""
    _Roost.answers, found = list(answers), []
    for _ in answers:
        Renewal.objects.update(next_attempt_at=None)
        for renewal_id in expiry.waiting():
            renewed = expiry.renew(renewal_id)
            assert renewed
            found.append(renewed)
    return found


def _bell(agent: Agent) -> list[str]:
    return [said_of(notice) for notice in unseen(agent).order_by("id")]


def _tells(channel: Channel, expires_at: datetime, at: datetime | None = None) -> None:
    expiry.learn_from_check(channel, [CheckResult("Token", True, expires_at=expires_at)], at=at)


def test_new_credentials_are_kept_and_renewed_twenty_days_before_they_end(loft: Channel) -> None:
    (renewed,) = _asked(90)
    again = expiry.waiting()
    loft.refresh_from_db()
    assert (opened(loft.secrets)["key"], again, renewed.fault) == ("key-1", [], "")
    assert renewed.expires_at
    assert renewed.next_attempt_at == renewed.expires_at - 20 * DAY


def test_what_lives_for_hours_is_renewed_when_a_third_is_left(loft: Channel) -> None:
    (renewed,) = _asked(0.125)
    assert renewed.expires_at
    assert renewed.learned_at
    assert renewed.expires_at - renewed.next_attempt_at == (renewed.expires_at - renewed.learned_at) / 3  # type: ignore[operator]


def test_a_network_that_has_nothing_to_do_yet_is_asked_again_in_a_day_at_most(loft: Channel) -> None:
    (asked,) = _asked(None)
    assert asked.next_attempt_at
    assert 0.9 * DAY < asked.next_attempt_at - now() <= DAY


def test_a_renewal_that_is_refused_rings_once_and_is_tried_again(loft: Channel) -> None:
    _asked(30)
    failed = _asked(Fault.AUTH, Fault.AUTH)
    assert [one.fault for one in failed] == ["auth", "auth"]
    assert _bell(cast.maja()) == ["North: Access could not be renewed"]
    (renewed,) = _asked(60)
    assert (renewed.fault, renewed.error, renewed.attempts) == ("", "", 0)


def test_a_network_that_is_away_for_a_moment_rings_for_nobody(loft: Channel) -> None:
    _asked(30)
    failed = _asked(*[Fault.TEMPORARY] * 4)
    assert ([one.fault for one in failed], failed[-1].error, _bell(cast.maja())) == (
        [""] * 4,
        "The roost says no.",
        [],
    )
    assert (_asked(Fault.TEMPORARY)[0].fault, _bell(cast.maja())) == (
        "temporary",
        ["North: Access could not be renewed"],
    )


def test_what_a_check_tells_warns_two_weeks_and_three_days_before_and_at_the_end_once_each(
    paper_loft: Channel, ada: Agent
) -> None:
    at = now()
    _tells(paper_loft, at + 60 * DAY, at)
    counts = [expiry.warn(at=at + days * DAY) for days in (45, 47, 47, 58, 59, 61, 62)]
    assert (counts, _bell(cast.maja()), _bell(ada)) == (
        [0, 1, 0, 1, 0, 1, 0],
        [
            "South: Access ends within two weeks",
            "South: Access ends within three days",
            "South: Access has ended",
        ],
        [],
    )


def test_what_renews_itself_in_time_warns_of_nothing(loft: Channel) -> None:
    _asked(60)
    assert (expiry.warn(at=now() + 40 * DAY), expiry.warn(at=now() + 47 * DAY)) == (0, 1)


def test_new_credentials_from_a_person_end_at_another_time(paper_loft: Channel) -> None:
    _tells(paper_loft, now() + 2 * DAY)
    values: dict[str, Any] = {"address": "south", "name": "South", "brand": "", "language": "en"}
    change_account(paper_loft, **values, team=None, settings={}, secrets={"key": "iron"})
    assert (Renewal.objects.get().expires_at, expiry.warn()) == (None, 0)


def test_a_check_in_which_all_is_well_settles_bad_news(paper_loft: Channel) -> None:
    AccountNews.objects.create(channel=paper_loft, name="token_revoked", at=now())
    settled = []
    for passed in (False, True):
        expiry.learn_from_check(paper_loft, [CheckResult("Token", True), CheckResult("Webhook", passed)])
        settled.append(AccountNews.objects.get().settled_at is not None)
    assert settled == [False, True]


def test_what_was_not_renewed_in_time_is_at_the_last_moment(loft: Channel) -> None:
    _asked(0.002)
    _Roost.answers = [60, Fault.AUTH]
    loft.refresh_from_db()
    first = fresh_account(loft).secrets["key"]
    again = fresh_account(loft).secrets["key"]
    assert (first, again, len(_Roost.answers)) == ("key-2", "key-2", 1)


def test_notices_of_channels_are_for_admins_alone(paper_loft: Channel, ada: Agent) -> None:
    _tells(paper_loft, now() + DAY)
    expiry.warn()
    told = Notice.objects.get()
    Notice.objects.create(agent=ada, channel=paper_loft, about=told.about, due_at=told.due_at)
    assert [(unseen(one).count(), notices_of(one).count()) for one in (cast.maja(), ada)] == [(1, 1), (0, 0)]
