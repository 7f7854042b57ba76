"""English tickets about payments, refunds and gift cards."""

from inbox.demo.story import Opinion, Story, Wording, agent, customer, note

STORIES = (
    Story(
        key="double-charge",
        language="en",
        team="billing",
        tags=("refund", "payment"),
        priority="normal",
        subjects=("Two payments for order {order}", "Paid twice?", "Order {order} was charged two times"),
        turns=(
            customer(
                Wording(
                    (
                        "I ordered one pair of {shoe} on {ordered} and my bank shows {price} going out twice, two "
                        'minutes apart. The checkout page froze the first time, so I pressed "Pay" again. I attach '
                        "the statement."
                    ),
                    files=("statement.pdf",),
                ),
                (
                    "Your shop took {price} from my account and then took {price} again. It is one order, {order}, "
                    "and I got one confirmation mail. Please send the second payment back."
                ),
            ),
            note(
                "Two captures in the payment provider, same card, 104 seconds apart. The second has no order "
                "behind it. Safe to refund."
            ),
            agent(
                "Thank you for the details, they made this easy to find. The second payment of {price} was a retry "
                "that should never have gone through. I refunded it a minute ago; your bank will show it in two to "
                "three working days. Order {order} itself is untouched and on its way."
            ),
            customer('Got it, I see the refund as "pending" already. Thanks for the quick answer!'),
        ),
        opinions=(
            Opinion(5, "One mail, one answer, money back. That is how it should be."),
            Opinion(4, "Quick, but it should not have happened at all."),
        ),
    ),
    Story(
        key="refund-where",
        language="en",
        team="billing",
        tags=("refund", "returns"),
        priority="normal",
        subjects=(
            "When will I get my money back?",
            "Refund for order {order}",
            "Returned two weeks ago, no refund yet",
        ),
        turns=(
            customer(
                (
                    "I sent the {shoe} back eleven days ago and the tracking says you received the parcel. Nothing "
                    "has arrived on my card. Could you check what is going on with order {order}?"
                ),
                (
                    "Following up on my return of order {order}. {carrier} delivered it to your warehouse on "
                    '{ordered}, signed by "Hansen". How long does a refund normally take with you?'
                ),
                (
                    "I would like to know the status of my refund ({price}, order {order}). I need to buy another "
                    "pair before the weekend and would rather not have both on the card."
                ),
            ),
            agent(
                "Your parcel {tracking} reached us, but it was waiting in the inspection line with its paper slip "
                "missing, so nobody knew it was yours. I found it with your tracking number, checked the shoes and "
                "sent {price} back to the card you paid with. Please allow three working days for the bank."
            ),
            customer("Perfect, thank you for finding it."),
        ),
        opinions=(
            Opinion(3, "Friendly answer, but I should not have had to ask where my money is."),
            Opinion(4),
            Opinion(5, "Solved in one mail."),
        ),
    ),
    Story(
        key="refund-wrong-amount",
        language="en",
        team="billing",
        tags=("refund",),
        priority="normal",
        subjects=("Refund is {fee} too low", "You kept part of my refund"),
        turns=(
            customer(
                (
                    "Thanks for the refund for order {order}, but it is {fee} less than I paid. The shoes were "
                    "unworn and in the box with all the paper. Why the deduction?"
                ),
                (
                    "I returned both pairs from order {order}. The refund mail says one amount, my account says "
                    "another; {fee} is missing. Can you explain?"
                ),
            ),
            agent(
                "You are right to ask. The {fee} is the express delivery you chose at checkout. For a full return "
                "we refund the delivery as well, up to the price of standard shipping, and the system took that "
                "away by mistake. I have sent the missing {fee} after it, so you will see two entries on your "
                "statement."
            ),
        ),
        opinions=(
            Opinion(4, "Explained well."),
            Opinion(2, "Had to calculate my own refund to notice the mistake."),
        ),
    ),
    Story(
        key="invoice-vat",
        language="en",
        team="billing",
        tags=("invoice",),
        priority="normal",
        subjects=(
            "Invoice with VAT number",
            "Need a proper invoice for order {order}",
            "VAT number missing on invoice",
        ),
        turns=(
            customer(
                (
                    "Could you send me an invoice for order {order} with our company name and VAT number on it? "
                    "The receipt from the shop only shows my private name and our accountant will not take it."
                ),
                (
                    "We bought six pairs of {shoe} for our staff. For the books I need an invoice that shows the "
                    "VAT number and the delivery address separately. Is there a way to do this myself in the "
                    "account?"
                ),
            ),
            agent(
                "Happy to. Please send me the exact company name, the billing address and the VAT number as they "
                "should appear. You will have the PDF back within the hour. You can also add them under Account > "
                "Company details, then every later invoice has them by itself."
            ),
            customer("Studio Kvist Ltd., 12 Canal Street, {city}, VAT number 294 871 06. Thanks!"),
            agent(
                Wording(
                    "Here it is. The old receipt has been cancelled in our books, so please use only this one.",
                    files=("invoice.pdf",),
                ),
            ),
            customer("Perfect, thank you!"),
        ),
        opinions=(
            Opinion(5),
            Opinion(5, "Invoice within twelve minutes. Our own accounting takes a week."),
        ),
    ),
    Story(
        key="invoice-address",
        language="en",
        team="billing",
        tags=("invoice",),
        priority="low",
        subjects=("Wrong address on the invoice", "Please correct invoice for {order}"),
        turns=(
            customer(
                (
                    "The invoice for order {order} has my old office on it. We moved in spring. The parcel went to "
                    "the right place, it is only about the paper. Can it be reissued?"
                ),
                (
                    'Small thing: my invoice says "Mr" and carries the street of the pick-up point as billing '
                    "address. Our bookkeeping insists on the real one."
                ),
            ),
            agent(
                "Of course. I have the delivery address on file; shall I use that one for billing too, or is there "
                "a third?"
            ),
            customer("The delivery address is fine for both."),
            agent(
                Wording(
                    (
                        "Done, the corrected invoice is attached and the old one is credited. I also changed the "
                        "address in your account so the next one is right."
                    ),
                    files=("invoice.pdf",),
                ),
            ),
        ),
        opinions=(
            Opinion(5),
            Opinion(4, "Would be nice to change this myself."),
        ),
    ),
    Story(
        key="card-declined-reserved",
        language="en",
        team="billing",
        tags=("payment",),
        priority="high",
        subjects=("Payment failed but the money is gone", "Declined, yet {price} reserved on my card"),
        turns=(
            customer(
                (
                    'Your checkout said "declined" but my banking app shows {price} reserved for Nordlys. I have '
                    "no order number and no mail. Do I have shoes or not?"
                ),
                (
                    "I tried to pay for {shoe} in size {size}. Error message. Tried again with another card and it "
                    "worked (order {order}), but the first amount is still blocked on the first card. It is my "
                    "rent money."
                ),
            ),
            agent(
                "You have one order, nothing was charged twice. What you see on the first card is a reservation "
                "that your bank made before our checkout lost the connection. We have told the bank to drop it. "
                "Most banks do so within an hour, some overnight; if it is still there tomorrow at noon, write me "
                "and I will call them with you."
            ),
            customer(
                "It disappeared this morning. Thanks for explaining it in normal words.",
                wait=(16, 22),
            ),
        ),
        opinions=(
            Opinion(5, "Explained in normal words."),
            Opinion(4),
        ),
    ),
    Story(
        key="discount-code",
        language="en",
        team="billing",
        tags=("payment",),
        priority="low",
        subjects=("Code AUTUMN15 does not work", "Discount code not accepted"),
        turns=(
            customer(
                (
                    'The code AUTUMN15 from your newsletter is refused with "not valid for this basket". I have '
                    "the {shoe} in my basket and nothing else. What am I doing wrong?"
                ),
                (
                    "I forgot to type my discount code when I ordered ({order}). Is it possible to add it "
                    "afterwards? It would be 15 percent."
                ),
            ),
            agent(
                "Nothing wrong on your side: the code did not cover the {shoe} until this morning because they "
                "were entered as a new arrival. I have applied the 15 percent to you by hand, you will see the "
                "difference come back to your card."
            ),
            customer("Great, thanks!"),
        ),
        opinions=(
            Opinion(5),
            Opinion(4, "Fine, but please test your codes before mailing them out."),
        ),
    ),
    Story(
        key="gift-card-code",
        language="en",
        team="billing",
        tags=("gift card",),
        priority="normal",
        subjects=("Gift card code unreadable", "Gift card does not work"),
        turns=(
            customer(
                Wording(
                    (
                        "My sister gave me one of your paper gift cards and I scratched too hard. The last three "
                        "characters are gone. I attach a photo, maybe you can tell from the number on the back?"
                    ),
                    files=("photo-gift-card.png",),
                ),
                (
                    'I try to use a gift card and the page says "already redeemed". I certainly did not. It was a '
                    "birthday present and has never left my desk."
                ),
            ),
            agent(
                "Thank you for the picture. With the serial number on the back I could find the card: it was sold "
                "in our Grünerløkka shop and still holds the full €100. I have cancelled it and sent you a "
                "fresh code in a separate mail. It is valid for three years."
            ),
            customer("Wonderful, ordered the {shoe} with it right away."),
        ),
        opinions=(
            Opinion(5, "So kind!"),
            Opinion(5),
        ),
    ),
    Story(
        key="gift-card-return",
        language="en",
        team="billing",
        tags=("gift card", "returns"),
        priority="normal",
        subjects=("Returning shoes paid with a gift card", "Gift card and card, how is the refund split?"),
        turns=(
            customer(
                (
                    "I paid order {order} partly with a gift card (€50) and the rest by card. If I send the shoes "
                    "back, do I lose the gift card part?"
                ),
                (
                    "Quick question before I return anything. I used a gift card that expires next month. If I "
                    "return the {shoe} now, do I get an expired gift card back?"
                ),
            ),
            agent(
                "You lose nothing. The part paid by card goes back to the card, and the gift card part comes back "
                "as a new code with a fresh three years. So no hurry at all."
            ),
        ),
        opinions=(
            Opinion(5, "Clear answer."),
            Opinion(4),
        ),
    ),
)
