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
    anonymous: str
    choose: str
    too_long: str
    problem: str
    problems_title: str
    wrong_choice: str
    wrong_number: str
    wrong_step: str
    write_number: str
    answered: str
    add: str
    comment: str
    several: str
    save: str
    kept: str
    more: str
    change: str
    confirm_title: str
    confirm: str
    confirm_button: str
    trap: str
    closed_title: str
    expired: str
    voided: str
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
                privacy="No sign-in, no cookies.",
                anonymous="Your answer is anonymous: nobody at {brand} sees who gave it.",
                choose="Please choose one of the answers.",
                too_long="That is more than {limit} characters. Please shorten it a little.",
                problem="Please check",
                problems_title="Please check your answers",
                wrong_choice="Please choose from the options.",
                wrong_number="Please enter a whole number from {low} to {high}.",
                write_number="Just reply with a number from {low} to {high}{ends}.",
                wrong_step="Please enter a number from {low} to {high} in steps of {step}.",
                answered="Your answer",
                add="Would you like to tell us more?",
                comment="Your comment",
                several="You can choose several.",
                save="Save",
                kept="Saved. You can change it until {day}.",
                more="Add or change something",
                change="Change my answer",
                confirm_title="One more tap, please",
                confirm="A program seems to have opened the links of our mail, as virus scanners do. So that only your "
                "own answer counts, please confirm it.",
                confirm_button="Yes, this is my answer",
                trap="For programs only, please do not open",
                closed_title="This survey is closed",
                expired="The time to answer is over. Your opinion still counts: just write to us.",
                voided="Your request was taken up again, so it is too early to ask. If you would like to tell us "
                "something now, just write to us.",
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
                privacy="无需登录，不使用 Cookie。",
                anonymous="本次作答是匿名的：{brand} 的任何人都看不到是谁作答。",
                choose="请选择一个选项。",
                too_long="内容超过 {limit} 个字，请稍微精简一下。",
                problem="请检查",
                problems_title="请检查您的回答",
                wrong_choice="请从选项中选择。",
                wrong_number="请输入 {low} 到 {high} 之间的整数。",
                write_number="直接回复 {low} 到 {high} 之间的数字即可{ends}。",
                wrong_step="请输入 {low} 到 {high} 之间的数，每 {step} 为一档。",
                answered="您的选择",
                add="还想补充几句吗？",
                comment="您的留言",
                several="可多选。",
                save="保存",
                kept="已保存。{day}前可以随时修改。",
                more="补充或修改",
                change="修改我的选择",
                confirm_title="请再点一下",
                confirm="似乎有程序打开过我们邮件中的链接，病毒扫描软件常会这样做。为确保只计入您本人的回答，请确认一下。",
                confirm_button="对，这是我的选择",
                trap="仅供程序使用，请勿打开",
                closed_title="本次调查已结束",
                expired="作答时间已过。我们仍然想听到您的意见，欢迎直接写信给我们。",
                voided="您的问题已重新开始处理，现在请您评价还为时过早。如果您现在就有话想说，欢迎直接写信给我们。",
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
                privacy="不需登入，也不使用 Cookie。",
                anonymous="這份問卷採匿名方式：{brand} 沒有人看得到是誰作答的。",
                choose="請選擇一個選項。",
                too_long="內容超過 {limit} 個字，請稍微精簡一下。",
                problem="請檢查",
                problems_title="請檢查您的回答",
                wrong_choice="請從選項中選擇。",
                wrong_number="請輸入 {low} 到 {high} 之間的整數。",
                write_number="直接回覆 {low} 到 {high} 之間的數字即可{ends}。",
                wrong_step="請輸入 {low} 到 {high} 之間的數字，以 {step} 為一級。",
                answered="您的選擇",
                add="還想補充幾句嗎？",
                comment="您的留言",
                several="可複選。",
                save="儲存",
                kept="已儲存。{day}前可以隨時修改。",
                more="補充或修改",
                change="修改我的選擇",
                confirm_title="請再點一下",
                confirm="似乎有程式開啟過我們郵件中的連結，防毒軟體常會這麼做。為了只採計您本人的回答，請確認一下。",
                confirm_button="沒錯，這是我的選擇",
                trap="僅供程式使用，請勿開啟",
                closed_title="這份問卷已結束",
                expired="作答期限已過。我們仍然想聽到您的意見，歡迎直接寫信給我們。",
                voided="您的問題已重新開始處理，現在請您評分還太早。如果您現在就有話想說，歡迎直接寫信給我們。",
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
                privacy="Без входа и без cookie.",
                anonymous="Ответ анонимный: в {brand} никто не увидит, кто его дал.",
                choose="Пожалуйста, выберите один из ответов.",
                too_long="Получилось больше {limit} знаков. Пожалуйста, сократите немного.",
                problem="Проверьте",
                problems_title="Проверьте, пожалуйста, ответы",
                wrong_choice="Пожалуйста, выберите из предложенного.",
                wrong_number="Пожалуйста, введите целое число от {low} до {high}.",
                write_number="Просто ответьте числом от {low} до {high}{ends}.",
                wrong_step="Пожалуйста, введите число от {low} до {high} с шагом {step}.",
                answered="Ваш ответ",
                add="Хотите что-нибудь добавить?",
                comment="Ваш комментарий",
                several="Можно выбрать несколько.",
                save="Сохранить",
                kept="Сохранено. Изменить можно до {day}.",
                more="Дополнить или исправить",
                change="Изменить ответ",
                confirm_title="Ещё одно нажатие",
                confirm="Похоже, ссылки из нашего письма открывала программа: так делают антивирусы. Чтобы засчитать "
                "именно ваш ответ, подтвердите его, пожалуйста.",
                confirm_button="Да, это мой ответ",
                trap="Только для программ, не открывайте, пожалуйста",
                closed_title="Опрос завершён",
                expired="Время для ответа вышло. Ваше мнение по-прежнему важно: просто напишите нам.",
                voided="Мы снова занялись вашим обращением, и спрашивать пока рано. Если хотите что-то сказать уже "
                "сейчас, просто напишите нам.",
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
