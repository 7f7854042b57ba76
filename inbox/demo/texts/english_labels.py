"""English tickets of the return label: printed at home at first, then a code on the phone."""

from inbox.demo.story import Opinion, Story, Wording, agent, customer, note

STORIES = (
    Story(
        key="label-no-printer",
        language="en",
        team="shipping",
        tags=("label", "returns"),
        priority="normal",
        subjects=("Return label: do I have to print it myself?", "How can I return without a printer?"),
        turns=(
            customer(
                (
                    "I would like to return the {shoe} (order {order}). Your return page gives me a PDF label to "
                    "print. I have no printer, nobody I know has one. How do other people do this?"
                ),
                (
                    "Your return label comes as a PDF and I don't own a printer. The library charges and is only "
                    "open until four, when I'm at work. Is there another way to send order {order} back?"
                ),
            ),
            agent(
                "I understand, and I am sorry it is so cumbersome. At the moment the label has to be printed. Many "
                "copy shops, libraries and petrol stations print a single page; if it costs you something, send me "
                "the receipt and I will pay it back together with the refund."
            ),
            customer("Found a copy shop two bus stops away. 40 minutes for one sheet of paper..."),
        ),
        opinions=(
            Opinion(2, "I had to print the label myself. Who still has a printer?"),
            Opinion(1, "No printer at home. An hour and a bus ticket to print one page, just to return shoes."),
            Opinion(2, "The people are friendly, the return is not. Printing a label in this day and age?"),
        ),
        label_era="before",
    ),
    Story(
        key="label-wrong-size-pdf",
        language="en",
        team="shipping",
        tags=("label", "returns"),
        priority="normal",
        subjects=("Return label prints over four pages", "Label PDF does not print properly"),
        turns=(
            customer(
                (
                    "The return label prints across four A4 pages with a bit of bar code on each. The man at the "
                    "{carrier} counter refused it. Can you send me a real label?"
                ),
                (
                    "Printed the label at work. The bar code is cut off on the right and the machine at the parcel "
                    "locker cannot read it. What now? The thirty days end on {soon}."
                ),
            ),
            agent(
                'I am sorry you were sent away at the counter. Please choose "fit to page" in the print window; '
                "the label then fits on one sheet. I extended your return window by two weeks so that the clock "
                "does not worry you."
            ),
            customer("Third try, third printer, now it worked. Please make this easier."),
            agent(
                "I have passed that on, with your words. I did not wait for the parcel either: your refund of "
                "{price} has been sent today."
            ),
        ),
        opinions=(
            Opinion(1, "Three tries to print the label. I almost kept shoes that don't fit."),
            Opinion(2, "Printing the label myself was harder than choosing the shoes."),
        ),
        label_era="before",
    ),
    Story(
        key="label-by-post",
        language="en",
        team="shipping",
        tags=("label", "returns"),
        priority="normal",
        subjects=("Please put a return label in the box", "Can you post me a label?"),
        turns=(
            customer(
                (
                    "Could you simply post me a return label? I only have a phone, and my neighbour's printer is "
                    "out of ink since Easter."
                ),
                (
                    "Other shops put the label into the box. With you I have to find a printer first. My mother "
                    "(79) ordered the {shoe} and can't do that. Can you mail her a label on paper?"
                ),
            ),
            agent(
                "I can: a printed label for order {order} goes into the post today and should be with you by "
                "{soon}. Please keep the box. I know this takes days that it should not take."
            ),
            customer(
                "It came after six days. The shoes are on their way to you at last.",
                wait=(140, 170),
            ),
        ),
        opinions=(
            Opinion(2, "Waited six days for a paper label because I can't print one myself."),
            Opinion(
                1,
                (
                    "My mother could not return the shoes without me driving 50 km with a printed sheet. Please put a "
                    "label in the box."
                ),
            ),
            Opinion(3, "They posted me a label, that was kind. But why not in the box from the start?"),
        ),
        label_era="before",
    ),
    Story(
        key="label-phone-only",
        language="en",
        team="shipping",
        tags=("label", "returns"),
        priority="low",
        subjects=("Return from my phone?", "Return portal asks me to print"),
        turns=(
            customer(
                (
                    'I do everything on my phone. The return page ends with "Print" and nothing else. Is there a '
                    "code I could show at the counter instead?"
                ),
                (
                    "I live on a boat in {city}, no printer, no scanner, little space. Is there any return without "
                    "paper? {carrier} says they can scan a code from a phone if only you would send one."
                ),
            ),
            note("Fourth one this week who can't print. @Maja can we ask the carrier about codes instead of labels?"),
            agent(
                "Not yet, I am afraid: today the label must be on paper. I have told our logistics team that you "
                "are asking for a code, and you are not the only one. If you like, the reception of any hotel "
                "usually prints one page for free; a bit cheeky, but it works."
            ),
            customer(
                "The hotel next door printed it. They also wanted to know what kind of shop makes people do this."
            ),
        ),
        opinions=(
            Opinion(2, "Had to ask a hotel to print my return label. Embarrassing."),
            Opinion(1, "I had to print the label. I have no printer. You can guess the rest."),
        ),
        label_era="before",
    ),
    Story(
        key="label-qr-first",
        language="en",
        team="shipping",
        tags=("label", "returns"),
        priority="normal",
        subjects=("No printer, how do I return order {order}?", "Return without printing"),
        turns=(
            customer(
                (
                    "I need to return the {shoe} and I have no printer. I read in a review that with you one has "
                    "to print the label. Is there really no other way?"
                ),
                ("Is there a way to return order {order} without printing? Last time I had to walk to a copy shop."),
            ),
            agent(
                Wording(
                    (
                        "There is, since a few days, and I am happy every time I can say it: you don't print "
                        "anything any more. Below is your personal QR code. Show it on your phone at any {carrier} "
                        "counter or parcel locker; they print the label and stick it on."
                    ),
                    files=("return-code.png",),
                ),
            ),
            customer(
                "That took two minutes at the locker. So much better than last time!",
                wait=(4, 30),
            ),
        ),
        opinions=(
            Opinion(5, "QR code, locker, done. No printing!"),
            Opinion(
                5,
                (
                    "Last time I had to print the label myself and was annoyed. This time it was two minutes with the "
                    "phone."
                ),
            ),
            Opinion(4, "Much easier than before with the printed label."),
        ),
        label_era="after",
    ),
    Story(
        key="label-qr-thanks",
        language="en",
        team="shipping",
        tags=("label", "returns", "praise"),
        priority="low",
        subjects=("The new QR return", "Thank you for the no-print returns"),
        turns=(
            customer(
                (
                    "I complained about your printed return labels some weeks ago. I just returned order {order} "
                    "with the new QR code and want to say: thank you. You listened."
                ),
                (
                    'Just used the QR return for the {shoe}. The lady at the {carrier} counter said "finally". '
                    "Well done!"
                ),
            ),
            agent(
                "You were one of those who told us clearly, and that is what changed it: your comment was read out "
                "in the meeting where we decided. Thank you for coming back to tell us. Your refund is on its way "
                "already."
            ),
        ),
        opinions=(
            Opinion(5, "You listened. That is rare."),
            Opinion(5, "Thanks for getting rid of the printed label!"),
        ),
        label_era="after",
    ),
    Story(
        key="label-qr-expired",
        language="en",
        team="shipping",
        tags=("label", "returns"),
        priority="normal",
        subjects=("QR code for the return does not scan", "Return code expired?"),
        turns=(
            customer(
                (
                    'The return QR code for order {order} is refused by the locker ("expired"). I waited a week '
                    "before I had time. Can I have a new one?"
                ),
                (
                    "Great that I don't have to print any more! But the code is not read by the old scanner in our "
                    "village shop. Is there a number they can type in?"
                ),
            ),
            agent(
                Wording(
                    (
                        "Here is a fresh code, valid for 30 days this time; we raised it for everyone, because a "
                        "week was too short. Under the code there is a number that the counter can type by hand if "
                        "the scanner is an old one: {tracking}."
                    ),
                    files=("return-code.png",),
                ),
            ),
            customer("The number worked. Still easier than printing!"),
        ),
        opinions=(
            Opinion(4, "Second code worked. Much better than the old paper labels."),
            Opinion(5),
        ),
        label_era="after",
    ),
    Story(
        key="label-qr-elderly",
        language="en",
        team="shipping",
        tags=("label", "returns"),
        priority="low",
        subjects=("Return for my father", "Does he need a smartphone for the return?"),
        turns=(
            customer(
                (
                    "My father has neither printer nor smartphone. He would like to return the {shoe}. Can he "
                    "still do it?"
                ),
                (
                    "I organise a return for my grandmother in {city}. Her phone has buttons. I read about QR "
                    "codes, what about people like her?"
                ),
            ),
            agent(
                "He doesn't need either. The courier can ring at the door with the label in hand: free of charge, "
                "any working day. Which day suits, between 9 and 13?"
            ),
            customer("Thursday would be good."),
            agent(
                "Thursday it is, {carrier} will come with the label. The shoes only have to be in the box, "
                "unsealed is fine."
            ),
        ),
        opinions=(
            Opinion(5, "The courier brought the label. My father was delighted."),
            Opinion(5),
        ),
        label_era="after",
    ),
)
