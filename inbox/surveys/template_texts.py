"""The sentences of the built-in templates in each language: the anchors are listed from the lowest score upwards.

`{brand}` and `{subject}` are filled in when a customer is asked. A question names both ends of its scale, so that
nobody has to guess which one is good.
"""

from __future__ import annotations

from collections.abc import Mapping

#: What all surveys about a ticket say before and after their question.
AFTER_A_TICKET: Mapping[str, Mapping[str, str]] = {
    "en": {
        "intro": "You wrote to us about “{subject}”. Now that it is settled, we have one short question.",
        "thanks": "Thank you, that helps us.",
    },
    "zh-hans": {
        "intro": "您曾就“{subject}”联系我们。现在问题已经解决，想请您回答一个简短的问题。",
        "thanks": "谢谢您，这对我们很有帮助。",
    },
    "zh-hant": {
        "intro": "您曾就「{subject}」與我們聯絡。現在問題已經解決，想請您回答一個簡短的問題。",
        "thanks": "謝謝您，這對我們很有幫助。",
    },
    "ru": {
        "intro": "Вы писали нам: «{subject}». Вопрос решён, и у нас к вам один короткий вопрос.",
        "thanks": "Спасибо, нам это поможет.",
    },
}

#: What surveys about no ticket say.
ABOUT_US: Mapping[str, Mapping[str, str]] = {
    "en": {
        "subject": "Would you recommend {brand}?",
        "intro": "You are a customer of {brand}, and we would like to know what you think of us. "
        "It is one short question.",
        "thanks": "Thank you, that helps us.",
    },
    "zh-hans": {
        "subject": "您愿意推荐{brand}吗？",
        "intro": "感谢您一直以来选择{brand}。我们很想听听您对我们的看法，只有一个简短的问题。",
        "thanks": "谢谢您，这对我们很有帮助。",
    },
    "zh-hant": {
        "subject": "您願意推薦{brand}嗎？",
        "intro": "感謝您一直以來選擇{brand}。我們很想聽聽您對我們的看法，只有一個簡短的問題。",
        "thanks": "謝謝您，這對我們很有幫助。",
    },
    "ru": {
        "subject": "Порекомендуете ли вы {brand}?",
        "intro": "Вы клиент {brand}, и нам важно знать, что вы о нас думаете. Это один короткий вопрос.",
        "thanks": "Спасибо, нам это поможет.",
    },
}

EFFORT_SUBJECT: Mapping[str, str] = {
    "en": "How easy was it? About “{subject}”",
    "zh-hans": "这次顺利吗？关于“{subject}”",
    "zh-hant": "這次順利嗎？關於「{subject}」",
    "ru": "Легко ли всё прошло? Ваше обращение «{subject}»",
}
EFFORT_COMMENT: Mapping[str, str] = {
    "en": "What would have made it easier?",
    "zh-hans": "怎样做能让您更省心？",
    "zh-hant": "怎麼做能讓您更省心？",
    "ru": "Что помогло бы сделать это проще?",
}
SATISFACTION_SUBJECT: Mapping[str, str] = {
    "en": "Are you satisfied? About “{subject}”",
    "zh-hans": "您满意吗？关于“{subject}”",
    "zh-hant": "您滿意嗎？關於「{subject}」",
    "ru": "Довольны ли вы? Ваше обращение «{subject}»",
}
SATISFACTION_COMMENT: Mapping[str, str] = {
    "en": "What could we have done better?",
    "zh-hans": "我们还有哪些地方可以做得更好？",
    "zh-hant": "我們還有哪些地方可以做得更好？",
    "ru": "Что мы могли бы сделать лучше?",
}
RECOMMENDATION_SUBJECT: Mapping[str, str] = {
    "en": "Would you recommend us? About “{subject}”",
    "zh-hans": "您愿意推荐我们吗？关于“{subject}”",
    "zh-hant": "您願意推薦我們嗎？關於「{subject}」",
    "ru": "Порекомендуете ли вы нас? Ваше обращение «{subject}»",
}
RECOMMENDATION_COMMENT: Mapping[str, str] = {
    "en": "What is the main reason for your score?",
    "zh-hans": "您打这个分数的主要原因是什么？",
    "zh-hant": "您打這個分數的主要原因是什麼？",
    "ru": "Что главное повлияло на вашу оценку?",
}

