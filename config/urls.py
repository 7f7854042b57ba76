"""Every address of the product."""

from django.urls import include, path

urlpatterns = [
    path("hooks/", include("inbox.channels.urls")),
    path("api/v1/", include("inbox.api.urls")),
    path("account/", include("inbox.workspace.account_urls")),
    path("", include("inbox.livechat.urls")),
    path("", include("inbox.portal.urls")),
    path("", include("inbox.workspace.urls")),
]
