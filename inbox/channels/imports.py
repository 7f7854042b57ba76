"""Old mail brought in from files: read slice by slice, each mail through the whole intake, on from where it stopped."""

from __future__ import annotations

import io
import logging
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO, Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from redis import RedisError

from channels_adapters.contracts import Payload
from inbox.agents.models import Agent
from inbox.channels.enums import EnvelopeState, ImportState
from inbox.channels.intake import accept, process
from inbox.channels.mail_files import Unusable, examined, found_mails
from inbox.channels.mbox import MOST_BYTES, Found
from inbox.channels.models import Channel, Envelope, MailImport, ReceivedEvent
from inbox.common import faults, work
from inbox.common.clock import now
from inbox.tickets.files import forget_unused, open_blob, store_file

log = logging.getLogger(__name__)
#: How long a worker stays with one import before it looks for other work (seconds).
SLICE = 60.0
#: Mails after which the position is kept; what a dying worker read since is read again, and known.
BATCH = 20
MOST_FAILURES = 8
PLACE = "import"
_NOTES = 2000


def begin(channel: Channel, files: Sequence[UploadedFile], *, by: Agent) -> MailImport:
    """Keep the files and start reading them; several are kept as one. Raises `Unusable` when they hold no mail."""
    with _as_one(files) as (file, size, name):
        to_read = examined(file, size)
        stored = store_file(file, filename=name, content_type="application/octet-stream")
    return MailImport.objects.create(
        channel=channel, by=by, filename=stored.filename, blob=stored.sha256, size=to_read, created_at=now()
    )


def stop(job: MailImport) -> None:
    """Stop reading after the mail that is being read; what was taken stays."""
    MailImport.objects.filter(pk=job.pk, state=ImportState.RUNNING).update(state=ImportState.STOPPED)


def go_on(job: MailImport) -> None:
    """Go on with an import that was stopped or failed, behind the last mail that was taken."""
    MailImport.objects.filter(pk=job.pk, state__in=(ImportState.STOPPED, ImportState.FAILED)).update(
        state=ImportState.RUNNING, attempts=0, deaths=0, next_attempt_at=None, finished_at=None
    )


def waiting() -> list[int]:
    """Ids of imports that nobody reads at the moment."""
    return list(work.due(_running()).order_by("id").values_list("id", flat=True)[:20])


def read_on(import_id: int, *, seconds: float = SLICE) -> MailImport | None:
    """Read an import for a while. None when it is over, stopped, or somebody else reads it."""
    job = work.claim(_running(), import_id)
    if job is None:
        return None
    if job.attempts + job.deaths > MOST_FAILURES:
        _over(job, ImportState.FAILED, _("Reading it failed again and again."))
        return job
    try:
        is_over = _Slice(job, time.monotonic() + seconds).read()
    except Unusable as error:
        _over(job, ImportState.FAILED, str(error))
    except FileNotFoundError:
        _over(job, ImportState.FAILED, _("The uploaded file is gone. Import it again: what was taken is not doubled."))
    except (DatabaseError, OSError, ValueError) as error:
        log.exception("import: %s failed (attempt %s)", job.pk, job.attempts)
        work.finish(job, error=str(error), next_attempt_at=Now() + work.backoff(job.attempts))
    else:
        if is_over:
            _over(job, ImportState.DONE)
        else:
            work.finish(job, next_attempt_at=None)
    job.refresh_from_db()
    return job


