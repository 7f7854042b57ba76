"""Remote images of mails, fetched by us: their servers learn neither who reads the mail nor from where."""

from __future__ import annotations

from django.db import connection
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from channels_adapters.network import NetworkError, fetch
from inbox.common.clock import now
from inbox.common.pictures import picture_type
from inbox.workspace.access import AgentRequest, agents
from inbox.workspace.image_links import image_address

_LARGEST, _SECONDS = 10 * 1024 * 1024, 10.0
_ASKED = {"Accept": "image/webp,image/png,image/jpeg,image/gif;q=0.9", "User-Agent": "Mozilla/5.0 (image proxy)"}


@require_safe
@agents
def remote_image(request: AgentRequest) -> HttpResponse:
    """The picture a signed link names, if it is one: png, jpeg, gif or webp by its bytes, whatever its server says."""
    address = image_address(request.GET, now())
    if not address:
        raise Http404("No such picture.")
    # Other pages need the connection more than a slow server far away.
    if not connection.in_atomic_block:
        connection.close()
    content = _fetched(address)
    kind = picture_type(content)
    if not kind:
        raise Http404("That is no picture.")
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _fetched(address: str) -> bytes:
    """The bytes at the address. Raises `Http404` for whatever goes wrong there."""
    try:
        answer = fetch(address, _LARGEST, timeout=_SECONDS, headers=_ASKED)
    except NetworkError as problem:
        raise Http404("The picture can't be had.") from problem
    if answer.status != 200:
        raise Http404("The picture can't be had.")
    return answer.body
