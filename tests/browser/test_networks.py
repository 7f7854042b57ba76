"""Each network as people live it: a customer writes, his ticket appears, what is answered arrives and is seen there.

The product runs once for all of them, and so does the server their hosts lead to.
"""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator, Mapping
from typing import ClassVar

import pytest
from playwright.sync_api import Page, expect

from channels_adapters.contracts import Payload
from inbox.agents.models import Agent, Team
from inbox.channels.access import hook_address
from inbox.channels.actions import connect
from inbox.channels.models import Channel, Delivery
from tests.browser.conftest import Screen
from tests.forks import Parent
from tests.networks import api, instagram, messenger, telegram, twilio, vk, wechat, whatsapp
from tests.networks.server import Asked, FakeNetwork, Reply
from tests.networks.story import Story
from tests.product import MailServer, Product, environment

pytestmark = [pytest.mark.browser, pytest.mark.process]

STORIES: Mapping[str, Story] = {
    "Messenger": messenger.STORY,
    "Instagram": instagram.STORY,
    "WhatsApp": whatsapp.STORY,
    "Telegram": telegram.STORY,
    "SMS": twilio.STORY,
    "WhatsApp by Twilio": twilio.STORY_WHATSAPP,
    "VK": vk.STORY,
    "WeChat": wechat.STORY,
    "Our own system": api.STORY,
}


class Internet(FakeNetwork):
    """All networks behind one address; of those that share a host, the one whose turn it is answers."""

    networks: ClassVar[tuple[type[FakeNetwork], ...]] = tuple({story.fake: None for story in STORIES.values()})
    hosts: ClassVar[tuple[str, ...]] = tuple({host: None for network in networks for host in network.hosts})

    def __init__(self) -> None:
        super().__init__()
        self.fakes = {network: network() for network in self.networks}
        self.turn: type[FakeNetwork] = self.networks[0]

    def answer(self, asked: Asked) -> Reply:
        """As the host's own network does."""
        known = [network for network in self.networks if asked.host in network.hosts]
        return self.fakes[self.turn if self.turn in known else known[0]].answer(asked)


@pytest.fixture
def internet() -> Iterator[Internet]:
    with Internet() as internet:
        yield internet


@pytest.fixture
def product(transactional_db: None, internet: Internet) -> Iterator[Product]:
    """The product's processes, for which the networks' hosts are the fakes."""
    surroundings = {"OUTGOING_GATEWAYS": internet.gateways, "STATIC_FROM_SOURCE": "1"}
    product = Product(Parent(environment(smtp_port=1) | surroundings), MailServer())
    yield product
    product.stop()
    product.parent.end()


@pytest.fixture
def _site(product: Product) -> str:
    """Its web process, where what is sent leaves at once."""
    return product.web()[1]


def test_a_customer_of_each_network_is_heard_answered_and_seen_to_read(
    screen: Screen, site: str, billing: Team, ada: Agent, product: Product, internet: Internet
) -> None:
    product.worker()
    inbox = screen(ada, width=1440)
    inbox.goto("/inbox/open/")
    told = {}
    for name, story in STORIES.items():
        channel = connect(
            kind=story.account.kind,
            address=story.account.address,
            name=name,
            settings=dict(story.account.settings),
            secrets=dict(story.account.secrets),
            team=billing,
        )
        internet.turn = story.fake
        told[name] = _lived(inbox, product, internet, site, channel, story)
    assert told == {name: "read" if name in _READ else _TOLD.get(name, "sent") for name in STORIES}


_READ = {"Messenger", "Instagram", "WhatsApp", "WhatsApp by Twilio", "VK", "Our own system"}
_TOLD = {"SMS": "delivered"}


def _lived(inbox: Page, product: Product, internet: Internet, site: str, channel: Channel, story: Story) -> str:
    """A question, an answer and its receipt on one network; what the receipt made of the delivery."""
    hook = hook_address(channel)
    question, answer = f"Where is my parcel? ({channel.name})", f"It arrives today, {channel.name}."
    _bring(site, story.inbound(question, hook))
    # In the list: the same customer's other ticket, which is open, names it as well.
    row = inbox.locator("#rows").get_by_role("link", name=re.compile(re.escape(question)))
    expect(row).to_be_visible()

    row.click()
    flow = inbox.locator("[data-flow]")
    expect(flow).to_contain_text(question)
    expect(inbox.locator("main")).to_contain_text(story.customer)
    inbox.keyboard.press("r")
    inbox.keyboard.type(answer)
    inbox.keyboard.press("Control+Enter")
    expect(flow).to_contain_text(answer)
    fake = internet.fakes[story.fake]
    product.until(lambda: answer in story.said(fake), f"the answer did not arrive at {channel.name}", 60)
    expect(inbox.locator(".delivery.is-sent, .delivery.is-delivered")).to_be_visible()
    delivery = Delivery.objects.get(channel=channel)
    if story.receipt:
        _bring(site, story.receipt(delivery.external_ids, hook))
        expect(inbox.locator(".delivery.is-read, .delivery.is-delivered")).to_be_visible()
        delivery.refresh_from_db()
    return delivery.status


def _bring(site: str, payload: Payload) -> None:
    """A webhook's request, as its network makes it; it signs the address it knows, whatever stands in front of us."""
    _, path = payload.url.split("/hooks/")
    request = urllib.request.Request(f"{site}/hooks/{path}", payload.body, dict(payload.headers), method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
