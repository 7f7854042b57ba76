"""Mail nobody asked for."""

from inbox.demo.story import Story, Wording, customer

STORIES = (
    Story(
        key="spam-seo",
        language="en",
        team="",
        tags=("spam",),
        priority="low",
        subjects=("Boost your ranking to page 1 of the search", "Quick question about your website"),
        turns=(
            customer(
                (
                    "Dear owner of nordlys.example,\n\n"
                    "We audited your website and found 87 SEO errors. We can bring you to page one in 14 days with "
                    "guaranteed results, or your money back. Only three places left this month.\n\n"
                    "Reply YES for the free report."
                ),
                (
                    "Hello Sir/Madam,\n\n"
                    "I was on your website and noticed you could get 300 % more visitors. May I send a proposal "
                    "with prices?"
                ),
                bare=True,
            ),
        ),
        ending="spam",
    ),
    Story(
        key="spam-invoice",
        language="en",
        team="",
        tags=("spam",),
        priority="low",
        subjects=("OVERDUE: Invoice INV-{n} final notice",),
        turns=(
            customer(
                Wording(
                    (
                        "Dear customer,\n\n"
                        "your invoice is overdue. Open the attached document and settle the amount of 4,870.00 USD "
                        "today to avoid legal steps.\n\n"
                        "Accounts Receivable Department"
                    ),
                    files=("INV-document.pdf",),
                ),
                bare=True,
            ),
        ),
        ending="spam",
    ),
    Story(
        key="spam-transfer",
        language="en",
        team="",
        tags=("spam",),
        priority="low",
        subjects=("Business proposal, strictly confidential",),
        turns=(
            customer(
                (
                    "Good day dear friend,\n\n"
                    "I am the private secretary of a late shoe manufacturer who left 12.5 million in a bank. I "
                    "seek an honest partner to move the sum. You keep 40 %.\n\n"
                    "Kindly send full name and bank details."
                ),
                bare=True,
            ),
        ),
        ending="spam",
    ),
)
