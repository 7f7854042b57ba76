"""The survey report as a lead reads it: printed whole, its numbers opened, its files read."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from urllib.parse import quote

import pytest

from inbox.common.clock import moved_to
from inbox.surveys.actions import answer, send_due
from inbox.surveys.models import Invitation
from inbox.tickets.conversation import reply
from inbox.tickets.enums import State
from tests import cast
from tests.inbox.reports.stories import NOW, asked, on
from tests.inbox.workspace.pages import text_of
from tests.inbox.workspace.reading import Reader

PAGE = "/reports/surveys/?period=7"


@pytest.fixture(scope="module")
def answers_once(company_once: bool) -> None:
    """Eleven customers were asked, ten found it easy (4 of 5) and one hard."""
    support, ada = cast.support(), cast.ada()
    for number in range(11):
        ticket = asked(support, on(9, 9), f"Customer{'ABCDEFGHIJK'[number]}")
        reply(ticket, "Here you are.", by=ada, at=on(9, 10), then=State.RESOLVED, undo_seconds=0)
    send_due(on(11, 10))
    for number, invitation in enumerate(Invitation.objects.order_by("id")):
        words = "I had to print the <label> myself." if number == 0 else ""
        answer(invitation, 1 if number == 0 else 4, words, "en", on(11, 11))


@pytest.fixture
def answers(answers_once: None, company: None) -> None:
    """What they said; all tests of this module start from it."""


@pytest.mark.parametrize("narrowed", ["", "&sentiment=unhappy&words=label&score=1"])
def test_scores_are_printed_and_each_number_opens_its_tickets(reader: Reader, answers: None, narrowed: str) -> None:
    page = reader.get(PAGE + narrowed)
    body = page.content.decode()
    links = set(re.findall(r'<a[^>]* href="(/reports/tickets/[^"]+)">(\d+)</a>', body))
    opened = {(address, int(number), len(reader.tickets(address))) for address, number in links}
    # Ten times 75 and one 0: 68.2 -+ 2.228 * 22.6 / sqrt(11).
    assert "Billing 11 68 53–83 100 % 11/ 11" in reader.card("compared", PAGE + narrowed)
    assert ([found for found in opened if found[1] != found[2]], len(opened) > 10) == ([], True)


def test_comments_are_listed_escaped_and_found_by_their_words(reader: Reader, answers: None) -> None:
    found = reader.get("/reports/surveys/comments/?period=7&words=LABEL")
    none = reader.get("/reports/surveys/comments/?period=7&words=parcel")
    assert (
        "I had to print the &lt;label&gt; myself." in found.content.decode(),
        "1/5 Unhappy · CustomerA" in text_of(found),
        "No comments in the period." in text_of(none),
    ) == (True, True, True)


@pytest.mark.parametrize("table", ["scores", "trend", "drivers", "response", "asking"])
def test_each_table_is_a_csv_file_and_a_workbook(reader: Reader, answers: None, table: str) -> None:
    def read(suffix: str) -> bytes:
        response = reader.get(f"/reports/surveys/tables/{table}.{suffix}?period=7")
        with moved_to(NOW):
            return b"".join(response.streaming_content)

    lines = list(csv.reader(io.StringIO(read("csv").decode("utf-8-sig"))))
    with zipfile.ZipFile(io.BytesIO(read("xlsx"))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == len(lines) > 1


@pytest.mark.parametrize(
    "address",
    [
        "/reports/surveys/tables/profit.csv",
        "/reports/surveys/tables/scores.pdf",
        "/reports/surveys/comments.doc",
        "/reports/tables/levels.pdf",
        "/reports/tickets/?figure=driver&reason=mood:1",
        "/reports/tickets/?figure=driver&reason=replies:9",
    ],
)
def test_what_there_is_not_is_not_found(reader: Reader, answers: None, address: str) -> None:
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "kind=love&topic=x&version=-1&language=xx&segment=none&sentiment=angry&score=a&compare=weather",
        "kind=nps&topic=none&version=999999999999&words=" + quote("%_\\'\0"),
        "kind=csat&topic=1&version=1&segment=" + quote("VIP\0") + "&compare=segment",
    ],
)
def test_nonsense_in_the_address_counts_as_not_chosen(reader: Reader, answers: None, query: str) -> None:
    pages = ("/reports/surveys/", "/reports/surveys/comments/", "/reports/tickets/")
    assert [reader.get(f"{page}?figure=answers&{query}").status_code for page in pages] == [200, 200, 200]
