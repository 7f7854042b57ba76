"""The connection test, line by line as each step is tried; it changes nothing, neither here nor at the server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from zoneinfo import ZoneInfo

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from channels_adapters.contracts import CheckResult, SendError
from channels_adapters.registry import adapter
from inbox.channels.access import account, has_transport
from inbox.channels.credentials import fresh_account
from inbox.channels.models import Channel
from inbox.workspace.access import AgentRequest, admins

_LINE = "workspace/shell/check_line.html"


@require_POST
@admins
def channel_check(request: AgentRequest, channel_id: int) -> HttpResponseBase:
    """Try the stored settings; nothing is sent. With `X-Live-Log` each step is a line of HTML once it is known."""
    found = get_object_or_404(Channel, pk=channel_id)
    steps = _steps(found)
    if "X-Live-Log" not in request.headers:
        return render(request, "workspace/shell/channel_check.html", {"channel": found, "results": list(steps)})
    # Servers may take minutes to answer; a database connection that is not let go here waits with them.
    connections.close_all()
    lines = _lines(steps, translation.get_language(), timezone.get_current_timezone_name())
    response = StreamingHttpResponse(lines, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    # nginx would hold the lines back.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _steps(channel: Channel) -> Iterable[CheckResult]:
    network = adapter(channel.kind)
    try:
        if has_transport(channel) or network.places(account(channel)):
            return network.check(fresh_account(channel))
    except SendError as problem:
        return (CheckResult(_("Settings"), False, problem.reason),)
    nothing = _("No server is set: replies are kept in the outbox, and mail comes in through the built-in listener.")
    return (CheckResult(_("There is nothing to test"), True, nothing),)


async def _lines(steps: Iterable[CheckResult], language: str | None, zone: str) -> AsyncIterator[str]:
    waiting = iter(steps)
    while line := await sync_to_async(_next, thread_sensitive=False)(waiting, language, zone):
        yield line


def _next(steps: Iterator[CheckResult], language: str | None, zone: str) -> str:
    """The next step as one line of HTML, once it was tried; "" at the end."""
    result = next(steps, None)
    if result is None:
        return ""
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        return render_to_string(_LINE, {"result": result}).replace("\n", " ").strip() + "\n"
