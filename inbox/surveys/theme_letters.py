"""Telling the customers who said so: one letter, to each in his own ticket, once.

A copy is a public message of ours that answers nobody: its author is the system and not a person (METRICS, "Who
answers"), for one text goes to many, and none of them gets an answer to what he wrote last. No clock moves by it, and a
ticket stays in the state it is in.

The ticket is locked before the copy; who stops a letter locks its copies only.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.db import transaction
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from inbox.agents.models import Agent
from inbox.common import faults
from inbox.common.clock import is_moved, now
from inbox.common.text import storable
from inbox.customers.models import Customer, Identity
from inbox.surveys.enums import ActionState, LeftOut, LetterState
from inbox.surveys.letter_texts import DRAFTS, filled, is_unwritten
from inbox.surveys.models import ActionItem, ThemeLetter, ThemeLetterCopy, ThemeMention
from inbox.surveys.queries import reached_by
from inbox.surveys.themes import must_lead
from inbox.surveys.wording import language_of
from inbox.tickets.changes import SYSTEM, Refused, change
from inbox.tickets.conversation import say_as_letter
from inbox.tickets.enums import AuthorKind, EventKind
from inbox.tickets.models import Ticket

log = logging.getLogger(__name__)
#: So long a letter can be stopped after it was sent off.
STOPPABLE = timedelta(seconds=30)
TEXT_LIMIT = 10_000
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who said so, in which ticket he is told and in which language; or why he is not."""

    customer: Customer
    ticket: Ticket | None
    language: str
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Recipients:
    """All who said so before it was done. Of those who answered anonymously there is only their number."""

    named: Sequence[Recipient]
    anonymous: int

    @property
    def told(self) -> list[Recipient]:
        """Those who will be told."""
        return [one for one in self.named if not one.left_out]

    @property
    def left_out(self) -> list[Recipient]:
        """Those who will not, each with his reason."""
        return [one for one in self.named if one.left_out]

    @property
    def languages(self) -> list[str]:
        """The languages in which somebody is told."""
        return sorted({one.language for one in self.told})


def recipients_of(item: ActionItem) -> Recipients:
    """Who spoke of the theme before the action was done, each customer once, in the latest ticket he said it in."""
    until = item.done_at or now()
    said_so = ThemeMention.objects.filter(
        theme=item.theme_id,
        is_denied=False,
        invitation__answers__is_current=True,
        invitation__answers__answered_at__lte=until,
    )
    named = said_so.filter(invitation__version__is_anonymous=False).select_related(
        "invitation__customer", "invitation__ticket__channel"
    )
    latest: dict[int, Recipient] = {}
    for mention in named.order_by("-invitation_id"):
        asked = mention.invitation
        known = latest.get(asked.customer_id)
        if known is None or known.ticket is None:
            language = language_of(asked.language, asked.customer.language)
            latest[asked.customer_id] = Recipient(asked.customer, asked.ticket, language)
    left_out = _left_out(item, list(latest.values()))
    return Recipients(
        [
            Recipient(one.customer, one.ticket, one.language, left_out.get(one.customer.pk, ""))
            for one in latest.values()
        ],
        said_so.filter(invitation__version__is_anonymous=True).count(),
    )


def _left_out(item: ActionItem, found: Sequence[Recipient]) -> dict[int, str]:
    """Customer ids with why they are not told."""
    ids = [one.customer.pk for one in found]
    told = set(
        ThemeLetterCopy.objects.filter(letter__action_item=item, customer__in=ids, message__isnull=False).values_list(
            "customer_id", flat=True
        )
    )
    addresses = list(Identity.objects.filter(customer__in=ids))
    kinds = {one.ticket.channel.kind for one in found if one.ticket}
    reached = {(customer, kind) for kind in kinds for customer in reached_by(kind, addresses)}
    reasons = {}
    for one in found:
        ticket = one.ticket
        rules = (
            (one.customer.erased_at is not None, LeftOut.ERASED),
            (one.customer.survey_opt_out_at is not None, LeftOut.OPTED_OUT),
            (ticket is None, LeftOut.NO_TICKET),
            (ticket and (ticket.deleted_at or ticket.merged_into_id), LeftOut.GONE),
            (ticket and ticket.is_spam, LeftOut.SPAM),
            (ticket and (one.customer.pk, ticket.channel.kind) not in reached, LeftOut.NO_ADDRESS),
            (one.customer.pk in told, LeftOut.TOLD),
        )
        if reason := next((reason for holds, reason in rules if holds), None):
            reasons[one.customer.pk] = str(reason)
    return reasons


def draft_of(item: ActionItem, *, by: Agent, at: datetime | None = None) -> ThemeLetter:
    """The draft of a letter about an action, a new one if there is none."""
    must_lead(by)
    texts = dict(DRAFTS)
    draft, _is_new = ThemeLetter.objects.get_or_create(
        action_item=item,
        state=LetterState.DRAFT,
        defaults={"texts": texts, "made_by": by, "created_at": at or now()},
    )
    return draft


def write_letter(letter: ThemeLetter, texts: Mapping[str, str], *, by: Agent) -> ThemeLetter:
    """Keep what is written, in all languages that there is a text for."""
    must_lead(by)
    kept = {language: storable(text.replace("\r\n", "\n")).strip() for language, text in texts.items()}
    if any(len(text) > TEXT_LIMIT for text in kept.values()):
        raise Refused(_("That is too long: %(limit)s characters at most.") % {"limit": TEXT_LIMIT})
    with transaction.atomic():
        letter.refresh_from_db(from_queryset=ThemeLetter.objects.select_for_update())
        _must_be_draft(letter)
        letter.texts = {**letter.texts, **{name: text for name, text in kept.items() if name in DRAFTS}}
        letter.save(update_fields=["texts"])
    return letter


