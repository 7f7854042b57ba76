"""The description of the API for programs: OpenAPI 3."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from inbox.api.problems import MEDIA_TYPE


class FieldProblem(serializers.Serializer[Any]):
    """What is wrong with one value."""

    pointer = serializers.CharField(help_text="Which value of the request: a JSON pointer (RFC 6901), empty for all.")
    message = serializers.CharField(help_text="What to do, in a sentence.")


class Problem(serializers.Serializer[Any]):
    """What went wrong (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="A word for programs.")
    detail = serializers.CharField(help_text="What went wrong and what to do, in a sentence.")
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment]


class Operation(AutoSchema):
    """Every operation may answer with a problem."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        told: dict[str, Any] = super()._get_response_bodies(direction)
        told["default"] = {
            **self._get_response_for_code(Problem, "default", [MEDIA_TYPE], direction),  # type: ignore[no-untyped-call]
            "description": "What went wrong.",
        }
        return told


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How tokens are described."""

    target_class = "inbox.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class WorkspaceSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the session is described."""

    target_class = "inbox.api.authentication.WorkspaceSession"
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
