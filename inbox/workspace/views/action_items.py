"""What is done about a theme: the action with its scores before and after, and the letter to those who said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inbox.common.clock import now
from inbox.surveys import theme_letters as letters
from inbox.surveys.action_items import change_action, set_action_state
from inbox.surveys.before_after import Effect, effect
from inbox.surveys.enums import ActionState, LeftOut, LetterState, SurveyKind
from inbox.surveys.letter_texts import DRAFTS, filled
from inbox.surveys.models import ActionItem, ThemeLetter
from inbox.surveys.theme_queries import measured_kinds
from inbox.tickets.changes import Refused
from inbox.tickets.models import Tag
from inbox.workspace.access import AgentRequest, agents, leads, report_readers
from inbox.workspace.answers import given, undoes
from inbox.workspace.theme_forms import ActionForm, LetterForm, language_name

_DAYS = (14, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared, by the choices in the address."""

    kind: SurveyKind
    days: int
    tag: str
    found: Effect


@require_http_methods(["GET", "HEAD", "POST"])
@report_readers
def action_item(request: AgentRequest, item_id: int) -> HttpResponse:
    """The action; POST changes it."""
    item = get_object_or_404(ActionItem.objects.select_related("theme", "owner"), pk=item_id)
    form = ActionForm(request.POST or None, item=item)
    if request.method == "POST" and form.is_valid():
        try:
            change_action(item, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The action is saved."))
            return redirect("workspace:action_item", item.pk)
    return _page(request, item, form=form)


@require_POST
@agents
def action_state(request: AgentRequest, item_id: int) -> HttpResponse:
    """Done, dropped or to do again."""
    item, wanted = get_object_or_404(ActionItem, pk=item_id), given(request, "state")
    if wanted not in ActionState:
        return HttpResponseBadRequest(_("There is no such state."))
    _tried(
        request,
        lambda: set_action_state(item, ActionState(wanted), by=request.user),
        _("The action is now: %(state)s.") % {"state": ActionState(wanted).label},
    )
    return redirect("workspace:action_item", item.pk)


@require_POST
@leads
def letter_text(request: AgentRequest, item_id: int) -> HttpResponse:
    """Keep what is written to the customers."""
    item = get_object_or_404(ActionItem.objects.select_related("theme", "owner"), pk=item_id)
    letter = letters.draft_of(item, by=request.user)
    form = LetterForm(request.POST, letter=letter, languages=letters.recipients_of(item).languages)
    if not form.is_valid():
        return _page(request, item, letter_form=form)
    _tried(
        request,
        lambda: letters.write_letter(letter, form.texts(), by=request.user),
        _("The letter is saved. See below what each language's first reader gets."),
    )
    return redirect(f"{request.path.removesuffix('letter/')}#letter")


@require_http_methods(["POST", "DELETE"])
@leads
def letter_sending(request: AgentRequest, item_id: int) -> HttpResponse:
    """Send the letter off; DELETE stops it, as long as it has not begun."""
    item = get_object_or_404(ActionItem.objects.select_related("theme", "owner"), pk=item_id)
    if undoes(request):
        on_its_way = item.letters.filter(state=LetterState.SENDING).order_by("-id").first()
        if on_its_way:
            _tried(
                request, lambda: letters.stop_letter(on_its_way, by=request.user), _("Stopped: it is a draft again.")
            )
    else:
        letter = letters.draft_of(item, by=request.user)
        seconds = int(letters.STOPPABLE.total_seconds())
        told = _("The letter goes out in %(seconds)s seconds; until then it can be stopped.") % {"seconds": seconds}
        _tried(request, lambda: letters.send_letter(letter, by=request.user), told)
    return redirect(f"{request.path.removesuffix('letter/sending/')}#letter")


def _tried(request: AgentRequest, verb: Any, told: str) -> None:
    try:
        verb()
    except Refused as refusal:
        messages.error(request, str(refusal), extra_tags="refused")
    else:
        messages.success(request, told)


def _page(
    request: AgentRequest, item: ActionItem, *, form: ActionForm | None = None, letter_form: LetterForm | None = None
) -> HttpResponse:
    at, may_lead = now(), request.user.sees_all and request.user.answers_customers
    context = {
        "item": item,
        "form": form or ActionForm(item=item),
        "compared": _compared(request, item, at),
        "kinds": [(kind.value, kind.label) for kind in measured_kinds((item.done_at or at) - timedelta(days=90))],
        "all_days": _DAYS,
        "tags": Tag.objects.order_by("name").values_list("name", flat=True),
        "may_lead": may_lead,
        "may_finish": may_lead or item.owner_id == request.user.pk,
        "now": at,
        **_letter(item, letter_form, at),
    }
    return render(request, "workspace/themes/action_item.html", context)


def _compared(request: AgentRequest, item: ActionItem, at: datetime) -> Comparison | None:
    if item.done_at is None:
        return None
    kinds = measured_kinds(item.done_at - timedelta(days=90)) or [SurveyKind.CES]
    wanted, days = request.GET.get("kind"), request.GET.get("days", "")
    kind = SurveyKind(wanted) if wanted in kinds else kinds[0]
    window = int(days) if days in map(str, _DAYS) else 30
    tag = request.GET.get("tag", "")[:40]
    return Comparison(kind, window, tag, effect(kind, item.done_at, window, at, tag=tag))


def _letter(item: ActionItem, form: LetterForm | None, at: datetime) -> dict[str, Any]:
    if item.state != ActionState.DONE:
        return {}
    found = letters.recipients_of(item)
    draft = item.letters.filter(state=LetterState.DRAFT).first() or ThemeLetter(action_item=item, texts=dict(DRAFTS))
    sent = item.letters.exclude(state=LetterState.DRAFT).order_by("-id")
    previews = []
    for language in found.languages:
        first = next(one for one in found.told if one.language == language)
        previews.append(
            (language_name(language), language, first, filled(draft.texts.get(language, ""), first.customer.name))
        )
    return {
        "recipients": found,
        "left_out": [(one, LeftOut(one.left_out).label) for one in found.left_out],
        "letter_form": form or LetterForm(letter=draft, languages=found.languages),
        "previews": previews,
        "is_kept": draft.pk is not None,
        "sent": [
            (one, one.copies.exclude(message=None).count(), bool(one.begins_at and at < one.begins_at)) for one in sent
        ],
    }
