"""Two programs that send the same at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from inbox.sla.models import BusinessCalendar
from tests import cast
from tests.inbox.api.calls import Caller


@pytest.mark.django_db(transaction=True)
def test_twins_make_one_thing_and_both_are_answered(company: None) -> None:
    caller = Caller(cast.maja())
    sent = {"name": "Night", "time_zone": "UTC", "weekly": {"0": [["22:00", "06:00"]]}}

    def send(_number: int) -> tuple[int, int]:
        try:
            response = caller.call("POST", "calendars/", sent, idempotency_key="a1")
            return response.status_code, response.json()["id"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as programs:
        answers = set(programs.map(send, range(8)))
    assert answers == {(201, BusinessCalendar.objects.get(name="Night").pk)}
