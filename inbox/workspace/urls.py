"""Addresses of the workspace: nouns, each with the views of its own module in `inbox.workspace.views`."""

from django.urls import URLPattern, URLResolver

app_name = "workspace"
urlpatterns: list[URLPattern | URLResolver] = []
