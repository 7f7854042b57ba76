"""Places people send."""

from __future__ import annotations

import json

from channels_adapters.locations import located


def test_a_place_has_lines_to_read_and_a_file_for_maps() -> None:
    found = located("12.16", "75.26", "Home", "", "Main street 1")
    assert found
    lines, file = found
    assert lines == "Home\nMain street 1\n12.16, 75.26"
    assert json.loads(file.content or b"")["geometry"] == {"type": "Point", "coordinates": [75.26, 12.16]}


def test_what_is_nowhere_is_no_place() -> None:
    assert [located(*one) for one in (("", ""), ("x", "1"), ("91", "0"), ("nan", "0"), ("0", "181"))] == [None] * 5
