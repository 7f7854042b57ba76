"""Addresses that networks send their webhooks to."""

from django.urls import path

from inbox.channels import file_links, webhooks

app_name = "hooks"
urlpatterns = [
    path("files/<str:token>/<path:name>", file_links.file, name="file"),
    path("<str:family>/", webhooks.family_hook, name="family"),
    path("<str:kind>/<str:token>/", webhooks.hook, name="hook"),
]
