"""Old mail from files: every mail once, on from where it stopped, whatever ended the last worker."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now

from channels_adapters.contracts import Payload
from inbox.agents.models import Agent
from inbox.channels import imports, tasks
from inbox.channels.enums import EnvelopeState, ImportState
from inbox.channels.imports import begin, go_on, read_on, stop
from inbox.channels.intake import accept
from inbox.channels.mail_files import Unusable
from inbox.channels.models import Channel, Envelope, MailImport
from inbox.common import work
from inbox.tickets.files import open_blob
from tests.inbox.mails import arrives, mail

SEPARATOR = b"From bo@larsen.example Mon Jan  1 12:00:00 2024\n"


def letter(number: int) -> bytes:
    return mail(f"Letter {number}.", message_id=f"<{number}@larsen.example>", date="Mon, 01 Jan 2024 12:00:00 +0000")


def mbox(*bodies: bytes) -> bytes:
    return b"".join(SEPARATOR + body + b"\n" for body in bodies)


def upload(content: bytes, name: str = "old.mbox") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def told(job: MailImport) -> tuple[str, int, int, int, bool]:
    job.refresh_from_db()
    return (job.state, job.taken, job.repeated, job.quarantined, job.position == job.size)


@pytest.fixture(autouse=True)
def batches_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 2)


def test_each_mail_is_taken_once_and_the_file_is_not_kept(support: Channel, maja: Agent) -> None:
    arrives(support, letter(1))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        for number, body in enumerate((letter(1), letter(2), letter(2), letter(3), b"\0\0")):
            files.writestr(f"Maildir/cur/{number}", body)
    job = begin(support, [upload(archive.getvalue(), "old.zip")], by=maja)
    read_on(job.pk)
    assert told(job) == ("done", 2, 2, 1, True)
    journal = Envelope.objects.filter(mail_import=job).values_list("place", "state").order_by("id")
    assert list(journal) == [("import", "done"), ("import", "done"), ("import", "quarantined")]
    with pytest.raises(FileNotFoundError):
        open_blob(job.blob)


def test_several_files_chosen_together_are_one_import(support: Channel, maja: Agent) -> None:
    job = begin(support, [upload(letter(1), "a.eml"), upload(mbox(letter(2), letter(3)), "b")], by=maja)
    read_on(job.pk)
    assert (job.filename, told(job)) == ("2 files", ("done", 3, 0, 0, True))


def test_a_file_without_mail_begins_nothing(support: Channel, maja: Agent) -> None:
    with pytest.raises(Unusable):
        begin(support, [upload(b"\x89PNG", "cat.png")], by=maja)
    assert not MailImport.objects.exists()


def test_a_worker_whose_time_is_up_goes_on_behind_its_last_mail(support: Channel, maja: Agent) -> None:
    job = begin(support, [upload(mbox(letter(1), letter(2)))], by=maja)
    read_on(job.pk, seconds=0)
    halfway = told(job)
    assert imports.waiting() == [job.pk]
    read_on(job.pk)
    assert (halfway, told(job)) == (("running", 1, 0, 0, False), ("done", 2, 0, 0, True))


def test_what_a_killed_worker_had_journalled_is_neither_lost_nor_doubled_nor_called_a_repeat(
    support: Channel, maja: Agent
) -> None:
    job = begin(support, [upload(mbox(letter(1), letter(2), letter(3)))], by=maja)
    claimed = work.claim(MailImport.objects.all(), job.pk)
    accept(support, Payload(body=letter(1)), place="import", mail_import=claimed)
    accept(support, Payload(body=letter(2)), place="import", mail_import=claimed)
    Envelope.objects.filter(body=letter(2)).update(state=EnvelopeState.QUARANTINED)
    assert (imports.waiting(), read_on(job.pk)) == ([], None)
    MailImport.objects.update(lease_until=Now() - timedelta(seconds=1))
    read_on(job.pk)
    assert (told(job), Envelope.objects.filter(state=EnvelopeState.DONE).count()) == (("done", 2, 0, 1, True), 2)


def test_an_import_is_stopped_and_goes_on(support: Channel, maja: Agent) -> None:
    job = begin(support, [upload(mbox(letter(1), letter(2)))], by=maja)
    stop(job)
    assert (read_on(job.pk), told(job)) == (None, ("stopped", 0, 0, 0, False))
    go_on(job)
    read_on(job.pk)
    assert told(job) == ("done", 2, 0, 0, True)


def test_a_worker_that_reads_a_stopped_import_stops_at_the_next_mail_it_keeps(support: Channel, maja: Agent) -> None:
    job = begin(support, [upload(mbox(*(letter(number) for number in range(5))))], by=maja)
    claimed = work.claim(MailImport.objects.all(), job.pk)
    assert claimed
    stop(job)
    assert not imports._Slice(claimed, float("inf")).read()
    assert told(job) == ("stopped", 2, 0, 0, False)


def test_a_file_that_is_gone_says_so_and_what_to_do(support: Channel, maja: Agent) -> None:
    job = begin(support, [upload(letter(1), "a.eml")], by=maja)
    MailImport.objects.update(blob="0" * 64)
    read_on(job.pk)
    job.refresh_from_db()
    assert (job.state, "Import it again" in job.error) == (ImportState.FAILED, True)


def test_the_task_reads_what_the_sweep_finds(support: Channel, maja: Agent) -> None:
    job = begin(support, [upload(letter(1), "a.eml")], by=maja)
    tasks.read_import(imports.waiting()[0])
    assert told(job) == ("done", 1, 0, 0, True)