def send_letter(letter: ThemeLetter, *, by: Agent, at: datetime | None = None) -> ThemeLetter:
    """Send the letter off: it can be stopped for `STOPPABLE`, then it goes to all who are to be told.

    Who they are, and why others are not, is settled now. Raises `Refused`.
    """
    must_lead(by)
    at = at or now()
    item = letter.action_item
    if item.state != ActionState.DONE:
        raise Refused(_("First mark as done what the customers are told of."))
    found = recipients_of(item)
    if not found.told:
        raise Refused(_("There is nobody to tell."))
    with transaction.atomic():
        letter.refresh_from_db(from_queryset=ThemeLetter.objects.select_for_update())
        _must_be_draft(letter)
        if any(is_unwritten(letter.texts.get(language, "")) for language in found.languages):
            raise Refused(_("Write what has changed, in every language that somebody is told in."))
        ThemeLetterCopy.objects.bulk_create(
            ThemeLetterCopy(
                letter=letter,
                customer=one.customer,
                ticket=one.ticket,
                language=one.language,
                left_out_because=one.left_out,
            )
            for one in found.named
            if one.ticket is not None
        )
        letter.state, letter.made_by, letter.begins_at = LetterState.SENDING, by, at + STOPPABLE
        letter.save(update_fields=["state", "made_by", "begins_at"])
        if not is_moved():
            transaction.on_commit(_ring)
    return letter


def stop_letter(letter: ThemeLetter, *, by: Agent, at: datetime | None = None) -> ThemeLetter:
    """Take a letter back before it goes out: it is a draft again. Raises `Refused` when it is too late."""
    must_lead(by)
    with transaction.atomic():
        letter.refresh_from_db(from_queryset=ThemeLetter.objects.select_for_update())
        if letter.state == LetterState.DRAFT:
            return letter
        # One that is on its way is waited for.
        said = [copy.message_id for copy in letter.copies.select_for_update().order_by("id")]
        if letter.state != LetterState.SENDING or any(said) or (letter.begins_at and (at or now()) >= letter.begins_at):
            raise Refused(_("It is too late: the letter is on its way."))
        letter.copies.all().delete()
        letter.state, letter.begins_at = LetterState.DRAFT, None
        letter.save(update_fields=["state", "begins_at"])
    return letter


def _must_be_draft(letter: ThemeLetter) -> None:
    if letter.state != LetterState.DRAFT:
        raise Refused(_("This letter was sent off already."))


def send_copies(at: datetime | None = None) -> int:
    """Say what is to be said in the tickets of letters that have begun; how many. Two sweeps at once say each once."""
    at = at or now()
    said = 0
    for letter in ThemeLetter.objects.filter(state=LetterState.SENDING, begins_at__lte=at).order_by("id"):
        open_copies = letter.copies.filter(message=None, left_out_because="").order_by("id")
        for copy_id, ticket_id in open_copies.values_list("id", "ticket_id")[:_AT_ONCE]:
            try:
                said += _say(copy_id, ticket_id, at)
            except Exception:
                # It stays to be said and is named at every sweep; the others do not wait for it.
                log.exception("surveys: copy %s of letter %s could not be said", copy_id, letter.pk)
        if not open_copies.exists():
            done = ThemeLetter.objects.filter(pk=letter.pk, state=LetterState.SENDING)
            done.update(state=LetterState.SENT, sent_at=at)
    return said


def _say(copy_id: int, ticket_id: int, at: datetime) -> bool:
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(skip_locked=True).filter(pk=ticket_id).first()
        copy = (
            ThemeLetterCopy.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("letter__action_item__theme", "letter__made_by", "customer")
            .filter(pk=copy_id, message=None, left_out_because="", letter__state=LetterState.SENDING)
            .first()
        )
        if ticket is None or copy is None:
            return False
        item = copy.letter.action_item
        if reason := _against(copy, item, ticket):
            copy.left_out_because = reason
            copy.save(update_fields=["left_out_because"])
            return False
        with change(ticket, by=copy.letter.made_by or SYSTEM, at=at, falls_back=False) as it:
            text = filled(copy.letter.texts[copy.language], copy.customer.name)
            copy.message = say_as_letter(it, text, language=copy.language)
            told = {"letter": copy.letter_id, "action": item.title, "theme": item.theme.name}
            it.record(EventKind.TOLD, told, message=copy.message, author_kind=AuthorKind.SYSTEM)
        faults.point("before_letter_copy")
        copy.save(update_fields=["message"])
    return True


def _against(copy: ThemeLetterCopy, item: ActionItem, ticket: Ticket) -> str:
    """What has come to speak against telling him since the letter was sent off."""
    mentions = ThemeMention.objects.filter(theme=item.theme_id, invitation__customer=copy.customer_id)
    if not mentions.filter(is_denied=False).exists():
        return str(LeftOut.NO_LONGER)
    return _left_out(item, [Recipient(copy.customer, ticket, copy.language)]).get(copy.customer_id, "")


def _ring() -> None:
    try:
        wait = STOPPABLE.total_seconds() + 0.3
        current_app.send_task("inbox.surveys.tasks.send_letters", countdown=wait, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("surveys: no bell for a letter, the sweep will find it: %s", error)
