"""English tickets about prices, orders and accounts."""

from inbox.demo.story import Opinion, Story, Wording, agent, customer

STORIES = (
    Story(
        key="price-drop",
        language="en",
        team="billing",
        tags=("refund",),
        priority="low",
        subjects=("Price dropped two days after I bought", "{shoe} now in the sale"),
        turns=(
            customer(
                (
                    "I bought the {shoe} on {ordered} for full price and today they are 30 percent off. The box is "
                    "not even open. Should I return them and order again, or can you simply refund the difference?"
                ),
                (
                    "Not the best feeling to see my order {order} in the sale 48 hours later. Do you have a price "
                    "guarantee?"
                ),
            ),
            agent(
                "Please don't send them around Europe for that. We match our own price for 14 days, so I have "
                "refunded the difference for order {order}. Enjoy the shoes!"
            ),
            customer("That is very decent of you. Thank you."),
        ),
        opinions=(
            Opinion(5, "Very fair. I will be back."),
            Opinion(5, "No discussion, just did it."),
        ),
    ),
    Story(
        key="pay-later-reminder",
        language="en",
        team="billing",
        tags=("payment", "invoice"),
        priority="high",
        subjects=("Reminder fee although I paid", "Payment reminder for order {order}"),
        turns=(
            customer(
                Wording(
                    (
                        "I paid the pay-later invoice for order {order} on {ordered}, eight days before the due "
                        "date, and today I get a reminder with a {fee} fee. I am not going to pay that. Proof "
                        "attached."
                    ),
                    files=("proof-of-payment.pdf",),
                ),
                (
                    "Second reminder now! The first one I ignored since the money left my account weeks ago. "
                    "Please stop this before it goes to a collection agency."
                ),
            ),
            agent(
                "Your payment did arrive. It had the order number without the leading zero, so it was not matched "
                "to your invoice. I matched it by hand, removed the fee and stopped the reminders; no note of this "
                "went to anyone outside. I am sorry for the fright."
            ),
            customer("Thank you. Could you confirm that in writing for my files?"),
            agent(
                Wording(
                    "Of course, the confirmation is attached: invoice paid in full and on time, no fee due.",
                    files=("confirmation.pdf",),
                ),
            ),
        ),
        opinions=(
            Opinion(4, "Good in the end, but a reminder for a paid bill is upsetting."),
            Opinion(3),
        ),
    ),
    Story(
        key="cancel-order",
        language="en",
        team="billing",
        tags=("order",),
        priority="urgent",
        subjects=("Please cancel order {order}", "Cancel, ordered the wrong model"),
        turns=(
            customer(
                (
                    "I placed order {order} twenty minutes ago and picked the {shoe} in {colour} by mistake. Can "
                    "you stop it before it is packed? I will order the right one afterwards."
                ),
                (
                    "My partner and I ordered the same shoes at the same time, ha. Please cancel one of the two, "
                    "{order} is the newer one."
                ),
            ),
            agent(
                "Caught it in time: order {order} is cancelled and the reserved {price} is released. You can order "
                "again right away, stock for your size is fine."
            ),
            customer("Super fast, thanks."),
        ),
        opinions=(
            Opinion(5, "Faster than I could make a coffee."),
            Opinion(5),
        ),
    ),
    Story(
        key="student-discount",
        language="en",
        team="billing",
        tags=("payment",),
        priority="low",
        subjects=("Student discount?", "Do you offer anything for students"),
        turns=(
            customer(
                (
                    "Do you have a student discount, and does it work together with sale prices? I am at the "
                    "university here in {city} and the {shoe} are just a bit over my budget."
                ),
                ("I saw on a poster in your shop that students get 10 percent. Online I can't find where to enter it."),
            ),
            agent(
                "We do: 10 percent, also on reduced pairs. Write us from your university address or send a picture "
                "of your card (cover the number, please) and I will send you a personal code that is good for a "
                "year."
            ),
            customer("Sent from my university address just now. Thanks!"),
            agent("Got it. Your code is HEI-STUDENT-{n}; type it in the last step of the checkout. Happy studying!"),
        ),
        opinions=(
            Opinion(5),
            Opinion(4, "Should be on the website."),
        ),
    ),
    Story(
        key="wrong-currency",
        language="en",
        team="billing",
        tags=("payment",),
        priority="normal",
        subjects=("Charged in Norwegian kroner", "Different amount on card than in shop"),
        turns=(
            customer(
                (
                    "The shop showed {price} but my card was charged in NOK and my bank added a foreign currency "
                    "fee. Why was I not charged in euro?"
                ),
                (
                    "Order {order}: price in euro on your page, kroner on my statement, and the sum is about 2 "
                    "percent higher. Is this normal?"
                ),
            ),
            agent(
                "It should be euro, as shown. Last {weekday} our checkout fell back to kroner for about an hour "
                "after an update and you ordered in that hour. I have refunded the difference including your "
                "bank's fee, {fee} in total, without you having to prove anything."
            ),
        ),
        opinions=(
            Opinion(4, "They noticed the cause and paid the fee. Good."),
            Opinion(5),
        ),
    ),
    Story(
        key="unknown-payment",
        language="en",
        team="billing",
        tags=("payment",),
        priority="normal",
        subjects=("I did not order anything from you", "Unknown charge NORDLYS SHOES OSLO"),
        turns=(
            customer(
                (
                    "There is a charge of {price} from NORDLYS SHOES OSLO on my card and I have never shopped with "
                    "you. Before I call my bank: can you see what this is?"
                ),
                "Please explain a payment to your company on {ordered}. Nobody in our house remembers it.",
            ),
            agent(
                "I may not put names in a mail, but the order behind this payment goes to your own street, and it "
                "was placed with gift wrapping and a card. Could somebody in the family have used your card? If "
                "that rings no bell at all, tell me and I will block the order and refund you today."
            ),
            customer(
                "Oh dear. It was my partner, it is meant to be my birthday present. Please forget I asked, and "
                "please don't tell!"
            ),
            agent("We know nothing. Happy birthday in advance!"),
        ),
        opinions=(Opinion(5, "Discreet and funny. My surprise is ruined but that's on me."),),
    ),
    Story(
        key="delete-account",
        language="en",
        team="billing",
        tags=("account",),
        priority="low",
        subjects=("Please delete my data", "Delete account and unsubscribe"),
        turns=(
            customer(
                (
                    "I would like my customer account and everything you store about me deleted. I don't need a "
                    "reason, do I?"
                ),
                (
                    "I moved and don't use this address any more after this month. Please take it off all lists "
                    "and close the account."
                ),
            ),
            agent(
                "No reason needed. I closed the account and removed you from every mailing list. Your address and "
                "orders are erased within 30 days; only the invoices stay for as long as Norwegian bookkeeping law "
                "demands, locked away from everyone but the accountant. You will get one last mail when it is done."
            ),
        ),
        opinions=(Opinion(5),),
    ),
)
