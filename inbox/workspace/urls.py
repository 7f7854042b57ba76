"""Addresses of the workspace: nouns, each with the views of its own module in `inbox.workspace.views`."""

from django.urls import URLPattern, URLResolver, path

from inbox.workspace.views import live, profile

app_name = "workspace"
urlpatterns: list[URLPattern | URLResolver] = [
    path("live/", live.live, name="live"),
    path("profile/", profile.profile, name="profile"),
    path("profile/appearance/", profile.appearance, name="appearance"),
]
