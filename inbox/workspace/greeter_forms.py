"""The forms in which a greeter's script and the rules that speak first are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inbox.agents.enums import Role
from inbox.agents.models import Agent
from inbox.chats.flow_editing import MOST_LABEL, MOST_OPTIONS, MOST_TEXT, Button, InvalidFlow, StepDraft
from inbox.chats.flow_enums import FlowAsks, FlowKind, FlowStart, FlowWhen
from inbox.chats.flow_models import Flow, FlowOption, FlowStep
from inbox.chats.rule_editing import MOST_TEXT as MOST_RULE_TEXT
from inbox.chats.rule_editing import InvalidRule
from inbox.chats.rule_enums import PageMatch, RuleWhen
from inbox.chats.rule_models import ChatRule

_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


class _Tried(forms.Form):
    """A form whose values are tried on a verb of the domain."""

    def done(self, verb: Callable[[], object]) -> bool:
        """Whether the verb took what was typed; what it refuses is said at the fields."""
        try:
            verb()
        except (InvalidFlow, InvalidRule) as refused:
            for name, said in refused.errors.items():
                self.add_error(name if name in self.fields else None, list(said))
            return False
        return True


class _Words(forms.CharField):
    """What is said in one language. Whether it has to be said is for the verb to tell."""

    is_wanted = True


class FlowForm(_Tried):
    """Whether the bot greets, when and how."""

    is_active = forms.BooleanField(label=_("The bot greets visitors"), required=False)
    when = forms.ChoiceField(label=_("When"), choices=FlowWhen)
    starts = forms.ChoiceField(label=_("It begins"), choices=FlowStart)

    @staticmethod
    def stored(flow: Flow | None) -> dict[str, Any]:
        """What the fields hold at first."""
        found = flow or Flow()
        return {"is_active": found.is_active, "when": found.when, "starts": found.starts}


@dataclass(frozen=True, slots=True)
class Words:
    """A text in one language."""

    code: str
    name: str
    field: forms.BoundField


@dataclass(frozen=True, slots=True)
class ButtonRow:
    """A button of the step, or room for a new one."""

    number: int
    is_new: bool
    own: forms.BoundField
    others: Sequence[Words]
    next: forms.BoundField
    removal: forms.BoundField | None


class StepForm(_Tried):
    """One step of the script."""

    key = forms.CharField(
        label=_("Short name"),
        max_length=40,
        help_text=_("For your own eyes: letters, digits and hyphens."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, given: Any, step: FlowStep, steps: Sequence[FlowStep], language: str) -> None:
        super().__init__(given, initial={"key": step.key})
        self.step, self.language = step, language
        self._languages = sorted(settings.LANGUAGES, key=lambda one: one[0] != language)
        self._ways = [("", gettext("Hand over to a person"))]
        self._ways += [(one.key, one.key) for one in steps if one.pk != step.pk]
        self._options: list[FlowOption | None] = []
        self._say()
        if step.kind == FlowKind.ASK:
            self.fields["asks"] = forms.ChoiceField(label=_("It asks for"), choices=FlowAsks, initial=step.asks)
        if step.kind in (FlowKind.ASK, FlowKind.ANSWER):
            label = _("After the answer") if step.kind == FlowKind.ASK else _("Where it did not help")
            self.fields["next"] = self._way(label, step.next)
        if step.kind == FlowKind.BUTTONS:
            self._offer(list(step.options.all()))

    @property
    def texts(self) -> list[Words]:
        """What it says, the chat's own language first."""
        return [Words(code, name, self[f"text-{code}"]) for code, name in self._languages]

    @property
    def buttons(self) -> list[ButtonRow]:
        """Its buttons, and room for more."""
        return [self._row(number, option) for number, option in enumerate(self._options, 1)]

    def draft(self) -> StepDraft:
        """What the verb takes."""
        given = self.cleaned_data
        return StepDraft(
            key=given["key"],
            texts={code: given[f"text-{code}"] for code, _name in self._languages},
            asks=given.get("asks", ""),
            next=given.get("next", ""),
            buttons=[
                Button(
                    {code: given[f"b{number}-{code}"] for code, _name in self._languages},
                    given[f"b{number}-next"],
                    option.pk if option else None,
                )
                for number, option in enumerate(self._options, 1)
                if not given.get(f"b{number}-removal")
            ],
        )

    def _say(self) -> None:
        said = {one.language: one.text for one in self.step.texts.all()}
        for code, name in self._languages:
            self.fields[f"text-{code}"] = _Words(
                label=name if code == self._languages[0][0] else _("What it says"),
                required=False,
                initial=said.get(code, ""),
                widget=forms.Textarea({"rows": 3, "lang": code, "dir": "auto", "maxlength": MOST_TEXT}),
            )

    def _offer(self, options: list[FlowOption]) -> None:
        room = max(0, min(1 if options else 2, MOST_OPTIONS - len(options)))
        self._options = [*options, *[None] * room]
        for number, option in enumerate(self._options, 1):
            labels = {one.language: one.label for one in option.texts.all()} if option else {}
            for code, name in self._languages:
                attrs = {"lang": code, "dir": "auto", "maxlength": MOST_LABEL, "autocomplete": "off"}
                label = _("On the button") if code == self.language else name
                self.fields[f"b{number}-{code}"] = _Words(
                    label=label, required=False, initial=labels.get(code, ""), widget=forms.TextInput(attrs)
                )
            self.fields[f"b{number}-next"] = self._way(_("leads to"), option.next if option else None)
            if option:
                self.fields[f"b{number}-removal"] = forms.BooleanField(label=_("Remove this button"), required=False)

    def _way(self, label: Any, leads: FlowStep | None) -> forms.ChoiceField:
        initial = leads.key if leads else ""
        field = forms.ChoiceField(label=label, choices=self._ways, required=False, initial=initial)
        field.is_wanted = True  # type: ignore[attr-defined]
        return field

    def _row(self, number: int, option: FlowOption | None) -> ButtonRow:
        others = [Words(code, name, self[f"b{number}-{code}"]) for code, name in self._languages[1:]]
        removal = self[f"b{number}-removal"] if option else None
        own = self[f"b{number}-{self.language}"]
        return ButtonRow(number, option is None, own, others, self[f"b{number}-next"], removal)


