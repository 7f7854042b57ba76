"""What networks share: one hook for many accounts, files that are fetched, conversations, echoes of our own words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from channels_adapters import registry
from channels_adapters.contracts import InboundMessage, ReachChanged, SendError
from inbox.agents.models import Agent, Team
from inbox.channels import actions as channels
from inbox.channels.access import account, hook_address
from inbox.channels.delivery import send
from inbox.channels.file_links import link_of
from inbox.channels.media import fetched
from inbox.channels.models import Channel, Delivery, Envelope
from inbox.channels.news import TooEarly, take_news
from inbox.channels.received import take_in
from inbox.common.clock import now
from inbox.customers.models import Identity
from inbox.tickets.actions import close_settled, resolve
from inbox.tickets.changes import Refused
from inbox.tickets.conversation import reply
from inbox.tickets.files import store
from inbox.tickets.models import Attachment, Message, Ticket
from tests import cast
from tests.inbox.channels import ravens
from tests.web import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def loft(billing: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    ravens.installed(monkeypatch)
    yield _loft("north", "nevermore")
    registry.adapter.cache_clear()
    registry.family_kinds.cache_clear()


def _loft(address: str, word: str) -> Channel:
    return channels.connect(kind=ravens.KIND, address=address, name=address.title(), secrets={"word": word})


def brings(loft: Channel, event: InboundMessage, attempts: int = 1) -> tuple[Message | None, str]:
    envelope = Envelope.objects.create(channel=loft, body=b"", body_hash=event.event_id, size=0, received_at=now())
    envelope.attempts = attempts
    return take_in(loft, envelope, event)


def fly(body: bytes, word: str) -> int:
    headers = {"X-Raven": ravens.signature(body, word)}
    return Visitor().post("/hooks/birds/", body, content_type="application/json", headers=headers).status_code


def test_one_request_reaches_every_account_it_is_for_and_proves_to_be_from(loft: Channel) -> None:
    _loft("south", "nevermore"), _loft("west", "another word")
    body = json.dumps(
        [{"loft": where, "number": f"{where}1"} for where in ("north", "south", "west", "nowhere")]
    ).encode()
    statuses = [fly(body, "nevermore"), fly(body, "nevermore"), fly(body, "wrong")]
    kept = sorted(Envelope.objects.values_list("channel__address", flat=True))
    assert (statuses, kept) == ([200, 200, 401], ["north", "south"])


def test_what_was_taken_is_acknowledged_in_the_words_of_the_network(loft: Channel) -> None:
    body = json.dumps([{"loft": "north", "number": "n1"}]).encode()
    addresses = ("/hooks/birds/", hook_address(loft).removeprefix("http://127.0.0.1:8000"))
    signed = {"X-Raven": ravens.signature(body, "nevermore")}
    answers = [Visitor().post(one, body, content_type="application/json", headers=signed) for one in addresses]
    assert [(one.status_code, one.content) for one in answers] == [(200, b"caught")] * 2


def test_the_shared_hook_shakes_hands_and_knows_no_other_family(loft: Channel) -> None:
    answers = [Visitor().get(f"/hooks/{family}/") for family in ("birds", "fish")]
    assert [(one.status_code, one.content) for one in answers] == [(200, b"caw"), (404, b"")]


def test_files_are_fetched_and_what_can_not_be_had_is_told(loft: Channel) -> None:
    ravens.RavenAdapter.roost["feather"] = b"\x89PNG\r\n\x1a\n"
    network, sender = registry.adapter(ravens.KIND), account(loft)
    right = hashlib.sha256(b"\x89PNG\r\n\x1a\n").hexdigest()

    def got(event: InboundMessage, *, is_last_try: bool = False) -> InboundMessage:
        (found,) = fetched([event], network, sender, loft, is_last_try=is_last_try)
        assert isinstance(found, InboundMessage)
        return found

    whole = got(ravens.letter("1", pictures=["feather"], sha256=right))
    gone = got(ravens.letter("2", pictures=["feather", "gone"]))
    forged = got(ravens.letter("3", pictures=["feather"], sha256="0" * 64))
    with pytest.raises(SendError):
        got(ravens.letter("4", pictures=["tired"]))
    late = got(ravens.letter("4", pictures=["tired"]), is_last_try=True)
    assert [(len(one.attachments), one.unsupported) for one in (whole, gone, forged, late)] == [
        (1, ""),
        (1, "gone.png: The picture is gone."),
        (0, "feather.png: What was fetched is not the file the network told of."),
        (0, "tired.png: The raven sleeps."),
    ]


def test_a_fetched_file_is_what_its_bytes_say(loft: Channel) -> None:
    ravens.RavenAdapter.roost.update({"photo": b"\xff\xd8\xff\xe0", "scan": b"%PDF-1.7", "song": b"?"})
    network, sender = registry.adapter(ravens.KIND), account(loft)
    asked = ravens.letter("1", pictures=["photo", "scan", "song"])
    (found,) = fetched([asked], network, sender, loft, is_last_try=False)
    assert isinstance(found, InboundMessage)
    assert [(one.filename, one.content_type) for one in found.attachments] == [
        ("photo.jpg", "image/jpeg"),
        ("scan.pdf", "application/pdf"),
        ("song.png", "image/png"),
    ]


def test_a_conversation_of_the_network_goes_on_in_its_ticket_whoever_writes(loft: Channel) -> None:
    first, _ = brings(loft, ravens.letter("1", by="bo", room="nest"))
    other, outcome = brings(loft, ravens.letter("2", by="eve", room="nest"))
    assert first
    assert other
    resolve(first.ticket, by=cast.maja())
    close_settled(Ticket.objects.get(), at=now() + timedelta(days=30))
    third, _ = brings(loft, ravens.letter("3", by="bo", room="nest"))
    fourth, _ = brings(loft, ravens.letter("4", by="bo", room="nest"))
    assert third
    assert fourth
    assert (other.ticket_id, outcome, other.is_stranger) == (first.ticket_id, "joined", True)
    assert (third.ticket.follows_id, fourth.ticket_id) == (first.ticket_id, third.ticket_id)


def test_what_is_said_to_us_alone_is_no_part_of_what_is_said_in_a_room(loft: Channel) -> None:
    said = [ravens.letter("1", room="nest"), ravens.letter("2"), ravens.letter("3", room="nest"), ravens.letter("4")]
    came = [brings(loft, one) for one in (*said, ravens.letter("5", room="tower"))]
    tickets = [message.ticket_id for message, _ in came if message]
    assert [outcome for _, outcome in came] == ["opened", "opened", "joined", "joined", "opened"]
    assert (tickets[:2], len(set(tickets))) == (tickets[2:4], 3)


def test_what_everybody_reads_has_a_ticket_of_its_own_unless_we_answered_it_privately(
    loft: Channel, ada: Agent
) -> None:
    said = [ravens.letter(str(number), is_public=number % 2 == 1) for number in range(4)]
    came = [brings(loft, one) for one in said]
    comment, _ = brings(loft, ravens.letter("5", by="eve", is_public=True))
    assert comment
    reply(comment.ticket, "Here.", by=ada, undo_seconds=0)
    Message.objects.filter(ticket=comment.ticket, direction="out").update(is_public=False)
    answer, outcome = brings(loft, ravens.letter("6", by="eve"))
    tickets = [message.ticket_id for message, _ in came if message]
    assert [one for _, one in came] == ["opened", "opened", "joined", "joined"]
    assert (tickets[:2], len(set(tickets))) == (tickets[2:], 2)
    assert (answer and answer.ticket_id, outcome) == (comment.ticket_id, "joined")


def test_an_echo_that_comes_before_the_answer_to_our_call_waits_for_it(loft: Channel) -> None:
    asked, _ = brings(loft, ravens.letter("1"))
    assert asked
    answer = reply(asked.ticket, "Caw!", by=cast.maja(), undo_seconds=0)
    Delivery.objects.filter(message=answer).update(status="sending", handed_over_at=now())
    echo = ravens.letter("out1", by="loft", text="Caw!", echo_to="bo")
    with pytest.raises(TooEarly):
        brings(loft, echo)
    Delivery.objects.filter(message=answer).update(status="sent", external_ids=["out1"])
    Envelope.objects.filter(body_hash="out1").delete()
    again = brings(loft, echo)
    Envelope.objects.filter(body_hash="out2").delete()
    elsewhere, outcome = brings(loft, ravens.letter("out2", by="loft", text="By hand.", echo_to="bo"))
    assert elsewhere
    assert (again[1], again[0], outcome, elsewhere.ticket_id) == ("echo", answer, "elsewhere", asked.ticket_id)


def test_who_shuts_us_out_is_known_until_he_lets_us_in_again(loft: Channel) -> None:
    brings(loft, ravens.letter("1"))
    who = ravens.letter("x").author
    states = []
    for number, state in enumerate(("blocked", "opted_out", "reachable")):
        take_news(loft, ReachChanged(f"r{number}", who, state), is_last_try=False)  # type: ignore[arg-type]
        identity = Identity.objects.get(value="bo")
        states.append((identity.blocked_at is not None, identity.opted_out_at is not None))
    assert states == [(True, False), (False, True), (False, False)]


def test_a_file_link_gives_the_file_to_whoever_has_it_until_its_message_is_deleted(loft: Channel) -> None:
    message, _ = brings(loft, ravens.letter("1"))
    assert message
    stored = store(b"<svg/>", filename="a.svg", content_type="image/svg+xml")
    kept = Attachment.objects.create(
        message=message, filename="a.svg", content_type="image/svg+xml", kind="file", size=6, sha256=stored.sha256
    )
    path = "/hooks/" + link_of(kept).partition("/hooks/")[2]
    got = Visitor().get(path)
    forged = Visitor().get(path.replace(path.split("/")[3], "x" + path.split("/")[3]))
    Message.objects.filter(pk=message.pk).update(deleted_at=now())
    assert (got.status_code, got.headers["Content-Disposition"], forged.status_code) == (
        200,
        'attachment; filename="a.svg"',
        404,
    )
    assert Visitor().get(path).status_code == 404


def test_what_left_before_a_failure_does_not_leave_again(loft: Channel) -> None:
    asked, _ = brings(loft, ravens.letter("1"))
    assert asked
    answer = reply(asked.ticket, "one two storm four", by=cast.maja(), undo_seconds=0)
    delivery = Delivery.objects.get(message=answer)
    after_the_storm = send(delivery.pk)
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=now() - timedelta(seconds=1))
    settled = send(delivery.pk)
    assert after_the_storm
    assert settled
    assert (after_the_storm.status, settled.status, ravens.RavenAdapter.flown, len(settled.external_ids)) == (
        "queued",
        "sent",
        ["one", "two", "storm", "four"],
        4,
    )
    assert Identity.objects.get(value="bo-old").customer == asked.customer


def test_who_turns_out_to_have_shut_us_out_is_known_by_it(loft: Channel) -> None:
    asked, _ = brings(loft, ravens.letter("1"))
    assert asked
    send(Delivery.objects.get(message=reply(asked.ticket, "shut", by=cast.maja(), undo_seconds=0)).pk)
    shut = Identity.objects.get(value="bo").blocked_at is not None
    brings(loft, ravens.letter("2"))
    assert (Delivery.objects.get().status, shut, Identity.objects.get(value="bo").blocked_at) == ("failed", True, None)


def test_an_answer_goes_the_way_the_network_leaves_open_and_not_at_all_once_it_closed(loft: Channel) -> None:
    asked, _ = brings(loft, ravens.letter("1", room="nest"))
    assert asked
    ticket, ways = asked.ticket, []
    for days in (0, 2):
        wrote_at = now() - timedelta(days=days)
        Message.objects.filter(pk=asked.pk).update(occurred_at=wrote_at)
        send(Delivery.objects.get(message=reply(ticket, "Caw", by=cast.maja(), undo_seconds=0)).pk)
        carried = ravens.RavenAdapter.carried[-1]
        ways.append((carried.way, carried.thread.visibility, carried.thread.keys[0]))
    Message.objects.filter(pk=asked.pk).update(occurred_at=now() - timedelta(days=8))
    with pytest.raises(Refused):
        reply(ticket, "Caw", by=cast.maja())
    assert ways == [("free", "private", "room:nest"), ("human_tag", "private", "room:nest")]
    assert Message.objects.filter(direction="out").count() == 2
