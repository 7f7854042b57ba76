"""English tickets about the shoes themselves and the shops."""

from inbox.demo.story import Opinion, Story, Wording, agent, customer

STORIES = (
    Story(
        key="store-hours",
        language="en",
        team="shipping",
        tags=("stores",),
        priority="low",
        subjects=("Opening hours of the Oslo shop?", "Are you open on Sunday?", "Shop in Grünerløkka"),
        turns=(
            customer(
                "I am in Oslo next weekend. When is your shop open, and do you have the {shoe} there to try on?",
                (
                    "Google says you close at 18, your website says 19. Which one is right on Saturdays? I come by "
                    "train for this."
                ),
                "Is the Oslo shop open on public holidays? We land at noon and leave the next morning.",
            ),
            agent(
                "The shop in Markveien is open Monday to Friday 10 to 19 and Saturday 10 to 18; Sundays and "
                "holidays it rests. I asked them to keep the {shoe} in {size} and {bigger} behind the counter "
                "under your name until Saturday evening. See you soon!"
            ),
            customer("What a service. See you on Saturday!"),
        ),
        opinions=(
            Opinion(5, "They even put two sizes aside."),
            Opinion(5),
        ),
    ),
    Story(
        key="vegan",
        language="en",
        team="shipping",
        tags=("product",),
        priority="low",
        subjects=("Is the Havn Sneaker vegan?", "Vegan materials?"),
        turns=(
            customer(
                (
                    'Is the Havn Sneaker completely vegan, glue included? The page says "textile upper", but that '
                    "does not tell me about the rest."
                ),
                (
                    "I am looking for winter boots without leather or wool. Which of yours qualify, and what is "
                    "the lining made of?"
                ),
            ),
            agent(
                "I asked our workshop to be sure. The Havn Sneaker are vegan apart from the insole, which has a "
                "thin layer of wool felt. We can send yours with a cork insole instead, at no extra cost; then "
                "glue, thread, upper and lining are all free of animal products. Shall I note that on an order for "
                "you?"
            ),
            customer("Yes please, size {size}! I appreciate that you asked the workshop instead of guessing."),
            agent("Noted. Just order as usual and the cork insoles will be in the box."),
        ),
        opinions=(
            Opinion(5, "A real answer from people who know their shoes."),
            Opinion(5),
        ),
    ),
    Story(
        key="wide-feet",
        language="en",
        team="shipping",
        tags=("size", "product"),
        priority="low",
        subjects=("Size advice: wide feet", "Which size for the Skog Hiker?"),
        turns=(
            customer(
                (
                    "I have wide feet (EU {size}, 10.6 cm at the ball) and a high instep. Will the Skog Hiker work "
                    "or should I look at something else?"
                ),
                (
                    "Between two sizes: my old pair from you is a {size}, in other brands I take {bigger}. I would "
                    "like to wear thick socks. What do you advise?"
                ),
            ),
            agent(
                "With those measures I would take the Skog Hiker in {bigger}: they are cut on our wide last, and "
                "the laces leave room over the instep. If you wear thick socks, lift the insole out first; it is "
                "worth half a size. And should we be wrong, the exchange is on us."
            ),
            customer(
                "Ordered {bigger}. They fit like slippers.",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(5, "Best size advice I ever got by mail."),
            Opinion(5),
        ),
    ),
    Story(
        key="shoe-care",
        language="en",
        team="shipping",
        tags=("care",),
        priority="low",
        subjects=("Salt stains on {colour} leather", "How do I care for the Vinter Boot?"),
        turns=(
            customer(
                (
                    "After the first snow my Vinter Boot have white salt rings. What can I do without ruining the "
                    "colour?"
                ),
                (
                    "Which wax do you recommend for the Vinter Boot in {colour}, and how often? The booklet only "
                    "shows pictures."
                ),
            ),
            agent(
                "Salt goes with lukewarm water and a spoon of vinegar: dab, don't rub, and let the shoes dry away "
                "from the radiator with newspaper inside. When they are dry, a thin coat of colourless wax, once a "
                'month in winter. The "Bivoks" tin in our shop is what our cobbler uses himself.'
            ),
            customer(
                "Worked like magic, thank you!",
                wait=(16, 50),
            ),
        ),
        opinions=(
            Opinion(5, "Vinegar! Who knew."),
            Opinion(5),
        ),
    ),
    Story(
        key="restock",
        language="en",
        team="shipping",
        tags=("product",),
        priority="low",
        subjects=("When is the {shoe} back in {size}?", "Restock?"),
        turns=(
            customer(
                ("The {shoe} in {colour}, size {size}, have been sold out for weeks. Will they come back this season?"),
                (
                    "Could you tell me whether the {shoe} will be made again? Mine are worn out after six years "
                    "and I want exactly the same ones."
                ),
            ),
            agent(
                "They come back: the workshop has planned a new batch, in our warehouse by the end of the month. I "
                'put a "tell me first" on size {size} for your address, so you get a mail a day before they are on '
                "the website."
            ),
        ),
        opinions=(
            Opinion(5),
            Opinion(4),
        ),
    ),
    Story(
        key="kids",
        language="en",
        team="shipping",
        tags=("size",),
        priority="low",
        subjects=("Boots for a four year old", "Do you make children's shoes?"),
        turns=(
            customer(
                ('Do the Vinter Boots come in children\'s sizes? Our daughter wears 27 and wants "the same as papa".'),
                "My son grows out of everything. How much room should I leave in the Skog Hiker for kids?",
            ),
            agent(
                "We do, from 24 to 35. Leave the width of a thumb, about 12 mm; trace the foot on paper in the "
                "evening, when it is largest, and send me the length, I'll tell you the size. And if a pair is "
                "outgrown within the season, send it back: you get 30 percent off the next one and somebody else "
                "gets good boots."
            ),
            customer("16.8 cm, traced while sleeping."),
            agent("Then 28 it is. Sweet dreams!"),
        ),
        opinions=(
            Opinion(5),
            Opinion(5, "Lovely idea with the outgrown pairs."),
        ),
    ),
    Story(
        key="resole",
        language="en",
        team="shipping",
        tags=("care", "warranty"),
        priority="low",
        subjects=("Can you resole my Oslo Derby?", "New soles for old shoes"),
        turns=(
            customer(
                Wording(
                    (
                        "My Oslo Derby are eight years old and still the best I own, only the soles are finished. "
                        "Do you resole? A photo is attached."
                    ),
                    files=("photo-old-sole.png",),
                ),
                (
                    "I live far from any decent cobbler. Could I send my Oslo Derby to you for new soles, and what "
                    "would it cost?"
                ),
            ),
            agent(
                "With pleasure. As long as the uppers are healthy it is worth it: new soles and heels cost €65, "
                "return postage included, and take about two weeks. Shall I send you a repair bag?"
            ),
            customer("Yes please!"),
            agent("It is on its way. Put a note with your name inside the left shoe, old cobbler's custom."),
        ),
        opinions=(
            Opinion(5, "Eight years and counting."),
            Opinion(5),
        ),
    ),
    Story(
        key="squeak",
        language="en",
        team="shipping",
        tags=("warranty", "product"),
        priority="low",
        subjects=("My {shoe} squeak", "A shoe that sings"),
        turns=(
            customer(
                (
                    "My right {shoe} squeaks with each step, only indoors. My colleagues hear me coming from two "
                    "floors away. Is there a cure?"
                ),
                "New {shoe}, and the left one makes a noise like a small dog. Otherwise perfect. Any idea?",
            ),
            agent(
                "There is: lift the insole, put a pinch of talcum or corn starch under it, and it should be silent "
                "by tomorrow. If the dog is still there in a week, the shank is loose and you get another pair."
            ),
            customer(
                "Silent. My colleagues miss the warning.",
                wait=(16, 40),
            ),
        ),
        opinions=(
            Opinion(5, "Corn starch. I am impressed."),
            Opinion(4),
        ),
    ),
)
