"""English tickets with praise, complaints and questions of every sort."""

from inbox.demo.story import Opinion, Story, Wording, agent, customer, note

STORIES = (
    Story(
        key="praise-repair",
        language="en",
        team="shipping",
        tags=("praise",),
        priority="low",
        subjects=("Just a thank you", "Five years, 4,000 km"),
        turns=(
            customer(
                (
                    "No question today. I walked the whole St. Olav's Way in your Skog Hiker, 640 km, not one "
                    "blister. Please tell whoever made them."
                ),
                (
                    "I only wanted to say that the lady in your Bergen shop spent half an hour with my father, who "
                    "is 84 and hard to please. He wears the Skog Hiker to bed, nearly."
                ),
            ),
            agent(
                "You have just made the day of eleven people: I read your mail aloud at coffee and pinned it to "
                "the wall in the workshop. Thank you for writing!"
            ),
        ),
        opinions=(Opinion(5, "You read it aloud? :)"),),
    ),
    Story(
        key="angry-escalation",
        language="en",
        team="shipping",
        tags=("complaint", "delivery"),
        priority="high",
        subjects=("THIRD TIME I am writing about order {order}", "Complaint: nobody keeps a promise"),
        turns=(
            customer(
                (
                    'This is my THIRD mail. First "tomorrow", then "Monday", now nothing. I paid {price} for order '
                    "{order} on {ordered} and have neither shoes nor an answer. I want to talk to somebody who is "
                    "in charge, today, or I go to the consumer council and to every review page I can find."
                ),
                (
                    "I am done with being patient. Wrong size sent, right size lost, and now a mail saying my "
                    "return window is over?! Order {order}. Get me your manager."
                ),
            ),
            note("@Anna this one is yours I think. Two open promises from us, both broken. I would be angry too."),
            agent(
                "My name is Anna Nilsen, I lead the support team, and you are talking to the right person. I read "
                "everything from the start: we promised you two dates and kept neither, and nobody told you why. "
                "That was our failure, not yours. A pair goes to you today by courier with delivery by {soon}, and "
                "I have refunded {price} for the trouble. I will write to you that afternoon to hear that they are "
                "there."
            ),
            customer(
                "I did not expect that. Thank you. I will wait for the courier and take back the part about the "
                "review pages."
            ),
            agent(
                "Thank you, that is generous. The courier has your number and rings half an hour before he comes. "
                "You reach me directly if anything is ever wrong again."
            ),
            customer(
                "They came, they fit. All forgiven.",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(4, "From one star to four. Anna turned it around."),
            Opinion(3, "Why does one have to shout first?"),
        ),
        speaker="anna",
    ),
    Story(
        key="wrong-in-review",
        language="en",
        team="shipping",
        tags=("product",),
        priority="low",
        subjects=("Photo of my shoes on your page", "Error on the product page"),
        turns=(
            customer(
                (
                    'On the page of the {shoe} it says "weight 240 g". Mine weigh 310 g each on the kitchen scale. '
                    "I don't mind, but you may want to correct it."
                ),
                (
                    "You show a customer photo with my dog in it. I never sent you one! He is flattered, I am just "
                    "curious."
                ),
            ),
            agent(
                "You have sharp eyes, thank you. The product team has corrected the page this morning. A pair of "
                "wool socks is on its way as a finder's fee."
            ),
        ),
        opinions=(
            Opinion(5),
            Opinion(5, "Socks!"),
        ),
    ),
    Story(
        key="lost-in-store",
        language="en",
        team="shipping",
        tags=("stores",),
        priority="normal",
        subjects=("Left my scarf in your shop", "Did somebody find a child's mitten?"),
        turns=(
            customer(
                (
                    "I think I left a grey scarf on the bench in your Oslo shop on Saturday, while trying on the "
                    "{shoe}. Has anyone found it?"
                ),
                (
                    'My son lost a red mitten between the winter boots in your shop. It has a name tag, "Jonas". '
                    "His grandmother knitted it..."
                ),
            ),
            agent(
                "It is here! The shop kept it at the counter. Shall they keep it for your next visit, or may I "
                "post it to the address of your last order?"
            ),
            customer("Post would be wonderful."),
            agent("It is in the post. Grandmothers' work must not be lost."),
        ),
        opinions=(Opinion(5),),
    ),
    Story(
        key="customer-survey-q",
        language="en",
        team="shipping",
        tags=("product",),
        priority="low",
        subjects=("Question about sustainability", "Where are the {shoe} made?"),
        turns=(
            customer(
                "Where are the {shoe} made and who makes them? I'd like to know before I spend {price}.",
                (
                    "For a school project (I am 14): how much water do you need for one pair of shoes? Our teacher "
                    "says nobody answers such mails."
                ),
            ),
            agent(
                Wording(
                    (
                        "Then tell everybody that we do. The {shoe} are sewn in Felgueiras in Portugal by a family "
                        "company of 42 people; the leather comes from a tannery in Sweden that cleans its own "
                        "water. One pair takes about 1,900 litres, most of it for the leather. Our yearly report "
                        "with all figures is attached."
                    ),
                    files=("report.pdf",),
                ),
            ),
            customer("Thank you so much, that's more than I hoped for."),
        ),
        opinions=(
            Opinion(5, "Honest numbers."),
            Opinion(5, "got an A"),
        ),
    ),
)
