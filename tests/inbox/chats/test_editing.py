"""Changing and deleting what was said in a chat: who may, until when, and what is left of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.chats.editing import delete, edit
from inbox.chats.models import ChatWidget
from inbox.tickets.actions import Refused
from inbox.tickets.amending import amend, take_back
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, MessageRevision, Ticket, TicketEvent
from tests import cast
from tests.inbox.livechat.browsers import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(company: None) -> Browser:
    """Somebody asked, and Ada answered."""
    browser = Browser(cast.shop_chat())
    browser.opens()
    browser.says("Where is my parcel?")
    reply(Ticket.objects.get(), "It is lost.", by=cast.ada())
    return browser


def answer() -> Message:
    return Message.objects.select_related("channel").get(direction="out")


def kinds() -> list[str]:
    return list(TicketEvent.objects.filter(kind__startswith="message_").order_by("id").values_list("kind", flat=True))


def test_a_changed_message_is_changed_for_the_visitor_and_we_know_what_it_said(browser: Browser) -> None:
    cursor = browser.sees()["cursor"]
    edit(answer(), "It is on its way.", by=cast.ada())
    edit(answer(), "It is on its way.", by=cast.ada())
    later = browser.sees(after=cursor)["messages"]
    assert [(one["text"], bool(one["edited_at"])) for one in later] == [("It is on its way.", True)]
    assert list(MessageRevision.objects.values_list("text", flat=True)) == ["It is lost."]
    assert (kinds(), Ticket.objects.get().snippet) == (["message_edited"], "It is on its way.")


def test_a_deleted_message_keeps_its_place_and_loses_its_words(browser: Browser) -> None:
    cursor = browser.sees()["cursor"]
    delete(answer(), by=cast.ada())
    later = browser.sees(after=cursor)["messages"]
    assert [(one["text"], one["is_deleted"]) for one in later] == [("", True)]
    assert MessageRevision.objects.get().text == "It is lost."
    assert (kinds(), Ticket.objects.get().snippet) == (["message_deleted"], "Where is my parcel?")


@pytest.mark.parametrize(
    ("who", "minutes", "may_edit", "may_delete"),
    [("ada", 14, True, True), ("ada", 16, False, False), ("carl", 1, False, False), ("lea", 99, False, True)],
)
def test_the_author_may_for_a_while_and_leads_may_delete_at_any_time(
    browser: Browser, who: str, minutes: int, may_edit: bool, may_delete: bool
) -> None:
    message, agent = answer(), getattr(cast, who)()
    at = message.occurred_at + timedelta(minutes=minutes)
    done = []
    for verb in (lambda: edit(message, "Other words.", by=agent, at=at), lambda: delete(message, by=agent, at=at)):
        try:
            verb()
            done.append(True)
        except Refused:
            done.append(False)
    assert (done, len(kinds())) == ([may_edit, may_delete], may_edit + may_delete)


def test_where_a_chat_forbids_changes_nothing_is_changed(browser: Browser) -> None:
    ChatWidget.objects.update(edit_minutes=0)
    with pytest.raises(Refused, match="can't be changed in this chat"):
        edit(answer(), "Other words.", by=cast.ada())
    assert answer().text == "It is lost."


def test_what_the_visitor_said_is_not_ours_to_change(browser: Browser) -> None:
    his = Message.objects.select_related("channel").get(direction="in")
    with pytest.raises(Refused, match="can't be changed"):
        delete(his, by=cast.lea())
    assert Message.objects.get(pk=his.pk).deleted_at is None


def test_older_news_of_a_change_that_come_late_change_nothing(browser: Browser) -> None:
    his = Message.objects.get(direction="in")
    first, second = his.occurred_at + timedelta(seconds=1), his.occurred_at + timedelta(seconds=2)
    amend(his, "Where is my second parcel?", at=second)
    amend(his, "Where is my first parcel?", at=first)
    assert Message.objects.get(pk=his.pk).text == "Where is my second parcel?"


def test_what_has_to_be_forgotten_is_nowhere_any_more(browser: Browser) -> None:
    his = Message.objects.get(direction="in")
    amend(his, "Where is it?")
    take_back(his, erase=True)
    take_back(his, erase=True)
    assert set(MessageRevision.objects.values_list("text", flat=True)) == {""}
    assert (Message.objects.get(pk=his.pk).text, kinds()) == ("", ["message_edited", "message_deleted"])
