"""The document inside the mail frame: a stranger's HTML, sanitised, under a policy of its own."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from inbox.tickets.access import message_for
from inbox.tickets.html import safe
from inbox.workspace.access import AgentRequest, agents

#: No script, no form, no frame, no fetch but of pictures. The sandbox holds as well when the document is opened
#: by itself; `allow-same-origin` (without scripts nothing in here can use it) lets the page around measure its height.
_POLICY = (
    "default-src 'none'; img-src {images}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


@require_safe
@xframe_options_sameorigin
@agents
def mail_frame(request: AgentRequest, message_id: int) -> HttpResponse:
    """A mail as its sender laid it out. `?images=1` lets remote images in, this once."""
    message = message_for(request.user, message_id)
    if not message.html:
        raise Http404("This message has no layout.")
    with_images = request.GET.get("images") == "1"
    files = {
        file.content_id.strip("<>"): reverse("workspace:preview", args=[file.pk])
        for file in message.attachments.exclude(content_id="")
    }
    shown = safe(message.html, files=files, remote_images=with_images)
    # The sanitiser was the last to touch it.
    context = {"message": message, "html": mark_safe(shown.html), "blocked": shown.blocked}  # noqa: S308
    response = render(request, "workspace/ticket/mail_frame.html", context)
    response.headers["Content-Security-Policy"] = _POLICY.format(
        images="'self' data: https: http:" if with_images else "'self' data:"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response
