"""Whose remote images an agent wants to see always: kept in a cookie of his browser, one for each agent.

The cookie goes only where mails are shown. It holds ids of identities, the newest last; the oldest give way.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse

from inbox.tickets.models import Message
from inbox.workspace.access import AgentRequest

_PATH = "/messages/"
_MOST = 400
_YEAR = 365 * 24 * 3600


def is_trusted(request: AgentRequest, message: Message) -> bool:
    """Whether remote images in the message are shown unasked; never when its sender is a forged one."""
    return message.authenticity != "failed" and message.identity_id in _ids(request)


def trust(request: AgentRequest, message: Message, response: HttpResponse) -> None:
    """Remember the sender of the message."""
    others = [one for one in _ids(request) if one != message.identity_id]
    _keep(request, [*others, message.identity_id] if message.identity_id else others, response)


def distrust(request: AgentRequest, message: Message, response: HttpResponse) -> None:
    """Forget the sender of the message."""
    _keep(request, [one for one in _ids(request) if one != message.identity_id], response)


def _name(request: AgentRequest) -> str:
    return f"images-{request.user.pk}"


def _ids(request: AgentRequest) -> list[int]:
    kept = request.COOKIES.get(_name(request), "")[:4000].split("-")
    return [int(one, 36) for one in kept if one.isascii() and one.isalnum() and len(one) < 13]


def _keep(request: AgentRequest, ids: list[int], response: HttpResponse) -> None:
    response.set_cookie(
        _name(request),
        "-".join(_base36(one) for one in ids[-_MOST:]),
        max_age=_YEAR,
        path=_PATH,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"
