"""Files of messages, and the originals of what arrived, handed out so that nothing in them runs here."""

from __future__ import annotations

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from inbox.common.pictures import picture_type
from inbox.tickets.access import attachment_for, message_for
from inbox.tickets.filenames import clean_filename
from inbox.tickets.files import open_blob
from inbox.tickets.models import Attachment
from inbox.workspace.access import AgentRequest, agents
from inbox.workspace.archive import distinct, zipped
from inbox.workspace.originals import headers_of, request_of
from inbox.workspace.payloads import shown

#: Even opened by itself, nothing in a file loads, runs, or counts as part of this site.
_ALONE = "sandbox; default-src 'none'; frame-ancestors 'self'"


@require_safe
@agents
def attachment(request: AgentRequest, attachment_id: int) -> HttpResponse:
    """A file, to be saved."""
    found = attachment_for(request.user, attachment_id)
    return _handed_out(_content(found), "application/octet-stream", found.filename, attached=True)


@require_safe
@agents
def preview(request: AgentRequest, attachment_id: int) -> HttpResponse:
    """A raster picture or a PDF, to be looked at; other files have no preview, whatever type they claim."""
    found = attachment_for(request.user, attachment_id)
    content = _content(found)
    kind = picture_type(content) or ("application/pdf" if content.startswith(b"%PDF-") else "")
    if not kind:
        raise Http404("Only pictures and documents can be looked at.")
    return _handed_out(content, kind, found.filename, attached=False)


@require_safe
@agents
def message_files(request: AgentRequest, message_id: int) -> StreamingHttpResponse:
    """All files of a message in one archive, which leaves as it is made."""
    message = message_for(request.user, message_id)
    files = list(message.attachments.order_by("id"))
    if not files:
        raise Http404("There are no files.")
    named = [(name, file.sha256) for name, file in zip(distinct(file.filename for file in files), files, strict=True)]
    response = StreamingHttpResponse(zipped(named), content_type="application/zip")
    name = f"{message.ticket.ref}-{message.pk}.zip"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["Content-Security-Policy"] = _ALONE
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@agents
def original(request: AgentRequest, message_id: int) -> HttpResponse:
    """The message as it arrived: headers (or the request that brought it) and source, as text or bytes."""
    message = message_for(request.user, message_id)
    if message.envelope is None:
        raise Http404("There is no original.")
    body = bytes(message.envelope.body)
    request_headers = request_of(message.envelope)
    context = {
        "message": message,
        "headers": [] if request_headers else headers_of(body),
        "request_headers": request_headers,
        "raw": shown(body, as_hex={"text": False, "hex": True}.get(request.GET.get("as", ""))),
        "size": len(body),
        "is_erased": message.deleted_at is not None and not body,
    }
    return render(request, "workspace/ticket/original.html", context)


@require_safe
@agents
def original_file(request: AgentRequest, message_id: int) -> HttpResponse:
    """The original, to be saved."""
    message = message_for(request.user, message_id)
    if message.envelope is None:
        raise Http404("There is no original.")
    name = f"{message.ticket.ref}-{message.pk}.{'bin' if message.envelope.url else 'eml'}"
    return _handed_out(bytes(message.envelope.body), "application/octet-stream", name, attached=True)


def _content(found: Attachment) -> bytes:
    try:
        with open_blob(found.sha256) as file:
            return file.read()
    except FileNotFoundError as error:
        raise Http404("The file is gone.") from error


def _handed_out(content: bytes, kind: str, name: str, *, attached: bool) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(attached, clean_filename(name)) or ""
    response.headers["Content-Security-Policy"] = _ALONE
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
