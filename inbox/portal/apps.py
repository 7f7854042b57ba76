"""Discovery of templates and static files."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Surface without models."""

    name = "inbox.portal"
    label = "portal"
