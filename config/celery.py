"""The Celery application. Every argument is a row id; every queue has a sweep in the database behind it."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import worker_init
from django.conf import settings

from config.boot import prepare

# Celery looks for Django's settings when the application is made, which is when this package is imported.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("inbox")
app.config_from_object("django.conf:settings", namespace="CELERY")
_ROOMS = (
    "channels",
    "chats",
    "escalations",
    "follow_ups",
    "reactions",
    "reports",
    "sla",
    "surveys",
    "tickets",
    "webhooks",
)
app.autodiscover_tasks([f"inbox.{room}" for room in _ROOMS])


@app.on_configure.connect
def _have_servers(**_: object) -> None:
    """The first look at the configuration (a worker's start) needs the servers' addresses; an import does not."""
    prepare()


@worker_init.connect
def _step_back(**_: object) -> None:
    """People wait for pages; nobody waits for a task to the tenth of a second. Processes started from here inherit."""
    os.nice(settings.WORKER_NICENESS)
