import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from inbox.demo import cast
from inbox.demo.maker import create_demo
from inbox.demo.removal import remove_demo
from inbox.demo.workspace import password, sample_channel


class Command(BaseCommand):
    help = "The demo workspace: create it, remove it, or print its logins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["create", "remove", "logins"])
        parser.add_argument("--tickets", type=int, default=300)
        parser.add_argument("--days", type=int, default=60)

    def handle(self, *args: Any, **options: Any) -> None:
        match options["what"]:
            case "create":
                self._create(options["tickets"], options["days"])
            case "remove":
                self.stdout.write(f"{remove_demo()} demo tickets removed.")
            case "logins":
                self._logins()

    def _create(self, tickets: int, days: int) -> None:
        if sample_channel() is not None:
            self.stdout.write("The demo workspace is there already.")
            return
        shown = -1

        def progress(done: int, total: int) -> None:
            nonlocal shown
            percent = done * 100 // total
            if percent // 10 > shown // 10:
                shown = percent
                self.stdout.write(f"demo workspace: {percent} %")
                sys.stdout.flush()

        made = create_demo(tickets=tickets, days=days, progress=progress)
        self.stdout.write(f"{made} demo tickets made.")

    def _logins(self) -> None:
        if sample_channel() is None:
            self.stdout.write("There is no demo workspace.")
            return
        for person in cast.AGENTS:
            self.stdout.write(f"{person.email}  {password()}  ({person.name}, {person.role})")
