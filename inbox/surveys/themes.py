"""Themes: what their words find in answers, by themselves and in the past, and what agents say of an answer by hand."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.common.text import one_line, storable
from inbox.surveys.models import Answer, Invitation, SurveyVersion, Theme, ThemeMention
from inbox.surveys.questions import QuestionKind, questions_of
from inbox.surveys.theme_words import PHRASE_LIMIT, PHRASES_LIMIT, cleaned, tells_of
from inbox.tickets.changes import Refused

_BATCH = 500


def save_theme(
    theme: Theme | None, *, name: str, words: Mapping[str, Iterable[str]], is_active: bool = True, by: Agent
) -> Theme:
    """Make a theme or change one; all answers of the past are searched for its words anew. Raises `Refused`."""
    must_lead(by)
    name = one_line(storable(name), 60)
    if not name:
        raise Refused(_("A theme needs a name."))
    kept = {language: phrases for language, given in words.items() if (phrases := _phrases(given))}
    theme = theme or Theme(made_by=by, created_at=now())
    theme.name, theme.words, theme.is_active, theme.searched_to = name, kept, is_active, 0
    try:
        with transaction.atomic():
            theme.save()
    except IntegrityError as error:
        raise Refused(_("There is a theme of that name already.")) from error
    return theme


def _phrases(given: Iterable[str]) -> list[str]:
    try:
        return cleaned(storable(phrase) for phrase in given)
    except ValueError as error:
        raise Refused(
            _("“%(phrase)s” can't be looked for: %(length)s characters at most, and %(count)s words at most.")
            % {"phrase": error, "length": PHRASE_LIMIT, "count": PHRASES_LIMIT}
        ) from error


def must_lead(by: Agent) -> None:
    """Raises `Refused` for who does not look after others' work."""
    if not (by.sees_all and by.answers_customers):
        raise Refused(_("Only leads and admins do that."))


def add_mention(theme: Theme, invitation: Invitation, *, by: Agent) -> ThemeMention:
    """An agent says that a customer speaks of the theme, whatever his words."""
    return _say(theme, invitation, by, is_denied=False)


def deny_mention(theme: Theme, invitation: Invitation, *, by: Agent) -> ThemeMention:
    """An agent says that a customer does not speak of the theme; its words will not bring it back."""
    return _say(theme, invitation, by, is_denied=True)


def _say(theme: Theme, invitation: Invitation, by: Agent, *, is_denied: bool) -> ThemeMention:
    if not by.answers_customers:
        raise Refused(_("Your role only reads."))
    if invitation.version is None or invitation.version.is_anonymous:
        raise Refused(_("This answer was given anonymously."))
    said = {"agent": by, "is_denied": is_denied}
    mention, _is_new = ThemeMention.objects.update_or_create(theme=theme, invitation=invitation, defaults=said)
    return mention


def find_in(invitation: Invitation, answer: Answer) -> None:
    """Find the themes of one answer; what an earlier one told of, and this one does not, goes."""
    themes = list(Theme.objects.filter(is_active=True))
    version = invitation.version
    if themes and version is not None:
        texts = texts_of(answer, version)
        _settle({invitation.pk: {theme.pk for theme in themes if _tells(theme, texts)}}, themes)


def texts_of(answer: Answer, version: SurveyVersion) -> list[str]:
    """What the customer wrote: the comment, and the follow-up questions that he answered in his own words."""
    own_words = [one.id for one in questions_of(version.follow_ups) if one.kind is QuestionKind.TEXT]
    written = [answer.comment, *(str(answer.said.get(name, "")) for name in own_words)]
    return [text for text in written if text]


def _tells(theme: Theme, texts: Iterable[str]) -> bool:
    return any(tells_of(text, theme.words) for text in texts)


def _settle(found: Mapping[int, Collection[int]], themes: Sequence[Theme]) -> None:
    """Let the mentions of these themes in these invitations be the found ones; what agents said stays."""
    mentions = ThemeMention.objects.filter(invitation__in=found, theme__in=themes)
    known = {(one.invitation_id, one.theme_id): one for one in mentions}
    ThemeMention.objects.bulk_create(
        (
            ThemeMention(theme_id=theme_id, invitation_id=invitation_id, created_at=now())
            for invitation_id, theme_ids in found.items()
            for theme_id in sorted(theme_ids)
            if (invitation_id, theme_id) not in known
        ),
        ignore_conflicts=True,
    )
    gone = [one.pk for (invitation, theme), one in known.items() if theme not in found[invitation]]
    ThemeMention.objects.filter(pk__in=gone, agent=None, is_denied=False).delete()


def search_past(seconds: float = 10) -> int:
    """Search the answers of the past for themes that were saved, for about so many seconds; how many answers.

    It goes on where it stopped, whatever happened to the process before it; two at once do the same work twice, and
    no harm.
    """
    until, count = time.monotonic() + seconds, 0
    for theme_id in Theme.objects.exclude(searched_to=None).order_by("id").values_list("id", flat=True):
        while time.monotonic() < until:
            theme = Theme.objects.filter(pk=theme_id).exclude(searched_to=None).first()
            if theme is None:
                break
            count += _search_batch(theme)
    return count


def _search_batch(theme: Theme) -> int:
    was = theme.searched_to
    answers = list(
        Answer.objects.filter(is_current=True, pk__gt=was or 0, invitation__version__isnull=False)
        .select_related("invitation__version")
        .order_by("pk")[:_BATCH]
    )
    found = {}
    for answer in answers:
        version = answer.invitation.version
        assert version is not None
        found[answer.invitation_id] = {theme.pk} if _tells(theme, texts_of(answer, version)) else set()
    with transaction.atomic():
        _settle(found, [theme])
        # Saved anew meanwhile, it starts again.
        reached = answers[-1].pk if len(answers) == _BATCH else None
        Theme.objects.filter(pk=theme.pk, searched_to=was, words=theme.words).update(searched_to=reached)
    return len(answers)
