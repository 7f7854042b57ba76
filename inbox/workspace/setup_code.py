"""The code that proves that whoever sets the workspace up can read the server's terminal."""

from __future__ import annotations

from inbox.common.tokens import sign


def setup_code() -> str:
    """This installation's code, in groups of four; it follows from the installation's secrets."""
    code = sign("first admin", 1)
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def plain(code: str) -> str:
    """A code as typed, without the dashes, spaces and capitals that make no difference."""
    return "".join(sign for sign in code.lower() if sign.isalnum())
