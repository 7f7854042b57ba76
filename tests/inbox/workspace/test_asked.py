"""What the ticket tells of the survey: when its customer is asked, why not, and what a lead may do about it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inbox.agents.models import Agent
from inbox.channels.models import Channel, Delivery
from inbox.surveys.actions import answer, hold_back, remind_due, send_due
from inbox.surveys.enums import HitKind
from inbox.surveys.models import Invitation, LinkHit, Survey
from inbox.tickets.actions import reopen, resolve
from inbox.tickets.models import Ticket
from inbox.workspace.asked import asked_about
from tests import cast
from tests.inbox.surveys.stories import DAY, HOUR, NOON, answered, settled, written
from tests.inbox.workspace.pages import part, text_of

Screen = Callable[[Agent], Client]
LATER = NOON + 2 * DAY
SCRIPT = {"HX-Request": "true"}


def told(ticket: Ticket, agent: Agent, at=LATER) -> list[tuple[str, list[str]]]:
    """Each decision in words, and what else is known of it."""
    return [(one.says, list(one.more)) for one in asked_about(ticket, agent, at)]


def panel(client: Client, ticket: Ticket) -> str:
    page = client.get(reverse("workspace:ticket", args=[ticket.pk]), follow=True)
    return text_of(part(page, '<section class="asked"', "</section>"))


def test_a_survey_that_is_planned_says_when_in_which_language_and_how(support: Channel, ada: Agent) -> None:
    ticket = written(support)
    Ticket.objects.filter(pk=ticket.pk).update(language="ru")
    ticket.refresh_from_db()
    resolve(answered(ticket, ada), by=ada, at=NOON + 2 * HOUR)
    assert told(ticket, ada, NOON + 3 * HOUR) == [
        ("Will be asked on Wed 14:00, in Russian, by e-mail.", ["Survey: Customer effort."])
    ]


def test_the_other_survey_is_named_when_the_customer_was_asked_lately(support: Channel, ada: Agent) -> None:
    first = settled(support, ada, 1)
    send_due(LATER)
    second = settled(support, ada, 2, at=NOON + 9 * DAY)
    (one,) = asked_about(second, ada, NOON + 9 * DAY)
    assert (one.says, one.more[0].partition(" by ")[2], one.other) == (
        "Not asked: Asked within the last days.",
        "“Customer effort”; at least 30 days lie between two surveys.",
        first,
    )
    assert asked_about(second, cast.wen(), NOON + 9 * DAY)[0].other is None


def test_the_lot_that_fell_to_a_cycle_is_told(support: Channel, ada: Agent) -> None:
    texts = Survey.objects.get().versions.get().texts
    Survey.objects.create(name="Other", share=3).versions.create(number=1, texts=texts, created_at=NOON)
    ticket = settled(support, ada)
    name = Invitation.objects.get().version.survey.name
    share = 75 if name == "Other" else 25
    assert told(ticket, ada)[0][1] == [f"Survey: {name}, which {share} % of all work cycles get by lot."]


def test_what_became_of_a_survey_is_told(support: Channel, ada: Agent) -> None:
    Survey.objects.update(reminder_days=3)
    ticket = settled(support, ada)
    send_due(LATER)
    invitation = Invitation.objects.get()
    Delivery.objects.update(status="sent")
    for number in range(3):
        LinkHit.objects.create(invitation=invitation, kind=HitKind.BURST, visitor=str(number), at=LATER)
    LinkHit.objects.create(invitation=invitation, kind=HitKind.VIEW, visitor="me", at=LATER)
    open_, _ = told(ticket, ada)[0], remind_due(LATER + 3 * DAY)
    reminded = told(ticket, ada, LATER + 3 * DAY)[0][1][1]
    silent = told(ticket, ada, LATER + 20 * DAY)[0][0]
    answer(invitation, 4, at=LATER + 4 * DAY)
    final = told(ticket, ada, LATER + 4 * DAY)[0][0]
    Invitation.objects.update(state="sent")
    Delivery.objects.filter(message__author_kind="survey").update(status="bounced", reason="no such user")
    assert (
        open_,
        reminded,
        silent,
        final,
        told(ticket, ada)[0][0],
        "Bounced: no such user" in told(ticket, ada)[0][1],
    ) == (
        (
            "Asked on 12:00, in English, by e-mail. No answer yet.",
            [
                "Survey: Customer effort.",
                "Will be reminded on Sun 12:00.",
                "The link works until 19 Mar 12:00.",
                "3 openings by programs were ignored.",
            ],
        ),
        "Reminded on 12:00.",
        "Asked on 5 Mar 12:00, in English, by e-mail. There was no answer.",
        "Asked on Thu 12:00, in English, by e-mail. The customer answered.",
        "Asked on 12:00, but it did not arrive.",
        True,
    )


def test_every_cycle_keeps_its_decision(support: Channel, ada: Agent) -> None:
    ticket = resolve(written(support), by=ada, at=NOON + HOUR)
    reopen(ticket, by=ada, at=NOON + 2 * HOUR)
    answered(ticket, ada, at=NOON + 3 * HOUR)
    resolve(ticket, by=ada, at=NOON + 4 * HOUR)
    send_due(LATER)
    reopen(ticket, by=ada, at=LATER)
    voided = told(ticket, ada)[0][0]
    Invitation.objects.update(state="cancelled")
    assert (voided, told(ticket, ada)[0][0]) == (
        "Asked on 12:00. The matter went on, so the link is void.",
        "Not asked: the matter went on before the survey left.",
    )


def test_a_lead_holds_it_back_on_the_ticket_and_the_reason_stays(support: Channel, ada: Agent, screen: Screen) -> None:
    ticket, lea = settled(support, ada), cast.lea()
    invitation = Invitation.objects.get()
    address = f"/tickets/{ticket.pk}/surveys/{invitation.pk}/hold/"
    hers, his = panel(screen(lea), ticket), panel(screen(ada), ticket)
    empty = screen(lea).post(address, {"note": " "}, headers=SCRIPT).status_code
    done = screen(lea).post(address, {"note": "Her father has died."}, headers=SCRIPT)
    assert (
        "Hold this survey back" in hers,
        "Hold this survey back" in his,
        empty,
        (done.status_code, "Survey held back." in done["HX-Trigger"]),
        screen(ada).post(address, {"note": "Angry"}).status_code,
        "Why was this customer not asked?" in panel(screen(ada), ticket),
        "Lea: Her father has died." in panel(screen(ada), ticket),
        "Hold this survey back" in panel(screen(lea), ticket),
        Invitation.objects.get().suppressed_by,
    ) == (True, False, 409, (204, True), 404, True, True, False, lea)


def test_a_form_without_script_comes_back_to_the_ticket(support: Channel, ada: Agent, screen: Screen) -> None:
    ticket = settled(support, ada)
    address = f"/tickets/{ticket.pk}/surveys/{Invitation.objects.get().pk}/hold/"
    response = screen(cast.lea()).post(address, {"note": "No"}, follow=True)
    assert (response.redirect_chain[-1][0], "Survey held back." in text_of(response)) == (
        f"/inbox/resolved/{ticket.pk}/",
        True,
    )


def test_the_survey_of_another_ticket_is_not_found_there(support: Channel, ada: Agent, screen: Screen) -> None:
    first, second = settled(support, ada, 1), settled(support, ada, 2, address="m@x.example")
    theirs = Invitation.objects.get(ticket=second)
    address = f"/tickets/{first.pk}/surveys/{theirs.pk}/hold/"
    assert screen(cast.lea()).post(address, {"note": "No"}).status_code == 404


def test_more_cycles_ask_the_database_no_more_often(support: Channel, ada: Agent) -> None:
    ticket = settled(support, ada)
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as queries:
            told(ticket, ada)
        counts.append(len(queries))
        Invitation.objects.create(
            ticket=ticket,
            cycle=number + 2,
            customer=ticket.customer,
            channel=support,
            version=Invitation.objects.first().version,
            state="cancelled",
            decided_at=NOON,
        )
    assert counts == [2, 2, 2]


def test_held_back_by_somebody_who_is_gone(support: Channel, ada: Agent) -> None:
    ticket = settled(support, ada)
    invitation = hold_back(Invitation.objects.get(), by=cast.lea(), note="Reasons", at=NOON + 3 * HOUR)
    Invitation.objects.filter(pk=invitation.pk).update(suppressed_by=None)
    assert told(ticket, ada)[0] == (
        "Not asked: Held back by a person.",
        ["Somebody: Reasons", "Survey: Customer effort."],
    )
