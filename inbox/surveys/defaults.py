"""The survey a new installation starts with."""

from __future__ import annotations

from django.db import transaction

from inbox.common.clock import now
from inbox.surveys.enums import SurveyKind
from inbox.surveys.models import Survey, SurveyVersion

#: CES 1-5, 1 very difficult to 5 very easy. `{brand}` and `{subject}` are filled in when a customer is asked.
TEXTS: dict[str, dict[str, object]] = {
    "en": {
        "question": "How easy was it to get this sorted, from 1 very difficult to 5 very easy?",
        "anchors": {"1": "very difficult", "2": "difficult", "3": "neither", "4": "easy", "5": "very easy"},
        "comment": "What would have made it easier?",
        "thanks": "Thank you, that helps us.",
        "subject": "How easy was it? About “{subject}”",
        "intro": "You wrote to us about “{subject}”. Now that it is settled, we have one short question.",
    },
    "zh-hans": {
        "question": "解决这件事有多容易？1为非常困难，5为非常容易。",
        "anchors": {"1": "非常困难", "2": "比较困难", "3": "一般", "4": "比较容易", "5": "非常容易"},
        "comment": "怎样做能让您更省心？",
        "thanks": "谢谢您，这对我们很有帮助。",
        "subject": "这次顺利吗？关于“{subject}”",
        "intro": "您曾就“{subject}”联系我们。现在问题已经解决，想请您回答一个简短的问题。",
    },
    "zh-hant": {
        "question": "解決這件事有多容易？1為非常困難，5為非常容易。",
        "anchors": {"1": "非常困難", "2": "有點困難", "3": "普通", "4": "還算容易", "5": "非常容易"},
        "comment": "怎麼做能讓您更省心？",
        "thanks": "謝謝您，這對我們很有幫助。",
        "subject": "這次順利嗎？關於「{subject}」",
        "intro": "您曾就「{subject}」與我們聯絡。現在問題已經解決，想請您回答一個簡短的問題。",
    },
    "ru": {
        "question": "Насколько легко было решить ваш вопрос: от 1 (очень сложно) до 5 (очень легко)?",
        "anchors": {
            "1": "очень сложно",
            "2": "сложно",
            "3": "ни сложно, ни легко",
            "4": "легко",
            "5": "очень легко",
        },
        "comment": "Что помогло бы сделать это проще?",
        "thanks": "Спасибо, нам это поможет.",
        "subject": "Легко ли всё прошло? Ваше обращение «{subject}»",
        "intro": "Вы писали нам: «{subject}». Вопрос решён, и у нас к вам один короткий вопрос.",
    },
}


def ensure_survey() -> None:
    """CES 1-5 in four languages, where there is no survey yet."""
    with transaction.atomic():
        if Survey.objects.exists():
            return
        SurveyVersion.objects.create(
            survey=Survey.objects.create(name="Customer effort", kind=SurveyKind.CES),
            number=1,
            template="ces_5",
            scale_min=1,
            scale_max=5,
            low_is_good=False,
            good_scores=[4, 5],
            unhappy_scores=[1, 2],
            texts=TEXTS,
            created_at=now(),
        )
