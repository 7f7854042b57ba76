"""How fast things go in the demo: when mail arrives, how long replies take, when customers answer."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

from inbox.demo.cast import OSLO, TARGETS, outage_day
from inbox.demo.customers import Customer
from inbox.demo.hours import DESK

_BY_WEEKDAY = (1.25, 1.15, 1.0, 1.0, 0.9, 0.4, 0.45)
_BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 9, 17, 20, 19, 16, 10, 14, 16, 14, 11, 8, 7, 8, 9, 7, 4, 2)
_MEDIAN_REPLY = {"low": 55.0, "normal": 30.0, "high": 18.0, "urgent": 11.0}
_LATE_SHARE, _LATE_SHARE_IN_OUTAGE = 0.04, 0.6


def arrival_day(first: date, last: date, rng: Random) -> date:
    """A day from `first` to `last`: more on Mondays, fewer at the week-end."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return rng.choices(days, [_BY_WEEKDAY[day.weekday()] for day in days])[0]


def arrival_time(day: date, zone: ZoneInfo, rng: Random) -> datetime:
    """A moment of that day in Oslo: peaks in the morning and afternoon, a dip at lunch, hardly anybody at night."""
    hour = rng.choices(range(24), _by_hour(day, zone))[0]
    return datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), OSLO).astimezone(UTC)


@lru_cache(maxsize=1024)
def _by_hour(day: date, zone: ZoneInfo) -> list[float]:
    """How much of a day's mail arrives in each of its hours in Oslo, from somebody who sleeps in `zone`."""
    return [
        weight * (0.04 if datetime.combine(day, time(hour), OSLO).astimezone(zone).hour < 7 else 1)
        for hour, weight in enumerate(_BY_HOUR)
    ]


def reply_time(asked: datetime, priority: str, now: datetime, rng: Random) -> datetime:
    """When an agent answers what came at `asked`: mostly well within the target, on the outage's days often late."""
    target = TARGETS[priority].first_response / timedelta(minutes=1)
    broken = outage_day(now.astimezone(OSLO).date())
    in_outage = timedelta() <= asked.astimezone(OSLO).date() - broken <= timedelta(days=1)
    if rng.random() < (_LATE_SHARE_IN_OUTAGE if in_outage else _LATE_SHARE):
        minutes = target * rng.uniform(1.03, 2.3 if in_outage else 1.6)
    else:
        minutes = min(_MEDIAN_REPLY[priority] * rng.lognormvariate(0, 0.85), target * 0.72)
    return DESK.after(asked, timedelta(seconds=round(60 * max(3.0, minutes))))


def answer_time(answered: datetime, customer: Customer, rng: Random) -> datetime:
    """When a customer answers what we wrote at `answered`: in hours, not at his night."""
    at = answered + timedelta(seconds=round(3600 * min(60.0, max(0.1, 3.0 * rng.lognormvariate(0, 1.0)))))
    return awake(at, customer, rng)


def awake(at: datetime, customer: Customer, rng: Random) -> datetime:
    """The moment itself, or the next morning when it is night where the customer lives."""
    local = at.astimezone(ZoneInfo(customer.time_zone))
    if 7 <= local.hour < 23:
        return at
    morning = local.date() + timedelta(days=1 if local.hour >= 23 else 0)
    minutes = timedelta(minutes=rng.randint(5, 150), seconds=rng.randrange(60))
    return (datetime.combine(morning, time(7), local.tzinfo) + minutes).astimezone(UTC)
