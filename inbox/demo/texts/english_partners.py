"""English tickets about names, logins, partners and wholesale."""

from inbox.demo.story import Opinion, Story, Wording, agent, customer, note

STORIES = (
    Story(
        key="name-on-order",
        language="en",
        team="billing",
        tags=("order",),
        priority="low",
        subjects=("Typo in my name", "Name on the parcel"),
        turns=(
            customer(
                (
                    "I just noticed that I spelled my own surname wrong on order {order}. Here you need an ID with "
                    "the same name to pick up a parcel. Can it still be changed?"
                ),
                (
                    "The order {order} is a present for my mother. Can you put her name on the parcel instead of "
                    "mine and leave the price out?"
                ),
            ),
            agent(
                "Changed, and the new label is printed already. There is no price anywhere on or in the parcel; "
                "the invoice comes only by mail to you."
            ),
            customer("You are the best."),
        ),
        opinions=(
            Opinion(5),
            Opinion(5, "Kind and quick."),
        ),
    ),
    Story(
        key="cannot-log-in",
        language="en",
        team="billing",
        tags=("account",),
        priority="normal",
        subjects=("Can't log in", "Password reset mail does not arrive"),
        turns=(
            customer(
                (
                    "I want to look at my order {order} but the login says my address is unknown. I get your "
                    "newsletter to exactly this address, so you do know me..."
                ),
                (
                    "I asked for a new password three times, nothing arrives, not in spam either. Can you reset it "
                    "by hand?"
                ),
            ),
            agent(
                "I see the cause: your account was made with a capital letter and a space at the end of the "
                'address, so the reset mail had nowhere to go. I corrected it; please try "Forgot password" once '
                "more."
            ),
            customer("Works now!"),
        ),
        opinions=(
            Opinion(4),
            Opinion(5),
        ),
    ),
    Story(
        key="partner-webhook",
        language="en",
        team="billing",
        tags=("api",),
        priority="high",
        subjects=("Webhook signature mismatch since your update", "Stock feed returns an empty list"),
        turns=(
            customer(
                Wording(
                    (
                        "We list your shoes on our marketplace. Since Monday night about one in ten of your order "
                        "webhooks fails our signature check. Nothing changed on our side. A log with three request "
                        "ids is attached."
                    ),
                    files=("errors.log",),
                ),
                Wording(
                    (
                        "Your stock feed answers 200 with an empty list about every third call. We then show all "
                        "Nordlys shoes as sold out, which I guess is in nobody's interest."
                    ),
                    files=("errors.log",),
                ),
            ),
            note(
                "Tech says one of the three nodes still signs with the old key after Monday's rotation. They are "
                "draining it now."
            ),
            agent(
                "Thank you for the request ids, they pointed straight at it: one of our three servers had kept "
                "yesterday's key. It has been taken out and restarted. Could you tell me whether your error rate "
                "is back to zero?"
            ),
            customer("Zero failures in the last hour. Good work, thanks for not sending us a form."),
        ),
        opinions=(
            Opinion(5, "Somebody who reads logs. Rare."),
            Opinion(4),
        ),
    ),
    Story(
        key="wholesale",
        language="en",
        team="billing",
        tags=("wholesale",),
        priority="normal",
        subjects=("Wholesale inquiry: 120 pairs for our shops", "Reseller conditions for the {shoe}"),
        turns=(
            customer(
                (
                    "We run two outdoor shops in {city} and would like to carry the {shoe} next season. Could you "
                    "send us your wholesale price list, the minimum order and the delivery times? We think of "
                    "about 120 pairs to start."
                ),
                (
                    "Do you sell to hotels? We would like to equip our front desk staff (34 people, sizes 36 to "
                    "46) with the {shoe} and reorder once a year."
                ),
            ),
            note("@Maja fits the profile from the spring fair. I'll send the price list, can you take the call?"),
            agent(
                Wording(
                    (
                        "What a nice request. The price list is attached: from 60 pairs on there is 35 percent "
                        "off, sizes can be mixed, delivery takes about three weeks, and unsold pairs may be "
                        "swapped once per season. Would you have time for a short call with our director Maja Holm "
                        "this week?"
                    ),
                    files=("price-list.pdf",),
                ),
            ),
            customer("Thursday at ten would work. We would also like to see two sample pairs if possible."),
            agent(
                "Thursday at ten it is, Maja will call you. Two samples of the {shoe} in {size} go out today, free "
                "of charge."
            ),
        ),
        opinions=(Opinion(5),),
    ),
    Story(
        key="job-application",
        language="en",
        team="billing",
        tags=("other",),
        priority="low",
        subjects=("Application: weekend job in the shop",),
        turns=(
            customer(
                Wording(
                    (
                        "I am studying in Oslo and looking for a weekend job. I know your shoes well (own three "
                        "pairs) and speak English, Norwegian and a bit of Spanish. My CV is attached. Is this the "
                        "right address?"
                    ),
                    files=("cv.pdf",),
                ),
            ),
            agent(
                "Almost the right one, and I am glad it landed here: I passed your mail and CV to our shop manager "
                "in Grünerløkka, who is looking for someone for Saturdays. You will hear from her this week. "
                "Good luck!"
            ),
        ),
        opinions=(Opinion(5, "They even wished me luck."),),
    ),
)
