"""Addresses of the API: nouns, each with a view of its own. `docs/api.md` tells how they are used."""

from django.urls import URLPattern, URLResolver, path, re_path

from inbox.api.views import (
    back_tests,
    calendars,
    clocks,
    description,
    merging,
    missing,
    policies,
    surveys,
    tickets,
    webhooks,
)

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", description.Description.as_view(), name="schema"),
    path("clocks/", clocks.Clocks.as_view(), name="clocks"),
    path("tickets/<int:number>/", tickets.OneTicket.as_view(), name="ticket"),
    path("tickets/<int:number>/restore/", tickets.Restoration.as_view(), name="ticket_restoration"),
    path("tickets/<int:number>/snooze/", tickets.Snooze.as_view(), name="ticket_snooze"),
    path("tickets/<int:number>/merge/", merging.Merge.as_view(), name="ticket_merge"),
    path("tickets/<int:number>/unmerge/", merging.Unmerge.as_view(), name="ticket_unmerge"),
    path("messages/<int:message_id>/split/", merging.Split.as_view(), name="message_split"),
    path("tickets/<int:number>/clocks/", clocks.TicketClocks.as_view(), name="ticket_clocks"),
    path(
        "tickets/<int:number>/clocks/<int:clock_id>/explanation/",
        clocks.ClockExplanation.as_view(),
        name="clock_explanation",
    ),
    path("tickets/<int:number>/events/", clocks.TicketEvents.as_view(), name="ticket_events"),
    path("calendars/", calendars.Calendars.as_view(), name="calendars"),
    path("calendars/<int:calendar_id>/", calendars.Calendar.as_view(), name="calendar"),
    path("calendars/<int:calendar_id>/preview/", calendars.CalendarPreview.as_view(), name="calendar_preview"),
    path("calendars/<int:calendar_id>/versions/", calendars.CalendarVersions.as_view(), name="calendar_versions"),
    path(
        "calendars/<int:calendar_id>/versions/<int:version_id>/",
        calendars.PlannedVersion.as_view(),
        name="planned_version",
    ),
    path("surveys/", surveys.Surveys.as_view(), name="surveys"),
    path("invitations/", surveys.Invitations.as_view(), name="invitations"),
    path("invitations/<int:invitation_id>/", surveys.OneInvitation.as_view(), name="invitation"),
    path(
        "invitations/<int:invitation_id>/hold-back/",
        surveys.InvitationHeldBack.as_view(),
        name="invitation_hold_back",
    ),
    path("tickets/<int:number>/invitations/", surveys.TicketInvitations.as_view(), name="ticket_invitations"),
    path("answers/", surveys.Answers.as_view(), name="answers"),
    path("webhooks/", webhooks.Webhooks.as_view(), name="webhooks"),
    path("webhooks/<int:webhook_id>/", webhooks.OneWebhook.as_view(), name="webhook"),
    path("webhooks/<int:webhook_id>/test/", webhooks.WebhookTest.as_view(), name="webhook_test"),
    path("webhooks/<int:webhook_id>/calls/", webhooks.WebhookCalls.as_view(), name="webhook_calls"),
    path("policies/", policies.Policies.as_view(), name="policies"),
    path("policies/choice/", policies.PolicyChoice.as_view(), name="policy_choice"),
    path("policies/<int:policy_id>/", policies.OnePolicy.as_view(), name="policy"),
    path("policies/<int:policy_id>/versions/", policies.PolicyVersions.as_view(), name="policy_versions"),
    path("back-tests/", back_tests.BackTests.as_view(), name="back_tests"),
    path("back-tests/<int:back_test_id>/", back_tests.OneBackTest.as_view(), name="back_test"),
    path("back-tests/<int:back_test_id>/stop/", back_tests.StoppedBackTest.as_view(), name="back_test_stop"),
    path("back-tests/<int:back_test_id>/start/", back_tests.BackTestBegunAgain.as_view(), name="back_test_start"),
    path("back-tests/<int:back_test_id>/runs/", back_tests.BackTestRuns.as_view(), name="back_test_runs"),
    re_path(r"", missing.missing, name="missing"),
]
