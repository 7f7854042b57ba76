"""Customers who may be one person: found after one of them wrote, shown with what speaks for it, decided by people.

What somebody writes of himself proves nothing: it is shown to who answers him, and opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.common import work
from inbox.common.clock import now
from inbox.common.prepared import Given, prepared
from inbox.common.rows import insert_new
from inbox.customers.actions import introduce
from inbox.customers.enums import Sign
from inbox.customers.likeness import note_likeness
from inbox.customers.likeness_models import CustomerLikeness, CustomerLook
from inbox.customers.models import Customer, CustomerMerge, Identity
from inbox.customers.people import one_person, person_of
from inbox.tickets.changes import Refused
from inbox.tickets.enums import Direction, EventKind
from inbox.tickets.models import Message, Participant, Ticket, TicketEvent
from inbox.tickets.people import merge_customers, tell_pages
from inbox.tickets.readers import reader, visible_to_reader

_MAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE = re.compile(r"(?<![\w+])(?:\+|00)?[1-9][\d ()./-]{6,20}\d(?!\w)")
_LONGEST_TEXT, _MOST_FOUND, _MOST_READ = 20_000, 20, 30
#: A name that more people have says nothing.
_RARE = 3
_WORDS_OF_A_NAME = 2
_MOST_SHOWN = 5
_MOST_ATTEMPTS = 5
_WAITING = CustomerLook.objects.all()


def addresses_in(text: str) -> list[str]:
    """The mail addresses and phone numbers somebody wrote, as identities have them; at most twenty."""
    text = text[:_LONGEST_TEXT]
    mails = [found[0].strip(".-").lower() for found in _MAIL.finditer(text)]
    numbers = [_number(found[0]) for found in _PHONE.finditer(text)]
    return list(dict.fromkeys([*mails, *filter(None, numbers)]))[:_MOST_FOUND]


def _number(written: str) -> str:
    digits = re.sub(r"\D", "", written).removeprefix("00")
    return f"+{digits}" if 9 <= len(digits) <= 15 else ""


def look_later(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Somebody wrote: who begins a conversation or names an address is compared with the others. The reaction."""
    is_new = any(event.kind == EventKind.CREATED for event in events)
    for event in events:
        said = event.message
        if event.kind != EventKind.RECEIVED or said is None or said.automatic or said.customer_id is None:
            continue
        if (is_new and not _is_nameless(said)) or addresses_in(_written(said)):
            look = CustomerLook(customer_id=said.customer_id, since=said.pk)
            if not insert_new(look, "a_customer_is_looked_at_once"):
                # Whoever is at it now has not read this: he may not finish.
                again = {"next_attempt_at": None, "lease_token": None, "lease_until": None}
                CustomerLook.objects.filter(customer=said.customer_id).update(**again)


def _is_nameless(message: Message) -> bool:
    """A visitor of whom nothing is known but his browser: nobody can be like him before he says more."""
    names = len(message.customer.name.split()) if message.customer else 0
    return names < _WORDS_OF_A_NAME and message.identity is not None and message.identity.kind == "livechat"


def _written(message: Message) -> str:
    """What was newly written, and what was typed into a form before a chat."""
    form = message.context.get("form")
    typed = [str(answer) for answer in form.values()] if isinstance(form, Mapping) else []
    return "\n".join([message.text, *typed])


def waiting() -> list[int]:
    """Ids of looks whose turn has come."""
    return list(work.due(_WAITING).order_by("next_attempt_at", "id").values_list("id", flat=True)[:200])


def look(look_id: int) -> int:
    """Compare who wrote with the others; how many signs are new."""
    found = work.claim(_WAITING, look_id, beside="customer")
    if found is None:
        return 0
    customer = person_of(found.customer)
    with transaction.atomic():
        is_hopeless = found.attempts > _MOST_ATTEMPTS
        liked = [] if is_hopeless or customer.erased_at else _compared(customer, found.since)
        # One that somebody wrote meanwhile comes round again.
        CustomerLook.objects.filter(pk=found.pk, lease_token=found.lease_token).delete()
    for one in Customer.objects.filter(pk__in={customer.pk, *liked} if liked else ()):
        tell_pages(one)
    return len(liked)


def _compared(customer: Customer, since: int) -> list[int]:
    himself = one_person(customer)
    heard = Message.objects.filter(customer__in=himself, direction=Direction.IN, automatic="", pk__gte=since)
    messages = list(heard.order_by("-id").only("text", "context", "ticket_id")[:_MOST_READ])
    written = [one for message in messages for one in addresses_in(_written(message))][:_MOST_FOUND]
    others = Identity.objects.exclude(customer__in=himself)
    # Who takes part beside him is somebody else.
    beside = Participant.objects.filter(ticket__in={message.ticket_id for message in messages}, is_asker=False)
    others = others.exclude(customer__in=beside.values("customer"))
    signs = [(one, Sign.WROTE) for one in others.filter(kind__in=("email", "phone"), scope="", value__in=written)]
    for mine in Identity.objects.filter(customer__in=himself, kind__in=("email", "phone")):
        alike = others.filter(kind__in=("email", "phone"), value__iexact=mine.value)
        signs += [(one, Sign.SAME_ADDRESS) for one in alike[:_RARE]]
    noted = [(one.customer_id, sign, one.value) for one, sign in signs]
    noted += [(pk, Sign.SAME_NAME, customer.name) for pk in _namesakes(customer, himself)]
    return [other for other, sign, value in noted if note_likeness(customer.pk, other, sign, value)]


