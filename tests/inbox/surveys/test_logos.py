"""What may be a logo: read from the bytes, whatever the file is called."""

from __future__ import annotations

import struct
import zlib

import pytest

from inbox.surveys.logos import InvalidLogo, keep_logo, logo_in, open_logo


def png(width: int = 120, height: int = 40) -> bytes:
    """A picture of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress((b"\0" + b"\x2f\x5b\xd7" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + b"\0" * 9 + b"\xff\xc0\x00\x11\x08\x00\x28\x00\x78\x03" + b"\0" * 9
WEBP = {
    "VP8X": b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x77\0\0\x27\0\0",
    "VP8L": b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (119 | 39 << 14).to_bytes(4, "little") + b"\0" * 8,
    "VP8 ": b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x78\0\x28\0",
}


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(png(), "image/png"), (JPEG, "image/jpeg"), *((one, "image/webp") for one in WEBP.values())],
    ids=["png", "jpeg", *WEBP],
)
def test_a_picture_says_itself_how_large_it_is(content: bytes, content_type: str):
    logo = logo_in(content)
    assert (logo.content_type, logo.width, logo.height) == (content_type, 120, 40)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Choose a file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "scripts"),
        (b"  <?xml version='1.0'?><svg/>", "scripts"),
        (b"GIF89a\x01\x00\x01\x00", "no picture"),
        (b"\xff\xd8\xff\xe0\x00", "no picture"),
        (png(8, 8), "between 16 and 2000"),
        (png(2001, 20), "between 16 and 2000"),
        (png() + b"\0" * 200 * 1024, "200 KB"),
    ],
)
def test_what_is_no_logo_is_refused_with_the_reason(content: bytes, why: str):
    with pytest.raises(InvalidLogo, match=why):
        logo_in(content)


def test_the_same_picture_is_kept_once():
    kept = [keep_logo(png()) for _time in range(2)]
    assert (kept[0], open_logo(kept[0].sha256)) == (kept[1], (png(), "image/png"))
    with pytest.raises(FileNotFoundError):
        open_logo("0" * 64)
