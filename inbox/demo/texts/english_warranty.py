"""English tickets about wrong pairs, damage, repairs and customs."""

from inbox.demo.story import Opinion, Story, Wording, agent, customer

STORIES = (
    Story(
        key="two-left-shoes",
        language="en",
        team="shipping",
        tags=("exchange", "complaint"),
        priority="high",
        subjects=("Two left shoes", "Wrong pair in the box"),
        turns=(
            customer(
                Wording(
                    (
                        "I opened the box with great joy and found two left shoes. Both {size}. I am a flexible "
                        "person, but not that flexible. Photo attached."
                    ),
                    files=("photo-two-left.png",),
                ),
                Wording(
                    (
                        "The box says {size}, the left shoe says {size}, the right one says {smaller}. I guess "
                        "somebody else has the opposite problem right now."
                    ),
                    files=("photo-box.png",),
                ),
            ),
            agent(
                "Oh no. Thank you for taking it with humour! A correct pair leaves today by express and I have "
                "looked into the box with my own eyes: one left, one right, both {size}. Please keep the wrong "
                "ones until we have arranged a pick-up at your door; no need to pack anything nicely."
            ),
            customer(
                "Arrived, one of each. Great service, and I'll miss the twins.",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(5, "Two left shoes, zero stress."),
            Opinion(4),
        ),
    ),
    Story(
        key="damaged-box",
        language="en",
        team="shipping",
        tags=("delivery", "complaint"),
        priority="normal",
        subjects=("Parcel arrived wet and torn", "Box damaged"),
        turns=(
            customer(
                Wording(
                    (
                        "The carton arrived torn open and soaked. The left shoe has a stain on the toe. They were "
                        "meant as a present, so I can't give them like this."
                    ),
                    files=("photo-box.png",),
                ),
                Wording(
                    (
                        "{carrier} squeezed the parcel into my letter box. The heel counter of the right {shoe} is "
                        "bent. See picture."
                    ),
                    files=("photo-damage.png",),
                ),
            ),
            agent(
                "What a sad parcel. I am sending a new pair today, gift-wrapped, to arrive by {soon}. There is no "
                "need to return the wet one: if a cleaning rescues it, please give it to someone who can use it."
            ),
            customer("That is generous, thank you. I know exactly who."),
        ),
        opinions=(
            Opinion(5, "Generous solution."),
            Opinion(5),
        ),
    ),
    Story(
        key="warranty-sole",
        language="en",
        team="shipping",
        tags=("warranty",),
        priority="normal",
        subjects=("Sole came off after three months", "Warranty: sole is coming loose"),
        turns=(
            customer(
                Wording(
                    (
                        "I bought the Fjell Trail in summer. On Sunday, in the middle of a hike, the sole of the "
                        "right shoe came off from the toe to the middle. I taped it to get home. Photo attached."
                    ),
                    files=("photo-sole.png",),
                ),
                Wording(
                    (
                        "After about 200 km the sole of my Fjell Trail separates at the heel. I don't think that "
                        "is normal wear for a shoe of this price."
                    ),
                    files=("photo-sole.png",),
                ),
            ),
            agent(
                "No, that is not wear; the glue did not hold, and you have two years of warranty on it. May I send "
                "you a new pair in {size}? If you like yours repaired instead (our cobbler in Oslo re-glues and "
                "stitches them), that takes about ten days."
            ),
            customer("A repair is fine with me, I have just broken them in."),
            agent(
                "I like that. A bag for the shoes is on its way to you, postage paid. You will get a message when "
                "the cobbler has them on his bench."
            ),
        ),
        opinions=(
            Opinion(5, "Repair instead of rubbish. Thank you!"),
            Opinion(4, "Good service, but for this price the sole should hold."),
        ),
    ),
    Story(
        key="warranty-zip",
        language="en",
        team="shipping",
        tags=("warranty",),
        priority="normal",
        subjects=("Zip of the Vinter Boot broken", "Zipper stuck, second winter"),
        turns=(
            customer(
                (
                    "The inner zip of my left boot does not close any more, the teeth are bent. Second winter, "
                    "order number must be from last November. Is this a case for you or for my cobbler?"
                ),
                Wording(
                    "My Vinter Boot have a broken slider. Can I buy the part somewhere? I'd do it myself.",
                    files=("photo-zip.png",),
                ),
            ),
            agent(
                "It is a case for us: zips are covered for two years. Take it to any cobbler near you, have it "
                "replaced and send me the bill, up to €40. That is quicker than posting a boot to Oslo and back."
            ),
            customer(
                Wording(
                    "Done, the bill is attached: €28.",
                    files=("bill.pdf",),
                ),
                wait=(46, 90),
            ),
            agent("The €28 are on their way to your account. Say hello to your cobbler!"),
        ),
        opinions=(
            Opinion(5, "The most sensible warranty I have ever seen."),
            Opinion(5),
        ),
    ),
    Story(
        key="warranty-leak",
        language="en",
        team="shipping",
        tags=("warranty",),
        priority="normal",
        subjects=('"Waterproof" boots leak', "Wet socks in the Tinde Mid"),
        turns=(
            customer(
                (
                    "The Tinde Mid are sold as waterproof. I walked ten minutes through wet grass and have wet "
                    "toes in the left one. The right one is dry. Order {order}."
                ),
                "Water comes in at the tongue of my Tinde Mid. I have treated them exactly as the booklet says.",
            ),
            agent(
                "One dry and one wet shoe tells us that the membrane in the left one is punctured. We replace the "
                "pair. Please fill the left shoe with a little water over a sink and send me a photo of where it "
                "comes out, it helps the factory; the new pair goes out today in any case."
            ),
            customer(
                Wording(
                    (
                        "Here is the photo, it comes out at the seam under the third eyelet. What an odd "
                        "experiment for a Tuesday."
                    ),
                    files=("photo-leak.png",),
                ),
            ),
            agent("The factory will love you. Your new pair has left the house: {tracking}."),
        ),
        opinions=(
            Opinion(5, "Fun and fair."),
            Opinion(3, "Replaced quickly, though it should not happen."),
        ),
    ),
    Story(
        key="customs-fee",
        language="en",
        team="shipping",
        tags=("customs", "delivery"),
        priority="normal",
        subjects=("Customs wants {fee}", "Unexpected import charge"),
        turns=(
            customer(
                (
                    'The courier asked for {fee} customs at the door and I sent him away. Your website says "all '
                    'duties included". Which is true?'
                ),
                (
                    "I had to pay {fee} to {carrier} before they handed over order {order}. I have the receipt. "
                    "Can I have it back?"
                ),
            ),
            agent(
                "The website is right and the courier was wrong: duties to your country are prepaid by us. I sent "
                "{carrier} our customs number for parcel {tracking}, they will come again tomorrow without asking "
                "for money. If you have paid anything already, a photo of the receipt is enough and I will refund "
                "it."
            ),
            customer(
                Wording(
                    "Receipt attached, I paid in the end because I wanted my shoes.",
                    files=("receipt.png",),
                ),
            ),
            agent(
                "Refunded, {fee} to the card you ordered with. I am sorry you were made to open your purse at your "
                "own door."
            ),
        ),
        opinions=(
            Opinion(4, "Money back the same day."),
            Opinion(2, '"All duties included" must mean that.'),
        ),
    ),
    Story(
        key="customs-held",
        language="en",
        team="shipping",
        tags=("customs", "delivery"),
        priority="high",
        subjects=("Customs holds my parcel", "Customs asks for documents"),
        turns=(
            customer(
                (
                    "I got a letter that parcel {tracking} is held at customs in {city}. They want an invoice and "
                    '"proof of value". Can you send me what they need? They give me five days.'
                ),
                (
                    'My tracking shows "held, documents missing". It is one pair of {shoe} for myself. What do '
                    "they want from me?"
                ),
            ),
            agent(
                Wording(
                    (
                        "Attached is a customs invoice with the tariff number 6403 91 and the value. I sent the "
                        "same papers to the customs desk of {carrier}, so you need not do anything yet. I am "
                        "waiting for their confirmation and will write as soon as the parcel moves."
                    ),
                    files=("customs-invoice.pdf",),
                ),
                waits_for_others=True,
            ),
            agent(
                "Customs has released your parcel this morning. {carrier} delivers by {soon}.",
                wait=(30, 80),
            ),
            customer(
                "It is here! Thank you for doing the paper war for me.",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(4),
            Opinion(5, "They did the paper war for me."),
        ),
    ),
)
