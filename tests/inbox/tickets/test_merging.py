"""Merging tickets and taking it back: who waits, who takes part, what becomes of what was begun."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox.channels import actions as channels
from inbox.common.clock import now
from inbox.reports.verify import differences
from inbox.sla.actions import replayed
from inbox.surveys.models import Invitation
from inbox.tickets import actions
from inbox.tickets.actions import Refused, save_draft
from inbox.tickets.conversation import NewerArrived, note, reply
from inbox.tickets.deletion import delete
from inbox.tickets.enums import EventKind, State
from inbox.tickets.merging import merge, unmerge
from inbox.tickets.models import Draft, Participant, ScheduledReply, Ticket
from inbox.tickets.queries import conversation
from inbox.tickets.recipients import answered
from inbox.tickets.scheduled import say_due, schedule, shown_in
from inbox.tickets.snoozing import snooze
from tests.inbox.questions import asks, says

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def older(support):
    """The customer asked at nine."""
    return asks(support, 1, at=MONDAY)


@pytest.fixture
def newer(support):
    """The same customer asked again at ten."""
    return asks(support, 1, "Hello?", at=MONDAY + HOUR)


def waiting(ticket):
    """The runs that wait for an answer: target, since when."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    runs = [run for run in replayed(ticket).runs if run.stopped_at is None and run.target != "resolution"]
    assert ticket.waiting_since == min((run.started_at for run in runs), default=None)
    assert list(differences()) == []
    return [(run.target.value, run.number, run.started_at) for run in runs]


def kinds(ticket):
    """What happened to it, but for what it began with."""
    return [event.kind for event in ticket.events.order_by("id")[3:]]


