"""Addresses of the API: nouns, each with a view of its own. `docs/api.md` tells how they are used."""

from django.urls import URLPattern, URLResolver, path, re_path

from inbox.api.views import clocks, description, missing

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", description.Description.as_view(), name="schema"),
    path("clocks/", clocks.Clocks.as_view(), name="clocks"),
    path("tickets/<int:number>/clocks/", clocks.TicketClocks.as_view(), name="ticket_clocks"),
    path(
        "tickets/<int:number>/clocks/<int:clock_id>/explanation/",
        clocks.ClockExplanation.as_view(),
        name="clock_explanation",
    ),
    path("tickets/<int:number>/events/", clocks.TicketEvents.as_view(), name="ticket_events"),
    re_path(r"", missing.missing, name="missing"),
]
