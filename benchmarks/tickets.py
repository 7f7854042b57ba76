"""Very many tickets with their logs, clocks and figures, made in the database out of two thousand.

The few are told event by event and their clocks are those of the engine. Each is then copied by the database itself:
what is over, whole weeks earlier (in hours without holidays and daylight saving a week earlier is the same to the
microsecond), what is still waiting, seconds earlier, on a policy that counts all hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model

    from inbox.agents.models import Agent, Team
    from inbox.channels.models import Channel
    from inbox.customers.models import Customer
    from inbox.sla.models import PolicyVersion
    from inbox.tickets.models import Ticket

#: A Monday: the instant at which all this is looked at.
PRESENT = datetime(2026, 6, 29, tzinfo=UTC)
#: So many stories are told, of tickets that are over and of those that wait.
OVER, WAITING = 2000, 250
#: What is over is spread over so many weeks; so many of them are the period of a back-test.
WEEKS, PERIOD_WEEKS = 78, 13
#: A waiting ticket has two clocks; so many of all tickets wait.
WAITING_SHARE = 0.1
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class Tickets:
    """The told ones, and as many copies of them as are asked for."""

    def __init__(self, seed: int = 1) -> None:
        self._rng = Random(seed)
        self._made = {"over": 1, "waiting": 1}
        self._tell()

    def grow(self, tickets: int) -> None:
        """Copy until there are so many tickets."""
        from django.db import connection

        wanted = {
            "waiting": max(1, round(tickets * WAITING_SHARE / WAITING)),
            "over": max(1, round(tickets * (1 - WAITING_SHARE) / OVER)),
        }
        with connection.cursor() as cursor, _without_indexes(cursor):
            for what, count in wanted.items():
                self._copy(cursor, what, self._made[what], count)
                self._made[what] = max(count, self._made[what])
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) inbox_ticket, inbox_ticketevent, inbox_clock, inbox_ticketfigures")

    def _copy(self, cursor: Any, what: str, first: int, end: int) -> None:
        """The copies from `first` to before `end`, one statement a table."""
        from inbox.sla.models import Clock, TicketFigures
        from inbox.tickets.models import Ticket, TicketEvent

        # Copies of both kinds take turns in the numbers above those told.
        tickets, events, clocks = (f"{step}::bigint * (2 * n + {int(what == 'waiting')})" for step in self._steps)
        shift = f"(n % {WEEKS}) * interval '7 days'" if what == "over" else "n * interval '37 seconds'"
        for model, offsets in (
            (Ticket, {"id": tickets}),
            (TicketEvent, {"id": events, "ticket_id": tickets}),
            (Clock, {"id": clocks, "ticket_id": tickets, "started_by_id": events, "stopped_by_id": events}),
            (TicketFigures, {"ticket_id": tickets}),
        ):
            own, told = "id" if model is Ticket else "ticket_id", model._meta.db_table
            names, values = _copied(model, offsets, shift)
            # Else each copy would look through all those before it.
            cursor.execute(
                f"CREATE TEMPORARY TABLE told AS SELECT * FROM {told} WHERE {own} BETWEEN %s AND %s", self._ranges[what]
            )
            cursor.execute(
                f"INSERT INTO {told} ({names}) SELECT {values} FROM generate_series({first}, {end - 1}) n, told "
                f"ORDER BY n, told.{own}"
            )
            cursor.execute("DROP TABLE told")

    def _tell(self) -> None:
        from inbox.agents.models import Team
        from inbox.customers.models import Customer
        from inbox.reports.verify import rebuild
        from inbox.sla.models import Clock, PolicyVersion
        from inbox.tickets.models import Ticket, TicketEvent

        billing, projects = (Team.objects.create(name=name) for name in ("Billing", "Projects"))
        bo = Customer.objects.create(name="Bo", created_at=PRESENT - 1000 * _DAY)
        channel, rng = _channel(billing), self._rng
        quick, slow = (_Teller(rng, _agents(team), team, channel, bo) for team in (billing, projects))
        standard, patient = PolicyVersion.objects.get(), _patient(projects)
        over = [quick.over(PRESENT - 7 * _DAY * rng.random(), standard) for _ in range(OVER)]
        waiting = [slow.waiting(PRESENT - 10 * _DAY * rng.random(), patient) for _ in range(WAITING)]
        Ticket.objects.bulk_create([ticket for ticket, _ in over + waiting], batch_size=1000)
        for ticket, log in over + waiting:
            for event in log:
                event.ticket = ticket
        TicketEvent.objects.bulk_create([event for _, log in over + waiting for event in log], batch_size=1000)
        self._ranges = {
            "over": (over[0][0].pk, over[-1][0].pk),
            "waiting": (waiting[0][0].pk, waiting[-1][0].pk),
        }
        rebuild()
        self._steps = [
            model.objects.order_by("-pk").values_list("pk", flat=True)[0] for model in (Ticket, TicketEvent, Clock)
        ]


class _Teller:
    """Makes up tickets and what happened to them."""

    def __init__(self, rng: Random, agents: Sequence[Agent], team: Team, channel: Channel, customer: Customer) -> None:
        self._rng, self._agents = rng, agents
        self._team, self._channel, self._customer = team, channel, customer

    def over(self, at: datetime, policy: PolicyVersion) -> tuple[Ticket, list[Any]]:
        """Answered once or more, and resolved; some after a while in pending, on hold or urgent."""
        rng, told = self._rng, self._begun(at, policy)
        if rng.random() < 0.4:
            told.then("assigned", 1, details={"from": None, "to": told.agent.pk})
        for number in range(rng.choices([1, 2, 3, 5], [62, 24, 10, 4])[0]):
            if number:
                told.then(rng.choices(["pended", "held", "noted"], [6, 1, 3])[0], 0.1)
                told.then("received", 14)
                told.then("opened", 0)
            told.then("replied", 3)
        told.then("resolved", 1)
        if rng.random() < 0.06:
            told.then("received", 20)
            told.then("reopened", 0, details={"by": "customer"})
            told.then("replied", 2)
            told.then("resolved", 2)
        return told.ticket("resolved"), told.log

    def waiting(self, at: datetime, policy: PolicyVersion) -> tuple[Ticket, list[Any]]:
        """Written, and waiting for its first reply."""
        told = self._begun(at, policy)
        return told.ticket("new"), told.log

    def _begun(self, at: datetime, policy: PolicyVersion) -> _Told:
        priority = self._rng.choices(["low", "normal", "high", "urgent"], [15, 60, 18, 7])[0]
        told = _Told(self._rng, at, priority, self._rng.choice(self._agents), self._team, self._channel, self._customer)
        told.then("created", 0)
        told.then("policy_applied", 0, policy_version=policy)
        told.then("received", 0)
        return told


class _Told:
    """One story while it is told."""

    def __init__(
        self, rng: Random, at: datetime, priority: str, agent: Agent, team: Team, channel: Channel, customer: Customer
    ) -> None:
        self._rng, self._at, self._created_at, self._priority = rng, at, at, priority
        self.agent, self._team, self._channel, self._customer = agent, team, channel, customer
        self.log: list[Any] = []

    def then(self, kind: str, after: float, **more: Any) -> None:
        """This happens some hours later, on average."""
        from inbox.tickets.models import TicketEvent

        self._at += self._rng.expovariate(1 / after) * _HOUR if after else timedelta()
        is_ours = kind in ("replied", "resolved", "pended", "held", "noted", "assigned")
        self.log.append(
            TicketEvent(
                kind=kind,
                occurred_at=self._at,
                recorded_at=self._at,
                agent=self.agent if is_ours else None,
                customer=self._customer if kind in ("received", "reopened") else None,
                author_kind="human" if kind == "replied" else "",
                state="open",
                priority=self._priority,
                team=self._team,
                **more,
            )
        )

    def ticket(self, state: str) -> Ticket:
        """Its row, as it is in the end."""
        from inbox.tickets.models import Ticket

        return Ticket(
            subject="Where is my order?",
            state=state,
            priority=self._priority,
            customer=self._customer,
            channel=self._channel,
            team=self._team,
            assignee=self.agent if state == "resolved" else None,
            created_at=self._created_at,
            updated_at=self._at,
            last_message_at=self._at,
            last_customer_message_at=self._created_at,
            waiting_since=self._created_at if state == "new" else None,
            resolved_at=self._at if state == "resolved" else None,
        )


def _agents(team: Team) -> list[Agent]:
    from inbox.agents.models import Agent, Membership

    mails = [f"{team.name.lower()}{n}@nordlys.example" for n in range(20)]
    agents = [Agent.objects.create(email=mail, name=f"Agent {n}") for n, mail in enumerate(mails)]
    Membership.objects.bulk_create([Membership(agent=agent, team=team) for agent in agents])
    return agents


def _channel(team: Team) -> Channel:
    from inbox.channels.models import Channel

    return Channel.objects.create(kind="email", address="support@nordlys.example", name="Support", team=team)


def _patient(team: Team) -> PolicyVersion:
    """The policy of a team whose clocks run for weeks, in force from before all tickets."""
    from inbox.agents.models import Agent
    from inbox.sla.forms import Terms
    from inbox.sla.models import BusinessCalendar
    from inbox.sla.policies import make_policy

    days = {"first_response": 30, "next_response": 30, "resolution": 60}
    within = {name: dict.fromkeys(("low", "normal", "high", "urgent"), count * 86400) for name, count in days.items()}
    policy = make_policy(
        Terms(
            name=team.name,
            calendar_id=BusinessCalendar.objects.get().pk,
            conditions=[{"field": "team", "values": [team.name]}],
            targets={
                name: {"basis": "calendar", "warn_share": 0.75, "within": given} for name, given in within.items()
            },
        ),
        by=Agent.objects.all()[0],
        at=PRESENT - 1000 * _DAY,
    )
    return policy.versions.get()


def _copied(model: type[Model], offsets: dict[str, str], shift: str) -> tuple[str, str]:
    """The columns of a table, and what a copy has in each."""
    from django.db.models import DateTimeField

    columns, values = [], []
    for field in model._meta.concrete_fields:
        name = str(field.column)
        columns.append(name)
        if name in offsets:
            values.append(f"{name} + {offsets[name]}")
        elif isinstance(field, DateTimeField):
            values.append(f"{name} - {shift}")
        else:
            values.append(name)
    return ", ".join(columns), ", ".join(values)


@contextmanager
def _without_indexes(cursor: Any) -> Iterator[None]:
    """Inside, the tables have their keys only, and references are not looked at; then all is there again."""
    cursor.execute(_INDEXES)
    indexes = cursor.fetchall()
    cursor.execute("SET session_replication_role = replica")
    cursor.execute("SET statement_timeout = 0")
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _, made in indexes:
        cursor.execute(made)
    cursor.execute("SET session_replication_role = origin")


_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE tablename IN ('inbox_ticket', 'inbox_ticketevent', 'inbox_clock', 'inbox_ticketfigures')
      AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""
