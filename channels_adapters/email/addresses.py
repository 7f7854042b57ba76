"""Mailboxes out of address headers as they are really written (RFC 5322 with its obsolete forms, and worse)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from channels_adapters.email.charsets import clean
from channels_adapters.email.words import decode_words

MAX_MAILBOXES = 500
_MAX_LENGTH = 254
_AROUND_DOTS = re.compile(r"[ \t]{0,40}([.@])[ \t]{0,40}")
_NOT_IN_DOMAIN = re.compile(r"[\s<>,;:\"\\\x00-\x1f]")
_NOT_IN_LOCAL = re.compile(r"[\s<>,;:]")
_CONTROLS = re.compile(r"[\x00-\x1f]")
# `Ada Lovelace <ada@example.org>` or `ada@example.org`: most headers, read without looking at each character.
_SIMPLE = re.compile(
    r"\s{0,4}(?:(?:\"([^\"\\=<>@]{0,100})\"|([^\"\\<>(),;:@=]{0,100}))?"
    r"\s{0,4}<([^\s<>()\[\],;:@\"\\=]{1,64}@[A-Za-z0-9.\-]{1,200})>"
    r"|([^\s<>()\[\],;:@\"\\='`]{1,64}@[A-Za-z0-9.\-]{1,200}))\s{0,4}\Z"
)
_SMILES = ("-", ")", "(", "P", "D", "/", "o")
_SPACES = re.compile(r"\s+")
_NO_QUOTING = str.maketrans(dict.fromkeys('"():\\', " "))


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and a canonical address (`local@domain`)."""

    name: str
    address: str


def mailboxes(text: str) -> tuple[Mailbox, ...]:
    """The mailboxes of an address header, groups opened, what holds no address left out.

    `text` is the header as text before its encoded words are decoded, so that a decoded comma splits nothing.
    """
    if simple := _SIMPLE.match(text):
        address = canonical(simple[3] or simple[4])
        if address:
            return (Mailbox(_tidy(simple[1] or simple[2] or ""), address),)
    found = _scan(text)
    if not found and "=?" in text:
        found = _scan(decode_words(text))
    if not found and "@" in text:
        # A quote or a parenthesis (a smiley in the name) that never closes has swallowed the address.
        found = _scan(text.translate(_NO_QUOTING))
    return tuple(found)


def canonical(address: str) -> str:
    """Lower case, international domains in their ASCII form; "" when it is not an address at all."""
    address = address.strip().strip("<>").strip()
    if address.startswith("@") and ":" in address:
        address = address.rpartition(":")[2]
    local, at, domain = address.rpartition("@")
    domain = domain.rstrip(".").lower()
    if not at or not local or not domain or len(address) > _MAX_LENGTH or _NOT_IN_DOMAIN.search(domain):
        return ""
    if _NOT_IN_LOCAL.search(local) and not (local.startswith('"') and local.endswith('"')):
        return ""
    if _CONTROLS.search(local):
        return ""
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return ""
    return f"{local.lower()}@{domain}"


def split_tag(address: str) -> tuple[str, str]:
    """A canonical address without its plus tag, and the tag."""
    local, _, domain = address.rpartition("@")
    base, plus, tag = local.partition("+")
    return (f"{base}@{domain}", tag) if plus and base else (address, "")


@dataclass(slots=True)
class _Draft:
    """A mailbox being read: the words outside and inside the angle brackets, and the comments."""

    phrase: list[str] = field(default_factory=list)
    angle: list[str] | None = None
    comment: list[str] = field(default_factory=list)
    addressed: bool = False
    closed: bool = False


