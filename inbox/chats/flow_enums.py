"""Words of the greeter: what a step does, when it runs, why it stopped."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FlowWhen(TextChoices):
    """When visitors are met by the bot at all."""

    ALWAYS = "always", _("Always")
    CLOSED = "closed", _("Outside the office hours only")
    BUSY = "busy", _("Only while nobody is free to chat")


class FlowStart(TextChoices):
    """How the bot begins."""

    BEFORE = "before", _("In the empty chat, before the visitor writes")
    AFTER = "after", _("After the visitor's first message")


class FlowKind(TextChoices):
    """What a step of the bot does."""

    BUTTONS = "buttons", _("Offer buttons")
    ASK = "ask", _("Ask for something")
    ANSWER = "answer", _("Give an answer")
    PERSON = "person", _("Hand over to a person")


class FlowAsks(TextChoices):
    """What a step asks for, and so how it is checked."""

    ORDER = "order", _("Order number")
    EMAIL = "email", _("E-mail address")
    NAME = "name", _("Name")
    TEXT = "text", _("Anything, in his own words")


class RunEnd(TextChoices):
    """Why the bot stopped speaking in a chat."""

    WISHED = "wished", _("The visitor asked for a person")
    TYPED = "typed", _("The visitor wrote in his own words")
    SCRIPT = "script", _("The script came to its end")
    MISTAKEN = "mistaken", _("What was asked for was not understood")
    HELPED = "helped", _("The visitor said that it helped")
    PEOPLE = "people", _("A colleague took over")
    SILENT = "silent", _("The visitor said nothing more")
    CHANGED = "changed", _("The script was changed meanwhile")
