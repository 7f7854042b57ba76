"""Actions because of a theme, and scores before and after them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from inbox.surveys.action_items import add_action, change_action, set_action_state
from inbox.surveys.actions import answer
from inbox.surveys.before_after import effect
from inbox.surveys.enums import ActionState, SurveyKind
from inbox.surveys.models import Answer, Campaign, Invitation
from inbox.surveys.themes import save_theme
from inbox.tickets.actions import tag
from inbox.tickets.changes import Refused
from tests import cast
from tests.inbox.follow_ups.stories import ASKED, invited
from tests.inbox.questions import copies
from tests.inbox.surveys.stories import DAY, HOUR


def test_an_action_is_planned_changed_done_and_reopened(company: None) -> None:
    lea, ada = cast.lea(), cast.ada()
    theme = save_theme(None, name="Label", words={}, by=lea)
    item = add_action(theme, " Put a label\ninto the box ", owner=ada, due_on=None, by=lea)
    change_action(item, "Put a label into every box", owner=ada, due_on=date(2026, 4, 1), by=lea)
    set_action_state(item, ActionState.DONE, by=ada, at=ASKED)
    set_action_state(item, ActionState.DONE, by=lea, at=ASKED + DAY)
    done = item.done_at
    set_action_state(item, ActionState.OPEN, by=lea)
    assert ((item.title, item.due_on, item.owner), done, (item.state, item.done_at)) == (
        ("Put a label into every box", date(2026, 4, 1), ada),
        ASKED,
        ("open", None),
    )


def test_only_leads_plan_and_only_the_owner_else_says_that_it_is_done(company: None) -> None:
    lea, ada = cast.lea(), cast.ada()
    theme = save_theme(None, name="Label", words={}, by=lea)
    with pytest.raises(Refused):
        add_action(theme, "Do it", owner=None, due_on=None, by=ada)
    with pytest.raises(Refused):
        add_action(theme, " ", owner=None, due_on=None, by=lea)
    item = add_action(theme, "Do it", owner=None, due_on=None, by=lea)
    with pytest.raises(Refused):
        set_action_state(item, ActionState.DONE, by=ada)
    item.refresh_from_db()
    assert item.state == "open"


def told(first: Answer, eases: list[float], decided_at: object) -> None:
    """As many more answers like the first, about nothing in particular, with this ease."""
    invitation = first.invitation
    campaign, _ = Campaign.objects.get_or_create(
        survey=invitation.version.survey, name="Once a year", channel=invitation.channel
    )
    start = Invitation.objects.count() * 100
    asked = copies(
        invitation,
        len(eases),
        ticket_id=lambda _: None,
        campaign_id=lambda _: campaign.pk,
        cycle=lambda number: start + number,
        decided_at=lambda _: decided_at,
    )
    copies(first, len(eases), invitation_id=lambda number: asked[number].pk, ease=lambda number: eases[number])


@pytest.fixture(scope="module")
def told_once(company_once: bool) -> int:
    """Eleven found it hard before the change and ten easy after it; the first one's ticket has a tag."""
    invitation = invited()
    first = answer(invitation, 1, at=ASKED)
    tag(invitation.ticket, ["returns"], by=cast.ada())
    told(first, [0, 25, 25, 25, 50, 50, 25, 0, 0, 25], ASKED - DAY)
    told(first, [75, 75, 100, 75, 50, 100, 75, 75, 100, 75], ASKED + HOUR)
    return first.pk


def test_scores_before_and_after_have_their_interval_and_so_has_the_difference(told_once: int, company: None) -> None:
    found = effect(SurveyKind.CES, ASKED, 30, ASKED + 60 * DAY)
    assert found.before.mean is not None
    assert found.after.mean is not None
    assert found.change is not None
    assert (
        (found.before.n, round(found.before.mean.estimate, 1), found.before.start),
        (found.after.n, round(found.after.mean.estimate, 1), found.after.end),
        (round(found.change.estimate, 1), round(found.change.low, 1), round(found.change.high, 1)),
        found.is_enough,
        found.is_certain,
    ) == ((11, 20.5, ASKED - 30 * DAY), (10, 80.0, ASKED + 30 * DAY), (59.5, 43.7, 75.4), True, True)


def test_with_few_answers_there_is_not_enough_data(told_once: int, company: None) -> None:
    tagged = effect(SurveyKind.CES, ASKED, 30, ASKED + DAY, tag="returns")
    early = effect(SurveyKind.CES, ASKED, 30, ASKED + timedelta(minutes=30))
    satisfied = effect(SurveyKind.CSAT, ASKED, 30, ASKED + DAY)
    assert [(one.before.n, one.after.n, one.is_enough, one.change) for one in (tagged, early, satisfied)] == [
        (1, 0, False, None),
        (11, 0, False, None),
        (0, 0, False, None),
    ]
