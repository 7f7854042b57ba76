"""Addresses at which a network, or a customer it does not take files for, fetches a file of a message of ours."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache

from inbox.tickets.enums import MessageKind
from inbox.tickets.files import open_blob
from inbox.tickets.models import Attachment

#: Seconds for which an address leads to its file.
GOOD_FOR = 30 * 24 * 3600
_SALT = "file link"


def link_of(attachment: Attachment) -> str:
    """An address that anybody who has it can fetch this file from for a month."""
    token = signing.dumps(attachment.pk, salt=_SALT)
    return f"{settings.SITE_URL}{reverse('hooks:file', args=[token, attachment.filename or 'file'])}"


@never_cache
def file(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """The file behind such an address: always as a download of its stored type, never run here."""
    try:
        number = signing.loads(token, salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return HttpResponse(status=404)
    public = Attachment.objects.filter(message__kind=MessageKind.MESSAGE, message__deleted_at=None)
    found = public.filter(pk=number, message__withdrawn_at=None).first()
    if found is None:
        return HttpResponse(status=404)
    response = FileResponse(open_blob(found.sha256), as_attachment=True, filename=found.filename)
    response.headers["Content-Type"] = found.content_type or "application/octet-stream"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