#: {template: {language: (question, anchors)}}.
ASKED: Mapping[str, Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "ces_5": {
        "en": (
            "How easy was it to get this sorted, from 1 very difficult to 5 very easy?",
            ("very difficult", "difficult", "neither", "easy", "very easy"),
        ),
        "zh-hans": (
            "解决这件事有多容易？1为非常困难，5为非常容易。",
            ("非常困难", "比较困难", "一般", "比较容易", "非常容易"),
        ),
        "zh-hant": (
            "解決這件事有多容易？1為非常困難，5為非常容易。",
            ("非常困難", "有點困難", "普通", "還算容易", "非常容易"),
        ),
        "ru": (
            "Насколько легко было решить ваш вопрос: от 1 (очень сложно) до 5 (очень легко)?",
            ("очень сложно", "сложно", "ни сложно, ни легко", "легко", "очень легко"),
        ),
    },
    "ces_7": {
        "en": (
            "“You made it easy for me to get this sorted.” Do you agree, from 1 strongly disagree to 7 strongly agree?",
            (
                "strongly disagree",
                "disagree",
                "somewhat disagree",
                "neither",
                "somewhat agree",
                "agree",
                "strongly agree",
            ),
        ),
        "zh-hans": (
            "“你们让我轻松地解决了问题。”您同意这句话吗？1为非常不同意，7为非常同意。",
            ("非常不同意", "不同意", "不太同意", "一般", "比较同意", "同意", "非常同意"),
        ),
        "zh-hant": (
            "「你們讓我輕鬆地解決了問題。」您同意這句話嗎？1為非常不同意，7為非常同意。",
            ("非常不同意", "不同意", "不太同意", "普通", "還算同意", "同意", "非常同意"),
        ),
        "ru": (
            "«С вашей помощью решить мой вопрос было легко». Согласны ли вы: от 1 (совершенно не согласен) "
            "до 7 (полностью согласен)?",
            (
                "совершенно не согласен",
                "не согласен",
                "скорее не согласен",
                "трудно сказать",
                "скорее согласен",
                "согласен",
                "полностью согласен",
            ),
        ),
    },
    "ces_7_reversed": {
        "en": (
            "How hard was it to get this sorted, from 1 very easy to 7 very hard?",
            ("very easy", "easy", "rather easy", "neither", "rather hard", "hard", "very hard"),
        ),
        "zh-hans": (
            "解决这件事有多费力？1为非常容易，7为非常困难。",
            ("非常容易", "容易", "比较容易", "一般", "比较困难", "困难", "非常困难"),
        ),
        "zh-hant": (
            "解決這件事有多費力？1為非常容易，7為非常困難。",
            ("非常容易", "容易", "還算容易", "普通", "有點困難", "困難", "非常困難"),
        ),
        "ru": (
            "Насколько сложно было решить ваш вопрос: от 1 (очень легко) до 7 (очень сложно)?",
            (
                "очень легко",
                "легко",
                "скорее легко",
                "ни легко, ни сложно",
                "скорее сложно",
                "сложно",
                "очень сложно",
            ),
        ),
    },
    "csat_5": {
        "en": (
            "How satisfied are you with our help, from 1 very dissatisfied to 5 very satisfied?",
            ("very dissatisfied", "dissatisfied", "neither", "satisfied", "very satisfied"),
        ),
        "zh-hans": (
            "您对我们的服务有多满意？1为非常不满意，5为非常满意。",
            ("非常不满意", "不满意", "一般", "满意", "非常满意"),
        ),
        "zh-hant": (
            "您對我們的服務有多滿意？1為非常不滿意，5為非常滿意。",
            ("非常不滿意", "不滿意", "普通", "滿意", "非常滿意"),
        ),
        "ru": (
            "Насколько вы довольны нашей помощью: от 1 (очень недоволен) до 5 (очень доволен)?",
            ("очень недоволен", "недоволен", "ни то ни другое", "доволен", "очень доволен"),
        ),
    },
    "csat_2": {
        "en": ("Are you satisfied with our help: 1 not satisfied, or 2 satisfied?", ("not satisfied", "satisfied")),
        "zh-hans": ("您对我们的服务满意吗？1为不满意，2为满意。", ("不满意", "满意")),
        "zh-hant": ("您對我們的服務滿意嗎？1為不滿意，2為滿意。", ("不滿意", "滿意")),
        "ru": (
            "Довольны ли вы нашей помощью: 1 (нет, недоволен) или 2 (да, доволен)?",
            ("нет, недоволен", "да, доволен"),
        ),
    },
    "nps": {
        "en": (
            "How likely are you to recommend us to a friend or colleague, from 0 not at all likely to 10 extremely "
            "likely?",
            (
                "not at all likely",
                "very unlikely",
                "unlikely",
                "rather unlikely",
                "slightly unlikely",
                "undecided",
                "slightly likely",
                "rather likely",
                "likely",
                "very likely",
                "extremely likely",
            ),
        ),
        "zh-hans": (
            "您有多大可能向朋友或同事推荐我们？0为完全不可能，10为极有可能。",
            (
                "完全不可能",
                "几乎不可能",
                "很不可能",
                "不可能",
                "不太可能",
                "说不准",
                "也许会",
                "比较可能",
                "可能",
                "很可能",
                "极有可能",
            ),
        ),
        "zh-hant": (
            "您有多大可能向朋友或同事推薦我們？0為完全不可能，10為極有可能。",
            (
                "完全不可能",
                "幾乎不可能",
                "很不可能",
                "不可能",
                "不太可能",
                "說不準",
                "也許會",
                "還算可能",
                "可能",
                "很可能",
                "極有可能",
            ),
        ),
        "ru": (
            "Насколько вероятно, что вы порекомендуете нас друзьям или коллегам: от 0 (совершенно исключено) "
            "до 10 (обязательно порекомендую)?",
            (
                "совершенно исключено",
                "почти исключено",
                "очень маловероятно",
                "маловероятно",
                "скорее нет",
                "трудно сказать",
                "возможно",
                "скорее да",
                "вероятно",
                "очень вероятно",
                "обязательно порекомендую",
            ),
        ),
    },
}
