"""Taking chats."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from inbox.agents.models import Agent
from inbox.api.authentication import AgentRequest
from inbox.api.permissions import ChangesTickets
from inbox.api.shapes.chats import ChatLoadShape
from inbox.chats.assignment import go_available, go_away
from inbox.chats.availability import chat_load, take_at_most
from inbox.common.clock import now


class MyChats(GenericAPIView[Agent]):
    """The chats that are given to the agent whose token asks."""

    permission_classes = [ChangesTickets]
    serializer_class = ChatLoadShape

    @extend_schema(operation_id="my_chats", responses=ChatLoadShape)
    def get(self, request: AgentRequest) -> Response:
        """Whether you take chats, and how many you have."""
        return Response(ChatLoadShape(chat_load(request.user, now())).data)

    @extend_schema(operation_id="my_chats_change", request=ChatLoadShape, responses=ChatLoadShape)
    def patch(self, request: AgentRequest) -> Response:
        """Take chats, or no new ones; say how many at once. What is left out stays as it is."""
        asked = ChatLoadShape(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        agent = request.user
        if "most" in asked.validated_data:
            take_at_most(agent, asked.validated_data["most"])
        if "takes" in asked.validated_data:
            go_available(agent) if asked.validated_data["takes"] else go_away(agent)
        return self.get(request)
