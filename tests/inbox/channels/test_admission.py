"""What networks refuse because they let an account in no more: told to admins once, over when it is let in again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from channels_adapters import registry
from channels_adapters.contracts import (
    AccountEvent,
    Attachment,
    AttachmentKind,
    CheckResult,
    Fault,
    Identifier,
    MediaRef,
    SendError,
)
from inbox.agents.models import Agent, Team
from inbox.channels import actions as channels
from inbox.channels.access import account, sealed
from inbox.channels.accounts import change_account, keep_tokens
from inbox.channels.admission import note_admission, note_refusal
from inbox.channels.delivery import send
from inbox.channels.expiry import learn_from_check
from inbox.channels.intake import accept, process
from inbox.channels.media import fetched
from inbox.channels.message_templates import sync_again
from inbox.channels.models import AccountNews, Channel, Delivery
from inbox.channels.news import take_news
from inbox.channels.polling import ensure_pollers, poll
from inbox.channels.profile_models import ProfileLookup
from inbox.channels.profiles import look_up
from inbox.channels.queries import without_access
from inbox.channels.settling import found_by_network
from inbox.common.clock import now
from inbox.escalations.letters import Notice, mail, post
from inbox.escalations.queries import unseen
from inbox.live.announce import bell
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from inbox.workspace.bell import said_of
from tests import cast
from tests.channels_adapters.email.scripted_smtp import Script, serving
from tests.inbox.channels import ravens
from tests.networks import messenger, whatsapp
from tests.networks.graph import TOKEN, refusal
from tests.networks.messenger import Messenger
from tests.networks.whatsapp import WhatsApp

pytestmark = pytest.mark.django_db
SAID = "Meta does not accept the access token any more: connect the account again."


@pytest.fixture
def network() -> Iterator[Messenger]:
    with Messenger() as running:
        yield running


@pytest.fixture
def page(billing: Team, maja: Agent) -> Channel:
    return _page()


def _page() -> Channel:
    secrets = dict(messenger.account().secrets)
    channel = channels.connect(kind="messenger", address=messenger.PAGE, name="Page", secrets=secrets)
    process(accept(channel, messenger.STORY.inbound("Hello?", "")).envelope_id)
    return channel


def _answered(text: str) -> Delivery:
    return Delivery.objects.get(message=reply(Ticket.objects.get(), text, by=cast.maja(), undo_seconds=0))


def _sent(text: str) -> str:
    waiting = _answered(text)
    # Nobody waits for the network's pace here.
    bell().delete(f"inbox:pace:{waiting.channel_id}")
    delivery = send(waiting.pk)
    assert delivery
    return f"{delivery.status} {delivery.fault}".strip()


def _lost() -> list[str]:
    """The accounts without access."""
    return [one.name for one in without_access(now())]


def _bell() -> list[str]:
    return [said_of(notice) for notice in unseen(cast.maja()).order_by("id")]


def _news() -> list[tuple[str, str, bool]]:
    told = AccountNews.objects.order_by("id").values_list("name", "details", "settled_at")
    return [(name, details, settled_at is not None) for name, details, settled_at in told]


def test_a_refused_send_costs_the_account_its_access_once_until_one_leaves_again(
    network: Messenger, page: Channel
) -> None:
    seen = [(_sent("One."), _lost())]
    network.tokens.clear()
    seen += [(_sent(text), _lost()) for text in ("Two.", "Three.")]
    rung = _bell()
    network.tokens.add(TOKEN)
    seen.append((_sent("Four."), _lost()))
    assert seen == [("sent", []), ("failed auth", ["Page"]), ("failed auth", ["Page"]), ("sent", [])]
    assert (rung, _news()) == (["Page: The network lets us in no more"], [("access_refused", SAID, True)])
    network.tokens.clear()
    assert (_sent("Five."), _lost(), len(_bell()), len(_news())) == ("failed auth", ["Page"], 2, 2)


@pytest.mark.parametrize(("code", "fault"), [(10, "not_allowed"), (200, "not_allowed"), (551, "recipient"), (1, "")])
def test_what_is_not_the_accounts_fault_costs_it_nothing(
    network: Messenger, page: Channel, code: int, fault: str
) -> None:
    network.bad_days = [refusal(code)]
    status = _sent("One.")
    assert (status, _lost(), _news()) == (f"failed {fault}" if fault else "queued temporary", [], [])


def _new_secrets(channel: Channel) -> None:
    values = {"address": channel.address, "name": "Page", "brand": "", "language": "en", "team": None}
    change_account(channel, **values, settings={}, secrets={"access_token": "EAAB-newer"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "mends",
    [
        _new_secrets,
        lambda channel: keep_tokens(channel, {"access_token": "EAAB-newer"}),
        lambda channel: learn_from_check(channel, [CheckResult("Token", True)]),
    ],
    ids=["new secrets", "signed in again", "a check that passes"],
)
def test_whoever_mends_the_account_ends_it(
    network: Messenger, page: Channel, mends: Callable[[Channel], object]
) -> None:
    network.tokens.clear()
    _sent("One.")
    learn_from_check(page, [CheckResult("Token", False)])
    before = _lost()
    mends(Channel.objects.get())
    assert (before, _lost(), _news()) == (["Page"], [], [("access_refused", SAID, True)])


def test_what_old_credentials_were_refused_says_nothing_about_new_ones(network: Messenger, page: Channel) -> None:
    slow = Channel.objects.get()
    keep_tokens(page, {"access_token": "EAAB-newer"})
    note_refusal(slow, SendError(Fault.AUTH, SAID))
    assert (_lost(), _bell()) == ([], [])


def test_what_was_handed_over_before_a_refusal_does_not_take_it_back(network: Messenger, page: Channel) -> None:
    began = now()
    note_refusal(page, SendError(Fault.AUTH, SAID))
    note_admission(page, since=began)
    before = _lost()
    note_admission(page, since=now())
    assert (before, _lost()) == (["Page"], [])


def test_what_the_network_told_itself_is_neither_repeated_nor_ended_by_a_send(
    network: Messenger, page: Channel
) -> None:
    take_news(page, AccountEvent("1", "app_deauthorized", "The app was removed."), is_last_try=True)
    network.bad_days = [refusal(190, status=401)]
    sent = [_sent("One."), _sent("Two.")]
    assert (sent, _lost(), _news()) == (
        ["failed auth", "sent"],
        ["Page"],
        [("app_deauthorized", "The app was removed.", False)],
    )
    assert _bell() == ["Page: Access was taken away"]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_are_refused_at_once_one_tells_it(network: Messenger, maja: Agent) -> None:
    page, together = _page(), Barrier(8)
    network.tokens.clear()

    def asks(_: int) -> None:
        mine = Channel.objects.get(pk=page.pk)
        try:
            registry.adapter("messenger").fetch_profile(Identifier("psid", messenger.CUSTOMER), account(mine))
        except SendError as problem:
            together.wait()
            note_refusal(mine, problem)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(asks, range(8)))
    assert (len(_news()), len(_bell())) == (1, 1)


def test_a_lookup_that_is_refused_says_so(network: Messenger, page: Channel) -> None:
    network.tokens.clear()
    found = [look_up(one.pk) for one in ProfileLookup.objects.all()]
    assert (found, _lost()) == ([None], ["Page"])


def test_templates_and_files_that_are_refused_say_so(billing: Team, maja: Agent) -> None:
    secrets = dict(whatsapp.ACCOUNT.secrets)
    settings = dict(whatsapp.ACCOUNT.settings)
    number = channels.connect(kind="whatsapp", address=whatsapp.NUMBER, name="No", secrets=secrets, settings=settings)
    said = registry.adapter("whatsapp").parse(whatsapp.STORY.inbound("Look.", ""), account(number))
    picture = Attachment(AttachmentKind.IMAGE, "a.png", "image/png", 0, ref=MediaRef("7"))
    shown = [replace(said[0], event_id="with a picture", attachments=(picture,))]  # type: ignore[type-var]
    lost = []
    with WhatsApp() as running:
        running.tokens.clear()
        assert sync_again(number.pk) is None
        lost.append(_lost())
        AccountNews.objects.all().delete()
        fetched(shown, registry.adapter("whatsapp"), account(number), number, is_last_try=False)
        lost.append(_lost())
    assert lost == [["No"], ["No"]]


def test_a_network_that_does_not_say_what_became_of_a_message_says_so(
    billing: Team, maja: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: object) -> None:
        raise SendError(Fault.AUTH, "No ravens of yours.")

    ravens.installed(monkeypatch)
    monkeypatch.setattr(ravens.RavenAdapter, "find_outbound", nothing)
    channel = channels.connect(kind=ravens.KIND, address="north", name="North", secrets={"word": "nevermore"})
    found = found_by_network(Delivery(channel=channel))
    registry.adapter.cache_clear()
    registry.family_kinds.cache_clear()
    assert (found, _news()) == (None, [("access_refused", "No ravens of yours.", False)])


def test_a_sample_has_no_access_to_lose(page: Channel) -> None:
    Channel.objects.update(settings={"sample": True})
    sample = Channel.objects.get()
    note_refusal(sample, SendError(Fault.AUTH, "This account is a sample: no network is behind it."))
    assert _news() == []


def test_a_mail_server_that_lets_us_in_no_more_is_told_of_for_what_leaves_only(support: Channel, maja: Agent) -> None:
    with serving(Script(password="right")) as script:
        mailbox = {"incoming": "imap", "incoming_host": "127.0.0.1", "incoming_port": "x"}
        server = {"host": "127.0.0.1", "port": script.port, "security": "none", "username": "support"}
        secrets = sealed({"password": "wrong"})
        Channel.objects.filter(pk=support.pk).update(settings={**mailbox, **server}, secrets=secrets)
        channel = Channel.objects.get(pk=support.pk)
        (poller,) = ensure_pollers(channel)
        polled = poll(poller.pk)
        assert polled
        assert found_by_network(Delivery(channel=channel)) is None
        told = [(polled.fault, _lost())]
        letter = Notice("n", 1, "Late", "Late", (), "https://x.example", "Open", "Because.")
        with pytest.raises(SendError) as refused:
            post(mail(letter, maja, channel), maja, channel)
        told.append((refused.value.fault, _lost()))
        Channel.objects.filter(pk=support.pk).update(secrets=sealed({"password": "right"}))
        channel = Channel.objects.get(pk=support.pk)
        post(mail(letter, maja, channel), maja, channel)
    assert (told, _lost(), len(_bell())) == ([("auth", []), ("auth", ["Nordlys Support"])], [], 1)


def test_when_it_was_noted_is_when_it_began(network: Messenger, page: Channel) -> None:
    network.tokens.clear()
    _sent("One.")
    AccountNews.objects.update(at=now() - timedelta(hours=2))
    _sent("Two.")
    took = now() - AccountNews.objects.get().at
    assert timedelta(hours=2) <= took < timedelta(hours=3)
