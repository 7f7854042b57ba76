"""Base64 as it is found: with junk between the letters, the alphabet for addresses, and several pieces in a row."""

from __future__ import annotations

import binascii

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_JUNK = bytes(sorted(set(range(256)) - set(_LETTERS) - set(b"=")))
_FOR_ADDRESSES = bytes.maketrans(b"-_", b"+/")


def letters_of(data: bytes) -> bytes:
    """Only what is base64 in it, padding included."""
    if b"+" not in data and b"/" not in data and (b"-" in data or b"_" in data):
        data = data.translate(_FOR_ADDRESSES)
    return data.translate(None, _JUNK)


def from_base64(data: bytes) -> bytes:
    """The bytes; each piece that ends in padding is decoded for itself, a last character too many is dropped."""
    letters = letters_of(data)
    end = letters.find(b"=")
    if end < 0 or not letters[end:].strip(b"="):
        return _piece(letters if end < 0 else letters[:end])
    return b"".join(_piece(piece) for piece in letters.split(b"=") if piece)


def _piece(letters: bytes) -> bytes:
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
