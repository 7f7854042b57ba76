"""A mail server that refuses, stalls and hangs up: one copy each, or a state that shows. Never two.

The server is real and answers by a script; time passes by moving what is due, not by waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.test import override_settings

from channels_adapters.contracts import Account, DeliveryState, DeliveryUpdate, Fault, Identifier, SendError, Sent
from channels_adapters.email.adapter import EmailAdapter
from inbox.agents.models import Agent
from inbox.channels import delivery, unconfirmed
from inbox.channels.actions import retry_delivery
from inbox.channels.models import Channel, Delivery
from inbox.channels.receipts import record_update
from inbox.channels.recipients import identities, typed
from inbox.common.clock import now
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, TicketEvent
from tests.channels_adapters.email.scripted_smtp import Script, serving
from tests.inbox.mails import arrives, mail
from tests.inbox.questions import asks

BO, EVA, ULF = "bo@larsen.example", "eva@x.example", "ulf@x.example"


@contextmanager
def server(**script: object) -> Iterator[Script]:
    """The company's mail server, answering as told."""
    with serving(Script(**script)) as running, override_settings(EMAIL_URL=f"smtp://127.0.0.1:{running.port}"):  # type: ignore[arg-type]
        yield running


@pytest.fixture
def answer(support: Channel, ada: Agent) -> Message:
    """A reply to Bo, with Eva and Ulf in copy."""
    ticket = asks(support, 1, address=BO, name="Bo Larsen")
    return reply(ticket, "Tomorrow.", by=ada, cc=identities(typed(f"{EVA}, {ULF}")), undo_seconds=0)


def attempt() -> Delivery:
    """What is due by its own time is due now, and is attempted."""
    Delivery.objects.exclude(next_attempt_at=None).update(next_attempt_at=now() - timedelta(seconds=1))
    for delivery_id in delivery.waiting():
        delivery.send(delivery_id)
    for delivery_id in unconfirmed.unsure():
        unconfirmed.look_again(delivery_id)
    return Delivery.objects.order_by("id")[0]


def receipts() -> dict[str, str]:
    """What each recipient's state is."""
    return dict(Delivery.objects.order_by("id")[0].receipts.values_list("value", "status"))


def got(script: Script) -> list[list[str]]:
    """Who got a copy, copy by copy."""
    return [recipients for _, recipients, _ in script.taken]


@pytest.mark.parametrize("greeting", ["421 4.3.2 closing down", "450 4.3.0 try later"])
def test_a_server_that_is_closed_for_a_while_delays_a_reply_and_nothing_else(answer: Message, greeting: str) -> None:
    told = []
    with server(mail=greeting) as closed:
        for _ in range(6):
            row = attempt()
            told.append((row.status, row.fault, row.reason))
    wait = row.next_attempt_at - now()
    with server() as opened:
        settled = attempt()
    assert (told, got(closed), wait > timedelta(minutes=2)) == ([("queued", "temporary", greeting)] * 6, [], True)
    assert (settled.status, got(opened), receipts()) == (
        "sent",
        [[BO, EVA, ULF]],
        {BO: "sent", EVA: "sent", ULF: "sent"},
    )


def test_after_a_day_a_reply_is_given_up_and_goes_again_when_an_agent_says_so(answer: Message, ada: Agent) -> None:
    Delivery.objects.update(queued_at=now() - timedelta(hours=25))
    with server(mail="421 4.3.2 closing down"):
        given_up = attempt()
    with server() as script:
        again = retry_delivery(given_up, by=ada)
        settled = attempt()
    assert (given_up.status, given_up.reason, again.status, settled.status, got(script)) == (
        "failed",
        "421 4.3.2 closing down",
        "queued",
        "sent",
        [[BO, EVA, ULF]],
    )


def test_one_of_three_refused_for_good_is_shown_and_the_others_have_it_once(answer: Message, ada: Agent) -> None:
    with server(rcpt={EVA: "550 5.1.1 no such user"}) as script:
        first = attempt()
        attempt()
    assert (first.status, got(script), receipts()) == ("sent", [[BO, ULF]], {BO: "sent", EVA: "refused", ULF: "sent"})
    with server() as later:
        retry_delivery(first, by=ada)
        settled = attempt()
    assert (settled.status, got(later), receipts()) == ("sent", [[EVA]], {BO: "sent", EVA: "sent", ULF: "sent"})


def test_the_one_who_was_asked_refused_makes_the_reply_fail_although_copies_left(answer: Message) -> None:
    with server(rcpt={BO: "550 5.1.1 no such user"}):
        row = attempt()
    assert (row.status, row.reason, row.sent_at is None) == ("failed", "550 5.1.1 no such user", False)


