"""Tickets with mail that is not plain writing: a table in html, a bounce, an out-of-office note, a newsletter."""

from inbox.demo.story import Opinion, Story, Turn, Wording, agent, customer

_ORDER_TABLE = """\
<html><body style="font-family:Georgia,serif;color:#222">
<img src="https://images.hotel-seeblick.example/logo.png" width="160" height="48" alt="Hotel Seeblick">
<p>Dear Nordlys team,</p>
<p>our front office needs new shoes again. Could you check whether these are in stock?</p>
<table border="1" cellpadding="6" style="border-collapse:collapse">
<tr><th align="left">Model</th><th>Size</th><th>Pairs</th></tr>
<tr><td>Oslo Derby, black</td><td>43</td><td align="right">3</td></tr>
<tr><td>Brygge Loafer, oak brown</td><td>39</td><td align="right">4</td></tr>
<tr><td>Havn Sneaker, white</td><td>41</td><td align="right">2</td></tr>
</table>
<p>Kind regards<br>Julia Weiss<br><span style="color:#777">Front office, Hotel Seeblick, Konstanz</span></p>
</body></html>
"""

_NEWSLETTER = """\
<html><body><h1>Retail Trends Weekly</h1>
<img src="https://news.retailtrends.example/open/8841.gif" width="1" height="1" alt="">
<h2>7 ideas for a cosier checkout</h2>
<p>Candles, chairs, and why your till should face the window. Read on for this week's picks.</p>
<p><a href="https://news.retailtrends.example/unsubscribe?u=8841">Unsubscribe</a></p></body></html>
"""

_BOUNCE = """\
This is the mail system at host mx1.nordlys.example.

I'm sorry to have to inform you that your message could not be delivered to one or more recipients.

<accounts@oldmill.example>: host mx.oldmill.example said: 550 5.1.1
    <accounts@oldmill.example>: Recipient address rejected: User unknown
    (in reply to RCPT TO command)
"""

_OUT_OF_OFFICE = (
    "Thank you for your message. I am out of the office and will be back on Monday. In urgent cases please write "
    "to my colleagues at the front desk.\n\nThis is an automatic reply."
)

STORIES = (
    Story(
        key="html-table",
        language="en",
        team="billing",
        tags=("order", "wholesale"),
        priority="normal",
        subjects=("Reorder for our reception team",),
        turns=(
            customer(Wording("", html=_ORDER_TABLE), bare=True),
            agent(
                "Thank you for the neat table. All three models are in stock; together it is nine pairs with free "
                "shipping. Shall I put it on your company's invoice as last time?"
            ),
            customer("Yes, same as last time please."),
            agent(Wording("Ordered, it leaves tomorrow. The invoice is attached.", files=("invoice.pdf",))),
        ),
        opinions=(Opinion(5, "Always a pleasure."),),
        customer="julia.weiss@hotel-seeblick.example",
    ),
    Story(
        key="bounced-reply",
        language="en",
        team="billing",
        tags=("invoice",),
        priority="normal",
        subjects=("Copy of the receipt for order {order}",),
        turns=(
            customer(
                "Could you please send the receipt for order {order} to our accountant as well? Her address is "
                "accounts@oldmill.example."
            ),
            agent(Wording("Gladly. I have sent her the receipt, with you in copy.", files=("invoice.pdf",))),
            Turn(
                "customer",
                (Wording(_BOUNCE),),
                bare=True,
                headers=(("Auto-Submitted", "auto-replied"), ("X-Failed-Recipients", "accounts@oldmill.example")),
                sender="mailer-daemon@mx1.nordlys.example",
                subject="Undelivered Mail Returned to Sender",
            ),
            agent(
                "A short note: our mail to accounts@oldmill.example came back, there is no such mailbox. Could there "
                "be a typo in it?"
            ),
            customer("Sorry, it is accounting@oldmill.example. My fault."),
            agent(Wording("Now it went through. Have a good day!", files=("invoice.pdf",))),
        ),
        opinions=(Opinion(5, "They noticed my typo before I did."),),
        customer="beatrice.lowe@oldmill.example",
    ),
    Story(
        key="out-of-office",
        language="en",
        team="billing",
        tags=("refund",),
        priority="low",
        subjects=("Question about my refund for order {order}",),
        turns=(
            customer(
                "Will the refund for order {order} go to the card or to my account balance? Not urgent, I am leaving "
                "for a few days."
            ),
            agent(
                "To the card you paid with, {price}, and it has just left us. You don't have to do anything. Enjoy "
                "your days off!"
            ),
            Turn(
                "customer",
                (Wording(_OUT_OF_OFFICE),),
                bare=True,
                headers=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
                subject="Automatic reply: Question about my refund",
            ),
        ),
        opinions=(Opinion(4),),
        customer="markus.lindholm@alandpost.example",
    ),
    Story(
        key="newsletter-bulk",
        language="en",
        team="billing",
        tags=("bulk",),
        priority="low",
        subjects=("Retail Trends Weekly: 7 ideas for a cosier checkout",),
        turns=(
            Turn(
                "customer",
                (
                    Wording(
                        "7 ideas for a cosier checkout: candles, chairs, and a till by the window.", html=_NEWSLETTER
                    ),
                ),
                bare=True,
                headers=(
                    ("List-Unsubscribe", "<https://news.retailtrends.example/unsubscribe?u=8841>"),
                    ("List-Id", "Retail Trends Weekly <weekly.retailtrends.example>"),
                    ("Precedence", "bulk"),
                ),
            ),
        ),
        customer="news@retailtrends.example",
        ending="bulk",
    ),
)
