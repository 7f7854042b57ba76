"""What trust in visitors rests on: proofs of who they are, what they sent ahead, and addresses we hear nothing from."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class VisitorProof(models.Model):
    """By which of the channel's secrets a site vouched for a visitor, and when last; `key` is its fingerprint."""

    visitor = models.OneToOneField("inbox.Visitor", models.CASCADE, related_name="proof")
    key = models.CharField(max_length=16)
    proven_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.visitor_id} {self.proven_at:%F %T}"


class ChatUpload(models.Model):
    """A file a visitor sent ahead of its message; who never puts it into one loses it."""

    visitor = models.ForeignKey("inbox.Visitor", models.SET_NULL, null=True, related_name="uploads")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["uploaded_at"], name="chat_upload_age")]

    def __str__(self) -> str:
        return f"{self.sha256[:8]} {self.uploaded_at:%F %T}"


class AddressBlock(models.Model):
    """An address (of IPv6: its /64) from which unknown visitors begin no chat of this channel for a while."""

    channel = models.ForeignKey("inbox.Channel", models.CASCADE, related_name="+")
    visitor = models.ForeignKey("inbox.Visitor", models.SET_NULL, null=True, related_name="+")
    network = models.CharField(max_length=64)
    until = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["channel", "network"], name="address_blocked")]

    def __str__(self) -> str:
        return f"{self.network} until {self.until:%F}"
