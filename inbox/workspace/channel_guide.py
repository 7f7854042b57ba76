"""How an account is connected, step by step: what to do at the network, what to copy there, what to bring back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from channels_adapters.contracts import Adapter, Capabilities, GuideStep
from channels_adapters.registry import adapter, kinds, package_of
from inbox.channels.access import account, drawn_address, drawn_secret, family_address, hook_address, opened
from inbox.channels.models import Channel
from inbox.workspace.channel_form import ChannelForm, NetworkField
from inbox.workspace.channel_presets import PRESETS
from inbox.workspace.templatetags.ui import channel_kind
from inbox.workspace.wording import duration, translated

#: What most begin with.
_FIRST = ("email", "livechat")
_CALLBACK = "{callback}"
_NEEDS: Mapping[str, str] = {
    "email": gettext_noop("A mailbox at any provider, or mail that is sent here"),
    "livechat": gettext_noop("One line in your site's pages"),
    "api": gettext_noop("A program of your own that sends and takes messages"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do at the network. `pieces` are its text, our address belongs between them; `address` is a field."""

    number: int
    title: str
    pieces: Sequence[str]
    link: str
    fields: Sequence[NetworkField]
    address: forms.BoundField | None

    @property
    def shows_callback(self) -> bool:
        """Whether our address is to be copied here."""
        return len(self.pieces) > 1


@dataclass(frozen=True, slots=True)
class Guide:
    """The steps at the network, and what is left to be asked besides."""

    steps: Sequence[Step]
    others: Sequence[NetworkField]
    asks_address: bool
    callback: str

    @property
    def last(self) -> int:
        """The number of the last step, in the workspace."""
        return len(self.steps) + 1

    @property
    def tells_callback(self) -> bool:
        """Whether one of the steps says what to do with our address."""
        return any(step.shows_callback for step in self.steps)


@dataclass(frozen=True, slots=True)
class Card:
    """A kind that can be connected: what it is, what it can do, what it takes to connect it."""

    kind: str
    name: str
    can: Sequence[str]
    needs: str
    steps: int
    package: str


@dataclass(frozen=True, slots=True)
class Copied:
    """A secret of ours that the network has not used yet: it may have to be copied once more."""

    label: str
    value: str


def cards() -> list[Card]:
    """All kinds that can be connected, those first that most begin with."""
    order = {kind: number for number, kind in enumerate(_FIRST)}
    found = [_card(adapter(kind)) for kind in kinds()]
    return sorted(found, key=lambda card: (order.get(card.kind, len(order)), bool(card.package), card.name.lower()))


def guide_of(form: ChannelForm) -> Guide:
    """The guide of the form's network, with the form's fields under the steps that yield them."""
    network, fields = form.network, form.network_fields
    callback = _callback(form)
    steps = [_step(number, one, form) for number, one in enumerate(network.guide, 1)]
    told = {name for one in network.guide for name in one.fields}
    return Guide(
        steps=steps,
        others=[field for name, field in fields.items() if name not in told],
        asks_address="address" not in told,
        callback=callback if "push_to_us" in network.capabilities.inbound else "",
    )


def form_context(form: ChannelForm) -> dict[str, Any]:
    """What the page of the form is made of: a mailbox's has providers to choose from, the others' are guided."""
    is_mail = form.network.kind == "email"
    return {
        "form": form,
        "network": form.network,
        "channel": form.channel,
        "guide": None if is_mail else guide_of(form),
        "presets": PRESETS if is_mail else (),
        "callback": settings.SITE_URL + reverse("workspace:oauth"),
    }


def to_copy(channel: Channel) -> list[Copied]:
    """Secrets we drew for the channel, for as long as its network has sent nothing that proves it has them."""
    if channel.hook_number is None or channel.first_hook_at is not None:
        return []
    stored = opened(channel.secrets)
    drawn = [(one, drawn_secret(channel.hook_number, one.name)) for one in adapter(channel.kind).settings_fields]
    return [Copied(translated(one.label), value) for one, value in drawn if one.drawn and stored.get(one.name) == value]


def hook_shown(channel: Channel) -> str:
    """Where the channel's network brings what is new; "" for one that is asked instead."""
    if channel.kind not in kinds():
        return ""
    network = adapter(channel.kind)
    is_asked = channel.kind != "email" and bool(network.places(account(channel)))
    return hook_address(channel) if "push_to_us" in network.capabilities.inbound and not is_asked else ""


def is_shared(channel: Channel) -> bool:
    """Whether the address is that of an app with several accounts."""
    return channel.kind in kinds() and bool(adapter(channel.kind).family)


def _callback(form: ChannelForm) -> str:
    if form.channel is not None:
        return hook_address(form.channel)
    family = form.network.family
    return family_address(family) if family else drawn_address(form.network.kind, form.number or 0)


def _step(number: int, step: GuideStep, form: ChannelForm) -> Step:
    return Step(
        number=number,
        title=translated(step.title),
        pieces=translated(step.text).split(_CALLBACK),
        link=step.link if step.link.startswith("https://") else "",
        fields=[form.network_fields[name] for name in step.fields if name in form.network_fields],
        address=form["address"] if "address" in step.fields else None,
    )


def _card(network: Adapter) -> Card:
    wanted = [
        translated(field.label)
        for field in network.settings_fields
        if field.required and not field.drawn and field.only_if is None and field.kind == "text"
    ]
    return Card(
        kind=network.kind,
        name=channel_kind(network.kind),
        can=_can(network.capabilities),
        needs=_(_NEEDS[network.kind]) if network.kind in _NEEDS else ", ".join(wanted),
        steps=len(network.guide),
        package=package_of(network.kind),
    )


def _can(can: Capabilities) -> list[str]:
    """What is worth knowing before one connects it."""
    said = []
    if can.files is None or can.files:
        said.append(_("files"))
    if can.buttons:
        said.append(_("buttons"))
    if can.receipts:
        said.append(_("receipts"))
    free = next((step.within for step in can.reply_window if step.way == "free"), None)
    if free is not None:
        said.append(_("answers within %(time)s") % {"time": duration(free)})
    return said
