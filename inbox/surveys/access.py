"""Links to surveys: the token in one is all a customer needs, and all he has.

The link to the question and the link that stops surveys have keys of their own: the latter stands in a mail
header (RFC 8058), and from no header can anybody make the link that answers. Tokens are made when a mail leaves and
stored nowhere: an agent who reads the ticket can't answer for the customer.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404
from django.urls import reverse

from inbox.common import tokens
from inbox.surveys.enums import InvitationState
from inbox.surveys.models import Invitation

_ANSWER = "survey"
_STOP = "survey stop"
_LEFT_US = (InvitationState.SENT, InvitationState.ANSWERED, InvitationState.VOIDED)


def survey_url(invitation: Invitation, score: int | None = None) -> str:
    """The address of the question, with `score` chosen on it."""
    path = reverse("portal:survey", args=[tokens.sign(_ANSWER, invitation.pk)])
    query = "" if score is None else "?" + urlencode({"a": score})
    return f"{settings.SITE_URL}{path}{query}"


def trap_url(invitation: Invitation) -> str:
    """The address behind a link that no person sees: only programs open it."""
    return f"{settings.SITE_URL}{reverse('portal:trap', args=[tokens.sign(_ANSWER, invitation.pk)])}"


def stop_url(invitation: Invitation) -> str:
    """The address at which the customer stops surveys."""
    path = reverse("portal:unsubscribe", args=[tokens.sign(_STOP, invitation.pk)])
    return f"{settings.SITE_URL}{path}"


def invitation_for(token: str) -> Invitation:
    """The invitation that a link in a mail of ours asks about. Raises `Http404`, whatever is wrong with the token."""
    return _invitation(tokens.unsign(_ANSWER, token))


def invitation_to_stop(token: str) -> Invitation:
    """The invitation whose mail carries this link to stop surveys. Raises `Http404`."""
    return _invitation(tokens.unsign(_STOP, token))


def _invitation(number: int | None) -> Invitation:
    asked = Invitation.objects.select_related("ticket", "channel", "customer", "version__survey", "agent")
    # A number beyond the column's range was never one of ours, though its signature may hold.
    found = asked.filter(pk=number, state__in=_LEFT_US).first() if number is not None and number < 2**63 else None
    if found is None:
        raise Http404("No such survey.")
    return found
