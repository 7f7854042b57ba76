"""What a site embeds: the loader, the same for all, and what it has to know of its channel."""

from __future__ import annotations

import functools
import gzip
import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from inbox.chats.access import widget_of
from inbox.chats.origins import is_among, note_foreign
from inbox.livechat.config import language_for, launcher_config
from inbox.livechat.views.frame import site_of

_PARTS = Path(__file__).parent.parent / "static" / "livechat" / "loader"
_JAVASCRIPT = "text/javascript; charset=utf-8"


def _packed() -> tuple[bytes, bytes, str]:
    parts = sorted(_PARTS.glob("*.*"))
    return _read(max(one.stat().st_mtime_ns for one in parts), tuple(parts))


@functools.lru_cache(maxsize=1)
def _read(changed: int, parts: Sequence[Path]) -> tuple[bytes, bytes, str]:
    """The loader, the loader compressed, and its ETag; `changed` is when the newest of its parts was written.

    The scripts are put together in the order of their names, with the style sheet as the text `STYLE`.
    """
    style = "".join(one.read_text() for one in parts if one.suffix == ".css")
    scripts = "\n".join(one.read_text() for one in parts if one.suffix == ".js")
    whole = f'(() => {{\n"use strict";\nconst STYLE = {json.dumps(style)};\n{scripts}}})();\n'.encode()
    return whole, gzip.compress(whole, 9, mtime=0), f'W/"{sha256(whole).hexdigest()[:20]}"'


@require_safe
@condition(etag_func=lambda request: _packed()[2])
def loader(request: HttpRequest) -> HttpResponse:
    """`chat.js`. Its address never changes, so browsers ask again after ten minutes."""
    script, packed, _etag = _packed()
    accepts = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(packed if accepts else script, content_type=_JAVASCRIPT)
    if accepts:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = "public, max-age=600"
    return _for_any_site(response)


@require_safe
@gzip_page
def start(request: HttpRequest, key: str) -> HttpResponse:
    """What the launcher needs, as a call of the loader; `?language=` is the page's."""
    widget = widget_of(key)
    if widget is None:
        said = f"console.warn({json.dumps('Chat: there is no channel with this data-channel.')});"
        return _for_any_site(HttpResponse(said, content_type=_JAVASCRIPT, headers={"Cache-Control": "max-age=60"}))
    site = site_of(request)
    if site and not is_among(site, widget.origins):
        note_foreign(widget, site)
    language = language_for(widget.channel, request.GET.get("language", ""))
    with translation.override(language):
        told = json.dumps(launcher_config(widget, language), ensure_ascii=True)
    response = HttpResponse(f"inboxChat.start({told});", content_type=_JAVASCRIPT)
    response.headers["Cache-Control"] = "public, max-age=60"
    return _for_any_site(response)


def _for_any_site(response: HttpResponse) -> HttpResponse:
    """A script that a page with `Cross-Origin-Embedder-Policy: require-corp` may run as well."""
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
