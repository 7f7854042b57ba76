"""Openings of a survey's links: whose they are, and which forms want one more tap."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from inbox.surveys import hits
from inbox.surveys.actions import send_due
from inbox.surveys.enums import HitKind
from inbox.surveys.hits import confirmation_of, is_confirmed, is_program, seen, stamp_of, stamped_at, visitor_of
from inbox.surveys.models import Invitation, LinkHit
from tests import cast
from tests.inbox.surveys.stories import DAY, HOUR, NOON, settled

SENT = NOON + 2 * DAY
AT = SENT + HOUR
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def invited_once(company_once: bool) -> None:
    settled(cast.support(), cast.ada())
    send_due(SENT)


@pytest.fixture
def invitation(invited_once: None, company: None) -> Invitation:
    return Invitation.objects.get()


def kinds() -> dict[str, int]:
    return dict(Counter(LinkHit.objects.values_list("kind", flat=True)))


def opens(invitation: Invitation, *scores: int | None, apart: timedelta = SECOND, visitor: str = "bo") -> None:
    for number, score in enumerate(scores):
        seen(invitation, visitor, HitKind.VIEW, score, AT + number * apart)


def sends(invitation: Invitation, after: timedelta = timedelta(minutes=1), visitor: str = "bo") -> bool:
    return is_program(invitation, visitor, stamp_of(invitation, AT), AT + after)


def test_a_person_who_changes_his_mind_is_a_person(invitation: Invitation) -> None:
    opens(invitation, 4, None, 2, 2, 4)
    assert (kinds(), sends(invitation)) == ({"view": 5}, False)


def test_three_scores_within_ten_seconds_are_a_burst_of_that_visitor_only(invitation: Invitation) -> None:
    opens(invitation, 3, 3, 1, 5, visitor="gateway")
    opens(invitation, 4)
    assert (kinds(), sends(invitation, visitor="gateway"), sends(invitation)) == ({"burst": 4, "view": 1}, True, False)


def test_three_scores_in_a_minute_are_no_burst(invitation: Invitation) -> None:
    opens(invitation, 3, 1, 5, apart=timedelta(seconds=6))
    assert (kinds(), sends(invitation)) == ({"view": 3}, False)


def test_a_form_sent_faster_than_anybody_reads_while_all_links_are_opened_wants_a_tap(invitation: Invitation) -> None:
    opens(invitation, 3, 1, 5, apart=SECOND / 10, visitor="gateway")
    assert [sends(invitation, after) for after in (SECOND / 2, 2 * SECOND)] == [True, False]


@pytest.mark.parametrize("kind", [HitKind.HEAD, HitKind.TRAP])
def test_who_asks_for_headers_or_opens_what_nobody_sees_is_a_program(invitation: Invitation, kind: HitKind) -> None:
    seen(invitation, "gateway", kind, None, AT)
    assert (kinds(), sends(invitation, visitor="gateway"), sends(invitation)) == ({kind: 1}, True, False)


def test_openings_are_counted_up_to_a_limit_and_then_every_form_wants_a_tap(
    invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hits, "MINUTE_LIMIT", 3)
    opens(invitation, *[None] * 5)
    crowded = (kinds(), sends(invitation, SECOND), sends(invitation, 2 * timedelta(minutes=1)))
    monkeypatch.setattr(hits, "LIMIT", 3)
    opens(invitation, *[None] * 5, apart=timedelta(hours=1))
    assert (crowded, kinds(), sends(invitation)) == (({"view": 3}, True, False), {"view": 3}, True)


def test_a_stamp_is_of_one_invitation_and_one_purpose(invitation: Invitation) -> None:
    other = Invitation(pk=invitation.pk + 1)
    stamp, confirmation = stamp_of(invitation, AT), confirmation_of(invitation, AT)
    assert (
        stamped_at(invitation, stamp),
        [stamped_at(invitation, one) for one in (confirmation, stamp_of(other, AT), stamp[:-1], "", "é")],
        [is_program(invitation, "bo", one, AT) for one in (stamp, confirmation, "")],
    ) == (AT, [None] * 5, [False, True, True])


def test_a_tap_on_a_page_nobody_had_time_to_see_confirms_nothing(invitation: Invitation) -> None:
    confirmation = confirmation_of(invitation, AT)
    found = [is_confirmed(invitation, confirmation, AT + after) for after in (SECOND / 2, SECOND, DAY)]
    forged = [is_confirmed(invitation, one, AT + DAY) for one in (stamp_of(invitation, AT), "", "a" * 40)]
    assert (found, forged) == ([False, True, True], [False] * 3)


def test_a_visitors_name_tells_neither_his_address_nor_that_he_came_elsewhere(invitation: Invitation) -> None:
    other = Invitation(pk=invitation.pk + 1)
    names = [
        visitor_of(invitation, "192.0.2.1", "Firefox"),
        visitor_of(invitation, "192.0.2.2", "Firefox"),
        visitor_of(invitation, "192.0.2.1", "Chrome"),
        visitor_of(other, "192.0.2.1", "Firefox"),
    ]
    assert (
        len(set(names)),
        {len(name) for name in names},
        names[0] == visitor_of(invitation, "192.0.2.1", "Firefox"),
    ) == (4, {16}, True)
