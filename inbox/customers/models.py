"""Customers and their identities."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext as _


class Customer(models.Model):
    """A person who writes to us, over however many channels; one found to be another was `merged_into` that one."""

    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    segment = models.CharField(max_length=40, blank=True)
    company = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    survey_opt_out_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="merged", db_index=False
    )

    class Meta:
        indexes: ClassVar[list[Any]] = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="customer_name_trgm"),
            models.Index(fields=["merged_into"], name="customer_merged", condition=Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name or _("Customer %(number)s") % {"number": self.pk}


class Identity(models.Model):
    """One address of a customer on one network; `acknowledged_at` is when an automatic answer last went there.

    One that the network gave up for another (a new number) is `replaced_by` that one. At `opted_out_at` its owner asked
    for nothing more to be sent there; at `blocked_at` he shut us out. A telephone number is on several networks: either
    holds on those that `opted_out_on` and `blocked_on` name, and where they name none, everywhere.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=320)
    scope = models.CharField(max_length=120, blank=True)
    verified = models.BooleanField(default=False)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    opted_out_on = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True)
    blocked_on = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaced", db_index=False
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "identities"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["kind", "scope", "value"], name="an_address_belongs_to_one_customer"),
        ]
        indexes: ClassVar[list[Any]] = [
            GinIndex(OpClass(Upper("value"), name="gin_trgm_ops"), name="identity_value_trgm"),
            models.Index(fields=["replaced_by"], name="identity_replaced", condition=Q(replaced_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.value

    def is_opted_out_on(self, network: str) -> bool:
        """Whether its owner asked for nothing more there (`channels_adapters.registry.network_of`)."""
        return self.opted_out_at is not None and (not self.opted_out_on or network in self.opted_out_on)

    def is_blocked_on(self, network: str) -> bool:
        """Whether its owner shut us out there."""
        return self.blocked_at is not None and (not self.blocked_on or network in self.blocked_on)


class CustomerMerge(models.Model):
    """Two customers found to be one person; `moved` names what went over, by kind and id, so that it can go back.

    Nobody in particular (`by` null) merges for the `reason` given only, which is a proof.
    """

    source = models.ForeignKey(Customer, models.CASCADE, related_name="merges")
    into = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    moved = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(undone_at=None), name="a_customer_is_merged_into_one"
            ),
        ]
