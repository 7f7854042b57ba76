"""The form of a connected account: what every channel has, and what its network asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from cryptography.fernet import InvalidToken
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from channels_adapters.contracts import Adapter, SettingsField
from channels_adapters.registry import family_kinds
from inbox.agents.models import Team
from inbox.channels.access import draw_hook, draw_token, drawn_number, drawn_secret, opened, sealed
from inbox.channels.models import Channel, ChannelAlias
from inbox.common.text import one_line
from inbox.workspace.wording import translated

_PREFIX = "network_"
#: Left empty, these come from the installation's own mail server, or mails stay in the outbox.
_INSTALLATION_HAS = {"email": {"host", "security"}}
_MOST_ALIASES = 200
_COMMON = ("name", "address", "brand", "language", "team")
#: Sections of the form that are never folded away.
_SHOWN = 2


@dataclass(frozen=True, slots=True)
class NetworkField:
    """A field of the network's: when it is asked for (`depends` on the values `among` of another), and whether now.

    `hint` says in words when it is. One that was `drawn` is there to be copied. Of one that was replaced the former
    value counts `until` an instant.
    """

    bound: forms.BoundField
    applies: bool
    depends: str = ""
    among: str = ""
    hint: str = ""
    name: str = ""
    drawn: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that stand together; `key` is an id. Those few need are folded away until something is set in them."""

    key: str
    title: str
    fields: Sequence[NetworkField]
    is_open: bool


