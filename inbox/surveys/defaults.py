"""The survey a new installation starts with."""

from __future__ import annotations

from django.db import transaction

from inbox.common.clock import now
from inbox.surveys.models import Survey, SurveyVersion
from inbox.surveys.templates import TEMPLATES


def ensure_survey() -> None:
    """CES 1-5 in four languages, switched on, where there is no survey yet."""
    template = TEMPLATES["ces_5"]
    with transaction.atomic():
        if Survey.objects.exists():
            return
        SurveyVersion.objects.create(
            survey=Survey.objects.create(name="Customer effort", kind=template.kind),
            number=1,
            template=template.key,
            scale_min=template.scale.minimum,
            scale_max=template.scale.maximum,
            low_is_good=template.low_is_good,
            good_scores=list(template.good_scores),
            unhappy_scores=list(template.unhappy_scores),
            texts=template.texts,
            created_at=now(),
        )
