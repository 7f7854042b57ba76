"""Uploads that hold mail: what is taken out of them, from where reading goes on, what is refused."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable

import pytest

from inbox.channels.mail_files import Unusable, examined, found_mails

A, B, C = (b"Subject: %s\n\nHello.\n" % name for name in (b"a", b"b", b"c"))
SEPARATOR = b"From bo@larsen.example Mon Jan  1 12:00:00 2024\n"
MBOX = SEPARATOR + A + b"\n" + SEPARATOR + B
MAILDIR = {
    "Maildir/dovecot-uidlist": b"3 V1 N2",
    "Maildir/cur/1.host:2,S": A,
    "Maildir/tmp/2.host": B,
    "Maildir/.Sent/new/3.host": C,
}
TAKEOUT = {"Takeout/archive_browser.html": b"<html>", "Takeout/Mail/All mail.mbox": MBOX, "Takeout/Mail/old/7": C}


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("link.eml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return file.getvalue()


def read(content: bytes) -> list[bytes | None]:
    """What is in the upload; from every position in it the rest is read the same."""
    file = io.BytesIO(content)
    size = examined(file, len(content))
    found = list(found_mails(file))
    for number, each in enumerate(found, 1):
        assert [later.body for later in found_mails(file, each.end)] == [later.body for later in found[number:]]
    assert not found or found[-1].end <= size
    return [each.body for each in found]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (A, [A]),
        (MBOX, [A, B]),
        (gzip.compress(MBOX, mtime=0), [A, B]),
        (zipped(MAILDIR), [A, C]),
        (tarred(MAILDIR), [A, C]),
        (tarred(MAILDIR, "w"), [A, C]),
        (zipped(TAKEOUT), [A, B, C]),
        (tarred(TAKEOUT), [A, B, C]),
        (zipped({"b.eml": B, "INBOX.mbox/mbox": MBOX, "INBOX.mbox/table_of_contents": b"\0"}), [B, A, B]),
    ],
)
def test_every_mail_is_found_and_reading_goes_on_from_any_of_them(content: bytes, found: list[bytes]) -> None:
    assert read(content) == found


def unusable(content: bytes) -> str:
    with pytest.raises(Unusable) as refused:
        list(found_mails(io.BytesIO(content)) if examined(io.BytesIO(content), len(content)) else ())
    return str(refused.value).split(".")[0].split(":")[0]


def _protected() -> bytes:
    content = bytearray(zipped({"a.eml": A}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _bomb() -> bytes:
    return zipped({"a.eml": A, **{f"{number}.eml": b"\0" * 9_000_000 for number in range(2)}})


NO_MAIL = "There is no mail in this file"
OUTSIDE = "This archive names places outside of itself, so nothing of it was taken"
DAMAGED = "The file is damaged, or it was not sent completely"
TOO_LARGE = "This archive unpacks to far more than mail would, so nothing of it was taken"


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda: b"\x89PNG\r\n", NO_MAIL),
        (lambda: b"", NO_MAIL),
        (lambda: zipped({"a.png": b"\x89PNG", "notes.txt": A}), NO_MAIL),
        (lambda: zipped({"../../etc/a.eml": A}), OUTSIDE),
        (lambda: zipped({"C:\\a.eml": A}), OUTSIDE),
        (lambda: tarred({"/etc/a.eml": A}), OUTSIDE),
        (lambda: tarred(MAILDIR)[:100], DAMAGED),
        (lambda: zipped({"a.eml": A})[:-10], DAMAGED),
        (lambda: gzip.compress(MBOX)[:-9], DAMAGED),
        (_protected, "This archive is protected by a password"),
        (_bomb, TOO_LARGE),
        (lambda: gzip.compress(MBOX + b"\0" * 20_000_000, 1), TOO_LARGE),
    ],
)
def test_what_is_no_mail_or_made_to_do_harm_is_refused_in_words(made: Callable[[], bytes], told: str) -> None:
    assert unusable(made()) == told