class TestMerging:
    def test_the_source_is_closed_and_the_target_waits_for_its_customer(self, older, newer, ada):
        merge(older, newer, by=ada, at=MONDAY + 2 * HOUR)
        assert (older.state, older.merged_into, newer.state) == ("closed", newer, "new")
        assert waiting(newer) == [("first_response", 1, MONDAY)]
        assert (waiting(older), older.due_at, replayed(older).excluded) == ([], None, "merged")
        assert kinds(older) == ["merged", "closed"]

    def test_twice_is_once(self, older, newer, ada):
        for _ in range(2):
            merge(older, newer, by=ada, at=MONDAY + 90 * MINUTE)
        assert (kinds(older), kinds(newer)) == (["merged", "closed"], ["merged_in"])

    @pytest.mark.parametrize("state", [State.PENDING, State.ON_HOLD, State.RESOLVED])
    def test_a_target_that_rests_opens_for_whoever_waits_in_the_source(self, older, newer, ada, state):
        reply(newer, "What size?", by=ada, at=MONDAY + 2 * HOUR, then=state)
        merge(older, newer, by=ada, at=MONDAY + 3 * HOUR)
        assert (newer.state, waiting(newer)) == (
            "open",
            [("next_response" if state != "resolved" else "first_response", 1 if state != "resolved" else 2, MONDAY)],
        )

    def test_with_nobody_waiting_a_target_rests_on(self, older, newer, ada):
        for ticket in (older, newer):
            reply(ticket, "What size?", by=ada, at=MONDAY + 2 * HOUR)
        merge(older, newer, by=ada, at=MONDAY + 3 * HOUR)
        assert (newer.state, waiting(newer)) == ("pending", [])

    def test_its_people_and_tags_come_along(self, older, newer, support, ada):
        other = asks(support, 2, at=MONDAY)
        actions.tag(other, ["parcel", "vip"], by=ada)
        actions.tag(newer, ["vip"], by=ada)
        merge(other, newer, by=ada)
        people = Participant.objects.filter(ticket=newer).order_by("id")
        assert [(str(one.customer), one.is_asker) for one in people] == [("Customer 1", True), ("Customer 2", False)]
        assert sorted(tag.name for tag in newer.tags.all()) == ["parcel", "vip"]

    def test_all_that_was_said_is_shown_in_the_order_it_was_said_in(self, older, newer, support, ada):
        third = asks(support, 1, "And me?", at=MONDAY + 30 * MINUTE)
        merge(third, older, by=ada)
        merge(older, newer, by=ada)
        assert [message.text for message in conversation(newer)] == ["Where is it?", "And me?", "Hello?"]
        assert waiting(newer) == [("first_response", 1, MONDAY)]

    def test_what_somebody_had_not_seen_of_it_holds_a_reply_back(self, older, newer, ada, carl):
        merge(newer, older, by=carl)
        seen = older.messages.get().pk
        with pytest.raises(NewerArrived):
            reply(older, "It is on its way.", by=ada, seen_message_id=seen)

    def test_only_who_was_part_of_it_is_quoted_to(self, older, newer, support, ada):
        other = asks(support, 2, "A secret", at=MONDAY + 2 * HOUR)
        merge(other, newer, by=ada)
        first, second = (ticket.customer.identities.get() for ticket in (newer, other))
        assert [answered(newer, [one]).text for one in (first, second)] == ["Hello?", "A secret"]
        assert answered(newer, [first, second]) is None

    def test_drafts_move_or_are_added_to_what_is_there(self, older, newer, ada, carl):
        save_draft(older, ada, mode="message", text="Dear")
        save_draft(older, carl, mode="note", text="Careful")
        save_draft(newer, ada, mode="message", text="Hello")
        merge(older, newer, by=ada)
        drafts = Draft.objects.order_by("mode").values_list("ticket", "agent", "mode", "text")
        assert list(drafts) == [(newer.pk, ada.pk, "message", "Hello\n\nDear"), (newer.pk, carl.pk, "note", "Careful")]

    def test_a_draft_of_somebody_who_may_not_see_the_target_stays(self, older, support, shipping, maja, ada):
        parcels = channels.connect(kind="email", address="p@nordlys.example", name="Parcels", team=shipping)
        hidden = asks(parcels, 1)
        save_draft(older, ada, mode="message", text="Dear")
        merge(older, hidden, by=maja)
        assert Draft.objects.get().ticket == older

    def test_planned_replies_are_held_and_offered_in_the_target(self, older, newer, ada):
        schedule(older, "Tomorrow then.", by=ada, send_at=now() + HOUR)
        merge(older, newer, by=ada)
        say_due(now() + 2 * HOUR)
        held = ScheduledReply.objects.get()
        assert (held.ticket, held.held_because, held.settled_at is None) == (newer, "merged", False)
        assert (Draft.objects.get().ticket, Draft.objects.get().text, shown_in(newer)) == (
            newer,
            "Tomorrow then.",
            [held],
        )

    def test_a_reply_on_its_way_goes_on(self, older, newer, ada):
        said = reply(older, "It is on its way.", by=ada)
        merge(older, newer, by=ada)
        said.delivery.refresh_from_db()
        assert (said.delivery.status, said.delivery.ticket) == ("queued", older)

    def test_a_survey_that_is_to_come_is_not_sent(self, older, newer, ada):
        reply(older, "It is on its way.", by=ada, then=State.RESOLVED)
        before = Invitation.objects.get(ticket=older).state
        merge(older, newer, by=ada)
        invitation = Invitation.objects.get(ticket=older)
        assert (before, invitation.state, invitation.suppressed_because) == ("scheduled", "suppressed", "merged")

    def test_a_snooze_ends(self, older, newer, ada):
        for ticket in (older, newer):
            snooze(ticket, now() + HOUR, by=ada)
        merge(older, newer, by=ada)
        assert (older.snoozed_until, newer.snoozed_until) == (None, None)

    def test_what_was_merged_can_only_be_read(self, older, newer, ada):
        merge(older, newer, by=ada)
        before = older.events.count()
        for verb in (
            lambda: actions.prioritize(older, "high", by=ada),
            lambda: reply(older, "Hello", by=ada),
            lambda: note(older, "Hello", by=ada),
            lambda: actions.tag(older, ["x"], by=ada),
            lambda: actions.reopen(older, by=ada),
            lambda: actions.assign(older, ada, by=ada),
        ):
            with pytest.raises(Refused, match="was merged into another ticket"):
                verb()
        assert older.events.count() == before


class TestRefusals:
    def refused(self, source, into, by):
        before = [(ticket.pk, ticket.state, ticket.events.count()) for ticket in Ticket.objects.order_by("pk")]
        with pytest.raises(Refused) as refusal:
            merge(source, into, by=by)
        assert before == [(ticket.pk, ticket.state, ticket.events.count()) for ticket in Ticket.objects.order_by("pk")]
        return str(refusal.value)

    def test_with_itself(self, older, ada):
        assert self.refused(older, older, ada) == "A ticket can't be merged with itself."

    def test_what_is_spam_deleted_or_closed(self, older, newer, support, ada, maja):
        spam, gone = asks(support, 1), asks(support, 1)
        actions.mark_spam(spam, by=ada)
        delete(gone, by=maja)
        reply(newer, "Done.", by=ada, then=State.RESOLVED)
        actions.close_settled(newer)
        assert [
            self.refused(*pair, maja) for pair in ((older, spam), (spam, older), (older, gone), (older, newer))
        ] == [
            f"{spam.ref} is spam. Take it out of the spam first.",
            f"{spam.ref} is spam. Take it out of the spam first.",
            f"{gone.ref} is deleted. Restore it first.",
            f"{newer.ref} is closed, nothing is added to it any more.",
        ]

    def test_in_a_circle_or_twice(self, older, newer, support, ada):
        third = asks(support, 1)
        merge(older, newer, by=ada)
        pairs = ((newer, older), (older, third), (third, older))
        assert [self.refused(*pair, ada) for pair in pairs] == [
            f"{older.ref} is merged into another ticket already."
        ] * 3

    def test_by_those_who_don_t_work_on_both(self, older, shipping, ada, wen):
        parcels = channels.connect(kind="email", address="p@nordlys.example", name="Parcels", team=shipping)
        hidden = asks(parcels, 1)
        told = "Only who works on both tickets can merge them or undo that."
        assert [self.refused(older, hidden, by) for by in (ada, wen)] == [told, told]


