"""Telling the customers who said so: whom, once, and without touching their tickets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from inbox.channels.models import Delivery
from inbox.channels.outgoing import outbound
from inbox.surveys.action_items import add_action, set_action_state
from inbox.surveys.actions import answer
from inbox.surveys.enums import ActionState
from inbox.surveys.letter_texts import DRAFTS, filled
from inbox.surveys.models import ActionItem, ThemeLetter, ThemeLetterCopy, ThemeMention
from inbox.surveys.theme_letters import (
    STOPPABLE,
    draft_of,
    recipients_of,
    send_copies,
    send_letter,
    stop_letter,
    write_letter,
)
from inbox.surveys.themes import save_theme
from inbox.tickets.changes import Refused
from inbox.tickets.conversation import newer_than
from inbox.tickets.models import Message, Ticket, TicketEvent
from tests import cast
from tests.inbox.follow_ups.stories import ASKED, asked_altogether, invited
from tests.inbox.questions import says
from tests.inbox.surveys.stories import DAY, HOUR

DONE = ASKED + 10 * DAY
SENT = DONE + HOUR
TEXT = "Hello {name},\n\na label is in every box now."


@pytest.fixture(scope="module")
def done_once(company_once: bool) -> int:
    """Three customers spoke of the label; one of them asked for no more surveys. Then it was put into the box."""
    lea = cast.lea()
    theme = save_theme(None, name="Label", words={"en": ["label"]}, by=lea)
    for number in (1, 2, 3):
        answer(invited(number=number), 2, "The label must be printed.", at=ASKED + HOUR)
    last = ThemeMention.objects.latest("invitation_id").invitation
    answer(invited(number=4), 2, "Slow.", at=ASKED + HOUR)
    type(last.customer).objects.filter(pk=last.customer_id).update(survey_opt_out_at=ASKED + DAY)
    item = add_action(theme, "Put a label into every box", owner=lea, due_on=None, by=lea, at=ASKED + DAY)
    return set_action_state(item, ActionState.DONE, by=lea, at=DONE).pk


@pytest.fixture
def item(done_once: int, company: None) -> ActionItem:
    return ActionItem.objects.select_related("theme").get(pk=done_once)


def written(item: ActionItem) -> ThemeLetter:
    return write_letter(draft_of(item, by=cast.lea()), {"en": TEXT}, by=cast.lea())


def told() -> list[tuple[str, str]]:
    """Each copy with what was said, or why nothing was."""
    copies = ThemeLetterCopy.objects.select_related("customer", "message").order_by("customer__name")
    return [(one.customer.name, one.message.text if one.message else one.left_out_because) for one in copies]


def everything(ticket: Ticket) -> list[object]:
    """What must not change by a letter."""
    fresh = Ticket.objects.get(pk=ticket.pk)
    clocks = list(ticket.clocks.order_by("id").values_list("state", "stopped_at", "due_at", "breached_at"))
    figures = type(ticket.figures).objects.filter(ticket=ticket).values().get()
    return [fresh.state, fresh.waiting_since, fresh.due_at, fresh.last_message_at, fresh.snippet, clocks, figures]


def test_each_is_told_once_in_his_own_ticket_which_stays_as_it_is(item: ActionItem) -> None:
    ticket = Ticket.objects.get(customer__name="Bo 1")
    before, letter = everything(ticket), send_letter(written(item), by=cast.lea(), at=SENT)
    counts = [send_copies(SENT), send_copies(SENT + STOPPABLE), send_copies(SENT + STOPPABLE + HOUR)]
    letter.refresh_from_db()
    said = Message.objects.get(ticket=ticket, author_kind="system")
    assert (
        counts,
        told(),
        (letter.state, letter.sent_at),
        everything(ticket) == before,
        (said.agent, said.direction, said.kind, said.language, newer_than(ticket, 0, cast.ada())[-1] != said),
        Delivery.objects.filter(message=said, status="queued").count(),
        TicketEvent.objects.get(ticket=ticket, kind="told").details["action"],
    ) == (
        [0, 2, 0],
        [
            ("Bo 1", "Hello Bo 1,\n\na label is in every box now."),
            ("Bo 2", "Hello Bo 2,\n\na label is in every box now."),
            ("Bo 3", "opted_out"),
        ],
        ("sent", SENT + STOPPABLE),
        True,
        (cast.lea(), "out", "message", "en", True),
        1,
        "Put a label into every box",
    )


def test_it_answers_no_customer_who_waits(item: ActionItem) -> None:
    ticket = Ticket.objects.get(customer__name="Bo 1")
    says(ticket, "And where is the refund?", at=DONE)
    before = everything(ticket)
    send_letter(written(item), by=cast.lea(), at=SENT)
    send_copies(SENT + STOPPABLE)
    assert (everything(ticket) == before, before[0], before[1]) == (True, "open", DONE)


def test_the_mail_says_by_itself_that_no_person_waits_for_an_answer(item: ActionItem) -> None:
    send_letter(written(item), by=cast.lea(), at=SENT)
    send_copies(SENT + STOPPABLE)
    delivery = Delivery.objects.select_related("message__ticket", "channel").latest("id")
    mail = outbound(delivery)
    assert (mail.by_human, mail.subject, "label is in every box" in mail.text, len(mail.to)) == (
        False,
        "Re: Return of order 0988",
        True,
        1,
    )


def test_who_was_told_is_not_told_of_the_same_again(item: ActionItem) -> None:
    send_letter(written(item), by=cast.lea(), at=SENT)
    send_copies(SENT + STOPPABLE)
    with pytest.raises(Refused, match="nobody to tell"):
        send_letter(written(item), by=cast.lea(), at=SENT + DAY)
    assert sorted(one.left_out for one in recipients_of(item).named) == ["opted_out", "told", "told"]


def test_a_letter_is_stopped_until_it_begins_and_no_longer(item: ActionItem) -> None:
    letter = send_letter(written(item), by=cast.lea(), at=SENT)
    stop_letter(letter, by=cast.lea(), at=SENT + STOPPABLE / 2)
    stopped = letter.state, ThemeLetterCopy.objects.count(), send_copies(SENT + DAY)
    send_letter(letter, by=cast.lea(), at=SENT)
    with pytest.raises(Refused, match="too late"):
        stop_letter(letter, by=cast.lea(), at=SENT + STOPPABLE)
    assert (stopped, letter.state) == (("draft", 0, 0), "sending")


@pytest.mark.parametrize(
    ("speaks_against", "reason"),
    [
        (lambda ticket: type(ticket.customer).objects.update(survey_opt_out_at=SENT), "opted_out"),
        (lambda ticket: type(ticket.customer).objects.update(erased_at=SENT), "erased"),
        (lambda ticket: Ticket.objects.update(is_spam=True), "spam"),
        (lambda ticket: Ticket.objects.update(deleted_at=SENT), "gone"),
        (lambda ticket: ThemeMention.objects.update(is_denied=True), "no_longer"),
        (lambda ticket: ticket.customer.identities.all().delete(), "no_address"),
        (lambda ticket: ticket.customer.identities.update(opted_out_at=SENT), "no_address"),
    ],
)
def test_what_comes_to_speak_against_it_before_it_is_said_counts(
    item: ActionItem, speaks_against: Callable[[Ticket], object], reason: str
) -> None:
    send_letter(written(item), by=cast.lea(), at=SENT)
    speaks_against(Ticket.objects.select_related("customer").get(customer__name="Bo 1"))
    send_copies(SENT + STOPPABLE)
    assert told()[0] == ("Bo 1", reason)


def test_who_said_it_anonymously_is_only_counted_and_about_us_altogether_has_no_ticket(item: ActionItem) -> None:
    customer = invited(number=5)
    answer(asked_altogether(customer), 1, "The label again.", at=ASKED + HOUR)
    answer(asked_altogether(invited(number=6), is_anonymous=True), 1, "Label!", at=ASKED + HOUR)
    found = recipients_of(item)
    assert ([(one.customer.name, one.left_out) for one in found.left_out], found.anonymous, len(found.told)) == (
        [("Bo 5", "no_ticket"), ("Bo 3", "opted_out")],
        1,
        2,
    )


def test_who_says_so_after_it_was_done_is_not_told_that_it_was(item: ActionItem) -> None:
    answer(invited(number=7), 1, "No label in the box!", at=DONE + HOUR)
    assert "Bo 7" not in [one.customer.name for one in recipients_of(item).named]


def test_a_letter_waits_until_it_is_written_and_the_action_done(item: ActionItem) -> None:
    lea, refused = cast.lea(), []
    letter = draft_of(item, by=lea)
    ActionItem.objects.update(state="open", done_at=None)
    open_item = ThemeLetter.objects.select_related("action_item__theme").get(pk=letter.pk)
    for one, by in ((letter, lea), (open_item, lea), (letter, cast.ada())):
        with pytest.raises(Refused) as refusal:
            send_letter(one, by=by, at=SENT)
        refused.append(str(refusal.value))
    assert (draft_of(item, by=lea).pk, letter.texts, refused, ThemeLetterCopy.objects.count()) == (
        letter.pk,
        dict(DRAFTS),
        [
            "Write what has changed, in every language that somebody is told in.",
            "First mark as done what the customers are told of.",
            "Only leads and admins do that.",
        ],
        0,
    )


@pytest.mark.parametrize(
    ("text", "named", "nameless"),
    [
        ("Hello {name},\n", "Hello Bo,\n", "Hello,\n"),
        ("Здравствуйте, {name}!", "Здравствуйте, Bo!", "Здравствуйте!"),
        ("{name}您好：", "Bo您好：", "您好："),
        ("No name.", "No name.", "No name."),
    ],
)
def test_a_name_that_is_not_known_leaves_no_hole(text: str, named: str, nameless: str) -> None:
    assert (filled(text, "Bo"), filled(text, "")) == (named, nameless)
