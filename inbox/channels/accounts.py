"""Changing a connected account: name and route, settings and secrets, addresses, texts, whether it is on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from channels_adapters.registry import adapter, family_kinds
from inbox.agents.models import Team
from inbox.channels.access import opened, sealed
from inbox.channels.account_models import FormerSecret, Renewal
from inbox.channels.models import Channel, ChannelAlias, ChannelText
from inbox.common.clock import now

#: For so long a secret that was replaced still verifies what arrives.
FORMER_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Texts:
    """What a channel says by itself in one language; empty ones are said in the product's own words, or not at all."""

    signature: str = ""
    acknowledgement_subject: str = ""
    acknowledgement: str = ""


def change_account(
    channel: Channel,
    *,
    address: str,
    name: str,
    brand: str,
    language: str,
    team: Team | None,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
    at: datetime | None = None,
) -> Channel:
    """Change a channel. Settings are replaced; of the secrets those given are, the others stay as they are stored.

    A secret that verifies what arrives does so for another `FORMER_FOR` when it is replaced: networks change over late.
    Accounts of the same app, which have the same one, get the new one too.
    """
    with transaction.atomic():
        channel = Channel.objects.select_for_update().get(pk=channel.pk)
        channel.address = address.strip().lower() if channel.kind == "email" else address
        channel.name, channel.brand, channel.language, channel.team = name, brand, language, team
        channel.settings = dict(settings)
        for sibling in _of_the_same_app(channel, secrets):
            shared = {name: secrets[name] for name in _verifying(sibling.kind) if secrets.get(name)}
            _keep(sibling, {**shared, **_former(sibling, shared, at or now())})
            sibling.save(update_fields=["secrets"])
        _keep(channel, {**secrets, **_former(channel, secrets, at or now())})
        channel.save()
        if any(secrets.values()):
            settle_news(channel, at=at)
            if _lets_us_in(channel.kind, secrets):
                forget_expiry(channel)
        # What could not be reached with the old settings is tried with the new ones at once.
        channel.pollers.update(next_attempt_at=None)
    return channel


def keep_tokens(channel: Channel, secrets: Mapping[str, str]) -> Channel:
    """Store what a provider gave; the other secrets stay. What could not get in without it is tried again at once."""
    with transaction.atomic():
        channel = Channel.objects.select_for_update().get(pk=channel.pk)
        _keep(channel, secrets)
        channel.save(update_fields=["secrets"])
        settle_news(channel)
        channel.pollers.exclude(fault="").update(next_attempt_at=None)
    return channel


def settle_news(channel: Channel, *, at: datetime | None = None) -> None:
    """What was wrong with the account is history: it has been connected again."""
    channel.news.filter(settled_at=None).update(settled_at=at or now())


def forget_expiry(channel: Channel) -> None:
    """New credentials end at another time, which is asked for at once."""
    Renewal.objects.filter(channel=channel).update(
        expires_at=None, learned_at=None, fault="", error="", attempts=0, next_attempt_at=None
    )


def end_former_secret(channel: Channel, name: str) -> None:
    """Refuse what is signed with the secret that was replaced from now on. Done twice, it changes nothing."""
    with transaction.atomic():
        channel = Channel.objects.select_for_update().get(pk=channel.pk)
        if channel.former_secrets.filter(name=name).delete()[0]:
            kept = {key: value for key, value in opened(channel.secrets).items() if key != f"{name}_before"}
            channel.secrets = sealed(kept)
            channel.save(update_fields=["secrets"])


def forget_former_secrets(*, at: datetime | None = None) -> int:
    """End the former secrets whose time is over; how many there were."""
    over = list(FormerSecret.objects.filter(until__lte=at or now()).select_related("channel"))
    for former in over:
        end_former_secret(former.channel, former.name)
    return len(over)


