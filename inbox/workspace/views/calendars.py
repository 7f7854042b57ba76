"""Calendars: when the company is open, how its hours came to be, changing them with their effect in sight."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.common.clock import now
from inbox.sla.access import version_in_force
from inbox.sla.calendars import (
    CalendarInUse,
    ChangedMeanwhile,
    change_hours,
    delete_calendar,
    draft,
    make_calendar,
    own_calendar_id,
    rename_calendar,
    withdraw_version,
)
from inbox.sla.models import BusinessCalendar, CalendarVersion, PolicyVersion
from inbox.sla.opening import InvalidHours
from inbox.workspace.access import AgentRequest, admins, report_readers
from inbox.workspace.calendar_changes import changes
from inbox.workspace.calendar_form import CalendarForm, do, read_hours, read_start, typed_from, usual_week
from inbox.workspace.calendar_preview import preview_of
from inbox.workspace.wording import clock_time

_PAGES = "workspace/settings"


@require_safe
@report_readers
def calendars(request: AgentRequest) -> HttpResponse:
    """All calendars: their zone, today's hours, what is closed next."""
    at = now()
    listed = []
    for calendar in BusinessCalendar.objects.order_by("name"):
        version = version_in_force(calendar.pk, at)
        listed.append((calendar, version, preview_of(version, at, days=7)))
    context = {"calendars": listed, "own": own_calendar_id(), "now": at}
    return render(request, f"{_PAGES}/calendars.html", context)


@require_safe
@report_readers
def calendar(request: AgentRequest, calendar_id: int) -> HttpResponse:
    """One calendar: its coming days, what is due by it, and its versions so far."""
    at = now()
    found = get_object_or_404(BusinessCalendar, pk=calendar_id)
    version = version_in_force(found.pk, at)
    users = PolicyVersion.objects.filter(calendar=found).order_by("policy__name")
    context = {
        "calendar": found,
        "version": version,
        "versions": _told(found),
        "preview": preview_of(version, at),
        "policies": list(dict.fromkeys(users.values_list("policy__name", flat=True))),
        "is_own": found.pk == own_calendar_id(),
        "now": at,
    }
    return render(request, f"{_PAGES}/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def new_calendar(request: AgentRequest) -> HttpResponse:
    """Make a calendar."""
    if request.method != "POST":
        return _editor(request, None, usual_week(request.user.time_zone, now()))
    given = request.POST.copy()
    if given.get("do") != "save":
        return _editor(request, None, given, focus=do(given, given.get("do", "")))
    form = CalendarForm(given, at=now(), is_judged=True)
    if form.is_right() and form.hours:
        try:
            made = make_calendar(form.cleaned_data["name"], form.hours, by=request.user)
        except InvalidHours as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("%(name)s is made. Policies can count on it now.") % {"name": made.name})
            return redirect("workspace:calendar", made.pk)
    return _editor(request, None, given, form)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def calendar_hours(request: AgentRequest, calendar_id: int) -> HttpResponse:
    """Change a calendar from now or a later instant on. Nothing is saved but by the button that says so."""
    found = get_object_or_404(BusinessCalendar, pk=calendar_id)
    at = now()
    if request.method != "POST":
        return _editor(request, found, typed_from(found, version_in_force(found.pk, at), at))
    given = request.POST.copy()
    if given.get("do") != "save":
        return _editor(request, found, given, focus=do(given, given.get("do", "")))
    form = CalendarForm(given, at=at, is_judged=True)
    if form.is_right() and _saved(request, found, form):
        return redirect("workspace:calendar", found.pk)
    return _editor(request, found, given, form)


def _saved(request: AgentRequest, found: BusinessCalendar, form: CalendarForm) -> bool:
    based_on = form.given.get("based_on", "")
    assert form.hours is not None
    try:
        with transaction.atomic():
            version = change_hours(
                found,
                form.hours,
                by=request.user,
                in_force_from=form.in_force_from,
                based_on=int(based_on) if based_on.isascii() and based_on.isdigit() else None,
            )
            is_renamed = rename_calendar(found, form.cleaned_data["name"], by=request.user)
    except InvalidHours as refused:
        form.refuse(refused)
    except ChangedMeanwhile as refused:
        form.given["based_on"] = str(refused.newest.pk)
        who = refused.newest.made_by or _("The product")
        form.add_error(None, _("%(who)s changed these hours meanwhile. Look at them before you save.") % {"who": who})
    else:
        messages.success(request, _outcome(version, is_renamed))
        return True
    return False


def _outcome(version: CalendarVersion | None, is_renamed: bool) -> str:
    if version is None:
        return _("The name is saved.") if is_renamed else _("These hours are in force already; nothing has changed.")
    if version.in_force_from > now():
        return _("The new hours are in force from %(time)s on.") % {"time": clock_time(version.in_force_from)}
    return _("The new hours are in force. Clocks that run are due by them within seconds.")


@require_POST
@admins
def planned_hours(request: AgentRequest, calendar_id: int, version_id: int) -> HttpResponse:
    """Take back a change that is not in force yet."""
    version = get_object_or_404(CalendarVersion, pk=version_id, calendar=calendar_id)
    if withdraw_version(version, by=request.user):
        messages.success(request, _("The planned change is taken back."))
    else:
        messages.error(request, _("This change is in force already. Change the hours again instead."))
    return redirect("workspace:calendar", calendar_id)


@require_POST
@admins
def calendar_deletion(request: AgentRequest, calendar_id: int) -> HttpResponse:
    """Delete a calendar that measures nothing."""
    found = get_object_or_404(BusinessCalendar, pk=calendar_id)
    try:
        delete_calendar(found, by=request.user)
    except CalendarInUse:
        messages.error(request, _("%(name)s is kept: tickets are measured by it.") % {"name": found.name})
        return redirect("workspace:calendar", found.pk)
    messages.success(request, _("%(name)s is deleted.") % {"name": found.name})
    return redirect("workspace:calendars")


def _editor(
    request: AgentRequest,
    found: BusinessCalendar | None,
    given: QueryDict,
    form: CalendarForm | None = None,
    focus: str = "",
) -> HttpResponse:
    at = now()
    context: dict[str, Any] = {
        "form": form or CalendarForm(given, at=at, focus=focus),
        "calendar": found,
        "based_on": given.get("based_on") or (found and found.versions.latest("id").pk),
        "planned": found.versions.filter(in_force_from__gt=at) if found else (),
        "now": at,
    }
    try:
        hours = read_hours(given)
    except InvalidHours as refused:
        context["unclear"] = [str(one) for sentences in refused.errors.values() for one in sentences]
    else:
        shown = draft(found, hours, in_force_from=max(at, read_start(given) or at))
        context |= {"version": shown, "preview": preview_of(shown, at)}
    # While somebody types only what is shown beside it is asked for.
    part = "calendar_preview" if request.htmx and not given.get("do") else "calendar_form"
    return render(request, f"{_PAGES}/{part if request.htmx else 'calendar_edit'}.html", context)


def _told(found: BusinessCalendar) -> list[tuple[CalendarVersion, list[str]]]:
    """The versions, newest first, each with what it changed."""
    versions = list(found.versions.select_related("made_by").order_by("in_force_from"))
    told = [changes(before, after) for before, after in pairwise([None, *versions]) if after]
    return list(zip(versions, told, strict=True))[::-1]
