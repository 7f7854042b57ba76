"""What each number is called and means, as it is printed next to it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TARGET_NAMES = {
    "first_response": _("First reply"),
    "next_response": _("Next reply"),
    "resolution": _("Resolution"),
    "response": _("All replies"),
}

LEVEL_TITLES = {
    "first_response": _("First reply within target"),
    "next_response": _("Next reply within target"),
    "resolution": _("Resolved within target"),
}

FIGURE_NAMES = {
    "judged": pgettext_lazy("figure", "met or missed"),
    "met": pgettext_lazy("figure", "target met"),
    "missed": pgettext_lazy("figure", "target missed"),
    "timed": pgettext_lazy("figure", "times"),
    "waived": pgettext_lazy("figure", "waived"),
    "untargeted": pgettext_lazy("figure", "without a target"),
    "running": pgettext_lazy("figure", "running, not due yet"),
    "unfinished": pgettext_lazy("figure", "not finished yet"),
    "resolved": _("Resolved work cycles"),
    "one_reply": _("Resolved with one reply"),
    "reopened": _("Reopened by the customer"),
    "provisional": _("May still be reopened"),
    "first_resolution_time": _("Time to first resolution"),
    "resolution_time": _("Time to resolution"),
    "requester_wait": _("Requester wait"),
    "agent_wait": _("Agent wait"),
    "overdue": _("Overdue now"),
    "due_soon": _("Due within 30 minutes"),
    "paused_long": _("Paused for more than 3 days"),
    "answers": _("Survey answers"),
    "answered": _("Surveys answered"),
    "sent": _("Surveys sent"),
    "delivered": _("Surveys delivered"),
    "on_their_way": _("Surveys on their way"),
    "undelivered": _("Surveys not delivered"),
    "not_asked": _("Not asked"),
    "cancelled": _("Surveys cancelled"),
    "left_out": _("Left out of every number"),
}

SCORE_NAMES = {
    "ces": _("Ease"),
    "csat": _("Satisfaction"),
    "nps": _("Net promoter score"),
}

SCORE_MEANINGS = {
    "ces": _(
        "The mean of all effort answers, each put on 0 (very difficult) to 100 (very easy) by its own scale. "
        "The interval is Student's t at 95 %."
    ),
    "csat": _(
        # xgettext:no-python-format
        "The share of good answers: 4 and 5 of 5, or those a survey names as good. The interval is Wilson's at 95 %."
    ),
    "nps": _(
        # xgettext:no-python-format
        "The share of those who answered 9 or 10 less the share of those who answered 0 to 6, from -100 to 100. "
        "The interval is the adjusted Wald one at 95 %."
    ),
}

REASONS_LEFT_OUT = {
    "deleted": _("Deleted"),
    "merged": _("Merged"),
    "spam": _("Spam"),
    "imported": _("Imported"),
}

REASONS = {
    "open": pgettext_lazy("hours", "open hours"),
    "closed hours": pgettext_lazy("hours", "closed hours"),
    "pending": _("waiting for the customer"),
    "on hold": _("on hold"),
}

WAIVED_BECAUSE = {
    "no reply needed": _("no reply was needed"),
    "resolved without a reply": _("resolved without a reply"),
    "deleted": _("the ticket was deleted"),
    "spam": _("set aside as spam"),
    "merged": _("merged with another ticket"),
    "imported": _("imported from elsewhere"),
    "merge undone": _("the merge was undone"),
    "split off": _("moved to a ticket of its own"),
}

MEANINGS = {
    "first_response": _(
        "Per work cycle, from the first message of the customer to the first public reply of a person. "
        "Automatic replies, notes and surveys answer nothing."
    ),
    "next_response": _(
        "From the customer's oldest unanswered message to the next public reply of a person, "
        "for every message after the first reply of a work cycle."
    ),
    "resolution": _(
        "Per work cycle, from the message that opened it to its resolution. "
        "The time we wait for the customer does not count towards the target."
    ),
    "share": _(
        "Met, of met and missed. A target is met up to and including its due time. A met one counts when "
        "it was met, a missed one when its target passed, answered or not. Running and waived ones are left out."
    ),
    # xgettext:no-python-format
    "interval": _("The true share lies within the interval with 95 % confidence (Wilson)."),
    "change": _(
        # xgettext:no-python-format
        "Percentage points against the period before, as long as this one. "
        "Within noise: the 95 % intervals of both overlap."
    ),
    "durations": _(
        "Median, 90th percentile and mean of those finished in the period. What is unfinished or waived has no "
        "duration and is left out, never counted as zero."
    ),
    "response": _("First and next replies together: the average response time."),
    "first_resolution_time": _("From the customer's first message to the first resolution, whatever came afterwards."),
    "resolution_time": _(
        "From the customer's first message to the latest resolution, if the ticket is resolved now. "
        "Waiting for the customer is included."
    ),
    "requester_wait": _("Time in new, open and on hold until the latest resolution: the customer waits. All hours."),
    "agent_wait": _("Time in pending until the latest resolution: we wait for the customer. All hours."),
    "one_reply": _("Resolved work cycles with exactly one public reply of a person."),
    "reopened": _(
        "Resolved work cycles that the customer reopened within 7 days. A plain thanks does not reopen. "
        "Provisional until the 7 days are over."
    ),
    "right_now": _("At this instant, whatever the period. Overdue and due: unresolved tickets with a ticking target."),
    "paused_long": _("Pending or on hold for more than 3 days without a change of state."),
    "ease": SCORE_MEANINGS["ces"],
    "drivers": _(
        "Answers by what happened in their work cycle. They show what goes together, not what causes what. "
        "Under 10 answers no score is shown."
    ),
    "hits": _(
        "Mail scanners and link previews open every link of a mail. Opening a link records no answer; "
        "what looks like a program is counted here."
    ),
    "asking": _(
        "Nobody chooses whom to ask. By the agent who sent the last reply of the resolved work cycle: "
        "how many of his customers were asked, and why the others were not."
    ),
    "response_rate": _(
        "Answered, of those delivered. Surveys that were not sent, were cancelled or did not arrive are left out."
    ),
    "not_asked": _("Every decision not to ask a customer is kept with its reason."),
    "cells": _("Missed targets by the weekday and hour in which they passed."),
    "tickets": _("Tickets with a finished first reply."),
}
