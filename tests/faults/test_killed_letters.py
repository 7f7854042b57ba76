"""A worker that is killed in the middle of a letter to customers: the others are told, and nobody twice."""

from __future__ import annotations

import pytest

from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.surveys.action_items import add_action, set_action_state
from inbox.surveys.actions import answer
from inbox.surveys.enums import ActionState
from inbox.surveys.models import ThemeLetter, ThemeLetterCopy
from inbox.surveys.theme_letters import draft_of, send_letter, write_letter
from inbox.surveys.themes import save_theme
from inbox.tickets.models import Message
from tests import cast
from tests.inbox.follow_ups.stories import ASKED, invited
from tests.inbox.surveys.stories import HOUR
from tests.product import Product

pytestmark = pytest.mark.process


def test_whoever_takes_up_a_letter_tells_each_customer_once(support: Channel, product: Product) -> None:
    lea = cast.lea()
    theme = save_theme(None, name="Label", words={"en": ["label"]}, by=lea)
    for number in (1, 2):
        answer(invited(number=number), 1, "The label.", at=ASKED)
    item = add_action(theme, "Put it into the box", owner=None, due_on=None, by=lea)
    set_action_state(item, ActionState.DONE, by=lea, at=ASKED + HOUR)
    letter = write_letter(draft_of(item, by=lea), {"en": "It is in the box."}, by=lea)
    dying = product.worker("before_letter_copy")
    send_letter(letter, by=lea)
    ThemeLetter.objects.update(begins_at=now())
    product.beat()
    assert product.killed(dying)
    half = Message.objects.filter(author_kind="system").count()
    product.worker()
    product.until(lambda: ThemeLetter.objects.get().state == "sent", "nobody took the letter up")
    assert (
        half,
        Message.objects.filter(author_kind="system").count(),
        ThemeLetterCopy.objects.exclude(message=None).count(),
    ) == (0, 2, 2)
