"""What visitors do at a survey's pages, and what they see there."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.test import Client, override_settings

from inbox.channels.delivery import send
from inbox.channels.models import Delivery, OutboxMail
from inbox.common.clock import now
from inbox.surveys.actions import send_due
from inbox.surveys.models import Answer, Invitation, SurveyVersion
from inbox.surveys.templates import TEMPLATES
from tests import cast
from tests.inbox.surveys.stories import HOUR, settled

_HIDDEN = re.compile(r'<input type="(?:hidden|text)"\s+name="([^"]+)"(?:\s+value="([^"]*)")?')


def invite() -> None:
    """Ada's customer was asked a moment ago."""
    with override_settings(SURVEY_DELAY_SECONDS=0):
        settled(cast.support(), cast.ada(), at=now() - HOUR)
        send_due()


def invitation_once_more() -> Invitation:
    """The customer who was asked; nobody has tried anything yet."""
    cache.clear()
    return Invitation.objects.get()


def asks_instead(template: str, **values: Any) -> None:
    """What is asked is another built-in survey, with these values in its version."""
    built_in = TEMPLATES[template]
    version = SurveyVersion.objects.get()
    version.survey.kind = built_in.kind
    version.survey.save()
    asked = {
        "template": template,
        "scale_min": built_in.scale.minimum,
        "scale_max": built_in.scale.maximum,
        "low_is_good": built_in.low_is_good,
        "good_scores": list(built_in.good_scores),
        "unhappy_scores": list(built_in.unhappy_scores),
        "texts": built_in.texts,
    }
    SurveyVersion.objects.update(**asked | values)


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def words(body: bytes) -> str:
    """What a reader sees."""
    text = re.sub(r'<div class="unseen".*?</div>', " ", body.decode(), flags=re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text.partition("<body>")[2]).split()))


def form_in(page: bytes) -> dict[str, str]:
    """What the form of a page carries that nobody fills in."""
    form = page.decode().partition("<form")[2].partition("</form>")[0]
    return {name: html.unescape(value) for name, value in _HIDDEN.findall(form)}


def fill(visitor: Client, url: str, values: Mapping[str, Any], page: str = "") -> Any:
    """Open the page, fill in its form and send it, as a person does."""
    shown = visitor.get(page or url)
    return visitor.post(url, form_in(shown.content) | dict(values))


def kept() -> list[tuple[int, str, bool]]:
    return list(Answer.objects.order_by("id").values_list("score", "comment", "is_current"))


def everything() -> dict[str, list[dict[str, object]]]:
    """Every row of every table of ours but those that count openings."""
    models = [one for one in apps.get_app_config("inbox").get_models() if one.__name__ != "LinkHit"]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def mail_of(invitation: Invitation) -> bytes:
    """The mail that asked, as it left."""
    for delivery in Delivery.objects.order_by("id"):
        send(delivery.pk)
    return bytes(OutboxMail.objects.get(message=invitation.message).body)
