"""XML of strangers as plain values: no document type, no entities, nothing deep."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from channels_adapters.contracts import Malformed
from channels_adapters.json_reading import Fields

_DEEPEST = 12
#: What XML may not hold comes in what people write all the same.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read(body: bytes) -> Fields:
    """What the elements inside the root say, by name: a text, such fields again, or a list of several of one name.

    Raises `Malformed` for what is no XML, declares a document type or entities, or is nested without need.
    """
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.open
    parser.EndElementHandler = reader.close
    parser.CharacterDataHandler = reader.say
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(_CONTROL.sub(b"", body).strip(), True)
    except expat.ExpatError as problem:
        raise Malformed("It is no XML.") from problem
    return reader.root


def _refuse(*declared: object) -> None:
    raise Malformed("The XML declares a document type, which is not read.")


class _Reader:
    """Puts elements into one another; the root's own name does not matter."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []

    def open(self, name: str, attributes: object) -> None:
        """An element begins."""
        if len(self._open) >= _DEEPEST:
            raise Malformed("The XML is nested too deeply.")
        self._open.append((name, {}, []))

    def say(self, text: str) -> None:
        """Text inside the element that is open."""
        self._open[-1][2].append(text)

    def close(self, name: str) -> None:
        """The element is complete: text, or what its own elements are."""
        _, inner, texts = self._open.pop()
        if not self._open:
            self.root = inner
            return
        value: Any = inner or "".join(texts).strip("\r\n")
        around = self._open[-1][1]
        if name not in around:
            around[name] = value
        elif isinstance(around[name], list):
            around[name].append(value)
        else:
            around[name] = [around[name], value]
