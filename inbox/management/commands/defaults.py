from typing import Any

from django.core.management.base import BaseCommand

from inbox.sla.defaults import ensure_defaults
from inbox.surveys.defaults import ensure_survey


class Command(BaseCommand):
    help = "Make the calendar, the policy and the survey a new installation starts with, where there are none."

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_defaults()
        ensure_survey()
