"""The built-in outbox: mails that were not sent, because no mail server is set."""

from __future__ import annotations

import email
import email.parser
import email.policy
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from inbox.channels.models import OutboxMail
from inbox.channels.queries import kept_mails
from inbox.common.clock import now
from inbox.tickets.html import safe
from inbox.workspace.access import AgentRequest, leads

#: For the frame alone: nothing runs, nothing is fetched; a mail brings its styles in its own attributes.
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_SHOWN = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted")
_FRAME = (
    '<!doctype html><html><head><meta charset="utf-8"></head><body style="font: 14px/1.5 sans-serif; margin: 16px">'
)


@dataclass(frozen=True, slots=True)
class _Mail:
    headers: list[tuple[str, str]]
    text: str
    html: str


@require_safe
@leads
def outbox(request: AgentRequest) -> HttpResponse:
    """All kept mails, newest first."""
    page = Paginator(kept_mails(), 50).get_page(request.GET.get("page"))
    return render(
        request,
        "workspace/shell/outbox.html",
        {"page": page, "mails": [(kept, _subject(kept)) for kept in page], "now": now()},
    )


@require_safe
@leads
def outbox_mail(request: AgentRequest, mail_id: int) -> HttpResponse:
    """One mail: as its reader would see it, as text, and its headers."""
    kept = get_object_or_404(OutboxMail.objects.select_related("channel", "message__ticket"), pk=mail_id)
    return render(
        request,
        "workspace/shell/outbox_mail.html",
        {"kept": kept, "subject": _subject(kept), "mail": _read(kept), "now": now()},
    )


@require_safe
@xframe_options_sameorigin
@leads
def outbox_frame(request: AgentRequest, mail_id: int) -> HttpResponse:
    """The mail's HTML, for a sandboxed frame."""
    mail = _read(get_object_or_404(OutboxMail, pk=mail_id))
    response = HttpResponse(f"{_FRAME}{safe(mail.html, files={}).html}</body></html>")
    response["Content-Security-Policy"] = FRAME_POLICY
    return response


def _subject(kept: OutboxMail) -> str:
    """The mail's subject or its ticket's; of a mail to an agent, or when the ticket is gone, that of its head."""
    if kept.message:
        return kept.message.subject or kept.message.ticket.subject
    head = email.parser.BytesHeaderParser(policy=email.policy.default).parsebytes(bytes(kept.body))
    return str(head["Subject"] or "")


def _read(kept: OutboxMail) -> _Mail:
    message = email.message_from_bytes(bytes(kept.body), policy=email.policy.default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return _Mail(
        headers=[(name, str(message[name])) for name in _SHOWN if message[name]],
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
    )
