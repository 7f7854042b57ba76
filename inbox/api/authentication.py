"""Who asks: the agent of a token, or the agent who is signed in at the workspace."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from inbox.agents.api_tokens import note_use, token_of
from inbox.agents.models import Agent, ApiToken


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer …` (RFC 6750). The request then acts as the token's agent, with exactly his rights."""

    def authenticate(self, request: Request) -> tuple[Agent, ApiToken] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token_of(secret.strip())
        if token is None:
            raise AuthenticationFailed(
                _("This token does not work: it is wrong, revoked or expired, or its agent is switched off.")
            )
        note_use(token)
        return token.agent, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class WorkspaceSession(SessionAuthentication):
    """The session of the workspace, for reading in a browser; what writes needs the CSRF token as every page does."""


class AgentRequest(Request):
    """A request as views get it that are not open to everybody."""

    user: Agent
    auth: ApiToken | None
