"""The first admin: made once, by whoever can read the server's terminal; and how people come in afterwards."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from inbox.agents.models import Agent
from inbox.demo import cast
from inbox.demo.workspace import install
from inbox.workspace.setup_code import setup_code
from tests.inbox.workspace.pages import text_of
from tests.web import Visitor

GIVEN = {
    "name": "Maja Holm",
    "email": "Maja@nordlys.example",
    "password": "shoes in the attic",
    "time_zone": "Europe/Oslo",
}


PASSWORD = "a-long-password-1"


@pytest.fixture
def known(ada: Agent) -> Agent:
    """Ada, who has a password."""
    ada.set_password(PASSWORD)
    ada.save()
    return ada


def printed() -> str:
    output = io.StringIO()
    call_command("first_admin_code", stdout=output)
    return output.getvalue()


@pytest.mark.django_db
def test_the_printed_code_makes_the_first_admin_who_is_signed_in_at_once() -> None:
    client = Visitor()
    code = printed().split()[-1]
    answer = client.post("/setup/", {**GIVEN, "code": code.upper().replace("-", " ")}, follow=True)
    made = Agent.objects.get()
    assert (made.email, made.role, made.time_zone, answer.request["PATH_INFO"], answer.status_code) == (
        "maja@nordlys.example",
        "admin",
        "Europe/Oslo",
        "/channels/",
        200,
    )


def test_the_set_up_is_gone_for_ever_once_there_is_an_admin(maja: Agent) -> None:
    Agent.objects.filter(pk=maja.pk).update(is_active=False)
    client = Visitor()
    assert (client.get("/setup/").status_code, client.post("/setup/", {**GIVEN, "code": setup_code()}).status_code) == (
        404,
        404,
    )
    assert "has an admin" in printed()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"code": "aaaa-bbbb"}, "That is not the code."),
        ({"password": "12345"}, "This password is too short."),
        ({"password": "maja@nordlys.example"}, "too similar"),
        ({"email": "maja"}, "Enter a valid email address."),
        ({"name": ""}, "This field is required."),
        ({"time_zone": "Europe/Nowhere"}, "Select a valid choice."),
    ],
)
def test_a_form_with_a_fault_says_which_and_makes_nobody(changed: dict[str, str], told: str) -> None:
    answer = Visitor().post("/setup/", {**GIVEN, "code": setup_code(), **changed})
    assert (answer.status_code, told in text_of(answer), Agent.objects.count()) == (200, True, 0)


def test_an_agent_signs_in_with_address_and_password_whatever_the_case(known: Agent) -> None:
    client = Visitor()
    answer = client.post("/account/login/", {"login": "ADA@nordlys.example", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"], client.session["_auth_user_id"]) == (
        302,
        "/",
        str(known.pk),
    )


def test_known_and_unknown_addresses_get_the_same_answer(known: Agent) -> None:
    told = [
        text_of(Visitor().post("/account/login/", {"login": login, "password": "wrong"})).replace(login, "")
        for login in ("ada@nordlys.example", "nobody@nordlys.example")
    ]
    assert told[0] == told[1]


def test_who_left_does_not_come_in(known: Agent) -> None:
    Agent.objects.filter(pk=known.pk).update(is_active=False)
    client = Visitor()
    client.post("/account/login/", {"login": known.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_nobody_signs_himself_up_and_no_mail_resets_a_password(ada: Agent) -> None:
    paths = ("/account/signup/", "/account/password/reset/", "/account/email/")
    assert [Visitor().get(path).status_code for path in paths] == [404, 404, 404]


def test_the_door_of_a_demo_names_its_people_but_never_their_password(db: None) -> None:
    from inbox.demo.workspace import password

    empty = text_of(Visitor().get("/account/login/"))
    install()
    page = Visitor().get("/account/login/").content.decode()
    assert ("Set it up" in empty, all(person.email in page for person in cast.AGENTS), password() in page) == (
        True,
        True,
        False,
    )
