"""What a back-test counts: plain numbers in dictionaries, whatever the number of tickets, and what becomes of them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import fsum, sqrt
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

from inbox.sla.enums import TargetKind
from inbox.sla.wallclock import at_tick

#: Breaches are counted by the quarter of an hour: all zones' hours and days are made of these.
QUARTER = 15 * 60 * 1_000_000

#: Of a judged run: the target, the team, the channel and the side; or the target, the quarter of an hour and the side.
Group = tuple[str, int | None, int, int]
Quarter = tuple[str, int, int]

MET, MISSED, OTHER = 0, 1, 2
"""How a run is judged; the others are running, paused, waived, without a target, or judged outside the period."""


class Tally:
    """The counts of what was; or of a draft, as what it makes of those in `beside` that it judges otherwise."""

    __slots__ = ("_beside", "_durations", "_gone", "_groups", "_quarters", "_spreads")

    def __init__(self, beside: Tally | None = None) -> None:
        self._beside = beside
        self._groups = Counter[Group]()
        self._quarters = Counter[Quarter]()
        self._durations: dict[str, array[float]] = {str(target): array("d") for target in TargetKind}
        self._gone: dict[str, array[float]] = {str(target): array("d") for target in TargetKind}
        self._spreads: dict[str, Mapping[str, float | int | None]] = {}

    def judge(self, target: str, side: int, at: int, team: int | None, channel: int, runs: int = 1) -> None:
        """Count a run that was met or missed at that instant (ticks); -1 for one that then was not."""
        self._groups[target, team, channel, side] += runs
        self._quarters[target, at // QUARTER, side] += runs

    def judge_all(self, groups: Iterable[Group], quarters: Iterable[Quarter]) -> None:
        """Count many runs that were met or missed."""
        self._groups.update(groups)
        self._quarters.update(quarters)

    def time(self, target: str, seconds: float) -> None:
        """Count how long a run took that ended with what it waited for."""
        self._durations[target].append(seconds)

    def time_instead(self, target: str, before: float | None, seconds: float | None) -> None:
        """Count how long a run would have taken in place of how long it took."""
        if before is not None:
            self._gone[target].append(before)
        if seconds is not None:
            self._durations[target].append(seconds)

    def result(self, zone: ZoneInfo) -> dict[str, Any]:
        """The counts, all of them by now, as values that can be stored, with hours and days of this zone.

        {target: {"met", "missed", "n", "median", "p90", "mean", "teams": [[id, met, missed]], "channels": the same,
        "days": [[ISO date, met, missed]], "hours": [[weekday (Monday 1), hour, missed]]}}; lengths in seconds.
        """
        groups, quarters = Counter(self._groups), Counter(self._quarters)
        if self._beside is not None:
            groups.update(self._beside._groups)
            quarters.update(self._beside._quarters)
        return {str(target): self._of(str(target), groups, quarters, zone) for target in TargetKind}

    def _of(self, target: str, groups: Counter[Group], quarters: Counter[Quarter], zone: ZoneInfo) -> dict[str, Any]:
        teams, channels, days, hours = (dict[Any, list[int]]() for _ in range(4))
        total = [0, 0]
        for (of, team, channel, side), count in groups.items():
            if of == target and count:
                for sums in (total, _of_key(teams, team), _of_key(channels, channel)):
                    sums[side] += count
        for (of, quarter, side), count in quarters.items():
            if of == target and count:
                day, hour = _day_and_hour(quarter, zone)
                _of_key(days, day)[side] += count
                _of_key(hours, hour)[side] += count
        return {
            "met": total[MET],
            "missed": total[MISSED],
            **self._spread(target),
            "teams": [[key, *counted] for key, counted in teams.items()],
            "channels": [[key, *counted] for key, counted in channels.items()],
            "days": [[key, *counted] for key, counted in sorted(days.items())],
            "hours": [[*key, counted[MISSED]] for key, counted in sorted(hours.items()) if counted[MISSED]],
        }

    def _spread(self, target: str) -> Mapping[str, float | int | None]:
        if self._beside is not None and not self._durations[target] and not self._gone[target]:
            return self._beside._spread(target)
        if target not in self._spreads:
            self._spreads[target] = _spread(self._times(target))
        return self._spreads[target]

    def _times(self, target: str) -> Sequence[float]:
        if self._beside is None:
            return self._durations[target]
        times = Counter(self._beside._times(target))
        times.update(self._durations[target])
        times.subtract(self._gone[target])
        return list(times.elements())


@lru_cache(maxsize=20_000)
def _day_and_hour(quarter: int, zone: ZoneInfo) -> tuple[str, tuple[int, int]]:
    """The day of a quarter in a zone, as ISO date, and its weekday (Monday 1) with the hour."""
    local = at_tick(quarter * QUARTER).astimezone(zone)
    return local.date().isoformat(), (local.isoweekday(), local.hour)


def _of_key(sums: dict[Any, list[int]], key: object) -> list[int]:
    return sums.setdefault(key, [0, 0])


def _spread(seconds: Sequence[float]) -> dict[str, float | int | None]:
    values = sorted(seconds)
    mean = fmean(values) if values else None
    return {
        "n": len(values),
        "median": _percentile(values, 0.5),
        "p90": _percentile(values, 0.9),
        "mean": mean,
        "deviation": _deviation(values, mean) if mean is not None and len(values) > 1 else None,
    }


def _deviation(values: Sequence[float], mean: float) -> float:
    """As `statistics.stdev`, which takes a hundred times as long to be right beyond the last digit."""
    return sqrt(fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _percentile(values: list[float], share: float) -> float | None:
    """As PostgreSQL's `percentile_cont`: interpolated."""
    if not values:
        return None
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)
