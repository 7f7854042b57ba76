"""Bringing in old mail: the upload, what went wrong, stopping and going on."""

from __future__ import annotations

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.imports import read_on
from inbox.channels.models import Channel, MailImport
from tests.inbox.mails import mail
from tests.inbox.workspace.pages import text_of

Screen = Callable[[Agent], Client]


def uploaded(client: Client, channel: Channel, content: bytes) -> str:
    files = [SimpleUploadedFile("old.eml", content)]
    return text_of(client.post(f"/channels/{channel.pk}/imports/", {"files": files}, follow=True))


def test_an_upload_becomes_an_import_with_a_page_that_tells_how_far_it_is(
    screen: Screen, maja: Agent, support: Channel
) -> None:
    client = screen(maja)
    before = uploaded(client, support, mail())
    job = MailImport.objects.get()
    read_on(job.pk)
    after = client.get(f"/channels/imports/{job.pk}/", headers={"HX-Request": "true"})
    assert ("old.eml" in before, "0 %" in before, "Stop" in before) == (True, True, True)
    assert ("Taken in 1" in text_of(after), "Done" in text_of(after), b"hx-trigger" in after.content) == (
        True,
        True,
        False,
    )
    assert (job.by, "old.eml" in text_of(client.get(f"/channels/{support.pk}/imports/"))) == (maja, True)


def test_what_is_no_mail_is_refused_on_the_page(screen: Screen, maja: Agent, support: Channel) -> None:
    told = uploaded(screen(maja), support, b"\x89PNG")
    nothing = text_of(screen(maja).post(f"/channels/{support.pk}/imports/"))
    assert ["There is no mail in this file." in page for page in (told, nothing)] == [True, True]
    assert not MailImport.objects.exists()


def test_an_import_is_stopped_and_goes_on_by_its_buttons(screen: Screen, maja: Agent, support: Channel) -> None:
    client = screen(maja)
    uploaded(client, support, mail())
    job, states = MailImport.objects.get(), []
    for on in ("0", "1"):
        client.post(f"/channels/imports/{job.pk}/activity/", {"on": on})
        job.refresh_from_db()
        states.append(job.state)
    assert states == ["stopped", "running"]
