"""The one Django app that owns all models and one linear migration history."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The product."""

    name = "inbox"
    label = "inbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the ticket log who reacts to its events."""
        from inbox import reactions

        reactions.connect()
