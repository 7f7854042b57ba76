"""The form of a connected account: what every channel has, and what its network asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from channels_adapters.contracts import Adapter, SettingsField
from inbox.agents.models import Team
from inbox.channels.access import opened
from inbox.channels.models import Channel
from inbox.common.text import one_line

_PREFIX = "network_"
#: Left empty, these come from the installation's own mail server, or mails stay in the outbox.
_INSTALLATION_HAS = {"email": {"host", "security"}}


class ChannelForm(forms.Form):
    """An account of one network. Secrets go in and never come out: an empty field keeps the stored one."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As colleagues see it: Support, Billing ..."))
    address = forms.CharField(label=_("Address"), max_length=320)
    brand = forms.CharField(
        label=_("Brand"), max_length=120, required=False, help_text=_("As customers see it. Left empty: the name.")
    )
    language = forms.ChoiceField(label=_("Language of its automatic mails"), choices=settings.LANGUAGES)
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"),
        label=_("Team"),
        required=False,
        empty_label=_("Nobody's: everyone sees it"),
        help_text=_("New tickets go to this team."),
    )

    def __init__(self, *args: Any, network: Adapter, channel: Channel | None = None, **kwargs: Any) -> None:
        self.network, self.channel = network, channel
        self._stored = opened(channel.secrets) if channel else {}
        super().__init__(*args, **{**kwargs, "initial": _initial(network, channel)})
        if network.kind == "email":
            self.fields["address"].validators.append(validate_email)
            self.fields["address"].help_text = _("The address customers write to.")
        for described in network.settings_fields:
            self.fields[_PREFIX + described.name] = self._field(described)

    @property
    def network_fields(self) -> list[forms.BoundField]:
        """The fields that this network asks for."""
        return [self[_PREFIX + described.name] for described in self.network.settings_fields]

    def values(self) -> dict[str, Any]:
        """What the channel's verbs take."""
        given = self.cleaned_data
        kept: dict[str, dict[str, Any]] = {"settings": {}, "secrets": {}}
        for described in self.network.settings_fields:
            value = given[_PREFIX + described.name]
            if value not in (None, ""):
                kept["secrets" if described.secret else "settings"][described.name] = value
        if self.channel and "plus_addressing" in self.channel.settings:
            kept["settings"]["plus_addressing"] = self.channel.settings["plus_addressing"]
        return {**{name: given[name] for name in ("name", "address", "brand", "language", "team")}, **kept}

    def clean_name(self) -> str:
        """On one line: it stands in mail headers."""
        return one_line(self.cleaned_data["name"], 120)

    def clean_brand(self) -> str:
        """On one line: it stands in mail headers."""
        return one_line(self.cleaned_data["brand"], 120)

    def clean_address(self) -> str:
        """Once a kind: two channels can't share an address."""
        address = str(self.cleaned_data["address"]).strip()
        twins = Channel.objects.filter(kind=self.network.kind, address__iexact=address)
        if (twins.exclude(pk=self.channel.pk) if self.channel else twins).exists():
            raise forms.ValidationError(_("This address is connected already."))
        return address

    def _field(self, described: SettingsField) -> forms.Field:
        optional = described.name in _INSTALLATION_HAS.get(self.network.kind, set())
        stored = described.secret and described.name in self._stored
        about: dict[str, Any] = {
            "label": _(described.label),
            "help_text": _("Stored. Leave it empty to keep it.")
            if stored
            else _(described.help)
            if described.help
            else "",
            "required": described.required and not optional and not stored,
        }
        if described.secret:
            widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
            return forms.CharField(widget=widget, max_length=4000, strip=False, **about)
        if described.kind == "number":
            return forms.IntegerField(min_value=0, **about)
        if described.kind == "boolean":
            return forms.BooleanField(**{**about, "required": False})
        if described.kind == "choice":
            blank = [] if about["required"] else [("", "–")]
            return forms.ChoiceField(choices=[*blank, *described.choices], **about)
        return forms.CharField(max_length=2000, **about)


def _initial(network: Adapter, channel: Channel | None) -> dict[str, Any]:
    """What the form starts from: the channel's values or the network's defaults; never a secret."""
    known = channel.settings if channel else {field.name: field.default for field in network.settings_fields}
    settings_ = {
        _PREFIX + field.name: known.get(field.name, "") for field in network.settings_fields if not field.secret
    }
    if channel is None:
        return {"language": "en", **settings_}
    return {
        **{name: getattr(channel, name) for name in ("name", "address", "brand", "language", "team")},
        **settings_,
    }
