"""A worker that is killed in the middle of a back-test: the next one takes it up, and nothing is counted twice."""

from __future__ import annotations

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.common.clock import moved_to
from inbox.reports import back_test
from inbox.sla.models import BackTest
from tests.inbox.reports.stories import NOW, week
from tests.inbox.reports.test_back_test_drafts import WEEK, first_replies, promising, runs
from tests.product import Product

pytestmark = pytest.mark.process


def test_a_back_test_whose_worker_was_killed_finds_what_it_would_have_found(
    support: Channel, ada: Agent, carl: Agent, maja: Agent, product: Product
) -> None:
    with moved_to(NOW):
        week(support, ada, carl)
    dying = product.worker("during_back_test")
    job = back_test.begin("Try", WEEK, [promising(2)], by=maja)
    assert product.killed(dying)
    job.refresh_from_db()
    kept, half = runs(job), (job.state, job.done)
    product.worker()
    product.beat()
    product.until(lambda: BackTest.objects.get().state == "done", "nobody took the back-test up")
    job.refresh_from_db()
    assert (half, bool(kept), runs(job), job.attempts, job.deaths) == (("running", 7), True, kept, 2, 1)
    assert first_replies(job)[0][0] + first_replies(job)[0][1] == first_replies(job)[1][0] + first_replies(job)[1][1]