@dataclass(slots=True)
class _Slice:
    """One worker's time with an import: what it took since the position was last kept."""

    job: MailImport
    until: float
    repeated: int = 0
    fresh: list[int] = field(default_factory=list)
    notes: str = ""

    def read(self) -> bool:
        """True when the end of the file is reached, False when the time is up or the import was stopped."""
        job = self.job
        interrupted = _journalled_behind(job)
        begun_at, begun_with = time.time(), job.taken + job.repeated + job.quarantined
        with open_blob(job.blob) as file:
            for number, found in enumerate(found_mails(file, job.position), 1):
                self._take(found, interrupted)
                is_late = time.monotonic() > self.until
                if (number % BATCH == 0 or is_late) and not self._keep(found.end):
                    return False
                faults.point("during_import")
                if number % BATCH == 0:
                    _keep_pace(job, (begun_at, begun_with, time.time()))
                if is_late:
                    return False
        return self._keep(job.size)

    def _take(self, found: Found, interrupted: set[int]) -> None:
        if found.body is None:
            self.notes = _("A mail larger than %(size)s MB was left out, before byte %(position)s.") % {
                "size": MOST_BYTES // 1024**2,
                "position": found.end,
            }
            return
        accepted = accept(self.job.channel, Payload(body=found.body), place=PLACE, mail_import=self.job)
        if not accepted.is_new and accepted.envelope_id not in interrupted:
            self.repeated += 1
            return
        interrupted.discard(accepted.envelope_id)
        process(accepted.envelope_id)
        self.fresh.append(accepted.envelope_id)

    def _keep(self, position: int) -> bool:
        """Keep the position and the counts; False when the import was stopped or taken over meanwhile."""
        became = Counter(self._outcomes())
        job = self.job
        kept = MailImport.objects.filter(pk=job.pk, lease_token=job.lease_token).update(
            position=position,
            taken=F("taken") + became["taken"],
            repeated=F("repeated") + self.repeated + became["repeated"],
            quarantined=F("quarantined") + became["quarantined"],
            attempts=1,
            deaths=0,
            error=f"{job.error}\n{self.notes}".strip()[-_NOTES:] if self.notes else F("error"),
            lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS),
        )
        self.fresh, self.repeated, self.notes = [], 0, ""
        job.refresh_from_db(fields=["state", "error"])
        return bool(kept) and job.state == ImportState.RUNNING

    def _outcomes(self) -> Iterator[str]:
        """What became of the payloads journalled since; what was read and told nothing new was there already."""
        told = set(ReceivedEvent.objects.filter(envelope__in=self.fresh).values_list("envelope_id", flat=True))
        for envelope_id, state in Envelope.objects.filter(pk__in=self.fresh).values_list("id", "state"):
            if state == EnvelopeState.QUARANTINED:
                yield "quarantined"
            else:
                yield "taken" if envelope_id in told or state == EnvelopeState.WAITING else "repeated"


def pace(job: MailImport) -> float:
    """Mails a second at the moment; 0 when nobody reads it or that is not known."""
    try:
        sample = cache.get(f"import-{job.pk}")
    except RedisError:
        return 0.0
    if not sample:
        return 0.0
    begun_at, begun_with, at = sample
    count = job.taken + job.repeated + job.quarantined - begun_with
    return float(count / (at - begun_at)) if at > begun_at and count > 0 else 0.0


def _keep_pace(job: MailImport, sample: tuple[float, int, float]) -> None:
    # Nothing but a figure on a page: without Redis there is none.
    with suppress(RedisError):
        cache.set(f"import-{job.pk}", sample, timeout=60)


def _running() -> QuerySet[MailImport]:
    return MailImport.objects.filter(state=ImportState.RUNNING)


def _journalled_behind(job: MailImport) -> set[int]:
    """Payloads that a worker journalled and died before it kept the position: they count as new when met again."""
    mine = Envelope.objects.filter(mail_import=job)
    unknown = mine.count() - job.taken - job.quarantined - _read_as_repeats(job)
    return set(mine.order_by("-id").values_list("id", flat=True)[: max(unknown, 0)])


def _read_as_repeats(job: MailImport) -> int:
    """Payloads of this import whose messages were there already in other bytes."""
    return Envelope.objects.filter(mail_import=job, state=EnvelopeState.DONE, received_events=None).count()


def _over(job: MailImport, state: ImportState, error: str | None = None) -> None:
    told: dict[str, Any] = {} if error is None else {"error": error}
    if not work.finish(job, state=state, finished_at=Now(), next_attempt_at=None, **told):
        return
    others = MailImport.objects.filter(blob=job.blob).exclude(pk=job.pk).exclude(state=ImportState.DONE)
    if state == ImportState.DONE and not others.exists():
        # Every mail is in the journal; the file was only the way there.
        forget_unused([job.blob])


@contextmanager
def _as_one(files: Sequence[UploadedFile]) -> Iterator[tuple[IO[bytes], int, str]]:
    if len(files) == 1:
        yield files[0].file, files[0].size or 0, files[0].name or ""  # type: ignore[misc]
        return
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as packed:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for number, file in enumerate(files, 1):
                entry = tarfile.TarInfo(f"{number}/{file.name}")
                entry.size = file.size or 0
                archive.addfile(entry, file.file)
        size = packed.seek(0, io.SEEK_END)
        yield packed, size, _("%(count)s files") % {"count": len(files)}
