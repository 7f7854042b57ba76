"""Texts of adapters that people read: plain English here, translated by whoever shows them.

    say("Signed in as %(user)s.", user=account.user)

`say` marks a text for the catalogues; its result is the English text, which still knows what it was made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


class Said(str):
    """A text that can be said in another language: `template` with named places, `values` that stand in them."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> Self:
        """The text in English."""
        said = super().__new__(cls, template % values if values else template)
        said.template, said.values = template, values
        return said

    def __getnewargs__(self) -> tuple[str, Mapping[str, object]]:  # type: ignore[override]
        """What it is made of again by pickle and copy."""
        return self.template, self.values


def say(template: str, **values: object) -> Said:
    """`template` for the catalogues, with `values` in its named places (`%(name)s`)."""
    kept = {name: value if isinstance(value, str | int | float) else str(value) for name, value in values.items()}
    return Said(template, kept)
