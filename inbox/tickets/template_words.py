"""Message templates as words: how many places they have, filled in, and looked at again before a planned one leaves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

from django.utils.translation import gettext as _

from inbox.common.text import one_line, storable
from inbox.tickets.changes import Refused
from inbox.tickets.models import Ticket
from inbox.tickets.sending import FilledTemplate

_PLACE = re.compile(r"\{\{(\d{1,2})\}\}")
#: Characters of what stands in one place.
LONGEST_VARIABLE = 1000


class Template(Protocol):
    """A template as its network told of it last."""

    name: Any
    language: Any
    text: Any
    header: Any
    footer: Any
    state: Any
    category: Any


def places_in(template: Template) -> int:
    """How many variables its text has: the highest number of a place."""
    return max((int(number) for number in _PLACE.findall(template.text)), default=0)


def fill(template: Template, given: Sequence[str]) -> tuple[str, FilledTemplate]:
    """The words the customer will read, and what leaves. Raises `Refused` for a place that stays empty."""
    if template.state != "approved":
        raise Refused(_("The network does not let this template be sent."))
    values = tuple(one_line(text, LONGEST_VARIABLE) for text in given[: places_in(template)])
    if len(values) < places_in(template) or not all(values):
        raise Refused(_("Fill in every place of the template."))
    text = _PLACE.sub(lambda match: values[int(match[1]) - 1] if int(match[1]) else match[0], template.text)
    whole = "\n\n".join(part for part in (template.header.strip(), text.strip(), template.footer.strip()) if part)
    return whole, FilledTemplate(template.name, template.language, values, template.category)


def filled_again(ticket: Ticket, chosen: FilledTemplate, said: str) -> FilledTemplate:
    """A template that was filled in a while ago, as it is now. Raises `Refused` where it would not say the same."""
    known = ticket.channel.message_templates.filter(name=chosen.name, language=chosen.language).first()
    if known is None:
        raise Refused(_("The network has no template “%(name)s” any more.") % {"name": chosen.name})
    words, filled = fill(known, chosen.variables)
    if storable(words).strip() != said:
        raise Refused(_("The template “%(name)s” reads differently by now.") % {"name": chosen.name})
    return filled
