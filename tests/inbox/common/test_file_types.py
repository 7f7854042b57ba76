"""What a file is by its first bytes."""

from __future__ import annotations

import pytest

from inbox.common.file_types import named_for, true_type, type_of

MP4 = b"\0\0\0\x18ftyp"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\0\0\0\0WEBP", "image/webp"),
        (b"RIFF\0\0\0\0WAVE", "audio/wav"),
        (b"%PDF-1.4", "application/pdf"),
        (MP4 + b"isom", "video/mp4"),
        (MP4 + b"M4A ", "audio/mp4"),
        (b"OggS\0", "audio/ogg"),
        (b"", ""),
        (b"<svg/>", ""),
        (b"hello", ""),
    ],
)
def test_first_bytes_tell_a_type(content: bytes, kind: str) -> None:
    assert type_of(content) == kind


def test_what_was_told_is_kept_unless_the_bytes_say_otherwise() -> None:
    told = [
        true_type("image/png", b"\xff\xd8\xff"),
        true_type("application/octet-stream", b"%PDF-1"),
        true_type("audio/ogg; codecs=opus", b"OggS"),
        true_type("audio/mp4", MP4 + b"mp42"),
        true_type("text/plain", b"hello"),
    ]
    assert told == ["image/jpeg", "application/pdf", "audio/ogg; codecs=opus", "audio/mp4", "text/plain"]


def test_a_name_gets_the_ending_of_its_type() -> None:
    asked = (("a.png", "image/jpeg"), ("a.JPEG", "image/jpeg"), ("a", "image/png"), ("v1.2", "application/pdf"))
    named = [named_for(*one) for one in (*asked, ("photo.php", "image/gif"), ("a.xyz", "x/y"), ("", "image/png"))]
    assert named == ["a.jpg", "a.JPEG", "a.png", "v1.2.pdf", "photo.gif", "a.xyz", ""]
