"""Discovery of templates and static files."""

from django.apps import AppConfig


class LiveChatConfig(AppConfig):
    """Surface without models."""

    name = "inbox.livechat"
    label = "livechat"
