"""Setting up a live chat: making it, its pages, what each of them keeps and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels_adapters.livechat.identity_tokens import verified
from inbox.agents.models import Agent
from inbox.channels.access import account, opened
from inbox.channels.accounts import switch
from inbox.channels.models import Channel
from inbox.chats.form_fields import Question, questions_of, set_questions
from inbox.chats.models import ChatWidget
from inbox.chats.origins import note_foreign
from inbox.chats.settings import edit_widget, set_origins, set_texts
from inbox.chats.visitors import Page, arrive
from inbox.common.clock import now
from inbox.sla.models import BusinessCalendar
from inbox.surveys.logos import open_logo
from inbox.workspace.chat_examples import token_examples
from tests import cast
from tests.inbox.surveys.test_logos import png
from tests.inbox.workspace.pages import text_of
from tests.inbox.workspace.test_surveys import Form

pytestmark = pytest.mark.usefixtures("company")
Screen = Callable[[Agent], Client]
NEW = {"name": "Shop", "origins": "Shop.example\nhttp://localhost:8080", "language": "ru", "colour": "#aa3300"}


@pytest.fixture
def chat(company: None) -> Channel:
    return cast.shop_chat()


def widget() -> ChatWidget:
    return ChatWidget.objects.select_related("channel", "mailbox", "calendar").get()


def errors(page: HttpResponse) -> list[str]:
    found = re.findall(r'<p class="error"[^>]*>.*?<span>(.*?)</span></p>', page.content.decode(), re.DOTALL)
    return [unescape(sentence).strip() for sentence in found]


def typed(client: Client, address: str, **changed: Any) -> dict[str, Any]:
    """What a browser would send of a page's form, with some of it changed; None takes a field away."""
    sent = {name: values[-1] for name, values in Form(client.get(address)).sent.items()}
    return {name: value for name, value in (sent | changed).items() if value is not None}


class TestMakingOne:
    def test_three_answers_make_a_chat_whose_page_has_the_line_for_the_site(self, screen: Screen, maja: Agent):
        client = screen(maja)
        page = client.post("/channels/new/livechat/", {**NEW, "team": cast.billing().pk}, follow=True)
        made = widget()
        line = f'<script async src="https://inbox.example/chat.js" data-channel="{made.channel.address}"></script>'
        assert (made.channel.name, made.channel.language, made.channel.team, made.origins, made.colour) == (
            "Shop", "ru", cast.billing(), ["https://shop.example", "http://localhost:8080"], "#aa3300",
        )  # fmt: skip
        assert (
            re.sub(r"https?://[^/]*/chat.js", "https://inbox.example/chat.js", unescape(page.content.decode())).count(
                line
            )
            == 1
        )

    def test_what_is_wrong_is_told_and_what_was_typed_stays(self, screen: Screen, maja: Agent):
        page = screen(maja).post("/channels/new/livechat/", {**NEW, "origins": "http://shop.example", "name": "Kiosk"})
        told = [
            "“http://shop.example” is not safe: a site has to be reached by https://. Only localhost may do without."
        ]
        sent = Form(page).sent
        assert (errors(page), sent["name"], sent["origins"], sent["colour"], Channel.objects.count()) == (
            told, ["Kiosk"], ["http://shop.example"], ["#aa3300"], 0,
        )  # fmt: skip

    def test_the_form_of_other_channels_is_never_shown_for_it(self, screen: Screen, maja: Agent, chat: Channel):
        client = screen(maja)
        page = client.get("/channels/new/livechat/")
        answer = client.get(f"/channels/{chat.pk}/settings/")
        assert ("New live chat" in text_of(page), answer.headers["Location"]) == (
            True,
            f"/channels/{chat.pk}/chat/general/",
        )

    def test_many_sites_are_counted_and_a_chat_has_no_texts_of_a_mailbox(
        self, screen: Screen, maja: Agent, chat: Channel
    ):
        set_origins(chat.widget, [f"https://{name}.example" for name in "abcde"], by=maja)
        client = screen(maja)
        told = [text_of(client.get(place)) for place in ("/channels/", f"/channels/{chat.pk}/")]
        said = "https://a.example, https://b.example, https://c.example and 2 others"
        assert ([said in one for one in told], client.get(f"/channels/{chat.pk}/texts/").status_code) == (
            [True, True],
            404,
        )

    def test_other_channels_have_no_pages_of_a_chat(self, screen: Screen, maja: Agent, support: Channel):
        client = screen(maja)
        parts = ("general", "look", "before", "hours", "after", "security")
        assert {client.get(f"/channels/{support.pk}/chat/{part}/").status_code for part in parts} == {404}


