"""For monitors: 200 while all is well, 503 otherwise; the figures only for admins and team leads."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from inbox.common.clock import now
from inbox.workspace.health import examine


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """The state of this installation."""
    found = examine(now())
    answer: dict[str, object] = {"status": "ok" if found.is_good else "not ok"}
    if _may_know_more(request):
        answer |= {"parts": {name: "ok" if good else "not ok" for name, good in found.parts.items()}, **found.figures}
    return JsonResponse(answer, status=200 if found.is_good else 503)


def _may_know_more(request: HttpRequest) -> bool:
    try:
        return bool(request.user.is_authenticated and request.user.sees_all)
    except DatabaseError:
        return False
