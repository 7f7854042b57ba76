"""A back-test as it is sent, read by the rules of its page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.api.places import refused
from inbox.api.problems import Refused, pointer
from inbox.api.shapes.back_tests import HOURS, TERMS
from inbox.api.shapes.policies import named, terms_given
from inbox.common.clock import now
from inbox.common.text import one_line
from inbox.reports import back_test_drafts as drafts
from inbox.reports.back_test import MOST_DRAFTS
from inbox.reports.periods import Period
from inbox.sla.forms import InvalidTerms, terms_as_values, terms_from
from inbox.sla.opening import InvalidHours, hours_from, hours_of_version

ASKED = ("name", "first", "last", "time_zone", "drafts")
_DRAFT = ("name", "policies", "order", "calendars", "throughout")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be replayed."""

    name: str
    period: Period
    drafts: list[dict[str, Any]]


def asked(sent: Mapping[str, Any], by: Agent) -> Asked:
    """The back-test that was sent. Raises `Refused` with a sentence for every value at fault."""
    period = _period(sent, by)
    given = sent.get("drafts")
    if not isinstance(given, list) or not 0 < len(given) <= MOST_DRAFTS:
        raise refused({"drafts": [_("Send one draft or two.")]})
    usual = (_("Draft A"), _("Draft B"))
    found = [_draft(one, usual[number], f"drafts.{number}") for number, one in enumerate(given)]
    name = _text(sent, "name", "", drafts.LONGEST_NAME) or " / ".join(one["name"] for one in found)
    return Asked(name, period, found)


def _period(sent: Mapping[str, Any], by: Agent) -> Period:
    zone = _zone(sent.get("time_zone", by.time_zone))
    days = {name: _day(sent.get(name)) for name in ("first", "last")}
    wrong = {name: _("Give a day, such as 2026-03-31.") for name, day in days.items() if day is None}
    wrong |= drafts.wrong_with_period(days["first"], days["last"], now().astimezone(zone).date())
    first, last = days["first"], days["last"]
    if wrong or first is None or last is None:
        raise refused({name: [sentence] for name, sentence in wrong.items()})
    return Period(first, last, zone)


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(name)  # type: ignore[arg-type]
    except (KeyError, ValueError, OSError, TypeError) as problem:
        raise refused({"time_zone": [_("Give a time zone, such as Europe/Berlin.")]}) from problem


def _day(text: object) -> date | None:
    try:
        found = parse_date(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found and 1970 <= found.year < 2200 else None


def _text(sent: Mapping[str, Any], name: str, place: str, longest: int) -> str:
    if not isinstance(text := sent.get(name, ""), str):
        raise refused({f"{place}{name}": [_("Give a text.")]})
    return one_line(text, longest)


def _draft(sent: Any, usual_name: str, place: str) -> dict[str, Any]:
    given = _object(sent, _DRAFT, place)
    throughout = given.get("throughout", False)
    if not isinstance(throughout, bool):
        raise refused({f"{place}.throughout": [_("Say true or false.")]})
    policies = {str(policy.pk): version for policy, version in drafts.policies()}
    calendars = {str(calendar.pk): version for calendar, version in drafts.calendars()}
    said = _object(given.get("policies", {}), policies, f"{place}.policies")
    opened = _object(given.get("calendars", {}), calendars, f"{place}.calendars")
    terms, hours = [], []
    for pk, version in policies.items():
        if pk in said or throughout:
            at = f"{place}.policies.{pk}"
            one = _object(said.get(pk, {}), TERMS, at)
            with _told(at, partial(named, sent=one)):
                values = terms_as_values(version) | terms_given(one) | {"escalations": []}
                terms.append((version, terms_from(values, of=version.policy)))
    for pk, known in calendars.items():
        if pk in opened or throughout:
            at = f"{place}.calendars.{pk}"
            week = _object(opened.get(pk, {}), HOURS, at)
            with _told(at):
                hours.append((known, hours_from(asdict(hours_of_version(known)) | week)))
    name = _text(given, "name", f"{place}.", drafts.LONGEST_DRAFT_NAME) or usual_name
    return drafts.draft(name, terms, _order(given, policies, place), hours, throughout=throughout)


def _order(given: Mapping[str, Any], policies: Collection[str], place: str) -> list[int] | None:
    order = given.get("order")
    if order is None:
        return None
    is_list = isinstance(order, list) and all(type(pk) is int and str(pk) in policies for pk in order)
    if not is_list or len(set(order)) < len(order):
        raise refused({f"{place}.order": [_("List the ids of policies, each once.")]})
    return list(order)


def _object(sent: Any, known: Collection[str], place: str) -> dict[str, Any]:
    if not isinstance(sent, dict):
        raise refused({place: [_("Send a JSON object.")]})
    if strangers := [str(name) for name in sent if name not in known]:
        raise refused({f"{place}.{name}": [_("There is no such field, or it is only read.")] for name in strangers})
    return sent


@contextmanager
def _told(place: str, named_here: Callable[[list[str]], list[str]] = list) -> Iterator[None]:
    """Say of what the rules refuse where it stands in the request."""
    try:
        yield
    except Refused as problem:
        here = pointer(place.split("."))
        raise Refused((here + there, sentence) for there, sentence in problem.told) from problem
    except (InvalidTerms, InvalidHours) as problem:
        errors = {
            ".".join([place, *(named_here(name.split(".")) if name else [])]): sentences
            for name, sentences in problem.errors.items()
        }
        raise refused(errors) from problem
