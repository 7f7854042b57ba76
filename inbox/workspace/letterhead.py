"""What stands above a mail: whom it was for, whether its sender is who he says, and who or what wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from inbox.tickets.enums import Direction
from inbox.tickets.models import Message

ROLES: Mapping[str, Promise] = {
    "to": pgettext_lazy("mail header", "To"),
    "cc": pgettext_lazy("mail header", "Cc"),
    "bcc": pgettext_lazy("mail header", "Bcc"),
}
_AUTOMATIC: Mapping[str, tuple[str, Promise, Promise]] = {
    "auto_reply": (
        "bot",
        gettext_lazy("Automatic reply"),
        gettext_lazy("Sent by a program, an absence note for example. It does not count as an answer."),
    ),
    "bounce": (
        "mail-warning",
        gettext_lazy("Could not be delivered"),
        gettext_lazy("A mail server says that a message did not reach its recipient."),
    ),
    "bulk": (
        "newspaper",
        gettext_lazy("Mass mail"),
        gettext_lazy("A newsletter or notification that went to many. It starts no clock."),
    ),
    "loop": (
        "refresh-cw",
        gettext_lazy("Came back to us"),
        gettext_lazy("A program answers ours; nothing is sent in return."),
    ),
}


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether the sender's address is really his: in a word, in a sentence, and what it rests on."""

    verdict: str
    icon: str
    word: str
    sentence: str
    details: str


@dataclass(frozen=True, slots=True)
class Automatic:
    """What kind of program wrote it."""

    icon: str
    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """A message's head, ready to be drawn."""

    first: str
    others: int
    addressed: list[tuple[str, list[str]]]
    trust: Trust | None
    automatic: Automatic | None

    @property
    def is_shown(self) -> bool:
        """True when it says whom the message was for."""
        return bool(self.first)


def letterhead(message: Message) -> Letterhead:
    """The head of a message."""
    by_role: dict[str, list[tuple[str, str]]] = {}
    for one in message.recipients:
        by_role.setdefault(one.get("role", "to"), []).append((one.get("name", ""), one.get("value", "")))
    everyone = [name or value for role in ROLES for name, value in by_role.get(role, ())]
    return Letterhead(
        first=everyone[0] if everyone else "",
        others=max(len(everyone) - 1, 0),
        addressed=[
            (str(label), [_whole(*one) for one in by_role[role]]) for role, label in ROLES.items() if role in by_role
        ],
        trust=_trust(message) if message.direction == Direction.IN else None,
        automatic=_automatic(message.automatic),
    )


def _whole(name: str, value: str) -> str:
    return f"{name} <{value}>" if name and name != value else value


def _automatic(kind: str) -> Automatic | None:
    if not kind:
        return None
    icon, word, sentence = _AUTOMATIC.get(kind, _AUTOMATIC["auto_reply"])
    return Automatic(icon, str(word), str(sentence))


def _trust(message: Message) -> Trust | None:
    sender = message.identity.value if message.identity else ""
    domain = sender.rpartition("@")[2]
    if not domain or "@" not in sender or not message.authenticity:
        return None
    given = {"domain": domain}
    icon, word, sentence = {
        "verified": (
            "badge-check",
            _("verified"),
            _("This mail really comes from %(domain)s: its servers vouch for it.") % given,
        ),
        "failed": (
            "shield-alert",
            _("sender check failed"),
            _("%(domain)s says that mails like this one do not come from it. Take it for forged until you have asked.")
            % given,
        ),
    }.get(
        message.authenticity,
        (
            "circle-question-mark",
            _("unverified"),
            _(
                "Nothing proves that this mail comes from %(domain)s. That is common and no reason for alarm; "
                "be careful when it asks for money, passwords or another address."
            )
            % given,
        ),
    )
    return Trust(message.authenticity, icon, word, sentence, message.authenticity_details)
