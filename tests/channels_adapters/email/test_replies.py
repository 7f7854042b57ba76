"""What is new in replies of many programs in many languages; the cases are in the folder `replies`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from channels_adapters.email.quotes import newly_written
from tests.channels_adapters.email.mails import letter
from tests.channels_adapters.email.reading import message

FOLDER = Path(__file__).parent / "replies"
NEW = "Thank you.\n\nSize 42, please."


def cases(name: str) -> list[tuple[str, str]]:
    """The cases of a file: what stands behind `%% ` and what stands below it."""
    pieces = (FOLDER / name).read_text(encoding="utf-8").split("\n%% ")[1:]
    return [(title, text.removesuffix("\n")) for title, _, text in (piece.partition("\n") for piece in pieces)]


def whole(name: str) -> list[tuple[str, str, str]]:
    """Cases of a text and what is new in it."""
    divided = ((title, *case.partition("\n%%=")) for title, case in cases(name))
    return [(title, text, expected.removeprefix("\n")) for title, text, _, expected in divided]


def replies(announcement: str) -> Iterator[str]:
    """A reply above a quotation that is announced so, as programs set it out."""
    if announcement.startswith(">"):
        yield f"{NEW}\n\n{announcement}\n>\n> old line\n> another"
        return
    quoted, bare = "> old line\n> another", "old line\nanother"
    yield f"{NEW}\n\n{announcement}\n\n{quoted}"
    yield f"{NEW}\n{announcement}\n{quoted}\n"
    yield f"{NEW}\n\n{announcement}\n{bare}"
    yield f"{NEW}\n{announcement}\n\n{bare}\n"
    indented = announcement.replace("\n", "\n ")
    yield f"{NEW}\n\n {indented}\n\n{quoted}"


@pytest.mark.parametrize("language", sorted({language for language, _ in cases("announcements.txt")}))
def test_what_is_quoted_is_told_by_its_announcement(language: str) -> None:
    wrong = [
        (announcement, found)
        for spoken, announcement in cases("announcements.txt")
        if spoken == language
        for text in replies(announcement)
        if (found := newly_written(text)) != NEW
    ]
    assert wrong == []


@pytest.mark.parametrize(("title", "text", "new"), whole("letters.txt"))
def test_what_is_new_in_a_letter(title: str, text: str, new: str) -> None:
    assert newly_written(text) == new


@pytest.mark.parametrize(("title", "html", "new"), whole("pages.txt"))
def test_what_is_new_in_a_letter_in_html(title: str, html: str, new: str) -> None:
    assert message(letter("Content-Type: text/html; charset=utf-8", body=html)).text == new


@pytest.mark.parametrize(
    "words",
    [
        "On Mon, Mar 5, 2018 at 12:00 PM Shop <support@shop.example> wrote:",
        "Am Mo., 5. März 2018 um 12:00 Uhr schrieb Laden <support@shop.example>:",
        "Le lun. 5 mars 2018 à 12:00, Boutique <support@shop.example> a écrit :",
        "El lun, 5 mar 2018 a las 12:00, Tienda (<support@shop.example>) escribió:",
        "Em seg., 5 de mar. de 2018 às 12:00, Loja <support@shop.example> escreveu:",
        "W dniu pon., 5.03.2018 o 12:00 Sklep <support@shop.example> napisał(a):",
        "пн, 5 мар. 2018 г. в 12:00, Магазин <support@shop.example>:",
    ],
)
def test_an_announcement_may_be_broken_anywhere(words: str) -> None:
    parts = words.split(" ")
    broken = [f"{' '.join(parts[:n])}\n{' '.join(parts[n:])}" for n in range(1, len(parts))]
    wrong = [one for one in broken if newly_written(f"{NEW}\n\n{one}\n\n> old\n> older") != NEW]
    assert wrong == []
