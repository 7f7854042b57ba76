"""Discovery of templates and static files."""

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    """Surface without models."""

    name = "inbox.workspace"
    label = "workspace"
