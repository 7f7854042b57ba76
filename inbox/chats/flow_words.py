"""What the greeter says, in the visitor's language: its script's words, and the product's own where it has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from inbox.channels.languages import best
from inbox.chats.flow_enums import FlowAsks, FlowKind, RunEnd
from inbox.chats.script import Helped, Pressed, Said, Script, Step, Wished
from inbox.common import tokens

#: What a token stands for beside the buttons of the script, whose numbers begin above.
_PERSON, _HELPED, _NOT_HELPED, _FIRST = 1, 2, 3, 4


def opening_purpose(visitor_id: int) -> str:
    """What the tokens of the buttons in an empty chat are for."""
    return f"greeter opening {visitor_id}"


def purpose_of(ticket_id: int, message_id: int) -> str:
    """What the tokens of the buttons under a word of the bot are for."""
    return f"greeter {ticket_id} {message_id}"


@contextmanager
def speaking(*wanted: str) -> Iterator[str]:
    """The product's own words in the first of these languages that it knows."""
    language = best([code for code, _name in settings.LANGUAGES], *[one for one in wanted if one]) or "en"
    with translation.override(language):
        yield language


def words_in(texts: Mapping[str, str], *wanted: str) -> str:
    """The text in the first of these languages that there is; else the English one, else any."""
    said = {language: text for language, text in texts.items() if text.strip()}
    return said.get(best(said, *[one for one in wanted if one])) or next(iter(said.values()), "")


def step_words(step: Step, *wanted: str) -> str:
    """What the bot says at a step."""
    text = words_in(step.texts, *wanted).strip()
    return f"{text}\n\n{_('Did that help?')}" if step.kind == FlowKind.ANSWER else text


def asked_again(step: Step) -> str:
    """What the bot says when it could not make out what it asked for."""
    return {
        FlowAsks.ORDER: _("That does not look like an order number. It has digits in it, as in “1007”. Try once more?"),
        FlowAsks.EMAIL: _(
            "That does not look like an e-mail address. Write it as in “mia@example.com”. Try once more?"
        ),
        FlowAsks.NAME: _("I did not quite get your name. Would you write it once more?"),
    }.get(step.asks or FlowAsks.TEXT, _("I did not understand that. Would you write it once more?"))


def last_words(script: Script, why: RunEnd, *wanted: str, is_open: bool) -> str:
    """What the bot says as it leaves: its author's words for handing over, where he has some."""
    if why == RunEnd.HELPED:
        return _("Good to hear! If anything is left, just write here: a person reads it.")
    own = next((one for one in script.steps if one.kind == FlowKind.PERSON), None)
    if own and (text := words_in(own.texts, *wanted).strip()):
        return text
    if is_open:
        return _("I pass this on to a person, who will answer here. Add whatever helps meanwhile.")
    return _("I pass this on. Nobody is here right now: a person answers as soon as we are back.")


def labels_of(step: Step, *wanted: str) -> list[tuple[int, str]]:
    """The buttons of a step: the number in the token of each, and its label. The way to a person is among them."""
    found = [(_FIRST + one.id, words_in(one.labels, *wanted)) for one in step.options if step.kind == FlowKind.BUTTONS]
    if step.kind == FlowKind.ANSWER:
        found += [(_HELPED, _("Yes, that helped")), (_NOT_HELPED, _("No, it did not"))]
    return [*found, (_PERSON, _("Talk to a person"))]


def buttons_of(purpose: str, labels: Sequence[tuple[int, str]]) -> list[dict[str, str]]:
    """The same as the widget gets them."""
    return [{"id": tokens.sign(purpose, number), "label": label} for number, label in labels]


def pressed_by(purpose: str, token: str) -> Said | None:
    """What a press means; None for a token that is of another place."""
    number = tokens.unsign(purpose, token[:80])
    if number is None:
        return None
    if number in (_HELPED, _NOT_HELPED):
        return Helped(number == _HELPED)
    return Pressed(number - _FIRST) if number >= _FIRST else Wished()
