"""Fuzz the mail parser: no mail may raise anything but `Malformed`, nor take longer than five seconds.

    python -m benchmarks.fuzz_mail --seconds 600 [--seed 1] [MAIL-OR-FOLDER ...]

Mutates the mails of the tests, and any that are named, with their structure in mind: boundaries, encoded words,
quotation marks and brackets are doubled, cut, nested and swapped between mails. Where atheris is installed
(`--atheris`) the coverage of the parser guides it. Prints one line for each failure, with the file the mail was
written to, and how many mails were read; ends with status 1 after a failure.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from channels_adapters.contracts import Account, Malformed, Payload
from tests.channels_adapters.email.mails import HOSTILE, LETTERS, coded, multipart, part
from tests.channels_adapters.email.wrappings import (
    HTML_IN_RTF,
    attribute,
    cms,
    compressed,
    packed_file,
    properties,
    winmail,
)

TOO_LONG = 5.0
MAX_LENGTH = 200_000
TESTS = Path(__file__).resolve().parent.parent / "tests" / "channels_adapters" / "email"
ACCOUNT = Account("email", "support@shop.example", settings={"authserv_id": "mx.shop.example"})
# What parsers trip over: put in anywhere.
PIECES = (
    b"\r\n", b"\n", b"\r", b"\0", b"\r\n\r\n", b"--frontier\r\n", b"--frontier--\r\n", b"=?utf-8?q?", b"?=",
    b"=?", b"\x1b$B", b"\x1b(B", b"=\r\n", b"=ZZ", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"<",
    b">", b"(", b")", b'"', b"\\", b";", b",", b":", b"@", b"<a@b>", b"> ", b">>>>>>",
    b"On 5 Mar 2018, at 12:00, x <a@b.example> wrote:\r\n", b"-- \r\n", b"_" * 40,
    b"From: a@b.example\r\nSent: x\r\nTo: y\r\nSubject: z\r\n", b"begin 644 x\r\n", b"end\r\n", b"<blockquote>",
    b"</div>", b"<!--", b"&#55555;", b"&amp", b"<a href='", b"<pre>", b"<style>",
    b"Content-Type: multipart/mixed; boundary=x\r\n", b"Content-Type: message/rfc822\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"Content-Type: application/ms-tnef\r\n",
    b"Content-Type: text/calendar\r\n", b"Content-Type: application/pkcs7-mime\r\n", b"charset=utf-7",
    b"charset=idna", b"charset=hz", b"filename*0*=", b"filename*99*=", b"BEGIN:VEVENT\r\n", b"DTSTART;TZID=:",
    b"DTSTART:99999999T999999", b"RRULE:", b"\x80", b"Date: 99 Xyz 99999 99:99:99 +9999\r\n",
    b"References: " + b"<x@y>" * 60, b"Auto-Submitted: ", b"List-Id: <",
    b"-----BEGIN PGP SIGNED MESSAGE-----\n", b"-----BEGIN PGP SIGNATURE-----\n",
    b"---------- Forwarded message ---------\r\n", b"\x30\x80", b"\x24\x80", b"\x04\x84\xff\xff\xff\xff",
    b"\x78\x9f\x3e\x22", b"\xff\xff\xff\x7f", b"{\\rtf1", b"\\'", b"\\u-1?",
)  # fmt: skip


def seeds(named: Sequence[Path]) -> list[bytes]:
    """The mails to start from."""
    packed = winmail(
        packed_file("bill.pdf", b"PDF"),
        attribute(1, 0x9003, properties((258, 0x1009, compressed(HTML_IN_RTF)), (31, 0x1000, b"a\0"))),
    )
    calendar = (
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Berlin:20180305T120000\r\nEND:VEVENT\r\n"
    )
    found = [one for one in (*LETTERS.values(), *HOSTILE.values()) if len(one) < MAX_LENGTH]
    found += [
        multipart("mixed", coded(packed, "application/ms-tnef; name=winmail.dat")),
        multipart("mixed", part(packed, "application/ms-tnef; name=winmail.dat")),
        multipart("mixed", part(cms(LETTERS["umlauts"], endless=True), "application/pkcs7-mime")),
        multipart("mixed", part(cms(LETTERS["alternative"]), "application/pkcs7-mime")),
        multipart("alternative", part(b"Come"), part(calendar, "text/calendar; method=REQUEST")),
    ]
    for line in (TESTS / "wrong_forms.jsonl").read_text(encoding="utf-8").splitlines():
        found.append(json.loads(line)["raw"].encode("latin-1"))
    texts = (TESTS / "replies" / "letters.txt").read_bytes().split(b"\n%% ")
    found += [b"From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + one for one in texts]
    pages = (TESTS / "replies" / "pages.txt").read_bytes().split(b"\n%% ")
    found += [b"From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + one for one in pages]
    for path in named:
        files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        found += [one.read_bytes()[:MAX_LENGTH] for one in files]
    return found


def mutated(mails: Sequence[bytes], chance: random.Random) -> bytes:
    """A mail with one to eight changes."""
    raw = chance.choice(mails)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(raw) + 1)
        end = min(len(raw), place + chance.choice((1, 2, 8, 64, 1024)))
        match chance.randrange(9):
            case 0:
                raw = raw[:place] + chance.choice(PIECES) + raw[place:]
            case 1:
                raw = raw[:place] + raw[end:]
            case 2:
                raw = raw[:end] + raw[place:end] * chance.choice((1, 2, 50)) + raw[end:]
            case 3:
                other = chance.choice(mails)
                begin = chance.randrange(len(other) + 1)
                raw = raw[:place] + other[begin : begin + chance.choice((8, 64, 1024, 8192))] + raw[end:]
            case 4:
                raw = raw[:place] + bytes(chance.randrange(256) for _ in range(chance.randint(1, 8))) + raw[end:]
            case 5:
                raw = raw[:place] + chance.choice(PIECES) * chance.choice((2, 20, 2000)) + raw[place:]
            case 6:
                lines = raw.split(b"\n")
                one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
                lines[one], lines[two] = lines[two], lines[one]
                raw = b"\n".join(lines)
            case 7:
                raw = raw.replace(b"\r\n", chance.choice((b"\n", b"\r", b"\r\r\n", b"\r\n ")))
            case _:
                raw = multipart("mixed", raw, boundary=f"b{chance.randrange(9)}")
        raw = raw[:MAX_LENGTH]
    return raw


def problem_with(raw: bytes) -> str:
    """What is wrong with reading this mail; "" if nothing is."""
    from channels_adapters.email.parse import parse_mail

    begun = time.process_time()
    try:
        first = parse_mail(Payload(raw), ACCOUNT)
    except Malformed:
        return ""
    except Exception as error:  # noqa: BLE001 (whatever it is, it is what is looked for)
        return f"{type(error).__name__}: {error}"
    taken = time.process_time() - begun
    if taken > TOO_LONG:
        return f"took {taken:.1f} s"
    if any(
        "\0" in text or (not text.isprintable() and not _storable(text)) for text in (first[0].text, first[0].full_text)
    ):
        return "a text that can't be stored"
    return ""


def _storable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def report(raw: bytes, problem: str, folder: Path) -> None:
    """Write the mail down and say what it did."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"fuzz-{abs(hash(raw)) % 10**12}.eml"
    path.write_bytes(raw)
    print(f"{problem}: {path}", flush=True)


