from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from inbox.agents.actions import has_admin
from inbox.workspace.setup_code import setup_code


class Command(BaseCommand):
    help = "Print the code that makes the first admin; once there is one, there is none."

    def handle(self, *args: Any, **options: Any) -> None:
        if has_admin():
            self.stdout.write("This workspace has an admin: sign in.")
            return
        self.stdout.write(f"Open {settings.SITE_URL}/setup/ and enter the code {setup_code()}")
