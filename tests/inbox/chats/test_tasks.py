"""The chats' sweep."""

from __future__ import annotations

import logging

import pytest

from inbox.chats import tasks


def test_one_that_fails_is_logged_and_the_others_are_looked_after(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done = []

    def stumbles() -> None:
        raise LookupError("no calendar")

    monkeypatch.setattr(tasks, "SWEEPS", (stumbles, lambda: done.append("the rest")))
    with caplog.at_level(logging.ERROR):
        tasks.sweep()
    assert (done, [record.getMessage() for record in caplog.records]) == (["the rest"], ["chats: stumbles failed"])
