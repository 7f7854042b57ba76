"""People and their addresses on networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Identifier:
    """One address of one person on one network.

    `kind` is `email`, `phone`, `psid`, `wa_bsuid`, `tg_user` ...; `scope` is the page, app, team or
    host inside which `value` is unique ("" for worldwide); `verified` says that the network or a
    signature vouches for it.
    """

    kind: str
    value: str
    scope: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote or is written to; the primary identifier comes first."""

    identifiers: tuple[Identifier, ...]
    name: str = ""
    username: str = ""
    avatar: str = ""
    locale: str = ""
    is_bot: bool = False

    @property
    def primary(self) -> Identifier:
        """The identifier to answer to."""
        return self.identifiers[0]


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person a message was addressed to and how: `to`, `cc` or `bcc`."""

    person: Person
    role: Literal["to", "cc", "bcc"] = "to"
