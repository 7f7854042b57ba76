"""What an agent decides for himself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from inbox.agents.models import Agent
from inbox.tickets.files import forget_unused, path_of
from inbox.tickets.portraits import set_picture
from tests import cast
from tests.inbox.surveys.test_logos import png
from tests.inbox.workspace.pages import text_of
from tests.web import Visitor

Screen = Callable[[Agent], Client]
GIVEN = {"name": "Ada Brandt", "language": "ru", "time_zone": "Asia/Taipei", "signature": "Ada\nNordlys"}


def kept(agent: Agent) -> dict[str, str]:
    return Agent.objects.values("name", "language", "time_zone", "signature").get(pk=agent.pk)


def test_what_an_agent_saves_is_kept_and_the_next_page_obeys_it(screen: Screen, ada: Agent) -> None:
    client = screen(ada)
    client.post("/profile/", GIVEN)
    page = client.get("/profile/").content.decode()
    assert (kept(ada), '<html lang="ru"' in page) == (GIVEN, True)


@pytest.mark.parametrize(
    "changed", [{"name": ""}, {"language": "xx"}, {"time_zone": "Mars/Base"}, {"signature": "x" * 2001}]
)
def test_what_does_not_exist_is_not_saved_and_the_field_says_so(
    screen: Screen, ada: Agent, changed: dict[str, str]
) -> None:
    before = kept(ada)
    answer = screen(ada).post("/profile/", GIVEN | changed)
    assert (answer.status_code, 'aria-invalid="true"' in answer.content.decode(), kept(ada)) == (200, True, before)


def test_a_name_stays_on_one_line_because_it_stands_in_mail_headers(screen: Screen, ada: Agent) -> None:
    screen(ada).post("/profile/", GIVEN | {"name": "Ada\r\nBcc: all@nordlys.example"})
    assert kept(ada)["name"] == "Ada Bcc: all@nordlys.example"


def test_the_theme_is_kept_with_the_agent_and_stands_on_every_page(screen: Screen, ada: Agent) -> None:
    client = screen(ada)
    answer = client.post("/profile/appearance/", {"theme": "dark", "next": "/profile/?a=1"})
    page = client.get("/profile/").content.decode()
    assert (answer.headers["Location"], 'data-theme="dark"' in page) == ("/profile/?a=1", True)


def test_the_density_is_kept_on_the_device(screen: Screen, ada: Agent) -> None:
    client = screen(ada)
    client.post("/profile/appearance/", {"density": "compact"}, headers={"X-Requested-With": "fetch"})
    assert 'data-density="compact"' in client.get("/profile/").content.decode()
    assert 'data-density="comfortable"' in screen(ada).get("/profile/").content.decode()


def given_picture(content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"picture": SimpleUploadedFile("me.png", content)}


def test_a_picture_is_shown_to_colleagues_and_to_customers_and_can_be_taken_away(
    screen: Screen, ada: Agent, carl: Agent, django_capture_on_commit_callbacks: Callable
) -> None:
    client, chat = screen(ada), cast.shop_chat()
    client.post("/profile/picture/", given_picture(png(80, 64)))
    ada.refresh_from_db()
    places = (f"/profile/pictures/{ada.picture}/", f"/chat/{chat.address}/pictures/{ada.picture}/")
    shown = [(answer.status_code, answer.content) for answer in map(screen(carl).get, places)]
    is_drawn = f'<img class="avatar size-40" src="{places[0]}"' in client.get("/profile/").content.decode()
    # Mail that held the same picture is deleted: the bytes stay, somebody still has them.
    forget_unused([ada.picture])
    is_kept = screen(carl).get(places[0]).status_code
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/profile/picture/", {"remove": "1"})
    gone = [screen(carl).get(place).status_code for place in places]
    is_stored = default_storage.exists(path_of(ada.picture))
    assert (shown, is_drawn, is_kept, gone, is_stored) == ([(200, png(80, 64))] * 2, True, 200, [404, 404], False)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Choose a file."),
        (b"<svg xmlns=''/>", "Use PNG, JPEG or WebP."),
        (b"GIF89a\x01\x00\x01\x00", "Use PNG, JPEG or WebP."),
        (png(32, 80), "between 64 and 4096"),
        (png(80, 80) + b"\0" * 1024 * 1024, "1 MB at most"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_reason_and_the_old_one_stays(
    screen: Screen, ada: Agent, content: bytes, why: str
) -> None:
    client = screen(ada)
    client.post("/profile/picture/", given_picture(png(80, 64)))
    page = client.post("/profile/picture/", given_picture(content), follow=True)
    before = hashlib.sha256(png(80, 64)).hexdigest()
    assert (why in text_of(page), Agent.objects.get(pk=ada.pk).picture) == (True, before)


def test_nobody_chooses_the_picture_of_another(ada: Agent, carl: Agent) -> None:
    with pytest.raises(PermissionError):
        set_picture(ada, png(80, 64), by=carl)


@pytest.mark.parametrize("given", [{}, {"theme": "pink"}, {"density": "airy"}])
def test_a_look_that_does_not_exist_is_refused(screen: Screen, ada: Agent, given: dict[str, str]) -> None:
    assert screen(ada).post("/profile/appearance/", given).status_code == 400


def test_the_way_back_never_leads_to_another_site(screen: Screen, ada: Agent) -> None:
    answer = screen(ada).post("/profile/appearance/", {"theme": "dark", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_a_fragment_asked_for_after_the_session_ended_leads_to_the_door_and_back(ada: Agent) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/inbox/mine/"}
    answer = Visitor().get("/profile/", headers=headers)
    assert answer.headers["HX-Redirect"] == "/account/login/?next=/inbox/mine/"


def test_the_rail_shows_the_places_that_are_open_to_a_role(screen: Screen, ada: Agent, maja: Agent) -> None:
    names = ("Inbox", "Reports", "Channels", "Outbox")
    shown = [
        [name for name in names if f">{name}<" in screen(agent).get("/profile/").content.decode()]
        for agent in (ada, maja)
    ]
    assert shown == [["Inbox"], list(names)]


def test_two_step_sign_in_can_be_reached_from_the_profile(screen: Screen, ada: Agent) -> None:
    assert "Authenticator App" in text_of(screen(ada).get("/account/2fa/"))
