"""The editor of the form before a chat: its rows as they are typed, kept whatever is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.http import QueryDict

from inbox.chats.enums import Asked
from inbox.chats.form_fields import MOST_FIELDS, Question, questions_of
from inbox.chats.models import ChatWidget

_HAVE_CHOICES = (Asked.TOPIC, Asked.OTHER)


@dataclass(frozen=True, slots=True)
class Words:
    """What a row says in one language."""

    code: str
    name: str
    label: str
    choices: str


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the form, as it is typed; `errors` by what they are about."""

    id: str
    asked: str
    is_required: bool
    when_closed_only: bool
    words: Sequence[Words]
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_first: bool = False
    is_last: bool = False

    @property
    def kind(self) -> str:
        """What it asks for, in words."""
        return str(Asked(self.asked).label)

    @property
    def has_choices(self) -> bool:
        """Whether it may offer answers to choose from."""
        return self.asked in _HAVE_CHOICES

    @property
    def is_said(self) -> bool:
        """Whether it has words of its own, or needs them."""
        return self.has_choices or bool(self.errors) or any(one.label for one in self.words)


class QuestionsEditor:
    """What is asked before a chat; `given` is what was typed, None what is stored."""

    def __init__(self, given: QueryDict | None, widget: ChatWidget) -> None:
        self.widget = widget
        self.errors: dict[str, list[str]] = {}
        self.focus = ""
        self._rows = _stored(widget) if given is None else _typed(given)

    @property
    def rows(self) -> list[Row]:
        """The rows in their order, with what is wrong with each."""
        last = len(self._rows) - 1
        return [
            Row(
                one.id,
                one.asked,
                one.is_required,
                one.when_closed_only,
                sorted(one.words, key=lambda said: said.code != self.widget.channel.language),
                {name.partition(".")[2]: said for name, said in self.errors.items() if name.startswith(f"{place}.")},
                place == 0,
                place == last,
            )
            for place, one in enumerate(self._rows)
        ]

    @property
    def addable(self) -> list[tuple[str, str]]:
        """What else can be asked for."""
        asked = {row.asked for row in self._rows} - {Asked.OTHER}
        return (
            [(value, str(label)) for value, label in Asked.choices if value not in asked] if self.may_have_more else []
        )

    @property
    def may_have_more(self) -> bool:
        """Whether there is room for another field."""
        return len(self._rows) < MOST_FIELDS

    def do(self, deed: str) -> None:
        """Press a button of the editor: "add:<asked>", "up:<row>", "down:<row>", "remove:<row>"."""
        verb, _mark, what = deed.partition(":")
        if verb == "add" and what in dict(self.addable):
            taken = [int(row.id) for row in self._rows if row.id.isdecimal()]
            new = str(max(taken, default=-1) + 1)
            self._rows.append(Row(new, what, False, False, [Words(code, name, "", "") for code, name in _LANGUAGES]))
            self.focus = new
            return
        place = next((number for number, row in enumerate(self._rows) if row.id == what), None)
        if place is None:
            return
        if verb == "remove":
            del self._rows[place]
        to = place + {"up": -1, "down": 1}.get(verb, 0)
        if verb in ("up", "down") and 0 <= to < len(self._rows):
            self._rows.insert(to, self._rows.pop(place))
            self.focus = what

    def questions(self) -> list[Question]:
        """What the verb takes."""
        return [
            Question(
                row.asked,
                row.is_required,
                row.when_closed_only,
                {one.code: one.label for one in row.words},
                {one.code: one.choices.splitlines() for one in row.words},
            )
            for row in self._rows
        ]


_LANGUAGES = tuple(settings.LANGUAGES)


def _stored(widget: ChatWidget) -> list[Row]:
    return [
        Row(
            str(place),
            one.asked,
            one.is_required,
            one.when_closed_only,
            [
                Words(code, name, one.labels.get(code, ""), "\n".join(one.choices.get(code, ())))
                for code, name in _LANGUAGES
            ],
        )
        for place, one in enumerate(questions_of(widget))
    ]


def _typed(given: QueryDict) -> list[Row]:
    return [
        Row(
            row,
            given.get(f"{row}-asked", ""),
            f"{row}-required" in given,
            f"{row}-closed" in given,
            [
                Words(code, name, given.get(f"{row}-label-{code}", ""), given.get(f"{row}-choices-{code}", ""))
                for code, name in _LANGUAGES
            ],
        )
        for row in dict.fromkeys(given.getlist("row")[: 2 * MOST_FIELDS])
        if row.isascii() and row.isdecimal() and len(row) < 4 and given.get(f"{row}-asked", "") in Asked.values
    ]
