"""The verbs of policies. Each counts from its instant on only: what is in force is added to, never changed.

A ticket keeps what was applied to it, and its running clocks keep their terms, until something happens to it that
makes it choose anew.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.sla.forms import Terms
from inbox.sla.models import Policy, PolicyStanding, PolicyVersion
from inbox.tickets.changes import System

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
_LEAST = timedelta(microseconds=1)


class ChangedMeanwhile(Exception):
    """The policy got another version since the one that the change was based on, which is `newest`."""

    def __init__(self, newest: PolicyVersion) -> None:
        super().__init__(f"version {newest.pk} was made meanwhile")
        self.newest = newest


def make_policy(terms: Terms, *, by: Agent | System, at: datetime | None = None) -> Policy:
    """A new policy, switched on. It stands last, or before the first that takes every ticket and leaves it none."""
    at = at or now()
    with transaction.atomic():
        listed = _locked()
        policy = Policy.objects.create(name=terms.name, position=len(listed))
        _write(policy, terms, by, at)
        everything = next((place for place, other in enumerate(listed) if _takes_all(other)), len(listed))
        place = everything if terms.conditions else len(listed)
        _line_up([*listed[:place], policy, *listed[place:]], by, at, new=policy)
    return policy


def change_policy(
    policy: Policy, terms: Terms, *, by: Agent | System, at: datetime | None = None, seen: int | None = None
) -> PolicyVersion:
    """Give a policy other terms, or another name; the version in force from now on. The same terms change nothing.

    `seen` is the id of the version that the change was based on. Raises `ChangedMeanwhile` when there is a newer one,
    and `Policy.DoesNotExist` when it was deleted meanwhile.
    """
    at = at or now()
    with transaction.atomic():
        stored = _lock(policy)
        newest = stored.versions.last()
        if seen is not None and newest and newest.pk != seen:
            raise ChangedMeanwhile(newest)
        if stored.name != terms.name:
            policy.name = stored.name = terms.name
            stored.save(update_fields=["name"])
        if newest and _same(newest, terms):
            return newest
        return _write(stored, terms, by, max(at, newest.in_force_from + _LEAST) if newest else at)


def move_policy(policy: Policy, place: int, *, by: Agent | System, at: datetime | None = None) -> None:
    """Put a policy at a place of the list, counted from 0; the others make room.

    Raises `Policy.DoesNotExist` when it was deleted meanwhile.
    """
    with transaction.atomic():
        listed = _locked()
        others = [other for other in listed if other.pk != policy.pk]
        moved = next((other for other in listed if other.pk == policy.pk), None)
        if moved is None:
            raise Policy.DoesNotExist
        place = min(max(place, 0), len(others))
        wanted = [*others[:place], moved, *others[place:]]
        if wanted != listed:
            _line_up(wanted, by, at or now())
    policy.position = moved.position


def switch_policy(policy: Policy, *, on: bool, by: Agent | System, at: datetime | None = None) -> None:
    """Let a policy be chosen, or not, from now on. Raises `Policy.DoesNotExist` when it was deleted meanwhile."""
    with transaction.atomic():
        stored = _lock(policy)
        if stored.is_active != on:
            _stand(stored, stored.position, on, by, at or now())
    policy.is_active = on


def delete_policy(policy: Policy, *, by: Agent | System, at: datetime | None = None) -> None:
    """Take a policy out of the list; the tickets it was applied to keep it. Deleting it twice changes nothing."""
    at = at or now()
    with transaction.atomic():
        stored = Policy.objects.select_for_update().get(pk=policy.pk)
        if stored.deleted_at is None:
            # Who did it is what its last standing tells.
            _stand(stored, stored.position, False, by, at)
            stored.deleted_at = at
            stored.save(update_fields=["deleted_at"])
    policy.deleted_at, policy.is_active = stored.deleted_at, stored.is_active


def _lock(policy: Policy) -> Policy:
    return Policy.objects.select_for_update().get(pk=policy.pk, deleted_at=None)


def _locked() -> list[Policy]:
    """The policies in their order, none of which changes until the transaction ends."""
    # Locked in one order by all, whatever the positions are just now.
    policies = list(Policy.objects.filter(deleted_at=None).order_by("id").select_for_update())
    return sorted(policies, key=lambda policy: (policy.position, policy.pk))


def _takes_all(policy: Policy) -> bool:
    newest = policy.versions.last()
    return bool(policy.is_active and newest and not newest.conditions)


def _line_up(policies: list[Policy], by: Agent | System, at: datetime, new: Policy | None = None) -> None:
    for position, policy in enumerate(policies):
        if policy is new:
            # Before its first version it is nowhere, so there is nothing to remember.
            policy.position = position
            policy.save(update_fields=["position"])
        elif policy.position != position:
            _stand(policy, position, policy.is_active, by, at)


def _stand(policy: Policy, position: int, is_active: bool, by: Agent | System, at: datetime) -> None:
    newest = policy.standings.last()
    if newest is None:
        newest = PolicyStanding.objects.create(
            policy=policy, in_force_from=_BEFORE_ALL, position=policy.position, is_active=policy.is_active
        )
    PolicyStanding.objects.create(
        policy=policy,
        in_force_from=max(at, newest.in_force_from),
        position=position,
        is_active=is_active,
        made_by=_agent(by),
    )
    policy.position, policy.is_active = position, is_active
    policy.save(update_fields=["position", "is_active"])


def _write(policy: Policy, terms: Terms, by: Agent | System, at: datetime) -> PolicyVersion:
    return PolicyVersion.objects.create(
        policy=policy,
        calendar_id=terms.calendar_id,
        in_force_from=at,
        conditions=terms.conditions,
        targets=terms.targets,
        pauses_on_hold=terms.pauses_on_hold,
        escalations=terms.escalations,
        made_by=_agent(by),
    )


def _same(version: PolicyVersion, terms: Terms) -> bool:
    return (
        version.calendar_id,
        version.conditions,
        version.targets,
        version.pauses_on_hold,
        version.escalations,
    ) == (terms.calendar_id, terms.conditions, terms.targets, terms.pauses_on_hold, terms.escalations)


def _agent(by: Agent | System) -> Agent | None:
    return by if isinstance(by, Agent) else None
