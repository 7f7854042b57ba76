"""Kinds of surveys side by side, anonymous answers, and what a file of them holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.channels.models import Channel
from inbox.customers.models import Customer
from inbox.reports import surveys
from inbox.reports.listing import Wanted, listing
from inbox.reports.survey_report import comment_of, comments, comments_table, survey_report
from inbox.reports.survey_scope import SurveyGrouping, SurveyScope
from inbox.surveys.enums import AnswerSource, HitKind, InvitationState, SurveyKind, SurveyMoment
from inbox.surveys.models import Answer, Campaign, Invitation, LinkHit, Survey, SurveyVersion
from tests import cast
from tests.inbox.reports.stories import UTC_ZONE, on, scope

pytestmark = pytest.mark.django_db


def version(kind: SurveyKind, scale: tuple[int, int], good: Sequence[int], unhappy: Sequence[int], **values: object):
    survey = Survey.objects.create(name=f"{kind} {scale}", kind=kind, moment=SurveyMoment.SCHEDULE)
    return SurveyVersion.objects.create(
        survey=survey,
        number=1,
        scale_min=scale[0],
        scale_max=scale[1],
        good_scores=list(good),
        unhappy_scores=list(unhappy),
        texts={"en": {"anchors": {}}},
        created_at=on(1, 9),
        **values,
    )


def mailbox() -> Channel:
    return Channel.objects.first() or cast.support(cast.billing())


def answered(asked_in: SurveyVersion, scores: Sequence[int], comment: str = "") -> None:
    """Customers asked by a campaign gave these scores on Wednesday, a minute after each other."""
    campaign = Campaign.objects.create(survey=asked_in.survey, name="All", channel=mailbox())
    for number, score in enumerate(scores):
        customer = Customer.objects.create(name=f"Customer {number}", created_at=on(1, 9))
        invitation = Invitation.objects.create(
            campaign=campaign,
            cycle=1,
            customer=customer,
            channel=campaign.channel,
            version=asked_in,
            state=InvitationState.ANSWERED,
            decided_at=on(10, 9),
            sent_at=on(10, 10),
        )
        Answer.objects.create(
            invitation=invitation,
            score=score,
            comment=comment,
            language="en",
            answered_at=on(11, 9) + timedelta(minutes=number),
            sentiment=asked_in.sentiment(score),
            source=AnswerSource.PAGE,
        )


def test_satisfaction_is_the_share_of_good_answers_and_nps_that_of_promoters_less_detractors(company: None) -> None:
    answered(version(SurveyKind.CSAT, (1, 5), (4, 5), (1, 2)), [5, 5, 4, 4, 4, 3, 2, 1, 5, 5])
    answered(version(SurveyKind.NPS, (0, 10), (9, 10), range(7)), [10, 9, 9, 8, 7, 6, 0, 10, 9, 8])
    asked = SurveyScope(scope())
    found = {
        kind: (one.n, one.value, one.interval and (round(one.interval.low, 1), round(one.interval.high, 1)))
        for kind in SurveyKind
        for one in [surveys.score(replace(asked, kind=kind))]
    }
    assert found == {
        SurveyKind.CES: (0, None, None),
        SurveyKind.CSAT: (10, 70.0, (39.7, 89.2)),
        SurveyKind.NPS: (10, 30.0, (-19.1, 65.2)),
    }


def test_the_report_asks_as_often_for_few_answers_as_for_many(company: None) -> None:
    def asks() -> list[int]:
        counts = []
        for by in SurveyGrouping:
            with CaptureQueriesContext(connection) as caught:
                survey_report(SurveyScope(scope(), SurveyKind.CSAT), by, {None: "nobody"}, {None: "nobody"})
            counts.append(len(caught))
        return counts

    asked_in = version(SurveyKind.CSAT, (1, 5), (4, 5), (1, 2))
    answered(asked_in, [5])
    few = asks()
    answered(asked_in, [5, 4, 3, 2, 1] * 4, "Fine.")
    assert (few, max(few)) == (asks(), 20)


def test_what_is_in_no_list_is_counted_beside(company: None) -> None:
    answered(version(SurveyKind.CSAT, (1, 5), (4, 5), (1, 2), is_anonymous=True), [5, 4])
    names = {None: "nobody"}
    found = survey_report(SurveyScope(scope(), SurveyKind.CSAT), SurveyGrouping.TEAM, names, names)
    assert (found.score.n, found.anonymous, found.apart) == (2, 2, 2)


def test_would_recommend_from_1_to_10_is_in_no_net_promoter_score(company: None) -> None:
    answered(version(SurveyKind.NPS, (1, 10), (9, 10), (1, 2)), [10] * 12)
    assert surveys.score(SurveyScope(scope(), SurveyKind.NPS)).n == 0


@pytest.mark.parametrize(("count", "shown"), [(4, 0), (5, 5)])
def test_anonymous_answers_count_and_their_words_are_shown_when_there_are_five(
    company: None, count: int, shown: int
) -> None:
    answered(version(SurveyKind.CSAT, (1, 5), (4, 5), (1, 2), is_anonymous=True), [2] * count, "Too slow.")
    asked = SurveyScope(scope(), SurveyKind.CSAT)
    told = [comment_of(answer, asked) for answer in comments(asked)]
    lines = listing(scope(), Wanted("answers", survey=asked))
    _header, rows = comments_table(asked, UTC_ZONE)
    assert lines is not None
    assert (
        surveys.score(asked).n,
        lines.rows.count(),
        [(comment.is_anonymous, comment.at, comment.day.day) for comment in told],
        list(rows),
    ) == (
        count,
        0,
        [(True, None, 11)] * shown,
        [["2026-03-11", "", "", "", 2, "1–5", "en", "Too slow."]] * shown,
    )


def test_openings_of_links_are_counted_by_what_they_were(company: None) -> None:
    answered(version(SurveyKind.CSAT, (1, 5), (4, 5), (1, 2)), [5])
    asked = Invitation.objects.get()
    for kind, day in ((HitKind.HEAD, 10), (HitKind.BURST, 10), (HitKind.BURST, 11), (HitKind.VIEW, 1)):
        LinkHit.objects.create(invitation=asked, kind=kind, visitor="a", at=on(day, 10))
    assert surveys.scanner_hits(SurveyScope(scope(), SurveyKind.CSAT)) == {"burst": 2, "head": 1}
