"""Who hears that a follow-up is late: once, in the workspace and by mail."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from django.test import override_settings

from inbox.channels.models import OutboxMail
from inbox.follow_ups.actions import assign, reopen
from inbox.follow_ups.lateness import tell_late
from inbox.sla.models import Notice
from inbox.surveys.actions import answer
from inbox.surveys.models import FollowUpTask
from inbox.tickets.models import TicketEvent
from tests import cast
from tests.inbox.follow_ups.stories import ASKED, asked_altogether, invited, unhappy
from tests.inbox.surveys.stories import DAY
from tests.product import MailServer


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    with override_settings(EMAIL_URL=f"smtp://127.0.0.1:{server.start()}"):
        yield server
    server.stop()


def noticed() -> list[tuple[str, str, bool]]:
    found = Notice.objects.order_by("id").select_related("agent", "event")
    return [(one.agent.name, one.event.kind if one.event else "", one.is_breach) for one in found]


def test_its_owner_gets_one_notice_and_one_mail(company: None, mail_server: MailServer) -> None:
    task = unhappy(comment="The label\nmust be printed.")
    assign(task, cast.ada(), by=cast.maja())
    told = [tell_late(), tell_late()]
    (sent,) = mail_server.mails
    assert isinstance(sent, EmailMessage)
    text = sent.get_body(("plain",)).get_content()
    assert (
        told,
        noticed(),
        sent["To"],
        sent["Subject"],
        sent["Auto-Submitted"],
        [
            piece in text
            for piece in ("Friday 6 March 2026, 11:00 (UTC)", "The label must be", f"/follow-ups/{task.pk}/")
        ],
        FollowUpTask.objects.get().told_late_at is None,
        TicketEvent.objects.get(kind="task_late").details["told"],
    ) == (
        [1, 0],
        [("Ada", "task_late", True)],
        "Ada <ada@nordlys.example>",
        "Follow-up late: Bo 1",
        "auto-generated",
        [True, True, True],
        False,
        ["Ada"],
    )


def test_what_nobody_has_the_admins_hear_of_and_about_us_altogether_by_mail_only(company: None) -> None:
    cast.maja()
    cast.ada()
    answer(asked_altogether(invited()), 1, at=ASKED)
    first = tell_late(), noticed(), [mail.recipients for mail in OutboxMail.objects.order_by("id")]
    unhappy(2)
    tell_late()
    assert (first, noticed()) == ((1, [], [["maja@nordlys.example"]]), [("Maja", "task_late", True)])


def test_a_mail_that_does_not_leave_is_tried_again_and_the_notice_is_not_repeated(company: None) -> None:
    task = unhappy()
    assign(task, cast.ada(), by=cast.maja())
    with override_settings(EMAIL_URL="smtp://127.0.0.1:9"):
        first = tell_late()
    waiting = FollowUpTask.objects.get()
    FollowUpTask.objects.update(next_attempt_at=None)
    second = tell_late()
    assert (
        first,
        waiting.told_late_at,
        waiting.next_attempt_at is None,
        second,
        len(noticed()),
        OutboxMail.objects.count(),
    ) == (1, None, False, 1, 1, 1)


def test_what_is_reopened_and_late_again_is_told_of_again(company: None) -> None:
    task, ada = unhappy(), cast.ada()
    assign(task, ada, by=ada)
    tell_late()
    FollowUpTask.objects.update(done_at=ASKED, outcome="Called.")
    reopen(task, by=ada, at=ASKED + DAY)
    tell_late()
    assert (len(noticed()), OutboxMail.objects.count()) == (2, 2)
