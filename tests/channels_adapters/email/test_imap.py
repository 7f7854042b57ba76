"""Fetching by IMAP from a real server: nothing lost, nothing doubled, nothing marked."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels_adapters.contracts import Fault, Identifier, OutboundMessage, Person, Polled, Recipient, SendError
from channels_adapters.email import imap_poll
from channels_adapters.email.imap import save_sent
from channels_adapters.email.imap_cursor import Cursor
from channels_adapters.email.incoming import Mailbox
from channels_adapters.registry import adapter
from tests.channels_adapters.email.mailboxes import LONG_AGO, account, letter, letters, look, polled, refused, subjects
from tests.channels_adapters.email.scripted_smtp import Script, serving
from tests.mail_servers import Box, Dovecot, Proxy

pytestmark = pytest.mark.mail_server


@pytest.fixture
def box(dovecot: Dovecot) -> Box:
    return dovecot.box()


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[Proxy]:
    proxy = Proxy(dovecot.ports["imap"])
    yield proxy
    proxy.stop()


def test_mails_come_in_order_and_byte_for_byte_and_nothing_is_marked(dovecot: Dovecot, box: Box) -> None:
    odd = letter("odd", "x" * 100_000 + "\r\n.\r\n\té\r\n\r\n")
    box.put(*letters(1, 2), odd)
    found = polled(account(dovecot, box))
    assert (subjects(found), found[3].payload and found[3].payload.body, box.flags()) == (["1", "2", "odd"], odd, "")


def test_a_second_look_brings_only_what_is_new_whether_read_or_not(dovecot: Dovecot, box: Box) -> None:
    box.put(*letters(1, 2))
    here = account(dovecot, box)
    _, cursor = look(here)
    box.put(*letters(3))
    for file in box.files():
        file.rename(box.root / "cur" / f"{file.name.partition(':')[0]}:2,S")
    assert [look(here, cursor)[0], look(here, look(here, cursor)[1])[0]] == [["3"], []]


def test_only_mail_from_the_moment_of_connecting_counts_even_if_the_server_was_away_then(
    dovecot: Dovecot, box: Box, proxy: Proxy
) -> None:
    box.put(*letters("old"), at=LONG_AGO)
    proxy.is_closed = True
    here = account(dovecot, box, incoming_port=proxy.port, since="new")
    beginning = next(adapter("email").poll(here, "imap:INBOX", ""))
    assert refused(here, beginning.cursor)[0] is Fault.TEMPORARY
    box.put(*letters("meanwhile"))
    proxy.is_closed = False
    first, cursor = look(here, beginning.cursor)
    box.put(*letters("old, and moved here"), at=LONG_AGO)
    box.put(*letters("later"))
    assert (beginning.payload, first, look(here, cursor)[0]) == (None, ["meanwhile"], ["later"])


@pytest.mark.parametrize(
    ("since", "counted"), [("7", ["new"]), ("30", ["some", "new"]), ("all", ["old", "some", "new"])]
)
def test_earlier_mail_counts_as_far_back_as_is_set(dovecot: Dovecot, box: Box, since: str, counted: list[str]) -> None:
    box.put(*letters("old"), at=LONG_AGO)
    box.put(*letters("some"), at=datetime.now(UTC) - timedelta(days=10))
    box.put(*letters("new"))
    assert look(account(dovecot, box, since=since))[0] == counted


def test_another_choice_of_what_counts_begins_anew(dovecot: Dovecot, box: Box) -> None:
    box.put(*letters("old"), at=LONG_AGO)
    _, cursor = look(account(dovecot, box, since="new"))
    assert look(account(dovecot, box, since="all"), cursor)[0] == ["old"]


def test_a_server_that_numbers_anew_is_listed_again(dovecot: Dovecot, box: Box) -> None:
    box.put(*letters(1, 2))
    here = account(dovecot, box)
    _, cursor = look(here)
    box.renumber()
    box.put(*letters(3))
    again, later = look(here, cursor)
    assert (again, look(here, later)[0]) == (["1", "2", "3"], [])


def test_a_number_that_shows_up_late_is_found(dovecot: Dovecot, box: Box) -> None:
    box.put(*letters(1, 2, 3))
    here = account(dovecot, box)
    cursor = Cursor.read(look(here)[1])
    as_if_unseen = replace(cursor, seen=cursor.seen - {2})
    assert look(here, as_if_unseen.written())[0] == ["2"]


def test_mails_that_others_delete_or_mark_as_deleted_never_come(dovecot: Dovecot, box: Box) -> None:
    box.put(*letters(1, 2, 3, 4))
    looking = adapter("email").poll(account(dovecot, box), "imap:INBOX", "")
    first = [next(looking), next(looking)]
    files = box.files()
    files[2].unlink()
    rest = [*first, *looking]
    box.put(*letters(5))
    box.files()[-1].rename(box.root / "cur" / "marked:2,T")
    assert (subjects(rest), look(account(dovecot, box), rest[-1].cursor)[0]) == (["1", "2", "4"], [])


def test_a_connection_cut_at_any_byte_loses_and_doubles_nothing(dovecot: Dovecot, box: Box, proxy: Proxy) -> None:
    box.put(*[letter(number, "x" * 3000) for number in range(20)])
    here = account(dovecot, box, incoming_port=proxy.port)
    chance = random.Random(7)
    proxy.cuts = [chance.randrange(200, 30_000) for _ in range(12)]
    found: list[Polled] = []
    # Each try uses up a cut; where the server can't be reached at all, the loop must end too.
    for _attempt in range(len(proxy.cuts)):
        looking = adapter("email").poll(here, "imap:INBOX", found[-1].cursor if found else "")
        with suppress(SendError):
            found.extend(looking)
    last = polled(here, found[-1].cursor)
    assert (sorted(map(int, subjects([*found, *last]))), proxy.cut > 5) == (list(range(20)), True)


def test_a_mail_that_can_not_be_had_waits_for_the_others_and_is_told_of_in_the_end(
    dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_poll, "MOST_TRIES", 2)
    box.put(*letters(1, "broken", 3))
    here = account(dovecot, box)
    # Listed, and not to be read by the server itself.
    box.files()[1].chmod(0)
    found, told = [], []
    for _attempt in range(3):
        looking = adapter("email").poll(here, "imap:INBOX", found[-1].cursor if found else "")
        try:
            found.extend(looking)
        except SendError as problem:
            told.append(problem.fault)
    message = adapter("email").parse(next(one.payload for one in reversed(found) if one.payload), here)[0]
    assert (subjects(found), told, getattr(message, "unsupported", "")) == (
        ["1", "3", ""],
        [Fault.TEMPORARY] * 3,
        f"The mail server could not hand this mail over. It is in the folder INBOX of {box.user}.",
    )


def test_a_mail_that_is_too_large_comes_with_its_head_and_says_so(
    dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_poll, "MAX_MAIL", 1024 * 1024)
    box.put(letter("large", "x" * 1024 * 1024), letter("small"))
    here = account(dovecot, box, after_import="delete")
    found = [one.payload for one in polled(here) if one.payload]
    message = adapter("email").parse(found[0], here)[0]
    assert (
        getattr(message, "subject", ""),
        len(found[0].body) < 200,
        getattr(message, "unsupported", ""),
        len(found),
        len(box.files()),
    ) == (
        "large",
        True,
        f"This mail has 1 MB, more than the 1 MB that are taken in. It is in the folder INBOX of {box.user}.",
        2,
        1,
    )


def test_a_large_mail_comes_in_pieces(dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_poll, "_PIECE", 1000)
    mail = letter("pieces", "0123456789" * 500)
    box.put(mail)
    assert [one.payload.body for one in polled(account(dovecot, box)) if one.payload] == [mail]


def test_a_crowded_mailbox_is_searched_in_pieces(dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_poll, "_SEARCHED_AT_ONCE", 3)
    monkeypatch.setattr(imap_poll, "_DESCRIBED_AT_ONCE", 2)
    box.put(*letters(*range(8)))
    assert look(account(dovecot, box))[0] == [str(number) for number in range(8)]


@pytest.mark.parametrize(
    ("choice", "flags", "here", "there"), [("seen", "S", 2, 0), ("move", "", 0, 2), ("delete", "", 0, 0)]
)
def test_a_mail_is_marked_moved_or_deleted_only_once_it_is_journalled(
    dovecot: Dovecot, box: Box, choice: str, flags: str, here: int, there: int
) -> None:
    box.put(*letters(1, 2))
    told = account(dovecot, box, after_import=choice, after_import_folder="Done")
    looking = adapter("email").poll(told, "imap:INBOX", "")
    handed_out = [next(looking), next(looking)]
    untouched = (len(box.files()), box.flags())
    # Whoever journalled the first one died before he could ask for the next.
    looking.close()  # type: ignore[attr-defined]
    rest = polled(told, handed_out[-1].cursor)
    assert (untouched, subjects([*handed_out, *rest]), box.flags(), len(box.files()), len(box.files("Done"))) == (
        (2, ""),
        ["1", "2"],
        flags,
        here,
        there,
    )


def test_several_folders_are_read_apart_and_one_that_is_missing_is_named(dovecot: Dovecot, box: Box) -> None:
    box.put(*letters(1))
    box.put(*letters(2), folder="Orders")
    here = account(dovecot, box, folders="INBOX, Orders, Nowhere")
    places = adapter("email").places(here)
    fault, reason = refused(here, place=places[2])
    assert (
        places,
        [look(here, place=place)[0] for place in places[:2]],
        fault,
        "Nowhere" in reason,
        "Orders" in reason,
    ) == (
        ("imap:INBOX", "imap:Orders", "imap:Nowhere"),
        [["1"], ["2"]],
        Fault.BLOCKED,
        True,
        True,
    )


def test_mails_written_elsewhere_come_as_ours_from_the_folder_of_sent_mail(dovecot: Dovecot, box: Box) -> None:
    here = account(dovecot, box, watch_sent=True)
    look(here)
    box.put(letter("from my phone"), folder="Sent")
    payload = next(one.payload for one in polled(here, place="sent:") if one.payload)
    message = adapter("email").parse(payload, here)[0]
    assert (adapter("email").places(here), getattr(message, "direction", "")) == (("imap:INBOX", "sent:"), "echo")


def test_a_copy_of_what_we_sent_is_kept_once_and_found_by_its_reference(dovecot: Dovecot, box: Box) -> None:
    here = account(dovecot, box)
    ref = "8d0f6f9e-53a5-4bd0-9a54-3f7ab1c2d9e0"
    mail = letter("ours", message_id=f"<{ref.replace('-', '')}.token@nordlys.example>")
    mailbox = Mailbox.of(here)
    before = adapter("email").find_outbound(ref, here)
    saved = [save_sent(mailbox, mail), save_sent(mailbox, mail)]
    found = adapter("email").find_outbound(ref, here)
    assert (before, saved, found and found.external_ids, box.flags("Sent"), len(box.files("Sent"))) == (
        None,
        [True, False],
        (f"<{ref.replace('-', '')}.token@nordlys.example>",),
        "S",
        1,
    )


def test_a_mailbox_that_is_not_fetched_can_not_tell_and_one_that_is_away_says_so(dovecot: Dovecot, box: Box) -> None:
    with pytest.raises(SendError):
        adapter("email").find_outbound("1", account(dovecot, box, password="wrong"))
    assert adapter("email").find_outbound("1", account(dovecot, box, incoming="none")) is None


def test_a_reply_that_left_is_kept_in_the_mailbox_and_a_mailbox_that_is_away_does_not_undo_it(
    dovecot: Dovecot, box: Box
) -> None:
    reply = OutboundMessage("8d0f6f9e", (Recipient(Person((Identifier("email", "bo@larsen.example"),))),), text="Hi")
    with serving(Script()) as script:
        out = {"host": "127.0.0.1", "port": script.port, "security": "none", "saves_sent": True}
        kept = adapter("email").send(reply, account(dovecot, box, **out))
        away = adapter("email").send(reply, account(dovecot, box, password="wrong", **out))
    assert (len(script.taken), len(box.files("Sent")), kept.detail, "no copy" in away.detail) == (2, 1, "", True)


def test_encryption_by_tls_and_starttls_and_what_is_not_trusted(
    dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(*letters(1))
    ways = [
        account(dovecot, box, incoming_host="localhost", incoming_security="tls", incoming_port=dovecot.ports["imaps"]),
        account(dovecot, box, incoming_host="localhost", incoming_security="starttls"),
    ]
    strange = refused(ways[0])
    crossed = refused(account(dovecot, box, incoming_security="tls"))
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    other_name = refused(account(dovecot, box, incoming_security="starttls"))
    assert (
        [look(way)[0] for way in ways],
        [fault for fault, _ in (strange, crossed, other_name)],
        "SSL_CERT_FILE" in strange[1],
        "port and the encryption" in crossed[1],
        "another name than 127.0.0.1" in other_name[1],
    ) == ([["1"], ["1"]], [Fault.AUTH] * 3, True, True, True)


def test_a_wrong_password_and_a_server_that_is_away_say_what_to_do(dovecot: Dovecot, box: Box, proxy: Proxy) -> None:
    wrong = refused(account(dovecot, box, password="guess"))
    port = proxy.port
    proxy.stop()
    away = refused(account(dovecot, box, incoming_port=port))
    assert (wrong[0], "app password" in wrong[1], away[0], f"127.0.0.1:{port}" in away[1]) == (
        Fault.AUTH,
        True,
        Fault.TEMPORARY,
        True,
    )


def test_a_connection_cut_while_signing_in_is_no_wrong_password(dovecot: Dovecot, box: Box, proxy: Proxy) -> None:
    proxy.cuts = [60, 180, 300]
    here = account(dovecot, box, incoming_port=proxy.port)
    assert [refused(here)[0] for _ in range(3)] == [Fault.TEMPORARY] * 3


def test_sign_in_by_token(dovecot: Dovecot, box: Box) -> None:
    box.put(*letters(1))
    here = account(dovecot, box, oauth_provider="google")
    good = replace(here, secrets={"oauth_access_token": dovecot.provider.token(box.user)})
    bad = replace(here, secrets={"oauth_access_token": "stale"})
    assert (look(good)[0], refused(bad)[0], "stale" in refused(bad)[1]) == (["1"], Fault.AUTH, False)


def test_the_bell_rings_when_a_mail_arrives(dovecot: Dovecot, box: Box) -> None:
    listening = adapter("email").listen(account(dovecot, box), "imap:INBOX")
    rings = [next(listening)]
    threading.Timer(0.05, lambda: box.put(*letters(1))).start()
    rings.append(next(ring for ring in listening if ring))
    listening.close()  # type: ignore[attr-defined]
    assert rings == [True, True]


def test_a_listener_whose_line_is_cut_is_told(dovecot: Dovecot, box: Box, proxy: Proxy) -> None:
    listening = adapter("email").listen(account(dovecot, box, incoming_port=proxy.port), "imap:INBOX")
    next(listening)
    threading.Timer(0.05, lambda: proxy.drop()).start()
    with pytest.raises(SendError) as told:
        list(listening)
    assert told.value.fault is Fault.TEMPORARY


def test_a_check_shows_the_server_the_folders_and_the_newest_mails_and_changes_nothing(
    dovecot: Dovecot, box: Box
) -> None:
    box.put(*letters(1, 2, 3, "=?utf-8?q?F=C3=BCr_Sie?="), at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    steps = list(adapter("email").check(account(dovecot, box)))
    assert ([(one.label, one.passed) for one in steps], steps[-1].details, "Sent mail: Sent" in steps[2].details) == (
        [
            (f"Incoming mail server 127.0.0.1:{dovecot.ports['imap']}", True),
            (f"Signed in as {box.user}", True),
            ("Folders", True),
            ("Folder INBOX", True),
            ("Newest mails", True),
        ],
        tuple(f"2026-03-01 09:30 · Bo <bo@larsen.example> · {subject}" for subject in ("Für Sie", "3", "2")),
        True,
    )
    assert box.flags() == ""


def test_a_check_stops_at_what_fails_and_says_what_to_do(dovecot: Dovecot, box: Box) -> None:
    steps = adapter("email").check(account(dovecot, box, password="guess"))
    missing = adapter("email").check(account(dovecot, box, incoming_host=""))
    assert [(one.label, one.passed, bool(one.advice)) for one in (*steps, *missing)] == [
        (f"Signed in as {box.user}", False, True),
        ("Settings of incoming mail", False, True),
    ]
