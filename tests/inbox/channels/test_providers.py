"""Replies that leave by the API of a mail provider."""

from __future__ import annotations

from inbox.agents.models import Agent
from inbox.channels.access import has_transport, sealed
from inbox.channels.delivery import send
from inbox.channels.models import Channel, Delivery
from inbox.common.clock import now
from inbox.tickets.conversation import reply
from tests.channels_adapters.email.esp.scripted_api import Answer, serving
from tests.inbox.mails import arrives, mail


def sends_by(channel: Channel, provider: str, url: str) -> Channel:
    channel.settings = {"outgoing": provider, "api_url": url, "aws_access_key": "AK", "aws_region": "eu-west-1"}
    channel.secrets = sealed({"api_key": "key", "aws_secret_key": "secret"})
    channel.save()
    return channel


def test_an_answer_that_knows_only_the_providers_id_finds_its_ticket(support: Channel, ada: Agent) -> None:
    with serving(Answer({"MessageId": "ses-1"})) as api:
        sends_by(support, "amazon_ses", api.url)
        ticket = arrives(support, mail()).ticket
        answer = reply(ticket, "They leave tomorrow.", by=ada)
        Delivery.objects.update(next_attempt_at=now())
        delivery = send(Delivery.objects.get(message=answer).pk)
    assert delivery is not None
    assert (has_transport(support), delivery.status, delivery.external_ids[:2]) == (
        True,
        "sent",
        [answer.external_id, "ses-1"],
    )
    back = arrives(support, mail("Thanks!", message_id="<2@x.example>", answers="<ses-1@eu-west-1.amazonses.com>"))
    assert back.ticket == ticket


def test_a_provider_that_asks_to_wait_is_waited_for(support: Channel, ada: Agent) -> None:
    with serving(Answer({"message": "slow down"}, 429, {"Retry-After": "3600"})) as api:
        sends_by(support, "postmark", api.url)
        answer = reply(arrives(support, mail()).ticket, "They leave tomorrow.", by=ada)
        Delivery.objects.update(next_attempt_at=now())
        delivery = send(Delivery.objects.get(message=answer).pk)
    assert delivery is not None
    assert delivery.next_attempt_at is not None
    assert (delivery.status, delivery.fault, (delivery.next_attempt_at - now()).total_seconds() > 3000) == (
        "queued",
        "rate_limited",
        True,
    )
