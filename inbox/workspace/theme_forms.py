"""Forms of themes, of what is done about them, and of letters to the customers who said so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from inbox.agents.models import Agent
from inbox.surveys.models import ActionItem, Theme, ThemeLetter

_NATIVE = dict(settings.LANGUAGES)


def language_name(code: str) -> str:
    """The language in its own words."""
    return str(_NATIVE.get(code, code))


class ThemeForm(forms.Form):
    """A theme's name and, for each language, its words: one a line."""

    name = forms.CharField(label=_("Name"), max_length=60)
    is_active = forms.BooleanField(label=_("Look for it in new answers"), required=False)

    def __init__(self, *args: Any, theme: Theme | None, words: Mapping[str, list[str]], **kwargs: Any) -> None:
        kept = {"name": theme.name if theme else "", "is_active": theme.is_active if theme else True}
        super().__init__(*args, **{**kwargs, "initial": {**kept, **kwargs.get("initial", {})}})
        for code, name in settings.LANGUAGES:
            self.fields[f"words_{code}"] = forms.CharField(
                label=name,
                required=False,
                max_length=8000,
                initial="\n".join(words.get(code, [])),
                widget=forms.Textarea(attrs={"rows": 4, "lang": code, "dir": "auto"}),
            )

    def languages(self) -> list[forms.BoundField]:
        """The fields of the languages."""
        return [self[name] for name in self.fields if name.startswith("words_")]

    def words(self) -> dict[str, list[str]]:
        """The words of each language."""
        return {code: self.cleaned_data[f"words_{code}"].splitlines() for code, _name in settings.LANGUAGES}


class ActionForm(forms.Form):
    """What is to be done, by whom and by when."""

    title = forms.CharField(label=_("What is to be done?"), max_length=200)
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=Agent.objects.none(), required=False, empty_label=_("Nobody")
    )
    due_on = forms.DateField(
        label=_("By when"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, item: ActionItem | None = None, **kwargs: Any) -> None:
        kept = {"title": item.title, "owner": item.owner_id, "due_on": item.due_on} if item else {}
        super().__init__(*args, **{"initial": kept, **kwargs})
        people = Agent.objects.filter(is_active=True).order_by("name")
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class LetterForm(forms.Form):
    """The letter's text in each language that somebody is told in."""

    def __init__(self, *args: Any, letter: ThemeLetter, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in languages:
            self.fields[f"text_{code}"] = forms.CharField(
                label=language_name(code),
                max_length=10_000,
                initial=letter.texts.get(code, ""),
                widget=forms.Textarea(attrs={"rows": 10, "lang": code, "dir": "auto"}),
            )

    def texts(self) -> dict[str, str]:
        """The text of each language."""
        return {name.removeprefix("text_"): value for name, value in self.cleaned_data.items()}
