"""Payloads that could not be read: what came, why it failed, and another try."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox.channels.actions import ring_intake
from inbox.channels.enums import EnvelopeState
from inbox.channels.intake import retry
from inbox.channels.models import Envelope
from inbox.channels.queries import quarantined
from inbox.common.clock import now
from inbox.workspace.access import AgentRequest, admins

#: As much of a payload as is shown on the page; the rest is in the download.
SHOWN = 200_000


@require_safe
@admins
def quarantine(request: AgentRequest) -> HttpResponse:
    """All payloads in quarantine, newest first."""
    page = Paginator(quarantined(), 50).get_page(request.GET.get("page"))
    return render(request, "workspace/shell/quarantine.html", {"page": page, "now": now()})


@require_safe
@admins
def quarantined_payload(request: AgentRequest, envelope_id: int) -> HttpResponse:
    """One payload as text, whatever it is."""
    envelope = _envelope(envelope_id)
    body = bytes(envelope.body)
    return render(
        request,
        "workspace/shell/quarantined.html",
        {
            "envelope": envelope,
            "text": body[:SHOWN].decode("utf-8", "replace"),
            "is_cut": len(body) > SHOWN,
            "now": now(),
        },
    )


@require_safe
@admins
def quarantined_raw(request: AgentRequest, envelope_id: int) -> HttpResponse:
    """The payload's bytes, to keep and not to open here."""
    envelope = _envelope(envelope_id)
    name = f"original-{envelope.pk}.{'eml' if envelope.channel.kind == 'email' else 'bin'}"
    return HttpResponse(
        bytes(envelope.body),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@require_POST
@admins
def quarantine_retry(request: AgentRequest, envelope_id: int) -> HttpResponse:
    """Let the payload be read again."""
    envelope = _envelope(envelope_id)
    retry(envelope)
    ring_intake(envelope.pk)
    messages.success(request, _("It is being read again. If that fails, it comes back here."))
    return redirect("workspace:quarantine")


def _envelope(envelope_id: int) -> Envelope:
    found = Envelope.objects.filter(state=EnvelopeState.QUARANTINED).select_related("channel")
    return get_object_or_404(found, pk=envelope_id)
