"""Several workers at one letter, and at what is late: everybody hears of it once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from inbox.channels.models import Channel, Delivery, OutboxMail
from inbox.common.clock import now
from inbox.follow_ups.lateness import tell_late
from inbox.sla.models import Notice
from inbox.surveys.action_items import add_action, set_action_state
from inbox.surveys.actions import answer
from inbox.surveys.enums import ActionState
from inbox.surveys.models import ThemeLetter, ThemeLetterCopy
from inbox.surveys.theme_letters import draft_of, send_copies, send_letter, write_letter
from inbox.surveys.themes import save_theme
from inbox.tickets.models import Message
from tests import cast
from tests.inbox.follow_ups.stories import ASKED, invited
from tests.inbox.surveys.stories import HOUR

WORKERS = 4


def all_at_once(sweep: Callable[[], int]) -> int:
    def swept(_number: int) -> int:
        try:
            return sweep()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as threads:
        return sum(threads.map(swept, range(WORKERS)))


@pytest.mark.django_db(transaction=True)
def test_a_customer_is_told_once_and_an_admin_once_however_many_workers_there_are(support: Channel) -> None:
    lea = cast.lea()
    cast.maja()
    theme = save_theme(None, name="Label", words={"en": ["label"]}, by=lea)
    for number in range(1, 4):
        answer(invited(number=number), 1, "The label.", at=ASKED)
    item = add_action(theme, "Put it into the box", owner=None, due_on=None, by=lea)
    set_action_state(item, ActionState.DONE, by=lea, at=ASKED + HOUR)
    letter = write_letter(draft_of(item, by=lea), {"en": "It is in the box."}, by=lea)
    send_letter(letter, by=lea)
    ThemeLetter.objects.update(begins_at=now())
    said, told = all_at_once(send_copies), all_at_once(tell_late)
    said += send_copies()
    letters = Message.objects.filter(author_kind="system")
    assert (
        said,
        letters.count(),
        Delivery.objects.filter(message__in=letters).count(),
        ThemeLetterCopy.objects.exclude(message=None).count(),
        (told, Notice.objects.count(), OutboxMail.objects.count()),
    ) == (3, 3, 3, 3, (3, 3, 3))
