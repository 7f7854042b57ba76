import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from channels_adapters.contracts import Payload
from inbox.channels.access import channel_at
from inbox.channels.intake import accept, process
from inbox.channels.mail_files import Unusable, found_mails, holds_many
from inbox.channels.mbox import MOST_BYTES
from inbox.channels.models import Channel, Envelope, ReceivedEvent


class Command(BaseCommand):
    help = "Journal and process raw payload files, maildirs, mboxes or archives; prints one JSON line per payload."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--channel", required=True, help="the channel's address, e.g. support@example.org")
        parser.add_argument("--kind", default="email", help="the channel's kind (default: email)")
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="a file, a maildir, an mbox or an archive of them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        channel = channel_at(options["channel"], options["kind"])
        if channel is None:
            known = ", ".join(Channel.objects.filter(kind=options["kind"]).values_list("address", flat=True)) or "none"
            raise CommandError(f"There is no {options['kind']} channel {options['channel']}. Connected: {known}.")
        for path in options["files"]:
            if not path.exists():
                raise CommandError(f"There is no file {path}.")
        for path in options["files"]:
            for body in _payloads(path):
                self.stdout.write(json.dumps(_take(channel, body, path)))


def _take(channel: Channel, body: bytes, path: Path) -> dict[str, object]:
    accepted = accept(channel, Payload(body=body))
    process(accepted.envelope_id)
    envelope = Envelope.objects.get(pk=accepted.envelope_id)
    received = ReceivedEvent.objects.filter(envelope=envelope).select_related("message").order_by("id")
    told = [event for event in received if event.message] or list(received)
    message = told[0].message if told else None
    outcome = told[0].outcome if told and envelope.state == "done" else envelope.state
    if not accepted.is_new or (envelope.state == "done" and not told):
        outcome = "duplicate"
    return {
        "file": str(path),
        "envelope": envelope.pk,
        "outcome": outcome,
        "ticket": envelope.ticket_id,
        "message": message.pk if message else None,
        "error": envelope.error,
    }


def _payloads(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        folders = [path / name for name in ("new", "cur") if (path / name).is_dir()] or [path]
        for folder in folders:
            for file in sorted(entry for entry in folder.iterdir() if entry.is_file()):
                yield file.read_bytes()
        return
    with path.open("rb") as opened:
        if not holds_many(opened):
            yield opened.read()
            return
        try:
            for found in found_mails(opened):
                if found.body is None:
                    raise CommandError(
                        f"{path}: a mail that ends at byte {found.end} is larger than {MOST_BYTES} bytes."
                    )
                yield found.body
        except Unusable as error:
            raise CommandError(f"{path}: {error}") from error
