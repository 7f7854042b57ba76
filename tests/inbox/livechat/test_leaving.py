"""What a visitor says of himself, and what is asked of him before a chat and outside the hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from inbox.agents.models import Agent
from inbox.chats.form_fields import Question, set_questions
from inbox.chats.models import ChatWidget, Visitor
from inbox.common.clock import moved_to
from inbox.customers.models import Identity
from inbox.livechat.config import widget_config
from inbox.sla.calendars import make_calendar
from inbox.sla.opening import OpeningHours
from inbox.tickets.changes import SYSTEM
from inbox.tickets.models import Message, Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser, vouched

pytestmark = pytest.mark.django_db
MADE, FRIDAY_NIGHT = datetime(2026, 6, 1, 6, tzinfo=UTC), datetime(2026, 6, 5, 20, tzinfo=UTC)
OFFICE = {str(day): [["09:00", "17:00"]] for day in range(5)}


@pytest.fixture
def browser(company: None) -> Browser:
    cast.support()
    browser = Browser(cast.shop_chat())
    browser.opens(language="en")
    return browser


def _asks(*questions: Question) -> None:
    set_questions(ChatWidget.objects.get(), questions, by=SYSTEM)


@pytest.fixture
def closed(browser: Browser, maja: Agent) -> Iterator[None]:
    """It is Friday night, and the chat is open again on Monday at 9."""
    oslo = make_calendar("Oslo", OpeningHours("Europe/Oslo", OFFICE), by=maja, at=MADE)
    ChatWidget.objects.update(calendar=oslo)
    with moved_to(FRIDAY_NIGHT):
        browser.opens()
        Visitor.objects.update(time_zone="Europe/Oslo")
        yield


def test_a_typed_address_is_a_claim_and_makes_nobody(browser: Browser) -> None:
    answer = browser.post("contact", email="Bo@Larsen.example", name="Bo", phone="+45 12 34 56")
    visitor = browser.visitor
    assert (answer.json(), visitor.claimed_email, visitor.told, Identity.objects.filter(kind="email").exists()) == (
        {"visitor": {"name": "Bo", "email": "bo@larsen.example"}},
        "bo@larsen.example",
        {"phone": "+45 12 34 56"},
        False,
    )


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": "nonsense"}, "email"),
        ({"email": "bo@larsen.example\r\nBcc: all@x.example"}, "email"),
        ({"email": "support@nordlys.example"}, "email"),
        ({"phone": "call me"}, "phone"),
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence_at_its_field(
    browser: Browser, typed: dict[str, str], field: str
) -> None:
    answer = browser.post("contact", **typed)
    visitor = browser.visitor
    assert (answer.status_code, answer.json()["error"], list(answer.json()["fields"])) == (400, "form", [field])
    assert (visitor.claimed_email, visitor.told) == ("", {})


def test_nobody_types_over_what_his_site_proved(browser: Browser) -> None:
    token = vouched(browser.channel, email="ann@proven.example", email_verified=True, name="Ann")
    browser.opens(identity_token=token)
    answer = browser.post("contact", email="eve@x.example", name="Eve")
    assert answer.json() == {"visitor": {"name": "Ann", "email": "ann@proven.example"}}


def test_what_is_needed_before_a_chat_is_asked_for_and_kept_with_the_message(browser: Browser) -> None:
    topics = {"en": ["Orders", "Returns"], "ru": ["Заказы", "Возвраты"]}
    _asks(Question("name", is_required=True), Question("order"), Question("topic", choices=topics))
    refused = browser.says("Hello", form={"topic": "Anything"})
    taken = browser.says("Hello", form={"name": "Bo", "order": "A-17", "topic": "Возвраты"})
    later = browser.says("Anybody there?")
    assert (refused["status"], refused["fields"], taken["status"], later["status"]) == (
        400,
        {"name": "This is needed.", "topic": "Choose one of those offered."},
        201,
        201,
    )
    context, ticket = Message.objects.order_by("id")[0].context, Ticket.objects.get()
    assert (context["order"], context["form"]["Order number"], browser.visitor.name) == (
        {"number": "A-17"},
        "A-17",
        "Bo",
    )
    assert [one.name for one in ticket.tags.all()] == ["returns"]


def test_outside_the_hours_a_message_is_taken_with_an_address_to_answer_to(browser: Browser, closed: None) -> None:
    bare = browser.says("Hello")
    fields = widget_config(ChatWidget.objects.get(), "en")["fields"]
    asked = [(one["name"], one["required"]) for one in fields]
    taken = browser.says("Hello", form={"email": "bo@larsen.example"})
    assert (bare["status"], bare["error"], asked, taken["status"], Ticket.objects.count()) == (
        400,
        "form",
        [("email", True)],
        201,
        1,
    )


def test_a_chat_that_is_closed_outside_its_hours_says_when_it_opens(browser: Browser, closed: None) -> None:
    ChatWidget.objects.update(is_open_outside_hours=False)
    answer = browser.says("Hello", form={"email": "bo@larsen.example"})
    assert (answer["status"], answer["error"], Ticket.objects.count()) == (403, "closed", 0)
    assert answer["message"] == "The chat is closed now. It opens on Monday 8 June at 09:00."
