"""Visitors whose site vouches for them: one person, on however many devices, and nobody else.

What his browser said before stays his. The customer it made becomes the proven one where nothing speaks against it: two
who are both proven stay two, and so does whoever an agent has already taken for somebody.
"""

from __future__ import annotations

import functools
from datetime import datetime

from django.db import transaction

from channels_adapters.livechat.identity_tokens import Claims, verified
from inbox.channels.access import account
from inbox.channels.models import Channel
from inbox.chats.models import Visitor
from inbox.chats.queries import identifier_of
from inbox.chats.trust_models import VisitorProof
from inbox.common.clock import now
from inbox.customers.actions import recognize
from inbox.customers.models import Customer, Identity
from inbox.live.announce import announce
from inbox.tickets.changes import SYSTEM
from inbox.tickets.people import merge_customers

#: Devices of one person that are told of what he does on another.
_MOST_DEVICES = 50
_REASON = "The site vouched for this browser's visitor with a signed token."


class AnotherPerson(Exception):
    """This browser was somebody else's: the person needs a visitor of his own."""


def claims_in(channel: Channel, token: str, *, at: datetime | None = None) -> Claims:
    """What a site's token says. Raises `InvalidSignature` with a sentence for whoever builds the site."""
    return verified(token, account(channel), at or now())


def prove(visitor: Visitor, claims: Claims, *, at: datetime | None = None) -> Visitor:
    """The visitor is whom the site vouches for; done twice, only the proof is fresher. Raises `AnotherPerson`."""
    at = at or now()
    with transaction.atomic():
        stored = Visitor.objects.select_for_update().get(pk=visitor.pk)
        if stored.subject and stored.subject != claims.subject:
            raise AnotherPerson
        is_new = not stored.subject
        visitor.subject = claims.subject
        visitor.name = claims.name or stored.name
        visitor.email = claims.email if claims.email_is_verified else ""
        proof, _made = VisitorProof.objects.update_or_create(
            visitor=visitor, defaults={"key": claims.key, "proven_at": at}
        )
        visitor.proof = proof
        if is_new:
            _join(visitor, at)
        visitor.save(update_fields=["subject", "name", "email", "identity"])
    if is_new and visitor.identity:
        tell_devices(visitor)
    return visitor


def join_late(visitor: Visitor, *, at: datetime | None = None) -> Identity | None:
    """His first words were on their way while his site vouched for him: whom they made is the proven one as well.

    The visitor is locked. Answers with who he is.
    """
    _join(visitor, at or now())
    visitor.save(update_fields=["identity"])
    transaction.on_commit(functools.partial(tell_devices, visitor))
    return visitor.identity


def vouched_email(visitor: Visitor) -> str:
    """The address the site proved, unless it is another proven person's too: then it makes nobody one with him."""
    if not visitor.subject or not visitor.email:
        return ""
    if visitor.identity_id:
        return visitor.email
    owner = Identity.objects.select_related("customer").filter(kind="email", value=visitor.email.lower()).first()
    return "" if owner and _is_proven(owner.customer, visitor) else visitor.email


def tell_devices(visitor: Visitor) -> None:
    """Have all browsers of a proven person hear what is said to him, this one first."""
    identity = visitor.identity
    if identity is None:
        return
    others: list[int] = []
    if visitor.subject:
        same = Visitor.objects.filter(channel=visitor.channel_id, subject=visitor.subject)
        same.exclude(identity=identity.pk).update(identity=identity)
        seen_last = same.exclude(pk=visitor.pk).order_by("-seen_at")
        others = list(seen_last.values_list("pk", flat=True)[:_MOST_DEVICES])
    for pk in (visitor.pk, *others):
        announce("chat", {"visitor": pk, "customer": identity.customer_id, "what": "known"})


def _join(visitor: Visitor, at: datetime) -> None:
    """What this browser's customer is, the proven one is."""
    me = identifier_of(visitor)
    mine = Identity.objects.select_related("customer").filter(kind=me.kind, scope=me.scope, value=me.value).first()
    browsers = Identity.objects.select_related("customer").filter(
        kind=me.kind, scope=me.scope, value=f"visitor:{visitor.pk}"
    )
    browser = browsers.first()
    if browser is None:
        visitor.identity = mine
        return
    anonymous = browser.customer
    if mine is None:
        # Known by the address the site vouches for, by this browser, or not at all so far.
        known = Identity.objects.select_related("customer").filter(kind="email", value=visitor.email.lower()).first()
        addresses = [(me.kind, me.scope, me.value, True)]
        if known and visitor.email and not _is_proven(known.customer, visitor):
            addresses.append(("email", "", visitor.email, True))
        elif _is_browser_only(anonymous):
            addresses.append((browser.kind, browser.scope, browser.value, False))
        mine = recognize(addresses, name=visitor.name, language=visitor.language, at=at)
    visitor.identity = mine
    if mine.customer_id != anonymous.pk and _is_browser_only(anonymous):
        merge_customers(anonymous, mine.customer, by=SYSTEM, at=at, reason=_REASON)


def _is_browser_only(customer: Customer) -> bool:
    """Nothing but browsers nobody vouched for, and nobody has taken him for somebody."""
    identities = list(customer.identities.values_list("kind", "value"))
    is_plain = all(kind == "livechat" and value.startswith("visitor:") for kind, value in identities)
    return is_plain and customer.merged_into_id is None and not customer.merged.exists()


def _is_proven(customer: Customer, but: Visitor) -> bool:
    """Whether a site vouches for this customer as somebody else than `but`."""
    proven = customer.identities.filter(kind="livechat", value__startswith="user:", verified=True)
    me = identifier_of(but)
    return proven.exclude(scope=me.scope, value=me.value).exists()
