"""What is let go of: trails of visitors after `CHAT_TRAIL_DAYS`, and files sent ahead that came into no message."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from inbox.channels.enums import EnvelopeState, ImportState
from inbox.channels.models import Envelope, MailImport
from inbox.chats.models import ChatWidget, Visitor, VisitorStep
from inbox.chats.trust_models import AddressBlock, ChatUpload
from inbox.common.clock import now
from inbox.tickets.files import forget_unused

#: Longer than a file that was sent ahead can be put into a message.
UPLOADS_KEPT = timedelta(hours=25)
_BATCH = 1000
#: One run stops after so many batches, well within the time a task has.
_MOST = 20


def forget(at: datetime | None = None) -> bool:
    """Let go of what was kept long enough; whether there may be more."""
    at = at or now()
    AddressBlock.objects.filter(until__lt=at).delete()
    return any([_forget_rows(_old_steps(at)), _forget_rows(_gone_visitors(at)), forget_uploads(at)])


def forget_uploads(at: datetime | None = None) -> bool:
    """Delete files that were sent ahead and came into no message within a day; whether there may be more."""
    old = ChatUpload.objects.filter(uploaded_at__lt=(at or now()) - UPLOADS_KEPT).order_by("uploaded_at")[:_BATCH]
    rows = {upload.pk: upload.sha256 for upload in old}
    ChatUpload.objects.filter(pk__in=rows).delete()
    forget_unused(rows.values())
    return len(rows) == _BATCH


def in_use(hashes: Collection[str]) -> set[str]:
    """Which of these bytes something else than messages needs: the chats' looks, imports, what was just sent ahead."""
    used = set(ChatWidget.objects.filter(logo__in=hashes).values_list("logo", flat=True))
    used |= set(ChatUpload.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    reading = MailImport.objects.filter(blob__in=hashes).exclude(state=ImportState.DONE)
    used |= set(reading.values_list("blob", flat=True))
    # What is journalled and not taken in yet names its files.
    states = (EnvelopeState.WAITING, EnvelopeState.QUARANTINED)
    for body in Envelope.objects.filter(channel__kind="livechat", state__in=states).values_list("body", flat=True):
        used |= {one for one in hashes if one.encode() in bytes(body)}
    return used


def _old_steps(at: datetime) -> QuerySet[VisitorStep]:
    return VisitorStep.objects.filter(at__lt=at - _kept()).order_by("at") if _kept() else VisitorStep.objects.none()


def _gone_visitors(at: datetime) -> QuerySet[Visitor]:
    """Visitors who never wrote; whom we blocked we remember."""
    if not _kept():
        return Visitor.objects.none()
    return Visitor.objects.filter(identity=None, blocked_at=None, seen_at__lt=at - _kept()).order_by("seen_at")


def _kept() -> timedelta:
    return timedelta(days=settings.CHAT_TRAIL_DAYS)


def _forget_rows(rows: QuerySet[VisitorStep] | QuerySet[Visitor]) -> bool:
    """Delete in small batches; whether there may be more."""
    for _ in range(_MOST):
        ids = list(rows.values_list("pk", flat=True)[:_BATCH])
        rows.model._default_manager.filter(pk__in=ids).delete()
        if len(ids) < _BATCH:
            return False
    return True
