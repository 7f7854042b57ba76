"""format=flowed (RFC 3676): lines that end in a space go on in the next one of the same quote depth."""

from __future__ import annotations

MAX_FLOWED = 1024 * 1024


def unflow(text: str, *, delete_space: bool) -> str:
    """The paragraphs as their writer sees them, quote marks in front of each.

    A text longer than `MAX_FLOWED` stays as it came.
    """
    if len(text) > MAX_FLOWED:
        return text
    out: list[str] = []
    open_depth = -1
    for line in text.replace("\r\n", "\n").split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        signature = bare == "-- "
        flows = bare.endswith(" ") and not signature
        if flows and delete_space:
            bare = bare[:-1]
        if open_depth == depth and not signature:
            out.append(bare)
        else:
            out.append(("\n" if out else "") + (">" * depth + " " if depth else "") + bare)
        open_depth = depth if flows else -1
    return "".join(out)
