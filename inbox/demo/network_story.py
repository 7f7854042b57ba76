"""What a conversation on a network is in the demo: an account, somebody who writes there, and what happens when."""

from dataclasses import dataclass
from typing import Literal

Happening = Literal["they", "us", "note", "edits", "unsends", "reacts", "stops", "rates", "resolves"]
Seen = Literal["sent", "delivered", "read", "failed"]


@dataclass(frozen=True, slots=True)
class NetworkAccount:
    """An account of the shop: its kind, its number or name there, and what it is called here."""

    kind: str
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class NetworkTurn:
    """Something that happens `wait` minutes after what was before; `text` is what is said, or the emoji.

    What we say is `seen` so far in the end; `template` is the name of one and what stands in its places.
    """

    what: Happening
    text: str = ""
    wait: float = 1
    files: tuple[str, ...] = ()
    unsupported: str = ""
    place: tuple[float, float, str] | None = None
    seen: Seen = "read"
    failure: str = ""
    template: tuple[str, ...] = ()
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class NetworkStory:
    """A conversation: `key` names it, `account` is where, `ids` are what the network knows the person by.

    It began `ago` hours of work before the present; or, where `heard_ago` is given, the person's last word came so
    many minutes before the present, by the clock on the wall. A `post` is what public comments stand below.
    """

    key: str
    account: str
    name: str
    ids: tuple[tuple[str, str], ...]
    language: str
    agent: str
    turns: tuple[NetworkTurn, ...]
    tags: tuple[str, ...] = ()
    team: str = "shipping"
    ago: float = 0
    heard_ago: float | None = None
    post: str = ""


def they(
    text: str = "",
    wait: float = 1,
    *files: str,
    unsupported: str = "",
    place: tuple[float, float, str] | None = None,
) -> NetworkTurn:
    """The customer writes."""
    return NetworkTurn("they", text, wait, files, unsupported, place)


def us(
    text: str,
    wait: float = 4,
    *files: str,
    seen: Seen = "read",
    failure: str = "",
    template: tuple[str, ...] = (),
    is_private: bool = False,
) -> NetworkTurn:
    """The agent answers."""
    return NetworkTurn("us", text, wait, files, "", None, seen, failure, template, is_private)


def then(what: Happening, text: str = "", wait: float = 1) -> NetworkTurn:
    """Something else happens."""
    return NetworkTurn(what, text, wait)
