import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from inbox.reports.verify import differences, rebuild
from inbox.sla.figures import METRICS_VERSION


class Command(BaseCommand):
    help = (
        "The stored clocks and figures are a cache of the tickets' event logs. "
        "`verify` computes them anew, prints every difference and exits with 1 if there is one; "
        "`rebuild` rewrites them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["verify", "rebuild"])
        parser.add_argument("ticket", nargs="*", type=int, help="only the tickets with these numbers")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Version {METRICS_VERSION} of the definitions.")
        if options["what"] == "rebuild":
            self.stdout.write(f"The clocks and figures of {rebuild(options['ticket'])} tickets are written anew.")
            return
        count = 0
        for difference in differences(options["ticket"]):
            self.stdout.write(str(difference))
            count += 1
        self.stdout.write(f"{count} differences." if count else "No difference.")
        if count:
            sys.exit(1)
