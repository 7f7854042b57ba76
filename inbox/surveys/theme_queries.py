"""Reads of themes: how often each is spoken of, who said what, and what may be one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from inbox.surveys.enums import ActionState, Sentiment, SurveyKind
from inbox.surveys.frequent_words import Frequent, frequent
from inbox.surveys.models import ActionItem, Answer, Invitation, SurveyVersion, Theme, ThemeMention
from inbox.surveys.theme_words import tells_of
from inbox.surveys.themes import texts_of

#: Below so many answers of an anonymous version, what one of them says may tell who gave it.
LEAST_ANONYMOUS = 5
_MOST_COMMENTS = 2000


def themes_with_counts(since: datetime) -> QuerySet[Theme]:
    """The themes, those that are spoken of most since an instant first, with how many unhappy ones did."""
    spoken = Q(mentions__is_denied=False, mentions__invitation__answers__is_current=True)
    lately = spoken & Q(mentions__invitation__answers__answered_at__gte=since)
    unhappy = lately & Q(mentions__invitation__answers__sentiment=Sentiment.UNHAPPY)
    return Theme.objects.annotate(
        lately=Count("mentions", filter=lately, distinct=True),
        unhappy=Count("mentions", filter=unhappy, distinct=True),
        to_do=Count("action_items", filter=Q(action_items__state=ActionState.OPEN), distinct=True),
        done=Count("action_items", filter=Q(action_items__state=ActionState.DONE), distinct=True),
    ).order_by("-is_active", "-lately", "name")


def actions_of(theme: Theme) -> QuerySet[ActionItem]:
    """What is or was done about a theme, what is due first at the top."""
    order = (F("done_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "id")
    return theme.action_items.select_related("owner").order_by(*order)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word or phrase of a language that unhappy customers use and others hardly."""

    language: str
    found: Frequent


def suggestions(since: datetime) -> list[Suggestion]:
    """What may be a theme: of each language what stands out since an instant, without the words of themes there are."""
    said: dict[str, tuple[list[str], list[str]]] = {}
    answers = Answer.objects.filter(
        is_current=True, answered_at__gte=since, invitation__version__is_anonymous=False
    ).exclude(comment="", said={})
    for answer in answers.select_related("invitation__version").order_by("-answered_at")[:_MOST_COMMENTS]:
        version = answer.invitation.version
        if version is None:
            continue
        groups = said.setdefault(answer.language, ([], []))
        groups[answer.sentiment != Sentiment.UNHAPPY].append("\n".join(texts_of(answer, version)))
    known = [theme.words for theme in Theme.objects.filter(is_active=True)]
    return [
        Suggestion(language, one)
        for language, (unhappy, others) in sorted(said.items())
        for one in frequent(unhappy, others, language)
        if not any(tells_of(one.phrase.replace("*", ""), words) or _is_word_of(one.phrase, words) for words in known)
    ]


def _is_word_of(phrase: str, words: dict[str, list[str]]) -> bool:
    return phrase in chain.from_iterable(words.values())


@dataclass(frozen=True, slots=True)
class Comment:
    """An answer with the theme: of an anonymous one only the words and the day."""

    answer: Answer
    invitation: Invitation | None
    day: date
    texts: list[str]
    by_hand: str


def answers_with(theme: Theme) -> QuerySet[Answer]:
    """The answers that tell of a theme and may be shown, the latest first."""
    mention = ThemeMention.objects.filter(theme=theme, invitation=OuterRef("invitation"), is_denied=False)
    found = Answer.objects.filter(Exists(mention), is_current=True).filter(
        Q(invitation__version__is_anonymous=False) | Q(invitation__version__in=_large_anonymous())
    )
    beside = ("invitation__version__survey", "invitation__customer", "invitation__ticket")
    return (
        found.exclude(invitation__ticket__deleted_at__isnull=False)
        .select_related(*beside)
        .order_by("-answered_at", "-id")
    )


def _large_anonymous() -> QuerySet[SurveyVersion]:
    answered = Count("invitations__answers", filter=Q(invitations__answers__is_current=True))
    return SurveyVersion.objects.filter(is_anonymous=True).annotate(n=answered).filter(n__gte=LEAST_ANONYMOUS)


def comments_of(theme: Theme, answers: Sequence[Answer]) -> list[Comment]:
    """The answers with what was written in each, and which agent named the theme by hand."""
    ids = [answer.invitation_id for answer in answers]
    named = ThemeMention.objects.filter(theme=theme, invitation__in=ids, agent__isnull=False)
    by_hand = dict(named.values_list("invitation_id", "agent__name"))
    comments = []
    for answer in answers:
        version = answer.invitation.version
        assert version is not None
        comments.append(
            Comment(
                answer=answer,
                invitation=None if version.is_anonymous else answer.invitation,
                day=answer.answered_at.date(),
                texts=texts_of(answer, version),
                by_hand="" if version.is_anonymous else by_hand.get(answer.invitation_id, ""),
            )
        )
    return comments


def themes_by_invitation(invitation_ids: Collection[int]) -> dict[int, list[ThemeMention]]:
    """The themes of answers, by name."""
    mentions = ThemeMention.objects.filter(invitation__in=invitation_ids, is_denied=False).select_related("theme")
    found: dict[int, list[ThemeMention]] = {}
    for mention in mentions.order_by("theme__name"):
        found.setdefault(mention.invitation_id, []).append(mention)
    return found


def measured_kinds(since: datetime) -> list[SurveyKind]:
    """The kinds of surveys that were answered since an instant and whose scores can be compared by their mean."""
    asked = Answer.objects.filter(is_current=True, answered_at__gte=since)
    kinds = set(asked.values_list("invitation__version__survey__kind", flat=True).distinct())
    return [kind for kind in (SurveyKind.CES, SurveyKind.CSAT) if kind in kinds]


def spoken_days(theme: Theme, at: datetime, weeks: int = 12) -> list[tuple[datetime, int]]:
    """How often the theme was spoken of in each of the last weeks: (start, count), the oldest first."""
    starts = [at - timedelta(weeks=weeks - number) for number in range(weeks)]
    mention = ThemeMention.objects.filter(theme=theme, invitation=OuterRef("invitation"), is_denied=False)
    said_at = Answer.objects.filter(Exists(mention), is_current=True, answered_at__gte=starts[0], answered_at__lte=at)
    counts = [0] * weeks
    for instant in said_at.values_list("answered_at", flat=True):
        counts[min(int((instant - starts[0]) / timedelta(weeks=1)), weeks - 1)] += 1
    return list(zip(starts, counts, strict=True))