class TestInstalling:
    def test_it_waits_for_the_first_visit_and_then_says_where_the_chat_was_seen(
        self, screen: Screen, maja: Agent, chat: Channel
    ):
        client, told = screen(maja), []
        tried = Page(f"{settings.SITE_URL}/chat/{chat.address}/try/")
        for visit in (None, tried, Page("https://shop.example/shoes")):
            if visit:
                arrive(chat, page=visit)
            page = text_of(client.get(f"/channels/{chat.pk}/"))
            told.append(("Waiting for the first visit" in page, "Seen on https://shop.example/shoes" in page))
        assert told == [(True, False), (True, False), (False, True)]

    def test_it_says_that_a_page_of_another_site_asked(self, screen: Screen, maja: Agent, chat: Channel):
        note_foreign(chat.widget, "https://copycat.example")
        page = text_of(screen(maja).get(f"/channels/{chat.pk}/"))
        assert "A page of https://copycat.example asked for this chat and was refused" in page

    def test_leads_see_how_it_is_and_nothing_to_change(self, screen: Screen, chat: Channel):
        page = text_of(screen(cast.lea()).get(f"/channels/{chat.pk}/"))
        assert ("Is it on your site?" in page, "One line for your pages" in page, "Switch off" in page) == (
            True,
            False,
            False,
        )

    def test_the_list_says_who_is_there_and_costs_as_many_queries_with_many_chats_as_with_one(
        self, screen: Screen, maja: Agent, chat: Channel, django_assert_num_queries: Callable
    ):
        client = screen(maja)
        arrive(chat, page=Page("https://shop.example/"))
        said = text_of(client.get("/channels/"))
        with CaptureQueriesContext(connection) as once:
            client.get("/channels/")
        cast.other_chat()
        with django_assert_num_queries(len(once)):
            client.get("/channels/")
        assert ("https://shop.example Billing" in said, "1 visitor now · 0 open chats · last visit" in said) == (
            True,
            True,
        )


class TestGeneral:
    def test_name_team_and_routing_are_kept(self, screen: Screen, maja: Agent, chat: Channel):
        client, place = screen(maja), f"/channels/{chat.pk}/chat/general/"
        client.post(place, typed(client, place, name="Outlet", team=cast.shipping().pk, assigns=None))
        kept = widget()
        assert (kept.channel.name, kept.channel.team, kept.channel.brand, kept.assigns) == (
            "Outlet",
            cast.shipping(),
            "Nordlys Shoes",
            False,
        )


class TestLook:
    def test_colour_place_and_words_are_kept(self, screen: Screen, maja: Agent, chat: Channel):
        client, place = screen(maja), f"/channels/{chat.pk}/chat/look/"
        changed = {"colour": "#ffee00", "side": "left", "theme": "dark", "offset_y": "80", "plays_sound": None}
        client.post(place, typed(client, place, **changed, **{"ru-greeting": "Привет!", "en-title": "Ask us"}))
        kept = widget()
        words = sorted(kept.texts.values_list("language", "title", "greeting"))
        assert (kept.colour, kept.side, kept.theme, kept.offset_y, kept.plays_sound, kept.shows_agents, words) == (
            "#ffee00", "left", "dark", 80, False, True, [("en", "Ask us", ""), ("ru", "", "Привет!")],
        )  # fmt: skip

    def test_nothing_is_kept_of_a_page_with_a_mistake_and_all_of_it_stays_typed(
        self, screen: Screen, maja: Agent, chat: Channel
    ):
        client, place = screen(maja), f"/channels/{chat.pk}/chat/look/"
        page = client.post(place, typed(client, place, offset_x="900", **{"en-title": "x" * 81, "en-greeting": "Hi"}))
        again = client.post(place, typed(client, place, **{"en-title": "x" * 81, "en-greeting": "Hi"}))
        assert (errors(page), errors(again), Form(again).sent["en-greeting"], widget().texts.count()) == (
            ["Ensure this value is less than or equal to 200."],
            ["At most 80 characters."],
            ["Hi"],
            0,
        )

    def test_what_is_typed_is_shown_before_it_is_saved(self, screen: Screen, maja: Agent, chat: Channel):
        client, place = screen(maja), f"/channels/{chat.pk}/chat/look/"
        sent = typed(client, place, colour="#ffee00", side="left", **{"en-greeting": "Ahoy"}) | {"do": "show"}
        part = client.post(place, sent, headers={"HX-Request": "true"}).content.decode()
        whole = client.post(place, sent)
        css = client.get("/channels/chat-colours/ffee00.css").content.decode()
        assert ("Ahoy" in part, "side-left" in part, "/chat-colours/ffee00.css" in part, "<html" in part) == (
            True, True, True, False,
        )  # fmt: skip
        assert (
            Form(whole).sent["en-greeting"],
            widget().colour,
            css.startswith(".chat-ground.is-light{--brand:#"),
        ) == (
            ["Ahoy"],
            "#2f6f5e",
            True,
        )

    def test_a_logo_is_kept_and_taken_away(self, screen: Screen, maja: Agent, chat: Channel):
        client, place = screen(maja), f"/channels/{chat.pk}/chat/logo/"
        refused = client.post(place, {"logo": SimpleUploadedFile("a.svg", b"<svg xmlns=''/>")}, follow=True)
        none = widget().logo
        client.post(place, {"logo": SimpleUploadedFile("a.png", png())})
        kept = widget().logo
        shown = open_logo(kept)
        client.post(place, {"remove": "1"})
        assert ("SVG can hold scripts" in text_of(refused), none, shown, widget().logo) == (
            True, "", (png(), "image/png"), "",
        )  # fmt: skip

    @pytest.mark.parametrize("colour", ["red", "12345", "1234567"])
    def test_colours_that_are_none_have_no_stylesheet(self, screen: Screen, maja: Agent, colour: str):
        assert screen(maja).get(f"/channels/chat-colours/{colour}.css").status_code == 404


