"""What the large mail providers' servers are called, for the form of a mailbox to fill in."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_USUAL = {"network_incoming": "imap", "network_incoming_security": "tls", "network_incoming_port": "993"}
_SENDING = {"network_outgoing": "smtp", "network_port": "587", "network_security": "starttls"}


@dataclass(frozen=True, slots=True)
class Preset:
    """A provider and the values of the form's fields; `{domain}` is that of the channel's address."""

    name: str | Promise
    values: dict[str, str]

    @property
    def data(self) -> str:
        """The values, for the script of the page."""
        return json.dumps(self.values)


PRESETS = (
    Preset(
        "Google",
        {
            **_USUAL,
            **_SENDING,
            "network_incoming_host": "imap.gmail.com",
            "network_host": "smtp.gmail.com",
            "network_oauth_provider": "google",
        },
    ),
    Preset(
        "Microsoft 365",
        {
            **_USUAL,
            **_SENDING,
            "network_incoming_host": "outlook.office365.com",
            "network_host": "smtp.office365.com",
            "network_oauth_provider": "microsoft",
        },
    ),
    Preset(
        _("Another mailbox"),
        {
            **_USUAL,
            **_SENDING,
            "network_incoming_host": "imap.{domain}",
            "network_host": "smtp.{domain}",
            "network_oauth_provider": "",
        },
    ),
)
