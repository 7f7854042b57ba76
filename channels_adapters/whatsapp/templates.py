"""Message templates: the account's own, read with their places, and filled in to be sent.

The network numbers the places of a header, the body and each button anew, or names them. Here a template has one row of
places: the body's keep their numbers, the header's and the buttons' follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from channels_adapters.contracts import Account, Fault, OutboundMessage, SendError, Template
from channels_adapters.json_reading import Fields, items, text
from channels_adapters.meta.graph import graph
from channels_adapters.wording import say

_PLACE = re.compile(r"\{\{\s*([^{}]{1,60}?)\s*\}\}")
_FIELDS = "name,language,status,category,components,rejected_reason,parameter_format"
_MOST_PAGES = 20
_STATES: dict[str, Literal["approved", "pending", "rejected", "paused"]] = {
    "APPROVED": "approved",
    "PENDING": "pending",
    "IN_APPEAL": "pending",
    "PAUSED": "paused",
    "LIMIT_EXCEEDED": "paused",
}
_FILE_HEADERS = ("IMAGE", "VIDEO", "DOCUMENT")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value goes: `body`, `header` or a button by its `index`; `name` where the network names places."""

    part: Literal["body", "header", "button"]
    name: str = ""
    index: int = 0


@dataclass(frozen=True, slots=True)
class Definition:
    """A template, its places in order, the file its header needs (`image`), and which buttons are quick answers."""

    template: Template
    places: tuple[Place, ...] = ()
    file: str = ""
    answers: tuple[int, ...] = ()


def definitions(account: Account, name: str = "") -> Sequence[Definition]:
    """All templates of the account, or those of one name in their languages. Raises `SendError`."""
    business = text(account.settings.get("waba_id"))
    if not business:
        return ()
    asked = {"fields": _FIELDS, "limit": "100"} | ({"name": name} if name else {})
    found: list[Definition] = []
    for _page in range(_MOST_PAGES):
        answer = graph(account, "GET", f"/{business}/message_templates", params=asked)
        found += [_definition(one) for one in items(answer, "data")]
        after = text(answer, "paging", "cursors", "after")
        if not after or not text(answer, "paging", "next"):
            break
        asked["after"] = after
    return [one for one in found if not name or one.template.name == name]


def filled(message: OutboundMessage, account: Account) -> tuple[Definition, dict[str, Any]]:
    """The template a message names, and what is sent of it, but for a header's file. Raises `SendError`."""
    found = definitions(account, message.template)
    if found:
        chosen = _in_language(found, message.language)
    elif account.settings.get("waba_id"):
        raise SendError(Fault.CONTENT, say("There is no template %(name)s any more.", name=message.template))
    else:
        # Nobody can be asked what it looks like: its body has as many places as there are values.
        places = tuple(Place("body") for _ in message.variables)
        language = message.language.replace("-", "_") or "en_US"
        chosen = Definition(Template(message.template, language, ""), places)
    template = chosen.template
    if template.state != "approved":
        raise SendError(Fault.CONTENT, say("WhatsApp has not approved the template %(name)s.", name=template.name))
    if len(message.variables) != len(chosen.places):
        said = say(
            "The template %(name)s has %(count)s places to fill in.", name=template.name, count=len(chosen.places)
        )
        raise SendError(Fault.CONTENT, said)
    components = list(_components(chosen, message))
    sent = {"name": template.name, "language": {"code": template.language}, "components": components}
    return chosen, {"type": "template", "template": sent}


def _components(chosen: Definition, message: OutboundMessage) -> Iterator[dict[str, Any]]:
    # The network refuses line ends and long gaps in values.
    values = [re.sub(r"\s+", " ", one).strip() for one in message.variables]
    for part in ("header", "body"):
        given = [
            {"type": "text", "text": value} | ({"parameter_name": place.name} if place.name else {})
            for place, value in zip(chosen.places, values, strict=True)
            if place.part == part
        ]
        if given:
            yield {"type": part, "parameters": given}
    for place, value in zip(chosen.places, values, strict=True):
        if place.part == "button":
            given = [{"type": "text", "text": value}]
            yield {"type": "button", "sub_type": "url", "index": str(place.index), "parameters": given}
    for index, button in zip(chosen.answers, message.buttons, strict=False):
        given = [{"type": "payload", "payload": button.id}]
        yield {"type": "button", "sub_type": "quick_reply", "index": str(index), "parameters": given}


def _in_language(found: Sequence[Definition], wanted: str) -> Definition:
    """The one in this language, else in a variety of it, else the first; approved ones go before the others."""
    plain = wanted.lower().replace("-", "_")

    def rank(one: Definition) -> tuple[bool, bool, bool]:
        has = one.template.language.lower()
        return has != plain, has.partition("_")[0] != plain.partition("_")[0], one.template.state != "approved"

    return min(found, key=rank)


def _definition(data: Fields) -> Definition:
    is_named = text(data, "parameter_format").upper() == "NAMED"
    parts = {text(one, "type").upper(): one for one in items(data, "components")}
    places: list[Place] = []
    body = _numbered(text(parts.get("BODY"), "text"), "body", places, is_named=is_named)
    header, file = parts.get("HEADER", {}), ""
    if text(header, "format").upper() in _FILE_HEADERS:
        file = text(header, "format").lower()
    above = _numbered(text(header, "text"), "header", places, is_named=is_named)
    labels, answers = [], []
    for index, one in enumerate(items(parts.get("BUTTONS"), "buttons")):
        target = _numbered(text(one, "url"), "button", places, is_named=False, index=index)
        labels.append(f"{text(one, 'text')} ({target})" if target else text(one, "text"))
        if text(one, "type").upper() == "QUICK_REPLY":
            answers.append(index)
    reason = text(data, "rejected_reason")
    template = Template(
        name=text(data, "name"),
        language=text(data, "language"),
        text=body,
        state=_STATES.get(text(data, "status").upper(), "rejected"),
        category=text(data, "category").lower(),
        header=above or (f"({file})" if file else ""),
        footer=text(parts.get("FOOTER"), "text"),
        buttons=tuple(labels),
        reason="" if reason == "NONE" else reason,
    )
    return Definition(template, tuple(places), file, tuple(answers))


def _numbered(
    said: str, part: Literal["body", "header", "button"], places: list[Place], *, is_named: bool, index: int = 0
) -> str:
    """A text with its places numbered on from those there are; the new ones are added to them."""
    names = list(dict.fromkeys(_PLACE.findall(said)))
    if not is_named:
        names.sort(key=lambda name: int(name) if name.isdecimal() else 0)
    start = len(places) + 1
    numbers = {name: start + offset for offset, name in enumerate(names)}
    places += [Place(part, name if is_named else "", index) for name in names]
    return _PLACE.sub(lambda match: f"{{{{{numbers[match[1]]}}}}}", said)
