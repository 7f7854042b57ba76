"""A visitor's browser, as far as the server can tell: the requests of the widget."""

from __future__ import annotations

import json
import secrets
import time
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from channels_adapters.livechat.identity_tokens import issue
from inbox.channels.access import account
from inbox.channels.models import Channel
from inbox.chats.frame_tickets import frame_ticket
from inbox.chats.models import ChatWidget, Visitor
from tests import web


class Browser:
    """Talks to one chat with the token it was given."""

    def __init__(self, channel: Channel) -> None:
        self.base = f"/chat/{channel.address}"
        self.channel = channel
        self.client = web.Visitor(
            HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            # A home of its own, so that what is counted by address is counted by browser.
            REMOTE_ADDR=f"2001:db8:{secrets.randbelow(65536):x}:{secrets.randbelow(65536):x}::1",
        )
        self.token = ""

    def opens(self, **told: Any) -> dict[str, Any]:
        """Begin the session, or go on with it."""
        answer = self.begins(**told)
        self.token = answer.json().get("token", self.token)
        return dict(answer.json())

    def begins(self, **told: Any) -> Any:
        """The answer to the first request of a frame's page."""
        told.setdefault("page", {"url": "https://shop.example/boots", "title": "Boots"})
        told.setdefault("frame_ticket", frame_ticket(ChatWidget.objects.get(channel=self.channel)))
        return self.post("session", **told)

    def sends(self, filename: str, content: bytes, content_type: str = "text/plain") -> Any:
        """Send a file ahead."""
        file = SimpleUploadedFile(filename, content, content_type)
        return self.client.post(f"{self.base}/files/", {"file": file}, headers=self._headers())

    def says(self, text: str, *, client_id: str = "", **more: Any) -> dict[str, Any]:
        """Send a message; the answer with its `status`."""
        answer = self.post("messages", id=client_id or uuid.uuid4().hex, text=text, **more)
        return {"status": answer.status_code, **answer.json()}

    def sees(self, **asked: Any) -> dict[str, Any]:
        """The conversation."""
        return dict(self.get("conversation", **asked).json())

    def texts(self) -> list[str]:
        """What stands in the conversation."""
        return [one["text"] for one in self.sees()["messages"]]

    def post(self, place: str, **data: Any) -> Any:
        return self.client.post(
            f"{self.base}/{place}/", json.dumps(data), content_type="application/json", headers=self._headers()
        )

    def get(self, place: str, **asked: Any) -> Any:
        return self.client.get(f"{self.base}/{place}/", asked, headers=self._headers())

    @property
    def visitor(self) -> Visitor:
        """The row behind it."""
        number = Visitor.objects.order_by("-id").first()
        assert number
        return number

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def vouched(channel: Channel, subject: str = "customer-42", **claims: Any) -> str:
    """The token by which the channel's site tells who its visitor is."""
    told = {"sub": subject, "aud": channel.address, "exp": time.time() + 600, **claims}
    return issue(told, account(channel).secrets["identity_secret"])
