"""Who wrote what was passed on: by the block of headers above it, or by the mail attached."""

from __future__ import annotations

from collections.abc import Sequence

from channels_adapters.contracts import Attachment, AttachmentKind
from channels_adapters.email import attributions
from channels_adapters.email.addresses import Mailbox, mailboxes
from channels_adapters.email.mime import read_head
from channels_adapters.email.quote_words import FORWARD_SUBJECTS, FORWARDED, ORIGINAL, Label

_MAX_SCANNED = 64 * 1024
_MAX_LINES = 2000
_MAX_HEADERS = 14
_RULE = "-‐‑‒–—―_=*~#> \t\u200e\u200f\xa0"
_AROUND = "-*_>•| \t\u200e\u200f\u202a\u202c\xa0"


def says_forwarded(subject: str) -> bool:
    """Whether the subject says that what follows was passed on (`Fwd:`, `WG:`, `转发：`, `[Fwd: ...]`)."""
    return subject.lower().replace(" :", ":", 1).lstrip(" [(").startswith(FORWARD_SUBJECTS)


def forwarded_author(text: str, attachments: Sequence[Attachment], *, announced: bool) -> Mailbox | None:
    """Who wrote it; None where nothing was passed on, or no address says by whom.

    `announced`: the subject says so. Without that only words that are said above nothing else count, or a mail
    that is attached alone.
    """
    found = _above_the_text(text, announced)
    if found is not None:
        return found
    mails = [one for one in attachments if one.kind is AttachmentKind.MESSAGE and one.content_type == "message/rfc822"]
    if len(mails) != 1 or mails[0].filename == "original.eml" or not (announced or len(attachments) == 1):
        return None
    boxes = mailboxes(read_head((mails[0].content or b"")[:_MAX_SCANNED]).text("from"))
    return boxes[0] if boxes else None


def _above_the_text(text: str, announced: bool) -> Mailbox | None:
    lines = text[:_MAX_SCANNED].split("\n", _MAX_LINES)[:_MAX_LINES]
    first = True
    for number, line in enumerate(lines):
        if not line.strip(_RULE):
            continue
        if len(line) <= attributions.MAX_LINE:
            bare = line.replace("&nbsp;", " ").strip(_RULE).lower()
            if bare.startswith(FORWARDED) and (line.lstrip("> ").startswith(("-", "_", "=", "*")) or _ends_open(bare)):
                return _author_below(lines, number + 1)
            ruled = line.lstrip("> ").startswith("--") and bare.startswith(ORIGINAL)
            if announced and (ruled or attributions.label_of(line) in (Label.FROM, Label.SENT, Label.SUBJECT)):
                found = _author_below(lines, number)
                if found is not None:
                    return found
            if first and attributions.label_of(line) is Label.FROM and _is_block(lines, number):
                return _author_below(lines, number)
        first = False
    return None


def _ends_open(bare: str) -> bool:
    return bare.endswith((":", "："))


def _is_block(lines: Sequence[str], number: int) -> bool:
    """Whether sender, day and subject or recipient stand below each other here."""
    labels = [attributions.label_of(line) for line in lines[number : number + _MAX_HEADERS]]
    return Label.SENT in labels and (Label.SUBJECT in labels or Label.TO in labels)


def _author_below(lines: Sequence[str], begun: int) -> Mailbox | None:
    for number in range(begun, min(begun + _MAX_HEADERS, len(lines))):
        if attributions.label_of(lines[number]) is not Label.FROM:
            continue
        value = _value(lines[number])
        if "@" not in value and number + 1 < len(lines) and attributions.label_of(lines[number + 1]) is None:
            value = f"{value} {lines[number + 1].strip(_AROUND)}"
        return _mailbox(value)
    return None


def _value(line: str) -> str:
    bare = line[: attributions.MAX_LINE].strip(_AROUND).replace("：", ":", 1)
    separator = "|" if line.lstrip("> ").startswith("|") and ":" not in bare.partition("|")[0] else ":"
    return bare.partition(separator)[2].strip(_AROUND)


def _mailbox(value: str) -> Mailbox | None:
    """`Bo <bo@x.example>`, `Bo [mailto:bo@x.example]`, `Bo <bo@x.example<mailto:bo@x.example>>` and so on."""
    for before in ("<mailto:", "[mailto:", "(mailto:"):
        lower = value.lower()
        place = lower.find(before)
        if place >= 0 and "@" in value[:place]:
            value = value[:place] + ">"
        elif place >= 0:
            value = f"{value[:place]}<{value[place + len(before) :].strip(' >])')}>"
    value = value.replace("*", "")
    found = mailboxes(value)
    return found[0] if found else None