def set_aliases(channel: Channel, addresses: Iterable[str]) -> None:
    """Make these the channel's further addresses: `sales@example.org`, or `*@example.org` for all of a domain."""
    wanted = {address.strip().lower() for address in addresses} - {channel.address}
    with transaction.atomic():
        channel.aliases.exclude(address__in=wanted).delete()
        known = set(channel.aliases.values_list("address", flat=True))
        ChannelAlias.objects.bulk_create(
            ChannelAlias(channel=channel, address=address) for address in sorted(wanted - known)
        )


def change_texts(channel: Channel, *, acknowledges: bool, texts: Mapping[str, Texts]) -> Channel:
    """Change what the channel says by itself, by language, and whether it says that a message has arrived."""
    with transaction.atomic():
        channel = Channel.objects.select_for_update().get(pk=channel.pk)
        channel.acknowledges = acknowledges
        channel.save(update_fields=["acknowledges"])
        for language, said in texts.items():
            if said == Texts():
                channel.texts.filter(language=language).delete()
                continue
            values = {
                "signature": said.signature,
                "acknowledgement_subject": said.acknowledgement_subject,
                "acknowledgement": said.acknowledgement,
            }
            ChannelText.objects.update_or_create(channel=channel, language=language, defaults=values)
    return channel


def renew_hook(channel: Channel, *, version: int) -> Channel:
    """Give the channel another address for webhooks; what is sent to the one of `version` is refused from now on."""
    Channel.objects.filter(pk=channel.pk, hook_version=version).update(
        hook_version=F("hook_version") + 1, hook_number=None, first_hook_at=None
    )
    channel.refresh_from_db(fields=["hook_version", "hook_number", "first_hook_at"])
    return channel


def switch(channel: Channel, *, on: bool) -> Channel:
    """Switch a channel on or off: what is off takes nothing in; replies in its tickets still leave."""
    Channel.objects.filter(pk=channel.pk).update(is_active=on)
    channel.is_active = on
    return channel


def _lets_us_in(kind: str, given: Mapping[str, str]) -> bool:
    """Whether there are some among these by which the network knows us, and not we the network."""
    known_to_us = {one for name in _verifying(kind) for one in (name, f"{name}_before")}
    return any(value for name, value in given.items() if name not in known_to_us)


def _verifying(kind: str) -> list[str]:
    return [field.name for field in adapter(kind).settings_fields if field.verifies]


def _of_the_same_app(channel: Channel, given: Mapping[str, str]) -> list[Channel]:
    """Accounts of its family that have what is replaced now."""
    replaced = {name: one for name, one in opened(channel.secrets).items() if given.get(name, one) != one}
    kinds = family_kinds(adapter(channel.kind).family) if replaced else ()
    others = Channel.objects.select_for_update().filter(kind__in=kinds).exclude(pk=channel.pk).order_by("id")
    return [one for one in others if _have_the_same(opened(one.secrets), replaced, _verifying(one.kind))]


def _have_the_same(held: Mapping[str, str], replaced: Mapping[str, str], names: Iterable[str]) -> bool:
    common = [name for name in names if name in replaced]
    return bool(common) and all(held.get(name) == replaced[name] for name in common)


def _former(channel: Channel, given: Mapping[str, str], at: datetime) -> dict[str, str]:
    """The secrets that are replaced now and verify for a while yet, under their names of then."""
    stored = opened(channel.secrets)
    former = {
        f"{field.name}_before": stored[field.name]
        for field in adapter(channel.kind).settings_fields
        if field.verifies and given.get(field.name) and stored.get(field.name, given[field.name]) != given[field.name]
    }
    for name in former:
        FormerSecret.objects.update_or_create(
            channel=channel, name=name.removesuffix("_before"), defaults={"until": at + FORMER_FOR}
        )
    return former


def _keep(channel: Channel, secrets: Mapping[str, str]) -> None:
    if given := {key: value for key, value in secrets.items() if value}:
        stored = opened(channel.secrets)
        if _lets_us_in(channel.kind, given):
            # When the old ones would have ended says nothing about the new ones.
            stored.pop("expires_at", None)
        channel.secrets = sealed({**stored, **given})