class TestUndoing:
    def test_both_are_as_they_were(self, older, newer, ada):
        actions.tag(older, ["parcel"], by=ada)
        merge(older, newer, by=ada, at=MONDAY + 2 * HOUR)
        unmerge(older, by=ada, at=MONDAY + 3 * HOUR)
        assert (older.state, older.merged_into, older.resolved_at, newer.state) == ("new", None, None, "new")
        assert (waiting(older), waiting(newer)) == (
            [("first_response", 1, MONDAY)],
            [("first_response", 1, MONDAY + HOUR)],
        )
        assert (list(newer.tags.all()), newer.snippet, newer.last_message_at) == ([], "Hello?", MONDAY + HOUR)

    @pytest.mark.parametrize("state", ["pending", "on_hold", "resolved"])
    def test_each_goes_back_into_its_state(self, older, newer, ada, state):
        for ticket in (older, newer):
            reply(ticket, "What size?", by=ada, at=MONDAY + 2 * HOUR, then=State(state))
        says(older, "Size 42, and please hurry.", at=MONDAY + 3 * HOUR)
        actions.set_state(older, State(state), by=ada, at=MONDAY + 4 * HOUR)
        before = [(one.state, one.resolved_at, waiting(one)) for one in (older, newer)]
        resolutions = [replayed(one).last_resolved_at for one in (older, newer)]
        merge(older, newer, by=ada, at=MONDAY + 5 * HOUR)
        unmerge(older, by=ada, at=MONDAY + 6 * HOUR)
        assert [(one.state, one.resolved_at, waiting(one)) for one in (older, newer)] == before
        assert [(one.state, replayed(one).state) for one in (older, newer)] == [(state, state)] * 2
        assert [replayed(one).last_resolved_at for one in (older, newer)] == resolutions

    def test_what_came_since_stays_and_who_wrote_it(self, older, support, ada):
        other = asks(support, 2, at=MONDAY)
        merge(other, older, by=ada, at=MONDAY + HOUR)
        says(older, "I am here now.", at=MONDAY + 2 * HOUR, identity=other.customer.identities.get())
        unmerge(other, by=ada, at=MONDAY + 3 * HOUR)
        assert [message.text for message in conversation(older)] == ["Where is it?", "I am here now."]
        assert Participant.objects.filter(ticket=older).count() == 2
        assert (waiting(other), waiting(older)) == ([("first_response", 1, MONDAY)], [("first_response", 1, MONDAY)])

    def test_who_came_only_by_the_merge_leaves(self, older, support, ada):
        other = asks(support, 2)
        merge(other, older, by=ada)
        unmerge(other, by=ada)
        assert [one.customer for one in Participant.objects.filter(ticket=older)] == [older.customer]

    def test_what_the_target_answered_stays_answered(self, older, newer, ada):
        merge(older, newer, by=ada, at=MONDAY + 2 * HOUR)
        reply(newer, "It is on its way.", by=ada, at=MONDAY + 3 * HOUR)
        unmerge(older, by=ada, at=MONDAY + 4 * HOUR)
        first = replayed(newer).first_response
        assert (first.started_at, first.elapsed, newer.state, waiting(older)) == (
            MONDAY,
            3 * HOUR,
            "pending",
            [("first_response", 1, MONDAY)],
        )

    def test_one_in_the_middle_of_a_chain_waits_until_the_end_is_undone(self, older, newer, support, ada):
        third = asks(support, 1)
        merge(older, newer, by=ada)
        merge(newer, third, by=ada)
        with pytest.raises(Refused, match="is merged into another ticket itself"):
            unmerge(older, by=ada)
        unmerge(newer, by=ada)
        unmerge(older, by=ada)
        assert [one.state for one in Ticket.objects.order_by("pk")] == ["new", "new", "new"]

    def test_what_is_not_merged_can_t_be_taken_out(self, older, newer, ada):
        with pytest.raises(Refused, match="is not merged into another ticket"):
            unmerge(older, by=ada)
        assert not older.events.filter(kind=EventKind.UNMERGED).exists()
