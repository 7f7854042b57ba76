"""What is sent to us: JSON, of a size and depth that a request can need, which the database can store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from inbox.api.problems import TooLarge

MOST_BYTES = 1024 * 1024


class JsonBody(BaseParser):
    """JSON in UTF-8 (RFC 8259), without NaN, zero characters and halves of characters."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value sent. Raises `ParseError` and `TooLarge`."""
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise TooLarge
        try:
            value = json.loads(body, parse_constant=_refused)
            # A lone surrogate can be written in JSON, but neither stored nor sent.
            text = json.dumps(value, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        except ValueError as error:
            raise ParseError(_("The body is not valid JSON: %(error)s") % {"error": error}) from error
        if rb"\u0000" in text:
            raise ParseError(_("Text must not contain the character U+0000."))
        return value


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no number in JSON")
