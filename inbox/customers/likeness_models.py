"""Customers who may be one person: what speaks for it, and whose turn it is to be compared with the others."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from inbox.common.leased import Leased
from inbox.customers.models import Customer


class CustomerLikeness(models.Model):
    """Two customers, `first` the older one, and the `evidence` that they are one person: [{sign, value}], newest last.

    Since `dismissed_at` somebody knows that they are two.
    """

    first = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    evidence = models.JSONField(default=list)
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "customer likenesses"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["first", "second"], name="two_people_are_likened_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="nobody_is_like_himself"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class CustomerLook(Leased):
    """Somebody wrote, from message `since` on, and is to be compared with the others; then the row goes."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    since = models.BigIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["customer"], name="a_customer_is_looked_at_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["next_attempt_at", "id"], name="customer_look_due"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.since}"
