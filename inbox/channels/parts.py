"""The ids that the parts of a reply have at its network, in their order, as far as they are told.

They are told by the call that sent them and by their echoes, in any order. A part that left for certain but whose id is
not told yet holds its place: parts leave one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from inbox.channels.models import Outgoing


@dataclass(frozen=True, slots=True)
class Told:
    """Ids of the parts from `first` on (the first of all has 0); None: of whatever comes after those known.

    `is_all`: nothing comes after them.
    """

    first: int | None
    ids: Sequence[str]
    is_all: bool = False


def joined(known: Sequence[str], told: Told, client_ref: UUID) -> list[str]:
    """All ids, each in its part's place. A second id of one part, which was sent twice, is kept behind the last."""
    ids = list(known)
    first = len(ids) if told.first is None else told.first
    for number, one in enumerate(told.ids, first):
        if one in ids:
            continue
        if number < len(ids) and ids[number] in ("", _untold(client_ref, number)):
            ids[number] = one
        elif number >= len(ids) or told.is_all:
            ids.append(one)
    return ids


def with_places(known: Sequence[str], count: int, client_ref: UUID) -> list[str]:
    """As many ids at least: those of parts that left for certain before one that is told now."""
    return [*known, *(_untold(client_ref, number) for number in range(len(known), count))]


def _untold(client_ref: UUID, number: int) -> str:
    return f"{client_ref}:{number + 1}"


def keep_ids(row: Outgoing, told: Told) -> None:
    """Write down what was told, beside what others wrote down meanwhile. Within a transaction."""
    row.external_ids = joined(stored_ids(row), told, row.client_ref)
    type(row)._default_manager.filter(pk=row.pk).update(external_ids=row.external_ids)


def stored_ids(row: Outgoing) -> list[str]:
    """The ids known by now; the row is locked until the transaction's end."""
    stored = type(row)._default_manager.select_for_update().filter(pk=row.pk)
    return list(stored.values_list("external_ids", flat=True).get())