class ChannelForm(forms.Form):
    """An account of one network. Secrets go in and never come out: an empty field keeps the stored one."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As colleagues see it: Support, Billing ..."))
    address = forms.CharField(label=_("Address"), max_length=320)
    aliases = forms.CharField(
        label=_("Further addresses"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One a line. *@example.org takes everything that is sent to a domain."),
    )
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
        self._asked = [described for described in network.settings_fields if described.name != "address"]
        self._described = {described.name: described for described in self._asked}
        self._stored = opened(channel.secrets) if channel else {}
        super().__init__(*args, **{**kwargs, "initial": _initial(network, channel)})
        self._carry()
        self._adapt_common()
        for described in self._asked:
            field = self.fields[_PREFIX + described.name] = self._field(described)
            is_answered = (described.kind == "choice" and described.default) or described.name in self._kept
            field.is_wanted = is_answered or self._is_wanted(described)  # type: ignore[attr-defined]

    @cached_property
    def network_fields(self) -> dict[str, NetworkField]:
        """The fields that this network asks for, by name, in its order."""
        return {described.name: self._network_field(described) for described in self._asked}

    @cached_property
    def sections(self) -> list[Section]:
        """The fields that this network asks for, in its order."""
        found: dict[str, list[NetworkField]] = {}
        for described in self._asked:
            found.setdefault(described.section, []).append(self.network_fields[described.name])
        return [
            Section(f"section-{number}", translated(title), fields, number < _SHOWN or self._is_used(fields))
            for number, (title, fields) in enumerate(found.items())
        ]

    def values(self) -> dict[str, Any]:
        """What the channel's verbs take."""
        given = self.cleaned_data
        # What the form does not ask for (marks of the product's own) stays as it is.
        stored = self.channel.settings if self.channel else {}
        settings_ = {name: value for name, value in stored.items() if name not in self._described}
        kept: dict[str, dict[str, Any]] = {"settings": settings_, "secrets": {}}
        for described in self._asked:
            value = given.get(_PREFIX + described.name)
            is_off = value is False and not described.default
            if value not in (None, "") and not is_off:
                kept["secrets" if described.secret else "settings"][described.name] = value
        kept["secrets"] = {**self._drawn, **self._kept, **kept["secrets"], **self._app}
        return {**{name: given[name] for name in _COMMON}, **kept}

    @property
    def kept(self) -> str:
        """The secrets typed so far, sealed: for the form to carry until it is right."""
        return sealed(self._kept).decode() if self._kept else ""

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
            raise ValidationError(_("This address is connected already."))
        if self.network.kind == "email" and (owner := self._owners([address.lower()]).get(address.lower())):
            raise ValidationError(_("This is a further address of %(channel)s.") % {"channel": owner})
        return address

    def clean_aliases(self) -> list[str]:
        """Mail addresses and whole domains, each leading to one channel only."""
        wanted = list(dict.fromkeys(line.strip().lower() for line in self.cleaned_data["aliases"].splitlines()))
        wanted = [address for address in wanted if address]
        if len(wanted) > _MOST_ALIASES:
            raise ValidationError(_("At most %(count)s addresses.") % {"count": _MOST_ALIASES})
        taken = self._owners(wanted) | self._channels_at(wanted)
        wrong = [
            *(
                _("%(address)s is no mail address.") % {"address": one_line(one, 80)}
                for one in wanted
                if not _is_alias(one)
            ),
            *(
                _("%(address)s belongs to %(channel)s.") % {"address": one, "channel": taken[one]}
                for one in wanted
                if one in taken
            ),
        ]
        if wrong:
            raise ValidationError([ValidationError(sentence) for sentence in wrong])
        return wanted

    def clean(self) -> dict[str, Any]:
        """Ask for no field that does not apply, and let none be in the way."""
        values = super().clean() or {}
        for described in self._asked:
            name = _PREFIX + described.name
            if self._applies(described):
                if self._is_wanted(described) and name not in self.errors and values.get(name) in (None, ""):
                    self.add_error(name, ValidationError(self.fields[name].error_messages["required"], code="required"))
            elif name in self.errors:
                del self.errors[name]
        return values

    def _owners(self, addresses: Sequence[str]) -> dict[str, str]:
        """Names of other channels that have these as further addresses."""
        others = ChannelAlias.objects.annotate(plain=Lower("address")).filter(plain__in=addresses)
        if self.channel:
            others = others.exclude(channel=self.channel)
        return dict(others.values_list("plain", "channel__name"))

    def _channels_at(self, addresses: Sequence[str]) -> dict[str, str]:
        others = Channel.objects.filter(kind="email").annotate(plain=Lower("address")).filter(plain__in=addresses)
        if self.channel:
            others = others.exclude(pk=self.channel.pk)
        return dict(others.values_list("plain", "name"))

    def _carry(self) -> None:
        """What the form brings along from its last time: the number it drew, and the secrets that were typed."""
        self._kept: dict[str, str] = {}
        self._drawn: dict[str, str] = {}
        if self.is_bound:
            typed = {one.name: str(self.data.get(_PREFIX + one.name, "")) for one in self._asked if one.secret}
            held = _unsealed(str(self.data.get("kept", ""))) | {name: one for name, one in typed.items() if one}
            self._kept = {name: value for name, value in held.items() if name in typed}
        self.number: int | None = None
        if self.channel is None and self.network.kind != "email":
            self.number = drawn_number(str(self.data.get("drawn", ""))) or draw_hook()
            number = self.number
            self._drawn = {one.name: drawn_secret(number, one.name) for one in self._asked if one.drawn}

    @property
    def drawn_token(self) -> str:
        """The drawn number, as the form carries it."""
        return draw_token(self.number) if self.number else ""

    def _adapt_common(self) -> None:
        """What every channel has, in the words of this network."""
        address = self.fields["address"]
        if self.network.kind == "email":
            address.validators.append(validate_email)
            address.help_text = _("The address customers write to.")
            return
        del self.fields["aliases"]
        self.fields["language"].label = _("Language of what it says by itself")
        address.help_text = _("A short name of your own by which the account is told from others.")
        for described in self.network.settings_fields:
            if described.name == "address":
                address.label, address.help_text = translated(described.label), translated(described.help)
        if (siblings := self._siblings()).exists():
            self.fields["same_app"] = forms.ModelChoiceField(
                siblings,
                label=_("Same app as"),
                required=False,
                empty_label=_("Nothing is taken over") if self.channel else _("An app that is not used here yet"),
                help_text=_("Its secrets are taken over; nothing needs to be typed again, and nothing is shown."),
            )

    def _siblings(self) -> QuerySet[Channel]:
        """The channels whose app this account may belong to as well."""
        others = Channel.objects.filter(kind__in=family_kinds(self.network.family)).order_by("name", "id")
        return others.exclude(pk=self.channel.pk) if self.channel else others

    def _is_shared(self, described: SettingsField) -> bool:
        """Whether a field is the app's, not the account's."""
        return "same_app" in self.fields and (described.verifies or described.drawn)

    @cached_property
    def _app(self) -> dict[str, str]:
        """What is taken over from the account whose app is this one's, too."""
        chosen = str(self.data.get("same_app", "")) if "same_app" in self.fields else ""
        sibling = self._siblings().filter(pk=int(chosen)).first() if chosen.isascii() and chosen.isdigit() else None
        held = opened(sibling.secrets) if sibling else {}
        return {one.name: held[one.name] for one in self._asked if self._is_shared(one) and one.name in held}

    def _network_field(self, described: SettingsField) -> NetworkField:
        other, among = described.only_if or ("", ())
        is_shared = self._is_shared(described) and not other
        hint = str(_("Not needed with the app of another channel.")) if is_shared else ""
        return NetworkField(
            bound=self[_PREFIX + described.name],
            applies=self._applies(described),
            depends=_PREFIX + other if other else "same_app" if is_shared else "",
            among=" ".join(among),
            hint=self._hint(other, among) if other else hint,
            name=described.name,
            drawn=self._drawn.get(described.name, ""),
            until=self._former.get(described.name),
        )

    @cached_property
    def _former(self) -> dict[str, datetime]:
        return dict(self.channel.former_secrets.values_list("name", "until")) if self.channel else {}

    def _help(self, described: SettingsField) -> str:
        if described.secret and described.name in self._kept:
            return str(_("Entered. Leave it empty to keep it."))
        if self._is_shared(described) and described.name in self._stored:
            return str(_("Stored. Leave it empty to keep it. A new one counts for all accounts of the same app."))
        if described.secret and described.name in self._stored:
            return str(_("Stored. Leave it empty to keep it."))
        return translated(described.help)

    def _is_used(self, fields: Sequence[NetworkField]) -> bool:
        """Whether something is set in one of the fields, or to be mended."""
        for field in fields:
            described = self._described[field.bound.name.removeprefix(_PREFIX)]
            given = str(field.bound.value() or "")
            if field.bound.errors or described.name in self._stored or given not in ("", "False", described.default):
                return True
        return False

    def _applies(self, described: SettingsField) -> bool:
        """Whether a field is asked for, given what is chosen in the one it depends on, and so on."""
        if self._is_shared(described) and described.name in self._app:
            return False
        if described.only_if is None:
            return True
        other, among = described.only_if
        chosen = str(self[_PREFIX + other].value() or self._described[other].default)
        return chosen in among and self._applies(self._described[other])

    def _hint(self, other: str, among: Sequence[str]) -> str:
        asked = self._described[other]
        words = [translated(label) for value, label in asked.choices if value in among]
        return _("Only for “%(label)s”: %(values)s") % {"label": translated(asked.label), "values": ", ".join(words)}

    def _is_wanted(self, described: SettingsField) -> bool:
        """Whether a field that applies has to be filled in."""
        is_optional = described.name in _INSTALLATION_HAS.get(self.network.kind, set())
        is_there = described.name in self._stored or described.name in self._kept or described.name in self._drawn
        return described.required and not is_optional and not is_there

    def _field(self, described: SettingsField) -> forms.Field:
        about: dict[str, Any] = {
            "label": translated(described.label),
            "help_text": self._help(described),
            # What depends on another field is asked for in `clean`, once that one is known.
            "required": self._is_wanted(described) and described.only_if is None and not self._is_shared(described),
        }
        if described.secret:
            widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
            return forms.CharField(widget=widget, max_length=4000, strip=False, **about)
        if described.kind == "number":
            return forms.IntegerField(min_value=0, **about)
        if described.kind == "boolean":
            return forms.BooleanField(**{**about, "required": False})
        if described.kind == "choice":
            choices = [(value, translated(label)) for value, label in described.choices]
            blank = [] if about["required"] or described.default else [("", "–")]
            return forms.ChoiceField(choices=[*blank, *choices], **about)
        return forms.CharField(max_length=2000, **about)


def _unsealed(kept: str) -> dict[str, str]:
    try:
        return opened(kept.encode())
    except (InvalidToken, ValueError):
        return {}


def _is_alias(address: str) -> bool:
    """A mail address, or all of a domain."""
    try:
        validate_email(f"anybody{address[1:]}" if address.startswith("*@") else address)
    except ValidationError:
        return False
    return True


def _initial(network: Adapter, channel: Channel | None) -> dict[str, Any]:
    """What the form starts from: the channel's values or the network's defaults; never a secret."""
    known = channel.settings if channel else {}
    settings_ = {
        _PREFIX + field.name: known.get(field.name, field.default if channel is None or field.kind == "choice" else "")
        for field in network.settings_fields
        if not field.secret
    }
    if channel is None:
        return {"language": "en", **settings_}
    return {
        **{name: getattr(channel, name) for name in _COMMON},
        "aliases": "\n".join(channel.aliases.order_by("address").values_list("address", flat=True)),
        **settings_,
    }
