"""Old mail brought in from files: the upload, and how far each import is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.channels.actions import ring_import
from inbox.channels.enums import ImportState
from inbox.channels.imports import begin, go_on, pace, stop
from inbox.channels.mail_files import Unusable
from inbox.channels.models import Channel, MailImport
from inbox.common.clock import now
from inbox.workspace.access import AgentRequest, admins

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is, at an instant: percent by bytes, mails a minute, seconds left (None: not known)."""

    percent: int
    count: int
    per_minute: int
    left: float | None
    at: datetime

    @classmethod
    def of(cls, job: MailImport) -> Progress:
        """The progress of `job` now."""
        count, speed = job.taken + job.repeated + job.quarantined, pace(job)
        bytes_each = job.position / count if count else 0
        left = (job.size - job.position) / (bytes_each * speed) if speed and bytes_each else None
        percent = 100 if job.state == ImportState.DONE else min(int(100 * job.position / max(job.size, 1)), 99)
        return cls(percent, count, round(speed * 60), left, now())


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def imports(request: AgentRequest, channel_id: int) -> HttpResponse:
    """Bring old mail into a channel; and what was brought in before."""
    found = get_object_or_404(Channel, pk=channel_id)
    if found.kind != "email":
        raise Http404("Only mail is brought in from files.")
    problem = ""
    if request.method == "POST":
        files = [file for file in request.FILES.getlist("files") if isinstance(file, UploadedFile)]
        try:
            job = begin(found, files, by=request.user)
        except Unusable as error:
            problem = str(error)
        else:
            ring_import(job.pk)
            return redirect("workspace:import", job.pk)
    jobs = found.imports.order_by("-id").select_related("by")[:_SHOWN]
    context = {"channel": found, "jobs": [(job, Progress.of(job)) for job in jobs], "problem": problem, "now": now()}
    return render(request, "workspace/shell/imports.html", context)


@require_safe
@admins
def mail_import(request: AgentRequest, import_id: int) -> HttpResponse:
    """One import; the part that changes alone for the page that is open."""
    job = get_object_or_404(MailImport.objects.select_related("channel", "by"), pk=import_id)
    context = {"job": job, "channel": job.channel, "progress": Progress.of(job), "now": now()}
    part = "import_progress" if request.htmx else "import"
    return render(request, f"workspace/shell/{part}.html", context)


@require_POST
@admins
def import_activity(request: AgentRequest, import_id: int) -> HttpResponse:
    """Stop an import, or go on with it."""
    job = get_object_or_404(MailImport, pk=import_id)
    if request.POST.get("on") == "1":
        go_on(job)
        ring_import(job.pk)
    else:
        stop(job)
        messages.success(request, _("The import stops after the mail that is being read."))
    return redirect("workspace:import", job.pk)
