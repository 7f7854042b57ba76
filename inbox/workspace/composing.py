"""What stands in the composer, and what its form means: whom it is for, when it is said, which files go along."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from channels_adapters.splitting import length
from inbox.agents.models import Agent
from inbox.channels.recipients import Choice, Suggested, as_typed, chosen_address, identities, suggested, typed
from inbox.common.clock import now
from inbox.common.text import one_line
from inbox.customers.models import Identity
from inbox.tickets.actions import Refused
from inbox.tickets.enums import MessageKind
from inbox.tickets.files import StoredFile
from inbox.tickets.models import Message, Ticket
from inbox.tickets.networks import Connected
from inbox.tickets.queries import drafts_of, is_public
from inbox.tickets.scheduled import files_kept_for, held_for
from inbox.tickets.sending import can, limits
from inbox.workspace.network_side import NetworkSide, chosen_again, network_side
from inbox.workspace.text_length import Measured, measured
from inbox.workspace.wording import clock_time

#: Most bytes of one file and of all files that go with a message.
LARGEST_FILE, LARGEST_MESSAGE = 20 * 1024 * 1024, 25 * 1024 * 1024
#: Answers to press that go with a chat message, and the characters of each.
MOST_BUTTONS, LONGEST_BUTTON = 5, 60
#: Of networks that take more, nobody reads them all.
MOST_OF_NETWORKS = 10
_MORNING = time(9)
_MONDAY = 0


@dataclass(slots=True)
class Composer:
    """What stands in the composer: drafts, or after a refusal what was sent and why it was not taken."""

    seen: int
    suggestion: Suggested
    client_ref: str = field(default_factory=lambda: str(uuid.uuid4()))
    mode: str = str(MessageKind.MESSAGE)
    texts: dict[str, str] = field(default_factory=dict)
    to: str = ""
    cc: str = ""
    bcc: str = ""
    quotes: bool = True
    kept: Sequence[StoredFile] = ()
    offers: Sequence[str] = ()
    saved_at: datetime | None = None
    error: str = ""
    newer: Sequence[Message] = ()
    network: NetworkSide | None = None

    @property
    def saved(self) -> str:
        """When the draft was last saved, in words."""
        return saved_in_words(self.saved_at)

    @property
    def message_text(self) -> str:
        """The unfinished reply."""
        return self.texts.get(MessageKind.MESSAGE, "")

    @property
    def note_text(self) -> str:
        """The unfinished note."""
        return self.texts.get(MessageKind.NOTE, "")

    @property
    def measured(self) -> Measured | None:
        """The unfinished reply as its network measures it."""
        side = self.network
        if side is None:
            return None
        given = {"message_text": self.message_text, "way": side.chosen, **({"private": "1"} if side.is_private else {})}
        return measured(side.ticket, given, is_public=side.is_public)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The addresses it can go to."""
        return self.suggestion.choices


@dataclass(frozen=True, slots=True)
class Later:
    """A time to say something at, by the name the form knows it by."""

    key: str
    label: str
    at: datetime

    @property
    def shown(self) -> str:
        """The time in words."""
        return clock_time(self.at)


def saved_in_words(at: datetime | None) -> str:
    """When a draft was saved; "" when there is none."""
    return _("Draft saved %(time)s") % {"time": clock_time(at)} if at else ""


def composer_of(ticket: Ticket, agent: Agent, seen: int) -> Composer:
    """The composer as the agent left it, on any machine."""
    drafts = drafts_of(ticket, agent)
    only_note = MessageKind.NOTE in drafts and MessageKind.MESSAGE not in drafts
    suggestion = suggested(ticket)
    begun = drafts.get(MessageKind.MESSAGE)
    held = held_for(ticket, agent) if begun else None
    return Composer(
        seen=seen,
        suggestion=suggestion,
        mode=str(MessageKind.NOTE if only_note or not agent.answers_customers else MessageKind.MESSAGE),
        texts={mode: draft.text for mode, draft in drafts.items()},
        saved_at=max((draft.saved_at for draft in drafts.values()), default=None),
        kept=files_kept_for(ticket, agent) if begun else (),
        quotes=held is None or held.quotes_history is not False,
        offers=held.buttons if held else (),
        network=network_side(ticket, now(), chosen_again(ticket.channel, held.sending) if held else None),
        **_addressed_in(begun.recipients if begun else [], suggestion),
    )


def _addressed_in(recipients: Sequence[Mapping[str, Any]], suggestion: Suggested) -> dict[str, Any]:
    """To, Cc and Bcc of a draft as the form shows them; without a choice of the agent's what is suggested."""
    if not recipients:
        return {"to": suggestion.to, "cc": suggestion.cc, "bcc": ""}
    fields: dict[str, Any] = {"to": suggestion.to}
    for entry in recipients:
        if entry.get("role") == "to":
            fields["to"] = str(entry.get("identity") or entry.get("value") or suggestion.to)
    for role in ("cc", "bcc"):
        fields[role] = as_typed(
            (str(entry.get("name", "")), str(entry.get("value", ""))) for entry in recipients if entry["role"] == role
        )
    return fields


