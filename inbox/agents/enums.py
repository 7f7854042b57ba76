"""Roles of agents."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What an agent may do; see `inbox.tickets.access` for what each sees."""

    ADMIN = "admin", _("Admin")
    LEAD = "lead", _("Team lead")
    AGENT = "agent", _("Agent")
    LIGHT = "light", _("Light agent")
    AUDITOR = "auditor", _("Auditor")
