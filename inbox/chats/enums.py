"""What a visitor does on a page, and what a widget asks before a chat."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class StepKind(TextChoices):
    """One thing in a visitor's trail."""

    PAGE = "page", _("Page")
    EVENT = "event", _("Event")
    ERROR = "error", _("Error of the page")


class Side(TextChoices):
    """The corner of the page in which the launcher sits."""

    RIGHT = "right", _("Bottom right")
    LEFT = "left", _("Bottom left")


class Theme(TextChoices):
    """Light or dark."""

    AUTO = "auto", _("As the visitor's device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Asked(TextChoices):
    """A field of the form before a chat."""

    NAME = "name", _("Name")
    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Phone number")
    ORDER = "order", _("Order number")
    TOPIC = "topic", _("Topic")
    OTHER = "other", _("Something else")
