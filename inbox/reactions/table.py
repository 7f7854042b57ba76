"""The literal table: event kind -> who reacts, in the same transaction.

Clocks, survey decisions and deliveries are rows that must exist if the event does, so they are written
with it. After commit there are only wake-ups and announcements, which may be lost: sweeps find the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from inbox.channels import acknowledgement
from inbox.channels import actions as channels
from inbox.chats import asking, flows, letters, retention, rules
from inbox.escalations import waking
from inbox.follow_ups import actions as follow_ups
from inbox.live.announce import announce
from inbox.sla import actions as sla
from inbox.surveys import actions as surveys
from inbox.surveys import loop, postbox, presence
from inbox.tickets import closing, files, likenesses, scheduled, snoozing
from inbox.tickets.access import teams_beside
from inbox.tickets.changes import subscribe
from inbox.tickets.enums import EventKind as Kind
from inbox.tickets.models import Ticket, TicketEvent
from inbox.webhooks import news

Reaction = Callable[[Ticket, Sequence[TicketEvent]], None]

clocks: Reaction = sla.refresh_if
deliver: Reaction = channels.deliver_messages
cancel_delivery: Reaction = channels.cancel_withdrawn
acknowledge: Reaction = acknowledgement.acknowledge
decide_survey: Reaction = surveys.decide
cancel_survey: Reaction = surveys.cancel
reconsider_survey: Reaction = surveys.reconsider
suppress_survey: Reaction = surveys.suppress_merged
wake: Reaction = snoozing.wake_for_target
tell_of_waking: Reaction = waking.tell
hold_replies: Reaction = scheduled.hold_all
tell_others: Reaction = news.happened
watch_unseen: Reaction = letters.watch
hurry_survey: Reaction = asking.hurry
greet: Reaction = flows.follow
stop_greeting: Reaction = flows.step_aside
keep_spoken: Reaction = rules.keep_spoken
keep_window: Reaction = closing.keep_window
compare_people: Reaction = likenesses.look_later

WITHIN: Mapping[Kind, tuple[Reaction, ...]] = {
    Kind.CREATED: (clocks, greet, compare_people),
    Kind.RECEIVED: (clocks, acknowledge, keep_spoken, greet, keep_window, compare_people),
    Kind.THANKED: (keep_window,),
    Kind.AUTOMATIC_RECEIVED: (clocks,),
    Kind.REPLIED: (deliver, clocks, stop_greeting, watch_unseen, keep_window),
    Kind.REPLY_WITHDRAWN: (cancel_delivery, clocks, keep_window),
    Kind.CALLED: (clocks,),
    Kind.OPENED: (clocks,),
    Kind.PENDED: (clocks,),
    Kind.HELD: (clocks,),
    Kind.RESOLVED: (clocks, decide_survey),
    Kind.REOPENED: (clocks, cancel_survey),
    Kind.CLOSED: (clocks,),
    Kind.PRIORITIZED: (clocks,),
    Kind.TEAM_CHANGED: (clocks,),
    Kind.CUSTOMER_CHANGED: (clocks, keep_window),
    Kind.IMPORTED: (clocks,),
    Kind.TAGGED: (clocks,),
    Kind.UNTAGGED: (clocks,),
    Kind.POLICY_APPLIED: (clocks,),
    Kind.NO_REPLY_NEEDED: (clocks,),
    Kind.MARKED_SPAM: (clocks, cancel_survey),
    Kind.UNMARKED_SPAM: (clocks, reconsider_survey),
    Kind.DELETED: (clocks, hold_replies, cancel_survey),
    Kind.RESTORED: (clocks, reconsider_survey),
    Kind.MERGED: (clocks, hold_replies, suppress_survey),
    Kind.UNMERGED: (clocks, reconsider_survey),
    Kind.MERGED_IN: (clocks, keep_window),
    Kind.UNMERGED_OUT: (clocks, keep_window),
    Kind.SPLIT_OFF: (clocks, keep_window),
    Kind.CLOCK_WARNED: (wake,),
    Kind.CLOCK_BREACHED: (wake,),
    Kind.UNSNOOZED: (tell_of_waking,),
    Kind.ACKNOWLEDGED: (deliver, keep_window),
    Kind.TOLD: (deliver, watch_unseen, keep_window),
    Kind.BOT_SAID: (deliver,),
    Kind.CHAT_IDLE: (deliver,),
    Kind.SURVEY_SCHEDULED: (tell_others, hurry_survey),
    Kind.SURVEY_SUPPRESSED: (tell_others,),
    Kind.SURVEY_SENT: (deliver, tell_others, watch_unseen, keep_window),
    Kind.SURVEY_REMINDED: (deliver, tell_others, watch_unseen),
    Kind.SURVEY_CANCELLED: (cancel_delivery, tell_others),
    Kind.TASK_OPENED: (tell_others,),
    Kind.TASK_DONE: (tell_others,),
}


def connect() -> None:
    """Subscribe the table to the ticket log, and who follows up to answers; called once when the process starts."""
    subscribe(before=sla.choose_at_opening, within=react, after=ring)
    postbox.subscribe(channels.deliver_directly)
    postbox.subscribe(news.posted)
    presence.subscribe(asking.is_in_front)
    # The answer is told before what is done about it.
    loop.subscribe(news.answered)
    loop.subscribe(follow_ups.answered)
    files.keep(retention.in_use)


def react(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Run each reaction once, in the table's order, with the events it is for."""
    wanted: dict[Reaction, list[TicketEvent]] = {}
    for event in events:
        for reaction in WITHIN.get(Kind(event.kind), ()):
            wanted.setdefault(reaction, []).append(event)
    for reaction in sorted(wanted, key=_ORDER.index):
        reaction(ticket, wanted[reaction])


