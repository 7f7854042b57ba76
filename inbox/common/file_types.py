"""What a file is by its first bytes, for files whose sender tells a type that an address or a name was guessed from."""

from __future__ import annotations

from pathlib import PurePath

from inbox.common.pictures import picture_type

#: First bytes and where they begin, with the type they stand for.
_SIGNS = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
#: The brand of an ISO base media file (ISO 14496-12), which tells sound from moving pictures.
_BRANDS = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime", b"heic": "image/heic"}
_ENDINGS = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "application/pdf": (".pdf",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/mpeg": (".mp3",),
    "audio/mp4": (".m4a", ".mp4"),
    "audio/flac": (".flac",),
    "audio/amr": (".amr",),
    "audio/aac": (".aac",),
    "audio/wav": (".wav",),
    "video/mp4": (".mp4", ".m4v", ".3gp"),
    "video/quicktime": (".mov",),
    "video/webm": (".webm", ".mkv"),
}
#: Containers whose first bytes don't tell what lies in them: what was told is kept if it is one of these.
_ALIKE = (
    {"video/mp4", "audio/mp4", "video/3gpp", "audio/3gpp", "video/quicktime", "video/x-m4v", "audio/x-m4a"},
    {"video/webm", "audio/webm", "video/x-matroska"},
    {"audio/ogg", "video/ogg", "application/ogg", "audio/opus"},
)


def type_of(content: bytes) -> str:
    """The type that a file's first bytes tell; "" where they tell none that is known here."""
    if picture := picture_type(content):
        return picture
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "video/mp4")
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "audio/wav"
    return next((kind for start, sign, kind in _SIGNS if content[start:].startswith(sign)), "")


def true_type(told: str, content: bytes) -> str:
    """The type a file has: what its bytes tell, else what was told."""
    seen, plain = type_of(content), told.partition(";")[0].strip().lower()
    if not seen or seen == plain or any({seen, plain} <= alike for alike in _ALIKE):
        return told
    return seen


def named_for(filename: str, content_type: str) -> str:
    """The name with an ending that fits the type; one with none, or with that of another type, gets the usual one."""
    endings = _ENDINGS.get(content_type)
    ending = PurePath(filename).suffix
    if endings is None or ending.lower() in endings or not filename:
        return filename
    others = {one for known in _ENDINGS.values() for one in known} | {".bin", ".dat", ".tmp", ".php", ".file"}
    stem = filename.removesuffix(ending) if ending.lower() in others else filename
    return stem + endings[0]
