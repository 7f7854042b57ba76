"""Pictures sent together are one message: each of them can be changed and taken back, and the others stay."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import TestCase
from django.urls import reverse

from inbox.agents.models import Agent, Team
from inbox.channels import actions as channels
from inbox.channels.intake import accept, process
from inbox.channels.models import Channel, Envelope
from inbox.tickets.albums import files_before, told_in
from inbox.tickets.files import open_blob, path_of
from inbox.tickets.models import Attachment, Message, MessageReaction, Ticket
from tests.networks import api
from tests.networks import telegram as tg
from tests.web import Visitor

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = 50, 51, 52


@pytest.fixture
def telegram() -> Iterator[tg.TelegramServer]:
    with tg.TelegramServer() as fake:
        fake.files.update({name: b"\x89PNG\r\n\x1a\n " + name.encode() for name in ("one", "two", "three", "other")})
        yield fake


@pytest.fixture
def bot(billing: Team, telegram: tg.TelegramServer) -> Channel:
    ours = tg.account()
    return channels.connect(kind="telegram", address=ours.address, name="Nordlys", secrets=dict(ours.secrets))


def tells(bot: Channel, **content: Any) -> Envelope:
    envelope = process(accept(bot, tg.webhook(tg.update(**content))).envelope_id)
    assert envelope
    return envelope


def picture(number: int, file: str, caption: str = "", **more: Any) -> dict[str, Any]:
    photo = [{"file_id": file, "file_unique_id": file, "width": 90, "height": 90, "file_size": 9}]
    return tg.message(number, photo=photo, media_group_id="13", caption=caption, **more)


def album(bot: Channel) -> None:
    for number, file, caption in (
        (FIRST, "one", "The left one."),
        (SECOND, "two", "The right one."),
        (THIRD, "three", ""),
    ):
        tells(bot, message=picture(number, file, caption))


def shown() -> tuple[str, list[str]]:
    """What the one message says and shows."""
    message = Message.objects.get()
    before = files_before(message)
    return message.text, [content(one) for one in message.attachments.order_by("id") if one.pk not in before]


def content(attachment: Attachment) -> str:
    with open_blob(attachment.sha256) as file:
        return file.read().decode("latin-1").rpartition(" ")[2]


def edited(number: int, file: str, caption: str, at: int = 1493843400) -> dict[str, Any]:
    return picture(number, file, caption, edit_date=at)


@pytest.mark.parametrize(
    ("number", "file", "caption", "text", "files"),
    [
        (FIRST, "one", "The torn one.", "The torn one.\n\nThe right one.", ["one", "two", "three"]),
        (SECOND, "two", "The torn one.", "The left one.\n\nThe torn one.", ["one", "two", "three"]),
        (SECOND, "two", "", "The left one.", ["one", "two", "three"]),
        (THIRD, "three", "Both.", "The left one.\n\nThe right one.\n\nBoth.", ["one", "two", "three"]),
        (SECOND, "other", "The right one.", "The left one.\n\nThe right one.", ["one", "three", "other"]),
        (THIRD, "other", "Both.", "The left one.\n\nThe right one.\n\nBoth.", ["one", "two", "other"]),
    ],
)
def test_a_changed_picture_of_an_album_changes_its_message_and_the_others_stay(
    bot: Channel, number: int, file: str, caption: str, text: str, files: list[str]
) -> None:
    album(bot)
    for _ in range(2):
        tells(bot, edited_message=edited(number, file, caption))
    message = Message.objects.get()
    said = [one.text for one in message.revisions.all()]
    assert (shown(), said, message.edited_at is not None) == (
        (text, files),
        ["The left one.\n\nThe right one."],
        True,
    )


def test_changes_of_several_pictures_come_in_any_order_and_the_newest_of_each_counts(bot: Channel) -> None:
    album(bot)
    tells(bot, edited_message=edited(FIRST, "one", "Left, again.", at=1493843500))
    tells(bot, edited_message=edited(SECOND, "two", "Right.", at=1493843400))
    tells(bot, edited_message=edited(FIRST, "one", "Left.", at=1493843450))
    assert shown() == ("Left, again.\n\nRight.", ["one", "two", "three"])


def test_a_change_that_comes_before_its_picture_waits_for_it(bot: Channel) -> None:
    tells(bot, message=picture(FIRST, "one", "The left one."))
    early = tells(bot, edited_message=edited(SECOND, "other", "Right."))
    tells(bot, message=picture(SECOND, "two", "The right one."))
    Envelope.objects.update(next_attempt_at=None)
    process(early.pk)
    assert (early.done_at, shown()) == (None, ("The left one.\n\nRight.", ["one", "other"]))


def test_what_a_picture_was_before_is_kept_in_the_fold_of_its_message(
    bot: Channel, client: Visitor, ada: Agent
) -> None:
    album(bot)
    tells(bot, edited_message=edited(SECOND, "other", "The right one."))
    client.force_login(ada)
    ticket = Ticket.objects.get().pk
    page = client.get(f"/tickets/{ticket}/parts/").content.decode()
    printed = client.get(f"/tickets/{ticket}/print/").content.decode()
    _, _, bubble = page.partition("What it said before")
    fold, _, pictures = bubble.partition("</details>")
    files = {content(one): reverse("workspace:preview", args=[one.pk]) for one in Attachment.objects.all()}
    saved = reverse("workspace:attachment", args=[Attachment.objects.order_by("id")[1].pk])
    shows = {name: link in pictures for name, link in files.items()}
    assert (shows, saved in fold, saved in pictures) == (
        {"one": True, "two": False, "three": True, "other": True},
        True,
        False,
    )
    assert printed.count("<li>photo.") == 3
    assert "album" not in page.lower()


def test_a_picture_that_cant_be_had_leaves_the_one_before(bot: Channel, telegram: tg.TelegramServer) -> None:
    album(bot)
    tells(bot, edited_message=edited(SECOND, "nowhere", "The torn one."))
    assert shown() == ("The left one.\n\nThe torn one.", ["one", "two", "three"])


def test_a_single_picture_is_changed_as_well(bot: Channel) -> None:
    alone = picture(FIRST, "one", "It is torn.")
    changed = picture(FIRST, "other", "It is torn.", edit_date=1493843400)
    del alone["media_group_id"], changed["media_group_id"]
    tells(bot, message=alone)
    tells(bot, edited_message=changed)
    assert shown() == ("It is torn.", ["other"])


def test_an_emoji_on_the_second_picture_is_one_on_the_message(bot: Channel) -> None:
    album(bot)
    told = {"message_id": SECOND, "chat": tg.CHAT, "user": tg.KIM, "date": 1493843500}
    tells(bot, message_reaction={**told, "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]})
    assert MessageReaction.objects.get().message == Message.objects.get()


def test_pictures_are_taken_back_one_by_one_and_the_message_with_the_last(bot: Channel) -> None:
    by_way_of = {"business_connection_id": "bc1"}
    for number, file, caption in ((FIRST, "one", "Left."), (SECOND, "two", "Right.")):
        tells(bot, business_message=picture(number, file, caption, **by_way_of))

    def gone(number: int) -> tuple[bool, str]:
        tells(bot, deleted_business_messages={**by_way_of, "chat": tg.CHAT, "message_ids": [number]})
        message = Message.objects.get()
        return message.deleted_at is not None, message.text

    after = [gone(SECOND), gone(SECOND)]
    still = shown()
    tells(bot, edited_business_message=edited(SECOND, "other", "Too late.") | by_way_of)
    assert (after, still, gone(FIRST)) == ([(False, "Left.")] * 2, ("Left.", ["one"]), (True, ""))
    tells(bot, business_message=picture(THIRD, "three", "And this.", **by_way_of))
    assert (shown(), Message.objects.get().deleted_at) == (("And this.", ["three"]), None)


@pytest.mark.django_db(transaction=True)
def test_all_of_an_album_at_once_and_twice_is_one_message(bot: Channel) -> None:
    updates = [tg.update(message=picture(FIRST + n, name, name)) for n, name in enumerate(("one", "two", "three"))]
    updates += [tg.update(edited_message=edited(FIRST + n, "other", f"now {n}")) for n in range(3)]

    def comes(number: int) -> None:
        try:
            process(accept(bot, tg.webhook(updates[number % 6])).envelope_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(comes, range(12)))
    for _ in range(3):
        Envelope.objects.update(next_attempt_at=None)
        for number in Envelope.objects.filter(done_at=None).values_list("id", flat=True):
            process(number)
    text, files = shown()
    assert (sorted(text.split("\n\n")), files) == (["now 0", "now 1", "now 2"], ["other"] * 3)


def program(*events: dict[str, Any]) -> None:
    """What a company's program tells of pictures that came together."""
    envelope = accept(Channel.objects.get(), api.signed(json.dumps({"events": events}).encode())).envelope_id
    process(envelope)


