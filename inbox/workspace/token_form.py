"""A new key to the API, as an agent asks for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from inbox.agents.api_tokens import NameTaken, make_token
from inbox.agents.models import Agent, ApiToken
from inbox.common.clock import now
from inbox.common.text import one_line

_LIVES = {"30": _("30 days"), "90": _("90 days"), "365": _("a year"), "ever": _("until it is revoked")}


class TokenForm(forms.Form):
    """What it is for, and how long it works."""

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=80,
        help_text=_("The program or the person who gets it, so that you know later what stops when you revoke it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    life = forms.ChoiceField(label=_("It works for"), choices=list(_LIVES.items()), initial="90")

    def clean_name(self) -> str:
        """On one line: it is the head of a row."""
        return one_line(self.cleaned_data["name"], 80)

    def made(self, agent: Agent) -> tuple[ApiToken, str] | None:
        """The token and its secret; None when something is wrong, which the form then says."""
        if not self.is_valid():
            return None
        try:
            return make_token(agent, name=self.cleaned_data["name"], expires_at=self._end())
        except NameTaken:
            self.add_error("name", _("You have a token of this name. Revoke it first, or take another name."))
        return None

    def _end(self) -> datetime | None:
        life = self.cleaned_data["life"]
        return None if life == "ever" else now() + timedelta(days=int(life))
