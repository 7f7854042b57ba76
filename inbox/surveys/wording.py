"""What stands around a survey in its mail and on its page, in each language we ask in.

The question itself, its scale and its thanks are texts of the survey and belong to its version. Dates are
written by `day`, in Django's format letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.utils import dateformat, translation


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one language; `name` is what its speakers call it, braces are filled in."""

    language: str
    name: str
    day_format: str
    switch: str
    about: str
    about_with: str
    optional: str
    send: str
    tap: str
    answer_until: str
    until: str
    privacy: str
    choose: str
    too_long: str
    answered: str
    add: str
    save: str
    comment_kept: str
    change: str
    closed_title: str
    closed: str
    write: str
    missing_title: str
    missing: str
    busy_title: str
    busy: str
    stop: str
    stop_title: str
    stop_text: str
    stop_button: str
    stopped_title: str
    stopped: str
    direction: str = "ltr"

    def day(self, at: datetime, zone: ZoneInfo) -> str:
        """The day of an instant, as one writes it: "5 December"."""
        with translation.override(self.language):
            return dateformat.format(at.astimezone(zone), self.day_format)


WORDINGS: Mapping[str, Wording] = MappingProxyType(
    {
        wording.language: wording
        for wording in (
            Wording(
                language="en",
                name="English",
                day_format="j F",
                switch="Language",
                about="“{subject}”",
                about_with="“{subject}”, with {agent}",
                optional="optional",
                send="Send my answer",
                tap="A tap on an answer sends it.",
                answer_until="You can answer until {day}.",
                until="You can change it until {day}.",
                privacy="No sign-in, nothing else is stored.",
                choose="Please choose one of the answers.",
                too_long="That is more than {limit} characters. Please shorten it a little.",
                answered="Your answer",
                add="Would you like to tell us more?",
                save="Save my comment",
                comment_kept="Your comment is saved.",
                change="Change my answer",
                closed_title="This survey is closed",
                closed="The time to answer is over, or your request was taken up again. Your opinion still counts: "
                "just write to us.",
                write="Write to {brand}",
                missing_title="This link does not work",
                missing="It may have been cut off in your mail program. Please open it from the mail once more, or "
                "copy all of it. If you would like to tell us something, just reply to our mail.",
                busy_title="One moment, please",
                busy="There were very many requests from your network. Please try again in a few minutes.",
                stop="No more surveys",
                stop_title="No more surveys?",
                stop_text="{brand} will not ask you for your opinion by mail any more. Answers to your requests arrive "
                "as before.",
                stop_button="Stop surveys",
                stopped_title="Done: no more surveys",
                stopped="{brand} will not send you surveys any more. Answers to your requests arrive as before.",
            ),
            Wording(
                language="zh-hans",
                name="简体中文",
                day_format="n月j日",
                switch="语言",
                about="“{subject}”",
                about_with="“{subject}”，由 {agent} 处理",
                optional="选填",
                send="提交",
                tap="点一下选项即可提交。",
                answer_until="{day}前均可作答。",
                until="{day}前可以随时修改。",
                privacy="无需登录，不会记录其他信息。",
                choose="请选择一个选项。",
                too_long="内容超过 {limit} 个字，请稍微精简一下。",
                answered="您的选择",
                add="还想补充几句吗？",
                save="保存留言",
                comment_kept="留言已保存。",
                change="修改我的选择",
                closed_title="本次调查已结束",
                closed="答复时间已过，或者您的问题已重新开始处理。我们仍然想听到您的意见，欢迎直接来信。",
                write="写信给 {brand}",
                missing_title="链接无法打开",
                missing="链接可能在邮件中被截断了。请从邮件中重新打开，或复制完整的链接。如果您有话想对我们说，直接回复我们的邮件即可。",
                busy_title="请稍候",
                busy="来自您所在网络的请求过多，请过几分钟再试。",
                stop="不再接收调查",
                stop_title="不再接收调查？",
                stop_text="{brand} 将不再通过邮件征求您的意见。我们对您来信的回复不受影响。",
                stop_button="停止接收",
                stopped_title="好了，不会再有调查",
                stopped="{brand} 不会再向您发送调查。我们对您来信的回复不受影响。",
            ),
            Wording(
                language="zh-hant",
                name="繁體中文",
                day_format="n月j日",
                switch="語言",
                about="「{subject}」",
                about_with="「{subject}」，由 {agent} 處理",
                optional="選填",
                send="送出",
                tap="點一下選項即可送出。",
                answer_until="{day}前皆可作答。",
                until="{day}前可以隨時修改。",
                privacy="不需登入，也不會記錄其他資訊。",
                choose="請選擇一個選項。",
                too_long="內容超過 {limit} 個字，請稍微精簡一下。",
                answered="您的選擇",
                add="還想補充幾句嗎？",
                save="儲存留言",
                comment_kept="留言已儲存。",
                change="修改我的選擇",
                closed_title="這份問卷已結束",
                closed="回覆期限已過，或您的問題已重新開始處理。我們仍然想聽到您的意見，歡迎直接來信。",
                write="寫信給 {brand}",
                missing_title="連結無法開啟",
                missing="連結可能在郵件中被截斷了。請從郵件重新開啟，或複製完整的連結。如果您有話想對我們說，直接回覆我們的郵件即可。",
                busy_title="請稍候",
                busy="來自您所在網路的請求過多，請過幾分鐘再試。",
                stop="不再接收問卷",
                stop_title="不再接收問卷？",
                stop_text="{brand} 將不再以郵件徵詢您的意見。我們對您來信的回覆不受影響。",
                stop_button="停止接收",
                stopped_title="好了，不會再有問卷",
                stopped="{brand} 不會再寄問卷給您。我們對您來信的回覆不受影響。",
            ),
            Wording(
                language="ru",
                name="Русский",
                day_format="j E",
                switch="Язык",
                about="«{subject}»",
                about_with="«{subject}», вам помогает {agent}",
                optional="по желанию",
                send="Отправить ответ",
                tap="Ответ отправится, как только вы его нажмёте.",
                answer_until="Ответить можно до {day}.",
                until="Ответ можно изменить до {day}.",
                privacy="Вход не нужен, больше ничего не сохраняется.",
                choose="Пожалуйста, выберите один из ответов.",
                too_long="Получилось больше {limit} знаков. Пожалуйста, сократите немного.",
                answered="Ваш ответ",
                add="Хотите что-нибудь добавить?",
                save="Сохранить комментарий",
                comment_kept="Комментарий сохранён.",
                change="Изменить ответ",
                closed_title="Опрос завершён",
                closed="Время для ответа вышло, или мы снова занялись вашим обращением. Ваше мнение по-прежнему важно: "
                "просто напишите нам.",
                write="Написать в {brand}",
                missing_title="Ссылка не работает",
                missing="Возможно, почтовая программа её обрезала. Откройте ссылку из письма ещё раз или скопируйте её "
                "целиком. Если хотите нам что-то сказать, просто ответьте на наше письмо.",
                busy_title="Минуточку",
                busy="Из вашей сети пришло слишком много запросов. Пожалуйста, попробуйте через несколько минут.",
                stop="Больше не присылать опросы",
                stop_title="Больше не присылать опросы?",
                stop_text="{brand} больше не будет спрашивать ваше мнение по почте. Ответы на ваши обращения будут "
                "приходить как прежде.",
                stop_button="Отказаться от опросов",
                stopped_title="Готово: опросов больше не будет",
                stopped="{brand} больше не пришлёт вам опросов. Ответы на ваши обращения будут приходить как прежде.",
            ),
        )
    }
)

_TRADITIONAL = ("hant", "tw", "hk", "mo")


def language_of(*tags: str) -> str:
    """The language to ask in: that of the first tag that says anything, English where we don't speak it."""
    tag = next((tag for tag in tags if tag), "").lower().replace("_", "-")
    primary, _, rest = tag.partition("-")
    if primary == "zh":
        return "zh-hant" if any(part in _TRADITIONAL for part in rest.split("-")) else "zh-hans"
    return primary if primary in WORDINGS else "en"
