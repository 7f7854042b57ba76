"""What speaks for two customers being one person."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sign(TextChoices):
    """A sign is no proof: anybody can write any address, and names are shared."""

    WROTE = "wrote", _("Wrote the other's address in a message")
    SAME_ADDRESS = "same_address", _("Both have the address")
    SAME_NAME = "same_name", _("Both have the name")
    TAKEN = "taken", _("The network gave one the other's address")
