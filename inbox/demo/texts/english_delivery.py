"""English tickets about parcels on their way and the wrong size."""

from inbox.demo.story import Opinion, Story, agent, customer

STORIES = (
    Story(
        key="parcel-where",
        language="en",
        team="shipping",
        tags=("delivery",),
        priority="normal",
        subjects=("Where is my parcel?", "Order {order}: no movement for five days", "Tracking {tracking} stuck"),
        turns=(
            customer(
                (
                    'Order {order} should have been here on Friday. {carrier} has shown "in transit" for five days '
                    "and their phone robot only repeats the same sentence. Where are my shoes?"
                ),
                (
                    "I am waiting for my {shoe}. The tracking number {tracking} stopped in a terminal on "
                    "{ordered}. I leave for a holiday on Saturday and wanted to wear them there."
                ),
                "No parcel, no note in the letter box, no mail. Could you please look up order {order} for me?",
            ),
            agent(
                "I called {carrier} for you. Your parcel was sorted onto the wrong truck and is now on the right "
                "one to {city}; they promise delivery by {soon}. I have set a reminder for that morning and will "
                "check before you have to."
            ),
            customer(
                "It came today. Thanks for keeping an eye on it!",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(4, "Shoes late, service great."),
            Opinion(5, "They called the carrier so that I didn't have to."),
            Opinion(3),
        ),
    ),
    Story(
        key="parcel-lost",
        language="en",
        team="shipping",
        tags=("delivery", "refund"),
        priority="high",
        subjects=("Parcel lost?", "{carrier} says my parcel is lost"),
        turns=(
            customer(
                (
                    '{carrier} now writes that my parcel {tracking} "cannot be located". It is order {order}, '
                    "{shoe} in {size}. What happens now? I paid three weeks ago."
                ),
                (
                    "It has been sixteen days. I think we can agree that order {order} is lost. I would like "
                    "either the shoes or the money, and I would like to know which this week."
                ),
            ),
            agent(
                (
                    "I am sorry, that is not how it should go. I opened a search with {carrier}; they have to "
                    "answer within three working days. You don't have to wait for the outcome of that argument: "
                    "tell me whether you'd rather have a new pair or the money, and you get it at the latest on "
                    "{soon}."
                ),
                waits_for_others=True,
            ),
            customer("A new pair please, if the size is still there."),
            agent(
                "{carrier} gave up the search this morning, so I sent a new pair of {shoe} in {size} by express. "
                "The new tracking number is {tracking}. If the old parcel ever turns up at your door, just refuse "
                "it."
            ),
        ),
        opinions=(
            Opinion(4, "Long wait but they took care of it."),
            Opinion(3, "The carrier lost it, the shop was nice about it. Still three weeks."),
        ),
    ),
    Story(
        key="delivered-not-received",
        language="en",
        team="shipping",
        tags=("delivery",),
        priority="high",
        subjects=('"Delivered" but nothing here', "Marked as delivered, not received"),
        turns=(
            customer(
                (
                    'The tracking says delivered yesterday at 13:12, "handed to recipient". I was at work and my '
                    "door camera shows nobody. Order {order}."
                ),
                "According to {carrier} I signed for parcel {tracking}. I did not, and the signature is a line.",
            ),
            agent(
                (
                    "That is worrying. I asked {carrier} for the delivery record with position and picture; they "
                    "have 48 hours to send it. Could you meanwhile ask the two closest neighbours and look behind "
                    "the bins? In our experience half of these turn up there."
                ),
                waits_for_others=True,
            ),
            customer(
                "Found it! The driver left it with the bakery downstairs without a word. They had kept it behind "
                "the cakes."
            ),
            agent(
                "The best possible place for shoes. I passed the missing note on to {carrier} all the same. Enjoy them!"
            ),
        ),
        opinions=(
            Opinion(5, "Nice people. The carrier, not so much."),
            Opinion(4),
        ),
    ),
    Story(
        key="address-before-dispatch",
        language="en",
        team="shipping",
        tags=("address", "delivery"),
        priority="urgent",
        subjects=(
            "Wrong address! Please stop order {order}",
            "Change of address before dispatch",
            "I typed my old street",
        ),
        turns=(
            customer(
                (
                    "I ordered an hour ago ({order}) and only now see that the shop filled in my old flat. Please "
                    'send it to Lindenallee 8, 2nd floor, {city}. It says "preparing" in my account.'
                ),
                (
                    "Urgent please: order {order} must not go to the office, we are closed from tomorrow. My home "
                    "address is in my account. Can you still catch it?"
                ),
            ),
            agent(
                "Caught it at the packing table. Order {order} now goes to the new address and leaves with "
                "tonight's truck; the label shows the right street, I looked at it myself."
            ),
            customer("You just saved me a trip across town. Thank you!"),
        ),
        opinions=(
            Opinion(5, "Answer in 20 minutes and the parcel came to the right door."),
            Opinion(5),
        ),
    ),
    Story(
        key="address-too-late",
        language="en",
        team="shipping",
        tags=("address", "delivery"),
        priority="high",
        subjects=("Parcel goes to my old address", "Redirect parcel {tracking}"),
        turns=(
            customer(
                (
                    "Order {order} was sent this morning, to a flat I left in August. Is there any way to redirect "
                    "it? The new tenants are not friends of mine."
                ),
                (
                    "Moved last weekend, forgot to update the shop. Can {carrier} bring parcel {tracking} to a "
                    "pick-up point instead?"
                ),
            ),
            agent(
                "It is on the truck already, but {carrier} lets us redirect it once. Which pick-up point near you "
                "is the best? Send me a street or a shop name, I will do the rest."
            ),
            customer("The petrol station at the north roundabout in {city}."),
            agent("Done. It will wait for you there from {soon} on for seven days; bring an ID."),
        ),
        opinions=(
            Opinion(4),
            Opinion(5, "Thought it was hopeless."),
        ),
    ),
    Story(
        key="exchange-size",
        language="en",
        team="shipping",
        tags=("exchange", "size"),
        priority="normal",
        subjects=(
            "Too small, exchange for {bigger}?",
            "Wrong size, would like to exchange",
            "{shoe}: {size} to {bigger}",
        ),
        turns=(
            customer(
                (
                    "The {shoe} are lovely but half a thumb too short. I am usually a {size}. Could I have a "
                    "{bigger} instead? Worn only on the carpet."
                ),
                (
                    "I need to exchange order {order}, size {size} presses at the little toe. Do I have to pay for "
                    "shipping twice?"
                ),
                (
                    "My daughter's {shoe} do not fit, they come out small. Please tell me how to swap {size} for "
                    "{bigger}. And is {colour} still available?"
                ),
            ),
            agent(
                "Yes, and it costs you nothing. I put a pair in {bigger} aside for you. Do you want us to send it "
                "straight away (then we keep the amount reserved until the old pair is back), or only when yours "
                "has arrived here?"
            ),
            customer("Straight away please, I'd like to wear them on the weekend."),
            agent(
                "The new pair leaves today, you should have it by {soon}. Put the old pair in the same box; the "
                "return papers are in the parcel."
            ),
        ),
        opinions=(
            Opinion(5, "Fast swap, fits perfectly now."),
            Opinion(4, "Sizes should be described better."),
            Opinion(4),
        ),
    ),
    Story(
        key="exchange-sold-out",
        language="en",
        team="shipping",
        tags=("exchange", "size"),
        priority="normal",
        subjects=("Exchange: {bigger} shows as sold out", "Swap not possible?"),
        turns=(
            customer(
                (
                    "I want to change my {shoe} from {size} to {bigger}, but the website says {bigger} is gone. Is "
                    "a new delivery coming?"
                ),
                ("I returned {size} for a {bigger} and got a mail that it is out of stock now. What are my options?"),
            ),
            agent(
                "{bigger} in {colour} is sold out in the online warehouse, but our shop in Bergen has one pair. I "
                "asked them to put it aside; do you want it, or would you prefer your money back?"
            ),
            customer("The pair from Bergen please!"),
            agent(
                "It travels to you directly from Bergen and should be there by {soon}. The shop has tied a small "
                "thank-you to the laces."
            ),
        ),
        opinions=(
            Opinion(5, "They found the last pair in Norway for me."),
            Opinion(4),
        ),
    ),
)
