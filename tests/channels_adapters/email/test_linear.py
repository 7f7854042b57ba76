"""Work grows with the size of a mail and not with its shape: twice as long is at most about twice the steps."""

from __future__ import annotations

import pkgutil
import re
import sys
from collections.abc import Callable
from importlib import import_module
from types import FrameType
from typing import Any

import pytest

from channels_adapters import email as email_package
from tests.channels_adapters.email.mails import letter, mail
from tests.channels_adapters.email.reading import events
from tests.channels_adapters.email.wrappings import attribute, compressed, packed_file, properties, winmail

SHAPES: dict[str, Callable[[int], bytes]] = {
    "plain lines": lambda n: letter(body="some words here\r\n" * n),
    "attributions": lambda n: letter(body="On 2018-03-05 at 12:00, Bo <bo@larsen.example> wrote:\r\n" * n),
    "colons": lambda n: letter(body="12:00 2018 x@y\r\n:\r\n" * n),
    "header blocks": lambda n: letter(body="From: a\r\nSent: b\r\n" * n),
    "quote marks": lambda n: letter(body=">" * n + "\r\n" + "> x\r\n\r\n" * n),
    "rules": lambda n: letter(body="-----\r\n_____\r\n--\r\n" * n),
    "uuencode": lambda n: letter(body="begin 644 x\r\n" * n),
    "open tags": lambda n: letter("Content-Type: text/html", body="<div><a href='x'>" * n),
    "unfinished tags": lambda n: letter("Content-Type: text/html", body="<a <!-- <b '" * n),
    "nested quotations": lambda n: letter("Content-Type: text/html", body="<blockquote>x" * n),
    "closing tags": lambda n: letter("Content-Type: text/html", body="<b>" * 300 + "</i>" * n),
    "attributes": lambda n: letter("Content-Type: text/html", body="<a " + "x='y' " * n + ">"),
    "encoded words": lambda n: mail("Subject: " + "=?utf-8?q?x" * n),
    "addresses": lambda n: mail("From: a@b.example", "To: " + '<("a@' * n),
    "escaped quotes": lambda n: mail('From: "' + '\\"' * n + "<a@b.example>"),
    "references": lambda n: mail("References: " + "<a <b@c> " * n),
    "parameters": lambda n: mail("Content-Type: text/plain; " + 'a=";' * n),
    "headers": lambda n: b"A: b\r\n c\r\n" * n + b"\r\n",
    "closed encoded words": lambda n: mail("Subject: " + "=?utf-8?q?x??==20?= =?iso-2022-jp?b?GyRC?= " * n),
    "commas": lambda n: mail("From: " + "a, " * n + "<a@b.example>"),
    "colons and smileys": lambda n: mail("From: " + "a:) b: " * n + "<a@b.example>"),
    "angles": lambda n: mail("From: a@b.example", "To: " + "<" * n + ">" * n),
    "parentheses": lambda n: mail("From: " + "(" * n + "a@b.example"),
    "digits in a date": lambda n: mail("From: a@b.example", "Date: " + "1 Mar 2 " * n),
    "nested parts": lambda n: (
        mail("From: a@b.example", body="")
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (k, k) for k in range(n))
    ),
    "tables": lambda n: letter("Content-Type: text/html", body="<table><tr><td>x</td><td><table><tr><td>" * n),
    "notices": lambda n: letter(body="This e-mail is confidential\r\n\r\n" * n),
    "glued words": lambda n: letter(body="Hi On Mon, Mar 5, 2018 at 12:00, x wrote: \r\n" * n),
    "returned mails": lambda n: mail("From: mailer-daemon@x.example", body="<a@b.example>: 550 no\r\n" * n),
    "forwards": lambda n: letter("Subject: Fwd: x", body="---- Forwarded message ----\r\n" * n),
    "meetings": lambda n: letter("Content-Type: text/calendar", body="BEGIN:VEVENT\r\nDTSTART:20180305T120000\r\n" * n),
    "calendar parameters": lambda n: letter(
        "Content-Type: text/calendar", body="BEGIN:VEVENT\r\nA" + ";B=c" * n + ":\r\n"
    ),
    "files in winmail.dat": lambda n: tnef(winmail(*[packed_file("a", b"b")] * n)),
    "properties in winmail.dat": lambda n: tnef(winmail(attribute(1, 0x9003, properties(*[(3, 1, b"abcd")] * n)))),
    "rtf": lambda n: tnef(winmail(attribute(1, 0x9003, properties((258, 0x1009, compressed(b"{\\u1 \\'e4" * n)))))),
    "pieces of a signed mail": lambda n: mail(
        "From: a@b.example", "Content-Type: application/pkcs7-mime", body=b"\x30\x80" * n + b"\x24\x80\x04\x00" * n
    ),
    "boundaries": lambda n: mail("Content-Type: multipart/mixed; boundary=-", body="--" * n + "\r\n---\r\n"),
}
N = 100


def tnef(content: bytes) -> bytes:
    """A letter with a winmail.dat."""
    return letter("Content-Type: application/ms-tnef", "Content-Transfer-Encoding: binary", body=content)


def steps(raw: bytes) -> int:
    """Lines of the adapter run to read this mail."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        if "channels_adapters" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        events(raw)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_as_much_of_it_takes_at_most_twice_the_steps(shape: str) -> None:
    make = SHAPES[shape]
    assert steps(make(2 * N)) <= 2.1 * steps(make(N)) + 2000


def patterns() -> dict[str, re.Pattern[Any]]:
    """All regular expressions of the mail adapter, by module and name."""
    found: dict[str, re.Pattern[Any]] = {}
    for info in pkgutil.iter_modules(email_package.__path__):
        module = import_module(f"{email_package.__name__}.{info.name}")
        found |= {f"{info.name}.{n}": v for n, v in vars(module).items() if isinstance(v, re.Pattern)}
    return found


def nested_repeats(tree: Any, inside: bool = False) -> bool:
    """Whether an unbounded repeat stands inside an unbounded one: what makes matching explode."""
    for operation, argument in tree:
        name = str(operation)
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            _, most, body = argument
            endless = most == re._constants.MAXREPEAT  # type: ignore[attr-defined]
            if (endless and inside) or nested_repeats(body, inside or endless):
                return True
        bodies = [argument[3]] if name == "SUBPATTERN" else argument[1] if name == "BRANCH" else []
        if any(nested_repeats(body, inside) for body in bodies):
            return True
    return False


def test_no_pattern_repeats_a_repeat_without_end() -> None:
    found = patterns()
    exploding = [name for name, one in found.items() if nested_repeats(re._parser.parse(one.pattern, one.flags))]  # type: ignore[attr-defined]
    assert (len(found) > 20, exploding) == (True, [])