#: Deliveries before clocks before what is said by itself: a survey is decided on by the figures the clocks just wrote.
_ORDER: Sequence[Reaction] = (
    cancel_delivery,
    deliver,
    clocks,
    hold_replies,
    acknowledge,
    keep_spoken,
    greet,
    stop_greeting,
    wake,
    tell_of_waking,
    cancel_survey,
    suppress_survey,
    decide_survey,
    reconsider_survey,
    tell_others,
    watch_unseen,
    hurry_survey,
    keep_window,
    compare_people,
)
#: Events whose message is put into the outbox.
_LEAVING = (Kind.REPLIED, Kind.ACKNOWLEDGED, Kind.TOLD, Kind.SURVEY_SENT, Kind.SURVEY_REMINDED)


def ring(events: Sequence[TicketEvent]) -> None:
    """After commit: wake the senders and tell the open pages, by ids only."""
    last = events[-1]
    ticket = last.ticket
    announce(
        "ticket",
        {
            "ticket": ticket.pk,
            "event": last.pk,
            "kinds": sorted({str(event.kind) for event in events}),
            "team": ticket.team_id,
            "assignee": ticket.assignee_id,
            "customer": ticket.customer_id,
            "channel": ticket.channel_id,
            # Nobody shares a ticket yet that just came into being.
            "also": [] if events[0].kind == Kind.CREATED else teams_beside(ticket),
            **_left(events),
        },
    )
    for event in events:
        if Kind(event.kind) in _LEAVING and event.message_id:
            channels.ring_delivery(event.message_id)


def _left(events: Sequence[TicketEvent]) -> dict[str, object]:
    """Whose view the ticket may just have left, so that it disappears there too."""
    left: dict[str, object] = {}
    for event in events:
        if event.kind == Kind.TEAM_CHANGED:
            left["team_before"] = event.details.get("from")
        elif event.kind == Kind.ASSIGNED:
            left["assignee_before"] = event.details.get("from")
    return left
