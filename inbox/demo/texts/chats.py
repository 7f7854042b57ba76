"""Chats on the shop's pages: who asks what where, and what is said; {slots} are the cart's."""

from inbox.demo.chat_story import ChatStory, they, us

CHATS = (
    ChatStory(
        "Ingrid Solheim",
        "en",
        "carl",
        (("/women/boots", "Winter boots"), ("/p/vinter-boot", "Vinter Boot"), ("/size-guide", "Size guide")),
        cart=(("Vinter Boot, 39", 1, 179),),
        turns=(
            they("Hi! Are the Vinter Boots true to size? I'm between 38 and 39.", 0),
            us("Hi Ingrid! They run a little small. With winter socks most people between sizes take the larger.", 24),
            they("So 39?", 31),
            us("Yes, 39. And if they don't fit, the exchange is free within 30 days.", 18),
            they("Perfect, ordering now 🙂", 40),
        ),
    ),
    ChatStory(
        "Tom Becker",
        "en",
        "li",
        (("/orders/track", "Track your parcel"),),
        order="NS-48213",
        turns=(
            they("My parcel says delivered but there is nothing here", 0),
            they("order NS-48213", 9),
            us("That's no fun. One moment, I look at what the carrier wrote.", 41),
            us("They handed it to your neighbour in no. 14, signed by M. Krause at 11:20.", 95),
            they("oh! didn't see a note. I'll go and ask, thank you", 33),
            us("Please do. If they don't have it, write here and we send another pair.", 21),
        ),
    ),
    ChatStory(
        "王小雨",
        "zh-hans",
        "li",
        (("/p/fjell-trail", "Fjell Trail"), ("/cart", "Cart")),
        cart=(("Fjell Trail, 42", 1, 129), ("Wool socks", 2, 12)),
        turns=(
            they("你好,可以寄到上海吗?", 0),
            us("您好!可以,运费 15 欧元,大约 7 到 10 天送达。", 35),
            they("关税怎么算?", 27),
            us("结账时会显示关税,付款时一并结清,收货时无需再付。", 44),
            they("好的,谢谢!", 20),
        ),
    ),
    ChatStory(
        "Ольга Миронова",
        "ru",
        "anna",
        (("/checkout", "Checkout"), ("/checkout/payment", "Payment")),
        cart=(("Polar Chelsea, 38", 1, 169),),
        error="Payment was declined (code 05)",
        turns=(
            they("Здравствуйте! Оплата не проходит, карта точно рабочая.", 0),
            us(
                "Здравствуйте, Ольга! Вижу ошибку: банк отклонил платёж. Попробуйте ещё раз через приложение банка.", 38
            ),
            they("Пробую… прошло! Спасибо большое", 74),
            us("Отлично! Заказ отправим завтра утром.", 16),
        ),
    ),
    ChatStory(
        "Priya Nair",
        "en",
        "carl",
        (("/returns", "Returns"), ("/account/orders", "My orders")),
        order="NS-47990",
        turns=(
            they("How do I send back one pair of two?", 0),
            us("Hi Priya! Open the order, choose the pair, and you get a code to show at the parcel shop.", 33),
            they("No label to print??", 14),
            us("No label any more. The parcel shop prints it for you.", 12),
            they("Love it", 10),
        ),
    ),
    ChatStory(
        "Jonas Wikström",
        "en",
        "anna",
        (("/account/invoices", "Invoices"),),
        turns=(
            they("Can I get the invoice on my company's name?", 0),
            us("Sure. What is the company's name and VAT number?", 29),
            they("Wikström Bygg AB, SE556677889901", 48),
            us("Done. You find the new invoice under My orders, and by mail in a minute.", 62),
        ),
    ),
)
NOW = (
    ChatStory(
        "Mia Andersen",
        "en",
        "",
        (("/", "Nordlys Shoes"), ("/p/aurora-runner", "Aurora Runner"), ("/cart", "Cart")),
        cart=(("Aurora Runner, 40", 1, 119), ("Brygge Loafer, 40", 1, 99)),
        turns=(
            they("Hello, is the Aurora Runner in 40 coming back in blue?", 0),
            they("I have the black one in my cart but would rather wait for blue", 22),
        ),
    ),
    ChatStory(
        "Daniel Okafor",
        "en",
        "carl",
        (("/orders/track", "Track your parcel"),),
        order="NS-48377",
        turns=(
            they("Hey, can you still change the address of NS-48377?", 0),
            us("Hi Daniel! It has not left yet, so yes. What is the new address?", 26),
            they("Storgata 12, 0184 Oslo. Same name.", 49),
        ),
    ),
)
