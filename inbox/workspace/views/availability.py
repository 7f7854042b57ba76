"""Whether an agent is given chats, and how many."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from inbox.chats.assignment import go_available, go_away
from inbox.chats.availability import take_at_most
from inbox.tickets.actions import Refused
from inbox.workspace.access import AgentRequest, answerers
from inbox.workspace.answers import given


@require_POST
@answerers
def availability(request: AgentRequest) -> HttpResponse:
    """`takes` 1 or 0: new chats are given to the agent, or not; `most`: as many at once."""
    takes, most = given(request, "takes"), given(request, "most")
    if takes not in ("", "0", "1") or not (takes or most):
        return HttpResponseBadRequest(_("There is no such availability."))
    try:
        if most:
            told = _limited(request, most)
        elif takes == "1":
            go_available(request.user)
            told = _("New chats are given to you.")
        else:
            go_away(request.user)
            told = _("You are given no new chats. Those you have stay yours.")
        messages.success(request, told)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(_back(request))


def _limited(request: AgentRequest, most: str) -> str:
    number = int(most) if most.isascii() and most.isdigit() and len(most) < 4 else 0
    take_at_most(request.user, number)
    return ngettext("You take %(n)s chat at once.", "You take up to %(n)s chats at once.", number) % {"n": number}


def _back(request: AgentRequest) -> str:
    place = request.POST.get("next", "")
    return place if url_has_allowed_host_and_scheme(place, {request.get_host()}, request.is_secure()) else "/"
