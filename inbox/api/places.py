"""Sentences about values at dotted places, as the rules give them, told by where the values stand in the request."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError

from inbox.api.problems import Refused, pointer

Sentences = Mapping[str, Sequence[object]]


def refused(errors: Sentences, named: Callable[[list[str]], list[str]] = list) -> Refused:
    """The problem to raise; `named` gives the names that the API has for those of a place."""
    return Refused(
        (pointer(named(place.split(".")) if place else []), str(sentence))
        for place, sentences in errors.items()
        for sentence in sentences
    )


def object_of(data: Any, known: Collection[str]) -> dict[str, Any]:
    """The object that was sent, with known fields only. Raises `ParseError` and `Refused`."""
    if not isinstance(data, dict):
        raise ParseError(_("Send a JSON object."))
    if strangers := [str(name) for name in data if name not in known]:
        told = _("There is no such field, or it is only read.")
        raise Refused((pointer([name]), told) for name in strangers)
    return data
