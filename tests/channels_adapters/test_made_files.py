"""Places and cards as files."""

from __future__ import annotations

import json

from channels_adapters.contracts import AttachmentKind
from channels_adapters.made_files import card, largest, located


def test_a_place_has_lines_to_read_and_a_file_for_maps_with_its_longitude_first() -> None:
    found = located("12.16", 75.26, "Home", "", "Main street 1")
    assert found
    lines, file = found
    assert (lines, file.kind, file.filename, file.size) == (
        "Home\nMain street 1\n12.16, 75.26",
        AttachmentKind.LOCATION,
        "location.geojson",
        len(file.content or b""),
    )
    assert json.loads(file.content or b"") == {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [75.26, 12.16]},
        "properties": {"name": "Home, Main street 1"},
    }


def test_what_is_nowhere_is_no_place() -> None:
    assert [located(*one) for one in (("", ""), ("x", "1"), ("91", "0"), ("nan", "0"), ("0", "181"))] == [None] * 5


def test_a_card_holds_a_name_and_a_number_and_nothing_that_was_smuggled_in() -> None:
    made = card("Bo;Larsen\nTEL:1", [("TEL", "+4512345678"), ("EMAIL", "")])
    assert made.content == b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Bo\\;Larsen\\nTEL:1\r\nTEL:+4512345678\r\nEND:VCARD\r\n"
    assert card("Bo", vcard="BEGIN:VCARD").content == b"BEGIN:VCARD"
    assert card("", [("TEL", "+45")]).content == b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:+45\r\nTEL:+45\r\nEND:VCARD\r\n"


def test_the_largest_size_of_a_picture_is_taken() -> None:
    small, large = {"url": "s", "width": 10, "height": 20}, {"url": "l", "width": 100, "height": 20}
    assert (largest([small, large, {"url": "?"}]), largest([])) == (large, {})