def sent_along(number: int, caption: str) -> dict[str, Any]:
    file = base64.b64encode(f"\x7fPNG {number}".encode()).decode()
    attachments = [{"content": file, "filename": f"{number}.png", "content_type": "image/png"}]
    return api.event(caption, external_id=f"m{number}", group_key="g", attachments=attachments)


@pytest.fixture
def shop(billing: Team) -> Channel:
    ours = api.ACCOUNT
    return channels.connect(
        kind="api", address="shop", name="Shop", settings=dict(ours.settings), secrets=dict(ours.secrets)
    )


def test_one_picture_is_forgotten_with_all_it_said_and_the_others_stay(shop: Channel) -> None:
    program(sent_along(1, "My card is 4111."))
    program(sent_along(2, "My shoe."))
    program({"type": "edited", "external_id": "m1", "text": "My card, 4111."})
    forgotten = Attachment.objects.order_by("id")[0].sha256
    with TestCase.captureOnCommitCallbacks(execute=True):
        program({"type": "deleted", "external_id": "m1", "must_erase": True})
    message, ticket = Message.objects.get(), Ticket.objects.get()
    kept = [message.text, message.full_text, message.html, ticket.subject, ticket.snippet, message.context]
    kept += [*message.revisions.values_list("text", flat=True), *Envelope.objects.values_list("body", flat=True)]
    assert (message.text, message.deleted_at, [one.filename for one in message.attachments.all()]) == (
        "My shoe.",
        None,
        ["2.png"],
    )
    assert ("4111" in "".join(str(bytes(one) if isinstance(one, memoryview) else one) for one in kept)) is False
    assert (default_storage.exists(path_of(forgotten)), ticket.snippet) == (False, "My shoe.")
    with TestCase.captureOnCommitCallbacks(execute=True):
        program({"type": "deleted", "external_id": "m2", "must_erase": True})
    message.refresh_from_db()
    assert (message.text, message.deleted_at is not None, message.attachments.count(), message.context) == (
        "",
        True,
        0,
        {},
    )