class TestBefore:
    def test_fields_are_added_moved_and_taken_away_and_saved_only_at_the_end(
        self, screen: Screen, maja: Agent, chat: Channel
    ):
        client, place = screen(maja), f"/channels/{chat.pk}/chat/before/"
        page, order = client.get(place), []
        for deed, more in (
            ("add:email", {}),
            ("add:topic", {"0-required": "1", "0-label-en": "Your mail"}),
            ("up:1", {"1-choices-en": "Orders\nReturns"}),
            ("add:name", {}),
            ("remove:2", {}),
        ):
            page = client.post(place, Form(page).sent | more | {"do": deed})
            order.append(Form(page).sent.get("row"))
        before = questions_of(widget())
        client.post(place, Form(page).sent | {"do": "save", "asks_consent": "on", "ru-consent": "Да"})
        kept = widget()
        assert order == [["0"], ["0", "1"], ["1", "0"], ["1", "0", "2"], ["1", "0"]]
        assert (before, questions_of(kept), kept.asks_consent, kept.texts.get().consent) == (
            [],
            [
                Question("topic", choices={"en": ["Orders", "Returns"]}),
                Question("email", is_required=True, labels={"en": "Your mail"}),
            ],
            True,
            "Да",
        )

    def test_a_field_nobody_could_fill_in_is_told_at_its_row_and_nothing_is_kept(
        self, screen: Screen, maja: Agent, chat: Channel
    ):
        set_questions(widget(), [Question("name")], by=maja)
        client, place = screen(maja), f"/channels/{chat.pk}/chat/before/"
        sent = typed(client, place, takes_files=None) | {"row": ["0", "1"], "1-asked": "topic", "1-choices-en": "One"}
        page = client.post(place, sent)
        assert (errors(page), Form(page).sent["1-choices-en"], questions_of(widget()), widget().takes_files) == (
            ["Name at least two topics in English, the chat's language, one a line."],
            ["One"],
            [Question("name")],
            True,
        )

    def test_rows_that_were_made_up_are_passed_over(self, screen: Screen, maja: Agent, chat: Channel):
        client, place = screen(maja), f"/channels/{chat.pk}/chat/before/"
        for sent in (
            {"row": ["x", "99999", "3"], "3-asked": "shoe", "do": "save"},
            {"do": "up:7"},
            {"do": "add:shoe"},
            {"do": "nonsense"},
        ):
            client.post(place, sent)
        assert questions_of(widget()) == []


