"""English tickets about late parcels, missing parts and odd returns."""

from inbox.demo.story import Opinion, Story, Wording, agent, customer

STORIES = (
    Story(
        key="pickup-closed",
        language="en",
        team="shipping",
        tags=("delivery",),
        priority="normal",
        subjects=("Pick-up point is closed for renovation", "Can't collect my parcel"),
        turns=(
            customer(
                (
                    'My parcel waits at a kiosk in {city} which has paper on its windows and a sign "closed until '
                    'December". It goes back in five days, says the tracking. Help?'
                ),
                (
                    "The pick-up locker shows an error and does not open for code 4471. There is a queue of us "
                    "here. Order {order}."
                ),
            ),
            agent(
                "I reported it to {carrier} and asked them to bring your parcel {tracking} to the next pick-up "
                "point instead. You will get a message with a new code, at the latest on {soon}. Its time in "
                "storage starts anew, so no hurry."
            ),
            customer(
                "New code came and worked. Cheers.",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(4),
            Opinion(5),
        ),
    ),
    Story(
        key="backorder",
        language="en",
        team="shipping",
        tags=("order", "delivery"),
        priority="normal",
        subjects=("Delivery date moved again", "How long for the {shoe}?"),
        turns=(
            customer(
                (
                    "My {shoe} were announced for {ordered}, then for a week later, now there is no date at all. "
                    "Shall I keep waiting or cancel?"
                ),
                ('Order {order} is "waiting for stock" since I ordered. An honest estimate would be enough for me.'),
            ),
            agent(
                (
                    "Honest estimate, then: the {shoe} are in a container that left Porto late. It should reach "
                    "our warehouse in about a week, and your pair is reserved from the first pallet. I am waiting "
                    "for the harbour to confirm and will write you the day it lands. If you prefer to cancel, one "
                    "word is enough and the money goes back today."
                ),
                waits_for_others=True,
            ),
            agent(
                (
                    "The container landed and your pair has left the house, tracking {tracking}. Thank you for "
                    "your patience; I put a tin of wax in the box."
                ),
                wait=(60, 120),
            ),
        ),
        opinions=(
            Opinion(5, "Honest answer, and wax!"),
            Opinion(3, "It took long."),
        ),
    ),
    Story(
        key="one-of-two",
        language="en",
        team="shipping",
        tags=("delivery",),
        priority="normal",
        subjects=("Only one of two pairs arrived", "Parcel incomplete"),
        turns=(
            customer(
                (
                    "I ordered two pairs (order {order}), the {shoe} are here, the second pair is not. The "
                    "delivery note lists both."
                ),
                (
                    "One pair missing in the parcel, the box was only half full. Did you forget my partner's "
                    "shoes? She thinks it is on purpose."
                ),
            ),
            agent(
                "It was not on purpose: the second pair came from another shelf and travels in its own parcel, and "
                "our mail should have told you so. Its number is {tracking}; {carrier} expects it by {soon}."
            ),
            customer(
                "Peace at home is restored. Thanks.",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(4),
            Opinion(5),
        ),
    ),
    Story(
        key="missing-laces",
        language="en",
        team="shipping",
        tags=("order",),
        priority="low",
        subjects=("No laces in the box", "Spare insoles missing"),
        turns=(
            customer(
                (
                    "Very happy with the Fjell Trail, but there were no spare laces in the box although the page "
                    "promises a second pair in {colour}."
                ),
                (
                    "The removable wool insole is missing in the right shoe of my Fjell Trail. Left has one. Cold "
                    "right foot!"
                ),
            ),
            agent(
                "It is on its way to you in an envelope, no parcel, and should be in your letter box in three or "
                "four days. I added a spare for the next one that goes missing."
            ),
        ),
        opinions=(
            Opinion(5),
            Opinion(5, "Small problem, small envelope, big smile."),
        ),
    ),
    Story(
        key="return-late",
        language="en",
        team="shipping",
        tags=("returns",),
        priority="low",
        subjects=("Return after 30 days possible?", "Two days late with my return"),
        turns=(
            customer(
                (
                    "I was in hospital and missed the 30 days for order {order} by two days. The shoes are unworn. "
                    "Any chance?"
                ),
                (
                    "I bought boots in September to try in snow. No snow, so I don't know yet whether they fit "
                    "with thick socks. Can I keep the right to return a bit longer?"
                ),
            ),
            agent(
                "Of course. I extended the return window of order {order} by three weeks, you see the new date in "
                "your account. Take your time."
            ),
            customer("That is kind. Thank you, also in the name of my knee."),
        ),
        opinions=(
            Opinion(5, "Human beings work here."),
            Opinion(5),
        ),
    ),
    Story(
        key="wrong-return-received",
        language="en",
        team="shipping",
        tags=("returns",),
        priority="normal",
        subjects=("I sent you the wrong shoes", "Mix-up in my return"),
        turns=(
            customer(
                (
                    "This is embarrassing: I returned an old pair of my own instead of the {shoe}. Everything was "
                    "in identical boxes. Can you send my old ones back? They are worth nothing except to me."
                ),
                ('You write that my return of order {order} contained "worn sandals". Oh no. Those are my mother\'s.'),
            ),
            agent(
                "Found them, and we did wonder. They travel back to you free of charge, wrapped nicely. Put the "
                "{shoe} in the same box when it arrives; the label for the way back is inside."
            ),
            customer("You are lovely, thank you. My mother as well."),
        ),
        opinions=(Opinion(5, "They were lovely about my silly mistake."),),
    ),
    Story(
        key="date-for-wedding",
        language="en",
        team="shipping",
        tags=("delivery",),
        priority="high",
        subjects=("Will it arrive before Saturday?", "Needed for a wedding"),
        turns=(
            customer(
                (
                    'I need the Oslo Derby for my brother\'s wedding on Saturday. The site says "2 to 6 days". Is '
                    "there a way to be sure?"
                ),
                (
                    "I have just ordered ({order}) with express. Will it be in {city} by Friday noon? If not, "
                    "please tell me, then I buy something here."
                ),
            ),
            agent(
                "I took your order out of the queue: it is packed, has an express label and gets on the truck at "
                "four. {carrier} delivers by {soon} before noon. I will look at the tracking each morning and "
                "write if anything looks odd."
            ),
            customer(
                Wording(
                    (
                        "They arrived in time and danced until three. Picture attached, second from the left. "
                        "Thank you!!"
                    ),
                    files=("photo-wedding.png",),
                ),
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(5, "You saved the wedding shoes."),
            Opinion(5),
        ),
    ),
    Story(
        key="carrier-phone",
        language="en",
        team="shipping",
        tags=("delivery", "address"),
        priority="normal",
        subjects=("{carrier} needs my phone number", "Courier can't find our house"),
        turns=(
            customer(
                (
                    "The courier was here twice and turned round since our road has no sign. {carrier} says you "
                    "must add my phone number to parcel {tracking}. It is in my account."
                ),
                (
                    "We live at the end of a forest road near {city}. Please tell the driver: past the red barn, "
                    "then left. Twice he gave up."
                ),
            ),
            agent(
                'The number and a note for the driver ("past the sign for the lake, last house") are on the parcel '
                "now. Next attempt is on {soon}; he will ring you from the main road."
            ),
            customer(
                "He found us! He got coffee.",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(5),
            Opinion(4),
        ),
    ),
)
