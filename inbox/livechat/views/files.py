"""Files and pictures of a chat, both ways."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.chats.access import is_himself, widget_of
from inbox.chats.models import Visitor
from inbox.chats.queries import identities_of, tickets_of
from inbox.chats.trust_models import ChatUpload
from inbox.common import tokens
from inbox.common.clock import now
from inbox.common.pictures import picture_type
from inbox.livechat.requests import Asked, Refusal, endpoint, keep_pace
from inbox.livechat.uploads import describe
from inbox.tickets.enums import MessageKind
from inbox.tickets.filenames import clean_filename
from inbox.tickets.files import open_blob, store_file
from inbox.tickets.models import Attachment

OPAQUE = "application/octet-stream"
#: Bytes a file may have.
MOST_BYTES = 20 * 1024 * 1024


@endpoint("POST", pace="uploads")
def upload(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Keep a file (multipart `file`); the answer's `id` goes into the message that brings it."""
    if not asked.widget.takes_files:
        raise Refusal(403, "no_files", _("Files can't be sent here."))
    announced = request.headers.get("Content-Length", "")
    sentence = _("A file can have %(size)s MB.") % {"size": MOST_BYTES // 1024 // 1024}
    if announced.isdigit() and int(announced) > MOST_BYTES + 64 * 1024:
        raise Refusal(413, "too_large", sentence)
    file = request.FILES.get("file")
    if file is None or not file.size:
        raise Refusal(400, "no_file", _("The file is empty."))
    if file.size > MOST_BYTES:
        raise Refusal(413, "too_large", sentence)
    keep_pace(request, asked.known, "upload_bytes", file.size)
    head = file.read(16)
    kind = picture_type(head)
    # What calls itself a picture and is none is anything.
    declared = "" if (file.content_type or "").startswith("image/") else file.content_type
    stored = store_file(file, filename=clean_filename(file.name or ""), content_type=kind or declared or OPAQUE)
    kept = type(stored)(stored.filename, stored.content_type, stored.size, stored.sha256, "image" if kind else "file")
    ChatUpload.objects.create(visitor=asked.known, sha256=kept.sha256, size=kept.size, uploaded_at=now())
    token = describe(asked.known, kept)
    return JsonResponse({"id": token, "name": kept.filename, "size": kept.size, "kind": kept.kind}, status=201)


def download(request: HttpRequest, key: str, token: str) -> HttpResponseBase:
    """A file of the conversation, for the visitor whose page was given this address."""
    widget = widget_of(key)
    attachment = _attachment(widget.channel, token) if widget else None
    if attachment is None:
        return HttpResponse(status=404)
    is_picture = attachment.content_type in ("image/png", "image/jpeg", "image/gif", "image/webp")
    response = FileResponse(
        open_blob(attachment.sha256),
        as_attachment=not is_picture,
        filename=attachment.filename,
        content_type=attachment.content_type if is_picture else OPAQUE,
    )
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def picture(request: HttpRequest, key: str, sha256: str) -> HttpResponseBase:
    """The picture of one of us, as customers may see it."""
    if widget_of(key) is None or not Agent.objects.filter(picture=sha256, is_active=True).exists():
        return HttpResponse(status=404)
    with open_blob(sha256) as file:
        content = file.read()
    response = HttpResponse(content, content_type=picture_type(content) or "application/octet-stream")
    response.headers["Cache-Control"] = "public, max-age=86400, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _attachment(channel: Channel, token: str) -> Attachment | None:
    number, _dash, mac = token.partition("-")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    visitor = Visitor.objects.filter(pk=pk, channel=channel, blocked_at=None).select_related("channel", "proof").first()
    found = tokens.unsign(f"chat file {pk}", mac) if visitor else None
    if visitor is None or found is None or not is_himself(visitor):
        return None
    mine = tickets_of(identities_of(visitor)).values("pk")
    public = Attachment.objects.filter(message__kind=MessageKind.MESSAGE, message__deleted_at=None)
    return public.filter(pk=found, message__ticket__in=mine, message__withdrawn_at=None).first()