class TestHoursAndAfter:
    def test_hours_are_a_calendars_and_the_page_says_whether_it_is_open(
        self, screen: Screen, maja: Agent, chat: Channel
    ):
        client, place = screen(maja), f"/channels/{chat.pk}/chat/hours/"
        always = text_of(client.get(place))
        calendar = BusinessCalendar.objects.get()
        page = text_of(client.post(place, {"calendar": calendar.pk}, follow=True))
        kept = widget()
        assert ("Open now." in always, "Open now. Closes" in page or "Closed now. Opens" in page) == (True, True)
        assert (kept.calendar, kept.is_open_outside_hours) == (calendar, False)

    def test_what_comes_after_is_kept_and_empty_is_never(self, screen: Screen, maja: Agent, chat: Channel):
        support = cast.support()
        client, place = screen(maja), f"/channels/{chat.pk}/chat/after/"
        sent = {"idle_warn_minutes": "", "idle_pend_minutes": "", "mailbox": support.pk, "mail_after_minutes": "3",
                "edit_minutes": "0"}  # fmt: skip
        client.post(place, sent)
        kept = widget()
        wrong = client.post(place, sent | {"idle_pend_minutes": "5", "mail_after_minutes": "2"})
        assert (kept.idle_warn_minutes, kept.idle_pend_minutes, kept.mailbox, kept.mail_after_minutes) == (
            None, None, support, 3,
        )  # fmt: skip
        assert (kept.edit_minutes, errors(wrong), widget().mail_after_minutes) == (
            0,
            ["He is warned first: say after how many minutes, or leave both empty."],
            3,
        )

    def test_a_mailbox_that_was_switched_off_is_not_lost_in_silence(self, screen: Screen, maja: Agent, chat: Channel):
        support = cast.support()
        edit_widget(chat.widget, mailbox=support, by=maja)
        switch(support, on=False)
        client, place = screen(maja), f"/channels/{chat.pk}/chat/after/"
        page = client.post(place, typed(client, place))
        assert (errors(page), widget().mailbox) == (["Letters leave by a mailbox that is on."], support)


class TestSecurity:
    def test_sites_are_kept_or_refused_as_a_whole(self, screen: Screen, maja: Agent, chat: Channel):
        client, place = screen(maja), f"/channels/{chat.pk}/chat/security/"
        client.post(place, {"origins": "https://shop.example\n*.outlet.example"})
        kept = widget().origins
        page = client.post(place, {"origins": "https://a.example\nnonsense"})
        assert (kept, len(errors(page)), Form(page).sent["origins"], widget().origins) == (
            ["https://shop.example", "https://*.outlet.example"],
            1,
            ["https://a.example\nnonsense"],
            kept,
        )

    def test_a_secret_is_shown_once_and_the_old_one_counts_until_it_is_ended(
        self, screen: Screen, maja: Agent, chat: Channel
    ):
        client, place = screen(maja), f"/channels/{chat.pk}/chat/"
        shown = []
        for _time in range(2):
            page = client.post(f"{place}secret/", typed(client, f"{place}security/"))
            shown.append(opened(widget().channel.secrets)["identity_secret"] in page.content.decode())
        kept = opened(widget().channel.secrets)
        later = client.get(f"{place}security/").content.decode()
        refused = client.post(f"{place}secret/", typed(client, f"{place}security/"), follow=True)
        stays = opened(widget().channel.secrets) == kept
        client.post(f"{place}old-secret/")
        assert (shown, [one in later for one in kept.values()], stays) == ([True, True], [False, False], True)
        assert "A new secret was made meanwhile" in text_of(refused)
        assert opened(widget().channel.secrets) == {"identity_secret": kept["identity_secret"]}

    def test_the_code_it_shows_makes_a_token_the_chat_believes(self, chat: Channel):
        names: dict[str, Any] = {}
        user = {"id": 17, "name": "Bo Larsen", "email": "bo@larsen.example", "email_verified": True}
        code = next(one.code for one in token_examples(chat) if one.key == "python")
        exec(code, names)
        token = names["chat_token"](user, opened(chat.secrets)["identity_secret"])
        claims = verified(token, account(chat), now())
        told = (claims.subject, claims.name, claims.email, claims.email_is_verified)
        assert (told, claims.expires_at > now()) == (("17", "Bo Larsen", "bo@larsen.example", True), True)


def test_words_of_one_page_leave_those_of_another_alone(screen: Screen, maja: Agent, chat: Channel):
    set_texts(chat.widget, {"en": {"consent": "Yes", "greeting": "Hi"}}, by=maja)
    client, place = screen(maja), f"/channels/{chat.pk}/chat/"
    client.post(f"{place}look/", typed(client, f"{place}look/", **{"en-greeting": "Hello"}))
    client.post(f"{place}before/", typed(client, f"{place}before/", **{"en-consent": ""}))
    assert list(chat.widget.texts.values_list("greeting", "consent")) == [("Hello", "")]
