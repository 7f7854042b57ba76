"""Tables of reports as files: CSV that leaves as it is read, or an Excel workbook."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import islice

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from inbox.reports.export import Table, csv_lines
from inbox.reports.scope import Scope
from inbox.reports.workbook import CONTENT_TYPE, workbook
from inbox.sla.figures import METRICS_VERSION

_LINES_AT_ONCE = 500


def table_response(
    request: HttpRequest, table: Table, name: str, scope: Scope, suffix: str = "csv"
) -> StreamingHttpResponse:
    """The file, named after the table and the period. Raises `Http404` for any other format than csv and xlsx."""
    period = scope.period
    filename = f"{name}-{period.first}-{period.last}.{suffix}"
    if suffix == "csv":
        handfuls = _handfuls(csv_lines(table), get_language() or settings.LANGUAGE_CODE)
        content = _in_the_background(handfuls) if isinstance(request, ASGIRequest) else handfuls
        response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
    elif suffix == "xlsx":
        about = [
            (_("From"), period.first.isoformat()),
            (_("To"), period.last.isoformat()),
            (_("Time zone"), str(period.zone)),
            (_("Data until"), scope.as_of.astimezone(period.zone).isoformat(timespec="seconds")),
            (_("Definitions"), str(METRICS_VERSION)),
        ]
        file = workbook(table, name, about)
        response = FileResponse(file, as_attachment=True, filename=filename, content_type=CONTENT_TYPE)
    else:
        raise Http404("No such format.")
    response["Cache-Control"] = "no-store"
    return response


def _handfuls(lines: Iterator[str], language: str) -> Iterator[str]:
    """The lines some at a time, in the reader's language: when they leave, the request's own is gone."""
    while True:
        with override(language):
            handful = "".join(islice(lines, _LINES_AT_ONCE))
        if not handful:
            return
        yield handful


async def _in_the_background(handfuls: Iterator[str]) -> AsyncIterator[str]:
    """The same, read in the thread that holds the request's database connection."""
    read = sync_to_async(lambda: next(handfuls, ""))
    while handful := await read():
        yield handful
