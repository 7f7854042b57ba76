"""The pages of policies: their list, what a ticket would get, and the editor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from inbox.agents.models import Agent, Team
from inbox.channels.models import Channel
from inbox.common.clock import moved_to
from inbox.sla.forms import Terms
from inbox.sla.models import BusinessCalendar, Policy
from inbox.sla.policies import change_policy, make_policy, move_policy, switch_policy
from inbox.sla.queries import listed_policies
from inbox.tickets.actions import prioritize
from inbox.tickets.enums import Priority
from inbox.workspace.policy_words import reason
from tests import cast
from tests.inbox.questions import asks
from tests.inbox.workspace.pages import part, text_of

pytestmark = pytest.mark.usefixtures("company")

LIST = "/settings/policies/"
MONDAY = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
Screen = Callable[[Agent], Client]


def terms(name: str = "VIP", **conditions: list[str]) -> Terms:
    return Terms(
        name=name,
        calendar_id=BusinessCalendar.objects.get().pk,
        conditions=[{"field": field, "values": values} for field, values in conditions.items()],
        targets={"first_response": {"basis": "business", "warn_share": 0.75, "within": {"high": 3600}}},
    )


def listed() -> list[str]:
    return [policy.name for policy in listed_policies()]


def typed(**changed: object) -> dict[str, object]:
    """What an admin typed for a new policy."""
    return {
        "name": "VIP",
        "calendar": str(BusinessCalendar.objects.get().pk),
        "priority": ["high", "urgent"],
        "tag": "#vip, press",
        "first_response-promised": "1",
        "first_response-basis": "business",
        "first_response-warn": "80 %",
        "first_response-high": "1 h 30",
        "resolution-promised": "1",
        "resolution-basis": "business",
        "resolution-warn": "75",
        "resolution-high": "2d",
        "pauses_on_hold": "1",
        "step": ["0", "4"],
        "step-0-when": "warned",
        "step-0-notify": ["assignee"],
        "step-4-when": "after",
        "step-4-after": "30m",
        "step-4-target": "resolution",
        "step-4-notify": ["lead"],
        "step-4-by_mail": "1",
        "step-4-priority": "urgent",
        **changed,
    }


def errors(page: HttpResponse) -> list[str]:
    """The sentences at the fields."""
    return [
        text_of(one.partition(">")[2].partition("</p>")[0])
        for one in page.content.decode().split('<p class="error"')[1:]
    ]


class TestTheList:
    def test_each_policy_says_whom_it_is_for_what_it_promises_and_what_it_holds(
        self, screen: Screen, maja: Agent, support: Channel
    ) -> None:
        make_policy(terms(priority=["high", "urgent"], channel=["email"]), by=maja, at=MONDAY)
        asks(support, 1, at=MONDAY + timedelta(hours=1))
        page = text_of(screen(maja).get(LIST))
        first, second = page.partition("Standard")[0], page.partition("Standard")[2]
        assert [
            words in first for words in ("When the priority is High or Urgent and the channel is E-mail", "1 h")
        ] == [
            True,
            True,
        ]
        assert [words in second for words in ("For every ticket", "27 h", "1 open ticket", "Business hours")] == [
            True
        ] * 4

    def test_one_that_is_never_asked_says_so(self, screen: Screen, maja: Agent) -> None:
        make_policy(terms("Rest"), by=maja)
        assert "Never reached: “Standard” takes every ticket before it." in text_of(screen(maja).get(LIST))

    def test_it_costs_as_many_queries_with_many_policies_as_with_one(
        self, screen: Screen, maja: Agent, django_assert_max_num_queries: Callable
    ) -> None:
        for number in range(4):
            make_policy(terms(f"No. {number}", priority=["high"]), by=maja)
        client = screen(maja)
        client.get(LIST)
        with django_assert_max_num_queries(16):
            client.get(LIST)

    def test_leads_and_auditors_look_and_nobody_else_changes(self, screen: Screen, ada: Agent, otto: Agent) -> None:
        policy, lea = Policy.objects.get(), cast.lea()
        reads = [
            screen(who).get(address).status_code
            for who in (lea, otto, ada)
            for address in (LIST, f"{LIST}{policy.pk}/")
        ]
        writes = [
            screen(who).post(f"{LIST}{place}").status_code
            for who in (lea, otto, ada)
            for place in ("new/", *(f"{policy.pk}/{verb}/" for verb in ("terms", "place", "activity", "deletion")))
        ]
        assert (reads, set(writes), listed()) == ([200] * 4 + [404] * 2, {404}, ["Standard"])
        assert "Switch off" not in text_of(screen(lea).get(LIST))

    def test_a_policy_moves_up_and_down(self, screen: Screen, maja: Agent) -> None:
        policy = make_policy(terms("Rest"), by=maja)
        client = screen(maja)
        client.post(f"{LIST}{policy.pk}/place/", {"place": "0"})
        up = listed()
        client.post(f"{LIST}{policy.pk}/place/", {"place": "1"})
        client.post(f"{LIST}{policy.pk}/place/", {"place": "many"})
        assert (up, listed()) == (["Rest", "Standard"], ["Standard", "Rest"])

    def test_a_move_on_the_page_gives_the_list_back_with_a_word(self, screen: Screen, maja: Agent) -> None:
        policy = make_policy(terms("Rest"), by=maja)
        page = screen(maja).post(f"{LIST}{policy.pk}/place/", {"place": "0"}, headers={"HX-Request": "true"})
        assert (page.status_code, "Rest is asked as number 1" in page.headers["HX-Trigger"]) == (200, True)

    def test_a_policy_is_switched_off_and_on_and_deleted(self, screen: Screen, maja: Agent) -> None:
        policy = make_policy(terms(priority=["high"]), by=maja)
        client, found = screen(maja), []
        for verb, given in (("activity", {"on": "0"}), ("activity", {"on": "1"}), ("deletion", {})):
            client.post(f"{LIST}{policy.pk}/{verb}/", given)
            policy.refresh_from_db()
            found.append((policy.is_active, policy.deleted_at is not None))
        assert (found, listed()) == ([(False, False), (True, False), (False, True)], ["Standard"])
        page = text_of(client.get(f"{LIST}{policy.pk}/"))
        assert ["deleted" in page, "Take it out of use" in page, "Maja deleted" in page] == [True, False, True]


class TestWhatATicketWouldGet:
    @pytest.fixture
    def client(self, screen: Screen, maja: Agent) -> Client:
        make_policy(terms("VIP", priority=["high"], tag=["vip", "press"]), by=maja, at=MONDAY)
        switch_policy(make_policy(terms("Chat", language=["de"]), by=maja, at=MONDAY), on=False, by=maja, at=MONDAY)
        return screen(maja)

    def tried(self, client: Client, question: str) -> str:
        with moved_to(MONDAY + timedelta(hours=7, minutes=30)):
            return text_of(part(client.get(f"{LIST}?{question}"), 'id="trial"', "</section>"))

    def test_it_says_which_policy_why_and_when_a_mail_would_be_due(self, client: Client) -> None:
        words = self.tried(client, "channel=email&priority=high&tag=shoes,%23press")
        assert [one in words for one in ("It gets “VIP”.", "Tue 08:30", "the tag is press", "It is switched off.")] == [
            True
        ] * 4

    def test_it_says_why_not(self, client: Client) -> None:
        words = self.tried(client, "priority=normal")
        assert [
            one in words
            for one in (
                "It gets “Standard”.",
                "VIP Not this one: the priority is not High and no tag is vip or press.",
                "Standard It applies to every ticket.",
                "Tue 11:30",
            )
        ] == [True] * 4

    def test_odd_questions_have_answers_too(self, client: Client) -> None:
        assert "It gets “Standard”." in self.tried(client, "priority=none&tag=%00,,&language=" + "x" * 900)


class TestTheEditor:
    def test_what_is_typed_becomes_a_policy(self, screen: Screen, maja: Agent) -> None:
        screen(maja).post(f"{LIST}new/", typed())
        version = Policy.objects.get(name="VIP").versions.get()
        none = {"target": "", "webhook": "", "team_id": None, "agent_id": None}
        assert (version.conditions, version.targets, version.pauses_on_hold, version.escalations, version.made_by) == (
            [{"field": "priority", "values": ["high", "urgent"]}, {"field": "tag", "values": ["vip", "press"]}],
            {
                "first_response": {"basis": "business", "warn_share": 0.8, "within": {"high": 5400}},
                "resolution": {"basis": "business", "warn_share": 0.75, "within": {"high": 18 * 3600}},
            },
            True,
            [
                {**none, "on": "warned", "after": 0, "notify": ["assignee"], "by_mail": False, "priority": ""},
                {
                    **none,
                    "on": "breached",
                    "after": 1800,
                    "target": "resolution",
                    "notify": ["lead"],
                    "by_mail": True,
                    "priority": "urgent",
                },
            ],
            maja,
        )

    def test_what_is_shown_and_saved_again_changes_nothing(self, screen: Screen, maja: Agent) -> None:
        client = screen(maja)
        client.post(f"{LIST}new/", typed())
        policy = Policy.objects.get(name="VIP")
        page = client.get(f"{LIST}{policy.pk}/terms/")
        client.post(f"{LIST}{policy.pk}/terms/", dict(page.context["form"].typed.lists()))
        assert (policy.versions.count(), errors(page)) == (1, [])

    def test_a_change_is_a_new_version_and_its_history_says_what_changed(self, screen: Screen, maja: Agent) -> None:
        client = screen(maja)
        client.post(f"{LIST}new/", typed())
        policy = Policy.objects.get(name="VIP")
        client.post(
            f"{LIST}{policy.pk}/terms/", typed(**{"first_response-high": "45m", "tag": "", "resolution-promised": ""})
        )
        page = text_of(part(client.get(f"{LIST}{policy.pk}/"), 'id="changes"', "</section>"))
        assert [
            one in page
            for one in (
                "Maja in force",
                "First reply, High: 1 h 30 → 45 m",
                "For: When the priority is High or Urgent and the tag is vip or press → When the priority is High",
                "Resolution: no longer promised",
            )
        ] == [True] * 4

    def test_bad_input_is_explained_at_its_field_and_nothing_typed_is_lost(self, screen: Screen, maja: Agent) -> None:
        given = typed(
            **{
                "name": "Standard",
                "language": "english!",
                "first_response-high": "soon",
                "resolution-warn": "most",
                "step-0-notify": [],
                "step-4-after": "a while",
                "step-4-webhook": "mailto:x",
            }
        )
        page = screen(maja).post(f"{LIST}new/", given)
        assert (page.status_code, errors(page), listed()) == (
            200,
            [
                "There is another policy of this name.",
                "“english!” is no language code; such codes are en, pt-BR or zh-Hans.",
                "Write a time with its unit, such as 4h, 1 h 30, 45m or 2d.",
                "Warn after more than 0 and at most 100 % of the time.",
                "A step tells somebody or changes something.",
                "Write a time with its unit, such as 4h, 1 h 30, 45m or 2d.",
                "Give an address that starts with https:// or http://.",
            ],
            ["Standard"],
        )
        body = page.content.decode()
        kept = [
            'value="english!"',
            'value="soon"',
            'value="most"',
            'value="a while"',
            'value="mailto:x"',
            'value="1 h 30"',
        ]
        assert [one in body for one in kept] == [True] * 5 + [False]

    def test_steps_are_added_and_removed_without_saving(self, screen: Screen, maja: Agent) -> None:
        client = screen(maja)

        def steps(redraw: str) -> list[str]:
            page = client.post(f"{LIST}new/", typed(redraw=redraw))
            return [step.key for step in page.context["form"].steps]

        assert (steps("add"), steps("remove-0"), steps("meaning"), listed()) == (
            ["0", "4", "5"],
            ["4"],
            ["0", "4"],
            ["Standard"],
        )

    def test_what_is_typed_is_shown_with_its_meaning(self, screen: Screen, maja: Agent) -> None:
        with moved_to(MONDAY + timedelta(hours=7, minutes=30)):
            page = screen(maja).post(f"{LIST}new/", typed(redraw="meaning", **{"resolution-low": "later"}))
        words = text_of(part(page, 'id="meaning"', "</section>"))
        assert "First reply – – 1 h 30 Tue 09:00 – Next reply – – – – Resolution unclear – 18 h Wed 16:30 –" in words

    def test_a_change_does_not_replace_one_that_its_writer_has_not_seen(self, screen: Screen, maja: Agent) -> None:
        policy = make_policy(terms(priority=["high"]), by=maja)
        seen = policy.versions.get().pk
        change_policy(policy, terms(priority=["low"]), by=maja)
        client, address = screen(maja), f"{LIST}{policy.pk}/terms/"
        refused = client.post(address, typed(seen=str(seen)))
        kept = (policy.versions.count(), "Maja changed this policy while you were here" in text_of(refused))
        client.post(address, typed(seen=str(refused.context["form"].seen)))
        assert (kept, policy.versions.count()) == ((2, True), 3)

    def test_a_policy_that_is_gone_is_not_changed(self, screen: Screen, maja: Agent) -> None:
        assert screen(maja).post(f"{LIST}999999/terms/", typed()).status_code == 404

    def test_the_ways_of_a_policy_are_told_in_order(self, screen: Screen, maja: Agent, billing: Team) -> None:
        policy = make_policy(terms(team=["Billing"]), by=maja, at=MONDAY)
        move_policy(policy, 1, by=maja, at=MONDAY + timedelta(hours=1))
        switch_policy(policy, on=False, by=maja, at=MONDAY + timedelta(hours=2))
        change_policy(policy, terms(), by=maja, at=MONDAY + timedelta(hours=3))
        words = text_of(part(screen(maja).get(f"{LIST}{policy.pk}/"), 'id="changes"', "</section>"))
        places = [
            words.find(one)
            for one in ("For: When the team is Billing → For every ticket", "switched off", "from place 1 to 2", "made")
        ]
        assert (-1 not in places, places) == (True, sorted(places))


class TestOnTheTicket:
    def test_it_says_which_policy_applies_and_why_and_when_that_changed(
        self, screen: Screen, maja: Agent, ada: Agent, support: Channel
    ) -> None:
        ticket = asks(support, 1, at=MONDAY)
        policy = make_policy(terms(priority=["high"]), by=maja, at=MONDAY + timedelta(hours=1))
        prioritize(ticket, Priority.HIGH, by=maja, at=MONDAY + timedelta(hours=2))
        pages = [screen(who).get(f"/tickets/{ticket.pk}/", follow=True) for who in (maja, ada)]
        assert [
            (
                "VIP It applies because the priority is High." in text_of(part(page, 'id="side"', "</aside>")),
                "policy “VIP” instead of “Standard”. It applies because the priority is High." in text_of(page),
                f"{LIST}{policy.pk}/" in page.content.decode(),
            )
            for page in pages
        ] == [(True, True, True), (True, True, False)]

    def test_the_reason_is_said_in_the_readers_language_and_events_of_old_are_read(self) -> None:
        because = [{"field": "priority", "values": ["high"]}, {"field": "tag", "values": ["a", "b"]}]
        details = [
            {"because": because},
            {"because": []},
            {"reason": "It applies to every ticket."},
            {"reason": "It applies because the tag is vip."},
            {},
        ]
        assert [reason(one) for one in details] == [
            "It applies because the priority is High and the tag is a and b.",
            "It applies to every ticket.",
            "It applies to every ticket.",
            "It applies because the tag is vip.",
            "",
        ]