def test_a_payload_that_brings_a_picture_and_forgets_it_is_emptied(shop: Channel) -> None:
    program(sent_along(1, "One."), sent_along(2, "4111"), {"type": "deleted", "external_id": "m2", "must_erase": True})
    assert (Message.objects.get().text, bytes(Envelope.objects.get().body)) == ("One.", b"")


def test_a_picture_that_comes_after_all_others_were_forgotten_is_shown(shop: Channel) -> None:
    program(sent_along(1, "One."))
    program({"type": "deleted", "external_id": "m1", "must_erase": True})
    program(sent_along(2, "Two."))
    program({"type": "edited", "external_id": "m1", "text": "One, again."})
    message = Message.objects.get()
    assert (message.text, message.deleted_at, message.attachments.get().filename) == ("Two.", None, "2.png")


def test_what_a_picture_shows_may_be_told_anew_and_nobody_tells_our_own_notes(shop: Channel) -> None:
    program(sent_along(1, "One.") | {"context": {"album": "mine", "page": {"title": "Shop"}}})
    program(sent_along(2, "Two."))
    program({"type": "edited", "external_id": "m2", "text": "2", "attachments": sent_along(3, "")["attachments"]})
    message = Message.objects.get()
    before = files_before(message)
    shown = [one.filename for one in message.attachments.order_by("id") if one.pk not in before]
    assert (message.text, shown, told_in(message.context)) == (
        "One.\n\n2",
        ["1.png", "3.png"],
        {"page": {"title": "Shop"}},
    )