def _namesakes(customer: Customer, himself: Iterable[int]) -> list[int]:
    if len(customer.name.split()) < _WORDS_OF_A_NAME:
        return []
    alike = Customer.objects.filter(name__iexact=customer.name, merged_into=None, erased_at=None)
    found = list(alike.exclude(pk__in=himself).values_list("pk", flat=True)[: _RARE + 1])
    return found if len(found) <= _RARE else []


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody who may be the same person: what speaks for it, and his latest ticket."""

    likeness: CustomerLikeness
    other: Customer
    ticket_id: int

    @property
    def signs(self) -> list[str]:
        """What speaks for it, in words."""
        return [_in_words(one) for one in self.likeness.evidence]


def _in_words(evidence: Mapping[str, str]) -> str:
    words = {
        Sign.WROTE: _("One wrote the other's address: %(value)s"),
        Sign.SAME_ADDRESS: _("Both have the address %(value)s"),
        Sign.SAME_NAME: _("Both are called %(value)s"),
        Sign.TAKEN: _("The network says that %(value)s is the other's"),
    }
    return words[Sign(evidence["sign"])] % {"value": evidence["value"]}


def merges_into(customer: Customer) -> list[CustomerMerge]:
    """Who was merged into a customer, the latest first."""
    return _merged_into(customer.pk)


@prepared
def _merged_into(customer: Given) -> QuerySet[CustomerMerge]:
    merges = CustomerMerge.objects.filter(into=customer, undone_at=None).select_related("source", "by")
    return merges.order_by("-merged_at", "-id")


def likeness_for(agent: Agent, customer: Customer, likeness_id: int, *, even_dismissed: bool = False) -> Alike:
    """One of those an agent is shown. Raises `Http404`, whether it is missing or not for him."""
    merged = merges_into(customer)
    rows = alike_to(customer, agent, merged=merged, even_dismissed=even_dismissed)
    found = next((one for one in rows if one.likeness.pk == likeness_id), None)
    if found is None:
        raise Http404("There is no such likeness.")
    return found


def alike_to(
    customer: Customer,
    agent: Agent,
    *,
    merged: Sequence[CustomerMerge],
    even_dismissed: bool = False,
) -> list[Alike]:
    """Who may be the same person as a customer and has a ticket that the agent sees; `merged` are him already."""
    himself = [customer.pk, *(one.source_id for one in merged)]
    found: dict[int, Any] = {}
    rows: list[Any] = _likenesses(*reader(agent), himself, even_dismissed)
    for row in rows:
        if row.latest:
            found.setdefault(row.other, row)
    people = Customer.objects.in_bulk(list(found)[:_MOST_SHOWN]) if found else {}
    return [Alike(found[pk], people[pk], found[pk].latest) for pk in found if pk in people]


@prepared
def _likenesses(
    sees_all: Given, agent: Given, teams: Given, himself: Given, even_dismissed: Given
) -> QuerySet[CustomerLikeness]:
    other = Case(
        When(first__any=himself, then=Coalesce("second__merged_into", "second")),
        default=Coalesce("first__merged_into", "first"),
    )
    seen = Ticket.objects.filter(visible_to_reader(sees_all, agent, teams), deleted_at=None)
    latest = seen.filter(customer=OuterRef("other")).order_by("-last_message_at").values("pk")
    is_shown = Q(dismissed_at=None) | Q(ExpressionWrapper(even_dismissed, BooleanField()))
    rows = CustomerLikeness.objects.filter(Q(first__any=himself) | Q(second__any=himself), is_shown)
    rows = rows.annotate(other=other).annotate(latest=Subquery(latest[:1]))
    return rows.exclude(other__any=himself).order_by("-found_at", "-id")[: _MOST_SHOWN * 2]


def dismiss(likeness: CustomerLikeness, *, by: Agent, at: datetime | None = None) -> CustomerLikeness:
    """They are two people: nobody is asked again."""
    if not by.answers_customers:
        raise Refused(_("Your role does not change customers."))
    if likeness.dismissed_at is None:
        likeness.dismissed_at, likeness.dismissed_by = at or now(), by
        likeness.save(update_fields=["dismissed_at", "dismissed_by"])
    return likeness


def reconsider(likeness: CustomerLikeness, *, by: Agent) -> CustomerLikeness:
    """They may be one person after all."""
    if not by.answers_customers:
        raise Refused(_("Your role does not change customers."))
    if likeness.dismissed_at:
        likeness.dismissed_at = likeness.dismissed_by = None
        likeness.save(update_fields=["dismissed_at", "dismissed_by"])
    return likeness


def agree(likeness: CustomerLikeness, into: Customer, *, by: Agent, at: datetime | None = None) -> Customer:
    """They are one person: the other one is merged `into` this one, who is returned with whom it was."""
    first, second = (person_of(one) for one in (likeness.first, likeness.second))
    source = second if first.pk == into.pk else first
    with transaction.atomic():
        merge_customers(source, into, by=by, at=at)
        introduce(into, name=source.name, language=source.language)
    return source
