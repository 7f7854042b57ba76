"""How long and how often a network lets us answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from channels_adapters.contracts import ReplyStep
from inbox.tickets.reply_windows import Window, window_at

WROTE = datetime(2026, 11, 20, 10, tzinfo=UTC)
DAY = timedelta(days=1)
TAGGED = (ReplyStep("free", DAY), ReplyStep("human_tag", 7 * DAY))
TEMPLATES = (ReplyStep("free", DAY), ReplyStep("template"))
COUNTED = (ReplyStep("free", 2 * DAY, count=5),)


@pytest.mark.parametrize(
    ("ladder", "hours", "said", "window"),
    [
        (TAGGED, 1, 0, Window("free", WROTE + DAY, "human_tag")),
        (TAGGED, 24, 0, Window("human_tag", WROTE + 7 * DAY, "closed")),
        (TAGGED, 24 * 7, 0, Window("closed", None, "closed")),
        (TEMPLATES, 23.9, 9, Window("free", WROTE + DAY, "template")),
        (TEMPLATES, 1000, 9, Window("template", None, "template")),
        (COUNTED, 1, 2, Window("free", WROTE + 2 * DAY, "closed", 3)),
        (COUNTED, 1, 5, Window("closed", None, "closed")),
        ((ReplyStep("free"),), 1000, 99, Window("free", None, "free")),
    ],
)
def test_the_way_that_is_open(ladder: tuple[ReplyStep, ...], hours: float, said: int, window: Window) -> None:
    assert window_at(ladder, WROTE, said, WROTE + timedelta(hours=hours)) == window


def test_who_never_wrote_gets_what_needs_no_message_of_his() -> None:
    assert [window_at(ladder, None, 0, WROTE).way for ladder in (TAGGED, TEMPLATES, COUNTED)] == [
        "closed",
        "template",
        "closed",
    ]
