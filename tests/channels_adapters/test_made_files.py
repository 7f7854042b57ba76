"""Places and cards as files."""

from __future__ import annotations

import json

from channels_adapters.contracts import AttachmentKind
from channels_adapters.made_files import card, place


def test_a_place_is_a_point_with_its_longitude_first() -> None:
    made = place(52.52, 13.4, "Shop", "Main Street 1")
    assert (made.kind, made.filename, made.size) == (
        AttachmentKind.LOCATION,
        "location.geojson",
        len(made.content or b""),
    )
    assert json.loads(made.content or b"") == {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [13.4, 52.52]},
        "properties": {"name": "Shop", "address": "Main Street 1"},
    }


def test_a_card_holds_a_name_and_a_number_and_nothing_that_was_smuggled_in() -> None:
    made = card("Bo;Larsen\nTEL:1", "+4512345678")
    assert made.content == b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Bo\\;Larsen\\nTEL:1\r\nTEL:+4512345678\r\nEND:VCARD\r\n"
    assert card("Bo", vcard="BEGIN:VCARD").content == b"BEGIN:VCARD"
    assert card("", "+45").content == b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:+45\r\nTEL:+45\r\nEND:VCARD\r\n"
