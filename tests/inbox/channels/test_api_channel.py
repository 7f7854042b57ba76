"""The generic channel in the product: what a company's program tells happens, and its settings hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from channels_adapters.contracts import Payload
from inbox.agents.models import Agent, Team
from inbox.channels.access import hook_address
from inbox.channels.actions import connect
from inbox.channels.delivery import send
from inbox.channels.intake import process
from inbox.channels.models import AccountNews, Channel, Delivery, Envelope
from inbox.common.clock import now
from inbox.customers.models import Identity
from inbox.tickets.changes import Refused
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from inbox.tickets.reply_windows import has_window
from tests.networks.api import ACCOUNT, HOST, Company, event, signed
from tests.networks.server import Asked, Reply
from tests.web import Visitor

pytestmark = pytest.mark.django_db


class Shop(Company):
    """A company that keeps its customers' files, too."""

    def answer(self, asked: Asked) -> Reply:
        """Files at any address; all else as ever."""
        return Reply(200, b"\x89PNG\r\n\x1a\n") if asked.path == "/box.png" else super().answer(asked)


@pytest.fixture
def system() -> Iterator[Shop]:
    with Shop() as system:
        yield system


def connected(team: Team, **settings: Any) -> Channel:
    given = {**ACCOUNT.settings, **settings}
    return connect(kind="api", address="shop", name="Shop", settings=given, secrets=ACCOUNT.secrets, team=team)


def posted(channel: Channel, payload: Payload) -> int:
    """Bring a request to the channel's hook, and take in what it holds."""
    path = "/hooks/" + hook_address(channel).partition("/hooks/")[2]
    taken = Visitor().post(path, payload.body, content_type="application/json", headers=dict(payload.headers))
    for envelope in Envelope.objects.filter(done_at=None):
        process(envelope.pk)
    return taken.status_code


def tells(channel: Channel, *events: dict[str, Any]) -> int:
    return posted(channel, signed(json.dumps({"events": events}).encode()))


def test_everything_a_request_tells_happens_and_what_is_wrong_is_told(billing: Team, ada: Agent, system: Shop) -> None:
    shop = connected(billing)
    box = {"url": f"https://{HOST}/box.png", "content_type": "image/png"}
    status = tells(
        shop,
        event("Where is it?", external_id="m1", attachments=[box]),
        event("Is it you?", external_id="m2", author={"email": 3.5, "id": ["x"]}),
        {"type": "edited", "external_id": "m1", "text": "Where is my parcel?"},
        {"type": "reaction", "external_id": "m1", "author": "4711", "emoji": "👍"},
    )
    ticket = Ticket.objects.get()
    delivery = send(Delivery.objects.get(message=reply(ticket, "Here.", by=ada, undo_seconds=0)).pk)
    assert delivery
    states = [delivery.status]
    for state in ("read", "delivered"):
        tells(shop, {"type": "receipt", "state": state, "external_ids": delivery.external_ids})
        delivery.refresh_from_db()
        states.append(delivery.status)
    asked = ticket.messages.get(external_id="m1")
    (file,), (news,) = asked.attachments.all(), AccountNews.objects.all()
    assert (
        (status, ticket.customer.name, asked.text, asked.reactions.get().emoji),
        (file.filename, file.kind, file.size),
        (news.name, news.details),
        (states, [one["text"] for one in system.taken.values()]),
    ) == (
        (200, "Bo Larsen", "Where is my parcel?", "👍"),
        ("box.png", "image", 8),
        ("unparsed", "events[1].author.identifiers[0].value: a text is needed, not a list."),
        (["sent", "read", "read"], ["Here."]),
    )


def test_a_repeated_request_is_taken_in_once_and_the_same_words_twice_are_two(billing: Team) -> None:
    shop, body = connected(billing), json.dumps(event("Hello?")).encode()
    first = signed(body)
    statuses = [posted(shop, one) for one in (first, first, signed(body), signed(body, message_id="x"))]
    forged = posted(shop, Payload(body + b" ", first.headers))
    assert (statuses, forged, Message.objects.count()) == ([200, 200, 200, 200], 401, 3)


def test_what_has_a_key_goes_on_with_it_and_what_has_none_with_its_writer_or_alone(billing: Team) -> None:
    shop = connected(billing)
    for thread in ("", "order-1", "order-2", "order-1", ""):
        tells(shop, event("Hi", thread=thread))
    with_the_writer = Ticket.objects.count()
    Channel.objects.update(settings={"conversations": "room"})
    for thread in ("order-2", "", ""):
        tells(shop, event("Hi", thread=thread))
    assert (with_the_writer, Ticket.objects.count()) == (3, 5)


def test_nobody_is_answered_after_the_hours_that_are_set(billing: Team, ada: Agent) -> None:
    shop = connected(billing, reply_window_hours=24)
    tells(shop, event("Hi"))
    Message.objects.update(occurred_at=now() - timedelta(hours=25))
    Ticket.objects.update(last_customer_message_at=now() - timedelta(hours=25))
    with pytest.raises(Refused):
        reply(Ticket.objects.get(), "Late.", by=ada)
    had_a_window = has_window(shop)
    Channel.objects.update(settings={**ACCOUNT.settings})
    reply(Ticket.objects.get(), "Late.", by=ada)
    shop.refresh_from_db()
    assert (Message.objects.filter(direction="out").count(), had_a_window, has_window(shop)) == (1, True, False)


def test_people_are_who_the_company_says_they_are(billing: Team) -> None:
    shop = connected(billing)
    tells(shop, event("Hi", author={"id": "4711", "email": "bo@larsen.example", "name": "Bo"}))
    tells(
        shop,
        {"type": "identity_changed", "old": "4711", "new": "4712"},
        event("Still me.", author="4712"),
        {"type": "reach_changed", "person": "4712", "state": "opted_out"},
    )
    known = [(one.kind, one.scope, one.value, one.opted_out_at is None) for one in Identity.objects.order_by("id")]
    assert (Ticket.objects.count(), known) == (
        1,
        [("api", "shop", "4711", True), ("email", "", "bo@larsen.example", True), ("api", "shop", "4712", False)],
    )
