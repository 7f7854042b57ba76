"""The greeter in a chat: what it says, when it steps aside, and that it never counts as one of us."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from inbox.channels.models import Delivery
from inbox.chats.flow_enums import FlowStart, FlowWhen
from inbox.chats.flow_models import FlowAnswer, FlowRun, FlowStep
from inbox.chats.flows import hand_over_silent
from inbox.chats.models import Visitor
from inbox.common.clock import now
from inbox.sla.replay import replay
from inbox.tickets.conversation import newer_than, reply
from inbox.tickets.models import Ticket, TicketEvent
from tests import cast
from tests.inbox.chats.flows_cast import greeter
from tests.inbox.livechat.browsers import Browser
from tests.inbox.sla.logs import OFFICE, terms

pytestmark = pytest.mark.django_db
_PASSED_ON = "I pass this on to a person, who will answer here. Add whatever helps meanwhile."


@pytest.fixture
def browser(company: None) -> Browser:
    return Browser(cast.shop_chat())


def test_the_opening_is_pressed_and_stands_above_the_press_in_the_ticket(browser: Browser) -> None:
    greeter(browser.channel)
    opening = browser.opens()["conversation"]["opening"]
    labels = [one["label"] for one in opening["buttons"]]
    press(browser, opening, "My order")
    browser.says("it is NS-1007, thanks")
    assert (opening["author"]["name"], labels, talk(browser), ended(), learnt()) == (
        "Nordlys Shoes · automatic",
        ["My order", "Returns", "Talk to a person"],
        [
            ("bot", "What is it about?", []),
            ("visitor", "My order", []),
            ("bot", "Which order?", []),
            ("visitor", "it is NS-1007, thanks", []),
            ("bot", _PASSED_ON, []),
        ],
        "script",
        [("", "My order"), ("order", "NS-1007")],
    )
    assert browser.sees()["opening"] is None


def test_who_writes_instead_of_pressing_is_left_alone(browser: Browser) -> None:
    greeter(browser.channel)
    browser.opens()
    browser.says("Do you ship to Iceland?")
    assert (talk(browser), FlowRun.objects.count()) == ([("visitor", "Do you ship to Iceland?", [])], 0)


def test_what_no_step_asked_for_goes_to_a_person(browser: Browser) -> None:
    greeter(browser.channel, starts=FlowStart.AFTER)
    browser.opens()
    browser.says("Hello")
    offered = browser.sees()["messages"][-1]
    browser.says("My shoes squeak")
    browser.says("They really do")
    assert ([one["label"] for one in offered["buttons"]], talk(browser)[2:], ended()) == (
        ["My order", "Returns", "Talk to a person"],
        [("visitor", "My shoes squeak", []), ("bot", _PASSED_ON, []), ("visitor", "They really do", [])],
        "typed",
    )


def test_a_person_is_one_press_away_at_every_step(browser: Browser) -> None:
    greeter(browser.channel, starts=FlowStart.AFTER)
    browser.opens()
    browser.says("Hello")
    press(browser, browser.sees()["messages"][-1], "Returns")
    press(browser, browser.sees()["messages"][-1], "Talk to a person")
    assert (ended(), Ticket.objects.get().state, talk(browser)[-1][1]) == ("wished", "new", _PASSED_ON)


def test_what_is_no_order_number_is_asked_for_once_more_and_then_a_person_has_it(browser: Browser) -> None:
    opening = opened_with_greeter(browser)
    press(browser, opening, "My order")
    browser.says("no idea")
    again = talk(browser)[-1]
    browser.says("really no idea")
    assert (again, ended(), learnt()) == (
        (
            "bot",
            "That does not look like an order number. It has digits in it, as in “1007”. Try once more?",
            ["Talk to a person"],
        ),
        "mistaken",
        [("", "My order")],
    )


def test_an_old_button_says_nothing_and_is_kept_as_text(browser: Browser) -> None:
    opening = opened_with_greeter(browser)
    press(browser, opening, "My order")
    press(browser, opening, "Returns")
    token = next(one["id"] for one in browser.sees()["messages"][2]["buttons"])
    for choice in ("nonsense", token[:-1]):
        browser.says("Talk to a person", choice={"id": choice, "label": "Talk to a person"})
    assert (talk(browser)[3:], FlowRun.objects.get().ended_at) == (
        [("visitor", "Returns", []), ("visitor", "Talk to a person", []), ("visitor", "Talk to a person", [])],
        None,
    )


def test_a_press_that_is_sent_twice_is_answered_once(browser: Browser) -> None:
    opening = opened_with_greeter(browser)
    for _again in range(2):
        press(browser, opening, "My order", client_id="7d444840-9dc0-11d1-b245-5ffdce74fad2")
    assert [one[1] for one in talk(browser)] == ["What is it about?", "My order", "Which order?"]


def test_when_one_of_us_answers_the_bot_is_silent(browser: Browser) -> None:
    opening = opened_with_greeter(browser)
    press(browser, opening, "My order")
    reply(Ticket.objects.get(), "Let me look.", by=cast.ada())
    browser.says("1007")
    assert (talk(browser)[-1], ended()) == (("visitor", "1007", []), "people")


def test_the_bot_is_no_answer_for_any_clock_and_no_news_for_who_replies(browser: Browser) -> None:
    opening = opened_with_greeter(browser)
    press(browser, opening, "Returns")
    press(browser, browser.sees()["messages"][-1], "No, it did not")
    ticket = Ticket.objects.get()
    seen = ticket.messages.filter(direction="in").latest("id").pk
    log = list(ticket.events.order_by("id"))
    people = [event for event in log if event.kind not in ("bot_said", "bot_left")]
    later = now() + timedelta(hours=5)
    assert (ticket.waiting_since, ticket.state, newer_than(ticket, seen, cast.ada()), len(log) - len(people)) == (
        ticket.messages.filter(direction="in").earliest("id").occurred_at,
        "new",
        [],
        4,
    )
    assert replay(log, terms(), OFFICE, until=later) == replay(people, terms(), OFFICE, until=later)
    assert {one.status for one in Delivery.objects.filter(ticket=ticket)} == {"sent"}


def test_that_it_helped_says_the_customer_and_nothing_is_resolved_by_silence(browser: Browser) -> None:
    opening = opened_with_greeter(browser)
    press(browser, opening, "Returns")
    asked = talk(browser)[-1]
    hand_over_silent(now() + timedelta(hours=1))
    assert (asked, ended(), Ticket.objects.get().state, FlowAnswer.objects.count()) == (
        (
            "bot",
            "Send it back within 30 days.\n\nDid that help?",
            ["Yes, that helped", "No, it did not", "Talk to a person"],
        ),
        "silent",
        "new",
        1,
    )


def test_it_speaks_the_visitors_language_and_the_channels_where_it_has_no_words(browser: Browser) -> None:
    greeter(browser.channel)
    opening = browser.opens(language="ru")["conversation"]["opening"]
    assert (opening["text"], [one["label"] for one in opening["buttons"]][:2]) == (
        "О чём речь?",
        ["My order", "Returns"],
    )


def test_a_script_that_is_changed_or_off_hands_over(browser: Browser) -> None:
    opening = opened_with_greeter(browser)
    press(browser, opening, "My order")
    FlowStep.objects.get(key="order").delete()
    browser.says("1007")
    assert (ended(), talk(browser)[-1][1]) == ("changed", _PASSED_ON)


def test_outside_the_hours_only_means_not_now(browser: Browser) -> None:
    flow = greeter(browser.channel, starts=FlowStart.AFTER)
    flow.when = FlowWhen.CLOSED
    flow.save()
    browser.opens()
    browser.says("Hello")
    assert FlowRun.objects.count() == 0


def test_a_typed_address_is_a_claim_of_the_visitor(browser: Browser) -> None:
    greeter(browser.channel)
    FlowStep.objects.filter(key="order").update(asks="email")
    press(browser, browser.opens()["conversation"]["opening"], "My order")
    browser.says("mia@example.com")
    assert [(one.claimed_email, one.email) for one in Visitor.objects.all()] == [("mia@example.com", "")]


def opened_with_greeter(browser: Browser) -> dict[str, Any]:
    greeter(browser.channel)
    return dict(browser.opens()["conversation"]["opening"])


def press(browser: Browser, offer: dict[str, Any], label: str, **more: Any) -> None:
    chosen = next(one for one in offer["buttons"] if one["label"] == label)
    browser.says("", choice=chosen, **more)


def talk(browser: Browser) -> list[tuple[str, str, list[str]]]:
    said = browser.sees()["messages"]
    return [(one["from"], one["text"], [button["label"] for button in one["buttons"]]) for one in said]


def ended() -> str:
    left = TicketEvent.objects.filter(kind="bot_left").values_list("details", flat=True)
    run = FlowRun.objects.get()
    assert [one["why"] for one in left] == [run.why]
    return run.why


def learnt() -> list[tuple[str, str]]:
    return list(FlowAnswer.objects.order_by("id").values_list("asks", "answer"))
