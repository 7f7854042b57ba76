"""Taking chats by a program."""

from __future__ import annotations

import pytest

from inbox.agents.models import Agent
from tests.inbox.api.calls import Caller

pytestmark = pytest.mark.django_db


def test_an_agent_takes_chats_says_how_many_and_goes_away(ada: Agent) -> None:
    caller = Caller(ada)
    told = [caller.call("GET", "me/chats/").json()]
    changes = ({"takes": True, "most": 2}, {"takes": False}, {"most": 0})
    told += [caller.call("PATCH", "me/chats/", sent).json() for sent in changes]
    assert told[:3] == [
        {"takes": False, "most": 4, "has": 0},
        {"takes": True, "most": 2, "has": 0},
        {"takes": False, "most": 2, "has": 0},
    ]
    ada.refresh_from_db()
    assert (told[3]["status"], ada.takes_chats, ada.most_chats) == (400, False, 2)
