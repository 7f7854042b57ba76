import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from inbox.channels.idle import Listening
from inbox.channels.listener import serve


class Command(BaseCommand):
    help = "Listen for mail by SMTP (or LMTP) and journal it; listen for the bells of mailboxes that are fetched."
    # They would load every page of the workspace first.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.MAIL_LISTENER_HOST)
        parser.add_argument("--port", type=int, default=settings.MAIL_LISTENER_PORT)
        parser.add_argument("--lmtp", action="store_true", help="speak LMTP, for a Postfix in front")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            asyncio.run(self._listen(options))
        except OSError as error:
            raise CommandError(
                f"Can't listen on {options['host']}:{options['port']}: {error.strerror or error}."
            ) from error

    async def _listen(self, options: dict[str, Any]) -> None:
        server = await serve(options["host"], options["port"], lmtp=options["lmtp"])
        self.stdout.write(f"listening on {options['host']}:{options['port']}")
        mailboxes = Listening()
        mailboxes.start()
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        await stop.wait()
        mailboxes.stop()
        server.close()
