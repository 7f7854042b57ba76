"""A channel's message templates: as the network told of them last, with the reason of those it does not let be sent."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from channels_adapters.contracts import SendError
from inbox.channels.message_templates import has_templates, sync_templates
from inbox.channels.models import Channel
from inbox.channels.template_models import TemplateState
from inbox.common.clock import now
from inbox.workspace.access import AgentRequest, admins
from inbox.workspace.wording import translated

#: What needs somebody comes first.
_TROUBLED = Case(
    When(state__in=(TemplateState.REJECTED, TemplateState.PAUSED), then=Value(0)),
    When(state=TemplateState.PENDING, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def channel_templates(request: AgentRequest, channel_id: int) -> HttpResponse:
    """All of them; POST asks the network anew."""
    found = get_object_or_404(Channel, pk=channel_id)
    if not has_templates(found):
        raise Http404("This network has no templates.")
    if request.method == "POST":
        _sync(request, found)
        return redirect("workspace:channel_templates", found.pk)
    templates = found.message_templates.order_by(_TROUBLED, "name", "language")
    synced_at = found.message_templates.order_by("-synced_at").values_list("synced_at", flat=True).first()
    context = {"channel": found, "templates": templates, "synced_at": synced_at, "now": now()}
    return render(request, "workspace/shell/channel_templates.html", context)


def _sync(request: AgentRequest, channel: Channel) -> None:
    try:
        count = sync_templates(channel)
    except SendError as problem:
        messages.error(request, _("The network did not tell: %(reason)s") % {"reason": translated(problem.reason)})
        return
    told = ngettext("The network told of %(n)d template.", "The network told of %(n)d templates.", count)
    messages.success(request, told % {"n": count})
