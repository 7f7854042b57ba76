"""A webhook's request, read: its headers, its JSON, the fields of its form with their exact bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from channels_adapters.contracts import Malformed, Payload
from channels_adapters.email.mime import read
from channels_adapters.email.parameters import parse_parameters

_MAX_FIELDS = 2000


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. A file has a `filename`, possibly an empty one; other fields have None."""

    name: str
    value: bytes = field(repr=False)
    filename: str | None = None
    content_type: str = ""

    @property
    def text(self) -> str:
        """The value as text."""
        return self.value.decode("utf-8", "replace")


def header(payload: Payload, name: str) -> str:
    """The header of that name (in any case), "" if there is none."""
    wanted = name.lower()
    return next((str(value) for key, value in payload.headers.items() if key.lower() == wanted), "")


def is_form(payload: Payload) -> bool:
    """Whether the body is a form rather than JSON."""
    kind = header(payload, "content-type").partition(";")[0].strip().lower()
    return kind in ("multipart/form-data", "application/x-www-form-urlencoded")


def json_of(payload: Payload) -> Any:
    """The JSON in the body. Raises `Malformed`."""
    return read_json(payload.body)


def read_json(text: str | bytes) -> Any:
    """A JSON document, whatever else its writer promised. Raises `Malformed`."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Malformed(f"The webhook holds no JSON: {type(problem).__name__}.") from problem


def fields_of(payload: Payload) -> list[Field]:
    """The fields of a form, in order. Raises `Malformed`."""
    declared = header(payload, "content-type")
    if declared.lower().startswith("application/x-www-form-urlencoded"):
        try:
            pairs = parse_qsl(payload.body, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
        except ValueError as problem:
            raise Malformed("The form has too many fields.") from problem
        return [Field(name.decode("utf-8", "replace"), value) for name, value in pairs]
    line = "".join(letter for letter in declared if letter not in "\r\n")
    root = read(b"Content-Type: " + line.encode("utf-8", "replace") + b"\r\n\r\n" + payload.body).root
    return [found for part in root.children if (found := _field(part.header("content-disposition"), part))]


def _field(disposition: bytes | None, part: Any) -> Field | None:
    kind, parameters = parse_parameters(disposition or b"")
    if kind.strip().lower() != "form-data" or "name" not in parameters:
        return None
    declared = part.header("content-type")
    content_type = parse_parameters(declared)[0].strip().lower() if declared else ""
    # Not `content()`: a form knows no transfer encodings, and what it carries may look like one.
    return Field(parameters["name"], part.raw[part.start : part.end], parameters.get("filename"), content_type)


def values(fields: list[Field]) -> dict[str, str]:
    """The last text of each name, as frameworks read forms; files are left out."""
    return {one.name: one.text for one in fields if one.filename is None}
