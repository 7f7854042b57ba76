"""The one Django app that owns all models and one linear migration history."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings


class InboxConfig(AppConfig):
    """The product."""

    name = "inbox"
    label = "inbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the ticket log who reacts to its events, and the way out what it may reach inside our own networks."""
        from channels_adapters import gateways, network
        from inbox import reactions

        reactions.connect()
        network.allow([*settings.OUTGOING_ALLOW, *_shared_mail_server(), *gateways.use(settings.OUTGOING_GATEWAYS)])


def _shared_mail_server() -> list[str]:
    """The operator's own mail server is allowed by being set."""
    url = urlsplit(settings.EMAIL_URL)
    return [f"{url.hostname}:{url.port}" if url.port else url.hostname] if url.hostname else []
