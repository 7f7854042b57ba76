"""The tickets a visitor sees first; each happens to one certain customer."""

from inbox.demo.story import Opinion, Story, Wording, agent, customer, draft, note

STORIES = (
    Story(
        key="hero-api-500",
        language="en",
        team="billing",
        tags=("api",),
        priority="urgent",
        subjects=("API returns 500 on checkout since this morning",),
        turns=(
            customer(
                Wording(
                    (
                        "We are losing orders. Log attached, request id 7f3a91c2-5d0e. Every call to POST "
                        "/v2/checkouts with more than one line item answers 500 since 07:40 our time; single items "
                        "go through. That is about forty lost baskets per hour on our side.\n\n"
                        "Please treat this as urgent and tell us who is looking at it."
                    ),
                    files=("errors.log",),
                ),
            ),
            note(
                "Tech confirms: last night's price update wrote a null for bundles. Fix is in review. @Anna please "
                "tell Kay it is being worked on."
            ),
            draft(
                "Hi Kay,\n\n"
                "thank you for the request id, it led us straight to the cause: a price update from last night "
                "breaks checkouts with more than one line. The fix is being"
            ),
        ),
        customer="kay.ito@hoshi-retail.example",
    ),
    Story(
        key="hero-double-charge",
        language="en",
        team="billing",
        tags=("refund",),
        priority="normal",
        subjects=("Charged twice for order 1007",),
        turns=(
            customer(
                Wording(
                    (
                        "Hi,\n\n"
                        "my card shows two payments of 89,00 for the same order, 1007. I only bought one pair. Can "
                        "you refund the second one? The statement is attached.\n\n"
                        "Best, Bo\n\n"
                        "> Thank you for your order 1007!\n"
                        "> 1 x Trail Runner, size 43 .... 89,00\n"
                        "> Questions? Just answer this mail. Nordlys Shoes"
                    ),
                    files=("statement.pdf",),
                ),
                bare=True,
            ),
            agent(
                "Thank you for the statement, that helps. I can see both payments and am checking with the payment "
                "provider whether the second one was really captured. You will hear from me today."
            ),
            note("The payment provider shows two captures, the second one is a retry. Refund is safe. @Anna"),
            customer(
                "Any news? I would like to order another pair but not before this is sorted.",
                bare=True,
            ),
            draft(
                "Hi Bo,\n\n"
                "you are right: the second payment was a retry that should not have happened. I have refunded it, "
                "you will see 89,00 back in two to three days."
            ),
        ),
        customer="bo@larsen.example",
    ),
    Story(
        key="hero-parcel",
        language="en",
        team="billing",
        tags=("delivery",),
        priority="normal",
        subjects=("Where is my parcel?",),
        turns=(
            customer(
                (
                    "Hello!\n\n"
                    'Order 1012, the red Aurora Runner. The courier\'s page says "out for delivery" since '
                    'yesterday morning, and yesterday evening it went back to "in transit". I stay in today, but I '
                    "can't stay in for ever. Where is it?\n\n"
                    "Merci, Mia"
                ),
                bare=True,
            ),
        ),
        customer="mia@fontaine.example",
    ),
    Story(
        key="hero-vat",
        language="en",
        team="billing",
        tags=("invoice",),
        priority="normal",
        subjects=("Invoice with VAT number",),
        turns=(
            customer(
                (
                    "Dear Nordlys,\n\n"
                    "could I have the invoice for order 1009 with our VAT number on it? Brandt & Søn ApS, "
                    "Havnegade 12, DK 29 48 71 06. Our accountant is waiting with a pencil behind her ear.\n\n"
                    "Best regards\n"
                    "Ada Brandt"
                ),
                bare=True,
            ),
            agent(
                Wording(
                    (
                        "Of course. The invoice with your VAT number is attached, and I stored the number in your "
                        "account so that every later invoice has it. Greetings to the pencil!"
                    ),
                    files=("invoice.pdf",),
                ),
            ),
            customer(
                "Perfect, thank you!",
                bare=True,
            ),
        ),
        customer="ada@brandt-soen.example",
    ),
    Story(
        key="hero-bo-label",
        language="en",
        team="shipping",
        tags=("label", "returns"),
        priority="normal",
        subjects=("Return of order 0988",),
        turns=(
            customer(
                (
                    "Hi,\n\n"
                    "order 0988 was a 42, I need a 43. The return page wants me to print a label. I have no "
                    "printer at home and the office one counts pages. Is there another way?\n\n"
                    "Best, Bo"
                ),
                bare=True,
            ),
            agent(
                "I am sorry, for now the label has to be printed. If a copy shop charges you for it, send me the "
                "receipt and it comes back with the refund. A 43 of the Trail Runner is put aside for you."
            ),
            customer(
                "Printed it at my sister's. It worked, but it was more trouble than the run.",
                bare=True,
            ),
            agent(
                "Thank you for the trouble you took. I did not wait for the parcel: your money is on its way back "
                "already."
            ),
        ),
        opinions=(Opinion(2, "I had to print the label myself and drive to my sister's for it. The rest was fine."),),
        customer="bo@larsen.example",
    ),
    Story(
        key="hero-bo-date",
        language="en",
        team="shipping",
        tags=("delivery",),
        priority="low",
        subjects=("Delivery date for order 0713?",),
        turns=(
            customer(
                ("Hi,\n\ncan you tell me if order 0713 comes before the weekend? I have a race on Sunday.\n\nBest, Bo"),
                bare=True,
            ),
            agent(
                "It does: the parcel left us this morning and will be with you on Friday at the latest. Good luck "
                "on Sunday!"
            ),
            customer(
                "Came on Thursday. Thanks!",
                bare=True,
            ),
        ),
        opinions=(Opinion(5, "Quick and right."),),
        customer="bo@larsen.example",
    ),
    Story(
        key="hero-label-zh",
        language="zh-hans",
        team="billing",
        tags=("label", "returns"),
        priority="normal",
        subjects=("退货标签必须自己打印吗？",),
        turns=(
            customer(
                (
                    "您好，我家里没有打印机，可以寄给我吗？\n\n"
                    "我买的是 Havn Sneaker，38码，订单号 1011，鞋子有点挤脚，想退货。网站上说要自己把退货标签打印出"
                    "来贴在箱子上。我住的小区附近也没有打印店，上次为了打印一张纸花了整个下午。\n\n"
                    "谢谢！\n"
                    "李娜"
                ),
                bare=True,
            ),
            note(
                "@Anna The Chinese returns page still has the old text about printing; I asked Maja to change it "
                "today. She can have the QR code like everybody else. I can answer in Chinese if you hand it to me."
            ),
        ),
        customer="li.na@qinghe.example",
    ),
    Story(
        key="hero-exchange-ru",
        language="ru",
        team="billing",
        tags=("exchange", "size"),
        priority="normal",
        subjects=("Размер не подошёл, хочу обменять",),
        turns=(
            customer(
                (
                    "Здравствуйте!\n\n"
                    "Заказ 0996, ботинки Vinter Boot, 43 размер. Жмут в подъёме, "
                    "хочу обменять на 44. Подскажите, пожалуйста, что "
                    "нужно сделать?\n\n"
                    "Иван Петров"
                ),
                bare=True,
            ),
            agent(
                Wording(
                    (
                        "Конечно, обменяем. Пара 44 размера уже отложена "
                        "для вас. Этикетка для возврата во вложении, но её "
                        "можно и не распечатывать: на ней есть QR-код, его "
                        "примут с экрана телефона. Как только отправите, "
                        "пришлите, пожалуйста, номер посылки, и мы в тот же "
                        "день вышлем новую пару."
                    ),
                    files=("return-code.png",),
                ),
            ),
            customer(
                "Спасибо, этикетку распечатал, отправил вчера.",
                bare=True,
            ),
            agent(
                "Отлично, спасибо! Напишите, пожалуйста, номер "
                "отправления с квитанции: по нему мы увидим посылку "
                "раньше и сразу отправим 44-й."
            ),
        ),
        customer="ivan@petrov.example",
    ),
)
