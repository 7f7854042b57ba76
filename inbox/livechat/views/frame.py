"""The chat itself, in a frame of our own origin on the site's pages, and a page of ours to try it on."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from inbox.chats.access import widget_of
from inbox.chats.enums import Theme
from inbox.chats.frame_tickets import frame_ticket
from inbox.livechat.config import language_for, origins_of, presence_config, widget_config
from inbox.livechat.requests import Asked, endpoint
from inbox.surveys.logos import open_logo

SCRIPTS = Path(__file__).parent.parent / "static" / "livechat" / "frame"
#: Our scripts, styles, pictures and endpoints, nothing else.
POLICY = (
    "default-src 'none'; script-src 'self' 'sha256-{hash}'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'{origins}"
)


@require_safe
@xframe_options_exempt
@gzip_page
def frame(request: HttpRequest, key: str) -> HttpResponse:
    """The chat. Only the sites of its channel, and we ourselves, may have it in a page of theirs."""
    widget = widget_of(key)
    if widget is None:
        raise Http404("There is no chat here.")
    language = language_for(widget.channel, request.GET.get("language", ""))
    modules = import_map()
    with translation.override(language):
        page = {
            "config": widget_config(widget, language) | {"frame_ticket": frame_ticket(widget, site_of(request))},
            "import_map": mark_safe(modules),  # noqa: S308 - names of our own files
            "language": language,
            "is_bidi": translation.get_language_bidi(),
        }
        response = render(request, "livechat/frame.html", page)
    allowed = "".join(f" {one}" for one in origins_of(widget))
    digest = base64.b64encode(hashlib.sha256(modules.encode()).digest()).decode()
    response.headers["Content-Security-Policy"] = POLICY.format(hash=digest, origins=allowed)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, max-age=60"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def site_of(request: HttpRequest) -> str:
    """The origin of the page that asks, as far as its browser tells; "" where it does not, and for our own."""
    site = urlsplit(request.headers.get("Referer", ""))
    return f"{site.scheme}://{site.netloc}" if site.netloc and site.netloc != request.get_host() else ""


def import_map() -> str:
    """Which file each module is, as JSON: in production a file's name changes with what is in it."""
    files = [f"livechat/frame/{one.name}" for one in sorted(SCRIPTS.glob("*.js"))]
    return json.dumps({"imports": {settings.STATIC_URL + one: static(one) for one in files}}, separators=(",", ":"))


@endpoint("GET", needs_visitor=False)
def config(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What changes by itself while a page is open."""
    return JsonResponse(presence_config(asked.widget, translation.get_language() or ""))


@require_safe
def logo(request: HttpRequest, key: str, sha256: str) -> HttpResponseBase:
    """The picture in the widget's head."""
    widget = widget_of(key)
    if widget is None or widget.logo != sha256:
        return HttpResponse(status=404)
    content, content_type = open_logo(sha256)
    response = HttpResponse(content, content_type=content_type)
    response.headers["Cache-Control"] = "public, max-age=86400, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@login_required
def try_page(request: HttpRequest, key: str) -> HttpResponse:
    """A page as of a site, with the widget on it; `?language=` and `?theme=` are what the site would say."""
    widget = widget_of(key)
    if widget is None:
        raise Http404("There is no chat here.")
    wanted, theme = request.GET.get("language", ""), request.GET.get("theme", "")
    page = {
        "channel": widget.channel,
        "brand": widget.channel.brand or widget.channel.name,
        "language": wanted if wanted in dict(settings.LANGUAGES) else "",
        "languages": settings.LANGUAGES,
        "theme": theme if theme in Theme else "",
        "themes": Theme.choices,
    }
    return render(request, "livechat/try.html", page)
