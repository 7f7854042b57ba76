"""How a reply leaves a network: what is chosen is kept and sent, what can't be is refused in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils.translation import gettext, override

from channels_adapters import registry
from inbox.agents.models import Agent, Team
from inbox.channels.accounts import switch
from inbox.channels.actions import retry_delivery
from inbox.channels.delivery import send
from inbox.channels.message_templates import sync_templates
from inbox.channels.models import Channel, Delivery
from inbox.common.clock import moved_to, now
from inbox.customers.actions import recognize, set_reach
from inbox.customers.models import Identity
from inbox.tickets.actions import Refused
from inbox.tickets.closing import turn_windows
from inbox.tickets.conversation import reply
from inbox.tickets.models import Draft, Message, ScheduledReply, Ticket
from inbox.tickets.recipients import entries
from inbox.tickets.scheduled import say_due, schedule
from inbox.tickets.sending import FilledTemplate, Sending
from tests.inbox.channels import pigeons
from tests.inbox.questions import says

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FILLED = Sending(template=FilledTemplate("back", "de", ("Bo", "Schuhe")))


@pytest.fixture
def loft(billing: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    pigeons.installed(monkeypatch)
    yield pigeons.loft()
    registry.adapter.cache_clear()


def flown(message: Message) -> pigeons.OutboundMessage:
    send(Delivery.objects.get(message=message).pk)
    return pigeons.PigeonAdapter.carried[-1]


def refusal(ticket: Ticket, by: Agent, text: str = "Coo.", **how: object) -> str:
    with pytest.raises(Refused) as refused:
        reply(ticket, text, by=by, undo_seconds=0, sending=Sending(**how))  # type: ignore[arg-type]
    return str(refused.value)


def test_what_is_chosen_is_what_leaves(loft: Channel, ada: Agent) -> None:
    ticket, ways = pigeons.coos(loft), []
    for days, sending in ((0, Sending()), (2, Sending()), (2, FILLED), (9, FILLED)):
        Message.objects.filter(direction="in").update(occurred_at=now() - days * DAY)
        message = reply(ticket, "Coo.", by=ada, undo_seconds=0, sending=sending)
        sent = flown(message)
        ways.append((message.way, sent.way, sent.template, sent.language, sent.variables))
    assert ways == [
        ("", "free", "", "", ()),
        ("human_tag", "human_tag", "", "", ()),
        ("template", "template", "back", "de", ("Bo", "Schuhe")),
        ("template", "template", "back", "de", ("Bo", "Schuhe")),
    ]


def test_what_the_network_does_not_take_is_refused_with_the_reason(loft: Channel, ada: Agent) -> None:
    ticket = pigeons.coos(loft)
    told = [refusal(ticket, ada, "word " * 30), refusal(ticket, ada, way="paid"), refusal(ticket, ada, way="template")]
    Message.objects.filter(direction="in").update(occurred_at=now() - 9 * DAY)
    told.append(refusal(ticket, ada))
    assert told == [
        "The network takes 3 more messages until the customer writes again; this would be 4.",
        "The network does not take it this way any more. Choose how it is sent.",
        "Choose a template.",
        "The network takes only approved templates here until the customer writes again.",
    ]


def test_the_network_counts_the_parts_of_what_we_said_and_begins_anew_when_the_customer_writes(
    loft: Channel, ada: Agent
) -> None:
    ticket = pigeons.coos(loft, at=now() - timedelta(hours=1))
    first = reply(ticket, "One.", by=ada, undo_seconds=0)
    Delivery.objects.filter(message=first).update(external_ids=["a", "b"])
    told = refusal(ticket, ada, "word " * 10)
    reply(ticket, "Two.", by=ada, undo_seconds=0)
    ticket.refresh_from_db()
    exhausted = ticket.window_closes_at
    asked = says(ticket, "Again?")
    ticket.refresh_from_db()
    assert "takes 1 more message" in told
    assert (exhausted, ticket.window_closes_at) == (
        Message.objects.order_by("id")[0].occurred_at + 7 * DAY,
        asked.occurred_at + DAY,
    )


def test_a_window_that_closed_gives_way_to_the_next(loft: Channel, billing: Team) -> None:
    ticket, ends = pigeons.coos(loft), []
    for days in (1, 7):
        with moved_to(now() + days * DAY + timedelta(minutes=1)):
            turned = turn_windows(now())
        ticket.refresh_from_db()
        ends.append((turned, ticket.window_closes_at))
    asked = ticket.messages.get().occurred_at
    assert ends == [(1, asked + 7 * DAY), (1, None)]


def test_who_shut_us_out_is_not_written_to(loft: Channel, ada: Agent) -> None:
    ticket, told = pigeons.coos(loft), []
    bo = Identity.objects.get(value="bo")
    for blocked in (True, False):
        set_reach(bo, is_blocked=blocked, is_opted_out=not blocked, at=now())
        told.append(refusal(ticket, ada).partition(":")[0])
    assert told == ["This person has blocked us here", "This person asked for no more messages here"]


def test_who_wants_no_advertising_is_answered_where_that_is_all_the_network_means(
    loft: Channel, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    pigeons.installed(monkeypatch, opt_out_covers="marketing")
    ticket = pigeons.coos(loft)
    set_reach(Identity.objects.get(value="bo"), is_blocked=False, is_opted_out=True, at=now())
    answer = reply(ticket, "Coo.", by=ada, undo_seconds=0)
    told = refusal(ticket, ada, way="template", template=FilledTemplate("sale", category="MARKETING"))
    useful = reply(ticket, "Back.", by=ada, undo_seconds=0, sending=FILLED)
    assert ([answer.way, useful.way], told) == (
        ["", "template"],
        "This person asked for no advertising. Choose a template of another kind.",
    )


def test_a_comment_is_answered_in_public_or_for_a_while_in_private(loft: Channel, ada: Agent) -> None:
    ticket = pigeons.made_public(pigeons.coos(loft))
    sent = [
        reply(ticket, "Coo.", by=ada, undo_seconds=0, sending=Sending(is_private=private)) for private in (False, True)
    ]
    seen = [str(flown(one).thread.visibility) for one in sent]
    again = refusal(ticket, ada, is_private=True)
    Message.objects.filter(pk=sent[1].pk).update(withdrawn_at=now())
    long = refusal(ticket, ada, "word " * 10, is_private=True)
    Message.objects.filter(direction="in").update(occurred_at=now() - 8 * DAY)
    late = refusal(ticket, ada, is_private=True)
    # Below a comment no window closes.
    assert flown(reply(ticket, "Late.", by=ada, undo_seconds=0)).way == "free"
    assert (seen, again, long, late) == (
        ["public", "private"],
        "The network takes no private answer to this, or no second one.",
        "A private answer is one message without files: this is more.",
        "It is too late for a private answer.",
    )


def test_who_can_not_be_answered_here_is_written_to_elsewhere_and_answers_into_the_same_ticket(
    loft: Channel, support: Channel, ada: Agent
) -> None:
    ticket = pigeons.coos(loft)
    mailbox = recognize([("email", "", "bo@x.example", True)])
    Identity.objects.filter(pk=mailbox.pk).update(customer=ticket.customer)
    mailbox.refresh_from_db()
    sending = Sending(channel_id=support.pk)
    message = reply(ticket, "By mail.", by=ada, to=mailbox, undo_seconds=0, sending=sending)
    delivery = send(Delivery.objects.get(message=message).pk)
    assert delivery
    assert (delivery.channel, message.recipients[0]["value"], bool(message.external_id)) == (
        support,
        "bo@x.example",
        True,
    )
    heard = says(ticket, "I read it.", identity=mailbox)
    Message.objects.filter(pk=heard.pk).update(channel=support)
    back = flown(reply(ticket, "By pigeon.", by=ada, undo_seconds=0))
    assert back.to[0].person.primary.value == "bo"
    with pytest.raises(Refused):
        reply(ticket, "To nobody.", by=ada, sending=sending)


def test_what_nobody_could_send_then_is_not_planned_and_not_sent_again(loft: Channel, ada: Agent) -> None:
    ticket = pigeons.coos(loft)
    with pytest.raises(Refused, match="takes no answer then any more"):
        schedule(ticket, "Coo.", by=ada, send_at=now() + 8 * DAY)
    message = reply(ticket, "Coo.", by=ada, undo_seconds=0)
    Delivery.objects.filter(message=message).update(status="failed", next_attempt_at=None)
    Message.objects.filter(direction="in").update(occurred_at=now() - 9 * DAY)
    with pytest.raises(Refused, match="only approved templates"):
        retry_delivery(Delivery.objects.get(message=message), by=ada)


def planned(loft: Channel, ada: Agent, **given: object) -> ScheduledReply:
    """A reply that is said in five minutes, by a template of the account unless something else is `given`."""
    sync_templates(loft)
    ticket = pigeons.coos(loft)
    how: dict[str, object] = {"send_at": now() + timedelta(minutes=5), "sending": FILLED} | given
    return schedule(ticket, "Hallo Bo, es geht um Schuhe.", by=ada, **how)  # type: ignore[arg-type]


def at_its_time(reply: ScheduledReply) -> tuple[list[Message], str]:
    """What was said when its time had come, and why nothing was."""
    with moved_to(reply.send_at):
        say_due(now())
    reply.refresh_from_db()
    return list(reply.ticket.messages.filter(direction="out")), reply.held_because


def test_a_reply_planned_for_later_leaves_as_it_was_chosen(loft: Channel, ada: Agent) -> None:
    [message], _held = at_its_time(planned(loft, ada, buttons=["Ja", "Nein"]))
    assert (message.way, message.template["variables"]) == ("template", ["Bo", "Schuhe"])
    assert [one["label"] for one in message.buttons] == ["Ja", "Nein"]


def test_a_planned_answer_in_private_stays_private(loft: Channel, ada: Agent) -> None:
    ticket = pigeons.made_public(pigeons.coos(loft))
    replies = [
        schedule(ticket, "Coo.", by=ada, send_at=now() + DAY, sending=Sending(is_private=private))
        for private in (True, False)
    ]
    with pytest.raises(Refused, match="takes no answer then any more"):
        schedule(ticket, "Coo.", by=ada, send_at=now() + 8 * DAY, sending=Sending(is_private=True))
    said = [at_its_time(one)[0][-1].is_public for one in replies]
    assert said == [False, True]


def _forgotten(loft: Channel) -> None:
    loft.message_templates.all().delete()


def _rejected(loft: Channel) -> None:
    loft.message_templates.update(state="paused")


def _reworded(loft: Channel) -> None:
    loft.message_templates.update(text="Hallo {{1}}, alles muss raus: {{2}}.")


def _advertising(loft: Channel) -> None:
    loft.message_templates.update(category="MARKETING")
    set_reach(Identity.objects.get(value="bo"), is_blocked=False, is_opted_out=True, at=now())


@pytest.mark.parametrize(
    ("becomes", "why"),
    [
        (_forgotten, "The network has no template “back” any more."),
        (_rejected, "The network does not let this template be sent."),
        (_reworded, "The template “back” reads differently by now."),
        (_advertising, "This person asked for no advertising. Choose a template of another kind."),
    ],
)
def test_a_planned_template_that_is_not_what_it_was_is_held_back(
    loft: Channel, ada: Agent, monkeypatch: pytest.MonkeyPatch, becomes: Callable[[Channel], None], why: str
) -> None:
    pigeons.installed(monkeypatch, opt_out_covers="marketing")
    reply = planned(loft, ada)
    becomes(loft)
    assert (at_its_time(reply), Draft.objects.get().text) == (([], why), reply.text)


def test_a_planned_template_keeps_its_category(loft: Channel, ada: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    pigeons.installed(monkeypatch, opt_out_covers="marketing")
    sale = FilledTemplate("back", "de", ("Bo", "Schuhe"), "MARKETING")
    kept = Sending.again(Sending(template=sale).kept())
    set_reach(recognize([(pigeons.KIND, "", "bo", False)]), is_blocked=False, is_opted_out=True, at=now())
    with pytest.raises(Refused, match="asked for no advertising"):
        planned(loft, ada, sending=kept)
    assert (kept.template, ScheduledReply.objects.count()) == (sale, 0)


def test_a_reply_planned_for_a_channel_that_is_off_by_then_is_held_back(
    loft: Channel, support: Channel, ada: Agent
) -> None:
    mailbox = recognize([("email", "", "bo@x.example", True)])
    ticket = pigeons.coos(loft)
    Identity.objects.filter(pk=mailbox.pk).update(customer=ticket.customer)
    mailbox.refresh_from_db()
    one, other = (
        schedule(
            ticket,
            "By mail.",
            by=ada,
            send_at=now() + timedelta(minutes=minutes),
            recipients=entries(mailbox),
            sending=Sending(channel_id=support.pk),
        )
        for minutes in (5, 6)
    )
    [message], _held = at_its_time(one)
    switch(support, on=False)
    assert (message.channel, at_its_time(other)[1]) == (support, "The customer can't be reached by this channel.")


def test_the_writer_reads_in_his_language_why_it_was_held_back(loft: Channel, ada: Agent) -> None:
    Agent.objects.filter(pk=ada.pk).update(language="ru")
    reply = planned(loft, ada)
    loft.message_templates.update(state="paused")
    with override("ru"):
        told = gettext("The network does not let this template be sent.")
    assert (at_its_time(reply)[1], told.startswith("The network")) == (told, False)
