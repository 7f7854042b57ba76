"""Builds what other programs wrap mails into: winmail.dat, and signed data in DER and BER."""

from __future__ import annotations

import struct

HTML_IN_RTF = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\fonttbl{\f0 Arial;}}"
    rb"{\*\htmltag64 <p>}\htmlrtf \par \htmlrtf0 Gr\'fc\'dfe \u8364?{\*\htmltag72 </p>}}"
)


def compressed(rtf: bytes) -> bytes:
    """RTF as Outlook stores it when it does not pay to compress it."""
    return struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf


def properties(*values: tuple[int, int, bytes]) -> bytes:
    """MAPI properties: kind, tag and bytes, each padded."""
    out = struct.pack("<I", len(values))
    for kind, tag, value in values:
        out += struct.pack("<HH", kind, tag)
        if kind in (30, 31, 13, 258):
            out += struct.pack("<II", 1, len(value))
        out += value + b"\0" * (-len(value) % 4)
    return out


def attribute(level: int, name: int, value: bytes) -> bytes:
    """One attribute with its checksum."""
    return struct.pack("<BHHI", level, name, 6, len(value)) + value + struct.pack("<H", sum(value) % 65536)


def winmail(*attributes: bytes) -> bytes:
    """A whole winmail.dat."""
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def packed_file(name: str, content: bytes) -> bytes:
    """The attributes of one file."""
    long_name = properties((31, 0x3707, f"{name}\0".encode("utf-16-le")))
    return (
        attribute(2, 0x9002, b"\0" * 14)
        + attribute(2, 0x8010, b"SHORT~1.PDF\0")
        + attribute(2, 0x800F, content)
        + attribute(2, 0x9005, long_name)
    )


def der(tag: int, *parts: bytes) -> bytes:
    """One element of a known length."""
    value = b"".join(parts)
    size = len(value).to_bytes(4)
    return bytes([tag, 0x84]) + size + value


def ber(tag: int, *parts: bytes) -> bytes:
    """One element that ends where it ends."""
    return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"


def cms(content: bytes, *, kind: str = "2a864886f70d010702", endless: bool = False) -> bytes:
    """Data signed by nobody (the signatures are left out), or of another kind."""
    make = ber if endless else der
    half = len(content) // 2
    octets = ber(0x24, der(4, content[:half]), der(4, content[half:])) if endless else der(4, content)
    inner = make(0x30, der(6, bytes.fromhex("2a864886f70d010701")), make(0xA0, octets))
    signed = make(0x30, der(2, b"\1"), der(0x31), inner, der(0x31))
    return make(0x30, der(6, bytes.fromhex(kind)), make(0xA0, signed))
