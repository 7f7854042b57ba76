"""Words of the rules by which a chat speaks first."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PageMatch(TextChoices):
    """How a page's address is compared."""

    ANY = "any", _("Any page")
    CONTAINS = "contains", _("Its address contains")
    BEGINS = "begins", _("Its address begins with")


class RuleWhen(TextChoices):
    """Who has to be there for a visitor to be spoken to."""

    ANY = "any", _("At any time")
    OPEN = "open", _("Only in the office hours")
    STAFFED = "staffed", _("Only while somebody is free to chat")