def _scan(text: str) -> list[Mailbox]:
    out: list[Mailbox] = []
    draft = _Draft()
    position = depth = 0
    in_angle = False
    last_quote = text.rfind('"')
    while position < len(text) and len(out) < MAX_MAILBOXES:
        character = text[position]
        if depth:
            depth += (character == "(") - (character == ")")
            if character == "\\":
                position += 1
            elif depth:
                draft.comment.append(character)
            else:
                draft.comment.append(" ")
        elif character == "(":
            depth = 1
        elif character == '"' and position < last_quote:
            position = _quoted(text, position, draft.angle if in_angle and draft.angle is not None else draft.phrase)
        elif in_angle and draft.angle is not None:
            if character == ">":
                in_angle = False
            elif character == "<":
                draft.angle.clear()
            else:
                draft.angle.append(character)
        elif character == "<":
            in_angle, draft.angle = True, []
        elif character in ",;":
            surname = _surname(draft, text, position) if character == "," else ""
            if not surname:
                _finish(draft, out)
            draft = _Draft(phrase=[surname])
        elif character == ":" and _names_a_group(draft, text, position):
            draft = _Draft()
        elif character == ">":
            draft.closed = True
        else:
            draft.phrase.append(character)
            draft.addressed = draft.addressed or character == "@"
        position += 1
    if len(out) < MAX_MAILBOXES:
        _finish(draft, out)
    return out


def _names_a_group(draft: _Draft, text: str, colon: int) -> bool:
    """`Friends:` before its members, unless it is a smiley or stands inside an address."""
    return draft.angle is None and not draft.addressed and text[colon + 1 : colon + 2] not in _SMILES


def _surname(draft: _Draft, text: str, comma: int) -> str:
    """`Lovelace,` of an unquoted `Lovelace, Ada <ada@example.org>`; "" for all else."""
    phrase = "".join(draft.phrase)
    if draft.angle is not None or draft.addressed or draft.comment or not 0 < len(phrase.strip()) <= 60:
        return ""
    behind = text[comma + 1 : comma + 80]
    angle = behind.find("<")
    if angle <= 1 or any(character in '@,;:"' for character in behind[:angle]) or not behind[:angle].strip():
        return ""
    return f"{phrase.strip()},"


def _quoted(text: str, position: int, into: list[str]) -> int:
    """Read a quoted string and tell where it ends. One that never closes reaches to the end of the header."""
    end, chunk = position + 1, []
    while end < len(text) and text[end] != '"':
        if text[end] == "\\" and end + 1 < len(text):
            end += 1
        chunk.append(text[end])
        end += 1
    local = text[end + 1 : end + 2] == "@"
    # A quoted local part keeps its quotes when it needs them; a quoted name loses them.
    plain = "".join(chunk)
    into.append(f'"{plain}"' if local and any(c in ' ,;:<>()"' for c in plain) else plain)
    return end


def _finish(draft: _Draft, out: list[Mailbox]) -> None:
    phrase = "".join(draft.phrase)
    name, address = phrase, ""
    if draft.angle is not None:
        inside = "".join(draft.angle)
        address = canonical(_joined(inside)) or canonical(_joined(decode_words(inside)))
        if not address and "@" in phrase:
            name, address = _bare(phrase)
    elif "@" in phrase:
        name, address = _bare(phrase)
    if address:
        out.append(Mailbox(_tidy(name) or _tidy("".join(draft.comment)), address))


def _bare(phrase: str) -> tuple[str, str]:
    """An address without brackets, perhaps with a name in front (`Big Bug bb@bug.com`)."""
    if address := canonical(phrase):
        return "", address
    words = _AROUND_DOTS.sub(r"\1", phrase).split()
    for index in range(len(words) - 1, -1, -1):
        if address := canonical(words[index].strip("'`[]{}()")):
            return " ".join(words[:index] + words[index + 1 :]), address
    return phrase, ""


def _joined(inside: str) -> str:
    plain = inside.strip() if '"' in inside else _SPACES.sub("", inside)
    return plain[7:] if plain[:7].lower() == "mailto:" else plain


def _tidy(name: str) -> str:
    return _SPACES.sub(" ", clean(decode_words(name))).strip(" '`\t\"<>")[:200]