def test_who_is_refused_for_now_is_tried_alone_and_holds_up_nobody(answer: Message, ada: Agent) -> None:
    reply(answer.ticket, "And the laces.", by=ada, undo_seconds=0)
    with server(rcpt={EVA: "450 4.2.0 greylisted"}) as script:
        first = attempt()
        between = receipts()
        attempt()
    with server() as later:
        settled = attempt()
    assert (first.status, between) == ("queued", {BO: "sent", EVA: "deferred", ULF: "sent"})
    assert (got(script), got(later), settled.status) == ([[BO, ULF], [BO]], [[EVA]], "sent")
    # The copy for her is the same mail: same id, same names in it.
    ids = {raw.partition(b"Message-ID: ")[2].partition(b"\r\n")[0] for _, _, raw in (script.taken[0], later.taken[0])}
    assert (ids, b"To: Bo Larsen" in later.taken[0][2]) == ({answer.external_id.encode()}, True)


def test_who_is_refused_for_a_whole_day_is_given_up_alone(answer: Message) -> None:
    with server(rcpt={EVA: "450 4.2.0 greylisted"}):
        attempt()
        Delivery.objects.update(queued_at=now() - timedelta(hours=25))
        row = attempt()
    assert (row.status, row.next_attempt_at, receipts()) == ("sent", None, {BO: "sent", EVA: "refused", ULF: "sent"})


def test_nobody_accepted_but_one_only_for_now_comes_round_for_that_one(answer: Message) -> None:
    refusals = {BO: "450 4.2.0 greylisted", EVA: "550 5.1.1 gone", ULF: "550 5.1.1 gone"}
    with server(rcpt=refusals):
        first = attempt()
    with server() as later:
        settled = attempt()
    assert (first.status, settled.status, got(later), receipts()) == (
        "queued",
        "sent",
        [[BO]],
        {BO: "sent", EVA: "refused", ULF: "refused"},
    )


def test_a_line_cut_after_the_data_leaves_the_reply_unconfirmed_and_it_is_never_sent_again_by_itself(
    answer: Message,
) -> None:
    with server(drop="data"):
        first = attempt()
    with server() as later:
        rows = [attempt() for _ in range(3)]
    assert (first.status, [row.status for row in rows], got(later)) == ("unconfirmed", ["unconfirmed"] * 3, [])


def test_an_unconfirmed_reply_that_a_customer_answers_has_arrived(support: Channel, answer: Message) -> None:
    with server(drop="data"):
        attempt()
    arrives(support, mail("Thanks", sender=BO, message_id="<2@larsen.example>", answers=answer.external_id))
    row = Delivery.objects.get()
    assert (row.status, row.next_attempt_at, receipts()[BO]) == ("delivered", None, "delivered")


def test_an_unconfirmed_reply_that_bounces_has_not_arrived(support: Channel, answer: Message) -> None:
    with server(drop="data"):
        attempt()
    for address in (BO, EVA):
        gone = DeliveryUpdate(
            f"b{address}", DeliveryState.BOUNCED, (answer.external_id,),
            recipient=Identifier("email", address), reason="550 5.1.1 no such user",
        )  # fmt: skip
        record_update(support, gone)
    row = Delivery.objects.get()
    assert (row.status, row.reason, receipts()) == (
        "bounced",
        "550 5.1.1 no such user",
        {BO: "bounced", EVA: "bounced"},
    )


def test_an_unconfirmed_reply_found_at_the_network_was_sent(answer: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, known = [], []

    def mailbox(network: EmailAdapter, client_ref: str, account: Account) -> Sent | None:
        asked.append(client_ref)
        if len(asked) == 1:
            raise SendError(Fault.TEMPORARY, "The mailbox is away.")
        return Sent((answer.external_id,)) if known else None

    monkeypatch.setattr(EmailAdapter, "find_outbound", mailbox)
    with server(drop="data") as script:
        states = [attempt().status, attempt().status]
        known.append(answer.external_id)
        states.append(attempt().status)
    assert (states, set(asked), receipts(), got(script)) == (
        ["unconfirmed", "unconfirmed", "sent"],
        {str(answer.client_ref)},
        {BO: "sent", EVA: "sent", ULF: "sent"},
        [],
    )


def test_a_bounce_of_one_recipient_is_his_alone(support: Channel, answer: Message) -> None:
    with server():
        attempt()
    gone = DeliveryUpdate(
        "b1", DeliveryState.BOUNCED, (answer.external_id,),
        recipient=Identifier("email", EVA), reason="550 5.1.1 no such user",
    )  # fmt: skip
    outcomes = [record_update(support, gone), record_update(support, gone)]
    events = TicketEvent.objects.filter(kind="delivery_settled", details__recipient=EVA).count()
    assert (Delivery.objects.get().status, receipts(), events, outcomes[0][1]) == (
        "sent",
        {BO: "sent", EVA: "bounced", ULF: "sent"},
        1,
        "updated",
    )


def test_a_server_that_is_only_slow_is_no_bounce(support: Channel, answer: Message) -> None:
    with server():
        attempt()
    slow = DeliveryUpdate(
        "d1", DeliveryState.BOUNCED, (answer.external_id,),
        recipient=Identifier("email", BO), reason="451 4.4.1 not answering", permanent=False,
    )  # fmt: skip
    record_update(support, slow)
    receipt = Delivery.objects.get().receipts.get(value=BO)
    assert (Delivery.objects.get().status, receipt.status, receipt.reason) == (
        "sent",
        "sent",
        "451 4.4.1 not answering",
    )
