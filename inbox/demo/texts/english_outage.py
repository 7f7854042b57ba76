"""English tickets of the day the carrier's sorting centre stood still."""

from inbox.demo.story import Opinion, Story, agent, customer

STORIES = (
    Story(
        key="outage-tracking",
        language="en",
        team="shipping",
        tags=("delivery",),
        priority="normal",
        subjects=("Tracking page shows an error", "Is {carrier} down?"),
        turns=(
            customer(
                (
                    "The tracking link for {tracking} only gives an error. Has my parcel got lost or is it just "
                    "the website?"
                ),
                (
                    '{carrier}\'s app says "unknown parcel" for a number it knew yesterday. Order {order}. Should '
                    "I worry?"
                ),
            ),
            agent(
                "You need not worry, it is {carrier}: their sorting system has broken down and the tracking went "
                "with it. The parcels are safe but stand still, ours included. I am sorry for the slow reply; you "
                "can imagine the queue. I will write again once they move."
            ),
            agent(
                ("They move again. Your parcel {tracking} was scanned last night and should be with you by {soon}."),
                wait=(20, 50),
            ),
        ),
        opinions=(
            Opinion(3, "Long wait for the first answer, then good information."),
            Opinion(4),
        ),
        in_outage=True,
    ),
    Story(
        key="outage-express",
        language="en",
        team="shipping",
        tags=("delivery", "complaint"),
        priority="high",
        subjects=("Express not delivered today", "I paid for express!"),
        turns=(
            customer(
                (
                    "I took the day off for an express delivery that did not come. Order {order}. The driver's "
                    "line is busy, the tracking is dead. What did I pay {fee} for?"
                ),
                "Express means today. It is five o'clock. Where is order {order}?",
            ),
            agent(
                "I am sorry, both for the lost day and for answering late. The sorting centre of {carrier} stood "
                "still all day and no express parcel left it. I have refunded the {fee}; the parcel goes out with "
                "the first run tomorrow."
            ),
            customer(
                "OK. Thanks for the refund. A warning at noon would have saved my day.",
                wait=(1, 3),
            ),
        ),
        opinions=(
            Opinion(2, "Nobody warned me. I waited all day."),
            Opinion(3),
        ),
        in_outage=True,
    ),
    Story(
        key="outage-sent-back",
        language="en",
        team="shipping",
        tags=("delivery",),
        priority="normal",
        subjects=("Parcel on its way back to you?",),
        turns=(
            customer(
                (
                    'My parcel {tracking} was one stop away and now it says "returned to sender". I did nothing! '
                    "Order {order}."
                ),
                "Why does my order {order} travel back to Oslo? I was at home all day.",
            ),
            agent(
                (
                    "That is a side effect of the breakdown at {carrier}: their system sent a whole cage of "
                    "parcels into the wrong direction. Yours is among them. I asked them to turn it round and am "
                    "waiting for their answer."
                ),
                waits_for_others=True,
            ),
            agent(
                "Good news: it was turned round in Gothenburg and comes to you by {soon}.",
                wait=(24, 60),
            ),
        ),
        opinions=(
            Opinion(3, "Not your fault, still a week lost."),
            Opinion(4),
        ),
        in_outage=True,
    ),
)
