"""Payloads that could not be read: what came, why it failed; another try, a ticket made by hand, or the bin."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.channels.actions import ring_intake
from inbox.channels.enums import EnvelopeState
from inbox.channels.models import Channel, Envelope
from inbox.channels.quarantine import discard, read_again, readable, take_by_hand
from inbox.channels.queries import discarded, quarantined
from inbox.common.clock import now
from inbox.workspace.access import AgentRequest, admins
from inbox.workspace.forms import ByHandForm
from inbox.workspace.originals import request_of
from inbox.workspace.payloads import shown

_RUNG = 200


@require_safe
@admins
def quarantine(request: AgentRequest) -> HttpResponse:
    """All payloads in quarantine, or those discarded, newest first; `?channel=` those of one channel."""
    wants_discarded = "discarded" in request.GET
    found = discarded() if wants_discarded else quarantined()
    channel = _channel(request)
    if channel:
        found = found.filter(channel=channel)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    context = {"page": page, "is_discarded": wants_discarded, "channel": channel, "now": now()}
    return render(request, "workspace/shell/quarantine.html", context)


@require_safe
@admins
def quarantined_payload(request: AgentRequest, envelope_id: int) -> HttpResponse:
    """One payload as text or as bytes, whatever it is."""
    envelope = _envelope(envelope_id)
    wanted = {"text": False, "hex": True}.get(request.GET.get("as", ""))
    raw = shown(bytes(envelope.body), as_hex=wanted)
    context = {"envelope": envelope, "raw": raw, "request_headers": request_of(envelope), "now": now()}
    return render(request, "workspace/shell/quarantined.html", context)


@require_safe
@admins
def quarantined_raw(request: AgentRequest, envelope_id: int) -> HttpResponse:
    """The payload's bytes, to keep and not to open here."""
    envelope = _envelope(envelope_id)
    is_mail = envelope.channel.kind == "email" and not envelope.url
    name = f"original-{envelope.pk}.{'eml' if is_mail else 'bin'}"
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
    read_again(Envelope.objects.filter(pk=envelope.pk))
    ring_intake(envelope.pk)
    messages.success(request, _("It is being read again. If that fails, it comes back here."))
    return redirect("workspace:quarantine")


@require_POST
@admins
def quarantine_attempts(request: AgentRequest) -> HttpResponse:
    """Let everything in quarantine be read again; `channel` only what came there."""
    channel = _channel(request)
    again = read_again(quarantined().filter(channel=channel) if channel else quarantined())
    for envelope_id in again[:_RUNG]:
        ring_intake(envelope_id)
    told = ngettext("%(count)s message is being read again.", "%(count)s messages are being read again.", len(again))
    messages.success(request, told % {"count": len(again)})
    return redirect("workspace:quarantine")


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def quarantine_ticket(request: AgentRequest, envelope_id: int) -> HttpResponse:
    """Make the ticket by hand, from what can be made out."""
    envelope = _envelope(envelope_id)
    guess = readable(envelope)
    start = {"name": guess.name, "address": guess.address, "subject": guess.subject, "text": guess.text}
    form = ByHandForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        ticket = take_by_hand(envelope, **form.cleaned_data, by=request.user)
        messages.success(request, _("%(ref)s is made; the original is attached to it.") % {"ref": ticket.ref})
        return redirect("workspace:ticket", ticket.ref)
    return render(request, "workspace/shell/quarantine_ticket.html", {"envelope": envelope, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def quarantine_discard(request: AgentRequest, envelope_id: int) -> HttpResponse:
    """Ask, then set the payload aside; reading it again takes that back."""
    envelope = _envelope(envelope_id)
    if request.method != "POST":
        return render(request, "workspace/shell/quarantine_discard.html", {"envelope": envelope, "now": now()})
    discard(envelope, by=request.user)
    messages.success(request, _("It is discarded. It stays among the discarded ones, in case you need it."))
    return redirect("workspace:quarantine")


def _channel(request: AgentRequest) -> Channel | None:
    given = request.POST.get("channel") or request.GET.get("channel") or ""
    is_id = given.isascii() and given.isdigit() and len(given) < 18
    return Channel.objects.filter(pk=int(given)).first() if is_id else None


def _envelope(envelope_id: int) -> Envelope:
    states = (EnvelopeState.QUARANTINED, EnvelopeState.DISCARDED)
    return get_object_or_404(Envelope.objects.select_related("channel", "ticket"), pk=envelope_id, state__in=states)