class RuleForm(_Tried):
    """A rule: what it says, to whom, and when."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For your own eyes."))
    is_active = forms.BooleanField(label=_("It speaks"), required=False)
    author = forms.ModelChoiceField(
        label=_("In whose name"),
        queryset=Agent.objects.none(),
        required=False,
        empty_label=_("The brand's"),
        help_text=_("Whoever answers is answered by a person, this one or another."),
    )
    page_match = forms.ChoiceField(label=_("Page"), choices=PageMatch)
    page = forms.CharField(label=_("Part of the address"), max_length=300, required=False)
    seconds = forms.IntegerField(label=_("Seconds on the page"), widget=forms.TextInput(_NUMBER))
    cart_at_least = forms.DecimalField(
        label=_("Cart worth at least"),
        required=False,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("As your pages tell it in cart.total."),
    )
    visits_at_least = forms.IntegerField(label=_("Visits at least"), widget=forms.TextInput(_NUMBER))
    languages = forms.MultipleChoiceField(
        label=_("Visitors' languages"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: all."),
    )
    when = forms.ChoiceField(label=_("Who has to be there"), choices=RuleWhen)
    again_after_days = forms.IntegerField(
        label=_("Again after days"),
        required=False,
        widget=forms.TextInput(_NUMBER),
        help_text=_("Nothing: once to each visitor."),
    )
    from_hour = forms.TimeField(label=_("From"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    to_hour = forms.TimeField(label=_("Until"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))

    def __init__(self, given: Any, rule: ChatRule, language: str) -> None:
        initial = {name: getattr(rule, name) for name in self.base_fields if name != "author"}
        super().__init__(given, initial={**initial, "author": rule.author_id})
        author: Any = self.fields["author"]
        author.queryset = Agent.objects.filter(is_active=True, role__in=(Role.ADMIN, Role.LEAD, Role.AGENT)).order_by(
            "name"
        )
        said = {one.language: one.text for one in rule.texts.all()} if rule.pk else {}
        self._languages = sorted(settings.LANGUAGES, key=lambda one: one[0] != language)
        for code, name in self._languages:
            self.fields[f"text-{code}"] = _Words(
                label=name if code == self._languages[0][0] else _("What it says"),
                required=False,
                initial=said.get(code, ""),
                widget=forms.Textarea({"rows": 2, "lang": code, "dir": "auto", "maxlength": MOST_RULE_TEXT}),
            )

    @property
    def texts(self) -> list[Words]:
        """What it says, the chat's own language first."""
        return [Words(code, name, self[f"text-{code}"]) for code, name in self._languages]

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        values = {name: value for name, value in self.cleaned_data.items() if not name.startswith("text-")}
        return {**values, "texts": {code: self.cleaned_data[f"text-{code}"] for code, _name in self._languages}}
