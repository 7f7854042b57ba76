"""What is set up for a chat is kept as it was meant, or refused with what to do; by admins only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from channels_adapters.contracts import InvalidSignature
from channels_adapters.livechat.frames import check, payload_of
from inbox.agents.actions import NotAllowed
from inbox.agents.models import Agent
from inbox.channels.access import account, opened
from inbox.channels.models import Channel
from inbox.chats.form_fields import Question, questions_of, set_questions
from inbox.chats.identity_secrets import end_old_secret, rotate_secret, secrets_of
from inbox.chats.models import ChatWidget
from inbox.chats.settings import InvalidSettings, edit_chat, edit_widget, make_chat, set_logo, set_origins, set_texts
from inbox.common.clock import now
from inbox.surveys.logos import InvalidLogo
from inbox.tickets.changes import Refused
from tests import cast
from tests.inbox.surveys.test_logos import png

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def widget(company: None) -> ChatWidget:
    return cast.shop_chat().widget


@pytest.fixture
def maja(company: None) -> Agent:
    return cast.maja()


def refused(verb: Callable[..., Any], *args: Any, **values: Any) -> list[str]:
    """The names of what is wrong."""
    with pytest.raises(InvalidSettings) as caught:
        verb(*args, **values)
    return sorted(caught.value.errors)


def test_a_new_chat_stands_on_its_sites_and_writes_by_the_mailbox_of_its_team(company: None, maja: Agent):
    support = cast.support()
    made = make_chat(name=" Shop chat ", origins=["shop.example"], team=support.team, colour="#aa3300", by=maja)
    widget = made.widget
    assert (made.name, made.kind, made.team, widget.origins, widget.colour, widget.mailbox) == (
        "Shop chat",
        "livechat",
        support.team,
        ["https://shop.example"],
        "#aa3300",
        support,
    )


def test_a_chat_that_could_stand_nowhere_is_not_made(company: None, maja: Agent):
    wrong = [
        refused(make_chat, name="", origins=[" "], language="xx", colour="red", by=maja),
        refused(make_chat, name="Shop", origins=["https://shop.example", "http://a.example"], by=maja),
    ]
    assert (wrong, Channel.objects.filter(kind="livechat").count()) == (
        [["colour", "language", "name", "origins"], ["origins"]],
        0,
    )


def test_what_is_named_changes_and_the_rest_stays(widget: ChatWidget, maja: Agent):
    edited = edit_widget(widget, by=maja, colour="#AA3300", side="left", idle_warn_minutes=None, idle_pend_minutes=None)
    stored = ChatWidget.objects.get(pk=widget.pk)
    assert (stored.colour, stored.side, stored.idle_warn_minutes, stored.idle_pend_minutes, stored.theme) == (
        "#AA3300",
        "left",
        None,
        None,
        "auto",
    )
    assert edited == stored


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"colour": "red"}, ["colour"]),
        ({"side": "top", "theme": "pink"}, ["side", "theme"]),
        ({"offset_x": 201, "offset_y": -1}, ["offset_x", "offset_y"]),
        ({"idle_warn_minutes": 0}, ["idle_warn_minutes"]),
        ({"idle_warn_minutes": None}, ["idle_warn_minutes"]),
        ({"mail_after_minutes": None}, ["mail_after_minutes"]),
        ({"plays_sound": "yes"}, ["plays_sound"]),
    ],
)
def test_what_can_not_be_is_refused_and_changes_nothing(
    widget: ChatWidget, maja: Agent, values: dict[str, Any], wrong: list[str]
):
    before = ChatWidget.objects.values().get(pk=widget.pk)
    assert refused(edit_widget, widget, by=maja, takes_files=False, **values) == wrong
    assert ChatWidget.objects.values().get(pk=widget.pk) == before


def test_letters_leave_by_a_mailbox_that_is_on(widget: ChatWidget, maja: Agent):
    support = cast.support()
    edit_widget(widget, by=maja, mailbox=support)
    Channel.objects.filter(pk=support.pk).update(is_active=False)
    support.refresh_from_db()
    wrong = [refused(edit_widget, widget, by=maja, mailbox=one) for one in (support, widget.channel)]
    assert (ChatWidget.objects.get().mailbox, wrong) == (support, [["mailbox"], ["mailbox"]])


def test_sites_are_kept_as_origins_or_not_at_all(widget: ChatWidget, maja: Agent):
    kept = set_origins(widget, ["Shop.example/cart", "https://*.outlet.example"], by=maja).origins
    assert refused(set_origins, widget, ["https://a.example", "http://b.example"], by=maja) == ["origins"]
    stored = ChatWidget.objects.get().origins
    assert (kept, stored) == (["https://shop.example", "https://*.outlet.example"],) * 2


def test_words_are_kept_by_language_and_empty_ones_are_the_products(widget: ChatWidget, maja: Agent):
    set_texts(widget, {"en": {"greeting": " Hello! ", "title": "A\nline"}, "ru": {"consent": "Да"}}, by=maja)
    set_texts(widget, {"en": {"greeting": "", "title": ""}, "ru": {"closed": "Закрыто"}}, by=maja)
    kept = list(widget.texts.values_list("language", "title", "greeting", "closed", "consent"))
    assert kept == [("ru", "", "", "Закрыто", "Да")]


def test_words_that_are_too_long_are_refused_and_none_is_kept(widget: ChatWidget, maja: Agent):
    wrong = refused(set_texts, widget, {"en": {"title": "x" * 81, "greeting": "Hello"}}, by=maja)
    assert (wrong, widget.texts.count()) == (["en-title"], 0)


def test_a_logo_is_a_picture(widget: ChatWidget, maja: Agent):
    with pytest.raises(InvalidLogo):
        set_logo(widget, b"<svg/>", by=maja)
    shown = [set_logo(widget, png(), by=maja).logo, set_logo(widget, None, by=maja).logo]
    assert (len(shown[0]), shown[1]) == (64, "")


def test_a_chat_changes_its_name_team_and_language_and_keeps_its_key_and_secret(widget: ChatWidget, maja: Agent):
    before = widget.channel
    team = cast.shipping()
    after = edit_chat(before, name="Outlet\nchat", brand="Outlet", language="ru", team=team, by=maja)
    assert (after.name, after.brand, after.language, after.team, after.address, after.secrets) == (
        "Outlet chat",
        "Outlet",
        "ru",
        team,
        before.address,
        before.secrets,
    )
    assert refused(edit_chat, before, name=" ", brand="", language="en", team=None, by=maja) == ["name"]


def test_the_form_before_a_chat_asks_what_was_set_up_in_its_order(widget: ChatWidget, maja: Agent):
    asked = [
        Question("topic", choices={"en": ["Orders", "Returns", " Orders "], "ru": []}),
        Question("email", is_required=True, when_closed_only=True, labels={"en": " Your mail ", "xx": "no"}),
        Question("other", labels={"en": "Shoe size"}),
        Question("other", labels={"en": "Colour"}, choices={"en": ["Red", "Blue"]}),
    ]
    set_questions(widget, asked[::-1], by=maja)
    set_questions(widget, asked, by=maja)
    assert questions_of(ChatWidget.objects.get()) == [
        Question("topic", choices={"en": ["Orders", "Returns"]}),
        Question("email", is_required=True, when_closed_only=True, labels={"en": "Your mail"}),
        Question("other", labels={"en": "Shoe size"}),
        Question("other", labels={"en": "Colour"}, choices={"en": ["Red", "Blue"]}),
    ]


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ([Question("email"), Question("email")], ["fields"]),
        ([Question("shoe")], ["fields"]),
        ([Question("other", labels={"en": str(number)}) for number in range(9)], ["fields"]),
        ([Question("name"), Question("other", labels={"ru": "Размер"})], ["1.labels"]),
        ([Question("topic", choices={"en": ["One"]})], ["0.choices"]),
        ([Question("topic", choices={"en": ["x" * 81, "b"]})], ["0.choices"]),
        ([Question("topic", choices={"en": [str(n) for n in range(21)]})], ["0.choices"]),
        ([Question("name", labels={"en": "x" * 81})], ["0.labels"]),
    ],
)
def test_a_form_nobody_could_fill_in_is_refused(
    widget: ChatWidget, maja: Agent, asked: list[Question], wrong: list[str]
):
    set_questions(widget, [Question("name")], by=maja)
    assert refused(set_questions, widget, asked, by=maja) == wrong
    assert questions_of(widget) == [Question("name")]


def test_a_new_secret_counts_at_once_and_the_old_one_until_it_is_ended(widget: ChatWidget, maja: Agent):
    channel, at = widget.channel, now()
    first = rotate_secret(channel, by=maja, at=at)
    by_the_first = payload_of({"id": "1"}, account(Channel.objects.get(pk=channel.pk)))
    second = rotate_secret(Channel.objects.get(pk=channel.pk), by=maja, at=at)
    both = Channel.objects.get(pk=channel.pk)
    check(by_the_first, account(both))
    with pytest.raises(Refused):
        rotate_secret(both, by=maja)
    end_old_secret(both, by=maja)
    one = end_old_secret(both, by=maja)
    with pytest.raises(InvalidSignature):
        check(by_the_first, account(one))
    told = [(known.made_at, known.before_made_at) for known in (secrets_of(channel), secrets_of(both), secrets_of(one))]
    assert (opened(one.secrets), told) == ({"identity_secret": second}, [(None, None), (at, at), (at, None)])
    assert opened(both.secrets) == {"identity_secret": second, "identity_secret_before": first}


def test_nobody_but_an_admin_sets_up_a_chat(widget: ChatWidget):
    lea = cast.lea()
    before = (ChatWidget.objects.values().get(), widget.channel.secrets)
    for verb in (
        lambda: edit_chat(widget.channel, name="X", brand="", language="en", team=None, by=lea),
        lambda: edit_widget(widget, colour="#000000", by=lea),
        lambda: set_origins(widget, [], by=lea),
        lambda: set_logo(widget, png(), by=lea),
        lambda: set_texts(widget, {"en": {"title": "X"}}, by=lea),
        lambda: set_questions(widget, [Question("name")], by=lea),
        lambda: rotate_secret(widget.channel, by=lea),
        lambda: end_old_secret(widget.channel, by=lea),
    ):
        with pytest.raises(NotAllowed):
            verb()
    after = (ChatWidget.objects.values().get(), Channel.objects.get(kind="livechat").secrets)
    assert (after, widget.texts.count(), widget.fields.count()) == (before, 0, 0)
