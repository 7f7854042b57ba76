"""Pollers: what they fetch, how far they got, and what they show when they can't."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.test import override_settings

from channels_adapters.contracts import Account, SendError
from inbox.channels import polling
from inbox.channels.access import account, sealed
from inbox.channels.accounts import change_account, switch
from inbox.channels.credentials import fresh_account, token_expires_at
from inbox.channels.idle import Listening, heard
from inbox.channels.models import Channel, Envelope, Poller
from inbox.channels.queries import backlog, pollers_of
from inbox.common.clock import now
from inbox.tickets.models import Message, Ticket
from tests.channels_adapters.email.mailboxes import letter, letters
from tests.inbox.channels.mailboxes import fetch, fetched, take_in
from tests.mail_servers import PASSWORD, Box, Dovecot

pytestmark = [pytest.mark.mail_server, pytest.mark.django_db]


@pytest.fixture
def box(dovecot: Dovecot) -> Box:
    return dovecot.box()


def test_what_is_fetched_becomes_tickets_once_and_the_poller_shows_it(
    company: None, dovecot: Dovecot, box: Box
) -> None:
    box.put(*letters(1, 2))
    channel = fetched(dovecot, box)
    poller = fetch(channel)
    again = fetch(channel)
    take_in()
    told = set(Envelope.objects.values_list("place", "state"))
    assert (poller.fetched, again.fetched, poller.fault, poller.attempts, Ticket.objects.count(), told) == (
        2,
        2,
        "",
        0,
        2,
        {("imap:INBOX", "done")},
    )
    assert again.succeeded_at
    assert again.next_attempt_at
    assert timedelta(seconds=50) < again.next_attempt_at - again.succeeded_at <= timedelta(seconds=60)


def test_there_is_a_poller_for_each_place_and_none_for_others(db: None, dovecot: Dovecot, box: Box) -> None:
    channel = fetched(dovecot, box, folders="INBOX, Orders", watch_sent=True)
    first = [poller.place for poller in polling.ensure_pollers(channel)]
    channel.settings |= {"folders": "Orders", "watch_sent": False}
    second = [poller.place for poller in polling.ensure_pollers(channel)]
    channel.settings |= {"incoming": "none"}
    assert (first, second, polling.ensure_pollers(channel)) == (
        ["imap:INBOX", "imap:Orders", "sent:"],
        ["imap:Orders"],
        [],
    )


def test_the_sweep_makes_pollers_and_leaves_alone_what_is_switched_off(db: None, dovecot: Dovecot, box: Box) -> None:
    channel = fetched(dovecot, box)
    Poller.objects.all().delete()
    due = polling.waiting()
    switch(channel, on=False)
    assert (due, polling.waiting(), polling.poll(due[0])) == ([Poller.objects.get().pk], [], None)


def test_a_wrong_password_shows_backs_off_and_heals(company: None, dovecot: Dovecot, box: Box) -> None:
    box.put(*letters(1))
    channel = fetched(dovecot, box)
    Channel.objects.update(secrets=sealed({"incoming_password": "guess"}))
    failed = polling.poll(Poller.objects.get().pk)
    assert failed
    shown = (
        failed.fault,
        "app password" in failed.error,
        failed.attempts,
        polling.waiting(),
        backlog(now()).stale_pollers,
    )
    Channel.objects.update(secrets=sealed({"incoming_password": PASSWORD}))
    healed = fetch(channel)
    assert (shown, (healed.fault, healed.error, healed.attempts, healed.fetched)) == (
        ("auth", True, 1, [], 1),
        ("", "", 0, 1),
    )


def test_settings_that_name_no_server_show_on_the_channel(db: None, dovecot: Dovecot, box: Box) -> None:
    channel = fetched(dovecot, box, incoming_host="")
    told = fetch(channel)
    Channel.objects.update(settings=channel.settings | {"incoming_host": "127.0.0.1"})
    polling.waiting()
    assert (told.place, told.fault, [poller.place for poller in pollers_of(channel)]) == ("", "auth", ["imap:INBOX"])


def test_a_round_ends_after_so_many_and_goes_on_at_once(
    company: None, dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "MOST_PAYLOADS", 2)
    box.put(*letters(*range(5)))
    fetched(dovecot, box)
    rounds = []
    while due := polling.waiting():
        polling.poll(due[0])
        rounds.append(Envelope.objects.count())
    assert rounds == [2, 4, 5]


def test_a_bell_during_a_round_is_not_lost(
    company: None, dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(*letters(1))
    fetched(dovecot, box)
    poller = Poller.objects.get()
    journal = polling.accept

    def rings(*arguments: object, **options: object) -> object:
        Poller.objects.update(next_attempt_at=now() - timedelta(seconds=1))
        return journal(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(polling, "accept", rings)
    polling.poll(poller.pk)
    assert polling.waiting() == [poller.pk]


def test_a_poller_that_another_took_over_writes_nothing(
    company: None, dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(*letters(1))
    fetched(dovecot, box)
    journal = polling.accept

    def late(*arguments: object, **options: object) -> object:
        Poller.objects.update(lease_token="00000000-0000-4000-8000-000000000000", cursor="another's")
        return journal(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(polling, "accept", late)
    told = polling.poll(Poller.objects.get().pk)
    assert (told and told.cursor, Envelope.objects.count()) == ("another's", 1)


def test_mails_moved_between_folders_and_numbered_anew_are_one_message_each(
    company: None, dovecot: Dovecot, box: Box
) -> None:
    box.put(*letters(1, 2, 3))
    channel = fetched(dovecot, box, folders="INBOX,Orders")
    fetch(channel)
    box.files()[0].rename(box.folder("Orders") / "cur" / "moved:2,S")
    box.files()[0].unlink()
    box.renumber()
    fetch(channel)
    take_in()
    assert (Envelope.objects.count(), Message.objects.count()) == (3, 3)


def _by_token(server: Dovecot, box: Box) -> Channel:
    channel = fetched(
        server,
        box,
        oauth_provider="other",
        oauth_authorize_url=f"{server.provider.url}/authorize",
        oauth_token_url=f"{server.provider.url}/token",
        oauth_client_id="inbox",
    )
    Channel.objects.filter(pk=channel.pk).update(
        secrets=sealed({"oauth_client_secret": "hush", "oauth_refresh_token": server.provider.allow(box.user)})
    )
    return Channel.objects.get(pk=channel.pk)


def test_a_token_is_renewed_before_it_expires_and_kept_sealed(company: None, dovecot: Dovecot, box: Box) -> None:
    dovecot.provider.reset()
    box.put(*letters(1))
    channel = _by_token(dovecot, box)
    fetch(channel)
    fetch(channel)
    stored = Channel.objects.get(pk=channel.pk)
    token = account(stored).secrets["oauth_access_token"]
    until = token_expires_at(stored)
    assert (Envelope.objects.count(), len(dovecot.provider.asked), token.encode() in bytes(stored.secrets)) == (
        1,
        1,
        False,
    )
    assert until
    assert timedelta(minutes=59) < until - now() <= timedelta(hours=1)


def test_a_token_that_is_void_before_its_time_is_renewed_once(company: None, dovecot: Dovecot, box: Box) -> None:
    dovecot.provider.reset()
    box.put(*letters(1))
    channel = _by_token(dovecot, box)
    fresh_account(channel)
    dovecot.provider.tokens.clear()
    told = fetch(channel)
    assert (told.fault, told.fetched, len(dovecot.provider.asked)) == ("", 1, 2)


def test_changed_settings_are_tried_at_once(company: None, dovecot: Dovecot, box: Box) -> None:
    channel = fetched(dovecot, box)
    fetch(channel)
    before = polling.waiting()
    told = {"address": box.user, "name": "Fetched", "brand": "", "language": "en", "team": None, "secrets": {}}
    change_account(channel, settings=channel.settings, **told)
    assert (before, polling.waiting()) == ([], [Poller.objects.get().pk])


def test_a_permission_that_was_withdrawn_shows_and_a_provider_that_is_away_does_not_while_the_token_opens(
    company: None, dovecot: Dovecot, box: Box
) -> None:
    dovecot.provider.reset()
    channel = _by_token(dovecot, box)
    dovecot.provider.life = 200
    first = fresh_account(channel).secrets["oauth_access_token"]
    dovecot.provider.error, dovecot.provider.status = "temporarily_unavailable", 503
    held = fresh_account(Channel.objects.get(pk=channel.pk)).secrets["oauth_access_token"]
    dovecot.provider.error, dovecot.provider.status = "invalid_grant", 400
    told = fetch(channel)
    dovecot.provider.reset()
    assert (held, told.fault, "connect the account again" in told.error) == (first, "auth", True)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_need_a_token_at_once_one_asks_for_it(dovecot: Dovecot, box: Box) -> None:
    dovecot.provider.reset()
    channel = _by_token(dovecot, box)
    found: list[Account | SendError] = []

    def asks() -> None:
        from django.db import connection

        found.append(fresh_account(Channel.objects.get(pk=channel.pk)))
        connection.close()

    threads = [threading.Thread(target=asks) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len({one.secrets["oauth_access_token"] for one in found if isinstance(one, Account)}), len(found)) == (1, 4)
    assert len(dovecot.provider.asked) == 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_arrives_rings_for_its_poller(dovecot: Dovecot, box: Box) -> None:
    channel = fetched(dovecot, box)
    poller = Poller.objects.get()
    listening = Listening()
    assert listening.look() == [poller.pk]
    _until(lambda: Poller.objects.get().next_attempt_at is not None, "listening did not begin")
    later = now() + timedelta(hours=1)
    Poller.objects.update(next_attempt_at=later)
    box.put(letter("rings"))
    _until(lambda: Poller.objects.get().next_attempt_at != later, "the bell did not ring")
    Channel.objects.update(settings=channel.settings | {"folders": "INBOX,Orders"})
    polling.waiting()
    changed = listening.look()
    switch(channel, on=False)
    assert (len(changed), listening.look()) == (2, [])
    listening.stop()


def test_a_bell_makes_the_poller_due(db: None, dovecot: Dovecot, box: Box) -> None:
    fetched(dovecot, box)
    Poller.objects.update(next_attempt_at=now() + timedelta(hours=1))
    before = polling.waiting()
    heard(Poller.objects.get().pk)
    assert (before, polling.waiting()) == ([], [Poller.objects.get().pk])


@override_settings(LEASE_SECONDS=120)
def test_a_poller_that_nobody_asks_is_stale_within_a_minute(db: None, dovecot: Dovecot, box: Box) -> None:
    channel = fetched(dovecot, box)
    at = now()
    fetch(channel)
    due = Poller.objects.get().next_attempt_at
    assert due
    stale = [backlog(due + timedelta(seconds=late)).stale_pollers for late in (59, 61)]
    switch(channel, on=False)
    assert (stale, backlog(at + timedelta(days=1)).stale_pollers) == ([0, 1], 0)


def _until(holds: object, otherwise: str) -> None:
    deadline = time.monotonic() + 60
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.02)