def draft_recipients(ticket: Ticket, given: Mapping[str, str]) -> list[dict[str, str]] | None:
    """Whom a draft is for, as typed so far; nothing while that is suggested anyway, None when the form says nothing."""
    if "to" not in given:
        return None
    fields = {role: given.get(role, "").strip() for role in ("to", "cc", "bcc")}
    suggestion = suggested(ticket)
    if (fields["to"], fields["cc"], fields["bcc"]) == (suggestion.to, suggestion.cc, ""):
        return []
    return [{"role": role, "name": "", "value": text[:5000]} for role, text in fields.items() if text]


def addressed(ticket: Ticket, given: Mapping[str, str]) -> tuple[Identity | None, list[Identity], list[Identity]]:
    """To, Cc and Bcc of a form. Raises `BadAddress`, naming the one. Call it in the transaction that says it."""
    to = chosen_address(ticket, given.get("to", ""))
    if ticket.channel.kind != "email":
        return to, [], []
    cc, bcc = typed(given.get("cc", "")), typed(given.get("bcc", ""))
    # Asked about together: a mail to too many is one, however they are spread.
    everybody = {box.address: one for box, one in zip([*cc, *bcc], identities([*cc, *bcc]), strict=True)}
    return to, [everybody[box.address] for box in cc], [everybody[box.address] for box in bcc]


@dataclass(frozen=True, slots=True)
class Offers:
    """The answers to press that can go with a message: how many, and how long each may be."""

    most: int
    longest: int
    is_private: bool = False

    @property
    def numbers(self) -> range:
        """One for each."""
        return range(1, self.most + 1)


def offers_of(channel: Connected, *, is_public: bool, may_be_private: bool = True) -> Offers:
    """What can go with an answer in a channel; under a comment, where nothing is pressed, with a private one."""
    able = can(channel)
    if able is None or not able.buttons:
        return Offers(0, 0)
    if able.is_our_own:
        return Offers(MOST_BUTTONS, LONGEST_BUTTON)
    is_private = is_public and not limits(able, is_public=True).buttons
    most = 0 if is_private and not may_be_private else min(able.buttons, MOST_OF_NETWORKS)
    return Offers(most, able.button_length or LONGEST_BUTTON, is_private)


def offered(ticket: Ticket, given: Sequence[str], *, is_private: bool = False) -> list[str]:
    """The answers to press that go with a message. Raises `Refused` for one that is too long, or can't go along."""
    labels = list(dict.fromkeys(one_line(label, 200) for label in given if label.strip()))
    able = can(ticket.channel)
    if able is None or not labels:
        return []
    offers = offers_of(ticket.channel, is_public=is_public(ticket))
    if offers.is_private and not is_private:
        raise Refused(
            _("Nothing can be pressed under a comment. Answer in private, or leave out the answers to press.")
        )
    labels = labels[: offers.most]
    if any(length(label, able.text_unit) > offers.longest for label in labels):
        raise Refused(_("An answer to press can have %(n)s characters.") % {"n": offers.longest})
    return labels


def laters(at: datetime) -> list[Later]:
    """Sensible times after `at`, by the reader's clock."""
    today = timezone.localtime(at).date()
    zone = timezone.get_current_timezone()
    tomorrow = datetime.combine(today + timedelta(days=1), _MORNING, zone)
    monday = datetime.combine(today + timedelta(days=(_MONDAY - today.weekday() - 1) % 7 + 1), _MORNING, zone)
    offers = [
        Later("hour", _("In an hour"), at + timedelta(hours=1)),
        Later("tomorrow", _("Tomorrow morning"), tomorrow),
        Later("monday", _("Monday morning"), monday),
    ]
    return [one for number, one in enumerate(offers) if one.at not in {other.at for other in offers[:number]}]


def chosen_time(given: Mapping[str, str]) -> datetime | None:
    """The time a form asks for, None for now. Raises `Refused` when it can't be read."""
    wanted = given.get("later", "")
    if not wanted:
        return None
    if offered := next((one.at for one in laters(now()) if one.key == wanted), None):
        return offered
    at = typed_time(given.get("later_at", ""))
    if at is None:
        raise Refused(_("Choose a day and a time."))
    return at


def typed_time(text: str) -> datetime | None:
    """A day and a time as a form sends them, in the reader's zone where they name none; None for anything else."""
    try:
        at = parse_datetime(text)
        return at if at is None or timezone.is_aware(at) else timezone.make_aware(at)
    except (ValueError, OverflowError):
        return None
