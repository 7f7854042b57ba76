"""Where in a mail's HTML the newly written ends: the rest is folded away in its place, never thrown away.

What the person newly wrote is known as text. The letters of both are laid beside each other; spaces, marks and
tags don't count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from inbox.tickets.mail_markup import VOID, End, Start, Token

_LETTERS = re.compile(r"[\W_]+")
_MARKED = re.compile(r"<[a-z]+:[^<>\s]{1,2000}>|\[[^\[\]\n]{1,300}\]", re.IGNORECASE)
_ANCHOR = 48
_SAMPLE = 12
_CLASSES = {"gmail_quote", "gmail_quote_container", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote"}
_CLASSES |= {"tutanota_quote", "zmail_extra", "gmail_signature", "moz-signature", "protonmail_signature_block"}
_IDS = {"divrplyfwdmsg", "appendonsend", "olk_src_body_section", "isreplycontent", "signature", "replysplit"}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text among the tokens: where its letters begin among all, and what they are."""

    index: int
    begin: int
    letters: str


def folded(tokens: list[Token], new_text: str, whole_text: str, label: str) -> list[Token]:
    """The tokens of well-formed HTML with all but the newly written inside `<details>`; as they are if in doubt.

    What `whole_text` does not have, because the mail's text and its HTML differ, is never taken for history.
    """
    wanted = _letters(new_text)
    pieces = _pieces(tokens)
    written = "".join(piece.letters for piece in pieces)
    if not wanted or not written or wanted == written:
        return tokens
    first, last = _extent(written, wanted, new_text)
    whole = _letters(whole_text)
    if last is None or written[last : last + _SAMPLE] not in whole:
        cut = _marked(tokens, pieces, len(_letters(_MARKED.sub("", new_text))))
    else:
        cut = _cut_after(tokens, pieces, last)
    if cut is not None:
        tokens = _tail_folded(tokens, cut, label)
    if first and written[:_SAMPLE] in whole and (begin := _cut_before(tokens, pieces, first)):
        tokens = _head_folded(tokens, begin, label)
    return tokens


def _letters(text: str) -> str:
    return _LETTERS.sub("", text).casefold()


def _pieces(tokens: list[Token]) -> list[_Piece]:
    pieces, begin, hidden, depth = [], 0, 0, 0
    for index, token in enumerate(tokens):
        if isinstance(token, Start):
            if token.name not in VOID:
                depth += 1
                hidden = hidden or (depth if token.is_hidden else 0)
        elif isinstance(token, End):
            hidden = 0 if hidden == depth else hidden
            depth -= 1
        elif not hidden and (letters := _letters(token)):
            pieces.append(_Piece(index, begin, letters))
            begin += len(letters)
    return pieces


def _extent(written: str, wanted: str, new_text: str) -> tuple[int, int | None]:
    """Between which letters the newly written lies; (0, None) when it can't be found."""
    for candidate in (wanted, _letters(_MARKED.sub("", new_text))):
        if candidate and written.startswith(candidate):
            return 0, len(candidate)
    head, tail = wanted[:_ANCHOR], wanted[-_ANCHOR:]
    begin = written.find(head)
    if begin < 0:
        return 0, None
    # The same words may stand in the history again: the place nearest to where they are expected counts.
    expected = begin + len(wanted) - len(tail)
    before, after = written.rfind(tail, begin, expected + len(tail)), written.find(tail, expected)
    places = [place for place in (before, after) if place >= 0]
    if not places:
        return begin, None
    return begin, min(places, key=lambda place: abs(place - expected)) + len(tail)


def _cut_after(tokens: list[Token], pieces: list[_Piece], last: int) -> int | None:
    """Before which token the fold opens: as far out as possible between the last new letter and the next other."""
    reached = next((piece for piece in pieces if piece.begin < last <= piece.begin + len(piece.letters)), None)
    following = next((piece for piece in pieces if piece.begin >= last), None)
    if reached is None or following is None or last < reached.begin + len(reached.letters):
        return None
    start = reached.index + 1
    for index in range(reached.index + 1, following.index):
        token = tokens[index]
        if isinstance(token, Start) and token.name == "img":
            start = index + 1
    return _outermost(tokens, start, following.index)


def _cut_before(tokens: list[Token], pieces: list[_Piece], first: int) -> int | None:
    """Before which token the new part begins, where the history stands above it."""
    reached = next((piece for piece in pieces if piece.begin == first), None)
    before = next((piece for piece in reversed(pieces) if piece.begin < first), None)
    if reached is None or before is None:
        return None
    return _outermost(tokens, before.index + 1, reached.index)


def _outermost(tokens: list[Token], start: int, end: int) -> int:
    depth = lowest = 0
    best = start
    for index in range(start, end):
        token = tokens[index]
        depth += isinstance(token, Start) and token.name not in VOID
        depth -= isinstance(token, End)
        if depth < lowest:
            lowest, best = depth, index + 1
    return best


def _marked(tokens: list[Token], pieces: list[_Piece], wanted: int) -> int | None:
    """The first element its mail program named as history, if about as much as was wanted stands before it."""
    for index, token in enumerate(tokens):
        if isinstance(token, Start) and _is_history(token):
            before = sum(len(piece.letters) for piece in pieces if piece.index < index)
            is_last = not any(piece.index > index for piece in pieces)
            return index if before >= wanted * 0.6 and not is_last else None
    return None


def _is_history(token: Start) -> bool:
    classes = token.attributes.get("class", "").lower().split()[:10]
    return (
        not _CLASSES.isdisjoint(one.removeprefix("x_") for one in classes)
        or token.attributes.get("id", "").lower().removeprefix("x_") in _IDS
        or (token.name == "blockquote" and token.attributes.get("type") == "cite")
    )


def _tail_folded(tokens: list[Token], cut: int, label: str) -> list[Token]:
    around = _open_at(tokens, cut)
    closing: list[Token] = [End(one.name) for one in reversed(around)]
    return [*tokens[:cut], *closing, *_opening(label), *around, *tokens[cut:], End("details")]


def _head_folded(tokens: list[Token], cut: int, label: str) -> list[Token]:
    around = _open_at(tokens, cut)
    closing: list[Token] = [End(one.name) for one in reversed(around)]
    return [*_opening(label), *tokens[:cut], *closing, End("details"), *around, *tokens[cut:]]


def _opening(label: str) -> list[Token]:
    return [Start("details", {}), Start("summary", {}), label, End("summary")]


def _open_at(tokens: list[Token], index: int) -> list[Start]:
    """The elements around a place, from the outside."""
    around: list[Start] = []
    for token in tokens[:index]:
        if isinstance(token, Start):
            if token.name not in VOID:
                around.append(token)
        elif isinstance(token, End):
            around.pop()
    return around
