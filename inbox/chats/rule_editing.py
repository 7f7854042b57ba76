"""The verbs by which rules that speak first are written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.chats.rule_enums import PageMatch, RuleWhen
from inbox.chats.rule_models import ChatRule, ChatRuleText
from inbox.chats.settings import needs_admin
from inbox.common.text import one_line, storable
from inbox.tickets.changes import System

MOST_RULES = 20
MOST_TEXT = 300
#: Numbers with the least and the most that they may be; None where a rule need not say.
_NUMBERS: Mapping[str, tuple[int, int]] = {"seconds": (0, 3600), "visits_at_least": (1, 1000)}
_FIELDS = (
    "name",
    "is_active",
    "author",
    "page_match",
    "page",
    "seconds",
    "cart_at_least",
    "visits_at_least",
    "languages",
    "when",
    "again_after_days",
    "from_hour",
    "to_hour",
)


class InvalidRule(ValueError):
    """What can't be stored; `errors` are sentences by the name of what is wrong."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(sentence for said in errors.values() for sentence in said))
        self.errors = dict(errors)


def with_figures(channel: Channel) -> QuerySet[ChatRule]:
    """The channel's rules in their order, each with how often it was shown, to how many, and how many answered."""
    return (
        ChatRule.objects.filter(channel=channel)
        .select_related("author")
        .prefetch_related("texts")
        .annotate(
            shown_times=Coalesce(Sum("shown__times"), 0),
            answered=Count("shown", filter=Q(shown__answered_at__isnull=False)),
            dismissed=Count("shown", filter=Q(shown__dismissed_at__isnull=False)),
        )
        .order_by("position", "id")
    )


def add_rule(channel: Channel, *, texts: Mapping[str, str], by: Agent | System, **values: Any) -> ChatRule:
    """A new rule behind the others. `values` are its fields. Raises `InvalidRule`."""
    needs_admin(by)
    with transaction.atomic():
        Channel.objects.select_for_update().get(pk=channel.pk)
        positions = list(channel.chat_rules.values_list("position", flat=True))
        if len(positions) >= MOST_RULES:
            raise InvalidRule({"name": [_("A chat has at most %(count)s rules.") % {"count": MOST_RULES}]})
        rule = ChatRule(channel=channel, position=max(positions, default=-1) + 1)
        return _store(rule, values, texts)


def edit_rule(rule: ChatRule, *, texts: Mapping[str, str], by: Agent | System, **values: Any) -> ChatRule:
    """Change a rule; what is not named stays. To whom it spoke already it does not speak again for it."""
    needs_admin(by)
    with transaction.atomic():
        return _store(ChatRule.objects.select_for_update().get(pk=rule.pk), values, texts)


def move_rule(rule: ChatRule, places: int, *, by: Agent | System) -> None:
    """Put a rule before (negative) or behind others; the first that fits speaks."""
    needs_admin(by)
    with transaction.atomic():
        rules = list(ChatRule.objects.select_for_update().filter(channel=rule.channel_id).order_by("position", "id"))
        at = next(number for number, one in enumerate(rules) if one.pk == rule.pk)
        rules.insert(max(0, min(len(rules) - 1, at + places)), rules.pop(at))
        for number, one in enumerate(rules):
            one.position = number
        ChatRule.objects.bulk_update(rules, ["position"])


def remove_rule(rule: ChatRule, *, by: Agent | System) -> None:
    """Remove a rule with its figures; what was said stays in the tickets."""
    needs_admin(by)
    rule.delete()


def _store(rule: ChatRule, values: Mapping[str, Any], texts: Mapping[str, str]) -> ChatRule:
    if unknown := set(values) - set(_FIELDS):
        raise TypeError(f"A rule has no {unknown}.")
    for name, value in values.items():
        setattr(rule, name, value)
    rule.name = one_line(storable(rule.name), 80)
    rule.page = storable(rule.page).strip()[:300]
    said = {language: storable(text).strip() for language, text in texts.items()}
    if errors := _wrong(rule) | _wrong_texts(rule, said):
        raise InvalidRule(errors)
    rule.save()
    rule.texts.all().delete()
    ChatRuleText.objects.bulk_create(
        ChatRuleText(rule=rule, language=language, text=text) for language, text in said.items() if text
    )
    return rule


def _wrong(rule: ChatRule) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not rule.name:
        errors["name"] = [_("Give it a name for your own eyes, such as “Full cart”.")]
    if rule.page_match not in PageMatch.values or rule.when not in RuleWhen.values:
        errors["when"] = [_("Choose one of them.")]
    if rule.page_match != PageMatch.ANY and not rule.page:
        errors["page"] = [_("Write a part of the address, such as “/cart”, or choose any page.")]
    for name, (least, most) in _NUMBERS.items():
        value = getattr(rule, name)
        if not isinstance(value, int) or not least <= value <= most:
            sentence = _("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
            errors[name] = [sentence]
    if rule.again_after_days is not None and not 1 <= rule.again_after_days <= 365:
        errors["again_after_days"] = [_("Write a number of days from 1 to 365, or nothing: then he is asked once.")]
    if rule.cart_at_least is not None and not Decimal(0) < rule.cart_at_least < Decimal(10**9):
        errors["cart_at_least"] = [_("Write an amount above 0, or nothing: then the cart does not matter.")]
    if rule.from_hour == rule.to_hour:
        errors["to_hour"] = [_("The hours have no length: let them end later than they begin.")]
    if unknown := [one for one in rule.languages if one not in dict(settings.LANGUAGES)]:
        errors["languages"] = [_("There is no such language: %(names)s.") % {"names": ", ".join(unknown)}]
    return errors


def _wrong_texts(rule: ChatRule, texts: Mapping[str, str]) -> dict[str, list[str]]:
    errors = {
        f"text-{language}": [_("At most %(count)s characters.") % {"count": MOST_TEXT}]
        for language, text in texts.items()
        if len(text) > MOST_TEXT or language not in dict(settings.LANGUAGES)
    }
    own = rule.channel.language
    if not texts.get(own):
        errors[f"text-{own}"] = [_("Write what it says: this is the chat's own language.")]
    return errors
