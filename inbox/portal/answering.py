"""The form that a customer sends: read, checked, kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from inbox.common.addresses import network_of
from inbox.common.clock import now
from inbox.surveys import hits
from inbox.surveys.actions import answer
from inbox.surveys.enums import HitKind
from inbox.surveys.models import Answer, Invitation
from inbox.surveys.queries import current_answer
from inbox.surveys.questions import COMMENT_LIMIT, InvalidAnswers, cleaned, questions_of
from inbox.surveys.showing import fault_of, name_of
from inbox.surveys.wording import Wording

#: A field that no person sees.
TRAP = "website"


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came: `said` only from the one with follow-up questions, {question id: values}."""

    score: int | None
    comment: str | None
    said: Mapping[str, Sequence[str]] | None
    stamp: str
    confirmation: str
    is_trapped: bool

    def faults(self, invitation: Invitation, wording: Wording) -> dict[str, str]:
        """{name of a field: what is wrong with it}."""
        found: dict[str, str] = {}
        if self.score is None:
            return {"a": wording.choose} | self._too_long(wording)
        questions = questions_of(invitation.version.follow_ups) if invitation.version else ()
        try:
            cleaned(questions, self.score, self.said or {})
        except InvalidAnswers as invalid:
            for one in questions:
                if one.id in invalid.problems:
                    found[name_of(one)] = fault_of(one, invalid.problems[one.id], wording)
        return found | self._too_long(wording)

    def _too_long(self, wording: Wording) -> dict[str, str]:
        # Browsers send line ends as CRLF and count each as one character in a textarea's maxlength.
        is_long = len((self.comment or "").replace("\r\n", "\n")) > COMMENT_LIMIT
        return {"comment": wording.too_long.format(limit=COMMENT_LIMIT)} if is_long else {}


def sent(request: HttpRequest, invitation: Invitation) -> Sent:
    """The form in the request."""
    posted = request.POST
    said = None
    if "more" in posted and invitation.version is not None:
        said = {one.id: posted.getlist(name_of(one)) for one in questions_of(invitation.version.follow_ups)}
    return Sent(
        score=score_in(posted.get("a"), invitation),
        comment=posted.get("comment"),
        said=said,
        stamp=posted.get("stamp", ""),
        confirmation=posted.get("confirmation", ""),
        is_trapped=bool(posted.get(TRAP)),
    )


def score_in(value: str | None, invitation: Invitation) -> int | None:
    """The score meant, if it is one that can be given."""
    if not value or not value.isascii() or not value.isdecimal() or len(value) > 3 or invitation.version is None:
        return None
    return int(value) if invitation.version.scale.holds(int(value)) else None


def note(request: HttpRequest, invitation: Invitation, *, kind: HitKind | None = None) -> None:
    """Keep that the link was opened, as what it looks like unless `kind` says."""
    if kind is None:
        is_prefetch = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
        kind = HitKind.HEAD if request.method == "HEAD" or is_prefetch else HitKind.VIEW
    hits.seen(invitation, visitor_in(request, invitation), kind, score_in(request.GET.get("a"), invitation), now())


def visitor_in(request: HttpRequest, invitation: Invitation) -> str:
    """The name of whoever asks."""
    return hits.visitor_of(
        invitation, network_of(request.META.get("REMOTE_ADDR", "")), request.headers.get("User-Agent", "")
    )


def wants_a_tap(request: HttpRequest, invitation: Invitation, form: Sent) -> bool:
    """Whether the form may be a program's, and a person has not confirmed it yet; it is noted then.

    What adds to a score that was given already changes no score: only the field that nobody sees speaks against it.
    """
    at = now()
    if hits.is_confirmed(invitation, form.confirmation, at):
        return False
    given = current_answer(invitation)
    adds = given is not None and given.score == form.score
    visitor = visitor_in(request, invitation)
    if form.is_trapped or (not adds and hits.is_program(invitation, visitor, form.stamp, at)):
        hits.seen(invitation, visitor, HitKind.REFUSED, form.score, at)
        return True
    return False


def keep(form: Sent, score: int, invitation: Invitation, wording: Wording) -> Answer:
    """Keep what the form says. Raises `SurveyClosed`."""
    return answer(invitation, score, form.comment, language=wording.language, said=form.said)
