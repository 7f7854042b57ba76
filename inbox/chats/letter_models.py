"""Which chats may have to be told by mail."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class UnreadChat(models.Model):
    """A chat with something of ours that its visitor may not have seen; it is looked at once `due_at` is over."""

    ticket = models.OneToOneField("inbox.Ticket", models.CASCADE, primary_key=True, related_name="+")
    due_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["due_at"], name="unread_chat_due")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.due_at:%F %T}"
