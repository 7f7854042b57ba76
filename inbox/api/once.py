"""Requests that make something, repeated safely: the header Idempotency-Key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.response import Response

from inbox.api.authentication import AgentRequest
from inbox.api.models import AnsweredRequest
from inbox.api.problems import KeyUsedOtherwise
from inbox.common.clock import now
from inbox.common.rows import insert_new

KEPT_FOR = timedelta(days=1)
_LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Made:
    """What was made, as it is answered."""

    answer: Any
    location: str
    etag: str = ""

    def response(self) -> Response:
        """The answer 201, with where the new thing is."""
        headers = {"Location": self.location, **({"ETag": self.etag} if self.etag else {})}
        return Response(self.answer, 201, headers=headers)


def once(request: AgentRequest, make: Callable[[], Made]) -> Response:
    """What `make` makes, in one transaction; with a key that came before, what was answered then, and nothing is made.

    A twin that comes at the same time waits for the first. Raises `KeyUsedOtherwise` for a key of another request.
    """
    key = _key(request)
    with transaction.atomic():
        if key is None:
            return make().response()
        AnsweredRequest.objects.filter(made_at__lt=now() - KEPT_FOR).delete()
        row = AnsweredRequest(agent=request.user, key=key, digest=_digest(request), made_at=now())
        if not insert_new(row, "a_request_is_answered_once"):
            return _repeated(request, key)
        made = make()
        row.answer, row.location, row.etag = made.answer, made.location, made.etag
        row.save(update_fields=["answer", "location", "etag"])
    return made.response()


def _key(request: AgentRequest) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not key or len(key) > _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise ParseError(_("An Idempotency-Key has 1 to 255 printable ASCII characters."))
    return key


def _digest(request: AgentRequest) -> str:
    body = json.dumps(request.data, sort_keys=True)
    return hashlib.sha256(f"{request.method} {request.path} {body}".encode()).hexdigest()


def _repeated(request: AgentRequest, key: str) -> Response:
    before = AnsweredRequest.objects.get(agent=request.user, key=key)
    if before.digest != _digest(request):
        raise KeyUsedOtherwise
    return Made(before.answer, before.location, before.etag).response()
