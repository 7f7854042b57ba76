"""Addresses that customers open."""

from django.urls import path

from inbox.portal import views

app_name = "portal"
urlpatterns = [
    path("s/<str:token>/", views.survey, name="survey"),
    path("s/<str:token>/thanks/", views.thanks, name="thanks"),
    path("s/<str:token>/all/", views.trap, name="trap"),
    path("s/<str:token>/logo/", views.logo, name="logo"),
    path("s/<str:token>/unsubscribe/", views.unsubscribe, name="unsubscribe"),
    path("s/colours/<str:colour>.css", views.colours, name="colours"),
]
