"""The stored clocks are a cache: every difference is found, and healed."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import DateTimeField, F, FloatField, Model

from inbox.reports.verify import differences, rebuild
from inbox.sla.figures import METRICS_VERSION
from inbox.sla.models import Clock, TicketFigures
from inbox.tickets.models import Ticket
from tests.inbox.reports.stories import Week


def metrics(*arguments: str) -> tuple[int, list[str]]:
    """The command's exit code, and its lines after the one that names the definitions."""
    out, code = StringIO(), 0
    try:
        call_command("metrics", *arguments, stdout=out)
    except SystemExit as end:
        code = int(end.code or 0)
    version, *lines = out.getvalue().splitlines()
    assert version == f"Version {METRICS_VERSION} of the definitions."
    return code, lines


def test_what_the_actions_wrote_is_what_the_log_says(tickets: Week) -> None:
    assert metrics("verify") == (0, ["No difference."])


def test_one_second_is_found_and_healed(tickets: Week) -> None:
    prompt, late = tickets.prompt, tickets.late
    Clock.objects.filter(ticket=late, target="first_response").update(business_seconds=F("business_seconds") + 1)
    TicketFigures.objects.filter(ticket=prompt).update(agent_wait=F("agent_wait") - 1)
    found = metrics("verify")
    rebuilt = metrics("rebuild")
    assert (found, rebuilt, metrics("verify")) == (
        (
            1,
            [
                f"{prompt.ref} figures agent_wait: stored 3599.0, the log says 3600.0",
                f"{late.ref} first_response 1 business_seconds: stored 21601.0, the log says 21600.0",
                "2 differences.",
            ],
        ),
        (0, ["The clocks and figures of 8 tickets are written anew."]),
        (0, ["No difference."]),
    )


@pytest.mark.parametrize("model", [Clock, TicketFigures])
def test_a_second_is_found_in_whatever_column_it_is_planted_and_healed(tickets: Week, model: type[Model]) -> None:
    told = ("warned_at", "noticed_at")
    for column in [column for column in model._meta.concrete_fields if column.name not in told]:
        if isinstance(column, FloatField | DateTimeField):
            second = 1 if isinstance(column, FloatField) else timedelta(seconds=1)
            some = model.objects.exclude(**{column.name: None}).order_by("-pk").first()
            if some is None:
                continue
            model.objects.filter(pk=some.pk).update(**{column.name: F(column.name) + second})
            found = [difference.name for difference in differences()]
            rebuild([some.ticket_id])
            assert (found, list(differences())) == ([column.attname], [])


def test_missing_and_surplus_rows_are_found_and_healed(tickets: Week) -> None:
    late, fresh = tickets.late, tickets.fresh
    Clock.objects.filter(ticket=late, target="first_response").delete()
    surplus = Clock.objects.get(ticket=fresh, target="resolution")
    surplus.pk, surplus.number = None, 9
    surplus.save()
    TicketFigures.objects.filter(ticket=fresh).delete()
    Ticket.objects.filter(pk=fresh.pk).update(due_at=F("due_at") + timedelta(minutes=1))
    _, lines = metrics("verify")
    metrics("rebuild")
    assert (lines[:3], lines[3].split(": ")[0], lines[4], metrics("verify")[0]) == (
        [
            f"{late.ref} first_response 1 clock: stored none, the log says there is one",
            f"{fresh.ref} resolution 9 clock: stored there is one, the log says none",
            f"{fresh.ref} figures all: stored none, the log says there are some",
        ],
        f"{fresh.ref} ticket due_at",
        "4 differences.",
        0,
    )


def test_only_the_tickets_named_are_looked_at(tickets: Week) -> None:
    Clock.objects.filter(ticket=tickets.late).update(used_seconds=F("used_seconds") + 1)
    assert (metrics("verify", str(tickets.prompt.pk))[0], metrics("verify", str(tickets.late.pk))[0]) == (0, 1)
