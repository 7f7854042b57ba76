"""Who is one person: customers that were merged, directly or through others."""

from __future__ import annotations

from inbox.customers.models import Customer


def person_of(customer: Customer) -> Customer:
    """The customer under whom this person is known: the end of the merges, himself when there were none."""
    while customer.merged_into is not None:
        customer = customer.merged_into
    return customer


def one_person(customer: Customer) -> list[int]:
    """The ids of all customers who are this person."""
    found = [person_of(customer).pk]
    fresh = found
    while fresh:
        fresh = list(Customer.objects.filter(merged_into__in=fresh).exclude(pk__in=found).values_list("pk", flat=True))
        found = [*found, *fresh]
    return found
