"""Knowing people: which customer is behind an identifier."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from channels_adapters.registry import networks
from inbox.common.clock import now
from inbox.common.rows import find, insert, insert_new
from inbox.common.text import one_line
from inbox.customers.enums import Sign
from inbox.customers.likeness import note_likeness
from inbox.customers.models import Customer, Identity
from inbox.customers.reach import SHARED_KINDS, Hold


def recognize(
    addresses: Iterable[tuple[str, str, str, bool]],
    *,
    name: str = "",
    language: str = "",
    at: datetime | None = None,
) -> Identity:
    """The identity behind the first of `addresses` (kind, scope, value, verified), its customer made if new.

    The other addresses become identities of the same customer where nobody has them yet: addresses
    known under different customers are never merged silently.
    """
    at = at or now()
    wanted = [(kind, scope, _normal(kind, value), verified) for kind, scope, value, verified in addresses]
    known = {key[:3]: identity for key in wanted if (identity := _find(*key[:3]))}
    if known:
        customer = next(iter(known.values())).customer
    else:
        customer = Customer(name=one_line(name, 200), language=language, created_at=at)
        insert([customer])
    identities = [_identity(customer, key, at, known.get(key[:3])) for key in wanted]
    primary = identities[0]
    if primary.customer_id != customer.pk:
        # Somebody else was quicker with the same new address.
        Customer.objects.filter(pk=customer.pk, identities=None, tickets=None).delete()
        customer = primary.customer
    for other in identities:
        if other.customer_id != customer.pk:
            note_likeness(customer.pk, other.customer_id, Sign.TAKEN, other.value, at=at)
    if name and not customer.name:
        customer.name = one_line(name, 200)
        customer.save(update_fields=["name"])
    return primary


def introduce(customer: Customer, *, name: str = "", language: str = "") -> bool:
    """Fill in what is not known of a customer; whether anything was."""
    told = {"name": one_line(name, 200), "language": language.strip().replace("_", "-")[:10]}
    fresh = {field: value for field, value in told.items() if value and not getattr(customer, field)}
    for field, value in fresh.items():
        setattr(customer, field, value)
    if fresh:
        customer.save(update_fields=list(fresh))
    return bool(fresh)


def renumber(
    old: tuple[str, str, str], new: tuple[str, str, str], *, network: str = "", at: datetime | None = None
) -> str:
    """A `network` gave a person another address: (kind, scope, value) each. What became of it.

    `moved` when the new one is his from now on; `unknown` when nobody had the old one; `conflict` when the new one is
    somebody else's already: people are never merged silently.
    """
    before = _find(*old)
    if before is None:
        return "unknown"
    after = _identity(before.customer, (*new, before.verified), at or now(), _find(*new))
    if after.customer_id != before.customer_id:
        note_likeness(before.customer_id, after.customer_id, Sign.TAKEN, after.value, at=at)
        return "conflict"
    if before.pk != after.pk:
        # He may have gone back to an address he had before.
        Identity.objects.filter(pk=after.pk).update(replaced_by=None)
        Identity.objects.filter(pk=before.pk).update(replaced_by=after)
        with transaction.atomic():
            _carry_reach(before, after, network)
    return "moved"


def set_reach(identity: Identity, *, is_blocked: bool, is_opted_out: bool, at: datetime, network: str = "") -> Identity:
    """Whether somebody can be written to at this address: he shut us out, asked for nothing more, or neither.

    It is so on the `network` on which he said it, and everywhere else stays as it was; without one it is so everywhere.
    """
    where = network if identity.kind in SHARED_KINDS else ""
    with transaction.atomic():
        locked = Identity.objects.select_for_update(of=("self",)).get(pk=identity.pk)
        opted_out, blocked = _reach_of(locked)
        _keep_reach(
            identity,
            opted_out.put(where, at) if is_opted_out else opted_out.lifted(where, networks()),
            blocked.put(where, at) if is_blocked else blocked.lifted(where, networks()),
        )
    return identity


def _reach_of(identity: Identity) -> tuple[Hold, Hold]:
    """What he asked for there, and whether he shut us out."""
    return (
        Hold(identity.opted_out_at, tuple(identity.opted_out_on)),
        Hold(identity.blocked_at, tuple(identity.blocked_on)),
    )


def _keep_reach(identity: Identity, opted_out: Hold, blocked: Hold) -> None:
    identity.opted_out_at, identity.opted_out_on = opted_out.since, list(opted_out.networks)
    identity.blocked_at, identity.blocked_on = blocked.since, list(blocked.networks)
    identity.save(update_fields=["opted_out_at", "opted_out_on", "blocked_at", "blocked_on"])


def _carry_reach(before: Identity, after: Identity, network: str) -> None:
    """What somebody asked for at an address holds at the one that a network gave him in its place."""
    both = Identity.objects.select_for_update(of=("self",)).filter(pk__in=(before.pk, after.pk)).order_by("pk")
    states = {one.pk: _reach_of(one) for one in both}
    was, is_now = states[before.pk], states[after.pk]
    if (before.kind in SHARED_KINDS) != (after.kind in SHARED_KINDS):
        # One of the two is known on this network alone.
        was = was[0].only_on(network), was[1].only_on(network)
    opted_out, blocked = was[0].joined(is_now[0]), was[1].joined(is_now[1])
    if after.kind not in SHARED_KINDS:
        opted_out, blocked = opted_out.everywhere(), blocked.everywhere()
    _keep_reach(after, opted_out, blocked)


def _identity(customer: Customer, key: tuple[str, str, str, bool], at: datetime, found: Identity | None) -> Identity:
    kind, scope, value, verified = key
    if found is None:
        fresh = Identity(customer=customer, kind=kind, scope=scope, value=value, verified=verified, created_at=at)
        if insert_new(fresh, "an_address_belongs_to_one_customer"):
            return fresh
        found = Identity.objects.select_related("customer").get(kind=kind, scope=scope, value=value)
    if verified and not found.verified:
        found.verified = True
        found.save(update_fields=["verified"])
    return found


def _find(kind: str, scope: str, value: str) -> Identity | None:
    found = find(Identity, "kind = %s AND scope = %s AND value = %s", kind, scope, value, beside="customer")
    return next(iter(found), None)


def _normal(kind: str, value: str) -> str:
    """Mail addresses are compared without case, as every mail provider does in practice."""
    return (value.strip().lower() if kind == "email" else value.strip())[:320]
