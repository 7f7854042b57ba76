"""What messengers tell in fields, as the files people know: a place as GeoJSON, somebody's details as a vCard."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable

from channels_adapters.contracts import Attachment, AttachmentKind
from channels_adapters.json_reading import Fields, integer


def located(latitude: str | float, longitude: str | float, *names: str) -> tuple[str, Attachment] | None:
    """A place in lines that can be read, and as a file maps open (RFC 7946); None for what is no place.

    Coordinates are in degrees.
    """
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return None
    if not (math.isfinite(north) and math.isfinite(east) and abs(north) <= 90 and abs(east) <= 180):
        return None
    said = [name for name in names if name]
    point = {"type": "Point", "coordinates": [east, north]}
    feature = {"type": "Feature", "geometry": point, "properties": {"name": ", ".join(said)}}
    content = json.dumps(feature, ensure_ascii=False)
    file = _made(AttachmentKind.LOCATION, "location.geojson", "application/geo+json", content)
    return "\n".join([*said, f"{north}, {east}"]), file


def card(name: str, details: Iterable[tuple[str, str]] = (), vcard: str = "") -> Attachment:
    """Somebody's name and details (`TEL`, `EMAIL`) for an address book (RFC 6350), or the card that came, as it is."""
    told = [(label, value) for label, value in details if value]
    shown = name or next((value for _, value in told), "")
    fields = [f"{label}:{_value(value)}" for label, value in [("FN", shown), *told]]
    lines = ["BEGIN:VCARD", "VERSION:4.0", *fields, "END:VCARD", ""]
    return _made(AttachmentKind.CONTACT, "contact.vcf", "text/vcard", vcard or "\r\n".join(lines))


def largest(pictures: Iterable[Fields]) -> Fields:
    """Of the sizes of a picture the one with the most points; an empty one where there is none."""
    return max(pictures, key=lambda one: (integer(one, "width") or 0) * (integer(one, "height") or 0), default={})


def _value(text: str) -> str:
    """A text inside a card: its commas, semicolons and line ends are escaped (RFC 6350, 3.4)."""
    return re.sub(r"\r\n|\r|\n", r"\\n", re.sub(r"([\\,;])", r"\\\1", text))


def _made(kind: AttachmentKind, filename: str, content_type: str, content: str) -> Attachment:
    raw = content.encode()
    return Attachment(kind, filename, content_type, len(raw), content=raw)
