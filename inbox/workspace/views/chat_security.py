"""Who may show a chat, and by which secret its site says who a visitor is."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from inbox.chats.identity_secrets import end_old_secret, rotate_secret, secrets_of
from inbox.chats.models import ChatWidget
from inbox.chats.settings import set_origins
from inbox.tickets.changes import Refused
from inbox.workspace.access import AgentRequest, admins
from inbox.workspace.chat_examples import page_examples, token_examples
from inbox.workspace.chat_forms import SitesForm
from inbox.workspace.views.chat_settings import chat_of


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def chat_security(request: AgentRequest, chat_id: int) -> HttpResponse:
    """The sites that may show it, and since when its secrets count."""
    widget = chat_of(chat_id)
    form = SitesForm(request.POST if request.method == "POST" else None, initial={"origins": "\n".join(widget.origins)})
    if request.method == "POST" and form.is_valid():
        lines = form.cleaned_data["origins"].splitlines()
        if form.done(lambda: set_origins(widget, lines, by=request.user)):
            messages.success(request, _("The sites are saved."))
            return redirect("workspace:chat_security", widget.channel_id)
    return _page(request, widget, form)


@require_POST
@never_cache
@sensitive_variables("secret")
@admins
def chat_secret(request: AgentRequest, chat_id: int) -> HttpResponse:
    """Make a new secret and show it, this once; `seen` is since when the present one counted on the page."""
    widget = chat_of(chat_id)
    made_at = secrets_of(widget.channel).made_at
    if request.POST.get("seen", "") != (made_at.isoformat() if made_at else ""):
        messages.error(request, _("A new secret was made meanwhile; it was shown to whoever made it."))
        return _back(widget)
    try:
        secret = rotate_secret(widget.channel, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return _back(widget)
    fresh = chat_of(chat_id)
    return _page(request, fresh, SitesForm(initial={"origins": "\n".join(fresh.origins)}), secret)


@require_POST
@admins
def chat_old_secret(request: AgentRequest, chat_id: int) -> HttpResponse:
    """End the secret before the present one."""
    widget = chat_of(chat_id)
    end_old_secret(widget.channel, by=request.user)
    messages.success(request, _("The old secret counts no more."))
    return _back(widget)


def _back(widget: ChatWidget) -> HttpResponse:
    return redirect(reverse("workspace:chat_security", args=[widget.channel_id]) + "#secret")


def _page(request: AgentRequest, widget: ChatWidget, form: SitesForm, secret: str = "") -> HttpResponse:
    context = {
        "channel": widget.channel,
        "widget": widget,
        "form": form,
        "secret": secret,
        "secrets": secrets_of(widget.channel),
        "tokens": token_examples(widget.channel),
        "page": page_examples(),
    }
    return render(request, "workspace/chat_settings/security.html", context)
