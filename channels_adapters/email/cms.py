"""What lies inside a message signed as a whole (S/MIME, RFC 8551; CMS, RFC 5652): a walk over its DER or BER."""

from __future__ import annotations

from dataclasses import dataclass

_SIGNED = bytes.fromhex("2a864886f70d010702")
_ENCRYPTED = frozenset(
    {bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d01091001") + b"\x17"}
)  # enveloped, authenticated and enveloped
_MAX_DEPTH = 12


class _Broken(Exception):
    """These bytes are no such structure."""


@dataclass(frozen=True, slots=True)
class _Element:
    tag: int
    start: int
    end: int
    after: int


def is_encrypted(data: bytes) -> bool:
    """Whether only the holder of a key can read it."""
    try:
        return _kind(data)[0] in _ENCRYPTED
    except _Broken:
        return False


def signed_content(data: bytes) -> bytes | None:
    """What was signed, a MIME entity; None when there is nothing signed in it that can be read."""
    try:
        kind, explicit = _kind(data)
        if kind != _SIGNED:
            return None
        signed = _element(data, explicit.start, explicit.end)
        position = signed.start
        for _ in range(2):  # version, digest algorithms
            position = _element(data, position, signed.end).after
        wrapped = _element(data, position, signed.end)
        identifier = _element(data, wrapped.start, wrapped.end)
        content = _element(data, identifier.after, wrapped.end)
        pieces: list[bytes] = []
        _octets(data, _element(data, content.start, content.end), pieces, 0)
    except _Broken:
        return None
    return b"".join(pieces) or None


def _kind(data: bytes) -> tuple[bytes, _Element]:
    """The identifier of the content's type, and the element that wraps the content."""
    outer = _element(data, 0, len(data))
    identifier = _element(data, outer.start, outer.end)
    if outer.tag != 0x30 or identifier.tag != 0x06:
        raise _Broken
    return data[identifier.start : identifier.end], _element(data, identifier.after, outer.end)


def _octets(data: bytes, element: _Element, pieces: list[bytes], depth: int) -> None:
    """An octet string, in one piece or built of several."""
    if element.tag == 0x04:
        pieces.append(data[element.start : element.end])
        return
    if element.tag != 0x24 or depth > _MAX_DEPTH:
        raise _Broken
    position = element.start
    while position < element.end:
        inner = _element(data, position, element.end)
        if inner.tag == 0:
            break
        _octets(data, inner, pieces, depth + 1)
        position = inner.after


def _element(data: bytes, position: int, end: int, depth: int = 0) -> _Element:
    if position + 2 > end:
        raise _Broken
    tag, length = data[position], data[position + 1]
    start = position + 2
    if length == 0x80:
        return _endless(data, tag, start, end, depth)
    if length > 0x80:
        size = length & 0x7F
        if size > 4 or start + size > end:
            raise _Broken
        length = int.from_bytes(data[start : start + size])
        start += size
    if start + length > end:
        raise _Broken
    return _Element(tag, start, start + length, start + length)


def _endless(data: bytes, tag: int, start: int, end: int, depth: int) -> _Element:
    """An element without a length: it ends at two zero bytes behind its last part."""
    if depth > _MAX_DEPTH:
        raise _Broken
    position = start
    while position + 2 <= end:
        if data[position : position + 2] == b"\0\0":
            return _Element(tag, start, position, position + 2)
        position = _element(data, position, end, depth + 1).after
    # A cut one ends with the data.
    return _Element(tag, start, end, end)