def guided(mails: Sequence[bytes], seconds: float, folder: Path) -> None:
    """Let atheris choose; it ends the process by itself."""
    import atheris

    with atheris.instrument_imports(include=["channels_adapters.email"]):
        import channels_adapters.email.parse  # noqa: F401

    def one(data: bytes) -> None:
        if problem := problem_with(data):
            report(data, problem, folder)
            raise AssertionError(problem)

    start = folder / "seeds"
    start.mkdir(parents=True, exist_ok=True)
    for number, raw in enumerate(mails):
        (start / str(number)).write_bytes(raw[:20_000])
    atheris.Setup([sys.argv[0], str(start), f"-max_total_time={int(seconds)}", "-max_len=20000", "-timeout=30"], one)
    atheris.Fuzz()


def main() -> int:
    """Fuzz as the command line says."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--atheris", action="store_true", help="guided by coverage; needs the package atheris")
    arguments.add_argument("--into", type=Path, default=Path("var/fuzz"), help="where failing mails are written")
    arguments.add_argument("mails", type=Path, nargs="*")
    given = arguments.parse_args()
    mails = seeds(given.mails)
    if given.atheris:
        guided(mails, given.seconds, given.into)
        return 0
    chance = random.Random(given.seed)
    end = time.monotonic() + given.seconds
    read = failed = 0
    slowest = 0.0
    while time.monotonic() < end:
        raw = mutated(mails, chance)
        begun = time.process_time()
        if problem := problem_with(raw):
            failed += 1
            report(raw, problem, given.into)
        slowest = max(slowest, time.process_time() - begun)
        read += 1
    print(f"{read} mails read, {failed} failed, the slowest took {slowest:.2f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
