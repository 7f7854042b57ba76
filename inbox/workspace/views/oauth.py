"""Signing in with a mail provider: to the provider, and back with what he allowed."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from channels_adapters.contracts import SendError
from channels_adapters.email.oauth import Tokens, authorization_url, exchange, new_proof, provider_of
from inbox.channels.access import account
from inbox.channels.accounts import keep_tokens
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.workspace.access import AgentRequest, admins
from inbox.workspace.consent import COOKIE, SECONDS, Journey, Unfit, begin, come_back
from inbox.workspace.wording import translated


@require_safe
@never_cache
@admins
def consent(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Send the admin to the provider, who asks him whether we may read and send this mailbox's mail."""
    found = get_object_or_404(Channel, pk=channel_id)
    try:
        provider = provider_of(account(found))
    except SendError as problem:
        messages.error(request, translated(problem.reason))
        return redirect("workspace:channel_settings", found.pk)
    proof = new_proof()
    state, cookie = begin(request, found.pk, proof.verifier)
    response = redirect(
        authorization_url(
            provider,
            client_id=str(found.settings.get("oauth_client_id") or ""),
            redirect_uri=_callback(),
            state=state,
            login_hint=str(found.settings.get("incoming_username") or found.address),
            challenge=proof.challenge,
        )
    )
    secure = bool(settings.SESSION_COOKIE_SECURE)
    response.set_cookie(COOKIE, cookie, max_age=SECONDS, path=_path(), secure=secure, httponly=True, samesite="Lax")
    return response


@require_safe
@never_cache
@admins
def oauth(request: AgentRequest) -> HttpResponse:
    """Take what the provider allowed; without state and code there is nothing to take."""
    try:
        journey = come_back(request)
        found = Channel.objects.get(pk=journey.channel_id)
    except (Unfit, Channel.DoesNotExist) as problem:
        messages.error(request, str(problem) if isinstance(problem, Unfit) else _("This channel is gone."))
        return _back("workspace:channels")
    if error := request.GET.get("error", ""):
        messages.error(request, _denied(error, request.GET.get("error_description", "")))
        return _back("workspace:channel", found.pk)
    try:
        keep_tokens(found, _exchanged(found, journey, request.GET.get("code", "")).secrets)
    except SendError as problem:
        messages.error(request, translated(problem.reason))
    else:
        messages.success(request, _("Access is allowed. Try the connection with the button below."))
    return _back("workspace:channel", found.pk)


def _exchanged(channel: Channel, journey: Journey, code: str) -> Tokens:
    connected = account(channel)
    return exchange(
        provider_of(connected),
        client_id=str(connected.settings.get("oauth_client_id") or ""),
        client_secret=connected.secrets.get("oauth_client_secret", ""),
        code=code,
        redirect_uri=_callback(),
        verifier=journey.verifier,
        at=now(),
    )


def _denied(error: str, description: str) -> str:
    if error in ("access_denied", "consent_required", "interaction_required"):
        return _(
            "Access was not allowed. Whoever signs in has to allow it, in some organisations an administrator there."
        )
    return _("The provider refused: %(error)s") % {"error": f"{error} {description}".strip()[:300]}


def _callback() -> str:
    return str(settings.SITE_URL) + _path()


def _path() -> str:
    return reverse("workspace:oauth")


def _back(route: str, *arguments: int) -> HttpResponse:
    response = redirect(route, *arguments)
    response.delete_cookie(COOKIE, path=_path(), samesite="Lax")
    return response
