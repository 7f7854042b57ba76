"""What a reader of the survey report chose in its address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.customers.models import Customer
from inbox.reports.scope import NONE, Grouping, Scope
from inbox.reports.survey_scope import SurveyGrouping, SurveyScope
from inbox.surveys.enums import Sentiment, SurveyKind
from inbox.surveys.models import SurveyVersion
from inbox.surveys.wording import WORDINGS
from inbox.tickets.models import Tag
from inbox.workspace.report_filters import Asked, FilterForm, Names, asked
from inbox.workspace.survey_choice import NARROWING, SURVEY_PARTS, survey_scope


class SurveyFilterForm(FilterForm):
    """The filters of the survey report, those of the others and its own."""

    kind = forms.ChoiceField(label=gettext_lazy("Survey"), choices=SurveyKind.choices)
    topic = forms.ChoiceField(label=gettext_lazy("Topic"))
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    segment = forms.ChoiceField(label=gettext_lazy("Customer segment"))
    version = forms.ChoiceField(label=gettext_lazy("Survey and version"))
    compare = forms.ChoiceField(label=gettext_lazy("Compare by"), choices=SurveyGrouping.choices)
    sentiment = forms.ChoiceField(
        label=gettext_lazy("Answers"), choices=[("", gettext_lazy("All answers")), *Sentiment.choices]
    )
    words = forms.CharField(label=gettext_lazy("Words in the comment"), max_length=100)

    def __init__(self, data: QueryDict, names: dict[Grouping, Names]) -> None:
        super().__init__(data, names)
        self.data = {"kind": SurveyKind.CES.value, "compare": SurveyGrouping.TEAM.value, **self.data}
        self.names: dict[SurveyGrouping, Names] = {
            SurveyGrouping.TEAM: names[Grouping.TEAM],
            SurveyGrouping.AGENT: names[Grouping.AGENT],
            SurveyGrouping.CHANNEL: names[Grouping.CHANNEL],
            SurveyGrouping.TOPIC: dict(Tag.objects.order_by("name").values_list("pk", "name")),
            SurveyGrouping.LANGUAGE: {code: wording.name for code, wording in WORDINGS.items()},
            SurveyGrouping.SEGMENT: {name: name for name in _segments()},
            SurveyGrouping.VERSION: {
                version.pk: _("%(survey)s, version %(number)d")
                % {"survey": version.survey.name, "number": version.number}
                for version in SurveyVersion.objects.select_related("survey").order_by("survey__name", "-number")
            },
        }
        everything = {
            SurveyGrouping.TOPIC: _("All topics"),
            SurveyGrouping.LANGUAGE: _("All languages"),
            SurveyGrouping.SEGMENT: _("All segments"),
            SurveyGrouping.VERSION: _("All surveys"),
        }
        without = {SurveyGrouping.TOPIC: _("No topic"), SurveyGrouping.SEGMENT: _("No segment")}
        for by, every in everything.items():
            choices = [("", every), *((str(key), name) for key, name in self.names[by].items())]
            if by in without:
                choices.append((NONE, without[by]))
            field = self.fields[by.value]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def names_compared(self, by: SurveyGrouping) -> Names:
        """The rows the comparison may have; those of nobody come last."""
        without = {
            SurveyGrouping.TEAM: _("No team"),
            SurveyGrouping.AGENT: _("No agent"),
            SurveyGrouping.TOPIC: _("No topic"),
        }
        if by == SurveyGrouping.SEGMENT:
            return {**self.names[by], "": _("No segment")}
        return {**self.names[by], None: without[by]} if by in without else self.names[by]


def _segments() -> list[str]:
    return list(Customer.objects.exclude(segment="").order_by("segment").values_list("segment", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class AskedSurveys:
    """The survey report as it was asked for; `query` is the shortest address that asks for it again."""

    form: SurveyFilterForm
    scope: Scope
    survey: SurveyScope
    by: SurveyGrouping
    query: dict[str, str]

    def of_all_answers(self) -> AskedSurveys:
        """The same question without what narrows comments: a score over chosen answers would be none."""
        query = {name: value for name, value in self.query.items() if name not in NARROWING}
        return replace(self, survey=replace(self.survey, sentiment=None, score=None, words=""), query=query)

    @property
    def agents(self) -> Names:
        """All agents, and nobody."""
        return self.form.names_compared(SurveyGrouping.AGENT)

    @property
    def names_compared(self) -> Names:
        """The rows the comparison may have."""
        return self.form.names_compared(self.by)


def asked_surveys(data: QueryDict, zone: ZoneInfo, as_of: datetime) -> AskedSurveys:
    """Read the address. What makes no sense is told by the form and counts as not chosen."""
    question: Asked = asked(data, zone, as_of, SurveyFilterForm)
    form = question.form
    assert isinstance(form, SurveyFilterForm)
    chosen = QueryDict(mutable=True)
    for name in SURVEY_PARTS:
        value = data.get(name)
        if value and (name not in form.fields or not form[name].errors):
            chosen[name] = value
    compare = form.cleaned_data.get("compare") or SurveyGrouping.TEAM.value
    usual = {"kind": SurveyKind.CES.value}
    query = question.query | {name: str(value) for name, value in chosen.items() if value != usual.get(name)}
    if compare != SurveyGrouping.TEAM.value:
        query["compare"] = compare
    return AskedSurveys(form, question.scope, survey_scope(chosen, question.scope), SurveyGrouping(compare), query)
