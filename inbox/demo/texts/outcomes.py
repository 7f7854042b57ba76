"""What agents wrote down after they got back to unhappy customers, and what those who said so were told."""

from collections.abc import Mapping

OUTCOMES = (
    "Called. It was the printing again; a label goes out by post today.",
    "Wrote and said sorry. The customer is fine with the voucher.",
    "Spoke on the phone for ten minutes. Glad that somebody asked.",
    "No answer on the phone, wrote a mail. Will come back if there is more.",
    "Explained what went wrong with the carrier. Shipping costs are refunded.",
    "Sent a second pair at our expense. All is well.",
)
TOLD: Mapping[str, str] = {
    "en": (
        "Hello {name},\n\nwhen we asked you how it went, you told us that a return was hard because the label had to "
        "be printed. You were not the only one, and you were right.\n\nSince last week nobody prints a label any more: "
        "with your return you get a code by mail. Show it on your phone at the parcel shop, and they print the label "
        "for you.\n\nThank you for telling us. You need not answer this."
    ),
    "ru": (
        "Здравствуйте, {name}!\n\nКогда мы спросили, всё ли было удобно, вы рассказали, что возврат усложнила "
        "этикетка, которую нужно было печатать самому. Так ответили не только вы, и вы были правы.\n\nС прошлой недели "
        "ничего печатать не нужно: вместе с возвратом вы получаете код по почте. Покажите его с телефона в пункте "
        "приёма, и этикетку напечатают там.\n\nСпасибо, что рассказали. Отвечать не нужно."
    ),
    "zh-hans": (
        "{name}您好：\n\n我们曾请您评价服务，您告诉我们退货时必须自己打印标签很不方便。不止您一位这样说，您说得对。\n\n"
        "从上周起，不再需要打印标签：退货时您会收到一封带有二维码的邮件，在取件点出示手机，由店员为您打印。\n\n"
        "谢谢您告诉我们。此信无需回复。"
    ),
    "zh-hant": (
        "{name}您好：\n\n我們曾請您評價服務，您告訴我們退貨時必須自己列印標籤很不方便。不只您一位這樣說，您說得對。\n\n"
        "從上週起，不再需要列印標籤：退貨時您會收到一封附有 QR Code 的郵件，在門市出示手機，由店員為您列印。\n\n"
        "謝謝您告訴我們。此信無需回覆。"
    ),
}
