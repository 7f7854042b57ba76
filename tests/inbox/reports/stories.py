"""A week of tickets, through the real actions, whose figures were computed by hand.

Business hours are Monday to Friday, 8 to 17 UTC; the target of a reply is 4 h, of a resolution 27 h.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.reports.periods import last_days
from inbox.reports.scope import Scope
from inbox.tickets.actions import mark_spam, resolve, waive_reply
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from tests.inbox.questions import asks

UTC_ZONE = ZoneInfo("UTC")
#: A Friday, noon.
NOW = datetime(2026, 3, 13, 12, tzinfo=UTC)


def on(day: int, hour: int, minute: int = 0, second: int = 0, month: int = 3) -> datetime:
    """An instant of that March."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC)


def asked(channel: Channel, at: datetime, name: str, text: str = "Where is my order?") -> Ticket:
    """Somebody of that name writes at that time."""
    return asks(
        channel, 0, text, subject=f"{name}'s order", name=name, address=f"{name.lower()}@customers.example", at=at
    )


@dataclass(frozen=True)
class Week:
    """The tickets by what befell them."""

    prompt: Ticket
    overnight: Ticket
    late: Ticket
    overdue: Ticket
    fresh: Ticket
    waived: Ticket
    spam: Ticket
    before: Ticket


def week(support: Channel, ada: Agent, carl: Agent) -> Week:
    """Monday 9 to Friday 13 March 2026, and one ticket of the week before."""
    before = asked(support, on(2, 9), "Vera")
    reply(before, "Yes.", by=ada, at=on(2, 9, 30))
    resolve(before, by=ada, at=on(2, 10))
    prompt = asked(support, on(9, 9), "Bo")
    reply(prompt, "On its way.", by=ada, at=on(9, 10))
    resolve(prompt, by=ada, at=on(9, 11))
    overnight = asked(support, on(9, 16), "Kay")
    reply(overnight, "Tomorrow.", by=ada, at=on(10, 10))
    late = asked(support, on(10, 8), "Mia")
    reply(late, "Sorry for the wait.", by=carl, at=on(10, 14))
    spam = asked(support, on(10, 9), "Win")
    mark_spam(spam, by=ada, at=on(10, 9, 5))
    waived = asked(support, on(11, 9), "Ole")
    waive_reply(waived, by=ada, at=on(11, 9, 30))
    overdue = asked(support, on(12, 9), "Liv")
    fresh = asked(support, on(13, 11), "Nora")
    return Week(prompt, overnight, late, overdue, fresh, waived, spam, before)


def scope(**chosen: object) -> Scope:
    """The last seven days at `NOW`: 7 to 13 March."""
    return Scope(**{"period": last_days(7, date(2026, 3, 13), UTC_ZONE), "as_of": NOW, **chosen})
