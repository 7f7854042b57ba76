"""The document inside the mail frame: a stranger's HTML, sanitised, under a policy of its own."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from inbox.common.clock import now
from inbox.tickets.access import message_for
from inbox.tickets.html import Look, SafeHtml, safe
from inbox.tickets.models import Message
from inbox.workspace.access import AgentRequest, agents
from inbox.workspace.answers import back_to, is_scripted, undoes
from inbox.workspace.image_links import image_link
from inbox.workspace.trusted_senders import distrust, is_trusted, trust

#: No script, no form, no frame, no fetch but of pictures from ourselves. The sandbox holds as well when the document
#: is opened by itself; `allow-same-origin` (without scripts nothing in here can use it) lets the page around measure
#: its height.
FRAME_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


@require_safe
@xframe_options_sameorigin
@agents
def mail_frame(request: AgentRequest, message_id: int) -> HttpResponse:
    """A mail as its sender laid it out. `?images=1` lets remote images in, this once; `?look=` as in `Look`."""
    message = message_for(request.user, message_id)
    if not message.html:
        raise Http404("This message has no layout.")
    trusted = is_trusted(request, message)
    look = next((one for one in Look if one == request.GET.get("look")), Look.FITTING)
    shown = shown_html(message, look=look, with_images=trusted or request.GET.get("images") == "1")
    context = {
        "message": message,
        "html": mark_safe(shown.html),  # noqa: S308 - the sanitiser was the last to touch it
        "shown": shown,
        "is_trusted": trusted,
        "look": look,
        "theme": request.user.theme,
    }
    response = render(request, "workspace/ticket/mail_frame.html", context)
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["POST", "DELETE"])
@agents
def sender_images(request: AgentRequest, message_id: int) -> HttpResponse:
    """Show remote images of this sender from now on without asking; DELETE asks again."""
    message = message_for(request.user, message_id)
    sender = message.identity.value if message.identity else ""
    if undoes(request):
        told = _("Images from %(sender)s are blocked again.") % {"sender": sender}
    else:
        told = _("Images from %(sender)s will be shown from now on.") % {"sender": sender}
    if is_scripted(request):
        response = trigger_client_event(HttpResponse(status=204), "toast", {"text": told})
    else:
        messages.success(request, told)
        response = HttpResponseRedirect(back_to(request, message.ticket))
    (distrust if undoes(request) else trust)(request, message, response)
    return response


def shown_html(message: Message, *, look: Look, with_images: bool = False) -> SafeHtml:
    """The message's HTML, safe to show, what is not new in it folded."""
    files = {
        file.content_id.strip("<>"): reverse("workspace:preview", args=[file.pk])
        for file in message.attachments.all()
        if file.content_id
    }
    at = now()
    return safe(
        message.html,
        files=files,
        remote=(lambda address: image_link(address, at)) if with_images else None,
        look=look,
        new_text=message.text,
        whole_text=message.full_text,
        fold_label=_("… Quoted text"),
    )
