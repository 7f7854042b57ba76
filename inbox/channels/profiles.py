"""Who somebody is that a network names by a number alone: it is asked once, after he wrote.

The network may refuse to tell, or be away: a few tries, then he stays without a name until somebody gives him one.
"""

from __future__ import annotations

import functools
import logging

from django.db import transaction
from django.db.models.functions import Now

from channels_adapters.base import BaseAdapter
from channels_adapters.contracts import Identifier, Person, SendError
from channels_adapters.registry import UnknownKind, adapter
from inbox.channels.actions import ring_lookup
from inbox.channels.admission import asking
from inbox.channels.credentials import fresh_account
from inbox.channels.models import Channel
from inbox.channels.profile_models import ProfileLookup
from inbox.common import work
from inbox.common.clock import now
from inbox.common.rows import insert
from inbox.customers.actions import introduce, recognize
from inbox.customers.models import Customer, Identity
from inbox.tickets.people import tell_pages

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 4
_WAITING = ProfileLookup.objects.filter(done_at=None)


def wonder(channel: Channel, identity: Identity) -> None:
    """Somebody without a name wrote: have the network asked who he is, where it tells and was not asked before."""
    if identity.customer.name or not tells_profiles(channel.kind):
        return
    if not ProfileLookup.objects.filter(identity=identity).exists():
        lookup = ProfileLookup(identity=identity, channel=channel)
        insert([lookup])
        transaction.on_commit(functools.partial(ring_lookup, lookup.pk))


def tells_profiles(kind: str) -> bool:
    """Whether accounts of a kind can be asked who somebody is."""
    return getattr(type(adapter(kind)), "fetch_profile", None) is not BaseAdapter.fetch_profile


def waiting() -> list[int]:
    """Ids of questions whose turn has come."""
    return list(work.due(_WAITING).order_by("next_attempt_at", "id").values_list("id", flat=True)[:100])


def look_up(lookup_id: int) -> Customer | None:
    """Ask the network who somebody is; the customer if something was learnt of him."""
    lookup = work.claim(_WAITING, lookup_id, beside="identity")
    if lookup is None:
        return None
    if lookup.attempts > MOST_ATTEMPTS:
        work.finish(lookup, done_at=Now())
        return None
    try:
        person = _told(lookup)
    except SendError as problem:
        log.warning("profiles: nothing is told of identity %s: %s", lookup.identity_id, problem.reason)
        is_over = not problem.fault.retryable or lookup.attempts >= MOST_ATTEMPTS
        again = {"done_at": Now()} if is_over else {"next_attempt_at": Now() + work.backoff(lookup.attempts)}
        work.finish(lookup, error=problem.reason, **again)
        return None
    with transaction.atomic():
        if not work.finish(lookup, error="", done_at=Now()):
            return None
        return _keep(lookup, person) if person else None


def _told(lookup: ProfileLookup) -> Person | None:
    one, channel = lookup.identity, lookup.channel
    if not channel.is_active:
        return None
    try:
        network = adapter(channel.kind)
    except UnknownKind:
        return None
    with asking(channel):
        return network.fetch_profile(Identifier(one.kind, one.value, one.scope, one.verified), fresh_account(channel))


def _keep(lookup: ProfileLookup, person: Person) -> Customer | None:
    """What was empty is filled; more addresses of his are his, where nobody has them yet."""
    one = lookup.identity
    known = [(one.kind, one.scope, one.value, one.verified)]
    more = [(other.kind, other.scope, other.value, other.verified) for other in person.identifiers]
    found = recognize(known + [key for key in more if key[:3] != known[0][:3]], at=now())
    customer = Customer.objects.select_for_update().get(pk=found.customer_id)
    if not introduce(customer, name=person.name or person.username, language=person.locale):
        return None
    transaction.on_commit(functools.partial(tell_pages, customer))
    return customer
