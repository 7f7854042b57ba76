"""The report pages as a lead reads them, about the week of `stories.week`: whole figures, and what they link to."""

from __future__ import annotations

import csv
import io
import re

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from inbox.agents.models import Agent
from inbox.common.clock import moved_to
from inbox.tickets.actions import rename
from tests.inbox.reports.stories import NOW, Week, on
from tests.inbox.workspace.pages import part, text_of
from tests.inbox.workspace.reading import LEVELS, Reader


def test_the_first_replies_of_a_week_as_they_are_printed(reader: Reader, tickets: Week) -> None:
    card = reader.card("level-first_response")
    assert card.partition(" What counts ")[0] == (
        "First reply within target 50.0 % 15.0–85.0 · 2 of 4 2 missed median 3 h p90 5 h 24 mean 3 h 20 "
        "▼ down 50.0 within noise before: 100 %"
    )
    assert card.endswith(
        "3 with a duration 2 not finished yet, begun in the period 1 of them running and not due yet 1 waived"
    )


def test_the_same_in_all_hours(reader: Reader, tickets: Week) -> None:
    card = reader.card("level-first_response", f"{LEVELS}&basis=elapsed")
    assert "2 missed median 6 h p90 15 h 36 mean 8 h 20 ▼" in card


def test_each_number_of_a_card_opens_exactly_its_tickets(reader: Reader, tickets: Week) -> None:
    body = part(reader.get(LEVELS), 'aria-labelledby="level-first_response">', "</section>")
    links = re.findall(r'<a href="([^"]+)">(\d+)</a>', body)
    opened = {
        re.search(r"figure=(\w+)", address)[1]: (int(number), reader.tickets(address)) for address, number in links
    }
    assert opened == {
        "met": (2, ["Kay", "Bo"]),
        "judged": (4, ["Liv", "Mia", "Kay", "Bo"]),
        "missed": (2, ["Liv", "Mia"]),
        "timed": (3, ["Mia", "Kay", "Bo"]),
        "unfinished": (2, ["Nora", "Liv"]),
        "running": (1, ["Nora"]),
        "waived": (1, ["Ole"]),
    }


def test_a_cell_of_the_heat_map_and_a_day_of_the_table_open_theirs(reader: Reader, tickets: Week) -> None:
    page = reader.get(LEVELS)
    cells = re.findall(r'<td class="heat-\d">\s*<a href="([^"]+)"', page.content.decode())
    days = re.findall(r'<td class="number">\s*<a href="([^"]+day=[^"]+)"', page.content.decode())
    assert ([reader.tickets(cell) for cell in cells], [reader.tickets(day) for day in days]) == (
        [["Mia"], ["Liv"]],
        [["Bo"], ["Kay"], ["Mia"], ["Liv"]],
    )


def test_agents_compared_by_name_with_their_intervals(reader: Reader, tickets: Week) -> None:
    card = reader.card("compared", f"{LEVELS}&by=agent")
    rows = card.partition("Ease ")[2].partition(" In the order")[0]
    assert rows == (
        "Ada 2 2 h 2 h 48 100 % 34.2–100 100 % 20.7–100 – Carl 1 6 h 6 h 0 % 0–79.3 – – No agent 0 – – 0 % 0–79.3 – –"
    )


def test_a_list_says_how_much_it_holds_and_explains_each_row(reader: Reader, tickets: Week) -> None:
    page = reader.get("/reports/tickets/?period=7&figure=timed&target=first_response")
    explained = re.findall(r'href="(/reports/explain/[^"]+)"', page.content.decode())
    explanation = text_of(part(reader.get(explained[1]), "<tbody>", "</table>"))
    assert (text_of(page).count("3 cases"), len(explained), explanation) == (
        1,
        3,
        "Mon 16:00 Customer wrote, Kay Mon 17:00 closing open hours 1:00:00 1:00:00 1:00:00 "
        "Mon 17:00 closing Tue 08:00 opening closed hours 15:00:00 – – "
        "Tue 08:00 opening Tue 10:00 Reply, Ada open hours 2:00:00 2:00:00 2:00:00 "
        "Sum 18:00:00 3:00:00 3:00:00",
    )


def test_files_of_tables_and_of_tickets(reader: Reader, tickets: Week, ada: Agent) -> None:
    rename(tickets.prompt, "=cmd|' /C calc'!A0", by=ada, at=on(9, 9, 1))

    def read(address: str) -> list[list[str]]:
        response = reader.get(address)
        with moved_to(NOW):
            text = b"".join(response.streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    levels = read("/reports/tables/levels.csv?period=7")
    listed = read("/reports/tickets.csv?period=7&figure=met&target=first_response")
    assert (levels[1][:4], [row[1:3] for row in listed[1:]]) == (
        ["First reply", "2", "2", "50.0"],
        [["Kay's order", "Kay"], ["'=cmd|' /C calc'!A0", "Bo"]],
    )


def test_a_file_leaves_by_an_asynchronous_server_as_well(tickets: Week, maja: Agent) -> None:
    async def read() -> list[str]:
        client = AsyncClient()
        await client.aforce_login(maja)
        response = await client.get("/reports/tickets.csv?figure=met&period=custom&first=2026-03-07&last=2026-03-13")
        return b"".join([part async for part in response.streaming_content]).decode("utf-8-sig").splitlines()

    assert [line.split(",")[2] for line in async_to_sync(read)()] == ["Customer", "Kay", "Bo"]


@pytest.mark.parametrize(
    "address",
    [
        "/reports/tickets/?figure=profit",
        "/reports/tickets/",
        "/reports/tickets/?figure=left_out&reason=mood",
        "/reports/tables/profit.csv",
        "/reports/explain/T-999999/",
        "/reports/explain/{}/?target=next_response",
        "/reports/explain/{}/?target=handling",
    ],
)
def test_what_there_is_not_is_not_found(reader: Reader, tickets: Week, address: str) -> None:
    assert reader.get(address.format(tickets.prompt.ref)).status_code == 404


def test_the_pages_need_no_inline_style_or_script(reader: Reader, tickets: Week) -> None:
    pages = [LEVELS, "/reports/tickets/?figure=judged", f"/reports/explain/{tickets.late.ref}/"]
    bodies = [reader.get(page).content.decode() for page in pages]
    assert [re.findall(r"\sstyle=|\son\w+=|<style|<script(?![^>]*src=)", body) for body in bodies] == [[], [], []]
