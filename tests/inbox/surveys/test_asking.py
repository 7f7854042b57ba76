"""Who is left out besides, which survey a cycle gets, and what a lead may hold back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from channels_adapters import registry
from inbox.agents.models import Agent, Team
from inbox.channels import actions as channels
from inbox.channels.access import account
from inbox.channels.delivery import send
from inbox.channels.intake import accept
from inbox.channels.models import Channel, Delivery, Envelope
from inbox.channels.received import take_in
from inbox.customers.models import Customer, Identity
from inbox.surveys.actions import hold_back, send_due
from inbox.surveys.enums import SurveyKind
from inbox.surveys.models import Answer, Invitation, Survey
from inbox.tickets.actions import Refused, mark_spam, reopen, resolve, unmark_spam
from inbox.tickets.deletion import delete, restore
from inbox.tickets.merging import merge
from inbox.tickets.models import Message, Ticket
from tests import cast
from tests.inbox.surveys import pigeons
from tests.inbox.surveys.stories import DAY, HOUR, NOON, answered, settled, states, written

LATER = NOON + 2 * DAY


@pytest.fixture
def loft(billing: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    """A channel of the network of carrier pigeons."""
    pigeons.installed(monkeypatch)
    yield channels.connect(kind=pigeons.KIND, address="loft", name="Loft", brand="Nordlys Shoes", team=billing)
    registry.adapter.cache_clear()


def brought(loft: Channel, number: str, text: str = "Where is it?", **values) -> Ticket | str:
    """A pigeon comes; the ticket it is in, or what became of it."""
    payload = pigeons.note(number, text, **{"by": "bo", "at": NOON, **values})
    # Adapters of tests are unknown to the process that reads payloads under guard.
    (event,) = pigeons.PigeonAdapter().parse(payload, account(loft))
    envelope = Envelope.objects.get(pk=accept(loft, payload).envelope_id)
    message, outcome = take_in(loft, envelope, event)
    return message.ticket if message and outcome in ("opened", "joined") else outcome


def test_a_colleague_who_asks_is_not_asked(support: Channel, ada: Agent, carl: Agent) -> None:
    assert states(settled(support, ada, address="Carl@Nordlys.example")) == [(1, "suppressed", "internal")]


def test_whoever_writes_in_public_is_not_asked(loft: Channel, ada: Agent) -> None:
    ticket = answered(brought(loft, "1", visibility="public"), ada)
    resolve(ticket, by=ada, at=NOON + 2 * HOUR)
    assert states(ticket) == [(1, "suppressed", "public")]


@pytest.mark.parametrize(
    ("resolved", "expected"),
    [
        (timedelta(hours=2), NOON + timedelta(hours=2, minutes=10)),
        (timedelta(hours=23, minutes=50), NOON + timedelta(hours=23, minutes=55)),
        (timedelta(hours=23, minutes=57), "window_closed"),
        (timedelta(days=3), "window_closed"),
    ],
)
def test_a_network_that_lets_us_answer_for_a_day_is_asked_by_within_it(
    loft: Channel, ada: Agent, resolved: timedelta, expected: object
) -> None:
    ticket = resolve(answered(brought(loft, "1"), ada), by=ada, at=NOON + resolved)
    invitation = Invitation.objects.get(ticket=ticket)
    assert (invitation.send_at or invitation.suppressed_because) == expected


def test_the_buttons_of_a_chat_hold_the_scale_and_only_who_was_asked_can_press_them(loft: Channel, ada: Agent) -> None:
    ticket = resolve(answered(brought(loft, "1"), ada), by=ada, at=NOON + 2 * HOUR)
    send_due(NOON + 3 * HOUR)
    for delivery in Delivery.objects.filter(ticket=ticket).order_by("id"):
        send(delivery.pk)
    asked = pigeons.PigeonAdapter.flown[-1]
    good, bad = asked.buttons[0].id, asked.buttons[-1].id
    forged = [good[:-1] + "4", good.replace(".", ".a", 1), bad[:-3] + ".1", "survey..5", "survey.x.5", "5"]
    at = NOON + 4 * HOUR
    for number, payload in enumerate([*forged, good]):
        brought(loft, f"forged {number}", by="eve", at=at, pressed=payload)
    nothing = Answer.objects.count()
    outcomes = [brought(loft, one, at=at, pressed=one) for one in (bad, good)]
    ticket.refresh_from_db()
    late = brought(loft, "late", at=at + 20 * DAY, pressed=bad)
    assert (
        [button.label for button in asked.buttons],
        "http" in asked.text.partition("No more surveys")[0],
        nothing,
        (*outcomes, late),
        list(Answer.objects.order_by("id").values_list("score", "source", "is_current")),
        ticket.state,
        Message.objects.filter(ticket=ticket, direction="in").count(),
    ) == (
        ["5 – very easy", "4 – easy", "3 – neither", "2 – difficult", "1 – very difficult"],
        False,
        0,
        ("answered", "answered", "too_late"),
        [(1, "channel", False), (5, "channel", True)],
        "resolved",
        1,
    )


def sent_to(ticket: Ticket) -> pigeons.OutboundMessage:
    """What the network got when the survey was due."""
    send_due(NOON + 3 * HOUR)
    for delivery in Delivery.objects.filter(ticket=ticket).order_by("id"):
        send(delivery.pk)
    return pigeons.PigeonAdapter.flown[-1]


def test_where_there_are_no_buttons_a_number_alone_answers_while_we_said_nothing_else_since(
    loft: Channel, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = replace(pigeons.PigeonAdapter.capabilities, buttons=0)
    monkeypatch.setattr(pigeons.PigeonAdapter, "capabilities", bare)
    before = brought(loft, "0", "5", by="kim")
    ticket = resolve(answered(brought(loft, "1"), ada), by=ada, at=NOON + 2 * HOUR)
    asked = sent_to(ticket)
    at = NOON + 4 * HOUR
    outcomes = [
        brought(loft, f"{number} {text}", text, by=by, at=at)
        for number, (text, by) in enumerate(
            [("7", "bo"), ("4 pairs", "bo"), ("5", "kim"), (" ５. ", "bo"), ("2!", "bo")]
        )
    ]
    ticket.refresh_from_db()
    assert (
        "reply with a number from 1 to 5 (1 = very difficult, 5 = very easy)" in asked.text,
        asked.buttons,
        asked.text.count("/s/"),
        outcomes[2] == before,
        outcomes[3:],
        list(Answer.objects.order_by("id").values_list("score", "source", "is_current")),
    ) == (True, (), 1, True, ["answered", "answered"], [(5, "channel", False), (2, "channel", True)])
    # Once somebody has answered him, a number is what he says.
    answered(ticket, ada)
    assert isinstance(brought(loft, "later", "3", at=at + HOUR), Ticket)
    assert Answer.objects.count() == 2


def test_buttons_too_short_for_the_meanings_bear_the_scores_and_the_text_explains_them(
    loft: Channel, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = replace(pigeons.PigeonAdapter.capabilities, button_length=8)
    monkeypatch.setattr(pigeons.PigeonAdapter, "capabilities", short)
    asked = sent_to(resolve(answered(brought(loft, "1"), ada), by=ada, at=NOON + 2 * HOUR))
    assert [button.label for button in asked.buttons] == ["5", "4", "3", "2", "1"]
    assert "5 – very easy\n4 – easy" in asked.text


def test_a_scale_that_the_chat_can_not_hold_gets_a_link(loft: Channel, ada: Agent) -> None:
    scores = {str(score): "" for score in range(11)}
    version = Survey.objects.get().versions.get()
    texts = {"en": {**version.texts["en"], "anchors": scores}}
    Survey.objects.get().versions.create(
        number=2, scale_min=0, scale_max=10, texts=texts, good_scores=[], unhappy_scores=[], created_at=NOON
    )
    ticket = resolve(answered(brought(loft, "1"), ada), by=ada, at=NOON + 2 * HOUR)
    send_due(NOON + 3 * HOUR)
    for delivery in Delivery.objects.filter(ticket=ticket).order_by("id"):
        send(delivery.pk)
    asked = pigeons.PigeonAdapter.flown[-1]
    assert (asked.buttons, asked.text.count("/s/")) == ((), 2)


def test_two_addresses_of_one_customer_are_one_person_to_ask(loft: Channel, support: Channel, ada: Agent) -> None:
    settled(support, ada)
    send_due(NOON + DAY + 2 * HOUR)
    bo = Customer.objects.get()
    Identity.objects.create(customer=bo, kind=pigeons.KIND, value="bo", created_at=NOON)
    ticket = answered(brought(loft, "1", at=NOON + 3 * DAY), ada, at=NOON + 3 * DAY + HOUR)
    resolve(ticket, by=ada, at=NOON + 3 * DAY + HOUR)
    assert (ticket.customer, states(ticket)) == (bo, [(1, "suppressed", "asked_lately")])


def test_surveys_that_share_the_cycles_keep_their_part_over_repeats(support: Channel, ada: Agent) -> None:
    first = Survey.objects.get()
    second = Survey.objects.create(name="Satisfaction", kind=SurveyKind.CSAT, share=1)
    second.versions.create(number=1, texts=first.versions.get().texts, good_scores=[4, 5], created_at=NOON)
    tickets = [settled(support, ada, number, address=f"c{number}@x.example") for number in range(1, 9)]
    before = _arms(tickets)
    for ticket in tickets:
        reopen(ticket, by=ada, at=NOON + 3 * HOUR)
        resolve(ticket, by=ada, at=NOON + 4 * HOUR)
    after = _arms(tickets)
    Survey.objects.filter(pk=second.pk).update(share=0)
    for ticket in tickets:
        reopen(ticket, by=ada, at=NOON + 5 * HOUR)
        resolve(ticket, by=ada, at=NOON + 6 * HOUR)
    assert (set(before), before == after, set(_arms(tickets))) == ({first.pk, second.pk}, True, {first.pk})


def _arms(tickets: list[Ticket]) -> list[int]:
    found = Invitation.objects.filter(ticket__in=tickets).order_by("ticket")
    return list(found.values_list("version__survey", flat=True))


def test_what_was_spam_by_mistake_is_decided_on_again(support: Channel, ada: Agent) -> None:
    ticket = settled(support, ada)
    mark_spam(ticket, by=ada, at=NOON + 3 * HOUR)
    spam = states(ticket)
    unmark_spam(ticket, by=ada, at=NOON + 4 * HOUR)
    invitation = Invitation.objects.get()
    assert (spam, states(ticket), invitation.send_at) == (
        [(1, "suppressed", "spam")],
        [(1, "scheduled", "")],
        NOON + 4 * HOUR + DAY,
    )


def test_what_was_deleted_is_not_asked_about_until_it_is_back(support: Channel, ada: Agent, maja: Agent) -> None:
    ticket = settled(support, ada)
    delete(ticket, by=maja, at=NOON + 3 * HOUR)
    gone = (states(ticket), send_due(LATER))
    restore(ticket, by=maja, at=LATER)
    assert (gone, states(ticket)) == (([(1, "suppressed", "deleted")], 0), [(1, "scheduled", "")])


def test_a_ticket_that_was_merged_away_is_not_asked_about(support: Channel, ada: Agent) -> None:
    ticket, other = settled(support, ada, 1), written(support, 2)
    merge(ticket, other, by=ada, at=NOON + 3 * HOUR)
    assert (states(ticket), send_due(LATER)) == ([(1, "suppressed", "merged")], 0)


def test_a_question_that_is_still_in_the_outbox_when_the_matter_goes_on_does_not_leave(
    support: Channel, ada: Agent
) -> None:
    ticket = settled(support, ada)
    send_due(LATER)
    reopen(ticket, by=ada, at=LATER + HOUR)
    delivery = Delivery.objects.get(message__author_kind="survey")
    assert (states(ticket), delivery.status, send(delivery.pk)) == ([(1, "voided", "")], "cancelled", None)


def test_a_lead_holds_a_survey_back_with_a_reason_and_resolving_again_does_not_bring_it_back(
    support: Channel, ada: Agent
) -> None:
    lea, ticket = cast.lea(), settled(support, ada)
    invitation = hold_back(Invitation.objects.get(), by=lea, note="  Her father has died. ", at=NOON + 3 * HOUR)
    again = hold_back(invitation, by=lea, note="Other words", at=NOON + 4 * HOUR)
    reopen(ticket, by=ada, at=NOON + 5 * HOUR)
    resolve(ticket, by=ada, at=NOON + 6 * HOUR)
    events = ticket.events.filter(kind="survey_suppressed").values_list("agent", "details__reason", "details__note")
    assert (
        states(ticket),
        (again.suppressed_by, again.suppressed_note),
        list(events),
        send_due(LATER),
    ) == (
        [(1, "suppressed", "by_agent")],
        (lea, "Her father has died."),
        [(lea.pk, "by_agent", "Her father has died.")],
        0,
    )


@pytest.mark.parametrize(("who", "note"), [("ada", "They are angry."), ("otto", "Why not"), ("lea", "  "), ("lea", "")])
def test_an_agent_can_not_choose_whom_to_ask_and_nobody_holds_back_without_a_reason(
    support: Channel, ada: Agent, who: str, note: str
) -> None:
    ticket = settled(support, ada)
    with pytest.raises(Refused):
        hold_back(Invitation.objects.get(), by=getattr(cast, who)(), note=note, at=NOON + 3 * HOUR)
    assert (states(ticket), ticket.events.filter(kind="survey_suppressed").count()) == ([(1, "scheduled", "")], 0)


def test_what_has_left_can_not_be_held_back(support: Channel, ada: Agent, maja: Agent) -> None:
    ticket = settled(support, ada)
    send_due(LATER)
    with pytest.raises(Refused):
        hold_back(Invitation.objects.get(), by=maja, note="Too late", at=LATER)
    assert states(ticket) == [(1, "sent", "")]


def test_the_newest_version_of_the_same_survey_is_asked_and_one_switched_off_is_not(
    support: Channel, ada: Agent
) -> None:
    first, second = settled(support, ada, 1), settled(support, ada, 2, name="Mia", address="mia@example.org")
    survey = Survey.objects.get()
    newer = survey.versions.create(
        number=2, texts=survey.versions.get().texts, good_scores=[4, 5], unhappy_scores=[1, 2], created_at=NOON
    )
    Invitation.objects.filter(ticket=second).update(send_at=LATER + DAY)
    send_due(LATER)
    Survey.objects.update(deleted_at=LATER)
    send_due(LATER + DAY)
    assert (states(first), Invitation.objects.get(ticket=first).version, states(second)) == (
        [(1, "sent", "")],
        newer,
        [(1, "suppressed", "survey_off")],
    )
