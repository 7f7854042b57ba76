"""Back-tests: begun by people, replayed by workers, stopped, taken up again after a worker died, thrown away."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from inbox.agents.models import Agent
from inbox.common import faults, work
from inbox.common.clock import now
from inbox.reports.back_test_replay import BATCH, BackTester, Changed
from inbox.reports.periods import Period
from inbox.sla.enums import BackTestState
from inbox.sla.models import BackTest, BackTestedRun
from inbox.sla.wallclock import at_tick

log = logging.getLogger(__name__)

UNDER_WAY = (BackTestState.WAITING, BackTestState.RUNNING)
MOST_DRAFTS = 2
MOST_FAILURES = 5


class Stopped(Exception):
    """The back-test was stopped, thrown away, or taken over by another worker."""


def begin(
    name: str, period: Period, drafts: Sequence[Mapping[str, Any]], *, by: Agent, at: datetime | None = None
) -> BackTest:
    """Replay the tickets of a period with one or two drafts, as `Rules` reads them, each with a "name"."""
    if not 0 < len(drafts) <= MOST_DRAFTS:
        raise ValueError(f"A back-test has one draft or two, not {len(drafts)}.")
    made = BackTest.objects.create(
        name=name,
        made_by=by,
        made_at=at or now(),
        period_start=period.start,
        period_end=period.end,
        time_zone=period.zone.key,
        drafts=list(drafts),
    )
    transaction.on_commit(lambda: ring(made.pk))
    return made


def stop(job: BackTest) -> None:
    """Stop replaying; what was counted is dropped."""
    BackTest.objects.filter(pk=job.pk, state__in=UNDER_WAY).update(state=BackTestState.CANCELLED, finished_at=now())


def begin_again(job: BackTest) -> None:
    """Replay one that was stopped or failed from the start."""
    stood = BackTest.objects.filter(pk=job.pk, state__in=(BackTestState.CANCELLED, BackTestState.FAILED))
    if stood.update(
        state=BackTestState.WAITING, attempts=0, deaths=0, next_attempt_at=None, error="", done=0, finished_at=None
    ):
        transaction.on_commit(lambda: ring(job.pk))


def throw_away(job: BackTest) -> None:
    """Delete it with its result."""
    with transaction.atomic():
        BackTest.objects.select_for_update().filter(pk=job.pk).first()
        _forget_runs(job)
        BackTest.objects.filter(pk=job.pk).delete()


def ring(back_test_id: int) -> None:
    """Wake a worker; without the bell the sweep finds it."""
    try:
        current_app.send_task("inbox.reports.tasks.replay_back_test", (back_test_id,), retry=False)
    except (OperationalError, OSError) as error:
        log.warning("reports: no bell for back-test %s, the sweep will find it: %s", back_test_id, error)


def waiting() -> list[int]:
    """Ids of back-tests that nobody replays at the moment."""
    return list(work.due(_under_way()).order_by("id").values_list("id", flat=True)[:20])


def _under_way() -> QuerySet[BackTest]:
    return BackTest.objects.filter(state__in=UNDER_WAY)


def run(back_test_id: int) -> BackTest | None:
    """Replay a back-test from its start to its result. None when it is over, or somebody else replays it."""
    job = work.claim(_under_way(), back_test_id)
    if job is None:
        return None
    if job.attempts > MOST_FAILURES:
        _fail(job, job.error or _("Replaying it failed again and again."))
        return job
    try:
        _Replay(job).run()
    except Stopped:
        log.info("reports: back-test %s was stopped or taken over", job.pk)
    except DatabaseError as error:
        log.exception("reports: back-test %s failed (attempt %s)", job.pk, job.attempts)
        work.finish(job, error=str(error), next_attempt_at=Now() + work.backoff(job.attempts))
    except (ArithmeticError, LookupError, ValueError) as error:
        log.exception("reports: back-test %s can't be replayed", job.pk)
        _fail(job, str(error))
    return job


def _fail(job: BackTest, error: str) -> None:
    work.finish(job, state=BackTestState.FAILED, error=error, finished_at=now(), next_attempt_at=None)


@dataclass(slots=True)
class _Replay:
    """One worker's replay: what is not kept yet, and how far it is."""

    job: BackTest
    done: int = 0
    changed: list[Changed] = field(default_factory=list)

    def run(self) -> None:
        job, as_of = self.job, now()
        tester = BackTester(job.period_start, job.period_end, as_of, job.drafts)
        ids = tester.tickets()
        self._begin(as_of, len(ids))
        for first in range(0, len(ids), BATCH):
            batch = ids[first : first + BATCH]
            self.changed = tester.take(batch)
            self.done += len(batch)
            self._keep()
            faults.point("during_back_test")
        result = {"as_of": as_of.isoformat(), **tester.result(ZoneInfo(job.time_zone))}
        finished = work.finish(
            job, state=BackTestState.DONE, result=result, finished_at=now(), error="", next_attempt_at=None
        )
        if not finished:
            raise Stopped

    def _begin(self, as_of: datetime, total: int) -> None:
        """From the start, whatever an earlier worker had kept."""
        with transaction.atomic():
            self._hold(state=BackTestState.RUNNING, started_at=as_of, total=total, done=0, result={})
            _forget_runs(self.job)

    def _keep(self) -> None:
        """Keep the changed runs and the progress, together."""
        with transaction.atomic():
            self._hold(done=self.done)
            _store(self.job, self.changed)

    def _hold(self, **values: Any) -> None:
        """Write progress and prolong the lease; raises `Stopped` when the back-test is no longer this worker's."""
        held = BackTest.objects.filter(Q(state__in=UNDER_WAY), pk=self.job.pk, lease_token=self.job.lease_token)
        if not held.update(lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS), **values):
            raise Stopped


def _store(job: BackTest, changed: Sequence[Changed]) -> None:
    if not changed:
        return
    with connection.cursor() as cursor, cursor.cursor.copy(_COPY) as copy:
        for run in changed:
            copy.write_row((job.pk, *run[:-2], _instant(run.before_due_at), _instant(run.after_due_at)))


def _instant(at: int | None) -> datetime | None:
    return None if at is None else at_tick(at)


def _forget_runs(job: BackTest) -> None:
    """Without looking at each: there may be hundreds of thousands."""
    runs = BackTestedRun.objects.filter(back_test=job.pk)
    runs._raw_delete(runs.db)


_COPY = """
    COPY inbox_backtestedrun
        (back_test_id, draft, ticket_id, target, number, change, after, before_due_at, after_due_at)
    FROM STDIN
"""
