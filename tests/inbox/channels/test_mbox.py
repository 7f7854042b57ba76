"""Mailboxes in one file: where a mail begins, what its text really was, and going on from any mail."""

from __future__ import annotations

import io
import mailbox
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.channels.mbox import is_mbox, mails

SEPARATOR = b"From bo@larsen.example Mon Jan  1 12:00:00 2024\n"


def bodies(content: bytes, **options: int) -> list[bytes | None]:
    return [found.body for found in mails(io.BytesIO(content), **options)]


def one(text: bytes, number: int = 1) -> bytes:
    return b"Subject: %d\n\n%s\n" % (number, text)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", []),
        (b"\n\n", []),
        (SEPARATOR + one(b"Hello."), [one(b"Hello.")]),
        (SEPARATOR + one(b"a") + b"\n" + SEPARATOR + one(b"b"), [one(b"a"), one(b"b")]),
        (
            b"From - Mon Jan  1\r\nSubject: 1\r\n\r\na\r\n\r\nFrom \r\nSubject: 2\r\n",
            [b"Subject: 1\r\n\r\na\r\n", b"Subject: 2\r\n"],
        ),
        (SEPARATOR + one(b">From me\n>>From you\nsaid >From me"), [one(b"From me\n>From you\nsaid >From me")]),
        (SEPARATOR + one(b"\nFrom my point of view\nit is fine"), [one(b"\nFrom my point of view\nit is fine")]),
        (SEPARATOR + one(b"\nFrom 9:00 on\nwe are open"), [one(b"\nFrom 9:00 on\nwe are open")]),
        (
            SEPARATOR + one(b"no empty line before\n" + SEPARATOR + b"X: y"),
            [one(b"no empty line before\n" + SEPARATOR + b"X: y")],
        ),
        (one(b"begins at once"), [one(b"begins at once")]),
        (b"\n" + SEPARATOR + one(b"behind an empty line"), [one(b"behind an empty line")]),
        (SEPARATOR + b"Subject: 1\n\nno line end", [b"Subject: 1\n\nno line end"]),
    ],
)
def test_a_mail_ends_where_the_next_one_begins(content: bytes, found: list[bytes]) -> None:
    assert bodies(content) == found


def test_a_mail_that_is_too_large_is_left_out_and_the_next_one_is_not() -> None:
    content = SEPARATOR + one(b"x" * 500) + b"\n" + SEPARATOR + one(b"small")
    assert bodies(content, most=100) == [None, one(b"small")]


@pytest.mark.parametrize(
    ("beginning", "told"),
    [(SEPARATOR + b"Subject: 1\n", True), (b"\nFrom - \nX: 1\n", True), (b"From: bo@x.example\n", False), (b"", False)],
)
def test_a_mailbox_is_known_by_its_first_lines(beginning: bytes, told: bool) -> None:
    assert is_mbox(beginning) is told


@given(
    st.lists(
        st.lists(st.sampled_from([b"From a", b">From b", b">>From ", b"", b"text", b"Subject: x", SEPARATOR.strip()])),
        min_size=1,
        max_size=6,
    )
)
def test_what_a_careful_program_wrote_is_read_again_from_every_mail_on(texts: list[list[bytes]]) -> None:
    written = [one(b"\n".join(lines) + b"\n.", number) for number, lines in enumerate(texts)]
    content = b"\n".join(SEPARATOR + re.sub(rb"(?m)^(>*From )", rb">\1", mail) for mail in written)
    found = list(mails(io.BytesIO(content)))
    assert [each.body for each in found] == written
    for number, each in enumerate(found, 1):
        rest = io.BytesIO(content)
        rest.seek(each.end)
        assert [later.body for later in mails(rest, each.end)] == written[number:]


def test_what_the_standard_library_wrote_is_read_as_it_was(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    for number in range(3):
        box.add(one(b"Hello.\n\nFrom here on", number))
    box.close()
    assert bodies((tmp_path / "box").read_bytes()) == [one(b"Hello.\n\nFrom here on", number) for number in range(3)]
