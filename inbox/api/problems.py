"""What went wrong, as `application/problem+json` (RFC 9457), with a message for each field that needs another value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"


class Conflict(APIException):
    """What is asked for does not go together with how things stand."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("This does not go together with how things stand.")
    default_code = "conflict"


class ChangedMeanwhile(APIException):
    """Somebody else changed it since it was read."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = _("Somebody changed this since you read it. Read it again and send the ETag you get then.")
    default_code = "changed_meanwhile"


class VersionNotSaid(APIException):
    """A change has to say what it is a change of."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = _(
        "Say which version you are changing: send the ETag you read as If-Match, or * to change it whatever it is."
    )
    default_code = "version_not_said"


class KeyUsedOtherwise(APIException):
    """The Idempotency-Key stands for another request."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = _("This Idempotency-Key was used for another request. Take a new one for a new request.")
    default_code = "key_used_otherwise"


class Refused(ValidationError):
    """Values that the rules don't take: (JSON pointer, sentence) for each."""

    def __init__(self, told: Iterable[tuple[str, str]]) -> None:
        self.told = list(told)
        super().__init__([sentence for _pointer, sentence in self.told])


class TooLarge(APIException):
    """The body is larger than any request needs."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The body is too large: send at most 1 MB.")
    default_code = "too_large"


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an error; None for those nobody foresaw, which are the server's."""
    response = exception_handler(error, dict(context))
    if response is None:
        return None
    fields = [{"pointer": place, "message": sentence} for place, sentence in _told(error)]
    detail = _("Some values can't be taken; `errors` says which and why.") if fields else response.data.get("detail")
    response.data = {
        "type": "about:blank",
        "title": HTTPStatus(response.status_code).phrase,
        "status": response.status_code,
        "code": _code(error),
        "detail": str(detail or ""),
        **({"errors": fields} if fields else {}),
    }
    response.content_type = MEDIA_TYPE
    return response


def _code(error: Exception) -> str:
    if not isinstance(error, APIException):
        return "permission_denied" if isinstance(error, PermissionDenied) else "not_found"
    return str(getattr(error.detail, "code", error.default_code))


def _told(error: Exception) -> list[tuple[str, str]]:
    """Each sentence with the JSON pointer of the value it is about."""
    if isinstance(error, Refused):
        return error.told
    if not isinstance(error, ValidationError):
        return []
    told = error.detail if isinstance(error.detail, Mapping) else {"non_field_errors": error.detail}
    return [
        (pointer([] if name == "non_field_errors" else [name]), str(sentence))
        for name, sentences in told.items()
        for sentence in (sentences if isinstance(sentences, list) else [sentences])
    ]


def pointer(names: Iterable[object]) -> str:
    """The JSON pointer (RFC 6901) that goes down by these names."""
    return "".join(f"/{str(name).replace('~', '~0').replace('/', '~1')}" for name in names)
