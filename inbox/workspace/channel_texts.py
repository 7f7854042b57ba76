"""What a channel says by itself, in the languages customers are answered in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from inbox.channels.accounts import Texts
from inbox.channels.languages import received_words
from inbox.channels.models import Channel
from inbox.common.text import one_line


@dataclass(frozen=True, slots=True)
class LanguageFields:
    """The fields of one language; `is_open` where something is said in it, or it is the channel's own."""

    code: str
    name: str
    signature: forms.BoundField
    subject: forms.BoundField
    text: forms.BoundField
    is_open: bool
    is_filled: bool


class ChannelTextsForm(forms.Form):
    """Signature and automatic answer in each language; what is left empty is said in the product's own words."""

    acknowledges = forms.BooleanField(
        label=_("Tell customers that their mail has arrived"),
        required=False,
        help_text=_("Once to whoever opens a ticket, never to automatic mail, and at most once a day to an address."),
    )

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        self.channel = channel
        self._stored = {one.language: one for one in channel.texts.all()}
        super().__init__(*args, **{**kwargs, "initial": {"acknowledges": channel.acknowledges}})
        for code, _name in settings.LANGUAGES:
            self._add(code)

    @property
    def languages(self) -> Sequence[LanguageFields]:
        """One group of fields for each language, the channel's own first."""
        codes = sorted(settings.LANGUAGES, key=lambda one: one[0] != self.channel.language)
        return [self._fields(code, name) for code, name in codes]

    def texts(self) -> dict[str, Texts]:
        """What the channel's verb takes."""
        given = self.cleaned_data
        return {
            code: Texts(
                signature=given[f"{code}-signature"].strip(),
                acknowledgement_subject=one_line(given[f"{code}-subject"], 200),
                acknowledgement=given[f"{code}-text"].strip(),
            )
            for code, _name in settings.LANGUAGES
        }

    def _add(self, code: str) -> None:
        stored = self._stored.get(code)
        _language, subject, text = received_words(code)
        area = {"lang": code, "rows": 4}
        self.fields[f"{code}-signature"] = forms.CharField(
            label=_("Signature"),
            required=False,
            max_length=4000,
            initial=stored.signature if stored else "",
            widget=forms.Textarea(attrs=area),
            help_text=_("Below the agent's own, under every reply in this language."),
        )
        self.fields[f"{code}-subject"] = forms.CharField(
            label=_("Subject of the automatic answer"),
            required=False,
            max_length=200,
            initial=stored.acknowledgement_subject if stored else "",
            widget=forms.TextInput(attrs={"lang": code, "placeholder": subject}),
        )
        self.fields[f"{code}-text"] = forms.CharField(
            label=_("Text of the automatic answer"),
            required=False,
            max_length=4000,
            initial=stored.acknowledgement if stored else "",
            widget=forms.Textarea(attrs={**area, "rows": 6, "placeholder": text}),
            help_text=_("{ticket} is the ticket's number, {brand} the brand. Left empty: the words in grey."),
        )

    def _fields(self, code: str, name: str) -> LanguageFields:
        stored = self._stored.get(code)
        filled = bool(stored and any(asdict(_texts(stored)).values()))
        bound = [self[f"{code}-{part}"] for part in ("signature", "subject", "text")]
        is_open = code == self.channel.language or filled or any(field.errors for field in bound)
        signature, subject, text = bound
        return LanguageFields(code, name, signature, subject, text, is_open, filled)


def _texts(stored: Any) -> Texts:
    return Texts(stored.signature, stored.acknowledgement_subject, stored.acknowledgement)
