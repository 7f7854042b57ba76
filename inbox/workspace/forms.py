"""Forms of the shell's pages."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inbox.agents.models import Agent
from inbox.common.text import one_line


@cache
def zones() -> list[tuple[str, str]]:
    """The zones that people live in, by region; no aliases such as "EST5EDT"."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class LongSelect(forms.Select):
    """A choice among hundreds, drawn by one template instead of one for each option."""

    template_name = "workspace/shell/long_select.html"


class ProfileForm(forms.Form):
    """An agent's own settings."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Colleagues see it whole, customers your first name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        widget=LongSelect,
        help_text=_("All times on your screen are in this zone."),
    )
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Below your replies by mail. Left empty, it is your name and the brand."),
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        kept = {name: getattr(agent, name) for name in ("name", "language", "time_zone", "signature")}
        super().__init__(*args, **{**kwargs, "initial": kept})

    def clean_name(self) -> str:
        """On one line: it stands in mail headers."""
        return one_line(self.cleaned_data["name"], 120)


class FirstAdminForm(forms.Form):
    """The first admin of a new installation, who knows the code printed on the server."""

    code = forms.CharField(
        label=_("Code from the server"),
        max_length=40,
        help_text=_("On the server, run: python manage.py first_admin_code"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("Your mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least ten characters; a sentence is good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones, widget=LongSelect, initial="UTC")

    def clean_name(self) -> str:
        """On one line: it stands in mail headers."""
        return one_line(self.cleaned_data["name"], 120)

    def clean(self) -> dict[str, Any]:
        """Hold the password against the rules, which look at name and address too."""
        values = super().clean() or {}
        if password := values.get("password"):
            try:
                validate_password(password, Agent(name=values.get("name", ""), email=values.get("email", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return values


class ByHandForm(forms.Form):
    """A message that could not be read, as a person makes it out."""

    name = forms.CharField(label=_("Name of the sender"), max_length=200, required=False)
    address = forms.EmailField(label=_("Mail address of the sender"), help_text=_("Replies go there."))
    subject = forms.CharField(label=_("Subject"), max_length=500, required=False)
    text = forms.CharField(
        label=_("Text"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("As far as it can be made out. The original stays attached to the ticket."),
    )

    def clean_name(self) -> str:
        """On one line: it stands in mail headers."""
        return one_line(self.cleaned_data["name"], 200)

    def clean_subject(self) -> str:
        """On one line: it stands in mail headers."""
        return one_line(self.cleaned_data["subject"], 500)
