"""Reading what people and programs send to set up a survey: all that is wrong is collected, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from inbox.common.text import one_line, storable


class InvalidSurvey(ValueError):
    """Values that can't be kept; `errors` has the sentences for each field at fault, by its place in the values.

    Places are dotted: "name", "texts.en.anchors.1", "follow_ups.0.options". The sentences are in the language of the
    moment.
    """

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(f"{place}: {' '.join(said)}" for place, said in errors.items()))
        self.errors = {place: list(said) for place, said in errors.items()}


class Reading:
    """One reading of values."""

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def fault(self, place: str, sentence: str | Promise) -> None:
        """Note what is wrong at a place."""
        self.errors.setdefault(place, []).append(str(sentence))

    def done(self) -> None:
        """Raise `InvalidSurvey` if anything was wrong."""
        if self.errors:
            raise InvalidSurvey(self.errors)

    def line(self, place: str, value: object, most: int, *, missing: str | Promise = "") -> str:
        """A text on one line; `missing` is said when there is none."""
        text = one_line(storable(value), 20_000) if isinstance(value, str) else ""
        return self._fitting(place, text, most, missing)

    def text(self, place: str, value: object, most: int, *, missing: str | Promise = "") -> str:
        """A text with its line breaks."""
        text = storable(value.replace("\r\n", "\n")).strip() if isinstance(value, str) else ""
        return self._fitting(place, text, most, missing)

    def _fitting(self, place: str, text: str, most: int, missing: str | Promise) -> str:
        if not text and missing:
            self.fault(place, missing)
        if len(text) > most:
            self.fault(place, _("That is longer than %(most)d characters.") % {"most": most})
        return text

    def number(self, place: str, value: object, low: int, high: int) -> int:
        """A whole number within bounds, given as one or as its digits."""
        if isinstance(value, str):
            value = value.strip()
            is_digits = value.removeprefix("-").isdecimal() and value.isascii() and len(value) < 12
            value = int(value) if is_digits else None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fault(place, _("Give a whole number from %(low)d to %(high)d.") % {"low": low, "high": high})
            return low
        return value

    def flag(self, place: str, value: object) -> bool:
        """True or false; false when nothing is given."""
        if value is not None and not isinstance(value, bool):
            self.fault(place, _("Say true or false."))
        return value is True

    def scores(self, place: str, value: object) -> list[int]:
        """A list of whole numbers, each once, sorted."""
        is_list = isinstance(value, Sequence) and not isinstance(value, str)
        if not is_list or not all(isinstance(one, int) and not isinstance(one, bool) for one in value):  # type: ignore[attr-defined]
            self.fault(place, _("Give a list of scores."))
            return []
        return sorted(set(value))  # type: ignore[call-overload]

    def mapping(self, place: str, value: object) -> Mapping[str, object]:
        """An object with fields; an empty one when nothing is given."""
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.fault(place, _("Give an object with fields."))
            return {}
        return value

    def listed(self, place: str, value: object, most: int) -> Sequence[object]:
        """A list of at most so many things; an empty one when nothing is given."""
        if value is None:
            return ()
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.fault(place, _("Give a list."))
            return ()
        if len(value) > most:
            self.fault(place, _("At most %(most)d of them.") % {"most": most})
        return value[:most]
