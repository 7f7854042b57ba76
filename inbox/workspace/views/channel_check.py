"""The connection test, line by line as each step is tried; for networks, after registering our address there.

The test itself changes nothing, neither here nor at the server.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from zoneinfo import ZoneInfo

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from channels_adapters.contracts import Account, CheckResult, SendError
from channels_adapters.registry import adapter
from inbox.channels.access import account, has_transport, hook_address
from inbox.channels.credentials import fresh_account
from inbox.channels.expiry import learn_from_check
from inbox.channels.models import Channel
from inbox.workspace.access import AgentRequest, admins

_LINE = "workspace/shell/check_line.html"


@require_POST
@admins
def channel_check(request: AgentRequest, channel_id: int) -> HttpResponseBase:
    """Try the stored settings; nothing is sent. With `X-Live-Log` each step is a line of HTML once it is known.

    Asked to `register`, it makes our address known to the network before.
    """
    found = get_object_or_404(Channel, pk=channel_id)
    trial = _Trial(found, registers="register" in request.POST)
    if "X-Live-Log" not in request.headers:
        results = list(trial.steps())
        trial.note()
        return render(request, "workspace/shell/channel_check.html", {"channel": found, "results": results})
    # Servers may take minutes to answer; a database connection that is not let go here waits with them.
    connections.close_all()
    lines = _lines(trial, translation.get_language(), timezone.get_current_timezone_name())
    response = StreamingHttpResponse(lines, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    # nginx would hold the lines back.
    response.headers["X-Accel-Buffering"] = "no"
    return response


class _Trial:
    """One test of a channel, and what it told."""

    def __init__(self, channel: Channel, *, registers: bool) -> None:
        self.channel, self.registers = channel, registers
        self.network = adapter(channel.kind)
        self.results: list[CheckResult] = []
        self._trouble = ""
        try:
            self._sender: Account | None = fresh_account(channel)
        except SendError as problem:
            self._sender, self._trouble = None, problem.reason
        self._callback = hook_address(channel)
        self._has_servers = has_transport(channel) or bool(self.network.places(account(channel)))

    def steps(self) -> Iterator[CheckResult]:
        """Each step once it was tried."""
        for result in self._steps():
            self.results.append(result)
            yield result

    def note(self) -> None:
        """Keep what was learned: when the access ends, and that nothing is wrong with it any more."""
        if self.results and self._sender is not None:
            learn_from_check(self.channel, self.results)

    def _steps(self) -> Iterator[CheckResult]:
        if self._sender is None:
            yield CheckResult(_("Settings"), False, self._trouble)
        elif not self._has_servers:
            yield CheckResult(_("There is nothing to test"), True, self._nothing())
        else:
            if self.registers:
                # First: what a test looks at is what the registration sets up.
                yield from self._registered(self._sender)
            # What was just told need not be told again.
            known = {(one.label, one.passed, one.advice) for one in self.results}
            tried = self.network.check(self._sender)
            yield from (one for one in tried if (one.label, one.passed, one.advice) not in known)
            if not self.results:
                yield CheckResult(_("Saved"), True, _("There is nothing to try before the network has written."))

    def _nothing(self) -> str:
        return _("No server is set: replies are kept in the outbox, and mail comes in through the built-in listener.")

    def _registered(self, sender: Account) -> Sequence[CheckResult]:
        try:
            return self.network.connect(sender, self._callback)
        except SendError as problem:
            return (CheckResult(_("Registration at the network"), False, problem.reason),)


async def _lines(trial: _Trial, language: str | None, zone: str) -> AsyncIterator[str]:
    waiting = trial.steps()
    while line := await sync_to_async(_next, thread_sensitive=False)(waiting, language, zone):
        yield line
    await sync_to_async(trial.note)()


def _next(steps: Iterator[CheckResult], language: str | None, zone: str) -> str:
    """The next step as one line of HTML, once it was tried; "" at the end."""
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        result = next(steps, None)
        if result is None:
            return ""
        return render_to_string(_LINE, {"result": result}).replace("\n", " ").strip() + "\n"
