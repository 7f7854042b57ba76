"""Who is in the demo: the shop, its teams and agents, its opening hours, targets and tags."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

EN, RU, HANS, HANT = "en", "ru", "zh-hans", "zh-hant"
LANGUAGES = (EN, RU, HANS, HANT)
BILLING, SHIPPING = "billing", "shipping"

OSLO = ZoneInfo("Europe/Oslo")
WEEKLY: dict[int, list[tuple[time, time]]] = {day: [(time(8), time(17))] for day in range(5)} | {5: [], 6: []}
"""Opening hours by weekday (Monday 0) in Oslo time; the service targets run on them."""


@dataclass(frozen=True, slots=True)
class Company:
    """The shop: its brand name, its mail domain and the address customers write to."""

    name: str
    domain: str
    support_address: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Team:
    """A team by key and name, with the words shown beside it."""

    key: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class DemoAgent:
    """A colleague: `role` is admin, lead or agent; `signed` maps a language to the name under a reply.

    `leads` are the teams he leads: he gets back to their unhappy customers.
    """

    key: str
    name: str
    email: str
    role: str
    teams: tuple[str, ...]
    languages: tuple[str, ...]
    signed: tuple[tuple[str, str], ...]
    gender: str
    leads: tuple[str, ...] = ()

    def signature(self, language: str) -> str:
        """The agent's name as customers of that language read it."""
        return dict(self.signed).get(language, self.name.split()[0])


@dataclass(frozen=True, slots=True)
class Target:
    """What the shop promises for a priority, in opening hours unless `runs_around_the_clock`."""

    first_response: timedelta
    next_response: timedelta
    resolution: timedelta
    runs_around_the_clock: bool = False


@dataclass(frozen=True, slots=True)
class Shoe:
    """A model in the range; the price is in whole euro."""

    name: str
    price: int


COMPANY = Company("Nordlys Shoes", "nordlys.example", "support@nordlys.example", "Europe/Oslo")

TEAMS = (
    Team(BILLING, "Billing", "Payments, refunds, invoices and partners"),
    Team(SHIPPING, "Shipping", "Parcels, exchanges, returns and everything about shoes"),
)

AGENTS = (
    DemoAgent(
        "anna",
        "Anna Nilsen",
        "anna@nordlys.example",
        "lead",
        (BILLING,),
        (EN, RU),
        ((EN, "Anna"), (RU, "Анна")),
        "f",
        leads=(BILLING,),
    ),
    DemoAgent(
        "carl",
        "Carl Meyer",
        "carl@nordlys.example",
        "agent",
        (BILLING, SHIPPING),
        (EN, RU),
        ((EN, "Carl"), (RU, "Карл")),
        "m",
    ),
    DemoAgent(
        "li",
        "Li Wen",
        "li.wen@nordlys.example",
        "agent",
        (SHIPPING,),
        (EN, HANS, HANT),
        ((EN, "Li Wen"), (HANS, "李雯"), (HANT, "李雯")),
        "f",
        leads=(SHIPPING,),
    ),
    DemoAgent("maja", "Maja Holm", "maja@nordlys.example", "admin", (), (EN,), ((EN, "Maja"),), "f"),
)
AGENT_BY_KEY = {agent.key: agent for agent in AGENTS}

TARGETS = {
    "low": Target(timedelta(hours=8), timedelta(hours=8), timedelta(hours=45)),
    "normal": Target(timedelta(hours=4), timedelta(hours=4), timedelta(hours=27)),
    "high": Target(timedelta(hours=2), timedelta(hours=2), timedelta(hours=18)),
    "urgent": Target(timedelta(hours=1), timedelta(hours=1), timedelta(hours=8), runs_around_the_clock=True),
}

TAGS = (
    "account",
    "address",
    "api",
    "bulk",
    "care",
    "complaint",
    "customs",
    "delivery",
    "exchange",
    "gift card",
    "invoice",
    "label",
    "order",
    "other",
    "payment",
    "praise",
    "product",
    "refund",
    "returns",
    "size",
    "spam",
    "stores",
    "warranty",
    "wholesale",
)

SHOES = (
    Shoe("Trail Runner", 89),
    Shoe("Fjell Trail", 129),
    Shoe("Aurora Runner", 119),
    Shoe("Brygge Loafer", 99),
    Shoe("Vinter Boot", 179),
    Shoe("Skog Hiker", 159),
    Shoe("Havn Sneaker", 89),
    Shoe("Oslo Derby", 149),
    Shoe("Polar Chelsea", 169),
    Shoe("Tinde Mid", 189),
)

LABEL_CHANGE_DAYS_AGO = 12
"""Since that many days a return needs no printed label: the shop mails a code to show on the phone."""

OUTAGE_DAYS_AGO = 20
"""That many days ago (or on the last working day before) the carrier's sorting centre stood still."""


def outage_day(today: date) -> date:
    """The working day of the carrier's breakdown, seen from `today`."""
    day = today - timedelta(days=OUTAGE_DAYS_AGO)
    return day - timedelta(days=max(0, day.weekday() - 4))
