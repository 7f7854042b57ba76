"""Addresses that networks send their webhooks to."""

from django.urls import path

from inbox.channels import webhooks

app_name = "hooks"
urlpatterns = [path("<str:kind>/<str:token>/", webhooks.hook, name="hook")]
