"""Scores of surveys in the reader's language, and the addresses of what is behind them."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from inbox.reports import surveys
from inbox.reports.scope import NONE
from inbox.surveys.enums import SurveyKind
from inbox.workspace import report_charts as charts
from inbox.workspace.templatetags.report import behind, whole, whole_bounds, with_filters

register = template.Library()


@register.simple_tag(takes_context=True)
def comments_file(context: Context, suffix: str = "csv") -> str:
    """The address of the comments as a file."""
    return f"{reverse('workspace:report_comments_file', args=[suffix])}?{urlencode(with_filters(context, {}))}"


@register.simple_tag(takes_context=True)
def comments_page(context: Context, page: int = 1) -> str:
    """The address of a page of the comments."""
    number = {"page": page} if page > 1 else {}
    return f"{reverse('workspace:report_comments')}?{urlencode(with_filters(context, number))}"


@register.simple_tag(takes_context=True)
def of_row(context: Context, row: surveys.Row, figure: str) -> str:
    """The address of the answers or invitations in a row of the comparison of scores."""
    by = str(context["asked"].by)
    return behind(context, figure, **{by: NONE if row.key in (None, "") else row.key})


@register.filter
def score(value: surveys.Score) -> str:
    """A score: ease and satisfaction as "83", the net promoter score with its sign."""
    if value.value is None:
        return "–"
    number = whole(abs(value.value))
    if value.kind != SurveyKind.NPS or number == "0":
        return number
    return f"+{number}" if value.value > 0 else f"\u2212{number}"


@register.filter
def score_bounds(value: surveys.Score) -> str:
    """The interval of a score."""
    if value.interval is None:
        return ""
    if value.kind != SurveyKind.NPS:
        return whole_bounds(value.interval)
    low, high = (score(replace(value, value=end)) for end in (value.interval.low, value.interval.high))
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


@register.filter
def on_scale(value: float, scored: surveys.Score) -> str:
    """A place on the scale of a score, in percent of its width."""
    return charts.across((value - scored.lowest) / (100 - scored.lowest) * 100)


@register.filter
def width_on_scale(scored: surveys.Score) -> str:
    """How wide the interval of a score is drawn; an empty one is still seen."""
    interval = scored.interval
    width = (interval.high - interval.low) / (100 - scored.lowest) * 100 if interval else 0.0
    return charts.across(max(width, 0.6))
