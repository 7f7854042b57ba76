"""Setting up a live chat: making one, its looks and words, its form, hours, what comes after."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.channels.models import Channel
from inbox.chats.form_fields import set_questions
from inbox.chats.hours import hours_of
from inbox.chats.models import ChatWidget
from inbox.chats.settings import InvalidSettings, edit_chat, edit_widget, make_chat, set_logo, set_texts
from inbox.common.clock import now
from inbox.surveys.colours import is_colour
from inbox.surveys.logos import LONGEST, InvalidLogo
from inbox.workspace.access import AgentRequest, admins
from inbox.workspace.chat_forms import AfterForm, ConsentForm, GeneralForm, HoursForm, LookForm, NewChatForm, stored
from inbox.workspace.chat_look import colours_css, preview_of
from inbox.workspace.chat_questions import QuestionsEditor

_AFTER = ("idle_warn_minutes", "idle_pend_minutes", "mailbox", "mail_after_minutes", "edit_minutes")


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def new_chat(request: AgentRequest) -> HttpResponse:
    """Make a chat for a site."""
    form = NewChatForm(request.POST or None, initial={"language": request.user.language, "colour": "#2f6f5e"})
    made: list[Channel] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        values = {**given, "origins": given["origins"].splitlines()}
        if form.done(lambda: made.append(make_chat(**values, by=request.user))):
            messages.success(
                request, _("%(name)s is made. Put the line below into your pages.") % {"name": made[0].name}
            )
            return redirect("workspace:channel", made[0].pk)
    return render(request, "workspace/chat_settings/new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def chat_general(request: AgentRequest, chat_id: int) -> HttpResponse:
    """Whose the chat is."""
    widget = chat_of(chat_id)
    channel, names = widget.channel, ("name", "brand", "team", "language")
    initial = {**{name: getattr(channel, name) for name in names}, "assigns": widget.assigns}
    form = GeneralForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        assigns = given.pop("assigns")

        def save() -> None:
            with transaction.atomic():
                edit_chat(channel, **given, by=request.user)
                edit_widget(widget, assigns=assigns, by=request.user)

        if form.done(save):
            return _saved(request, "workspace:chat_general", widget)
    return _page(request, "general", widget, {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def chat_look(request: AgentRequest, chat_id: int) -> HttpResponse:
    """How it looks and what it says first. With `do=show` nothing is saved: the preview shows what is typed."""
    widget = chat_of(chat_id)
    form = LookForm(request.POST or None, widget=widget, initial=stored(widget, LookForm.values))
    context = {"form": form, "preview": preview_of(widget, request.POST or None)}
    if request.POST.get("do") == "show":
        part = "workspace/chat_settings/preview.html" if request.htmx else "workspace/chat_settings/look.html"
        return render(request, part, {**_context(widget), **context})
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in LookForm.values}

        def save() -> None:
            with transaction.atomic():
                edit_widget(widget, **values, by=request.user)
                set_texts(widget, form.texts(), by=request.user)

        if form.done(save):
            return _saved(request, "workspace:chat_look", widget)
    return _page(request, "look", widget, context)


@require_POST
@admins
def chat_logo(request: AgentRequest, chat_id: int) -> HttpResponse:
    """Put another picture into its head or, with `remove`, none."""
    widget, file = chat_of(chat_id), request.FILES.get("logo")
    # One byte more than may be tells that it is too many, whatever was sent.
    content = None if request.POST.get("remove") else file.read(LONGEST + 1) if file else b""
    try:
        set_logo(widget, content, by=request.user)
    except InvalidLogo as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The logo is saved."))
    return redirect("workspace:chat_look", widget.channel_id)


@require_safe
@admins
@cache_control(private=True, max_age=86400)
def chat_colours(request: AgentRequest, colour: str) -> HttpResponse:
    """The colours of a preview as a stylesheet: the page itself may hold no style."""
    if not is_colour(f"#{colour}"):
        raise Http404("No such colour.")
    return HttpResponse(colours_css(f"#{colour}"), content_type="text/css; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def chat_before(request: AgentRequest, chat_id: int) -> HttpResponse:
    """What is asked and agreed to before a chat. Nothing is saved but by the button that says so."""
    widget = chat_of(chat_id)
    given = request.POST if request.method == "POST" else None
    form = ConsentForm(given, widget=widget, initial=stored(widget, ConsentForm.values))
    editor = QuestionsEditor(given, widget)
    deed = request.POST.get("do", "save")
    if given is not None and deed != "save":
        editor.do(deed)
    elif given is not None and form.is_valid() and _saved_before(request, widget, form, editor):
        return _saved(request, "workspace:chat_before", widget)
    return _page(request, "before", widget, {"form": form, "editor": editor})


def _saved_before(request: AgentRequest, widget: ChatWidget, form: ConsentForm, editor: QuestionsEditor) -> bool:
    values = {name: form.cleaned_data[name] for name in ConsentForm.values}

    def save() -> None:
        with transaction.atomic():
            edit_widget(widget, **values, by=request.user)
            set_texts(widget, form.texts(), by=request.user)
            try:
                set_questions(widget, editor.questions(), by=request.user)
            except InvalidSettings as refused:
                # Said at its rows, not at the fields of this form.
                editor.errors = refused.errors
                raise InvalidSettings({}) from refused

    return form.done(save)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def chat_hours(request: AgentRequest, chat_id: int) -> HttpResponse:
    """When somebody is there."""
    widget = chat_of(chat_id)
    given = request.POST if request.method == "POST" else None
    form = HoursForm(given, initial=stored(widget, ("calendar", "is_open_outside_hours")))
    if (
        given is not None
        and form.is_valid()
        and form.done(lambda: edit_widget(widget, **form.cleaned_data, by=request.user))
    ):
        return _saved(request, "workspace:chat_hours", widget)
    at = now()
    return _page(request, "hours", widget, {"form": form, "hours": hours_of(widget, at), "now": at})


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def chat_after(request: AgentRequest, chat_id: int) -> HttpResponse:
    """What happens when nobody writes any more."""
    widget = chat_of(chat_id)
    form = AfterForm(request.POST or None, widget=widget, initial=stored(widget, _AFTER))
    if (
        request.method == "POST"
        and form.is_valid()
        and form.done(lambda: edit_widget(widget, **form.cleaned_data, by=request.user))
    ):
        return _saved(request, "workspace:chat_after", widget)
    return _page(request, "after", widget, {"form": form})


def chat_of(chat_id: int) -> ChatWidget:
    """The chat with this id, on or off."""
    found = ChatWidget.objects.select_related("channel__team", "calendar", "mailbox")
    return get_object_or_404(found, channel=chat_id, channel__kind="livechat")


def _context(widget: ChatWidget) -> dict[str, Any]:
    return {"channel": widget.channel, "widget": widget}


def _page(request: AgentRequest, name: str, widget: ChatWidget, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"workspace/chat_settings/{name}.html", {**_context(widget), **context})


def _saved(request: AgentRequest, route: str, widget: ChatWidget) -> HttpResponse:
    messages.success(request, _("Saved. Visitors see it from their next page on."))
    return redirect(route, widget.channel_id)
