"""Small things that can be added to any story: a customer who comes back, a colleague's note, a word on the survey."""

REOPENINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        (
            "Sorry to come back to this. Nothing has changed on my side yet. Could you have one more look?",
            "Thank you for telling me. It was stuck in a queue at our end; I released it by hand and watched it go "
            "through. Please give it until {soon}, and write to me directly if it is not there by then.",
        ),
        (
            "One more thing, now that I look at it again: will I get something in writing about this?",
            "You will: a confirmation went out to you in a separate mail, and it is stored in your account as well.",
        ),
        (
            "I thought this was settled, but today I got the same automatic mail again. Is something still open?",
            "Nothing is open on your side. One reminder was already in the pipe when I closed your case; I have "
            "stopped it now. Please ignore the mail of today.",
        ),
    ),
    "ru": (
        (
            "Простите, что пишу снова: пока ничего не изменилось. Можно проверить ещё раз?",
            "Спасибо, что написали. Запрос застрял в очереди на нашей стороне, я отправил{g} его вручную. Если до "
            "{soon} ничего не произойдёт, напишите мне, пожалуйста, сразу.",
        ),
        (
            "Ещё один вопрос по этой теме: придёт ли мне письменное подтверждение?",
            "Да, подтверждение отправлено отдельным письмом и сохранено в вашем личном кабинете.",
        ),
    ),
    "zh-hans": (
        (
            "不好意思又来打扰，我这边还没有看到变化，能再帮忙看一下吗？",
            "谢谢您告诉我。请求卡在了我们这边的队列里，刚刚已经手动处理，最晚{soon}会有结果。到时还没有的话，请直接写信给我。",
        ),
        ("再问一下，这件事会有书面确认吗？", "会的，确认邮件已经单独发给您，账户里也可以随时查看。"),
    ),
    "zh-hant": (
        (
            "不好意思再打擾一次，我這邊還沒有看到變化，可以再幫忙確認嗎？",
            "謝謝您告訴我。剛才發現卡在我們的佇列裡，已經手動處理，最晚{soon}會有結果。",
        ),
    ),
}
"""By language: what the customer writes after the ticket was resolved, and the answer."""

NOTES: dict[str, tuple[str, ...]] = {
    "delivery": (
        "Carrier hotline: twenty minutes of music, then a nice lady. Parcel is on the list for tonight.",
        "Second parcel with this route this week. Watching it.",
        "Tracking shows a scan in the wrong city. Asked for a manual reroute.",
    ),
    "returns": (
        "Return is scanned in, condition like new, shelf R4.",
        "Warehouse found the parcel without slip. Matched by tracking number.",
    ),
    "label": (
        "Another one without a printer. Please count it in, @Maja.",
        "The PDF is A4 landscape, no wonder it prints badly.",
    ),
    "exchange": (
        "Reserved the other pair on shelf B12.",
        "Opened the box before it leaves: the right pair is inside.",
    ),
    "warranty": (
        "Same batch as the soles from last month. Telling the factory.",
        "Clear case, no need to see the shoes.",
    ),
    "customs": ("Customs desk only answers before ten. Called at 8:05.",),
    "refund": ("Checked in the payment provider: captured once, refundable.",),
}
"""By tag: what a colleague might note."""

COMMENTS: dict[str, dict[int, tuple[str, ...]]] = {
    "en": {
        5: ("", "", "Thank you!", "Fast and friendly.", "Could not have been easier.", "A real person answered."),
        4: ("", "", "Good.", "Quick reply, one question too many.", "All fine in the end."),
        3: ("", "It took two mails more than needed.", "OK."),
        2: ("", "I had to explain everything twice.", "Too much back and forth."),
        1: ("", "Waited too long for an answer.", "Nobody told me what was going on."),
    },
    "ru": {
        5: ("", "Спасибо!", "Быстро и вежливо.", "Всё понятно объяснили."),
        4: ("", "Хорошо.", "В целом всё устроило."),
        3: ("", "Нормально, но долго."),
        2: ("", "Пришлось объяснять дважды."),
        1: ("Слишком долго ждать ответа.",),
    },
    "zh-hans": {
        5: ("", "谢谢！", "回复很快，态度很好。", "非常满意。"),
        4: ("", "不错。", "整体满意。"),
        3: ("", "一般，等得有点久。"),
        2: ("", "同样的问题说了两遍。"),
        1: ("等太久了。",),
    },
    "zh-hant": {
        5: ("", "謝謝！", "回覆很快，很親切。"),
        4: ("", "不錯。", "整體滿意。"),
        3: ("", "還可以，等得有點久。"),
        2: ("", "同樣的問題說了兩次。"),
        1: ("等太久了。",),
    },
}
"""By language and ease: comments that fit any ticket; many people leave none."""
